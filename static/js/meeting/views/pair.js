/** Two by two beside the table: who is there, whose half it is, and a few words that nobody else reads. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { clockTime, deviceNow } from '../../lib/time.js';
import { readDraft } from '../drafts.js';
import { listOf } from '../reducer.js';
import { Bar } from './bar.js';
import { Box, useDraft } from './box.js';
import { leftMs, runOfStep } from './clockwork.js';
import { Frame } from './frame.js';
import { isTooLong } from './howlong.js';
import { Question } from './prompt.js';

const LOOK_MS = 2000;
const NEARLY_MS = 60000;

/** Whoever is in no pair, or has come back from one, stays with the whole room; their page never says why. */
export function Pair(room) {
  return room.me.pair?.there ? html`<${Beside} ...${room} />` : html`<${WithTheRoom} ...${room} />`;
}

/** A key of its own: what was written for one person never lies ready to be sent to everybody. */
const keyOf = (step) => `${step.id}:pair`;

/** What stands in the box beyond the words that have gone: nobody stops typing for an answer. Pure. */
export const unsent = (now, gone) => (now.startsWith(gone) ? now.slice(gone.length).trimStart() : now);

/** "Theo", "Theo and Ana". */
export function namesIn(people) {
  return people.map((person) => person.name).join(' and ');
}

export const othersOf = ({ me }) => me.pair.people.filter((person) => person.id !== me.id);

