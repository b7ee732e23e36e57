/** Copying an address: a button beside it, or a link whose page shows it. */
import { announce } from './announce.js';
import { all } from './dom.js';

const COPIED = 'Copied';
const COPIED_MS = 4000;

/** Makes every `[data-copy]` put its value on the clipboard and say so. Links stay links where it fails. */
export function armCopy(root = document) {
  if (!navigator.clipboard) return; // plain http on the house's network: the address can be selected
  all('[data-copy]', root).forEach((control) => {
    control.hidden = false;
    control.addEventListener('click', (event) => {
      event.preventDefault();
      navigator.clipboard.writeText(control.dataset.copy).then(
        () => say(control),
        () => {
          if (control.href) window.location.assign(control.href);
        },
      );
    });
  });
}

function say(control) {
  const words = control.textContent;
  if (words === COPIED) return;
  control.textContent = COPIED;
  announce(COPIED);
  window.setTimeout(() => {
    control.textContent = words;
  }, COPIED_MS);
}
