/**
 * A sketch: strokes on a square page of 256 by 256, sent as digits alone (`circle/domain/sketch.py`). The
 * lines on the page are made here from those digits; nothing that came from elsewhere is ever markup.
 */
import { html } from '../vendor/preact-htm.js';

export const MOST = 2048; // characters
const EDGE = 255;
const MARGIN = 6; // round the page, so that a line along its edge is whole
const SIDE = EDGE + 2 * MARGIN;
const STEP = 4; // points nearer than this are one
const SHAPE = /^(?:[0-9a-f]{4})+(?:\.(?:[0-9a-f]{4})+)*$/;

const hex = (n) => n.toString(16).padStart(2, '0');
const clamp = (n) => Math.max(0, Math.min(EDGE, Math.round(n)));

/** Strokes (lists of points [x, y]) as text. */
export const toText = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => hex(x) + hex(y)).join('')).join('.');

/** Text as strokes; none for anything that is no sketch. */
export function toStrokes(text) {
  if (text.length > MOST || !SHAPE.test(text)) return [];
  return text.split('.').map((stroke) => stroke.match(/.{4}/g).map((point) => [parseInt(point.slice(0, 2), 16), parseInt(point.slice(2), 16)]));
}

/** Where on the page a touch is; `box`: where the page is on the screen. */
export const pointAt = (event, box) => [
  clamp(((event.clientX - box.left) / box.width) * SIDE - MARGIN),
  clamp(((event.clientY - box.top) / box.height) * SIDE - MARGIN),
];

/** The stroke with one more point; the same one where it is too near to be seen. */
export function longer(stroke, point) {
  const last = stroke[stroke.length - 1];
  return Math.hypot(point[0] - last[0], point[1] - last[1]) < STEP ? stroke : [...stroke, point];
}

/** One stroke as a path: soft through its points; a single point is a dot. */
export function pathOf(stroke) {
  const [[x, y], ...rest] = stroke;
  if (!rest.length) return `M${x} ${y}h.1`;
  const end = rest[rest.length - 1];
  const middle = (a, b) => `${(a[0] + b[0]) / 2} ${(a[1] + b[1]) / 2}`;
  const curves = rest.slice(0, -1).map((point, at) => `Q${point[0]} ${point[1]} ${middle(point, rest[at + 1])}`);
  return `M${x} ${y}${curves.join('')}L${end[0]} ${end[1]}`;
}

/** The page with its strokes. `label` says what it is, for whoever does not see it; `on`: listeners. */
export function SketchPage({ strokes, label, className = 'sketch', on = {} }) {
  return html`<svg class=${className} viewBox=${`${-MARGIN} ${-MARGIN} ${SIDE} ${SIDE}`} role="img" aria-label=${label} ...${on}>
    ${strokes.map((stroke, at) => html`<path key=${at} d=${pathOf(stroke)} />`)}
  </svg>`;
}
