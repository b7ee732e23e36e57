/** The box one writes in. Nothing leaves it by itself; a reload does not lose it. */
import { html, useState } from '../../vendor/preact-htm.js';
import { keepDraft, readDraft } from '../drafts.js';
import { HowLong } from './howlong.js';

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

/**
 * A bare page to write on. Words never go to a spell-checking service. `own`: they stay in this page, so that any
 * length fits.
 */
export function Box({ draft, label, who, placeholder = 'Write here, if you like.', own = false }) {
  return html`
    <label class="sr" for="words">${label}</label>
    <textarea class="page__box" id="words" aria-describedby=${own ? who : `${who} how-long`}
      placeholder=${placeholder} spellcheck=${false} autocomplete="off" autocapitalize="sentences" data-gramm="false"
      value=${draft.text} onInput=${(event) => draft.set(event.target.value)}></textarea>
    ${!own && html`<${HowLong} text=${draft.text} />`}
  `;
}

/** A permission for these words alone, off until it is given. */
export function Consent({ on, change, children }) {
  return html`<label class="row row--small"><input type="checkbox" checked=${on} onChange=${(event) => change(event.target.checked)} /><span>${children}</span></label>`;
}
