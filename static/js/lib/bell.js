/** One soft tone, made here: no file, no alarm. Browsers allow it only after a touch of the page. */

let context = null; // the one that a touch has allowed: it may sound again later, when nobody touches anything
let rests = 0;

/** Rings once; `loudness` 0 to 1. Silent where the browser does not allow sound. */
export function ringBell(loudness = 0.12) {
  const Sound = window.AudioContext || window.webkitAudioContext;
  if (!Sound) return;
  context ??= new Sound();
  clearTimeout(rests);
  if (context.state !== 'running') context.resume().catch(() => {});
  const gain = context.createGain();
  const now = context.currentTime;
  gain.gain.setValueAtTime(0.0001, now);
  gain.gain.exponentialRampToValueAtTime(loudness, now + 0.04);
  gain.gain.exponentialRampToValueAtTime(0.0001, now + 2.6);
  gain.connect(context.destination);
  for (const [pitch, share] of [[392, 1], [784, 0.3]]) {
    const tone = context.createOscillator();
    const part = context.createGain();
    part.gain.value = share;
    tone.frequency.value = pitch;
    tone.connect(part).connect(gain);
    tone.start(now);
    tone.stop(now + 2.7);
  }
  rests = setTimeout(() => context.suspend().catch(() => {}), 3000);
}
