/** What is asked: the question, its gentler form, and what it touches. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { promptClass } from '../../draw/prompt.js';
import { LaneButton } from './lane.js';

/**
 * The question, with the gentler form one tap away, privately. `short`: on a small screen, and above a
 * keyboard, it folds to a few lines, and "All of it" stands beside it where something is hidden. A tender
 * question is opened by the person: what it touches, and what true words can do at first, come before it.
 */
export function Question({ store, step, short = false }) {
  const [chosen, setChosen] = useState(null);
  const [opened, setOpened] = useState(false); // by a press on this page, a moment ago
  // Outside the full lane the gentler form comes first; either form is always one tap away.
  const gentle = Boolean(step.gentle) && (chosen ?? store.lane() !== 'full');
  const open = () => {
    setOpened(true);
    store.remember(`opened:${step.id}`, true);
  };
  const waits = step.tender && !gentle && !store.page.host && step.part === step.parts[0] && !store.said[`opened:${step.id}`];
  return waits
    ? html`<${Before} ...${{ store, step, open, choose: () => setChosen(true) }} />`
    : html`<${Asked} ...${{ store, step, short, gentle, opened, choose: setChosen }} />`;
}

/** Before a tender question: nobody comes upon it unawares, and the gentler way is as near as the other. */
function Before({ store, step, open, choose }) {
  return html`
    <div class="ask ask--before">
      <h1 class="title">Before this question</h1>
      ${step.content_note && html`<p>${step.content_note}</p>`}
      <p class="small"><b>${store.page.dip.title}.</b> ${store.page.dip.text}</p>
      <div class="btns">
        <button class="btn" type="button" onClick=${open}>Open the question</button>
        ${step.gentle && html`<button class="btn btn--line" type="button" onClick=${choose}>A gentler way in</button>`}
      </div>
    </div>
  `;
}

function Asked({ store, step, short, gentle, opened, choose }) {
  const [why, setWhy] = useState(false);
  const text = gentle ? step.gentle : step.text || step.title;
  const fold = useFold(text);
  useEffect(() => {
    if (opened) fold.words.current.focus(); // the button that was pressed is gone
  }, []);
  return html`
    <div class=${`ask${short ? ' ask--folds' : ''}`}>
      ${!gentle && html`<${Touches} ...${{ store, step }} />`}
      <h1 class=${`${promptClass(text)}${fold.whole ? ' prompt--whole' : ''}`} ref=${fold.words} tabindex=${opened ? -1 : undefined}>${text}</h1>
      <div class="ask__more">
        ${fold.button}
        ${!store.page.host && html`<${LaneButton} store=${store} />`}
        ${step.gentle && html`<button class="quiet ask__gentle" type="button" aria-pressed=${gentle} onClick=${() => choose(!gentle)}>${gentle ? 'The first question' : 'A gentler way in'}</button>`}
        ${step.why && html`<button class="quiet ask__why" type="button" aria-expanded=${why} onClick=${() => setWhy(!why)}>Why we do this</button>`}
      </div>
      ${why && html`<p class="ask__note small soft">${step.why}</p>`}
    </div>
  `;
}

/** What a question touches; of a tender one, which has said it before, folded away. */
function Touches({ store, step }) {
  if (!step.content_note) return null;
  if (!step.tender) return html`<p class="ask__note small soft">${step.content_note}</p>`;
  return html`
    <details class="ask__note small soft">
      <summary>What this touches</summary>
      <p>${step.content_note}</p>
      <p><b>${store.page.dip.title}.</b> ${store.page.dip.text}</p>
    </details>
  `;
}

/**
 * Words that a style may cut: {words, whole, button}. Put `words` on them as ref; `button` shows all of
 * it or less of it, and is there only where something is hidden: a button that does nothing unsettles.
 */
export function useFold(text) {
  const words = useRef(null);
  const [whole, setWhole] = useState(false);
  const [cut, setCut] = useState(false);
  useEffect(() => setWhole(false), [text]);
  useEffect(() => {
    const measure = () => setCut(words.current.scrollHeight > words.current.clientHeight + 4);
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(words.current);
    return () => watcher.disconnect();
  }, [text, whole]);
  const button = (cut || whole)
    && html`<button class="quiet ask__all" type="button" aria-expanded=${whole} onClick=${() => setWhole(!whole)}>${whole ? 'Less of it' : 'All of it'}</button>`;
  return { words, whole, button };
}
