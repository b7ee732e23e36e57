/** A host has asked this person to rest for a while: a quiet page of their own, and every way that is open. */
import { html, useState } from '../../vendor/preact-htm.js';
import { Frame } from './frame.js';
import { openHand } from './hand.js';
import { Pacer } from './pacer.js';

const BREATH = { id: 'apart', pace: { in_s: 4, hold_s: 0, out_s: 6, rest_s: 0, rounds: 18 } };
const IN_A_MOMENT_MS = 2000;

export function Apart(room) {
  const { store, stage } = room;
  const host = stage.host || 'A host';
  return html`
    <${Frame} room=${room}>
      <main id="main" class="aside-page">
        <div class="aside-page__say">
          <h1 class="display">${host} asks you to rest for a\u00a0while.</h1>
          <p>Your chair and your turn are kept, and only the hosts know. What is said at the table does not come to this page.</p>
          <${Breath} store=${store} />
          <p class="small soft">A host brings you back. You can ask when, or say what this is like, in a private word. You may also go home for tonight: close this page, or leave fast. You still belong to the circle.</p>
        </div>
        <div class="aside-page__do">
          <button class="btn btn--act btn--wide" type="button" onClick=${() => store.remember('word', '')}>A private word</button>
          <button class="btn btn--wide" type="button" onClick=${(event) => openHand(store, event.currentTarget)}>Numbers I can call</button>
        </div>
      </main>
    <//>
  `;
}

/** Something to rest the eyes on, or the same slow rhythm as in the room, begun by this person alone. */
function Breath({ store }) {
  const [began, setBegan] = useState(0);
  if (!began) {
    const begin = () => setBegan(Date.now() + IN_A_MOMENT_MS);
    return html`<p class="soft">Both feet on the floor, perhaps. Look for three things that were here before you came, and one that is made of wood.</p>
      <p><button class="inline" type="button" onClick=${begin}>A slow breath to follow</button></p>`;
  }
  return html`<${Pacer} ...${{ store, stage: { started_at: began }, step: BREATH, offset: 0 }} />
    <p class="small"><button class="inline" type="button" onClick=${() => setBegan(0)}>Enough of it</button></p>`;
}
