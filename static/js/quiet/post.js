/** What leaves a page in a quiet round: one body of one length, over a connection that carries no cookie. */
import { base } from '../lib/where.js';
import { join, random, toHex } from './blindrsa.js';
import { sha256 } from './token.js';

export const BODY_BYTES = 24 * 1024; // circle/domain/quiet.py
const SECRET_BYTES = 33;

/** A secret for one line, and its digest: with the secret, and only with it, the line can be taken back. */
export async function newSecret() {
  const secret = base64url(random(SECRET_BYTES));
  return { secret, commit: toHex(await sha256(new TextEncoder().encode(secret))) };
}

/**
 * The body for one token: a line {text, commit, read_aloud, summary}, or a cover when there is none. `mailbox`:
 * the address of a key made for this post alone, "" where the browser makes none; the body is as long.
 */
export function bodyOf(token, line = null, mailbox = '') {
  const words = {
    kind: line ? 'line' : 'cover',
    text: line?.text ?? '',
    commit: line?.commit ?? toHex(random(32)),
    read_aloud: Boolean(line?.read_aloud),
    summary: Boolean(line?.summary),
    mailbox,
  };
  const written = new TextEncoder().encode(JSON.stringify(words));
  const size = new DataView(new ArrayBuffer(4));
  size.setUint32(0, written.length);
  const whole = join(token, new Uint8Array(size.buffer), written);
  return join(whole, random(BODY_BYTES - whole.length));
}

/** Posts it; {ok, code, message}. Rejects when nothing came through. */
export function post(meeting, body) {
  return sendBare(`${base()}/quiet/${meeting}/post`, body);
}

/** Takes a line back by its secret; as above. */
export function withdraw(meeting, secret) {
  return sendBare(`${base()}/quiet/${meeting}/withdraw`, JSON.stringify({ secret }));
}

async function sendBare(address, body) {
  const answer = await fetch(address, {
    method: 'POST',
    body,
    credentials: 'omit', // no cookie, and a connection of its own
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    headers: { 'Content-Type': 'application/octet-stream' },
  });
  return answer.json();
}

export function base64url(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function fromBase64url(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
