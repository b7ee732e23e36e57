/** One-time tokens of a quiet round (RFC 9578 type 2): the browser's side of `tokens/rounds.py`. */
import { blind, finalize, join, random, toNumber } from './blindrsa.js';

const TYPE = Uint8Array.of(0, 2);
const NONCE_BYTES = 32;
const ISSUER = 'circle quiet round';
const KEY_BYTES = 256;
// A SubjectPublicKeyInfo for RSASSA-PSS (tokens/rounds.py) up to the 2,048 bits of n, and what follows them.
const HEAD = fromHex(
  '30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b06096086480165030402'
  + '02a2030201300382010f003082010a0282010100',
);
const EXPONENT = fromHex('0203010001');

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

const utf8 = (text) => new TextEncoder().encode(text);
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** The challenge of one round: a token of another round never fits. */
export async function challengeOf(meeting, round) {
  const issuer = utf8(ISSUER);
  const context = await sha256(utf8(`${meeting}\n${round}`));
  return join(TYPE, Uint8Array.of(0, issuer.length), issuer, Uint8Array.of(context.length), context, new Uint8Array(2));
}

/** {n, e, id} of an encoded key. Throws for any other form than ours: one key has one encoding, and one print. */
export async function readKey(encoded) {
  const [n, end] = [encoded.subarray(HEAD.length, HEAD.length + KEY_BYTES), encoded.subarray(HEAD.length + KEY_BYTES)];
  if (!isSame(encoded.subarray(0, HEAD.length), HEAD) || n.length !== KEY_BYTES || n[0] < 0x80 || !isSame(end, EXPONENT)) throw new Error('not a key');
  return { n: toNumber(n), e: 65537n, id: await sha256(encoded) };
}

const isSame = (bytes, others) => bytes.length === others.length && bytes.every((byte, at) => byte === others[at]);

/** A request for one token: {request, finish}; `finish(response)` is the token, or throws. */
export async function askForToken(key, challenge, nonce = random(NONCE_BYTES), salt = undefined, factor = null) {
  const input = join(TYPE, nonce, await sha256(challenge), key.id);
  const blinding = await blind(key, input, salt, factor);
  const request = join(TYPE, key.id.subarray(-1), blinding.blinded);
  return { request, finish: (response) => join(input, finalize(key, blinding, response)) };
}
