/** Which page a member sees: one thing at a time. */
import { html, useEffect } from '../../vendor/preact-htm.js';
import { listOf, meOf, stageOf } from '../reducer.js';
import { Answer } from './answer.js';
import { After } from './after.js';
import { Apart } from './apart.js';
import { Away } from './away.js';
import { Bar } from './bar.js';
import { Break } from './break.js';
import { CatchUp, mayCatchUp } from './catchup.js';
import { Door } from './door.js';
import { Frame } from './frame.js';
import { openHand } from './hand.js';
import { Held } from './held.js';
import { Pair } from './pair.js';
import { Still } from './still.js';
import { Table } from './table.js';
import { Wall } from './wall.js';
import { Write } from './write.js';

const PARTS = {
  still: Still,
  write: Write,
  answer: Answer,
  wall_write: Write,
  wall_read: Write,
  wall_show: Wall,
  round: Table,
  volunteer: Table,
  pair: Pair,
};

/** Everything a view needs, read once from the store. */
export function readRoom(store) {
  const { state } = store;
  const stage = stageOf(state);
  const me = meOf(state);
  return {
    store,
    stage,
    me,
    step: stage?.step ?? null,
    offset: state.offset,
    people: listOf(state, 'people').map((person) => ({ ...person, you: person.id === me?.id })),
    said: listOf(state, 'said'),
    lines: listOf(state, 'lines').sort((a, b) => (a.id < b.id ? -1 : 1)),
    notes: listOf(state, 'notes', true),
  };
}

export function Room({ store }) {
  const room = readRoom(store);
  const { step, stage: now } = room;
  // What is new begins at its beginning, however far down one had read before.
  useEffect(() => scrollTo(0, 0), [now?.phase, step?.id, step?.part]);
  if (room.me?.place === 'removed') return html`<${AskedToLeave} store=${store} />`;
  if (store.gone || (store.reload && !store.inQuietRound())) return html`<${Gone} store=${store} />`;
  if (!room.stage || !room.me) return html`<${Frame} room=${room}><main id="main" class="still"><h1 class="prompt">Opening the door.</h1></main><//>`;
  const { stage } = room;
  if (stage.phase === 'ended' || stage.phase === 'cancelled') return html`<${After} ...${room} />`;
  if (room.me.apart) return html`<${Apart} ...${room} />`;
  if (store.statusNow() === 'out') return html`<${Away} ...${room} />`;
  if (isAtTheDoor(room)) return html`<${Door} ...${room} />`;
  if (stage.phase === 'held') return html`<${Held} ...${room} />`;
  if (stage.phase === 'planned' || stage.phase === 'open') return html`<${Door} ...${room} />`;
  if (mayCatchUp(room)) return html`<${CatchUp} ...${room} />`;
  if (stage.phase === 'break') return html`<${Break} ...${room} />`;
  return html`<${viewOf(room.step)} key=${room.step.id} ...${room} />`;
}

/** Agreements are read and answered by the one yes that is heard, whatever way of answering the plan has for them. */
function viewOf({ kind, part }) {
  if (kind === 'agreements') return Still;
  return kind === 'arrive' && part === 'still' ? Table : PARTS[part];
}

/** Waiting, or let in a moment ago: the door's view has no step, and the table's comes with the snapshot. */
const isAtTheDoor = ({ me, stage }) => me.place === 'waiting' || stage.step === undefined;

function Gone({ store }) {
  const words = store.reload
    ? 'There is a newer version of this page. Your chair is kept, and so is what you were writing.'
    : 'Your chair is not kept here any more tonight. If that surprises you, the circle’s own link leads to the door.';
  return html`
    <${Frame} room=${{ store, stage: null }}>
      <main id="main" class="after">
        <h1 class="display">${store.reload ? 'One moment.' : 'Good night.'}</h1>
        <p>${words}</p>
        <p class="soft">Numbers you can call are under Hand, on this page, also without a line.</p>
        <div class="btns"><button class="btn btn--act" type="button" onClick=${() => location.reload()}>Open it again</button></div>
      </main>
      <${Bar} room=${{ store, stage: null, step: null }} />
    <//>
  `;
}

/** A host has ended somebody's place: plainly, with no way that leads nowhere. Nothing waits behind this page. */
function AskedToLeave({ store }) {
  return html`
    <${Frame} room=${{ store, stage: null }}>
      <main id="main" class="after">
        <h1 class="display">Good night.</h1>
        <p>Your chair is not kept here any more tonight, and what you said and wrote is still yours.</p>
        <p class="soft">If the night gets long, somebody answers at these numbers. They are on this page, also without a line.</p>
        <div class="btns"><button class="btn" type="button" aria-haspopup="dialog" onClick=${(event) => openHand(store, event.currentTarget)}>Numbers you can call</button></div>
      </main>
    <//>
  `;
}
