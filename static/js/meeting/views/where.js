/**
 * "Where are you right now?" The question on a member's page, and the page's own kind answer to it. What was
 * answered stays here; where it is counted, one message goes, as long and as often whichever place it was.
 */
import { html, useState } from '../../vendor/preact-htm.js';
import { keepNumber, readNumber } from '../drafts.js';
import { Sheet } from './sheet.js';

const NO_ANSWER = 4;
/** [key, name, the line under it]; their order is the order of the numbers on the wire. */
export const PLACES = [
  ['settled', 'Settled', 'I can think and feel at the same time'],
  ['stirred', 'Stirred', 'something is moving, I can stay with it'],
  ['flooded', 'Flooded', 'too much, too fast'],
  ['numb', 'Far away', 'blank, foggy, not quite here'],
];
/** Still water, small waves, high water, mist. */
const PICTURES = {
  settled: 'M4 16h24',
  stirred: 'M4 16q3-4 6 0t6 0 6 0 6 0',
  flooded: 'M4 20q3-7 6 0t6 0 6 0 6 0M4 12q3-7 6 0t6 0 6 0 6 0M4 26h24',
  numb: 'M4 10h5m4 0h11M8 16h13m4 0h3M4 22h9m4 0h8',
};
const DECLARED = 'Hosts see how many, in rough numbers. Never who.';
const NEXT_TIME = 'It is counted the next time everybody is asked.';
const FOR_ONESELF = 'Only you see this. It stays on this page.';
const GROUND = {
  flooded: 'Feet on the floor, if they reach it. Look slowly around you and find three things that keep still.',
  numb: 'Stand up if you can, and push the floor away with your feet. Something cold to touch. Then name three colours.',
};
const ANSWERS = {
  settled: 'Good to know. Nothing more is asked.',
  stirred: 'Something moves, and you can stay with it. Slower is fine at any moment.',
  flooded: 'Too much, too fast. You can set it down here; nothing has to be finished tonight.',
  numb: 'Far away is a way to take care of oneself. There is no rush to come nearer.',
};
const TO_HOSTS = {
  flooded: 'At the moment it is too much for me, and too fast.',
  numb: 'At the moment I am far away: blank, or foggy.',
};

const isCounted = ({ stage }) => Boolean(stage?.pulse?.counted);
const answeredKey = ({ stage }) => `where:${stage.pulse.until}`;

/** The open question, as one calm line that can be left alone. The same for everybody. */
export function WhereLine(room) {
  const { store, stage, me } = room;
  const open = stage?.pulse?.until && me?.role === 'member' && me.place === 'seated' && !me.apart;
  const asks = open && !store.said[answeredKey(room)] && !store.said.where;
  return html`<div role="status">${asks && html`<div class="calm"><p>Where are you right now? ${isCounted(room) ? DECLARED : FOR_ONESELF}</p>
    <div class="calm__do"><button class="quiet" type="button" onClick=${() => store.remember('where', true)}>Say it</button>
      <button class="quiet" type="button" onClick=${() => answer(room, NO_ANSWER)}>Rather not say</button></div></div>`}</div>`;
}

function answer(room, place) {
  const { store, stage } = room;
  if (stage?.pulse?.until) store.remember(answeredKey(room), true);
  if (isCounted(room)) store.act('say_where', { where: place });
}

/** The question on a page of its own, at any time: from the line, and from Hand. */
export function WhereSheet({ room }) {
  const { store } = room;
  const [place, setPlace] = useState(null);
  const close = () => store.remember('where', false);
  const choose = (at) => {
    answer(room, at);
    if (at === NO_ANSWER) close();
    else setPlace(PLACES[at][0]);
  };
  return html`
    <${Sheet} key=${place ?? 'ask'} title=${place ? nameOf(place) : 'Where are you right now?'} close=${close} back=${place && (() => setPlace(null))}>
      ${place ? html`<${KindAnswer} ...${{ room, place, close }} />` : html`<${Places} ...${{ room, choose }} />`}
    <//>
  `;
}

const nameOf = (place) => PLACES.find(([key]) => key === place)[1];

/** Said before one answers, from the rule in force. */
function whoSeesIt(room) {
  if (!isCounted(room)) return FOR_ONESELF;
  return room.stage.pulse.until ? DECLARED : `${NEXT_TIME} ${DECLARED}`;
}

function Places({ room, choose }) {
  return html`
    <p class="small soft where__who">${whoSeesIt(room)}</p>
    <${FourPlaces} choose=${choose} />
    <button class="btn btn--line btn--wide where__not" type="button" onClick=${() => choose(NO_ANSWER)}>Rather not say</button>
    <${OwnNumber} meeting=${room.store.page.meeting} />
  `;
}

/** The four places, with a small picture each; no faces, no traffic light. */
export function FourPlaces({ choose }) {
  return html`<div class="choices where">
    ${PLACES.map(([key, name, line], at) => html`<button class="btn choice where__one" key=${key} type="button" onClick=${() => choose(at)}>
      <svg class="where__pic" viewBox="0 0 32 32" aria-hidden="true"><path d=${PICTURES[key]} /></svg><span>${name}<small>${line}</small></span></button>`)}
  </div>`;
}

/** For oneself: 0 calm, 10 as upset as can be. It never leaves this device, and goes at the end. */
function OwnNumber({ meeting }) {
  const [number, setNumber] = useState(() => readNumber(meeting));
  const slide = (event) => {
    setNumber(event.target.value);
    keepNumber(meeting, event.target.value);
  };
  return html`
    <details class="where__number" onToggle=${(event) => event.target.open && event.target.scrollIntoView({ block: 'end' })}>
      <summary>A number for myself</summary>
      <label class="field__label" for="own-number">From 0, calm, to 10, as upset as can be</label>
      <input id="own-number" type="range" min="0" max="10" step="1" value=${number === '' ? '5' : number} onInput=${slide} />
      <p class="small soft" role="status">${number === '' ? 'Nothing chosen.' : `${number}.`} It stays on this device and goes at the end; nobody is told.</p>
    </details>
  `;
}

/** What the page itself can offer, at once and to this person alone. */
function KindAnswer({ room: { store, stage }, place, close }) {
  const outside = place === 'flooded' || place === 'numb';
  const [grounds, setGrounds] = useState(false);
  const out = () => {
    close();
    store.status('out');
  };
  const word = () => {
    close();
    store.remember('word', outside ? TO_HOSTS[place] : '');
  };
  return html`
    <p role="status">${ANSWERS[place]}</p>
    ${grounds && html`<p class="where__ground" role="status">${GROUND[place]}</p>`}
    <div class="choices">
      ${outside && !grounds && html`<button class="btn" type="button" data-first onClick=${() => setGrounds(true)}>Something to hold on to</button>`}
      ${outside && html`<button class="btn" type="button" onClick=${out}>Step out for a while</button>`}
      ${outside && html`<button class="btn" type="button" onClick=${word}>${isCounted({ stage }) ? 'A private word with a host' : 'Tell a host it was me'}</button>`}
      <button class="btn btn--line" type="button" onClick=${close}>Back to the room</button>
    </div>
    ${outside && html`<p class="small soft">Numbers you can call are under Hand.</p>`}
  `;
}
