/** What is asked: the question, its gentler form, and what it touches. */
import { html, useState } from '../../vendor/preact-htm.js';
import { promptClass } from '../../draw/prompt.js';

/** The question with "All of it" on short screens, and the gentler form one tap away, privately. */
export function Question({ step, short = false }) {
  const [whole, setWhole] = useState(false);
  const [gentle, setGentle] = useState(false);
  const text = gentle ? step.gentle : step.text || step.title;
  return html`
    ${step.content_note && !gentle && html`<p class="small soft">${step.content_note}</p>`}
    <h1 class=${`${promptClass(text)}${whole ? ' prompt--whole' : ''}`}>${text}</h1>
    ${short && html`<button class="quiet prompt__more" type="button" aria-expanded=${whole} onClick=${() => setWhole(!whole)}>${whole ? 'Less of it' : 'All of it'}</button>`}
    ${step.gentle && html`<button class="quiet" type="button" aria-pressed=${gentle} onClick=${() => setGentle(!gentle)}>${gentle ? 'The first question' : 'A gentler way in'}</button>`}
  `;
}

/** The same, folded to one line above a box. */
export function FoldedQuestion({ step }) {
  const [open, setOpen] = useState(false);
  const [gentle, setGentle] = useState(false);
  const text = gentle ? step.gentle : step.text || step.title;
  return html`
    <button class="folded" type="button" aria-expanded=${open} aria-controls="whole" onClick=${() => setOpen(!open)}>
      <span class="folded__q">${text}</span><span class="folded__more">${open ? 'Less' : 'All of it'}</span>
    </button>
    ${open && html`<div class="prompt prompt--open" id="whole">
      ${step.content_note && html`<p class="small soft">${step.content_note}</p>`}
      <p>${text}</p>
      ${step.gentle && html`<button class="quiet" type="button" aria-pressed=${gentle} onClick=${() => setGentle(!gentle)}>${gentle ? 'The first question' : 'A gentler way in'}</button>`}
    </div>`}
  `;
}
