/** The room as hosts see it: the small table, who is here, who waits, private words. */
import { html, useState } from '../../vendor/preact-htm.js';
import { Ring } from '../../draw/ring.js';
import { clockTime, numberWord } from '../../lib/time.js';
import { listOf } from '../reducer.js';
import { Choices, namesOf } from './table.js';

const STATUS = { out: 'stepped out', call: 'in the call', no_screen: 'no screen' };

export function DeskRoom({ room, drift }) {
  const { store, stage, me, people } = room;
  const [open, setOpen] = useState(false);
  const { holder, next, name } = namesOf(room);
  const waiting = listOf(store.state, 'waiting');
  const words = listOf(store.state, 'words');
  const chairs = people.map((person) => ({ id: person.id, name: person.name, you: person.you }));
  return html`
    <aside class=${`desk__room${open ? ' is-open' : ''}`} aria-label="The room">
      ${chairs.length > 0 && html`<${Ring} people=${chairs} youId=${me.id} holderId=${holder} quiet names=${false} />`}
      <${Lobby} store=${store} waiting=${waiting} />
      ${words.length > 0 && html`<${WordsCard} ...${{ room, words }} />`}
      <ul class="here" aria-label="Who is here">
        ${people.map((person) => html`<li key=${person.id} aria-current=${person.id === holder ? 'true' : undefined}>${person.name}<small>${note(person, holder, stage)}</small></li>`)}
      </ul>
      <p class="desk__fold"><button class="inline" type="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>${here(people)}</button>${holder ? ` ${name(holder) === 'you' ? 'You have the piece' : `${name(holder)} has the piece`}${next ? `, then ${next}` : ''}.` : ''}</p>
      ${stage.piece && html`<${Piece} ...${{ room, holder, next, name }} />`}
      ${drift.end && Math.abs(drift.minutes) >= 2 && html`<p class="drift-note">As it is, we end at ${clockTime(drift.end)}.</p>`}
    </aside>
  `;
}

const capital = (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
const here = (people) => `${capital(numberWord(people.length))} here`;

function note(person, holder, stage) {
  if (person.you) return person.id === holder ? 'you, with the piece' : 'you';
  if (person.id === holder) return stage.piece.silent ? 'holds silence' : 'speaking';
  if (STATUS[person.status]) return STATUS[person.status];
  if (!person.connected) return 'line lost';
  return stage.piece?.queue.includes(person.id) ? 'asked' : '';
}

function Piece({ room, holder, next, name }) {
  const { store, stage, me } = room;
  if (holder === me.id) return html`<div class="table-page__foot"><${Choices} ...${{ room, mine: true, next }} /></div>`;
  if (holder) return html`<p class="small"><button class="inline" type="button" onClick=${() => store.act('hand_on', { holder })}>${next ? `Let it travel on to ${next}` : `Take it from ${name(holder)}, gently`}</button></p>`;
  if (stage.piece.over) return html`<p class="small soft">It has gone round.</p>`;
  return html`<div class="table-page__foot"><${Choices} ...${{ room, mine: false, next }} /></div>`;
}

function Lobby({ store, waiting }) {
  if (!waiting.length) return null;
  return html`
    <section class="lobby" aria-labelledby="lobby-h">
      <h2 id="lobby-h"><span role="status">${waiting.length === 1 ? 'Somebody is at the door' : `${capital(numberWord(waiting.length))} people are at the door`}</span></h2>
      <ul>
        ${waiting.map((person) => html`<li key=${person.id}><b>${person.name}</b>
          <button class="btn" type="button" aria-label=${`Let ${person.name} in`} onClick=${() => store.act('admit', { seat: person.id })}>Let in</button>
          <button class="btn btn--line" type="button" aria-label=${`Not tonight, ${person.name}`} onClick=${() => store.act('remove', { seat: person.id, reason: '' })}>Not tonight</button></li>`)}
      </ul>
      ${waiting.length > 1 && html`<button class="btn" type="button" onClick=${() => store.act('admit_all')}>Let everybody in</button>`}
    </section>
  `;
}

/** One private word at a time, with a box to answer. */
function WordsCard({ room, words }) {
  const { store, people } = room;
  const last = [...words].reverse().find((word) => !word.from_host && !store.said[`read:${word.id}`]);
  const [text, setText] = useState('');
  if (!last) return null;
  const from = people.find((person) => person.id === last.seat)?.name ?? 'Somebody at the door';
  const answer = async (event) => {
    event.preventDefault();
    const done = await store.act('answer_whisper', { seat: last.seat, text });
    if (done.ok) setText('');
  };
  const answers = words.filter((word) => word.seat === last.seat && word.from_host);
  return html`
    <section class="card" role="status" aria-label="A private word">
      <p><b>${from}, privately:</b> ${last.text}</p>
      ${answers.length > 0 && html`<p class="small soft">You: ${answers[answers.length - 1].text}</p>`}
      <form class="form" onSubmit=${answer}>
        <label class="sr" for="answer-word">Answer ${from} privately</label>
        <input class="field__box" id="answer-word" maxlength="4000" autocomplete="off" value=${text} onInput=${(e) => setText(e.target.value)} />
        <div class="btns"><button class="btn" type="submit" disabled=${!text.trim()}>Answer</button><button class="btn btn--line" type="button" onClick=${() => store.remember(`read:${last.id}`, true)}>Put away</button></div>
      </form>
    </section>
  `;
}
