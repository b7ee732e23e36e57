/**
 * RSA blind signatures (RFC 9474, RSABSSA-SHA384), the browser's side: make a message random to whoever
 * signs it, and take the blinding off again. BigInt and WebCrypto; nothing else. `docs/anonymity.md`
 */
const HASH_BYTES = 48;
export const SALT_BYTES = 48;

/** A message made random to the signer: {blinded, inverse, encoded}. `salt`, `factor`: for the vectors. */
export async function blind({ n, e }, message, salt = random(SALT_BYTES), factor = null) {
  const size = byteLength(n);
  const encoded = toNumber(await encodePss(message, bitLength(n) - 1, salt));
  for (;;) {
    const r = factor ?? randomBelow(n);
    const inverse = invert(r, n);
    if (inverse === null && factor === null) continue; // one time in 2^1023
    return { blinded: toBytes((encoded * power(r, e, n)) % n, size), inverse, encoded };
  }
}

/** The signature of the message itself; throws where it is none. `blinding`: what `blind` gave. */
export function finalize({ n, e }, { inverse, encoded }, blindSignature) {
  const size = byteLength(n);
  if (blindSignature.length !== size) throw new Error('unexpected input size');
  const signature = (toNumber(blindSignature) * inverse) % n;
  // The encoding was made here: a signature that gives it back is one that every verifier takes.
  if (power(signature, e, n) !== encoded) throw new Error('invalid signature');
  return toBytes(signature, size);
}

/** RFC 8017 section 9.1.1 with SHA-384 and MGF1-SHA-384. */
async function encodePss(message, bits, salt) {
  const size = Math.ceil(bits / 8);
  if (size < HASH_BYTES + salt.length + 2) throw new Error('encoding error');
  const digest = await sha384(join(new Uint8Array(8), await sha384(message), salt));
  const block = new Uint8Array(size - HASH_BYTES - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const mask = await mgf1(digest, block.length);
  for (let at = 0; at < block.length; at += 1) block[at] ^= mask[at];
  block[0] &= 0xff >> (8 * size - bits);
  return join(block, digest, Uint8Array.of(0xbc));
}

async function mgf1(seed, size) {
  const parts = [];
  for (let at = 0; at * HASH_BYTES < size; at += 1) parts.push(await sha384(join(seed, Uint8Array.of(0, 0, 0, at))));
  return join(...parts).slice(0, size);
}

const sha384 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-384', bytes));

export const random = (size) => crypto.getRandomValues(new Uint8Array(size));

/** Even over 1 < r < n: drawn again until it fits. */
function randomBelow(n) {
  for (;;) {
    const r = toNumber(random(byteLength(n)));
    if (r > 1n && r < n) return r;
  }
}

/** base^exponent mod n; exponents here are public and short. */
function power(base, exponent, n) {
  let result = 1n;
  for (let square = base % n, left = exponent; left > 0n; left >>= 1n, square = (square * square) % n) {
    if (left & 1n) result = (result * square) % n;
  }
  return result;
}

/** a^-1 mod n by Euclid, or null where there is none. */
function invert(a, n) {
  let [r, next, x, xNext] = [n, a % n, 0n, 1n];
  while (next > 0n) {
    const whole = r / next;
    [r, next] = [next, r - whole * next];
    [x, xNext] = [xNext, x - whole * xNext];
  }
  if (r !== 1n) return null;
  return x < 0n ? x + n : x;
}

export function toNumber(bytes) {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes(number, size) {
  return fromHex(number.toString(16).padStart(2 * size, '0'));
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export function join(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return all;
}

const bitLength = (n) => n.toString(2).length;
const byteLength = (n) => Math.ceil(bitLength(n) / 8);
