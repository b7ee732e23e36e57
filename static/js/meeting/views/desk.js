/** The host's desk: a cue-book, the script, the room, and Next, Break, More. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { CueLine, NearRow, RowRibbon } from '../../draw/cue.js';
import { clockTime, minutesInWords, secondsLeft } from '../../lib/time.js';
import { listOf } from '../reducer.js';
import { Batch } from './batch.js';
import { cueRows, drift, leftOfPart, runOfStep } from './clockwork.js';
import { DeskRoom } from './deskroom.js';
import { Lines } from './frame.js';
import { More } from './more.js';
import { readRoom } from './room.js';
import { SaidList } from './said.js';
import { Sheet } from './sheet.js';

export function Desk({ store }) {
  const room = readRoom(store);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  const { stage } = room;
  const outline = listOf(store.state, 'outline').sort((a, b) => a.at - b.at);
  const now = Date.now() + room.offset;
  const rows = cueRows(outline, stage, now);
  const at = stage.step ? stage.step.at : -1;
  return html`
    <div class="desk">
      <${DeskTop} ...${{ room, outline, now }} />
      <${CueLine} rows=${rows} nowFraction=${runOfStep(stage, now)} />
      ${at > 0 ? html`<${NearRow} rows=${rows} index=${at - 1} />` : html`<span></span>`}
      <main id="main" class="script" key=${stage.seq} tabindex="-1">
        ${at >= 0 && html`<${RowRibbon} rows=${rows} index=${at} now=${runOfStep(stage, now)} />`}
        <${Script} ...${{ room, now }} />
      </main>
      <${NearRow} rows=${rows} index=${at + 1} />
      <${DeskRoom} ...${{ room, drift: drift(outline, stage, now) }} />
      <${Acts} ...${{ room, outline }} />
    </div>
  `;
}

function DeskTop({ room, outline, now }) {
  const { store, stage } = room;
  const words = drift(outline, stage, now).words;
  return html`
    <header class="top">
      <span class="top__where">${stage.circle}</span>
      <span><time class="desk__time">${clockTime(now)}</time>${words && `, ${words}`}</span>
      <a class="quiet" data-leave href=${store.page.leave} rel="noreferrer noopener">Leave fast</a>
    </header>
    <div class="calm-lines"><${Lines} store=${store} stage=${stage} /></div>
  `;
}

const LONG_FROM = 160;

function Script({ room, now }) {
  const { store, stage, step } = room;
  if (stage.phase === 'break') return html`<${BreakScript} ...${{ room, now }} />`;
  if (!step) return html`<${Before} room=${room} />`;
  const say = stage.script || step.text;
  return html`
    <h1 class="script__step">${step.title}. ${leftOfPart(stage, now)}</h1>
    ${stage.note && html`<p class="direction">${stage.note}</p>`}
    <p class=${`say${say.length > LONG_FROM ? ' say--long' : ''}`}>${say}</p>
    ${stage.script && step.text && html`<p class="script__asked">${step.text}</p>`}
    ${step.lines.length > 0 && html`<ol class="slow slow--desk">${step.lines.map((line) => html`<li>${line.text}</li>`)}</ol>`}
    <${Batch} room=${room} />
    <${SaidList} room=${room} />
    ${stage.facilitator_note && html`<p class="direction direction--late">${stage.facilitator_note}</p>`}
    <p class="shown">${onTheirScreens(step, stage)} <button class="inline" type="button" onClick=${() => store.remember('seat', true)}>See it, or take part</button></p>
  `;
}

const SCREENS = {
  still: 'On their screens: the same words, and quiet.',
  write: 'On their screens: the question and a bare page. What they write stays with them.',
  answer: 'On their screens: the question, and a box for a word or a line with their name.',
  wall_write: 'On their screens: a bare page. Nothing reaches you before you read the lines.',
  wall_read: 'Their pages say that a host is reading.',
  wall_show: 'On their screens: these lines, together.',
  round: 'On their screens: the table, and who has the piece.',
  volunteer: 'On their screens: the table. “Speak if you like, in any order.”',
};
const onTheirScreens = (step) => SCREENS[step.part];

function Before({ room: { stage } }) {
  const opened = stage.phase === 'open';
  return html`
    <h1 class="script__step">We begin about ${clockTime(stage.starts_at)}.</h1>
    <p class="say">${opened ? 'The door is open. Begin when you are ready.' : 'The door is closed. People can already wait outside.'}</p>
    <p class="direction">${opened ? 'Let people in as they come. Nothing is asked of anybody yet.' : 'Two minutes for yourself first. Water, feet, a breath if you like.'}</p>
  `;
}

function BreakScript({ room, now }) {
  const { stage } = room;
  const left = secondsLeft(stage.break.ends_at, 0, now);
  return html`
    <h1 class="script__step">Break. All clocks rest.</h1>
    <p class="say">${stage.break.rang ? 'The bell has rung. Begin again when the room is back.' : `Back at ${clockTime(stage.break.ends_at)}. ${minutesInWords(left)}`}</p>
    <p class="direction">Nobody needs anything from you now. Water counts for hosts too.</p>
  `;
}

function Acts({ room, outline }) {
  const { store, stage } = room;
  const [more, setMore] = useState(false);
  const [asking, setAsking] = useState(false);
  const next = nextWords(room, outline);
  const held = stage.phase === 'held';
  const onBreak = stage.phase === 'break';
  return html`
    <div class="desk__acts">
      <button class="btn btn--act" type="button" disabled=${held} onClick=${() => goOn(room)}>${next}</button>
      <button class="btn" type="button" aria-expanded=${asking} disabled=${held || stage.phase === 'planned' || stage.phase === 'open'} onClick=${() => (onBreak ? store.act('extend_step', { minutes: 2 }) : setAsking(!asking))}>${onBreak ? 'Two more' : 'Break'}</button>
      <button class="btn" type="button" aria-haspopup="dialog" aria-expanded=${more} onClick=${() => setMore(true)}>More</button>
    </div>
    ${asking && html`<${BreakChoice} ...${{ store, close: () => setAsking(false) }} />`}
    ${more && html`<${More} room=${room} close=${() => setMore(false)} />`}
  `;
}

function goOn({ store, stage }) {
  if (stage.phase === 'planned') return store.act('open_door');
  if (stage.phase === 'break') return store.act('end_break');
  return store.act('next');
}

/** What Next does, in words: the host is never surprised by it. */
function nextWords({ stage, step }, outline) {
  if (stage.phase === 'planned') return 'Open the door';
  if (stage.phase === 'open') return 'Begin';
  if (stage.phase === 'break') return stage.break.rang ? 'Begin again' : 'Back now';
  if (step.part === 'wall_write') return 'Read the lines';
  if (step.part === 'wall_read') return 'Show them together';
  if (step.part === 'write' && step.parts.length > 1) return 'On to sharing';
  return step.at === outline.length - 1 ? 'Good night' : 'Next';
}

function BreakChoice({ store, close }) {
  const start = (minutes) => {
    close();
    store.act('start_break', { minutes });
  };
  return html`
    <${Sheet} title="A break for everybody" close=${close}>
      <p class="soft">All clocks rest. You come back to the same place.</p>
      <div class="choices">
        ${[3, 5, 7, 10].map((minutes) => html`<button class="btn" type="button" onClick=${() => start(minutes)}>${minutesInWords(minutes * 60).replace('.', '')}</button>`)}
      </div>
    <//>
  `;
}

