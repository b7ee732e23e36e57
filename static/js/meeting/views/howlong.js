/** How much fits. Nothing is cut off: what is too long stays in its box, and is not sent before it fits. */
import { html } from '../../vendor/preact-htm.js';

export const WORDS_MAX = 4000; // characters, as the server counts them
const near = (most) => Math.min(200, most / 7); // from so many left on they are counted

const lengthOf = (text) => [...text.replaceAll('\r\n', '\n').normalize('NFC').trim()].length;

/** How many more fit; below 0: so many too many. Pure. */
export const roomFor = (text, most = WORDS_MAX) => (text.length < most - near(most) ? most - text.length : most - lengthOf(text));

/** Whether this cannot be sent as it is. Pure. */
export const isTooLong = (text, most = WORDS_MAX) => roomFor(text, most) < 0;

/** What stands beside a box near its end and beyond. Pure. */
export function howLongWords(text, most = WORDS_MAX) {
  const left = roomFor(text, most);
  if (left < 0) return `${-left === 1 ? 'One letter is' : `${-left} letters are`} more than fits here. All of it is still in the box; shorten it, or send it in parts.`;
  if (left > near(most)) return '';
  if (left === 0) return 'It fits, to the last letter.';
  return left === 1 ? 'One more letter fits here.' : `${left} more letters fit here.`;
}

/** The count is seen at every letter, and said once, when it becomes too much. `id`: for the box to name it. */
export function HowLong({ text, most = WORDS_MAX, id = 'how-long' }) {
  const words = howLongWords(text, most);
  return html`
    ${words && html`<p class="small soft" id=${id}>${words}</p>`}
    <span class="sr" role="status">${isTooLong(text, most) ? 'That is longer than fits here. All of it is still in the box.' : ''}</span>
  `;
}
