/** What a host reaches for now and then: time, an own question, the door, people, the end. */
import { html, useState } from '../../vendor/preact-htm.js';
import { setTheme } from '../../lib/dom.js';
import { capital, clockTime, instant, numberWord } from '../../lib/time.js';
import { Wording } from './agreements.js';
import { Backstage, hasBackstage } from './backstage.js';
import { knockOn } from './clockwork.js';
import { PulseSwitch } from './felt.js';
import { NotTonight } from './few.js';
import { openHand } from './hand.js';
import { HowLong, isTooLong } from './howlong.js';
import { IfThen } from './ifthen.js';
import { People } from './people.js';
import { Sheet } from './sheet.js';
import { Time } from './maketime.js';
import { Turns } from './turns.js';

/** `open`: the page to begin with, 'start' or one of those behind it. */
export function More({ room, drift, open, close }) {
  const [page, setPage] = useState(open);
  const Page = { start: Start, ask: Ask, put: Put, people: People, turns: Turns, time: Time, wording: Wording, late: Late, notTonight: NotTonight, backstage: Backstage, ifThen: IfThen, end: End }[page];
  const titles = { start: 'More', ask: 'Ask your own question', put: 'Put something in', people: 'People', turns: 'Turns', time: 'Time', wording: 'Our agreements', late: 'Running late', notTonight: 'Not tonight', backstage: 'Between hosts', ifThen: 'If it gets hard', end: 'End the session' };
  return html`
    <${Sheet} key=${page} title=${titles[page]} close=${close} back=${page === open ? null : () => setPage('start')}>
      <${Page} ...${{ room, drift, close, go: setPage }} />
    <//>
  `;
}

function Start({ room, drift, close, go }) {
  const { store, stage } = room;
  const live = stage.phase === 'live' || stage.phase === 'closing';
  const rests = stage.remaining_ms !== null;
  const act = (name, data) => {
    close();
    store.act(name, data);
  };
  return html`
    <div class="choices">
      ${live && html`
        <button class="btn choice" type="button" onClick=${() => act('extend_step', { minutes: 2 })}>Two more minutes here<small>${knockOn(drift, 2)}</small></button>
        <button class="btn" type="button" onClick=${() => go('time')}>Time: less here, or make up time</button>
        <button class="btn" type="button" onClick=${() => act(rests ? 'resume_clock' : 'pause_clock')}>${rests ? 'Let the clock go on' : 'Let the clock rest'}</button>
        <button class="btn" type="button" onClick=${() => act('go_back')}>One step back</button>`}
      ${BEFORE.has(stage.phase) && html`<button class="btn" type="button" onClick=${() => go('late')}>We are running late</button>`}
      ${(live || stage.phase === 'open') && html`
        <button class="btn" type="button" onClick=${() => go('ask')}>Ask your own question</button>
        <button class="btn" type="button" onClick=${() => go('put')}>A grounding, slow lines, a breath</button>`}
      ${(stage.phase === 'live' || stage.phase === 'break') && html`<button class="btn" type="button" onClick=${() => act('turn_to_closing')}>Turn to the closing</button>`}
      <button class="btn" type="button" onClick=${() => act(stage.locked ? 'unlock_door' : 'lock_door')}>${stage.locked ? 'Unlock the door' : 'Lock the door'}</button>
      ${live && !stage.bell && html`<button class="btn" type="button" onClick=${() => act('ring_bell')}>Pause bell: everybody rests, no reason given</button>`}
      ${live && html`<button class="btn" type="button" onClick=${() => go('turns')}>Turns: the order, and who has not been heard</button>`}
      <button class="btn" type="button" onClick=${() => go('ifThen')}>If it gets hard: words and what to do</button>
      <button class="btn" type="button" onClick=${() => go('people')}>People and chairs</button>
      ${hasBackstage(room) && html`<button class="btn" type="button" onClick=${() => go('backstage')}>Between hosts: a note nobody else sees</button>`}
      <${PulseSwitch} ...${{ stage, act }} />
      <button class="btn" type="button" onClick=${() => go('wording')}>Our agreements</button>
      <button class="btn" type="button" onClick=${() => { close(); openHand(store, document.getElementById('more')); }}>Numbers one can call</button>
      <button class="btn" type="button" onClick=${() => { close(); setTheme(isDay() ? 'night' : 'day'); }}>${isDay() ? 'Darker colours' : 'Lighter colours'}</button>
      ${stage.phase !== 'planned' && html`<button class="btn btn--line" type="button" onClick=${() => go('end')}>End the session</button>`}
    </div>
  `;
}

