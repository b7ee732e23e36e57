/** The desk's arithmetic: when each row is, how far we are, and how far from the plan. Pure. */
import { clockTime, instant, leftInWords, numberWord } from '../../lib/time.js';

const MINUTE = 60000;
const IN_WORDS_TO = 20;

/** Milliseconds left of the present part (clock at rest or running); null when no step is on. */
export function leftMs(stage, now) {
  if (stage.remaining_ms !== null && stage.remaining_ms !== undefined) return stage.remaining_ms;
  return stage.ends_at ? instant(stage.ends_at) - now : null;
}

/** Seconds the present part has run: what goes slowly on every screen stands while its clock rests. */
export function ranForSeconds(stage, now) {
  return ((stage.stopped_at ? instant(stage.stopped_at) : now) - instant(stage.ran_from)) / 1000;
}

/** Words for the line above the script. */
export function leftOfPart(stage, now) {
  const left = leftMs(stage, now);
  if (left === null) return '';
  const words = leftInWords(left / 1000);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${stage.remaining_ms === null ? '' : ', the clock rests'}.`;
}

/** How far the present part has run, 0 to 1. */
export function runOfStep(stage, now) {
  const left = leftMs(stage, now);
  if (left === null || !stage.started_at || !stage.ends_at) return 0;
  const all = instant(stage.ends_at) - instant(stage.started_at);
  return all > 0 ? Math.max(0, Math.min(1, 1 - left / all)) : 0;
}

/** Whether a step was put in on the spot (`circle/domain/changes/spot.py` names it so). */
const wasPutIn = (step) => step.id.startsWith('own');

/** Length of some steps in ms. */
const lengthOf = (steps) => steps.reduce((sum, step) => sum + step.minutes * MINUTE, 0);

/** Instants of every step as planned, from the planned start; null for a step put in on the spot. */
export function plannedStarts(outline, stage) {
  let at = instant(stage.starts_at);
  return outline.map((step) => {
    if (wasPutIn(step)) return null;
    const start = at;
    at += step.minutes * MINUTE;
    return start;
  });
}

/**
 * Rows of the cue-book: planned times behind us, real ones for what is on and ahead. A row behind us
 * that was not planned, or is done before its time, shows none: a wrong time is worse than no time.
 */
export function cueRows(outline, stage, now) {
  const planned = plannedStarts(outline, stage);
  const here = stage.step ? stage.step.at : -1;
  const began = here >= 0 ? instant(stage.started_at) : null;
  let ahead = here >= 0 ? endOfStep(stage, now) : null;
  return outline.map((step, at) => {
    const state = at < here ? 'past' : at === here ? 'here' : 'ahead';
    let time = planned[at];
    if (state === 'past' && time > began) time = null;
    if (state === 'here') time = began;
    if (state === 'ahead' && ahead !== null) {
      time = ahead;
      ahead += step.minutes * MINUTE;
    }
    return { time: time === null ? '' : clockTime(time), title: step.title, intensity: step.intensity, minutes: step.minutes, state };
  });
}

/** When the present step ends as it is: what is left of its part, its parts to come, a break called in it. */
function endOfStep(stage, now) {
  const { step } = stage;
  const left = Math.max(0, leftMs(stage, now) ?? 0);
  const together = Math.max(1, step.minutes - (step.solo_minutes || Math.floor(step.minutes / 2))) * MINUTE;
  const rest = step.parts.indexOf(step.part) < step.parts.length - 1 ? together : 0;
  const breakLeft = stage.break && step.kind !== 'break' ? Math.max(0, instant(stage.break.ends_at) - now) : 0;
  return now + left + rest + breakLeft;
}

/** {minutes, words, closing, end}: how far behind (+) or ahead (-), and when we close and end as it is. */
export function drift(outline, stage, now) {
  if (!stage.step || !outline.length) return { minutes: 0, words: '', closing: null, end: null };
  const stepEnds = endOfStep(stage, now);
  const ahead = outline.slice(stage.step.at + 1);
  const end = stepEnds + lengthOf(ahead);
  const toClosing = ahead.findIndex((step) => step.kind === 'closing');
  const closing = toClosing < 0 ? null : stepEnds + lengthOf(ahead.slice(0, toClosing));
  const minutes = Math.round((end - instant(stage.starts_at)) / MINUTE) - stage.planned_min;
  if (Math.abs(minutes) < 2) return { minutes, words: 'on time', closing, end };
  return { minutes, words: `${inWords(minutes)} ${minutes > 0 ? 'behind' : 'ahead'}`, closing, end };
}

function inWords(minutes) {
  const many = Math.abs(minutes);
  return many > IN_WORDS_TO ? `${many} minutes` : numberWord(many);
}

/** What a change of so many minutes does, said before it is made: "The closing moves to 20:52." */
export function knockOn({ closing, end }, minutes) {
  const [what, at] = closing ? ['The closing moves to', closing] : ['We end at', end];
  return at ? `${what} ${clockTime(at + minutes * MINUTE)}.` : '';
}
