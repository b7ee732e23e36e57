/** Words by name, in the order they came. One's own can be taken back; a host can set some aside. */
import { html } from '../../vendor/preact-htm.js';

export function SaidList({ room }) {
  const { store, said, people, me } = room;
  const name = (id) => (id === me.id ? 'You' : people.find((person) => person.id === id)?.name ?? 'Somebody');
  if (!said.length) return null;
  return html`
    <ul class="said" aria-label="What was said">
      ${said.map(
        (share) => html`<li key=${share.id}>
          <b>${name(share.seat)}</b>
          <span>${share.text}
            ${share.seat === me.id && html` <button class="quiet" type="button" onClick=${() => takeBack(store, share.id)}>Take it back</button>`}
            ${share.seat !== me.id && me.role === 'host' && html` <button class="quiet" type="button" onClick=${() => store.act('set_aside', { share: share.id, aside: true })}>Set aside</button>`}
          </span>
        </li>`,
      )}
    </ul>
  `;
}

async function takeBack(store, share) {
  const answer = await store.act('take_back', { share });
  if (answer.ok) store.tell('It is gone from every screen. Those who read it may remember it.');
}
