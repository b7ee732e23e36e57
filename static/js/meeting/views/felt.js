/** Where people are, on the hosts' desk: rough numbers and one card once a pulse has closed. Never who. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { numberWord } from '../../lib/time.js';
import { uuid4 } from '../commands.js';
import { Sheet } from './sheet.js';
import { FourPlaces, PLACES } from './where.js';
import { whoWaitsForAWord } from './words.js';

const GRAVE = new Set(['Q3', 'Q4', 'Q5', 'Q7']);
const OUTSIDE = 2; // from this place on: flooded, far away
const BANDS = { none: 'nobody', one_or_two: 'one or two', several: 'several' };
const ACTS = {
  break: ({ store }) => store.act('start_break', { minutes: 5 }),
  longer: ({ store }) => store.act('extend_step', { minutes: 2 }),
  close: ({ store }) => store.act('turn_to_closing'),
  ground: ({ openMore }) => openMore('put'),
};
const ASK_OTHER = 'Could you take the room for a moment?';

/** The told pulse that is to be looked at soon, for the line beside the buttons; null if there is none. */
export const graveTold = ({ stage }) => (GRAVE.has(stage.felt?.told?.card) ? stage.felt.told : null);

const sayOf = (store, id) => store.page.pulse.find((card) => card.id === id);

/** Help comes first: while a private word waits, this waits too. */
export function FeltCard({ room, openMore }) {
  const { store, stage } = room;
  const told = stage.felt?.told;
  useKeepForDebrief(room);
  const card = told && sayOf(store, told.card);
  return html`
    <div role="status">
      ${stage.pulse.until && html`<${Open} room=${room} />`}
      ${card && !whoWaitsForAWord(room).length && html`<${Told} ...${{ room, told, card, openMore }} />`}
    </div>
  `;
}

function Open({ room: { store, stage } }) {
  return html`<p class="small soft">Everybody is asked where they are${stage.pulse.counted ? '; what comes of it stands here in a moment' : ', each for themselves: you are too few for numbers that name nobody'}.
    ${' '}<button class="inline" type="button" onClick=${() => store.remember('where', true)}>And you?</button></p>`;
}

function Told({ room, told, card, openMore }) {
  const { store, stage } = room;
  const putAway = () => store.act('put_card_away', { card: told.key });
  const follow = (act) => {
    ACTS[act]({ store, openMore });
    putAway();
  };
  const offers = card.offers.filter(({ act }) => canBe(act, stage.phase));
  return html`
    <section class="card felt" id="felt" tabindex="-1" aria-labelledby="felt-h" key=${told.key}>
      <h2 id="felt-h">Where people are</h2>
      ${Object.keys(told.bands).length > 0 && html`<dl class="felt__bands">${PLACES.map(([key, name]) => html`<div key=${key}><dt>${name}</dt><dd>${inWords(told.bands[key])}</dd></div>`)}</dl>`}
      <p>${card.say}</p>
      ${told.far && html`<p>${sayOf(store, 'Q6').say}</p>`}
      <div class="btns">
        ${offers.map(({ words, act }) => html`<button class="btn" key=${act} type="button" onClick=${() => follow(act)}>${words}</button>`)}
        <button class="btn btn--line" type="button" onClick=${putAway}>Put away</button>
      </div>
    </section>
  `;
}

const inWords = (band) => BANDS[band] ?? numberWord(Number(band));

/** Nothing is offered that would be refused. */
const canBe = (act, phase) => (phase === 'closing' ? act !== 'close' : phase === 'live' || (phase === 'break' && act === 'close'));

/** Q8 is for afterwards: this page keeps it until then, and nobody else does. */
function useKeepForDebrief({ store, stage }) {
  const lighter = Boolean(stage.felt?.lighter);
  useEffect(() => {
    if (lighter) store.remember('lighter', sayOf(store, 'Q8').say);
  }, [lighter]);
}

/** A host's own place stays on this page: nobody is told, and the page offers to share the weight. */
export function OwnWhere({ room }) {
  const { store, me, people } = room;
  const [place, setPlace] = useState(null);
  const close = () => store.remember('where', false);
  const others = me.role === 'host' ? people.filter((person) => person.host && !person.you).length : 0;
  return html`
    <${Sheet} key=${place ?? 'ask'} title="Where are you right now?" close=${close} back=${place !== null && (() => setPlace(null))}>
      ${place === null && html`<p class="small soft where__who">Only you see this. It stays on this page, and hosts are not counted.</p><${FourPlaces} choose=${setPlace} />`}
      ${place !== null && place < OUTSIDE && html`<p role="status">Good to know. It is yours alone.</p>`}
      ${place !== null && place >= OUTSIDE && html`<${HandOver} ...${{ store, others, close }} />`}
    <//>
  `;
}

function HandOver({ store, others, close }) {
  const card = store.page.advice.find(({ id }) => id === 'L12');
  const ask = async () => {
    close();
    const answer = await store.act('tell_hosts', { note: uuid4(), text: ASK_OTHER });
    if (answer.ok) store.tell('The other host has your note.');
  };
  const rest = () => {
    close();
    store.act('start_break', { minutes: 5 });
  };
  return html`
    <p role="status">${card.say}</p>
    <div class="choices">
      ${others > 0 && html`<button class="btn" type="button" onClick=${ask}>${card.offer}</button>`}
      <button class="btn" type="button" onClick=${rest}>A break of five minutes</button>
      <button class="btn btn--line" type="button" onClick=${close}>Go on</button>
    </div>
  `;
}

/** In More: whether the room is asked tonight. */
export function PulseSwitch({ stage, act }) {
  const { on } = stage.felt;
  return html`<button class="btn choice" type="button" aria-pressed=${on} onClick=${() => act('keep_pulse', { on: !on })}>${on ? 'Ask nobody where they are any more' : 'Ask now and then where people are'}
    <small>${on ? 'What was said so far is dropped.' : 'On arriving, after a break, after a landing, before the closing. Rough numbers for hosts, never who.'}</small></button>`;
}
