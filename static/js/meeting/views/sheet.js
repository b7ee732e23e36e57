/** A sheet above the room: focus goes in, stays in, and goes back; Escape or a touch beside it closes. */
import { html, useEffect, useRef } from '../../vendor/preact-htm.js';

const REACHABLE = 'button:not([disabled]),a[href],input,textarea,select,[tabindex="0"]';

/** `title` names the dialog. `back` replaces Close by Back, for a page inside the sheet. */
export function Sheet({ title, close, back = null, children }) {
  const sheet = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    first(sheet.current)?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  const onKeyDown = (event) => {
    if (event.key === 'Escape') close();
    if (event.key === 'Tab') keepInside(sheet.current, event);
  };
  return html`
    <section class="sheet sheet--over" role="dialog" aria-modal="true" aria-label=${title} ref=${sheet} onKeyDown=${onKeyDown}>
      <div class="sheet__head"><h2>${title}</h2>
        <button class="quiet" type="button" onClick=${back ?? close}>${back ? 'Back' : 'Close'}</button></div>
      ${children}
    </section>
    <div class="veil veil--over" onClick=${close}></div>
  `;
}

/** Where one begins: a box to write in if there is one, else the first thing one can press. */
const first = (sheet) => sheet.querySelector('textarea,input:not([type="checkbox"])') ?? sheet.querySelector(REACHABLE);

function keepInside(sheet, event) {
  const all = [...sheet.querySelectorAll(REACHABLE)].filter((one) => one.offsetParent !== null);
  const [edge, other] = event.shiftKey ? [all[0], all[all.length - 1]] : [all[all.length - 1], all[0]];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  other.focus();
}