/** The room is dark by itself; a desk in a bright kitchen may be lighter. Only this page changes. */
const isDay = () => document.documentElement.dataset.theme === 'day';

const BEFORE = new Set(['planned', 'open']);

/** Said to everybody at the door and at the table, with the new time; the plan moves with it. */
function Late({ room: { store, stage }, close }) {
  const say = (minutes) => {
    close();
    store.act('run_late', { minutes });
  };
  const planned = instant(stage.starts_at) - stage.late * 60000;
  return html`
    <p class="soft">Whoever is here, or comes to the door, reads it with the new time. It can be taken back.</p>
    <div class="choices">
      ${[5, 10, 15, 20, 30].map((minutes) => html`<button class="btn choice" type="button" aria-pressed=${stage.late === minutes} onClick=${() => say(minutes)}>${capital(numberWord(minutes))} minutes late<small>We begin about ${clockTime(planned + minutes * 60000)}.</small></button>`)}
      ${stage.late > 0 && html`<button class="btn btn--line" type="button" onClick=${() => say(0)}>On time after all</button>`}
    </div>
  `;
}

const WAYS = [
  ['spoken_round', 'A round with the piece'],
  ['spoken_volunteer', 'Whoever would like to'],
  ['chat_word', 'A word or a line each'],
  ['pair', 'Two by two; nobody else reads it'],
  ['unnamed_wall', 'Sharing without names'],
  ['private', 'Writing, for oneself'],
  ['none', 'To think about, in quiet'],
];

function Ask({ room: { store }, close }) {
  const text = store.said.ownQuestion ?? ''; // kept when the sheet is closed in mid-sentence
  const setText = (words) => store.remember('ownQuestion', words);
  const [sharing, setSharing] = useState('spoken_round');
  const [minutes, setMinutes] = useState(8);
  const ask = async (event) => {
    event.preventDefault();
    const answer = await store.act('ask_question', { text, sharing, minutes: Number(minutes) });
    if (!answer.ok) return;
    setText('');
    close();
  };
  return html`
    <form class="form" onSubmit=${ask}>
      <div class="field"><label class="field__label" for="own">What would you like to ask?</label>
        <textarea class="field__box" id="own" rows="3" aria-describedby="own-long" value=${text} onInput=${(e) => setText(e.target.value)}></textarea><${HowLong} id="own-long" text=${text} />
        <p class="field__hint">Everyone sees it at once. It comes before the next step of the plan.</p></div>
      <div class="field"><label class="field__label" for="way">How do people answer?</label>
        <select class="field__box" id="way" value=${sharing} onChange=${(e) => setSharing(e.target.value)}>${WAYS.map(([key, words]) => html`<option value=${key}>${words}</option>`)}</select></div>
      <div class="field"><label class="field__label" for="long">Minutes</label>
        <input class="field__box field__box--short" id="long" type="number" min="1" max="30" value=${minutes} onInput=${(e) => setMinutes(e.target.value)} /></div>
      <div class="btns"><button class="btn btn--act" type="submit" disabled=${!text.trim() || isTooLong(text)}>Ask it now</button></div>
    </form>
  `;
}

function Put({ room: { store }, close }) {
  const put = (prompt) => {
    close();
    store.act('insert_step', { prompt });
  };
  return html`<div class="choices">${store.page.ready.map(([id, title]) => html`<button class="btn" type="button" onClick=${() => put(id)}>${title}</button>`)}</div>`;
}

const WORDS_AT_THE_END = {
  open: 'Nobody has begun yet. Whoever is here sees that this evening is over, and it cannot be opened again.',
  closing: 'Everybody sees the page with care and numbers. The room cannot be opened again.',
  early: 'The closing has not been held yet. A minute of looking round the room and a word of goodbye is kinder than a sudden end.',
};

/** The one thing that has no way back: it is said first, and pressed on a page of its own. */
function End({ room: { store, stage }, close }) {
  const how = stage.phase === 'open' || stage.phase === 'closing' ? stage.phase : 'early';
  const end = () => {
    close();
    store.act('end_session', { reason: how === 'closing' ? '' : 'early' });
  };
  const turn = () => {
    close();
    store.act('turn_to_closing');
  };
  return html`
    <p>${WORDS_AT_THE_END[how]}</p>
    <div class="choices">
      ${how === 'early' && html`<button class="btn btn--act" type="button" onClick=${turn}>Turn to the closing</button>`}
      <button class=${how === 'closing' ? 'btn btn--act' : 'btn'} type="button" onClick=${end}>End for everybody</button>
      <button class="btn btn--line" type="button" onClick=${close}>Stay</button>
    </div>
  `;
}
