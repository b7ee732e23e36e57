/**
 * The numbers one can call: choosing a country switches between lists that are all in the page
 * already. Nothing is asked from anywhere, nothing is kept.
 */
import { all, one } from './dom.js';

/** Makes the list of numbers inside `root` answer to its choice of country. */
export function armNumbers(root = document) {
  const box = one('[data-numbers]', root);
  if (!box) return;
  const choice = one('select[name="country"]', box);
  const without = one('[data-without-script]', box);
  if (without) without.hidden = true;
  choice.addEventListener('change', () => showCountry(box, choice.value));
  showCountry(box, choice.value); // a browser that goes back keeps the choice, not the list
}

function showCountry(box, code) {
  all('[data-country]', box).forEach((list) => {
    list.hidden = list.dataset.country !== code;
  });
}
