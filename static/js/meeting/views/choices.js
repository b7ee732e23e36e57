/** A turn with the talking piece: who has it, what is said of it, and what one can do with it. */
import { html } from '../../vendor/preact-htm.js';
import { deviceNow, instant, speed } from '../../lib/time.js';
import { NOTHING_MORE, passHere } from './bar.js';
import { ListeningNote } from './lane.js';

/** Names for the table: who has it, who is next ("you" for oneself). */
export function namesOf({ stage, me, people }) {
  const name = (id) => (id === me.id ? 'you' : people.find((person) => person.id === id)?.name ?? '');
  const { piece } = stage;
  return { holder: piece?.holder ?? null, next: piece?.next ? name(piece.next) : '', name };
}

/** What is said when nobody has the piece. */
export function noteFor(piece, step) {
  if (!piece) return step.kind === 'arrive' ? 'Come in. Nothing is asked yet.' : '';
  if (piece.over) return 'It has gone round.';
  if (piece.holder) return '';
  return piece.open ? 'Who would like it, takes it.' : 'The piece rests on the table for a moment.';
}

/**
 * Pass, Later and Hold silence stand beside the handing on: equal and ordinary. `sends`: handing on
 * sends the words in the box, and the button says so before it is pressed. `busy`: it is on its way.
 */
export function Choices({ room, mine, next, onHandOn = null, sends = false, busy = false }) {
  const { store, stage, me } = room;
  const { piece } = stage;
  if (mine) {
    const handOn = onHandOn ?? (() => store.act('hand_on', { holder: me.id }));
    return html`
      <${TurnGlow} turn=${me.turn} offset=${room.offset} />
      <${ListeningNote} store=${store} />
      ${piece.silent && html`<p class="soft small" role="status">You hold silence. It is a turn like any other.</p>`}
      <button class="btn btn--act btn--wide" type="button" disabled=${busy} onClick=${handOn}>${handOnWords(next, sends)}</button>
      <div class="btns send__detail">
        ${!piece.silent && html`<button class="btn" type="button" onClick=${() => store.act('hold_silence')}>Hold silence</button>`}
        ${!piece.open && !piece.later_used.length && html`<button class="btn" type="button" onClick=${() => later(store)}>Later</button>`}
      </div>
    `;
  }
  if (!piece.open) return null;
  const asked = piece.queue.includes(me.id);
  if (asked) return html`<p class="soft" role="status">You are in the row. There is no hurry.</p>
    <button class="quiet" type="button" onClick=${() => store.act('put_hand_down')}>Take my hand down</button>`;
  return html`<button class="btn btn--act btn--wide" type="button" onClick=${() => store.act('take_piece')}>${piece.holder ? 'I would like it next' : 'I would like to speak'}</button>`;
}

/** A line that warms slowly once a turn is longer than the others can be: no number, no sound, no end. */
function TurnGlow({ turn, offset }) {
  if (!turn) return null;
  const begins = instant(turn.since) + turn.seconds * 1000 - (deviceNow() + offset);
  const style = { animationDelay: `${Math.round(begins / speed())}ms`, animationDuration: `${turn.seconds / 2 / speed()}s` };
  return html`<span class="lamp-line" key=${turn.since} style=${style} aria-hidden="true"></span>`;
}

function handOnWords(next, sends) {
  if (sends) return next ? `Send, and hand it on to ${next}` : 'Send, and put it down';
  return next ? `Hand it on to ${next}` : 'Put it down';
}

async function later(store) {
  const answer = await store.act('later');
  if (answer.ok) store.tell('It comes back to you once, after the others.');
}

/** In a round, passing tells the table; elsewhere it stays on this page. */
export async function passPiece({ store, stage, step, me }) {
  const { piece } = stage;
  const inRound = !piece.open && piece.order.includes(me.id);
  passHere(store, step);
  if (!inRound && piece.holder !== me.id) return;
  const answer = await store.act('pass_piece');
  if (answer.ok) store.tell(NOTHING_MORE);
}
