/** The bar: always the same three words in the same place. And what opens above it. */
import { html } from '../../vendor/preact-htm.js';
import { AgreementsSheet } from './agreements.js';
import { openHand } from './hand.js';

/** What passing says, everywhere the same. */
export const NOTHING_MORE = 'Passed. Nothing more is asked of you here.';

const ASKS = new Set(['live', 'closing']);
const SAYS_IT_ITSELF = new Set(['write', 'answer', 'wall_write', 'wall_read']);

/** `pass` overrides what Pass does; where nothing is asked its place is taken by Agreements. */
export function Bar({ room, pass = null }) {
  const { store, stage, step } = room;
  return html`
    <nav class="bar" aria-label="Always here">
      <div class="bar__in">
        ${step && ASKS.has(stage.phase)
          ? html`<button class="bar__b" type="button" onClick=${pass ?? (() => passHere(store, step))}>Pass</button>`
          : html`<button class="bar__b" type="button" onClick=${() => store.remember('agreements', true)} disabled=${!stage?.agreements}>Agreements</button>`}
        <button class="bar__b" type="button" onClick=${() => store.status('out')} disabled=${!stage}>Step out</button>
        <button class="bar__b" type="button" aria-haspopup="dialog" onClick=${(event) => openHand(store, event.currentTarget)}>Hand</button>
      </div>
    </nav>
    ${store.said.agreements && stage?.agreements && html`<${AgreementsSheet} room=${room} />`}
  `;
}

/** Passing where nobody waits for an answer: nothing is sent, nothing is asked again here. */
export function passHere(store, step) {
  store.remember(`passed:${step.id}`, true);
  store.tell(SAYS_IT_ITSELF.has(step.part) ? '' : NOTHING_MORE);
}
