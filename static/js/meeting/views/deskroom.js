/** The room as hosts see it: the small table, who is here, who waits at the door, private words. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { Ring } from '../../draw/ring.js';
import { capital, clockTime, deviceNow, instant, numberWord } from '../../lib/time.js';
import { readDraft } from '../drafts.js';
import { listOf } from '../reducer.js';
import { AdviceCard } from './advice.js';
import { BackstageCard, noteLine, unreadNotes } from './backstage.js';
import { FeltCard, graveTold } from './felt.js';
import { FewCard } from './few.js';
import { useKeptFocus } from './focus.js';
import { PausedCard } from './keeping.js';
import { BringBack } from './ladder.js';
import { Choices, namesOf } from './choices.js';
import { Wishes } from './wishes.js';
import { whoWaitsForAWord, wordLine, Words } from './words.js';
import { saidKey } from './written.js';

const A_WHILE_MS = 10 * 60 * 1000;
const STATUS = { call: 'in the call', no_screen: 'no screen' };

export function DeskRoom({ room, drift, openMore }) {
  const { store, stage, me, people } = room;
  const [open, setOpen] = useState(false);
  const place = useRef(null);
  useKeptFocus(place);
  const { holder, next, name } = namesOf(room);
  const chairs = people.map((person) => ({ id: person.id, name: person.name, you: person.you }));
  return html`
    <aside class=${`desk__room${open ? ' is-open' : ''}`} aria-label="The room" id="desk-room" tabindex="-1" ref=${place}>
      ${chairs.length > 0 && html`<${Ring} people=${chairs} youId=${me.id} holderId=${holder} quiet names=${false} />`}
      <${Lobby} ...${{ store, stage }} />
      <${Words} room=${room} />
      <${FewCard} ...${{ room, openMore }} />
      <${BackstageCard} ...${{ room, openMore }} />
      <${PausedCard} room=${room} />
      <${FeltCard} ...${{ room, openMore }} />
      <${AdviceCard} ...${{ room, openMore }} />
      <${Wishes} room=${room} />
      <p class="desk__fold"><button class="inline" type="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>${here(people)}</button>. ${holder ? whoHasIt(name(holder), next) : ''}</p>
      <ul class="here" aria-label="Who is here">
        ${people.map((person) => html`<li key=${person.id} aria-current=${person.id === holder ? 'true' : undefined}>${person.name}<small>${note(person, holder, room)}</small><${AskOnce} ...${{ room, person }} />${person.apart && html` <${BringBack} ...${{ store, person, className: 'inline small' }} />`}</li>`)}
      </ul>
      ${stage.piece && html`<${Piece} ...${{ room, holder, next, name }} />`}
      ${stage.locked && html`<p class="small">The door is locked. <button class="inline" type="button" onClick=${() => store.act('unlock_door')}>Unlock it</button></p>`}
      ${drift.end && Math.abs(drift.minutes) >= 2 && html`<p class="drift-note">As it is, ${drift.closing ? `the closing is at ${clockTime(drift.closing)}, and ` : ''}we end at ${clockTime(drift.end)}.${drift.minutes > 0 && stage.savings.length > 0 && html` <button class="inline" type="button" onClick=${() => openMore('time')}>Make up time</button>`}</p>`}
    </aside>
  `;
}

const here = (people) => `${capital(numberWord(people.length))} here`;
const whoHasIt = (who, next) => `${who === 'you' ? 'You have the piece' : `${who} has the piece`}${next ? `, then ${next}` : ''}.`;

function note(person, holder, room) {
  const { stage } = room;
  if (person.you) return person.id === holder ? 'you, with the piece' : 'you';
  const status = person.apart ? 'asked to rest' : person.status === 'out' ? outWords(person, room.offset) : STATUS[person.status] ?? (person.connected && !person.quiet ? '' : 'line lost');
  if (person.id === holder) return [stage.piece.silent ? 'holds silence' : turnWords(room), status].filter(Boolean).join(', ');
  return status || (stage.piece?.queue.includes(person.id) ? 'asked' : '');
}

/** A hint, never an alarm: stepping out is ordinary, and so is staying out. */
function outWords(person, offset) {
  if (person.check === 'well') return 'stepped out, all right';
  if (person.check === 'asked') return 'stepped out, asked';
  return deviceNow() + offset - instant(person.since) > A_WHILE_MS ? 'stepped out, for a while now' : 'stepped out';
}

