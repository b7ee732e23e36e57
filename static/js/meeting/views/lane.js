/** How one is here tonight: a choice that stays on this page and can change at every step. */
import { html, useState } from '../../vendor/preact-htm.js';
import { Sheet } from './sheet.js';

const LANES = [
  ['full', 'Taking part', 'The questions as they are. Passing is always there.'],
  ['gentle', 'Gently', 'The softer form of a question comes first, wherever there is one.'],
  ['listening', 'Listening', 'When the piece comes to you it goes on by itself after a moment, as if you had passed.'],
];
const NAMES = Object.fromEntries(LANES.map(([lane, name]) => [lane, name]));

export function LaneButton({ store }) {
  const [open, setOpen] = useState(false);
  const lane = store.lane();
  return html`
    <button class="quiet ask__lane" type="button" aria-haspopup="dialog" onClick=${() => setOpen(true)}>${lane === 'full' ? 'How I am here' : `Here tonight: ${NAMES[lane].toLowerCase()}`}</button>
    ${open && html`<${Lanes} store=${store} close=${() => setOpen(false)} />`}
  `;
}

function Lanes({ store, close }) {
  const choose = (lane) => {
    store.chooseLane(lane);
    close();
  };
  return html`
    <${Sheet} title="How I am here tonight" close=${close}>
      <p class="small soft">It stays on this device. Nobody is told, the host included, and you can change it at any time.</p>
      <div class="choices" role="group" aria-label="How I am here tonight">
        ${LANES.map(([lane, name, words]) => html`<button class="btn lane" key=${lane} type="button" aria-pressed=${store.lane() === lane} onClick=${() => choose(lane)}>${name}<small>${words}</small></button>`)}
      </div>
    <//>
  `;
}

/** Said on the own page while the piece is about to go on by itself. */
export function ListeningNote({ store }) {
  if (store.lane() !== 'listening') return null;
  return html`<p class="soft small" role="status">You are listening: it goes on by itself in a moment. <button class="inline" type="button" onClick=${() => store.chooseLane('full')}>I would like to speak</button></p>`;
}
