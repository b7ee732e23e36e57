/** The round and the volunteer step: light travels along the ring. By call, or in writing. */
import { html } from '../../vendor/preact-htm.js';
import { Ring, RingList } from '../../draw/ring.js';
import { Bar } from './bar.js';
import { Choices, namesOf, noteFor, passPiece } from './choices.js';
import { Frame } from './frame.js';
import { Question } from './prompt.js';
import { useTurnInSight } from './turnsight.js';
import { Written } from './written.js';

export function Table(room) {
  const { store, stage, step, me, people, said } = room;
  const { piece } = stage;
  const { holder, next } = namesOf(room);
  const mine = holder === me.id;
  // In writing the words need the room, as soon as there are any.
  const inWriting = piece && !stage.call_url && (mine || said.length);
  useTurnInSight(mine && !inWriting, '.table-page__foot', 'end');
  if (inWriting) return html`<${Written} ...${room} />`;
  const asList = Boolean(store.said.list);
  const pass = piece ? () => passPiece(room) : null;
  const note = noteFor(piece, step);
  return html`
    <${Frame} room=${room}>
      <main id="main" class=${`table-page round${mine ? ' round--yours' : ''}`}>
        <div class="table-page__say">
          <${Question} store=${store} step=${step} short />
          ${note && html`<p class="table-page__note soft" role="status">${note}</p>`}
        </div>
        ${asList
          ? html`<div class="seats__wrap"><${RingList} people=${people} youId=${me.id} holderId=${holder} nextName=${next} />
              <button class="quiet" type="button" onClick=${() => store.remember('list', false)}>As a table</button></div>`
          : html`<${Ring} people=${people} youId=${me.id} holderId=${holder} nextName=${next}>
              <button class="quiet ring__aslist" type="button" onClick=${() => store.remember('list', true)}>As a list</button>
            <//>`}
        ${piece && html`<div class="table-page__foot"><${Choices} ...${{ room, mine, next }} /></div>`}
      </main>
      <${Bar} room=${room} pass=${pass} />
    <//>
  `;
}