/** One question to somebody who stepped out, unless they would rather not be asked. */
function AskOnce({ room: { store }, person }) {
  if (person.status !== 'out' || person.apart || person.check !== '') return null;
  const ask = async () => {
    const answer = await store.act('ask_if_well', { seat: person.id });
    if (answer.ok) store.tell(`${person.name} is asked once. No answer is needed.`);
  };
  return html` <button class="inline small" type="button" aria-label=${`Ask ${person.name} once if all is well`} onClick=${ask}>Ask once</button>`;
}

/** Hosts alone see that a turn is long; the words are the same for everybody, and nothing is cut off. */
function turnWords({ stage, offset }) {
  const { turn } = stage;
  const long = turn && deviceNow() + offset > instant(turn.since) + turn.seconds * 1500;
  return `${stage.call_url ? 'speaking' : 'has the piece'}${long ? ', for a while now' : ''}`;
}

function Piece({ room, holder, next, name }) {
  const { store, stage, me, people } = room;
  if (holder === me.id) return html`<div class="desk__turn"><${WriteIt} room=${room} /><${Choices} ...${{ room, mine: true, next }} /></div>`;
  if (!holder && stage.piece.over) return html`<p class="small soft">It has gone round.</p>`;
  if (!holder && stage.to_come.length) return html`<${Rests} room=${room} name=${name} />`;
  if (!holder) return html`<div class="desk__turn"><${Choices} ...${{ room, mine: false, next }} /></div>`;
  // Who has no screen cannot hand it on: then it is the host's to do. Otherwise it takes a turn away, and stays small.
  const isTheirs = people.find((person) => person.id === holder)?.status !== 'no_screen';
  const put = isTheirs ? `Take it from ${name(holder)}, gently` : `Put it down for ${name(holder)}`;
  const words = next ? `Let it travel on to ${next}` : put;
  const act = (command) => () => store.act(command, { holder });
  return html`
    <p class="small"><button class=${isTheirs ? 'inline' : 'btn btn--wide'} type="button" onClick=${act('hand_on')}>${words}</button></p>
    ${!stage.piece.open && html`<p class="small"><button class="inline" type="button" onClick=${act('skip_turn')}>Come back to ${name(holder)} at the end</button></p>`}
    <p class="small"><button class="inline" type="button" onClick=${act('take_piece_back')}>Take it to the table for a moment</button></p>
  `;
}

/** What one says in writing is written at one's own place at the table: the way there, and into the box. */
function WriteIt({ room: { store, stage, step } }) {
  if (stage.call_url || stage.piece.silent || store.lane() === 'listening') return null;
  const go = () => {
    store.remember('seat', true);
    setTimeout(() => document.getElementById('words')?.focus());
  };
  const begun = readDraft(store.page.meeting, saidKey(step));
  return html`<button class="btn btn--wide" type="button" onClick=${go}>${begun ? 'Go on writing' : 'Write something'}</button>`;
}

/** A host has taken the piece back: it rests, and goes to whomever the host gives it. */
function Rests({ room: { store, stage }, name }) {
  const [first, ...others] = stage.to_come;
  const give = (seat) => () => store.act('offer_piece', { seat });
  return html`
    <p class="small soft">The piece rests on the table. Nobody’s turn is lost.</p>
    <p><button class="btn btn--wide" type="button" onClick=${give(first)}>Give it to ${name(first)}</button></p>
    ${others.length > 0 && html`<p class="small">Or to ${others.map((seat, at) => html`${at > 0 ? ', ' : ''}<button class="inline" key=${seat} type="button" onClick=${give(seat)}>${name(seat)}</button>`)}.</p>`}
  `;
}

