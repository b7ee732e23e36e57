/** What is said of time and turns, once each: a calm line for people who write, a quiet voice on the desk. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { deviceNow } from '../../lib/time.js';
import { leftMs } from './clockwork.js';
import { namesOf } from './choices.js';

const NEARLY_S = 60;
const LOOK_MS = 2000;
const WRITES = new Set(['write', 'answer', 'wall_write']);

/** Seconds left of the part, looked at every two seconds; null where no clock is shown. */
function useSecondsLeft({ stage, offset }) {
  const [, look] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => look((n) => n + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const left = stage?.step ? leftMs(stage, deviceNow() + offset) : null;
  return left === null ? null : left / 1000;
}

/** Words that are being written are never cut off; whoever does not want to hear of time need not. */
export function NearlyThere(room) {
  const { store, stage, step } = room;
  const left = useSecondsLeft(room);
  const runs = stage?.phase === 'live' || stage?.phase === 'closing';
  const says = runs && WRITES.has(step?.part) && !stage.clock_hidden && !stage.bell && !store.said.noTime && left !== null && left > 0 && left <= NEARLY_S;
  return html`<div role="status">${says && html`<div class="calm"><p>About a minute more. Your words stay where they are.</p>
    <div class="calm__do"><button class="quiet" type="button" onClick=${() => store.remember('noTime', true)}>No word of time, please</button></div></div>`}</div>`;
}

/** The desk, for ears: who has the piece, and when the time is nearly round and round. */
export function DeskVoice({ room }) {
  const { stage, step } = room;
  const left = useSecondsLeft(room);
  const { holder, next, name } = namesOf(room);
  const who = holder && (name(holder) === 'you' ? 'You have the piece' : `${name(holder)} has the piece`);
  const turn = who ? `${who}${next ? `, then ${next}` : ''}.` : '';
  const runs = (stage.phase === 'live' || stage.phase === 'closing') && step;
  return html`<p class="sr" role="status">${turn}</p><p class="sr" role="status">${runs ? timeWords(left) : ''}</p>`;
}

function timeWords(left) {
  if (left === null || left > NEARLY_S) return '';
  return left > 0 ? 'About a minute left in this step.' : 'The time of this step is round.';
}
