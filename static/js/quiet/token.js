/** One-time tokens of a quiet round (RFC 9578 type 2): the browser's side of `tokens/rounds.py`. */
import { blind, finalize, join, random, toNumber } from './blindrsa.js';

const TYPE = Uint8Array.of(0, 2);
const NONCE_BYTES = 32;
const ISSUER = 'circle quiet round';
const SEQUENCE = 0x30;
const BITS = 0x03;
const INTEGER = 0x02;

const utf8 = (text) => new TextEncoder().encode(text);
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** The challenge of one round: a token of another round never fits. */
export async function challengeOf(meeting, round) {
  const issuer = utf8(ISSUER);
  const context = await sha256(utf8(`${meeting}\n${round}`));
  return join(TYPE, Uint8Array.of(0, issuer.length), issuer, Uint8Array.of(context.length), context, new Uint8Array(2));
}

/** {n, e, id} of an encoded key; throws for anything that is not a SubjectPublicKeyInfo of RSA. */
export async function readKey(encoded) {
  const info = content(encoded, 0, SEQUENCE);
  const algorithm = content(info.bytes, 0, SEQUENCE);
  const bits = content(info.bytes, algorithm.end, BITS);
  const numbers = content(bits.bytes.subarray(1), 0, SEQUENCE);
  const n = content(numbers.bytes, 0, INTEGER);
  const e = content(numbers.bytes, n.end, INTEGER);
  return { n: toNumber(n.bytes), e: toNumber(e.bytes), id: await sha256(encoded) };
}

/** What stands in one DER element of this kind, and where the next one begins. */
function content(bytes, at, kind) {
  if (bytes[at] !== kind) throw new Error('not a key');
  const first = bytes[at + 1];
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const size = octets ? Number(toNumber(bytes.subarray(at + 2, at + 2 + octets))) : first;
  const begin = at + 2 + octets;
  if (!(begin + size <= bytes.length)) throw new Error('not a key');
  return { bytes: bytes.subarray(begin, begin + size), end: begin + size };
}

/** A request for one token: {request, finish}; `finish(response)` is the token, or throws. */
export async function askForToken(key, challenge, nonce = random(NONCE_BYTES), salt = undefined, factor = null) {
  const input = join(TYPE, nonce, await sha256(challenge), key.id);
  const blinding = await blind(key, input, salt, factor);
  const request = join(TYPE, key.id.subarray(-1), blinding.blinded);
  return { request, finish: (response) => join(input, finalize(key, blinding, response)) };
}
