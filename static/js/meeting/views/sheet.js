/** A sheet above the room: focus goes in, stays in, and goes back; Escape or a touch beside it closes. */
import { html, useEffect, useLayoutEffect, useRef } from '../../vendor/preact-htm.js';
import { fitAboveKeyboard } from '../../lib/dom.js';
import { useKeptFocus } from './focus.js';

const REACHABLE = 'button:not([disabled]),a[href],input,textarea,select,[tabindex="0"]';

/** `title` names the dialog. `back` replaces Close by Back, for a page inside the sheet. */
export function Sheet({ title, close, back = null, children }) {
  const sheet = useRef(null);
  const closing = useRef(close);
  closing.current = close;
  useKeptFocus(sheet);
  useEffect(() => fitAboveKeyboard(sheet.current), []);
  // At once, not after the next frame: a quick hand may press inside the sheet before that, and then
  // nobody would know any more where the focus came from.
  useLayoutEffect(() => {
    const before = document.activeElement;
    first(sheet.current)?.focus();
    // On the document: a press that took its own button off the page has left the focus nowhere, and
    // a host who presses Escape again and again would leave the room by it.
    const onKeyDown = (event) => {
      if (event.key === 'Escape') closing.current();
      if (event.key === 'Tab') keepInside(sheet.current, event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      if (before?.isConnected) before.focus();
    };
  }, []);
  return html`
    <section class="sheet sheet--over" role="dialog" aria-modal="true" aria-label=${title} tabindex="-1" ref=${sheet}>
      <div class="sheet__head"><h2>${title}</h2>
        <button class="quiet" type="button" onClick=${back ?? close}>${back ? 'Back' : 'Close'}</button></div>
      ${children}
    </section>
    <div class="veil veil--over" onClick=${close}></div>
  `;
}

/** Where one begins: what asks for it, else a box to write in, else the first thing one can press. */
const first = (sheet) => sheet.querySelector('[data-first]') ?? sheet.querySelector('textarea,input:not([type="checkbox"])') ?? sheet.querySelector(REACHABLE);

function keepInside(sheet, event) {
  const all = [...sheet.querySelectorAll(REACHABLE)].filter((one) => one.offsetParent !== null);
  const [edge, other] = event.shiftKey ? [all[0], all[all.length - 1]] : [all[all.length - 1], all[0]];
  const outside = !sheet.contains(document.activeElement) || document.activeElement === sheet;
  if (document.activeElement !== edge && !outside) return;
  event.preventDefault();
  other.focus();
}
