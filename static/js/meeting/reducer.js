/**
 * The page's copy of what the server lets it see. Pure: state and message in, state out.
 *
 * state = {run, offset, shared: {name, seq, view}, self: {seq, view}}; a view holds collections of
 * items by id. Messages number themselves per audience: an old number is dropped, a gap (or another
 * run of the server) asks for a snapshot.
 */

const SELF = 'self:';

export const EMPTY = { run: null, offset: 0, shared: null, self: null };

/**
 * State from a snapshot. `offset`: how far the server's clock is ahead of this device, in ms. `before`:
 * the state until now; what messages have made newer than the snapshot meanwhile is kept.
 */
export function fromSnapshot(snapshot, offset, before = EMPTY) {
  const state = { run: snapshot.run, offset, shared: null, self: null };
  const known = before.run === snapshot.run ? before : EMPTY;
  for (const [name, { seq, view }] of Object.entries(snapshot.audiences)) {
    const own = name.startsWith(SELF);
    const had = own ? known.self : known.shared;
    const isNewer = had && had.seq > seq && (own || had.name === name);
    state[own ? 'self' : 'shared'] = isNewer ? had : { ...(own ? {} : { name }), seq, view };
  }
  return state;
}

/**
 * {state, stale}: the state after a message. `offset`: as with a snapshot; it counts with the message it came with.
 * stale asks the caller for a fresh snapshot: such a message may be empty, and tell no time.
 */
export function apply(state, message, offset = state.offset) {
  if (state.run === null || message.run !== state.run) return { state, stale: true };
  const own = message.audience === SELF;
  const part = own ? state.self : state.shared;
  // Another audience than the one we know: the door has moved us, and a snapshot says where to.
  if (!part || (!own && part.name !== message.audience)) return { state, stale: true };
  if (message.seq <= part.seq) return { state, stale: false };
  if (message.seq !== part.seq + 1) return { state, stale: true };
  const after = { ...part, seq: message.seq, view: applyChanges(part.view, message.changes) };
  const next = { ...state, offset, [own ? 'self' : 'shared']: after };
  return { state: next, stale: own && audienceOf(next) !== audienceOf(state) };
}

/** A view after changes: an item replaces or adds, null removes. */
export function applyChanges(view, changes) {
  const after = { ...view };
  const copied = new Set();
  for (const change of changes) {
    if (!copied.has(change.in)) {
      after[change.in] = { ...after[change.in] };
      copied.add(change.in);
    }
    if (change.item === null) delete after[change.in][change.id];
    else after[change.in][change.id] = change.item;
  }
  return after;
}

/** Where the door has put this person: waiting, seated, removed, left, none. */
export function placeOf(state) {
  return state.self?.view.me?.me?.place ?? 'none';
}

/** What says where this page listens: whoever rests hears what is told at the door; whoever stays, the quiet room. */
const audienceOf = (state) => `${placeOf(state)} ${Boolean(meOf(state)?.apart)} ${Boolean(meOf(state)?.stays)}`;

/** What views read: the stage, my own line, and the items of a collection as a list with ids. */
export const stageOf = (state) => state.shared?.view.stage?.stage ?? null;
export const meOf = (state) => state.self?.view.me?.me ?? null;
export function listOf(state, collection, own = false) {
  const items = (own ? state.self : state.shared)?.view[collection] ?? {};
  const list = Object.entries(items).map(([id, item]) => ({ id, ...item }));
  // What was away for a while (set aside, put back) stands where it was, not at the end.
  return list.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
