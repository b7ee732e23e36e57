/** For hosts: who is still to come and in which order, and who has not been heard tonight. */
import { html } from '../../vendor/preact-htm.js';
import { namesOf } from './choices.js';

export function Turns({ room }) {
  const { stage } = room;
  return html`
    <${NotYetHeard} people=${room.people} />
    ${stage.piece && stage.to_come.length ? html`<${ToCome} room=${room} />` : html`<p class="small soft">Nobody is still to come in this step.</p>`}
  `;
}

/** No count and no ranking: in the order in which people sat down. Passing is a way of being here. */
function NotYetHeard({ people }) {
  const quiet = people.filter((person) => !person.you && !person.heard).map((person) => person.name);
  return html`<p>${quiet.length ? `Not yet heard with the piece: ${quiet.join(', ')}. It may be just right for them.` : 'Everybody has been heard with the piece.'}</p>`;
}

function ToCome({ room }) {
  const { store, stage } = room;
  const { name } = namesOf(room);
  const order = stage.to_come;
  const earlier = (at) => {
    const moved = [...order];
    [moved[at - 1], moved[at]] = [moved[at], moved[at - 1]];
    store.act('reorder_round', { order: moved });
  };
  return html`
    <ol class="lobby people" aria-label="Still to come">
      ${order.map((seat, at) => html`<li key=${seat}><b>${name(seat)}</b><span class="lobby__do">
        ${at > 0 && html`<button class="btn btn--line" type="button" aria-label=${`${name(seat)} earlier`} onClick=${() => earlier(at)}>Earlier</button>`}
        <button class="btn btn--line" type="button" aria-label=${`Give it to ${name(seat)} now`} onClick=${() => store.act('offer_piece', { seat })}>Now</button></span></li>`)}
    </ol>
    ${!stage.piece.open && order.length > 1 && html`<div class="choices"><button class="btn" type="button" onClick=${() => store.act('shuffle_round')}>Let chance decide the order</button></div>`}
  `;
}
