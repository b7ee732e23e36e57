/** The page around a rehearsal: what moves the evening goes without loading anew, so that the frames stay. */
import { all, one, ready } from '../lib/dom.js';
import { armLeave } from '../lib/leave.js';
import { clockTime } from '../lib/time.js';

const LOOK_MS = 1500;
const GONE = 404;
const WORDS = {
  pause: { true: ['go', 'Let it run'], false: ['pause', 'Let it stand'] },
  lead: { true: ['lead', 'I lead myself'], false: ['leave', 'Let the desk go on by itself'] },
};

const form = one('[data-rehearse]');
let rate = null;

/** Tells the rooms in the frames how fast the evening runs. */
function tellFrames() {
  for (const frame of all('[data-frame]')) frame.contentWindow?.postMessage({ rate }, window.location.origin);
}

/** What the rooms in the frames keep in this tab goes with them. */
function forget() {
  for (const name of Object.keys(window.sessionStorage)) if (name.startsWith('/rehearsal/')) window.sessionStorage.removeItem(name);
}

function setButton(name, is) {
  const button = one(`[data-set="${name}"]`, form);
  const [value, words] = WORDS[name][is];
  if (button.value === value) return;
  button.value = value;
  button.textContent = words;
}

/** New sentences come first; those that stand already stay, so that a screen reader reads what is new. */
function showHappened(happened) {
  const list = one('[data-happened]');
  const known = new Set(all('li', list).map((item) => item.textContent));
  const fresh = happened.map(({ instant, words }) => {
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = clockTime(instant); // as the rooms in the frames show it
    item.append(time, ` ${words}`);
    return item;
  });
  const standing = new Set(fresh.map((item) => item.textContent));
  for (const item of all('li', list)) if (!standing.has(item.textContent)) item.remove();
  list.prepend(...fresh.filter((item) => !known.has(item.textContent)));
}

/** There is no way back to it; whoever pressed it goes on from the button before. */
function takeJumpAway() {
  const jump = one('[data-set="jump"]', form);
  if (jump && document.activeElement === jump) jump.previousElementSibling.focus();
  jump?.remove();
}

function show(state) {
  one('[data-clock]').textContent = clockTime(state.now);
  for (const button of all('[aria-pressed]', form)) button.setAttribute('aria-pressed', String(Number(button.value) === state.rate));
  setButton('pause', state.paused);
  setButton('lead', state.leads);
  if (!state.before_tender) takeJumpAway();
  showHappened(state.happened);
  if (rate === state.rate) return;
  rate = state.rate;
  tellFrames();
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { Accept: 'application/json', 'X-Requested-With': 'fetch' } });
  if (answer.status === GONE) window.location.assign(form.dataset.after);
  else if (answer.ok) show(await answer.json());
}

function send(event) {
  event.preventDefault();
  const body = new FormData(form);
  body.set('do', event.submitter.value);
  ask(form.action, { method: 'POST', body: new URLSearchParams(body) }).catch(() => {}); // the next look says how it is
}

/** On a phone one of the two is seen at a time; the other goes on behind it. */
function armTabs() {
  const stage = one('[data-stage]');
  const tabs = one('[data-tabs]');
  tabs.hidden = false;
  tabs.addEventListener('click', ({ target }) => {
    const chosen = target.closest('[data-show]')?.dataset.show;
    if (!chosen) return;
    stage.dataset.stage = chosen;
    for (const tab of all('[data-show]', tabs)) tab.setAttribute('aria-pressed', String(tab.dataset.show === chosen));
  });
}

ready(() => {
  armLeave();
  armTabs();
  form.addEventListener('submit', send);
  for (const frame of all('[data-frame]')) frame.addEventListener('load', () => rate !== null && tellFrames());
  window.addEventListener('pagehide', forget);
  const look = () => ask(form.dataset.now).catch(() => {}); // a line that is lost for a moment
  look();
  setInterval(look, LOOK_MS);
});
