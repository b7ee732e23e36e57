/** The bar: always the same three words in the same place. And what opens above it. */
import { html } from '../../vendor/preact-htm.js';
import { openHand } from './hand.js';
import { Sheet } from './sheet.js';

/** `pass` overrides what Pass does; before the circle begins its place is taken by Agreements. */
export function Bar({ room, pass = null }) {
  const { store, stage, step } = room;
  const before = !stage || stage.phase === 'open' || stage.phase === 'planned';
  return html`
    <nav class="bar" aria-label="Always here">
      <div class="bar__in">
        ${before
          ? html`<button class="bar__b" type="button" onClick=${() => store.remember('agreements', true)} disabled=${!stage?.agreements}>Agreements</button>`
          : html`<button class="bar__b" type="button" onClick=${pass ?? (() => passHere(store, step))}>Pass</button>`}
        <button class="bar__b" type="button" onClick=${() => store.status('out')} disabled=${!stage}>Step out</button>
        <button class="bar__b" type="button" aria-haspopup="dialog" onClick=${(event) => openHand(store, event.currentTarget)}>Hand</button>
      </div>
    </nav>
    ${store.said.agreements && stage && html`<${Agreements} store=${store} stage=${stage} />`}
  `;
}

/** Passing where nobody waits for an answer: nothing is sent, nothing is asked again here. */
export function passHere(store, step) {
  if (!step) return;
  store.remember(`passed:${step.id}`, true);
  store.tell('');
}

function Agreements({ store, stage }) {
  const close = () => store.remember('agreements', false);
  return html`
    <${Sheet} title="How we are together" close=${close}>
      <ul class="agreements">${stage.agreements.map((clause) => html`<li>${clause}</li>`)}</ul>
    <//>
  `;
}
