"""One-time tokens of a quiet round: RFC 9578 type 2, publicly verifiable, made of blind signatures.

A token says "somebody who sat at this table in this round", and never who: the server signed a number
that was random to it. `circle/tokens/blindrsa.py` has the arithmetic, this file the formats.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from circle.tokens import blindrsa
from circle.tokens.blindrsa import BlindRSAError, PrivateKey, PublicKey

TOKEN_TYPE = (2).to_bytes(2)
NONCE_BYTES = 32
DIGEST_BYTES = 32
KEY_BITS = 2048
SIGNED_BYTES = KEY_BITS // 8
INPUT_BYTES = 2 + NONCE_BYTES + DIGEST_BYTES + DIGEST_BYTES
TOKEN_BYTES = INPUT_BYTES + SIGNED_BYTES
REQUEST_BYTES = 3 + SIGNED_BYTES
ISSUER = b"circle quiet round"

# RSASSA-PSS with SHA-384, MGF1-SHA-384 and a salt of 48 bytes: RFC 9578 section 8.2.2, RFC 4055.
_PSS_ALGORITHM = bytes.fromhex(
    "303d06092a864886f70d01010a3030a00d300b0609608648016503040202"
    "a11a301806092a864886f70d010108300b0609608648016503040202a203020130"
)


def encode_key(key: PublicKey) -> bytes:
    """The key as everybody gets it: a SubjectPublicKeyInfo for RSASSA-PSS (RFC 9578 section 6.5)."""
    plain = rsa.RSAPublicNumbers(key.e, key.n).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    bits = b"\x03" + _der_length(len(plain) + 1) + b"\x00" + plain
    body = _PSS_ALGORITHM + bits
    return b"\x30" + _der_length(len(body)) + body


def _der_length(size: int) -> bytes:
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([0x80 | len(octets)]) + octets


def key_id(encoded_key: bytes) -> bytes:
    """Digest of a key, 32 bytes: what the four words on every screen are made of."""
    return hashlib.sha256(encoded_key).digest()


def challenge_of(meeting_id: str, round_id: str) -> bytes:
    """The challenge of one round (RFC 9577 TokenChallenge): a token of another round never fits."""
    context = hashlib.sha256(f"{meeting_id}\n{round_id}".encode()).digest()
    return TOKEN_TYPE + len(ISSUER).to_bytes(2) + ISSUER + bytes([len(context)]) + context + bytes(2)


def token_input(nonce: bytes, challenge: bytes, key_digest: bytes) -> bytes:
    """What is signed: type, nonce, digest of the challenge, digest of the key."""
    return TOKEN_TYPE + nonce + hashlib.sha256(challenge).digest() + key_digest


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs for one round and checks what comes back. In memory only; gone with the round."""

    challenge: bytes
    key: PrivateKey
    encoded_key: bytes = field(init=False)
    key_digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        encoded = encode_key(self.key.public)
        object.__setattr__(self, "encoded_key", encoded)
        object.__setattr__(self, "key_digest", key_id(encoded))

    def issue(self, request: bytes) -> bytes:
        """Answer a TokenRequest with a blind signature, 256 bytes. Raises BlindRSAError for others."""
        if len(request) != REQUEST_BYTES or request[:2] != TOKEN_TYPE or request[2] != self.key_digest[-1]:
            raise BlindRSAError("not a request of this round")
        return blindrsa.blind_sign(self.key, request[3:])

    def accepts(self, token: bytes) -> bool:
        """Whether this token was signed in this round. What was spent is not this file's to know."""
        if len(token) != TOKEN_BYTES:
            return False
        signed, signature = token[:INPUT_BYTES], token[INPUT_BYTES:]
        expected = token_input(signed[2 : 2 + NONCE_BYTES], self.challenge, self.key_digest)
        return signed == expected and blindrsa.verify(self.key.public, signed, signature)


def spent_mark(token: bytes) -> bytes:
    """What is remembered of a token that was used: a digest, 32 bytes."""
    return hashlib.sha256(token[:INPUT_BYTES]).digest()
