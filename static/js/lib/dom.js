/** Small things every page needs from the document. Text goes in as text, never as markup. */

/** First element for a selector, or null. */
export const one = (selector, root = document) => root.querySelector(selector);

/** All elements for a selector, as an array. */
export const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/** Runs `work` when the document can be read. */
export function ready(work) {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', work, { once: true });
  else work();
}

/** Reads the JSON a page carries in <script type="application/json" id="...">; null when it is absent. */
export function pageData(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}

/** The same, once: what it was read from leaves the page. */
export function takeData(id) {
  const data = pageData(id);
  document.getElementById(id)?.remove();
  return data;
}

/** Takes `element` out of reach (focus, pointer, screen reader) or gives it back. */
export function setOutOfReach(element, out) {
  if ('inert' in HTMLElement.prototype) {
    element.inert = out;
    return;
  }
  element.classList.toggle('is-inert', out);
  if (out) element.setAttribute('aria-hidden', 'true');
  else element.removeAttribute('aria-hidden');
}

/** 'day' or 'night' for this page, by choice of the person. */
export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

const TYPED_INTO = 'textarea, input:not([type="checkbox"]):not([type="radio"]):not([type="range"])';
const KEYBOARD_BELOW_PX = 480; // what is seen of a phone when its keyboard is up
const SIDEWAYS_BELOW_PX = 240; // the same with the phone held sideways
const LOOK_AGAIN_MS = 1000; // a box that is taken away tells nobody that it lost the focus
const A_TAP_MS = 400; // a button keeps its place until the finger that left the box has pressed it

/**
 * Tells `element` while a keyboard leaves little of a small phone to see, so that box, who-sees-it and
 * Send stay visible: data-keyboard "upright" or "sideways" (none otherwise), and --seen-height in px.
 * Returns the function that stops it.
 */
export function fitAboveKeyboard(element) {
  const view = window.visualViewport;
  if (!view) return () => {};
  let later = 0;
  const isTyping = () => {
    const focused = document.activeElement;
    return element.contains(focused) && focused.matches(TYPED_INTO) && view.height < KEYBOARD_BELOW_PX;
  };
  const settle = () => {
    element.style.setProperty('--seen-height', `${Math.round(view.height)}px`);
    if (isTyping()) element.dataset.keyboard = view.height < SIDEWAYS_BELOW_PX ? 'sideways' : 'upright';
    else delete element.dataset.keyboard;
    if (!isTyping()) return;
    // iOS scrolls the page under the keyboard; what was at the top belongs there.
    if (view.offsetTop > 0) window.scrollTo(0, 0);
    later = setTimeout(fit, LOOK_AGAIN_MS);
  };
  // Making room is at once; giving it back waits for a finger that may be on Send.
  function fit() {
    clearTimeout(later);
    if (isTyping() || !element.dataset.keyboard) settle();
    else later = setTimeout(settle, A_TAP_MS);
  }
  const watched = [
    [view, 'resize'],
    [view, 'scroll'],
    [element, 'focusin'],
    [element, 'focusout'],
  ];
  settle();
  for (const [where, what] of watched) where.addEventListener(what, fit);
  return () => {
    clearTimeout(later);
    for (const [where, what] of watched) where.removeEventListener(what, fit);
  };
}

/** Copies `text`; false where the browser does not allow it (http from another device). */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
