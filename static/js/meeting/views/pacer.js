/** A slow circle that grows and rests at the same moment on every screen: by the server's clock, nothing is sent. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { ringBell } from '../../lib/bell.js';
import { capital, deviceNow, numberWord } from '../../lib/time.js';
import { ranForSeconds } from './clockwork.js';

const SMALLEST = 0.45; // of the circle's full size, at the end of the way out
const SOFT = 0.05; // loudness of the sound, 0 to 1
const LOOK_MS = 200; // how often the word is looked at; the shape follows the screen's own frames
const WORDS = { before: 'In a moment', in: 'In', hold: 'Rest', out: 'Out', rest: 'Rest', over: 'It rests now' };

/**
 * Where a rhythm is after so many seconds: {phase, round, size}. phase: before, in, hold, out, rest or
 * over; round from 0; size 0 (small) to 1 (full), softly at both ends. A hold or a rest of 0 never comes.
 */
export function paceAt(pace, secondsIn) {
  const length = pace.in_s + pace.hold_s + pace.out_s + pace.rest_s;
  if (secondsIn < 0) return { phase: 'before', round: 0, size: 0 };
  const round = Math.floor(secondsIn / length);
  if (round >= pace.rounds) return { phase: 'over', round: pace.rounds, size: 0 };
  let at = secondsIn - round * length;
  for (const [phase, seconds, size] of [
    ['in', pace.in_s, (run) => soft(run)],
    ['hold', pace.hold_s, () => 1],
    ['out', pace.out_s, (run) => soft(1 - run)],
  ]) {
    if (at < seconds) return { phase, round, size: size(at / seconds) };
    at -= seconds;
  }
  return { phase: 'rest', round, size: 0 };
}

const soft = (run) => (1 - Math.cos(Math.PI * run)) / 2;

/** "In for four seconds, out for six, eighteen times." */
export function rhythmInWords({ in_s, hold_s, out_s, rest_s, rounds }) {
  const ways = [`in for ${numberWord(in_s)} seconds`, hold_s && `rest for ${numberWord(hold_s)}`, `out for ${numberWord(out_s)}`, rest_s && `rest for ${numberWord(rest_s)}`];
  return `${capital(ways.filter(Boolean).join(', '))}; ${rounds === 1 ? 'once' : `${numberWord(rounds)} times`}.`;
}

export function Pacer({ store, stage, step, offset }) {
  const hidden = store.said[`hidden:${step.id}`];
  const [sounds, setSounds] = useState(false);
  const secondsIn = () => ranForSeconds(stage, deviceNow() + offset);
  const { phase } = usePhase(step.pace, secondsIn, [step.id, stage.ran_from, stage.stopped_at, offset]);
  useEffect(() => {
    if (sounds && (phase === 'in' || phase === 'out')) ringBell(SOFT);
  }, [phase, sounds]);
  return html`
    <section class="pacer" aria-label="A slow rhythm">
      ${!hidden && html`<div class="pacer__view" aria-hidden="true">
        <${Circle} pace=${step.pace} secondsIn=${secondsIn} />
        <p class="pacer__word">${WORDS[phase]}</p>
      </div>`}
      <div class="btns">
        <button class="quiet" type="button" onClick=${() => store.remember(`hidden:${step.id}`, !hidden)}>${hidden ? 'Show the circle' : 'Hide the circle'}</button>
        <button class="quiet" type="button" aria-pressed=${sounds} onClick=${() => setSounds(!sounds)}>A soft sound with it</button>
      </div>
      <p class="small soft">${rhythmInWords(step.pace)} Any breath of your own is right, and your eyes may rest on something else.</p>
    </section>
  `;
}

function usePhase(pace, secondsIn, anew) {
  const now = () => paceAt(pace, secondsIn());
  const [at, setAt] = useState(now);
  useEffect(() => {
    // The same phase of the same round is no news: the page is drawn anew twice in a breath, not more.
    const look = () => setAt((old) => {
      const next = now();
      return next.phase === old.phase && next.round === old.round ? old : next;
    });
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, anew);
  return at;
}

/** The shape. Where less motion is wished it stays as it is, and the word alone changes. */
function Circle({ pace, secondsIn }) {
  const shape = useRef(null);
  const clock = useRef(secondsIn);
  clock.current = secondsIn;
  useEffect(() => {
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
    let frame;
    const draw = () => {
      const { size } = paceAt(pace, clock.current());
      shape.current.style.transform = `scale(${(SMALLEST + (1 - SMALLEST) * size).toFixed(4)})`;
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [pace]);
  return html`<span class="pacer__circle" ref=${shape}></span>`;
}
