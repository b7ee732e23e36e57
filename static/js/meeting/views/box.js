/** The box one writes in. Nothing leaves it by itself; a reload does not lose it. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { fitAboveKeyboard } from '../../lib/dom.js';
import { keepDraft, readDraft } from '../drafts.js';

/** The unsent words of one step: {text, set, clear, summary, aloud, allow, allowAloud}. Consents start off. */
export function useDraft(meeting, step) {
  const [text, setText] = useState(() => readDraft(meeting, step));
  const [summary, allow] = useState(false);
  const [aloud, allowAloud] = useState(false);
  const set = (words) => {
    setText(words);
    keepDraft(meeting, step, words);
  };
  const clear = () => {
    set('');
    allow(false);
    allowAloud(false);
  };
  return { text, set, clear, summary, allow, aloud, allowAloud };
}

/** A bare page to write on. Words never go to a spell-checking service. */
export function Box({ draft, label, who, short = false, placeholder = '' }) {
  const box = useRef(null);
  useEffect(() => {
    const frame = box.current?.closest('.write');
    return frame ? fitAboveKeyboard(frame) : undefined;
  }, []);
  return html`
    <label class="sr" for="words">${label}</label>
    <textarea class=${`page__box${short ? ' page__box--short' : ''}`} id="words" ref=${box} aria-describedby=${who} maxlength="4000" rows=${short ? 3 : undefined}
      placeholder=${placeholder} spellcheck=${false} autocomplete="off" autocapitalize="sentences" data-gramm="false"
      value=${draft.text} onInput=${(event) => draft.set(event.target.value)}></textarea>
  `;
}
