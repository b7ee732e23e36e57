/** Private words to the hosts: one person at a time, the oldest first, each with a box of its own. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { listOf } from '../reducer.js';
import { HowLong, isTooLong } from './howlong.js';

const HELP = 'I need help now.'; // what the hand sends (views/hand.js)

const readKey = (word) => `read:${word.id}`;

/** People whose words no host has answered or put away: [{seat, name, words, help}], help first. */
export function whoWaitsForAWord({ store, people }) {
  const words = listOf(store.state, 'words');
  const isOpen = (word, at) => !word.from_host && !store.said[readKey(word)]
    && !words.slice(at + 1).some((later) => later.from_host && !later.asks && later.seat === word.seat);
  const bySeat = new Map();
  words.filter(isOpen).forEach((word) => bySeat.set(word.seat, [...(bySeat.get(word.seat) ?? []), word]));
  return [...bySeat]
    .map(([seat, theirs]) => ({ seat, name: nameOf(store.state, people, seat), words: theirs, help: theirs.some((word) => word.text === HELP) }))
    .sort((a, b) => Number(b.help) - Number(a.help));
}

/** Also of whoever waits at the door, or was asked to come another time. */
const nameOf = (state, people, seat) =>
  [...people, ...listOf(state, 'waiting'), ...listOf(state, 'removed')].find((person) => person.id === seat)?.name ?? 'Somebody at the door';

/** "A private word from Rowan": said beside the buttons of a phone, where the card itself is far down. */
export const wordLine = (waiting) => (waiting[0].help ? `${waiting[0].name} asks for help now` : `A private word from ${waiting[0].name}`);

/** Lets somebody's words that were put away stand on the desk again; null where there are none. */
export function wayToShowAgain(store, seat) {
  const away = listOf(store.state, 'words').filter((word) => word.seat === seat && store.said[readKey(word)]);
  return away.length ? () => away.forEach((word) => store.remember(readKey(word), false)) : null;
}

export function Words({ room }) {
  const waiting = whoWaitsForAWord(room);
  const [seat, choose] = useState(null);
  // A word that comes while one answers another waits: the box never changes hands under the host.
  const now = waiting.find((one) => one.seat === seat) ?? waiting[0];
  useEffect(() => choose(now?.seat ?? null), [now?.seat]);
  if (!now) return null;
  const others = waiting.filter((one) => one !== now);
  return html`
    <section class="card words" aria-label="Private words" id="words" tabindex="-1">
      <p class="sr" role="status">${wordLine(waiting)}</p>
      <${Word} key=${now.seat} ...${{ room, from: now }} />
      ${others.length > 0 && html`<p class="small">Waiting too: ${others.map((one) => html`<button class="inline" type="button" onClick=${() => choose(one.seat)}>${one.help ? `${one.name}, who asks for help now` : one.name}</button> `)}</p>`}
    </section>
  `;
}

function Word({ room: { store }, from }) {
  const draft = `answer:${from.seat}`;
  const text = store.said[draft] ?? '';
  const putAway = () => from.words.forEach((word) => store.remember(readKey(word), true));
  const answer = async (event) => {
    event.preventDefault();
    const done = await store.act('answer_whisper', { seat: from.seat, text });
    if (!done.ok) return;
    store.remember(draft, '');
    store.tell(`${from.name} has your answer.`);
  };
  return html`
    ${from.words.map((word) => html`<p key=${word.id}><b>${from.name}, privately:</b> ${word.text}</p>`)}
    <form class="form" onSubmit=${answer}>
      <label class="sr" for="answer-word">Answer ${from.name} privately</label>
      <input class="field__box" id="answer-word" aria-describedby="answer-long" autocomplete="off" value=${text} onInput=${(e) => store.remember(draft, e.target.value)} />
      <${HowLong} id="answer-long" text=${text} />
      <div class="btns"><button class="btn" type="submit" disabled=${!text.trim() || isTooLong(text)}>Answer</button><button class="btn btn--line" type="button" onClick=${putAway}>Put away</button></div>
    </form>
  `;
}
