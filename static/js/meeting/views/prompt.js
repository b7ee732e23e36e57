/** What is asked: the question, its gentler form, and what it touches. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { promptClass } from '../../draw/prompt.js';
import { LaneButton } from './lane.js';

/**
 * The question, with the gentler form one tap away, privately. `short`: on a small screen, and above a
 * keyboard, it folds to a few lines, and "All of it" stands beside it where something is hidden.
 */
export function Question({ store, step, short = false }) {
  const [chosen, setChosen] = useState(null);
  // Outside the full lane the gentler form comes first; either form is always one tap away.
  const gentle = Boolean(step.gentle) && (chosen ?? store.lane() !== 'full');
  const text = gentle ? step.gentle : step.text || step.title;
  const fold = useFold(text);
  return html`
    <div class=${`ask${short ? ' ask--folds' : ''}`}>
      ${step.content_note && !gentle && html`<p class="ask__note small soft">${step.content_note}</p>`}
      <h1 class=${`${promptClass(text)}${fold.whole ? ' prompt--whole' : ''}`} ref=${fold.words}>${text}</h1>
      <div class="ask__more">
        ${fold.button}
        ${!store.page.host && html`<${LaneButton} store=${store} />`}
        ${step.gentle && html`<button class="quiet ask__gentle" type="button" aria-pressed=${gentle} onClick=${() => setChosen(!gentle)}>${gentle ? 'The first question' : 'A gentler way in'}</button>`}
      </div>
    </div>
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
