/** A simple sketch as an answer: a square page, a finger or a pen, one stroke back, clear, send. */
import { html, useRef, useState } from '../../vendor/preact-htm.js';
import { MOST, SketchPage, longer, pointAt, toText } from '../../draw/sketch.js';
import { numberWord } from '../../lib/time.js';
import { Sheet } from './sheet.js';

export function SketchButton({ store, stage, step }) {
  const [open, setOpen] = useState(false);
  return html`
    <button class="quiet" type="button" aria-haspopup="dialog" onClick=${() => setOpen(true)}>A sketch instead</button>
    ${open && html`<${SketchSheet} ...${{ store, stage, step, close: () => setOpen(false) }} />`}
  `;
}

/** What has been drawn, as a list of pages: the last one is now, the one before it is what Undo goes back to. */
function usePages(store, step) {
  const key = `sketch:${step.id}`;
  const pages = store.said[key] ?? [[]];
  return {
    strokes: pages[pages.length - 1],
    put: (strokes) => store.remember(key, [...pages, strokes]),
    undo: pages.length > 1 ? () => store.remember(key, pages.slice(0, -1)) : null,
    forget: () => store.remember(key, [[]]),
  };
}

function SketchSheet({ store, stage, step, close }) {
  const { strokes, put, undo, forget } = usePages(store, step);
  const [line, setLine] = useState(null); // the stroke that is being drawn
  const drawing = useRef(null); // the same, for the next event may come before the next picture
  const [full, setFull] = useState(false);
  const [busy, setBusy] = useState(false);

  const grow = (stroke) => {
    if (toText([...strokes, stroke]).length > MOST) return setFull(true);
    drawing.current = stroke;
    return setLine(stroke);
  };
  const at = (event) => pointAt(event, event.currentTarget.getBoundingClientRect());
  const on = {
    onPointerDown: (event) => {
      if (!event.isPrimary || event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      grow([at(event)]);
    },
    onPointerMove: (event) => event.isPrimary && drawing.current && grow(longer(drawing.current, at(event))),
    onPointerUp: (event) => event.isPrimary && lift(),
    onPointerCancel: (event) => event.isPrimary && lift(),
  };
  function lift() {
    if (!drawing.current) return;
    put([...strokes, drawing.current]);
    drawing.current = null;
    setLine(null);
  }
  const back = () => {
    setFull(false);
    undo();
  };
  const clear = () => {
    setFull(false);
    put([]);
  };
  async function send() {
    setBusy(true);
    const answer = await store.act('sketch', { step: step.id, strokes: toText(strokes) });
    setBusy(false);
    if (!answer.ok) return;
    forget();
    close();
    store.tell('Received.');
  }
  const many = strokes.length;
  const so = many ? `${numberWord(many)} ${many === 1 ? 'stroke' : 'strokes'}` : 'nothing on it yet';
  return html`
    <${Sheet} title="A sketch" close=${close}>
      <p class="small soft">With a finger, a pen or a mouse. Without one, a word, a feeling or a colour says as much.</p>
      <${SketchPage} strokes=${line ? [...strokes, line] : strokes} label=${`Your page: ${so}`} className="sketch sketch--mine" on=${on} />
      <p class="sr" role="status">${full ? '' : many > 0 && so}</p>
      ${full && html`<p class="small" role="status">The page is full. Take a stroke back, or send it as it is.</p>`}
      ${store.note && html`<p class="calm calm--sheet">${store.note}</p>`}
      <div class="btns sketch__do">
        <button class="btn btn--line" type="button" disabled=${!undo} onClick=${back}>Undo</button>
        <button class="btn btn--line" type="button" disabled=${!many} onClick=${clear}>Clear</button>
      </div>
      <div class="send">
        <p class="send__who"><b>Everyone here sees this,</b> with your name. We are ${numberWord(stage.possible)}. It never stands in the notes.</p>
        <button class="btn btn--act" type="button" disabled=${busy || !many} onClick=${send}>Send</button>
      </div>
    <//>
  `;
}
