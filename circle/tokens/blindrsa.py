"""RSA blind signatures (RFC 9474, RSABSSA-SHA384): the five functions, and nothing of ours added.

Whoever signs sees a number that is random to them; whoever has the signature can show that it was
signed, and nobody can tell which signing it came from. The server uses `blind_sign` and `verify`; the
other side of it runs in the browser (`static/js/meeting/blindrsa.js`) and here for made-up people and tests.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SALT_BYTES = 48  # RFC 9474 section 5: the length of the hash
_HASH_BYTES = 48


class BlindRSAError(ValueError):
    """A value that is not of this key, or a computation that did not come out right."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """n, e of an RSA key. size: bytes of n and of everything signed."""

    n: int
    e: int

    @property
    def size(self) -> int:
        """Length of the modulus in bytes."""
        return (self.n.bit_length() + 7) // 8


class PrivateKey:
    """An RSA key that signs what it cannot read. In memory only, and never printed."""

    __slots__ = ("_d_p", "_d_q", "_p", "_q", "_q_inverse", "public")

    def __init__(self, p: int, q: int, e: int) -> None:
        d = gmpy2.invert(e, gmpy2.lcm(p - 1, q - 1))
        self.public = PublicKey(p * q, e)
        self._p, self._q = gmpy2.mpz(p), gmpy2.mpz(q)
        self._d_p, self._d_q = d % (p - 1), d % (q - 1)
        self._q_inverse = gmpy2.invert(q, p)

    @classmethod
    def generate(cls, bits: int = 2048) -> PrivateKey:
        """A new key; 30 to 110 ms for 2048 bits."""
        numbers = rsa.generate_private_key(65537, bits).private_numbers()
        return cls(numbers.p, numbers.q, numbers.public_numbers.e)

    def as_text(self) -> str:
        """Both primes and the exponent in hex: for a memory that several processes share, sealed there."""
        return f"{self._p:x}:{self._q:x}:{self.public.e:x}"

    @classmethod
    def from_text(cls, text: str) -> PrivateKey:
        """The key that `as_text` wrote; some 20 microseconds."""
        p, q, e = (int(part, 16) for part in text.split(":"))
        return cls(p, q, e)

    def power(self, number: int) -> int:
        """number^d mod n in constant time (`powmod_sec`), over p and q."""
        at_p = gmpy2.powmod_sec(number % self._p, self._d_p, self._p)
        at_q = gmpy2.powmod_sec(number % self._q, self._d_q, self._q)
        return int(at_q + self._q * (((at_p - at_q) * self._q_inverse) % self._p))

    def __repr__(self) -> str:
        return "PrivateKey(...)"


def blind(
    key: PublicKey, message: bytes, *, salt: bytes | None = None, factor: int | None = None
) -> tuple[bytes, int]:
    """A message, made random to whoever signs it: (blinded message, what takes the blinding off).

    salt, factor: only the published vectors give them. Raises BlindRSAError for an unusable factor.
    """
    encoded = _emsa_pss_encode(message, key.n.bit_length() - 1, _random(SALT_BYTES) if salt is None else salt)
    number = int.from_bytes(encoded)
    if gmpy2.gcd(number, key.n) != 1:
        raise BlindRSAError("invalid input")
    factor = secrets.randbelow(key.n - 2) + 2 if factor is None else factor
    try:
        inverse = int(gmpy2.invert(factor, key.n))
    except ZeroDivisionError:
        raise BlindRSAError("blinding error") from None
    blinded = number * int(gmpy2.powmod(factor, key.e, key.n)) % key.n
    return blinded.to_bytes(key.size), inverse


def blind_sign(key: PrivateKey, blinded: bytes) -> bytes:
    """Sign what one cannot read.

    The number is blinded once more by us, so that how long it takes tells nothing of the key, and the
    result is checked before it leaves: one wrong signature would give the key away. Raises BlindRSAError
    for a value that is not of this key.
    """
    public = key.public
    number = int.from_bytes(blinded)
    if len(blinded) != public.size or not 0 < number < public.n:
        raise BlindRSAError("unexpected input size")
    factor = secrets.randbelow(public.n - 2) + 2
    hidden = number * int(gmpy2.powmod(factor, public.e, public.n)) % public.n
    try:
        signed = key.power(hidden) * int(gmpy2.invert(factor, public.n)) % public.n
    except ZeroDivisionError:
        raise BlindRSAError("signing failure") from None
    if gmpy2.powmod(signed, public.e, public.n) != number:
        raise BlindRSAError("signing failure")
    return signed.to_bytes(public.size)


def finalize(
    key: PublicKey, message: bytes, blind_signature: bytes, inverse: int, *, salt_bytes: int = SALT_BYTES
) -> bytes:
    """The signature of the message itself. Raises BlindRSAError if it is none."""
    if len(blind_signature) != key.size:
        raise BlindRSAError("unexpected input size")
    signature = (int.from_bytes(blind_signature) * inverse % key.n).to_bytes(key.size)
    if not verify(key, message, signature, salt_bytes=salt_bytes):
        raise BlindRSAError("invalid signature")
    return signature


def verify(key: PublicKey, message: bytes, signature: bytes, *, salt_bytes: int = SALT_BYTES) -> bool:
    """Whether this is a signature of the message: plain RSASSA-PSS, about 20 microseconds."""
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), salt_bytes)
    try:
        rsa.RSAPublicNumbers(key.e, key.n).public_key().verify(signature, message, pss, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


def _emsa_pss_encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """RFC 8017 section 9.1.1 with SHA-384 and MGF1-SHA-384."""
    size = (bits + 7) // 8
    if size < _HASH_BYTES + len(salt) + 2:
        raise BlindRSAError("encoding error")
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(size - len(salt) - _HASH_BYTES - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mgf1(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


def _mgf1(seed: bytes, size: int) -> bytes:
    blocks = -(-size // _HASH_BYTES)
    return b"".join(hashlib.sha384(seed + at.to_bytes(4)).digest() for at in range(blocks))[:size]


def _random(size: int) -> bytes:
    return secrets.token_bytes(size)
