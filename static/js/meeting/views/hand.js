/**
 * "I need a hand": numbers first, from the page itself, so that it works without a line. The sheet's
 * markup comes from the server with the page (templates/_hand.html); here it only opens and closes.
 */
import { setOutOfReach } from '../../lib/dom.js';
import { armNumbers } from '../../lib/hand.js';
import { meOf, stageOf } from '../reducer.js';

const HELP = 'I need help now.';
const ASKED = { slower: 'ask_slower', rest: 'ask_pause' };
const TOLD = 'The hosts see this wish. Nobody sees whose.';
const GOES_ON = new Set(['live', 'closing']);
const SOMEBODY_IS_HERE = new Set(['open', 'live', 'break', 'held', 'closing']);
let opener = null;
let current = null;

/** Opens the sheet above whatever is on. */
export function openHand(store, from) {
  const sheet = document.getElementById('hand');
  if (!sheet) return;
  current = store;
  opener = from;
  sheet.hidden = false;
  document.getElementById('hand-veil').hidden = false;
  setOutOfReach(document.getElementById('app'), true);
  // Nobody is to wait for an answer where no host is: then there are the numbers, and the page says so.
  const outside = Boolean(store.gone) || meOf(store.state)?.place === 'removed';
  const somebody = !outside && SOMEBODY_IS_HERE.has(stageOf(store.state)?.phase);
  sheet.querySelector('.choices').hidden = !somebody;
  sheet.querySelector('[data-hand="pause"]').hidden = Boolean(meOf(store.state)?.apart);
  sheet.querySelector('.hand__nobody').hidden = somebody || outside;
  sheet.querySelector('.hand__room').hidden = !mayAskForTheRoom(store);
  sheet.querySelector('h2').focus();
}

/** Wishes are for members at the table while something goes on. */
function mayAskForTheRoom(store) {
  const me = meOf(store.state);
  return me?.role === 'member' && me.place === 'seated' && !me.apart && GOES_ON.has(stageOf(store.state)?.phase);
}

async function askForTheRoom(store, command) {
  const answer = await store.act(command);
  if (answer.ok) store.tell(TOLD);
}

/** Closes it and gives the focus back. */
export function closeHand() {
  const sheet = document.getElementById('hand');
  sheet.hidden = true;
  document.getElementById('hand-veil').hidden = true;
  setOutOfReach(document.getElementById('app'), false);
  opener?.focus();
}

/** Joins the sheet's buttons to the room. Called once, when the page has loaded. */
export function armHand() {
  const sheet = document.getElementById('hand');
  if (!sheet) return;
  armNumbers(sheet);
  sheet.addEventListener('keydown', (event) => event.key === 'Escape' && closeHand());
  document.getElementById('hand-veil').addEventListener('click', closeHand);
  sheet.addEventListener('click', (event) => {
    const wish = event.target.closest('[data-hand]')?.dataset.hand;
    if (!wish) return;
    closeHand();
    if (wish === 'pause') current?.status('out');
    if (wish === 'word') current?.remember('word', '');
    if (wish === 'where') current?.remember('where', true);
    if (ASKED[wish] && current) askForTheRoom(current, ASKED[wish]);
    if (wish === 'help') current?.remember('word', HELP);
  });
}
