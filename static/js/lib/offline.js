/**
 * The page for when there is no line: a service worker keeps it, and the numbers on it. It keeps
 * nothing else (no room, no words, no names).
 */
const WORKER = '/sw.js';

/** Registers the worker where browsers have them (https and loopback). */
export function keepNumbers() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(trusted(WORKER)).catch(() => {
    // Private windows refuse; the numbers are in the pages as well.
  });
}

/** Where pages ask for trusted types, a worker's address is one of the things that count as code. */
function trusted(address) {
  if (!window.trustedTypes) return address;
  const policy = window.trustedTypes.createPolicy('circle', {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError('not our worker');
      return url;
    },
  });
  return policy.createScriptURL(address);
}
