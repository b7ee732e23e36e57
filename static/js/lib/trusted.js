/**
 * Where pages ask for trusted types, a worker's address is one of the things that count as code. Ours are
 * these two; the policy's name stands in the server's header (circle/web/security.py).
 */
const OFFLINE = '/sw.js';
const METRONOME = new URL('./metronome.js', import.meta.url).href;
const WORKERS = { offline: OFFLINE, metronome: METRONOME };

const policy = window.trustedTypes?.createPolicy('circle', {
  createScriptURL(url) {
    if (!Object.values(WORKERS).includes(url)) throw new TypeError('not our worker');
    return url;
  },
});

/** The address of one of our workers: "offline" or "metronome". */
export function workerAddress(name) {
  return policy ? policy.createScriptURL(WORKERS[name]) : WORKERS[name];
}
