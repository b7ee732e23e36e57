/** The host's desk: a cue-book, the script, the room, and Next, Break, More. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { CueLine, NearRow, RowRibbon } from '../../draw/cue.js';
import { clockTime, deviceNow, minutesInWords } from '../../lib/time.js';
import { listOf } from '../reducer.js';
import { useLanding } from './advice.js';
import { linesAreUnread, readOn, wallIsEmpty } from './batch.js';
import { SaidBelow } from './below.js';
import { cueRows, drift, runOfStep } from './clockwork.js';
import { DeskCalls, DeskRoom } from './deskroom.js';
import { useKeptFocus } from './focus.js';
import { Lines } from './frame.js';
import { LedByAnother, leads } from './keeping.js';
import { More } from './more.js';
import { readRoom } from './room.js';
import { Script } from './script.js';
import { Sheet } from './sheet.js';
import { DeskVoice } from './voice.js';

const LOOK_AGAIN_MS = 5000;
const SETTLE_MS = 900; // longer than a double press, shorter than a wish to go on

export function Desk({ store }) {
  const room = readRoom(store);
  useClock();
  const { stage } = room;
  const outline = listOf(store.state, 'outline').sort((a, b) => a.at - b.at);
  const now = deviceNow() + room.offset;
  const rows = cueRows(outline, stage, now);
  const at = stage.step ? stage.step.at : -1;
  const far = drift(outline, stage, now);
  const toMore = useRef(null); // opens a page of More from elsewhere on the desk
  useRowInSight(at);
  return html`
    <div class="desk">
      <${DeskTop} ...${{ room, far, now }} />
      <${DeskVoice} room=${room} />
      <${CueLine} rows=${rows} nowFraction=${runOfStep(stage, now)} />
      ${at > 0 ? html`<${NearRow} rows=${rows} index=${at - 1} />` : html`<span></span>`}
      <${Page} key=${stage.seq}>
        ${at >= 0 && html`<${RowRibbon} rows=${rows} index=${at} now=${runOfStep(stage, now)} />`}
        <${Script} ...${{ room, now }} />
      <//>
      <${NearRow} rows=${rows} index=${at + 1} />
      <${DeskRoom} ...${{ room, drift: far, openMore: (page) => toMore.current(page) }} />
      <${Acts} ...${{ room, outline, drift: far, toMore }} />
    </div>
  `;
}

/** Draws again every few seconds, for the times on the page. */
function useClock() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
}

/** Keeps the present row of the cue-book in sight, with a little of what was before it. */
function useRowInSight(at) {
  useEffect(() => {
    const row = document.querySelector('.desk .cue__row--here');
    const book = row?.closest('.cue');
    if (book) book.scrollTop = row.offsetTop - book.clientHeight / 3;
  }, [at]);
}

/** The open page of the book. Another step begins at its top. */
function Page({ children }) {
  const page = useRef(null);
  useKeptFocus(page);
  return html`<main id="main" class="script" tabindex="-1" ref=${page}>${children}</main>`;
}

function DeskTop({ room: { store, stage }, far, now }) {
  return html`
    <header class="top">
      <span class="top__where">${stage.circle}</span>
      <span><time class="desk__time">${clockTime(now)}</time>${far.words && `, ${far.words}`}</span>
      <a class="quiet" data-leave href=${store.page.leave} rel="noreferrer noopener">Leave fast</a>
    </header>
    <section class="calm-lines" aria-label="What is going on"><${Lines} store=${store} stage=${stage} /></section>
  `;
}

/** True once `what` has stood still for a moment: a hand that presses twice does not go two steps. */
function useSettled(what) {
  const [settled, setSettled] = useState(what);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(what), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [what]);
  return settled === what;
}

function Acts({ room, outline, drift: far, toMore }) {
  const { store, stage } = room;
  const [more, setMore] = useState(null); // the page of More that is open
  toMore.current = setMore;
  const [asking, setAsking] = useState(false);
  const act = nextAct(room, outline);
  const landing = useLanding(stage, deviceNow() + room.offset);
  const settled = useSettled(`${stage.phase} ${stage.seq}`);
  const held = stage.phase === 'held';
  const mine = leads(stage, room.me);
  const onBreak = stage.phase === 'break';
  const before = stage.phase === 'planned' || stage.phase === 'open';
  const press = () => {
    if (!settled) return;
    if (act.end) setMore('end');
    else landing.before(() => act.go(store));
  };
  return html`
    <section class="desk__acts" aria-label="Leading">
      <${SaidBelow} said=${room.said} />
      <${DeskCalls} room=${room} />
      ${!mine && html`<${LedByAnother} room=${room} />`}
      ${mine && html`
      <button class="btn btn--act" type="button" disabled=${held} aria-disabled=${!settled} onClick=${press} onKeyDown=${onlyOnce}>${act.words}</button>
      <button class="btn" type="button" aria-label=${onBreak ? 'Two more minutes' : undefined} aria-haspopup=${onBreak ? undefined : 'dialog'} disabled=${held || before} onClick=${() => (onBreak ? store.act('extend_step', { minutes: 2 }) : setAsking(true))}>${onBreak ? 'Two more' : 'Break'}</button>`}
      <button class="btn" type="button" id="more" aria-haspopup="dialog" onClick=${() => setMore('start')}>More</button>
    </section>
    ${landing.sheet}
    ${asking && html`<${BreakChoice} ...${{ store, close: () => setAsking(false) }} />`}
    ${more && html`<${More} room=${room} drift=${far} open=${more} close=${() => setMore(null)} />`}
  `;
}

/** A key that is held down presses once. */
const onlyOnce = (event) => event.repeat && event.preventDefault();

const tell = (name) => (store) => store.act(name);

/** What the strong button does, in words ({words, go} or {words, end}): the host is never surprised by it. */
function nextAct(room, outline) {
  const { stage, step } = room;
  if (stage.phase === 'planned') return { words: 'Open the door', go: tell('open_door') };
  if (stage.phase === 'open') return { words: 'Begin', go: tell('next') };
  if (stage.phase === 'break') return { words: stage.break.rang ? 'Begin again' : 'Back now', go: tell('end_break') };
  if (linesAreUnread(room)) return { words: 'Read on', go: readOn };
  const isLast = step.at === outline.length - 1 && step.part === step.parts[step.parts.length - 1];
  if (isLast) return { words: 'Good night', end: true };
  return { words: wordsOfNext(room), go: tell('next') };
}

function wordsOfNext(room) {
  const { stage, step } = room;
  if (step.part === 'wall_write' && stage.quiet_round) return 'Collect the lines';
  if (step.part === 'wall_write') return stage.read_first ? 'Read the lines' : 'Show the lines';
  if (step.part === 'wall_read' && stage.quiet_round?.collecting) return 'Collecting';
  if (step.part === 'wall_read') return wallIsEmpty(room) ? 'Show the empty wall' : 'Show them together';
  if (step.part === 'write' && step.parts.length > 1) return 'On to sharing';
  if (step.part === 'pair') return 'Gather everybody';
  if (step.part === 'round' && !stage.piece?.over) return 'End the round';
  return 'Next';
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