function WithTheRoom(room) {
  const { store, stage, step, me } = room;
  const there = me.pair ? othersOf(room).filter((person) => person.there) : [];
  const until = stage.ends_at && !stage.clock_hidden ? ` until about ${clockTime(stage.ends_at)}` : '';
  return html`
    <${Frame} room=${room}>
      <main id="main" class="still">
        <${Question} store=${store} step=${step} />
        <p role="status">You are with the whole room. The others sit two by two${until}; nothing is asked of you here.</p>
        ${there.length > 0 && html`<div class="btns"><button class="btn" type="button" onClick=${() => store.act('return_to_pair')}>Back to ${namesIn(there)}</button></div>`}
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

function Beside(room) {
  const { store, step } = room;
  const draft = useDraft(store.page.meeting, keyOf(step));
  const others = othersOf(room);
  const there = others.filter((person) => person.there);
  const leave = async () => {
    const answer = await store.act('leave_pair');
    if (answer.ok) store.tell('You are with the whole room again.');
  };
  return html`
    <${Frame} room=${room}>
      <main id="main" class="page page--pair">
        <${Question} store=${store} step=${step} short />
        <div class="pair__where" role="status">
          <p class="page__where">${there.length ? `With ${namesIn(there)}. ${useHalf(room)}` : ''}</p>
          ${others.map((person) => html`<${News} key=${person.id} person=${person} alone=${!there.length} />`)}
          ${store.lane() === 'listening' && there.length > 0 && html`<p class="pair__news small soft">You are listening tonight: <button class="inline" type="button" onClick=${leave}>I stay with the whole room</button>. They read that you went back to the circle, as of anybody.</p>`}
        </div>
        <${Words} room=${room} />
        <${Write} ...${{ room, draft, there, leave }} />
      </main>
      <${Bar} room=${room} pass=${leave} />
    <//>
  `;
}

/** Why somebody is not there is nobody's to know. */
function News({ person, alone }) {
  if (person.lost) return html`<p class="pair__news small soft">${person.name}’s line is quiet for a moment. Their place here is kept.</p>`;
  if (person.there) return null;
  return html`<p class="pair__news small soft">${person.name} has gone back to the circle.${alone && ' You can rest here, or go back too.'}</p>`;
}

/** Whose half it is, by the server's clock. It only ever goes on: more minutes do not turn it back. */
function useHalf({ store, stage, step, me, offset }) {
  const [, look] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => look((n) => n + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const there = me.pair.people.filter((person) => person.there);
  const now = deviceNow() + offset;
  const key = `half:${step.id}`;
  const at = Math.max(store.said[key] ?? 0, halfAt(there.length, runOfStep(stage, now)));
  useEffect(() => {
    if (at !== (store.said[key] ?? 0)) store.remember(key, at);
  }, [at]);
  return halfWords(there, Math.min(at, there.length - 1), { me, hidden: stage.clock_hidden, left: leftMs(stage, now) });
}

/** Which of `many` people has their part of the time when `run` (0 to 1) of it has gone. Pure. */
export const halfAt = (many, run) => Math.min(many - 1, Math.floor(run * many));

/** The soft word for it. `left`: ms. Pure. */
export function halfWords(there, at, { me, hidden, left }) {
  const name = (person) => (person.id === me.id ? 'you' : person.name);
  const begins = there[0].id === me.id ? 'You begin.' : `${there[0].name} begins.`;
  if (hidden) return `${begins} Change over when you like.`;
  if (left !== null && left <= 0) return 'The time is round. There is no hurry.';
  if (left !== null && left <= NEARLY_MS) return 'About a minute more, for a last word.';
  return at === 0 ? begins : `About ${there.length === 2 ? 'half-time' : 'time to change over'}: now ${name(there[at])}, if you like.`;
}

/** What was said here. After a restart of the server this page still shows what it has seen. */
function useWords({ store }) {
  const now = listOf(store.state, 'between', true);
  const seen = useRef({ run: store.state.run, before: [], last: [] });
  if (seen.current.run !== store.state.run) {
    seen.current = { run: store.state.run, before: [...seen.current.before, ...seen.current.last], last: [] };
  }
  seen.current.last = now;
  return { before: seen.current.before, now };
}

function Words({ room }) {
  const { store, me } = room;
  const { before, now } = useWords(room);
  const list = useRef(null);
  const many = before.length + now.length;
  useEffect(() => list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' }), [many]);
  const name = (seat) => (seat === me.id ? 'You' : me.pair.people.find((person) => person.id === seat)?.name ?? 'Somebody');
  const takeBack = (share) => store.act('take_pair_word_back', { share });
  return html`<div class="pair__said" role="log" aria-label="Said between you" tabindex="0"><ul class="said" ref=${list}>
    ${before.map((word) => html`<li key=${word.id}><b>${name(word.seat)}</b><p class="said__text is-whole">${word.text}</p></li>`)}
    ${now.map((word) => html`<li key=${word.id}><b>${name(word.seat)}</b><div class="said__words"><p class="said__text is-whole">${word.text}</p>
      ${word.seat === me.id && html`<div class="said__do"><button class="quiet" type="button" onClick=${() => takeBack(word.id)}>Take it back</button></div>`}</div></li>`)}
  </ul></div>`;
}

function Write({ room: { store, stage, step }, draft, there, leave }) {
  const [busy, setBusy] = useState(false);
  const forMyself = readDraft(store.page.meeting, step.id);
  const send = async () => {
    const words = draft.text;
    setBusy(true);
    const answer = await store.act('say_in_pair', { step: step.id, text: words });
    setBusy(false);
    if (answer.ok) draft.set(unsent(readDraft(store.page.meeting, keyOf(step)), words));
  };
  const who = there.length > 1 ? 'Only the three of you read this' : `Only ${namesIn(there)} reads this`;
  return html`<div class="pair__write">
    ${there.length > 0 && html`<${Box} draft=${draft} label="Your words" who="who" placeholder=${stage.call_url ? 'Talk beside the call, or write here.' : undefined} />`}
    <section class="send" aria-label="Between you">
      ${there.length > 0 && html`
        ${forMyself && !draft.text && html`<p class="page__own"><button class="quiet" type="button" onClick=${() => draft.set(forMyself)}>Use what I wrote for myself</button></p>`}
        <p class="send__who" id="who"><b>${who}.</b> <span class="send__detail">Nobody else, the hosts included. It is gone when this step ends.</span></p>
        <button class="btn btn--act" type="button" disabled=${busy || !draft.text.trim() || isTooLong(draft.text)} onClick=${send}>Send</button>`}
      <div class="send__more send__detail"><button class=${there.length ? 'quiet' : 'btn btn--act btn--wide'} type="button" onClick=${leave}>Back to the circle</button></div>
    </section></div>
  `;
}
