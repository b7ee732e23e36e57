/** The room's page: wires the store to the views. Members and hosts each have an entry, and get what is theirs. */
import { html, render } from '../vendor/preact-htm.js';
import { prepareVoice } from '../lib/announce.js';
import { one, pageData, takeData } from '../lib/dom.js';
import { armLeave } from '../lib/leave.js';
import { deviceNow } from '../lib/time.js';
import { followRehearsal } from './rehearsal.js';
import { stageOf } from './reducer.js';
import { makeStore } from './store.js';
import { leftMs } from './views/clockwork.js';
import { armHand } from './views/hand.js';
import { Room, readRoom } from './views/room.js';
import { WhereSheet } from './views/where.js';
import { WordSheet } from './views/word.js';

const ON_DESK = new Set(['planned', 'open', 'live', 'closing', 'break', 'held']);

/** Whoever takes the room gets the desk with the next page, and gives it back the same way. */
function changeSeats(store, me) {
  if (!me?.role || store.gone || (me.role !== 'member') === Boolean(store.page.host)) return;
  location.reload();
}

const isAtDesk = ({ store, stage }) => stage && ON_DESK.has(stage.phase) && !store.gone && !store.reload && store.statusNow() !== 'out';

function App({ store, hosts }) {
  const room = readRoom(store);
  changeSeats(store, room.me);
  const desk = hosts && isAtDesk(room);
  const seat = Boolean(store.said.seat);
  const isIn = room.me?.place !== 'removed' && !store.gone; // or nothing stands above the page that says so
  const Where = hosts && room.me?.role !== 'member' ? hosts.OwnWhere : WhereSheet;
  return html`
    ${desk && !seat ? html`<${hosts.Desk} store=${store} />` : html`<${Room} store=${store} />`}
    ${desk && seat && html`<${hosts.ToDesk} room=${room} go=${() => store.remember('seat', false)} />`}
    ${isIn && store.said.where && room.stage && room.me && html`<${Where} room=${room} />`}
    ${isIn && typeof store.said.word === 'string' && html`<${WordSheet} store=${store} notes=${room.notes} stage=${room.stage} />`}
  `;
}

/** Letters weigh as much as the whole room: on a slow line they come after it. */
function bringLetters() {
  const letters = one('link[data-letters]');
  if (letters) letters.media = 'all';
}

/** Draws the room into the page and opens the line. `hosts`: what only hosts have, {Desk, ToDesk, OwnWhere}. */
export function openRoom(hosts = null) {
  const page = pageData('page');
  const place = one('#app');
  let asked = false;
  armLeave();
  armHand();
  prepareVoice();
  const store = makeStore(page, () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      draw();
    });
  });
  function draw() {
    render(html`<${App} ...${{ store, hosts }} />`, place);
    if (stageOf(store.state)) bringLetters();
  }
  // Coming back from the call: the page is seen again.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && store.statusNow() === 'call') store.status('here');
  });
  followRehearsal(page, () => store.look(), () => draw());
  place.replaceChildren();
  store.begin(takeData('first'));
  draw();
  // For tests and for support: what the page believes is left of the step, in seconds.
  window.circleRoom = { secondsLeft: () => Math.round(leftMs(stageOf(store.state), deviceNow() + store.state.offset) / 1000) };
}
