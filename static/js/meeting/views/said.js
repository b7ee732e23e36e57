/** Words by name, in the order they came. One's own can be taken back; a host can set some aside. */
import { html } from '../../vendor/preact-htm.js';
import { SketchPage, toStrokes } from '../../draw/sketch.js';
import { setAside } from './aside.js';
import { hueOf } from './palette.js';
import { useFold } from './prompt.js';

export function SaidList({ room }) {
  const { said } = room;
  if (!said.length) return null;
  return html`<ul class="said" aria-label="What was said">${said.map((share) => html`<${Said} key=${share.id} ...${{ room, share }} />`)}</ul>`;
}

function Said({ room, share }) {
  const own = share.seat === room.me.id;
  const name = own ? 'You' : room.people.find((person) => person.id === share.seat)?.name ?? 'Somebody';
  const Kind = share.sketch ? Sketched : InWords;
  return html`<li class=${share.sketch ? 'is-drawn' : ''}><b>${name}</b><div class="said__words"><${Kind} ...${{ room, share, own, name }} /></div></li>`;
}

function Sketched({ room, share, own, name }) {
  return html`
    <${SketchPage} strokes=${toStrokes(share.sketch)} label=${own ? 'Your sketch' : `A sketch by ${name}`} />
    <${Do} ...${{ room, share, own, name }} />
  `;
}

function InWords({ room, share, own, name }) {
  const fold = useFold(share.text);
  const hue = hueOf(share.text);
  return html`
    <p class=${`said__text${fold.whole ? ' is-whole' : ''}`} ref=${fold.words}>${hue && html`<span class=${hue} aria-hidden="true"></span>`}${share.text}</p>
    <${Do} ...${{ room, share, own, name, fold: fold.button }} />
  `;
}

function Do({ room: { store, me }, share, own, name, fold = null }) {
  return html`
    <div class="said__do">
      ${fold}
      ${own && html`<button class="quiet" type="button" onClick=${() => takeBack(store, share.id)}>Take it back</button>`}
      ${!own && me.role === 'host' && html`<button class="quiet" type="button" onClick=${() => setAside(store, share, name)}>Set aside</button>`}
    </div>
  `;
}

async function takeBack(store, share) {
  const answer = await store.act('take_back', { share });
  if (answer.ok) store.tell('It is gone from every screen. Those who read it may remember it.');
}
