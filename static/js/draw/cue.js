/** The cue line: one vertical ribbon is the evening, wide where it is tender, thin where it rests. */
import { html } from '../vendor/preact-htm.js';

/** Width of the ribbon in px for intensity 0 to 5. `circle/web/drawing.py` holds the same numbers. */
const WIDTHS = [1.5, 5, 10.5, 17.5, 26, 36];
const MIDDLE = 22;

const widthOf = (intensity) => WIDTHS[Math.max(0, Math.min(5, Math.round(intensity)))];
const tenth = (x) => String(Math.floor(x * 10 + 0.5) / 10);

/**
 * Path of one row's piece in a box of 44 x 100: from the mean of the row before to its own width and
 * on to the mean of the row after. Intensities 0 to 5; null for no neighbour.
 */
export function ribbonPath(prev, self, next) {
  const own = widthOf(self);
  const half = own / 2;
  const from = (widthOf(prev ?? self) + own) / 4;
  const to = (widthOf(next ?? self) + own) / 4;
  const right = (x) => tenth(MIDDLE + x);
  const left = (x) => tenth(MIDDLE - x);
  return (
    `M${right(from)} 0Q${right(half)} 22 ${right(half)} 44L${right(half)} 56Q${right(half)} 78 ${right(to)} 100` +
    `L${left(to)} 100Q${left(half)} 78 ${left(half)} 56L${left(half)} 44Q${left(half)} 22 ${left(from)} 0Z`
  );
}

/** One row's piece of the line. `now` 0 to 1 draws the hairline at the minute; null leaves it out. */
export function Ribbon({ prev = null, self, next = null, now = null }) {
  const y = now === null ? 0 : Math.round(Math.max(0, Math.min(1, now)) * 100);
  return html`
    <svg class="cue__line" viewBox="0 0 44 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path d=${ribbonPath(prev, self, next)} />
      ${now !== null && html`<line class="cue__now" x1="0" x2="44" y1=${y} y2=${y} />`}
    </svg>
  `;
}

/** The ribbon beside row `index` of `rows`, bent towards its neighbours. */
export function RowRibbon({ rows, index, now = null }) {
  return html`<${Ribbon}
    prev=${rows[index - 1]?.intensity ?? null}
    self=${rows[index].intensity}
    next=${rows[index + 1]?.intensity ?? null}
    now=${now}
  />`;
}

function rowClass({ minutes, intensity, state }) {
  const length = minutes >= 10 ? 'cue__row--long' : minutes <= 3 ? 'cue__row--short' : '';
  const rest = intensity === 0 ? 'cue__row--rest' : '';
  return ['cue__row', length, state === 'ahead' ? '' : `cue__row--${state}`, rest].filter(Boolean).join(' ');
}

/**
 * The whole cue-book of the desk.
 * rows         [{time: "19:04", title, intensity 0-5, state: 'past' | 'here' | 'ahead', minutes}]
 * nowFraction  how far the current row has run, 0 to 1
 */
export function CueLine({ rows, nowFraction = null }) {
  return html`
    <section class="cue" aria-label="Cue-book" tabindex="0">
      <ol>
        ${rows.map(
          (row, index) => html`
            <li key=${index} class=${rowClass(row)} aria-current=${row.state === 'here' ? 'step' : undefined}>
              <time class="cue__t">${row.time}</time>
              <${RowRibbon} rows=${rows} index=${index} now=${row.state === 'here' ? nowFraction : null} />
              <span class="cue__name">${row.title}</span>
            </li>
          `,
        )}
      </ol>
    </section>
  `;
}

/** The row before or after, as the phone's desk shows it above and below the script. */
export function NearRow({ rows, index }) {
  const row = rows[index];
  if (!row) return null;
  const past = row.state === 'past';
  return html`
    <aside class=${past ? 'near near--past' : 'near'} aria-label=${past ? 'Before' : 'Next'}>
      <${RowRibbon} rows=${rows} index=${index} /><b>${row.time}</b> ${row.title}
    </aside>
  `;
}
