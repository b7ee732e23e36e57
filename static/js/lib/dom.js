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

/**
 * Keeps `element` as high as what is seen above the keyboard, so that box, who-sees-it and Send stay
 * visible on a small phone. Sets --seen-height in px; returns the function that stops it.
 */
export function fitAboveKeyboard(element) {
  const view = window.visualViewport;
  if (!view) return () => {};
  const fit = () => {
    element.style.setProperty('--seen-height', `${Math.round(view.height)}px`);
    // iOS scrolls the page under the keyboard; what was at the top belongs there.
    if (view.offsetTop > 0) window.scrollTo(0, 0);
  };
  fit();
  view.addEventListener('resize', fit);
  view.addEventListener('scroll', fit);
  return () => {
    view.removeEventListener('resize', fit);
    view.removeEventListener('scroll', fit);
    element.style.removeProperty('--seen-height');
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
