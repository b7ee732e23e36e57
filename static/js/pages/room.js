/** The room's page: wires the store to the views. */
import { html, render } from '../vendor/preact-htm.js';
import { prepareVoice } from '../lib/announce.js';
import { one, pageData } from '../lib/dom.js';
import { armLeave } from '../lib/leave.js';
import { deviceNow } from '../lib/time.js';
import { followRehearsal } from '../meeting/rehearsal.js';
import { stageOf } from '../meeting/reducer.js';
import { makeStore } from '../meeting/store.js';
import { leftMs } from '../meeting/views/clockwork.js';
import { Desk } from '../meeting/views/desk.js';
import { ToDesk } from '../meeting/views/deskroom.js';
import { OwnWhere } from '../meeting/views/felt.js';
import { armHand } from '../meeting/views/hand.js';
import { Room, readRoom } from '../meeting/views/room.js';
import { WhereSheet } from '../meeting/views/where.js';
import { WordSheet } from '../meeting/views/word.js';

const page = pageData('page');
const place = one('#app');
armLeave();
armHand();
prepareVoice();

let asked = false;
const store = makeStore(page, () => {
  if (asked) return;
  asked = true;
  queueMicrotask(() => {
    asked = false;
    draw();
  });
});

const ON_DESK = new Set(['planned', 'open', 'live', 'closing', 'break', 'held']);

/** Whoever takes the room gets the desk with the next page, and gives it back the same way. */
function changeSeats(me) {
  if (!me?.role || store.gone || (me.role !== 'member') === Boolean(page.host)) return;
  location.reload();
}

function App() {
  const room = readRoom(store);
  changeSeats(room.me);
  const desk = page.host && room.stage && ON_DESK.has(room.stage.phase) && !store.gone && !store.reload && store.statusNow() !== 'out';
  const seat = Boolean(store.said.seat);
  return html`
    ${desk && !seat ? html`<${Desk} store=${store} />` : html`<${Room} store=${store} />`}
    ${desk && seat && html`<${ToDesk} room=${room} go=${() => store.remember('seat', false)} />`}
    ${store.said.where && room.stage && room.me && (room.me.role === 'member' ? html`<${WhereSheet} room=${room} />` : html`<${OwnWhere} room=${room} />`)}
    ${typeof store.said.word === 'string' && html`<${WordSheet} store=${store} notes=${room.notes} stage=${room.stage} />`}
  `;
}

function draw() {
  render(html`<${App} />`, place);
}

// Coming back from the call: the page is seen again.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && store.statusNow() === 'call') store.status('here');
});

followRehearsal(page, () => store.look(), () => draw());
place.replaceChildren();
draw();

/** For tests and for support: what the page believes is left of the step, in seconds. */
window.circleRoom = { secondsLeft: () => Math.round(leftMs(stageOf(store.state), deviceNow() + store.state.offset) / 1000) };
