/** The room's one source of truth on the page: state, line, and what people can do. */
import { announce } from '../lib/announce.js';
import { ringBell } from '../lib/bell.js';
import { clockOffset } from '../lib/time.js';
import { commanding, deliver, frame } from './commands.js';
import { openLine } from './connection.js';
import { forgetDrafts } from './drafts.js';
import { LaneKeeper } from './lane.js';
import { EMPTY, apply, fromSnapshot, listOf, meOf, stageOf } from './reducer.js';
import { QuietRound } from '../quiet/round.js';
import { WallKeeper } from './wallkeeper.js';

const RUNS = new Set(['live', 'closing']); // where turns can be given on
const NOTE_MS = 12000;
const HOST_STAGE = new Set([
  'next', 'go_back', 'start_break', 'end_break', 'ask_question', 'insert_step', 'turn_to_closing', 'end_session', 'make_up_time', 'take_time_back',
]);

/** A called break is over and the same step goes on: the page says so, and nobody has to start running. */
const cameBackFromBreak = (before, now) => before?.phase === 'break' && RUNS.has(now?.phase) && before.step?.id === now.step?.id;

/** Whether the break's bell rings between two looks at the stage: the time is up, or the host begins again. Pure. */
export const bellRings = (before, now) => before?.phase === 'break'
  && (now?.phase === 'break' ? now.break.rang && !before.break.rang : RUNS.has(now?.phase));

/** Makes the store for a page = {meeting, host, csrf}. `draw` is called after every change. */
export function makeStore(page, draw) {
  const store = {
    page,
    state: EMPTY,
    line: 'opening', // opening | up | down | away | slow
    gone: null, // a sentence once this page has no place here any more
    reload: false,
    note: '', // the last kind refusal, shown until the next thing is done
    said: {}, // local choices: passed steps, "list" or "table", ...
  };
  const changed = () => draw();
  const wall = new WallKeeper(page.meeting, (ask) => deliver(line, ask), changed);

  const tokens = { send: (request) => line.tokens(request) }; // the same ones again where an answer is lost
  const quiet = new QuietRound(page.meeting, (request) => deliver(tokens, request), changed);

  const lane = new LaneKeeper(page.meeting, () => deliver(line, frame('pass_piece')));

  const command = commanding({ send: (ask) => line.send(ask) });

  let was = null; // the stage at the last look
  let rests = false; // asked to rest for a while, and told so

  /** Asked to rest, or back: said once. The room itself comes with the snapshot after it. */
  function sayOfResting(stage, me) {
    if (me?.apart && !rests) announce(`${stage?.host || 'A host'} asks you to rest for a while. Your chair and your turn are kept.`);
    else if (rests && !me?.apart && stage?.step !== undefined) store.tell('You are back. There is nothing to catch up on.');
    else return;
    rests = me.apart;
  }

  function settle() {
    const stage = stageOf(store.state);
    if (cameBackFromBreak(was, stage) && !page.host) store.tell('We are back where we were. There is no hurry.');
    if (store.said.sound && bellRings(was, stage)) ringBell(); // whatever the page shows now
    was = stage;
    sayOfResting(stage, meOf(store.state));
    lane.see(RUNS.has(stage?.phase) && stage.piece?.holder === meOf(store.state)?.id);
    // First what stands on the wall, then what the server has lost: nothing shown is sent again.
    const shown = new Set(stage?.step?.part === 'wall_show' ? listOf(store.state, 'lines').map((one) => one.commit) : []);
    if (stage?.step?.part === 'wall_show') wall.see(shown);
    if (stage?.epoch) wall.epochIs(stage.epoch);
    if (!page.host) quiet.see(stage?.quiet_round ?? null, stage?.step?.id, shown); // whoever reads first writes none
    quiet.mailbox.look(listOf(store.state, 'mailbox'));
    if (store.note && stage?.seq !== store.noteSeq) return store.tell('');
    return changed();
  }

  const line = openLine(page, {
    snapshot(snapshot) {
      store.state = fromSnapshot(snapshot, clockOffset(snapshot.server_time), store.state);
      settle();
    },
    message(message) {
      const { state, stale } = apply(store.state, message, clockOffset(message.server_time));
      store.state = state;
      if (stale) line.refresh();
      settle();
    },
    line(how) {
      if (store.line === how) return;
      store.line = how;
      changed();
    },
    reload() {
      store.reload = true;
      changed();
    },
    gone(error) {
      store.gone = error?.message ?? 'This seat is no longer yours tonight.';
      line.close();
      changed();
    },
  });

  /**
   * The room as it came with the page (or null), to be seen while the line opens. Nothing is done about it: a quiet
   * round, the lane and the wall wait for the line.
   */
  store.begin = (snapshot) => {
    if (snapshot) store.state = fromSnapshot(snapshot, clockOffset(snapshot.server_time), store.state);
  };

  /** Then words and this page's part in the round are in its memory alone: it is not to be loaded anew. */
  store.inQuietRound = () => quiet.round !== null;

  store.wall = wall;
  store.quiet = quiet;
  store.lane = () => lane.lane;
  store.chooseLane = (choice) => {
    lane.choose(choice);
    settle();
  };

  /** Sends a command; resolves with the answer. A refusal is shown and said once. */
  store.act = async (name, data = {}) => {
    const seq = HOST_STAGE.has(name) ? stageOf(store.state)?.seq ?? 0 : null;
    store.tell('');
    const answer = await command(name, data, seq);
    if (!answer.ok) store.tell(answer.error.message);
    return answer;
  };

  /** Here, out or call. The page follows at once; the server learns it as soon as the line carries it. */
  store.status = async (status) => {
    store.wanted = status;
    changed();
    try {
      await line.status(status);
    } catch {
      // Sent again on the next connection.
    }
  };

  store.statusNow = () => store.wanted ?? meOf(store.state)?.status ?? 'here';

  /** A calm line for a while; "" takes it away. */
  store.tell = (sentence) => {
    clearTimeout(store.noteEnds);
    store.note = sentence;
    store.noteSeq = stageOf(store.state)?.seq;
    if (sentence) {
      announce(sentence);
      store.noteEnds = setTimeout(() => store.tell(''), NOTE_MS);
    }
    changed();
  };

  /** A choice that stays on this page. */
  store.remember = (key, value) => {
    store.said = { ...store.said, [key]: value };
    changed();
  };

  /** A fresh snapshot. */
  store.look = () => line.refresh();

  store.forget = () => forgetDrafts(page.meeting);
  return store;
}
