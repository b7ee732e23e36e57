/** The script: what is said now, what stands on people's screens, and the way one step back. */
import { html, useState } from '../../vendor/preact-htm.js';
import { copyText } from '../../lib/dom.js';
import { capital, clockTime, minutesInWords, numberWord, secondsLeft } from '../../lib/time.js';
import { PutBack } from './aside.js';
import { Batch } from './batch.js';
import { leftOfPart } from './clockwork.js';
import { lateLine } from './door.js';
import { rhythmInWords } from './pacer.js';
import { namesIn, othersOf } from './pair.js';
import { SaidList } from './said.js';

const LONG_FROM = 160;

export function Script({ room, now }) {
  const { stage, step } = room;
  if (stage.phase === 'break') return html`<${BreakScript} ...${{ room, now }} />`;
  if (!step) return html`<${Before} room=${room} />`;
  if (step.part === 'wall_read') return html`<${Reading} room=${room} />`;
  const onTheWall = step.part === 'wall_show';
  return html`
    <h1 class="script__step">${step.title}. ${leftOfPart(stage, now)}</h1>
    ${stage.note && html`<p class="direction">${stage.note}</p>`}
    ${!onTheWall && html`<${Say} ...${{ stage, step }} />`}
    ${step.lines.length > 0 && html`<ol class="slow slow--desk">${step.lines.map((line) => html`<li>${line.text}</li>`)}</ol>`}
    ${step.one_by_one?.length > 0 && html`<ol class="slow slow--desk">${step.one_by_one.map((line) => html`<li>${line}</li>`)}</ol>`}
    ${step.pace && html`<p class="direction">On every screen, at the same moment: ${rhythmInWords(step.pace)}</p>`}
    ${stage.pairs && html`<${Pairs} ...${{ stage, me: room.me }} />`}
    <${Batch} room=${room} />
    <${SaidList} room=${room} />
    <${PutBack} room=${room} />
    ${stage.facilitator_note && stage.facilitator_note !== stage.note && html`<p class="direction direction--late">${stage.facilitator_note}</p>`}
    <${Foot} ...${{ room, screens: stage.script && stage.call_url && !onTheWall ? '' : SCREENS[step.part] }} />
  `;
}

/** How many pairs still talk, and nothing of what they say. A host sits in one only where somebody would be alone. */
function Pairs({ stage, me }) {
  const { talking, of } = stage.pairs;
  const words = of === 0 ? 'There are too few people for pairs. Everybody is with you.'
    : talking === 0 ? 'Everybody is back with the whole room.'
      : `${capital(numberWord(talking))} ${talking === 1 ? 'pair is' : 'pairs are'} talking${talking < of ? `, of ${numberWord(of)}` : ''}. You read nothing of it.`;
  return html`<p class="direction" role="status">${me.pair?.there ? `You sit with ${namesIn(othersOf({ me }))}, so that nobody is alone: “See it, or take part” is your place there.` : words}</p>`;
}

/** Hosts read before the room does. The lines come first, and no clock hurries. */
function Reading({ room }) {
  return html`
    <h1 class="script__step">${room.step.title}. Read the lines first; take the time you need.</h1>
    <${Batch} room=${room} />
    <${Foot} ...${{ room, screens: SCREENS.wall_read }} />
  `;
}

/**
 * In a call the host's words are large and what stands on the screens is beside them. In writing
 * nobody hears the host: what everybody reads is large, and the spoken form is there for a room of ears.
 */
function Say({ stage, step }) {
  const [big, small] = stage.call_url && stage.script ? [stage.script, step.text] : [step.text || stage.script, step.text ? stage.script : ''];
  const label = stage.call_url ? SCREENS[step.part] : 'If you hear each other, you could say:';
  return html`
    <p class=${`say${big.length > LONG_FROM ? ' say--long' : ''}`}>${big}</p>
    ${small && html`<div class="script__asked"><p class="script__label">${label}</p><p>${small}</p></div>`}
  `;
}

