/**
 * Words that one page alone can open: X25519, HKDF-SHA-256 and AES-256-GCM, in WebCrypto. A sealed answer is
 * always as long and says nothing of whom it is for; whoever holds another key opens nothing. `docs/anonymity.md`
 */
import { join } from './blindrsa.js';
import { base64url, fromBase64url } from './post.js';

const CURVE = { name: 'X25519' };
const KEY_BYTES = 32;
const PLAIN_BYTES = 2048;
const LENGTH_BYTES = 2;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const SEALED_BYTES = KEY_BYTES + PLAIN_BYTES + TAG_BYTES;
export const TEXT_BYTES = PLAIN_BYTES - LENGTH_BYTES; // UTF-8
export const LONGEST = 500; // code points: four bytes each at most

const utf8 = (text) => new TextEncoder().encode(text);
const LABEL = utf8('circle sealed answer 1');

/** A key for one line: {open, address}; `address` goes with the line. Null where the browser has no X25519. */
export async function newMailbox() {
  try {
    const pair = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
    return { open: pair.privateKey, address: base64url(await rawKey(pair.publicKey)) };
  } catch {
    return null;
  }
}

/** Whether this browser can seal an answer. */
export const canSeal = async () => Boolean(await newMailbox());

/** The text for whoever has the key behind `address`, base64url. `pair`: a key of its own, given for the vectors. */
export async function seal(text, address, meeting, commit, pair = null) {
  const words = utf8(text);
  if (words.length > TEXT_BYTES) throw new Error('too long');
  const own = pair ?? await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const theirs = fromBase64url(address);
  const ours = await rawKey(own.publicKey);
  const { key, how } = await agree(own.privateKey, theirs, ours, theirs, meeting, commit, 'encrypt');
  const plain = new Uint8Array(PLAIN_BYTES);
  new DataView(plain.buffer).setUint16(0, words.length);
  plain.set(words, LENGTH_BYTES);
  return base64url(join(ours, new Uint8Array(await crypto.subtle.encrypt(how, key, plain))));
}

/** The text, if it was sealed for this mailbox and this line; null for everything else. */
export async function unseal(sealed, mailbox, meeting, commit) {
  try {
    const bytes = fromBase64url(sealed);
    if (bytes.length !== SEALED_BYTES) return null;
    const theirs = bytes.subarray(0, KEY_BYTES);
    const { key, how } = await agree(mailbox.open, theirs, theirs, fromBase64url(mailbox.address), meeting, commit, 'decrypt');
    const plain = new Uint8Array(await crypto.subtle.decrypt(how, key, bytes.subarray(KEY_BYTES)));
    const size = new DataView(plain.buffer).getUint16(0);
    if (size > TEXT_BYTES) return null;
    return new TextDecoder('utf-8', { fatal: true }).decode(plain.subarray(LENGTH_BYTES, LENGTH_BYTES + size));
  } catch {
    return null;
  }
}

/** The key and nonce both sides come to, from one half of each; used for one message only. */
async function agree(own, theirs, sender, receiver, meeting, commit, use) {
  const other = await crypto.subtle.importKey('raw', theirs, CURVE, true, []);
  const shared = await crypto.subtle.deriveBits({ ...CURVE, public: other }, own, 8 * KEY_BYTES); // refuses weak keys
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits']);
  const wanted = { name: 'HKDF', hash: 'SHA-256', salt: join(sender, receiver), info: LABEL };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(wanted, secret, 8 * (KEY_BYTES + NONCE_BYTES)));
  return {
    key: await crypto.subtle.importKey('raw', bits.subarray(0, KEY_BYTES), 'AES-GCM', false, [use]),
    how: { name: 'AES-GCM', iv: bits.subarray(KEY_BYTES), additionalData: utf8(`${meeting}\n${commit}`) },
  };
}

const rawKey = async (key) => new Uint8Array(await crypto.subtle.exportKey('raw', key));
