/**
 * A room inside a rehearsal: the page around it says how fast the evening runs, and clocks are looked at more
 * often than in an evening, where a minute is a minute.
 */
import { runAt } from '../lib/time.js';
import { base } from '../lib/where.js';

const LOOK_MS = 1000;

/** Follows the page around this one, if there is one. `look` fetches a snapshot, `draw` draws anew. */
export function followRehearsal(page, look, draw) {
  if (!base()) return;
  runAt(page.rate);
  window.addEventListener('message', ({ origin, source, data }) => {
    if (origin !== window.location.origin || source !== window.parent || typeof data?.rate !== 'number') return;
    runAt(data.rate);
    look();
  });
  setInterval(draw, LOOK_MS);
}
