/** Moving rows of a plan: by dragging their grip, or with Enter, the arrow keys, Enter again; Escape puts back. */
import { announce } from '../lib/announce.js';
import { all, one } from '../lib/dom.js';

/**
 * Wakes the grips of this list; those that are awake stay so. `told` hears started(), then dropped(step, after) with the
 * ids of the step and of the one it comes to stand behind ("" at the beginning), which promises whether that went
 * through; or stayed().
 */
export function letGripsMove(list, told) {
  for (const grip of all('.grip', list).filter((asleep) => asleep.hidden)) {
    grip.hidden = false;
    const row = grip.closest('.cue__row');
    grip.addEventListener('click', (event) => event.detail === 0 && lift(list, row, grip, told)); // by keyboard
    grip.addEventListener('pointerdown', (event) => drag(event, list, row, grip, told));
  }
}

const rowsOf = (list) => all('.cue__row', list);
const placeOf = (list, row) => rowsOf(list).indexOf(row);
const behind = (list, row) => rowsOf(list)[placeOf(list, row) - 1]?.dataset.step ?? '';

function say(list, row) {
  announce(`${one('.cue__name', row).firstChild.textContent.trim()}, place ${placeOf(list, row) + 1} of ${rowsOf(list).length}.`);
}

/** Puts the row before or after its neighbour; cards under rows stay out of the way while something moves. */
function shift(list, row, by) {
  const rows = rowsOf(list);
  const other = rows[rows.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
}

function begin(list, row, told) {
  told.started();
  row.classList.add('cue__row--lift');
  all('.rule', list).forEach((card) => { card.hidden = true; });
  return { place: placeOf(list, row), before: row.previousElementSibling };
}

function finish(list, row, grip, told, stood, kept) {
  row.classList.remove('cue__row--lift', 'cue__row--dragged');
  grip.setAttribute('aria-pressed', 'false');
  all('.keysay, .movers', row).forEach((part) => part.remove());
  const moved = kept && stood.place !== placeOf(list, row);
  const stay = () => {
    putBack(list, row, stood.before);
    all('.rule', list).forEach((card) => { card.hidden = false; });
    grip.focus();
  };
  if (!moved) {
    stay();
    told.stayed();
    return;
  }
  told.dropped(row.dataset.step, behind(list, row)).then((went) => {
    if (went) document.getElementById(grip.id)?.focus();
    else if (row.isConnected) stay();
  });
}

/** Where the row stood: behind this element, or at the beginning. Only the row itself has moved. */
function putBack(list, row, before) {
  if (before) before.after(row);
  else list.prepend(row);
}

/* -- keys, and buttons for thumbs -- */
function lift(list, row, grip, told) {
  if (row.classList.contains('cue__row--lift')) return;
  const stood = begin(list, row, told);
  grip.setAttribute('aria-pressed', 'true');
  const end = (kept) => {
    grip.removeEventListener('keydown', keys);
    grip.removeEventListener('blur', leave);
    finish(list, row, grip, told, stood, kept);
    announce(kept ? 'Set down.' : 'Put back.');
  };
  const step = (by) => { shift(list, row, by); grip.focus(); say(list, row); };
  const leave = () => setTimeout(() => row.classList.contains('cue__row--lift') && !row.contains(document.activeElement) && end(true), 0);
  function keys(event) {
    const does = { ArrowUp: () => step(-1), ArrowDown: () => step(1), Enter: () => end(true), ' ': () => end(true), Escape: () => end(false) }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }
  grip.addEventListener('keydown', keys);
  grip.addEventListener('blur', leave);
  row.append(keysAsWords(), movers(step, () => end(true)));
  say(list, row);
}

function keysAsWords() {
  const line = document.createElement('p');
  line.className = 'keysay';
  for (const [keys, words] of [[['↑', '↓'], 'move'], [['Enter'], 'set down here'], [['Esc'], 'put back']]) {
    const part = document.createElement('span');
    keys.forEach((key) => { part.append(Object.assign(document.createElement('kbd'), { textContent: key })); });
    part.append(words);
    line.append(part);
  }
  return line;
}

function movers(step, done) {
  const box = document.createElement('div');
  box.className = 'movers';
  for (const [words, does, kind] of [['Up', () => step(-1), ''], ['Down', () => step(1), ''], ['Done', done, ' btn--line']]) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: `btn${kind}`, textContent: words });
    button.addEventListener('pointerdown', (event) => event.preventDefault()); // the grip keeps the focus
    button.addEventListener('click', does);
    box.append(button);
  }
  return box;
}

/* -- a pointer -- */
const TAP_PX = 6; // a hand that moves less than this has tapped

function drag(event, list, row, grip, told) {
  if (event.button !== 0) return;
  event.preventDefault();
  const from = event.clientY;
  let stood = null;
  const move = ({ clientY }) => {
    if (!stood && Math.abs(clientY - from) < TAP_PX) return;
    if (!stood) {
      stood = begin(list, row, told);
      row.classList.add('cue__row--dragged');
    }
    follow(list, row, clientY);
  };
  const end = ({ type }) => {
    document.removeEventListener('pointermove', move);
    for (const name of ['pointerup', 'pointercancel']) document.removeEventListener(name, end);
    if (stood) finish(list, row, grip, told, stood, type === 'pointerup');
    else if (type === 'pointerup') { grip.focus(); lift(list, row, grip, told); }
  };
  // On the document: a row that changes its place in the page would lose a captured pointer.
  document.addEventListener('pointermove', move);
  for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, end);
}

/** The row changes places with whichever neighbour the pointer has passed the middle of. */
function follow(list, row, y) {
  const middle = (other) => { const box = other.getBoundingClientRect(); return box.top + box.height / 2; };
  const rows = rowsOf(list);
  const at = rows.indexOf(row);
  if (at > 0 && y < middle(rows[at - 1])) shift(list, row, -1);
  else if (at < rows.length - 1 && y > middle(rows[at + 1])) shift(list, row, 1);
  if (y < 60) window.scrollBy(0, -14);
  else if (y > window.innerHeight - 60) window.scrollBy(0, 14);
}
