/** Notes between hosts. They stand on no other page, and go with the session. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { uuid4 } from '../commands.js';
import { listOf } from '../reducer.js';
import { HowLong, isTooLong } from './howlong.js';

const LONGEST = 280;

/** Two hosts at the table, or words of one who has gone. */
export function hasBackstage({ store, me, people }) {
  return me?.role === 'host' && (people.filter((person) => person.host).length > 1 || listOf(store.state, 'backstage').length > 0);
}

/** What the others wrote and this page has not put away yet. */
export function unreadNotes({ store, me }) {
  if (me?.role !== 'host') return [];
  const notes = listOf(store.state, 'backstage');
  const read = notes.findIndex((note) => note.id === store.said.backstageRead);
  return notes.slice(read + 1).filter((note) => note.seat !== me.id);
}

export const noteLine = (notes) => `A note from ${notes[notes.length - 1].name}`;

const putAway = (store, notes) => store.remember('backstageRead', notes[notes.length - 1].id);

/** On the desk, until it is put away. */
export function BackstageCard({ room, openMore }) {
  const notes = unreadNotes(room);
  return html`<div role="status">${notes.length > 0 && html`
    <section class="card" aria-label="Between hosts" id="backstage" tabindex="-1">
      ${notes.map((note) => html`<p key=${note.id}><b>${note.name}, to the hosts:</b> ${note.text}</p>`)}
      <div class="btns">
        <button class="btn" type="button" onClick=${() => openMore('backstage')}>Answer</button>
        <button class="btn btn--line" type="button" onClick=${() => putAway(room.store, notes)}>Put away</button>
      </div>
    </section>`}</div>`;
}

/** The page behind More. */
export function Backstage({ room }) {
  const { store, me } = room;
  const notes = listOf(store.state, 'backstage');
  const last = notes[notes.length - 1]?.id;
  useEffect(() => {
    if (last) store.remember('backstageRead', last);
  }, [last]);
  return html`
    ${notes.length > 0 && html`<ul class="said said--words" aria-label="Notes so far">
      ${notes.map((note) => html`<li key=${note.id}><b>${note.seat === me.id ? 'You' : note.name}</b><p class="said__text is-whole">${note.text}</p></li>`)}
    </ul>`}
    <${Write} store=${store} />
  `;
}

function Write({ store }) {
  const text = store.said.backstage ?? ''; // kept when the sheet is closed in mid-sentence
  const setText = (words) => store.remember('backstage', words);
  const [note, setNote] = useState(uuid4); // the same note, however often it is sent
  const box = useRef(null);
  const send = async (event) => {
    event.preventDefault();
    const answer = await store.act('tell_hosts', { note, text });
    if (!answer.ok) return;
    setNote(uuid4());
    setText('');
    box.current?.focus();
  };
  return html`
    <form class="form" onSubmit=${send}>
      <div class="field"><label class="field__label" for="backstage-text">To the other hosts</label>
        <textarea class="field__box" id="backstage-text" ref=${box} rows="2" aria-describedby="backstage-long" autocomplete="off" value=${text} onInput=${(e) => setText(e.target.value)}></textarea><${HowLong} id="backstage-long" text=${text} most=${LONGEST} />
        <p class="field__hint">Only hosts see it, whoever keeps the bell does not. It is stored nowhere and goes with the session.</p></div>
      <div class="btns"><button class="btn btn--act" type="submit" disabled=${!text.trim() || isTooLong(text, LONGEST)}>Send</button></div>
    </form>
  `;
}