const SCREENS = {
  still: 'On their screens: these words, and quiet.',
  write: 'On their screens: this question and a bare page. What they write stays with them.',
  answer: 'On their screens: this question, and a box for a word or a line with their name.',
  wall_write: 'On their screens: this question and a bare page. Nothing reaches you before you read the lines.',
  wall_read: 'Their pages say that a host is reading.',
  wall_show: 'On their screens: these lines, together.',
  round: 'On their screens: this question, the table, and who has the piece.',
  pair: 'On their screens: this question, who they sit with, and a few words that nobody else reads. It is gone when the step ends.',
  volunteer: 'On their screens: this question and the table. “Speak if you like, in any order.”',
};

/** One tap to the call; the desk stays open behind it. */
function CallLink({ store, stage }) {
  if (!stage.call_url) return null;
  return html`<a class="inline" href=${stage.call_url} target="_blank" rel="noopener noreferrer" onClick=${() => store.status('call')}>Open the call</a>`;
}

/** What people see now, and ways on: the host's own chair, the call, and one step back. */
function Foot({ room: { store, stage, step }, screens }) {
  const canGoBack = step.at > 0 || step.parts.indexOf(step.part) > 0;
  return html`
    <p class="shown">${screens && `${screens} `}<button class="inline" type="button" onClick=${() => store.remember('seat', true)}>See it, or take part</button>
      <${CallLink} ...${{ store, stage }} />
      ${canGoBack && stage.phase !== 'held' && html`<button class="inline" type="button" onClick=${() => store.act('go_back')}>One step back</button>`}</p>
  `;
}

function Before({ room: { store, stage } }) {
  const opened = stage.phase === 'open';
  return html`
    <h1 class="script__step">We begin about ${clockTime(stage.starts_at)}.</h1>
    <p class="say">${opened ? 'The door is open. Begin when you are ready.' : 'The door is closed. People can already wait outside.'}</p>
    <p class="direction">${opened ? 'Let people in as they come. Nothing is asked of anybody yet.' : 'Two minutes for yourself first. Water, feet, a breath if you like.'}</p>
    ${stage.late > 0 && html`<p class="shown">Everybody reads: “${lateLine(stage)}” <button class="inline" type="button" onClick=${() => store.act('run_late', { minutes: 0 })}>On time after all</button></p>`}
    ${store.page.door && html`<${Link} door=${store.page.door} />`}
    <p class="small"><${CallLink} ...${{ store, stage }} /></p>
  `;
}

/** The circle's permanent link, for whoever asks for it at the last minute. */
function Link({ door }) {
  const [copied, setCopied] = useState(false);
  const address = new URL(door, window.location.href).href;
  const copy = async () => setCopied(await copyText(address));
  return html`<p class="script__link"><button class="btn" type="button" onClick=${copy}>${copied ? 'Copied' : 'Copy the circle’s link'}</button> <span class="small soft">${address}</span></p>`;
}

/** How many said that they are back: a number, and no names. */
function backWords(back) {
  if (!back) return '';
  return `${capital(numberWord(back))} ${back === 1 ? 'has' : 'have'} said they are back. `;
}

function BreakScript({ room, now }) {
  const { store, stage, step } = room;
  const left = secondsLeft(stage.break.ends_at, 0, now);
  const planned = step.kind === 'break';
  return html`
    <h1 class="script__step">Break. All clocks rest.</h1>
    <p class="say">${stage.break.rang ? 'The bell has rung. Begin again when the room is back.' : `Back at ${clockTime(stage.break.ends_at)}. ${minutesInWords(left)}`}</p>
    <p class="direction">${backWords(stage.back)}Nobody needs anything from you now. Water counts for hosts too.</p>
    <p class="shown">On their screens: a window, and when we are back.${!planned && ` Then “${step.title}” goes on where it was.`}
      ${planned && html` <button class="inline" type="button" onClick=${() => store.act('go_back')}>One step back</button>`}</p>
  `;
}
