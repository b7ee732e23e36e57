/** Words by name, in the order they came. One's own can be taken back; a host can set some aside. */
import { html } from '../../vendor/preact-htm.js';
import { setAside } from './aside.js';
import { hueOf } from './palette.js';
import { useFold } from './prompt.js';

export function SaidList({ room }) {
  const { said } = room;
  if (!said.length) return null;
  return html`<ul class="said" aria-label="What was said">${said.map((share) => html`<${Said} key=${share.id} ...${{ room, share }} />`)}</ul>`;
}

function Said({ room: { store, people, me }, share }) {
  const own = share.seat === me.id;
  const name = own ? 'You' : people.find((person) => person.id === share.seat)?.name ?? 'Somebody';
  const fold = useFold(share.text);
  const hue = hueOf(share.text);
  return html`
    <li>
      <b>${name}</b>
      <div class="said__words">
        <p class=${`said__text${fold.whole ? ' is-whole' : ''}`} ref=${fold.words}>${hue && html`<span class=${hue} aria-hidden="true"></span>`}${share.text}</p>
        <div class="said__do">
          ${fold.button}
          ${own && html`<button class="quiet" type="button" onClick=${() => takeBack(store, share.id)}>Take it back</button>`}
          ${!own && me.role === 'host' && html`<button class="quiet" type="button" onClick=${() => setAside(store, share, name)}>Set aside</button>`}
        </div>
      </div>
    </li>
  `;
}

async function takeBack(store, share) {
  const answer = await store.act('take_back', { share });
  if (answer.ok) store.tell('It is gone from every screen. Those who read it may remember it.');
}
