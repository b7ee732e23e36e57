/** The plan builder without reloads: edits are sent as the forms would be, and the page takes over what came back. */
import './plain.js';
import { announce } from '../lib/announce.js';
import { all, one } from '../lib/dom.js';
import { isTypedInto, takeOver, visit } from '../lib/visit.js';
import { letGripsMove } from './grips.js';

const WRITES_MS = 900; // of quiet after a letter: then what was typed is kept
const LOOKS_MS = 4000; // how often a page asks whether another host has changed something
const NO_LINE = 'The line is down. What you typed stays here; it is kept as soon as the line is back.';

let queue = Promise.resolve(); // one edit after the other: the second starts from what the first left
let moving = false; // a step is in somebody's hand: nothing is drawn anew under it

const plan = () => one('[data-builder]');

/** Sends an edit, and takes over the page that comes back. Resolves to whether it went through. */
function send(body, { saved = null, sent = null } = {}) {
  queue = queue.then(() => sendNow(body, saved, sent));
  return queue;
}

async function sendNow(body, saved, sent) {
  let answer;
  try {
    answer = await visit(plan().dataset.builder, { method: 'POST', body });
  } catch {
    say(NO_LINE);
    return false;
  }
  if (!answer.page.querySelector('[data-region]')) {
    location.reload(); // signed out, or the door is open by now: the page of that says so
    return false;
  }
  const refused = answer.status >= 400;
  if (saved && !refused) saved();
  const writing = (part) => Boolean(saved) && !refused && part.dataset.region === 'inspect'; // the caret stays
  takeOver(answer.page, { keep: writing, sent });
  wake();
  if (!saved && !refused && answer.address !== location.href) history.replaceState(null, '', answer.address);
  const words = refused ? one('[role=alert], .field__error', answer.page)?.textContent : one('.lines .calm', answer.page)?.textContent;
  say(words ?? (saved ? 'Kept.' : ''));
  return !refused;
}

function say(words) {
  const line = one('.kept');
  if (line) line.textContent = words;
  if (words) announce(words);
}

/** The fields of a form, with the button that was pressed. */
function fieldsOf(form, button) {
  const fields = new FormData(form);
  if (button?.name) fields.set(button.name, button.value);
  return new URLSearchParams(fields);
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('[data-edit]');
  if (!form || !plan()) return;
  event.preventDefault();
  all('[data-autosave]').filter((other) => other !== form).forEach(keep);
  send(fieldsOf(form, event.submitter), { sent: form });
});

/* -- what is typed keeps itself -- */
let later = 0;

function keep(form) {
  clearTimeout(later);
  if (!isTypedInto(form)) return;
  const button = one('[data-save]', form);
  const sent = fieldsOf(form, button);
  send(sent, { saved: () => isKept(form, sent) });
}

/** The boxes hold now what the server has; what was typed since then is not kept yet. */
function isKept(form, sent) {
  for (const box of form.elements) {
    if (!box.name || box.type === 'submit') continue;
    if (box.name.startsWith('was_')) box.value = sent.get(box.name.slice(4)) ?? box.value;
    else if (box.type === 'checkbox' || box.type === 'radio') box.defaultChecked = sent.getAll(box.name).includes(box.value);
    else if (box.tagName === 'SELECT') all('option', box).forEach((option) => { option.defaultSelected = option.value === sent.get(box.name); });
    else box.defaultValue = sent.get(box.name) ?? '';
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
window.addEventListener('beforeunload', (event) => {
  if (all('[data-autosave]').some(isTypedInto)) event.preventDefault();
});

/* -- another host's edits come in by themselves -- */
async function lookAnew() {
  if (document.hidden || moving || !plan()) return;
  try {
    const answer = await fetch(plan().dataset.watch, { headers: { 'X-Requested-With': 'fetch' } });
    if (!answer.ok) return;
    const { version } = await answer.json();
    if (String(version) === plan().dataset.version || moving) return;
    const { page } = await visit(location.href);
    takeOver(page);
    wake();
    say('Somebody else has changed the plan. It is up to date now.');
  } catch {
    // the line is down: the next look will tell
  }
}
setInterval(() => { queue = queue.then(lookAnew); }, LOOKS_MS);

/** What a freshly drawn page needs from script. */
function wake() {
  if (!plan()) return;
  all('[data-save]').forEach((button) => { button.hidden = true; });
  letGripsMove(plan(), {
    started: () => { moving = true; },
    dropped(step, after) {
      moving = false;
      const fields = new URLSearchParams({ do: 'move', step, after, open: one('.cue__row--open')?.dataset.step ?? '', csrf_token: plan().dataset.token });
      return send(fields);
    },
    stayed: () => { moving = false; },
  });
}
wake();
all('[data-autosave]').forEach(keep); // typed before this script was there
