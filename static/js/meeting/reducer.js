/**
 * The page's copy of what the server lets it see. Pure: state and message in, state out.
 *
 * state = {run, offset, shared: {name, seq, view}, self: {seq, view}}; a view holds collections of
 * items by id. Messages number themselves per audience: an old number is dropped, a gap (or another
 * run of the server) asks for a snapshot.
 */

const SELF = 'self:';

export const EMPTY = { run: null, offset: 0, shared: null, self: null };

/** State from a snapshot. `offset`: how far the server's clock is ahead of this device, in ms. */
export function fromSnapshot(snapshot, offset) {
  const state = { run: snapshot.run, offset, shared: null, self: null };
  for (const [name, part] of Object.entries(snapshot.audiences)) {
    if (name.startsWith(SELF)) state.self = { seq: part.seq, view: part.view };
    else state.shared = { name, seq: part.seq, view: part.view };
  }
  return state;
}

/** {state, stale}: the state after a message; stale asks the caller for a fresh snapshot. */
export function apply(state, message) {
  if (state.run === null || message.run !== state.run) return { state, stale: true };
  const own = message.audience === SELF;
  const part = own ? state.self : state.shared;
  if (!part || (!own && part.name !== message.audience)) return { state, stale: false };
  if (message.seq <= part.seq) return { state, stale: false };
  if (message.seq !== part.seq + 1) return { state, stale: true };
  const after = { ...part, seq: message.seq, view: applyChanges(part.view, message.changes) };
  const next = own ? { ...state, self: after } : { ...state, shared: after };
  return { state: next, stale: own && placeOf(next) !== placeOf(state) };
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

/** What views read: the stage, my own line, and the items of a collection as a list with ids. */
export const stageOf = (state) => state.shared?.view.stage?.stage ?? null;
export const meOf = (state) => state.self?.view.me?.me ?? null;
export function listOf(state, collection, own = false) {
  const items = (own ? state.self : state.shared)?.view[collection] ?? {};
  return Object.entries(items).map(([id, item]) => ({ id, ...item }));
}
