/**
 * The page for when there is no line: a service worker keeps it, and the numbers on it. It keeps
 * nothing else (no room, no words, no names).
 */
import { workerAddress } from './trusted.js';

/** Registers the worker where browsers have them (https and loopback). */
export function keepNumbers() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(workerAddress('offline')).catch(() => {
    // Private windows refuse; the numbers are in the pages as well.
  });
}
