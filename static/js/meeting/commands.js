/** Commands: one id each, sent again with the same id until the server answers. */

const GIVE_UP_MS = 60000;
const AGAIN_MS = [300, 700, 1500]; // the first: the line of a page that has just come is about to open
const OURS_AGAIN = 2; // so often again when something behind the server did not answer

/** A version 4 UUID; also where crypto.randomUUID is missing (http, older phones). */
export function uuid4() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether a line without a name can be taken back: browsers have WebCrypto on https and loopback only. */
export const CAN_TAKE_BACK = Boolean(crypto.subtle);

/** Hex SHA-256 of a text, or null where the browser has no WebCrypto (plain http). */
export async function sha256(text) {
  if (!crypto.subtle) return null;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether something behind the server did not answer. What was asked for may have been done all the same. */
export const isOurs = (answer) => answer?.error?.code === 'our_side';

/** Whether nobody knows what came of it. Asked for again it is to be the same command, or it is done twice. */
export const isUnsure = (answer) => isOurs(answer) || answer?.error?.code === 'no_line';

/**
 * Sends a frame and resolves with the answer. A lost line does not lose it: it goes again with the
 * same id (the server answers a repeat with the first answer) until `GIVE_UP_MS` have passed; a server
 * that does not know what came of it is asked again as well, a few times.
 */
export async function deliver(line, frame, now = () => Date.now()) {
  const until = now() + GIVE_UP_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await line.send(frame);
      if (!isOurs(answer) || tries >= OURS_AGAIN) return answer;
    } catch {
      if (now() > until) return { ok: false, error: { code: 'no_line', message: NO_LINE, fields: {} } };
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)]));
  }
}

const NO_LINE = 'That did not go through yet. Your words are still here.';

/**
 * Gives commands and resolves with the answers. One that nobody knows the outcome of is, given again, the
 * same command: it may have been carried out, and is not to be twice.
 */
export function commanding(line) {
  const unsure = new Map();
  return async (name, data, seq) => {
    const what = JSON.stringify([name, data, seq]);
    const ask = unsure.get(what) ?? frame(name, data, seq);
    const answer = await deliver(line, ask);
    if (isUnsure(answer)) unsure.set(what, ask);
    else unsure.delete(what);
    return answer;
  };
}

/** A frame for the wire. */
export function frame(name, data = {}, expectedSeq = null) {
  return { command_id: uuid4(), name, data, ...(expectedSeq === null ? {} : { expected_seq: expectedSeq }) };
}
