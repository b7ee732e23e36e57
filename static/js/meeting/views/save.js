/** Words without a name, kept for oneself: a file on this device. The server keeps no copy with anybody's name. */
import { html } from '../../vendor/preact-htm.js';
import { saveOnDevice } from '../drafts.js';

export function SaveIt({ store, text }) {
  const save = () => {
    saveOnDevice(text, 'my-line.txt');
    store.tell('It lies on this device as a file now. Whoever uses the device can find it there.');
  };
  return html`<button class="quiet" type="button" onClick=${save}>Save it on this device</button>`;
}
