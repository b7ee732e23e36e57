/** The bar: always the same three words in the same place. And what opens above it. */
import { html } from '../../vendor/preact-htm.js';
import { openHand } from './hand.js';

/** `pass` overrides what Pass does; before the circle begins its place is taken by Agreements. */
export function Bar({ room, pass = null }) {
  const { store, stage, step } = room;
  const before = !stage || stage.phase === 'open' || stage.phase === 'planned';
  return html`
    <div class="bar" role="group" aria-label="Always here">
      <div class="bar__in">
        ${before
          ? html`<button class="bar__b" type="button" onClick=${() => store.remember('agreements', true)} disabled=${!stage?.agreements}>Agreements</button>`
          : html`<button class="bar__b" type="button" onClick=${pass ?? (() => passHere(store, step))}>Pass</button>`}
        <button class="bar__b" type="button" onClick=${() => store.status('out')} disabled=${!stage}>Step out</button>
        <button class="bar__b" type="button" aria-haspopup="dialog" onClick=${(event) => openHand(store, event.currentTarget)}>Hand</button>
      </div>
    </div>
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
    <section class="sheet sheet--over" role="dialog" aria-modal="true" aria-labelledby="agreements-h" onKeyDown=${(e) => e.key === 'Escape' && close()}>
      <div class="sheet__head"><h2 id="agreements-h">How we are together</h2><button class="quiet" type="button" ref=${(b) => b?.focus()} onClick=${close}>Close</button></div>
      <ul class="agreements">${stage.agreements.map((clause) => html`<li>${clause}</li>`)}</ul>
    </section>
    <div class="veil veil--over" onClick=${close}></div>
  `;
}
