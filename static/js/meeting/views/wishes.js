/** What somebody in the room would like: to the hosts, with a way to answer it, and nobody's name. */
import { html } from '../../vendor/preact-htm.js';

const WISHES = {
  pause: ['Somebody asks for a break.', 'Five minutes now', (store) => store.act('start_break', { minutes: 5 })],
  slower: ['Somebody asks for a slower pace.', 'Two more minutes', giveTime],
};

async function giveTime(store) {
  const answer = await store.act('extend_step', { minutes: 2 });
  if (answer.ok) putAway(store, 'slower');
}

const putAway = (store, wish) => store.act('put_wish_away', { wish });

export function Wishes({ room: { store, stage } }) {
  const { wishes, phase } = stage;
  const canAct = phase === 'live' || phase === 'closing';
  return html`
    <div role="status">${wishes.map((wish) => {
      const [words, offer, act] = WISHES[wish];
      return html`<div class="card wish" key=${wish}>
        <p>${words}</p>
        <div class="btns">
          ${canAct && html`<button class="btn" type="button" onClick=${() => act(store)}>${offer}</button>`}
          <button class="btn btn--line" type="button" onClick=${() => putAway(store, wish)}>Put away</button>
        </div>
      </div>`;
    })}</div>
  `;
}