const doorLine = (waiting) => (waiting.length === 1 ? 'Somebody is at the door' : `${capital(numberWord(waiting.length))} people are at the door`);

function Lobby({ store, stage }) {
  const waiting = listOf(store.state, 'waiting');
  const between = stage.phase === 'live' || stage.phase === 'closing';
  const [refused, setRefused] = useState(null);
  const turnAway = async (person) => {
    const answer = await store.act('remove', { seat: person.id, reason: '' });
    if (answer.ok) setRefused(person);
  };
  const mayReturn = refused && listOf(store.state, 'removed').some((person) => person.id === refused.id);
  if (!waiting.length && !mayReturn) return null;
  return html`
    <section class="lobby" aria-labelledby="lobby-h" id="lobby" tabindex="-1">
      <h2 id="lobby-h"><span role="status">${waiting.length ? doorLine(waiting) : 'At the door'}</span></h2>
      ${waiting.length > 0 && html`<ul>
        ${waiting.map((person) => html`<li key=${person.id}><b>${person.name}${person.at_next && html`<small>comes in after this step</small>`}</b><span class="lobby__do">
          <button class="btn" type="button" aria-label=${`Let ${person.name} in`} onClick=${() => store.act('admit', { seat: person.id })}>Let in</button>
          ${between && !person.at_next && html`<button class="btn" type="button" aria-label=${`Let ${person.name} in after this step`} onClick=${() => store.act('admit_at_next', { seat: person.id })}>After this step</button>`}
          <button class="btn btn--line" type="button" aria-label=${`Not tonight, ${person.name}`} onClick=${() => turnAway(person)}>Not tonight</button></span></li>`)}
      </ul>`}
      ${waiting.length > 1 && html`<button class="btn" type="button" onClick=${() => store.act('admit_all')}>Let everybody in</button>`}
      ${mayReturn && html`<p class="small">Not tonight: ${refused.name}. <button class="inline" type="button" onClick=${() => store.act('readmit', { seat: refused.id })}>May come again</button></p>`}
    </section>
  `;
}

/** What calls for the host, one line each: [{key, words, to}]. `to`: the id of its place on the desk. */
function calls(room) {
  const waiting = listOf(room.store.state, 'waiting');
  const words = whoWaitsForAWord(room);
  const notes = unreadNotes(room);
  return [
    ...(words.length ? [{ key: 'words', words: wordLine(words), to: 'words' }] : []),
    ...(waiting.length ? [{ key: 'door', words: doorLine(waiting), to: 'lobby' }] : []),
    ...(!words.length && graveTold(room) ? [{ key: 'felt', words: 'Where people are', to: 'felt' }] : []),
    ...(notes.length ? [{ key: 'backstage', words: noteLine(notes), to: 'backstage' }] : []),
  ];
}

/** On a phone the room lies below the script: its calls stand beside the buttons, always in sight. */
export function DeskCalls({ room }) {
  const all = calls(room);
  if (!all.length) return null;
  const go = (id) => {
    const place = document.getElementById(id);
    place?.scrollIntoView({ block: 'center' });
    place?.focus({ preventScroll: true });
  };
  return html`<p class="desk__calls">${all.map((call) => html`<button key=${call.key} class="inline" type="button" onClick=${() => go(call.to)}>${call.words}</button>`)}</p>`;
}

/** The way from the host's own chair to the desk; says what waits there. */
export function ToDesk({ room, go }) {
  const all = calls(room);
  const button = useRef(null);
  useEffect(() => {
    if (document.activeElement === document.body) button.current.focus();
  }, []);
  const back = () => {
    go();
    setTimeout(() => document.getElementById('main')?.focus());
  };
  return html`
    <p class="to-desk" role="status"><button class="btn" type="button" ref=${button} onClick=${back}>To the desk
      ${all.length > 0 && html`<small>${all[0].words}</small>`}</button></p>
  `;
}
