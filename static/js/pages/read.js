/** Reading aloud: one line at a time. Without this file the page is the whole text, its pauses written out. */
import './plain.js';
import { announce, prepareVoice } from '../lib/announce.js';
import { all, one } from '../lib/dom.js';

const ON = [' ', 'Enter', 'ArrowRight', 'ArrowDown', 'PageDown'];
const BACK = ['ArrowLeft', 'ArrowUp', 'PageUp'];
const OWN_KEYS = 'a, button, input, select, textarea, summary';

/** Turns the list inside `root` into one line at a time. */
function armReading(root) {
  const lines = all('[data-line]', root);
  const [back, on, where] = ['[data-back]', '[data-on]', '[data-at]'].map((name) => one(name, root));
  let at = 0;

  const words = (line) => [one('.read__line', line), one('.read__quiet-words', line)]
    .filter(Boolean).map((part) => part.textContent).join(' ');

  function show(next, aloud = true) {
    at = Math.max(0, Math.min(lines.length - 1, next));
    lines.forEach((line, index) => {
      line.hidden = index !== at;
    });
    where.textContent = `${at + 1} of ${lines.length}${at === lines.length - 1 ? '. These are the last words.' : ''}`;
    back.setAttribute('aria-disabled', String(at === 0));
    on.setAttribute('aria-disabled', String(at === lines.length - 1));
    if (aloud) announce(words(lines[at]));
  }

  let heading = '';
  lines.forEach((line) => {
    const own = one('.read__part', line);
    heading = own?.textContent ?? heading;
    if (own || !heading) return;
    const part = document.createElement('p');
    part.className = 'read__part';
    part.textContent = heading;
    line.prepend(part);
  });
  root.classList.add('is-stepwise');
  one('[data-steps]', root).hidden = false;
  on.addEventListener('click', () => show(at + 1));
  back.addEventListener('click', () => show(at - 1));
  one('ol', root).addEventListener('click', () => show(at + 1));
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const own = event.target.closest(OWN_KEYS);
    if (own && (event.key === ' ' || event.key === 'Enter')) return;
    const step = ON.includes(event.key) - BACK.includes(event.key);
    if (!step) return;
    event.preventDefault();
    show(at + step);
  });
  show(0, false);
}

prepareVoice();
all('[data-read]').filter((root) => one('[data-line]', root)).forEach(armReading);
