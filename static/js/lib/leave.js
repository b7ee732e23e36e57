/**
 * Leave fast. The link works without this module as a plain link; with it the page goes blank at
 * once, drafts are wiped and the address is replaced, so that Back does not lead here again.
 */

const PRESSES = 3;
const WITHIN_MS = 3000;

/** Blanks the page, forgets drafts and goes to `address`. Tells the page first, so that it can hang up. */
export function leaveFast(address) {
  try {
    document.dispatchEvent(new CustomEvent('circle:leave'));
  } finally {
    document.title = '\u200b';
    document.documentElement.hidden = true;
    document.body.replaceChildren();
    forgetDrafts();
    window.top.document.documentElement.hidden = true; // only pages of ours hold ours in a frame
    window.top.location.replace(address);
  }
}

function forgetDrafts() {
  try {
    window.sessionStorage.clear();
  } catch {
    // Storage switched off: then nothing was kept either.
  }
}

/** Counts presses of Escape; true on the third within three seconds. Exported for its test. */
export function escapeCounter() {
  let times = [];
  return (now) => {
    times = [...times.filter((time) => now - time < WITHIN_MS), now];
    if (times.length < PRESSES) return false;
    times = [];
    return true;
  };
}

/** Makes every `[data-leave]` link quick, and three presses of Escape the same as the first of them. */
export function armLeave(root = document) {
  const third = escapeCounter();
  root.addEventListener('click', (event) => {
    const link = event.target.closest ? event.target.closest('[data-leave]') : null;
    if (!link) return;
    event.preventDefault();
    leaveFast(link.href);
  });
  // Captured before a sheet closes itself on Escape; auto-repeat of a held key does not count.
  root.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || event.repeat || !third(Date.now())) return;
      const link = root.querySelector('[data-leave]');
      if (link) leaveFast(link.href);
    },
    true,
  );
}
