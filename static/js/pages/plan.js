/** The plan builder without reloads: edits are sent as the forms would be, and the page takes over what came back. */
import './plain.js';
import { announce } from '../lib/announce.js';
import { all, one } from '../lib/dom.js';
import { isTypedInto, takeOver, visit } from '../lib/visit.js';
import { letGripsMove } from './grips.js';

const WRITES_MS = 900; // of quiet after a letter: then what was typed is kept
const LOOKS_MS = 4000; // how often a page asks whether the plan was changed elsewhere
const LOOK_MS = 5000; // how long it waits for that answer
const SLOW_MS = 1200; // after which a page says that it is still keeping something
const DOWN = 'The line is down. What you typed stays here, and is kept as soon as the line is back.';
const NOT_DONE = 'The line is down, so nothing was changed. Press again when it is back.';
const ELSEWHERE = 'The plan was changed elsewhere. It is up to date now.';
const GONE = 'This step was taken out elsewhere.';

let queue = Promise.resolve(); // one edit after the other: the second starts from what the first left
let waiting = 0; // edits that are on their way, or wait for those before them
let inHand = false; // a step is being moved: nothing is drawn anew under it
let drawLater = null; // what came meanwhile

const plan = () => one('[data-builder]');
const writing = () => all('[data-autosave]').filter(isTypedInto);

function say(words) {
  const line = one('.kept');
  if (line) line.textContent = words;
  if (words) announce(words);
}

/** Draws the page that came, once no step is in somebody's hand. */
function draw(page, options) {
  if (inHand) {
    drawLater = () => draw(page, options);
    return;
  }
  takeOver(page, options);
  wake();
}

/** An edit, after those before it. `fields` says what to send when its turn has come; null: there is nothing to send. */
function send(fields, { sent = null, done = () => {}, down = NOT_DONE, quiet = '' } = {}) {
  waiting += 1;
  const slow = setTimeout(() => say('Keeping it …'), SLOW_MS);
  const turn = async () => {
    const body = fields();
    return body === null ? false : sendNow(body, { sent, done, down, quiet });
  };
  queue = queue.then(turn).finally(() => {
    clearTimeout(slow);
    waiting -= 1;
  });
  return queue;
}

async function sendNow(body, { sent, done, down, quiet }) {
  let answer;
  try {
    answer = await visit(plan().dataset.builder, { method: 'POST', body });
  } catch {
    say(down);
    return false;
  }
  const { page, status, address } = answer;
  const refused = status >= 400;
  if (!page.querySelector('[data-region]')) {
    if (refused) say(one('main p', page)?.textContent ?? '');
    else window.location.assign(address); // signed out, or the door is open by now: the page of that says so
    return false;
  }
  const alert = refused ? one('[role=alert]', page) : null;
  const beside = refused && !alert ? one('.field__error', page) : null; // said there alone, not at the top as well
  const words = refused ? (alert ?? beside)?.textContent.trim() : one('.lines .calm', page)?.textContent ?? quiet;
  if (!refused) done(body);
  if (!refused && sent && address !== window.location.href) window.history.replaceState(null, '', address);
  draw(page, { sent });
  say(beside ? '' : words ?? '');
  if (beside) announce(words);
  return !refused;
}

/** The fields of a form, with the button that was pressed. */
function fieldsOf(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  return fields;
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('[data-edit]');
  if (!form || !plan()) return;
  event.preventDefault();
  const { submitter } = event;
  writing().filter((other) => other !== form).forEach(keep);
  send(() => fieldsOf(form, submitter), { sent: form });
});

/* -- what is typed keeps itself -- */
let later = 0;
const refusals = new WeakMap(); // form -> what of it was refused: the same is not sent again and again

function keep(form) {
  clearTimeout(later);
  let body = null;
  send(() => {
    body = form.isConnected && isTypedInto(form) ? fieldsOf(form, one('[data-save]', form)) : null;
    return body && refusals.get(form) === String(body) ? null : body;
  }, { done: (kept) => isKept(form, kept), down: DOWN, quiet: 'Kept.' }).then((went) => {
    if (went) refusals.delete(form);
    else if (body && window.navigator.onLine) refusals.set(form, String(body));
  });
}

/** The boxes hold now what the server has; what was typed since then is not kept yet. */
function isKept(form, sent) {
  for (const box of form.elements) {
    if (!box.name || box.type === 'submit') continue;
    if (box.name.startsWith('was_')) box.value = sent.get(box.name.slice(4)) ?? box.value;
    else if (box.type === 'checkbox' || box.type === 'radio') box.defaultChecked = sent.getAll(box.name).includes(box.value);
    else if (box.tagName === 'SELECT') for (const option of box.options) option.defaultSelected = option.value === sent.get(box.name);
    else if (box.type !== 'hidden') box.defaultValue = sent.get(box.name) ?? '';
  }
}

document.addEventListener('input', (event) => {
  const form = event.target.closest('[data-autosave]');
  if (!form || !plan()) return;
  clearTimeout(later);
  later = setTimeout(() => keep(form), WRITES_MS);
});
document.addEventListener('change', (event) => {
  const form = event.target.closest('[data-autosave]');
  if (form && plan()) keep(form);
});
window.addEventListener('online', () => writing().forEach((form) => { refusals.delete(form); keep(form); }));
window.addEventListener('beforeunload', (event) => {
  if (writing().length) event.preventDefault();
});

/* -- what is changed elsewhere comes in by itself -- */
async function lookAnew() {
  if (document.hidden || inHand || waiting || !plan()) return;
  const stop = new AbortController();
  const enough = setTimeout(() => stop.abort(), LOOK_MS);
  try {
    const answer = await fetch(plan().dataset.watch, { headers: { 'X-Requested-With': 'fetch' }, signal: stop.signal });
    const { version } = await answer.json();
    if (!answer.ok || inHand || waiting || String(version) === plan().dataset.version) return;
    await drawAnew();
  } catch {
    // the line is down: the next look will tell
  } finally {
    clearTimeout(enough);
  }
}

async function drawAnew() {
  const here = await visit(window.location.href);
  if (waiting) return; // an edit of one's own brings the newest page with it
  if (here.page.querySelector('[data-region]') && here.status < 400) {
    draw(here.page);
    say(ELSEWHERE);
    return;
  }
  const evening = await visit(window.location.href.replace(/\/[^/]*$/, ''));
  if (!evening.page.querySelector('[data-region]')) return;
  window.history.replaceState(null, '', evening.address);
  draw(evening.page);
  say(GONE);
}

async function lookAgainAndAgain() {
  await lookAnew();
  setTimeout(lookAgainAndAgain, LOOKS_MS);
}

/* -- steps in somebody's hand -- */
function putDown() {
  inHand = false;
  const draws = drawLater;
  drawLater = null;
  return draws;
}

const hand = {
  started: () => { inHand = true; },
  dropped(step, after) {
    putDown(); // what came meanwhile is older than what this brings
    const open = one('.cue__row--open')?.dataset.step ?? '';
    return send(() => new URLSearchParams({ do: 'move', step, after, open, csrf_token: plan().dataset.token }));
  },
  stayed: () => putDown()?.(),
};

/** What a freshly drawn page needs from script. */
function wake() {
  if (!plan()) return;
  all('[data-save]').forEach((button) => { button.hidden = true; });
  letGripsMove(plan(), hand);
}

wake();
writing().forEach(keep); // typed before this script was there
setTimeout(lookAgainAndAgain, LOOKS_MS);
