/** The run sheet: printing by one press, where a browser can. */
import './plain.js';
import { all } from '../lib/dom.js';

all('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});
