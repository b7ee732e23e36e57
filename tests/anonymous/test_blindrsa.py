"""Blind signatures and tokens against the published vectors of RFC 9474 and RFC 9578."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from circle.tokens import blindrsa
from circle.tokens.blindrsa import BlindRSAError, PrivateKey
from circle.tokens.rounds import (
    INPUT_BYTES,
    Issuer,
    challenge_of,
    encode_key,
    key_id,
    spent_mark,
    token_input,
)

VECTORS = Path(__file__).parent.parent / "vectors"
RFC_9474 = json.loads((VECTORS / "rfc9474.json").read_text())
RFC_9578 = json.loads((VECTORS / "rfc9578_type2_go.json").read_text())
KEY = PrivateKey.generate()


def _number(words: str) -> int:
    return int(words, 16)


@pytest.mark.parametrize("vector", RFC_9474, ids=lambda v: v["name"])
def test_the_vectors_of_rfc_9474(vector: dict[str, Any]) -> None:
    key = PrivateKey(_number(vector["p"]), _number(vector["q"]), _number(vector["e"]))
    assert key.public.n == _number(vector["n"])
    message, salt = bytes.fromhex(vector["input_msg"]), bytes.fromhex(vector["salt"])
    inverse = _number(vector["inv"])
    factor = pow(inverse, -1, key.public.n)
    blinded, takes_off = blindrsa.blind(key.public, message, salt=salt, factor=factor)
    assert blinded.hex() == vector["blinded_msg"].removeprefix("0x")
    assert takes_off == inverse
    signed = blindrsa.blind_sign(key, blinded)
    assert signed.hex() == vector["blind_sig"].removeprefix("0x")
    size = _number(vector["sLen"])
    signature = blindrsa.finalize(key.public, message, signed, inverse, salt_bytes=size)
    assert signature.hex() == vector["sig"].removeprefix("0x")
    for at in (0, len(signature) // 2, len(signature) - 1):
        turned = bytearray(signature)
        turned[at] ^= 1
        assert not blindrsa.verify(key.public, message, bytes(turned), salt_bytes=size)
    assert not blindrsa.verify(key.public, message + b"!", signature, salt_bytes=size)


@pytest.mark.parametrize("vector", RFC_9578, ids=lambda v: v["nonce"][:8])
def test_the_vectors_of_rfc_9578(vector: dict[str, str]) -> None:
    loaded = load_pem_private_key(bytes.fromhex(vector["skS"]), None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    numbers = loaded.private_numbers()
    key = PrivateKey(numbers.p, numbers.q, numbers.public_numbers.e)
    assert encode_key(key.public).hex() == vector["pkS"]
    issuer = Issuer(bytes.fromhex(vector["token_challenge"]), key)
    nonce, salt = bytes.fromhex(vector["nonce"]), bytes.fromhex(vector["salt"])
    message = token_input(nonce, issuer.challenge, key_id(issuer.encoded_key))
    blinded, inverse = blindrsa.blind(key.public, message, salt=salt, factor=_number(vector["blind"]))
    request = bytes.fromhex(vector["token_request"])
    assert request == b"\x00\x02" + issuer.key_digest[-1:] + blinded
    response = issuer.issue(request)
    assert response.hex() == vector["token_response"]
    token = message + blindrsa.finalize(key.public, message, response, inverse)
    assert token.hex() == vector["token"]
    assert issuer.accepts(token)


def _token(issuer: Issuer, nonce: bytes = bytes(32)) -> bytes:
    message = token_input(nonce, issuer.challenge, issuer.key_digest)
    blinded, inverse = blindrsa.blind(issuer.key.public, message)
    response = issuer.issue(b"\x00\x02" + issuer.key_digest[-1:] + blinded)
    return message + blindrsa.finalize(issuer.key.public, message, response, inverse)


def test_a_token_fits_one_round_and_no_other() -> None:
    here, there = (Issuer(challenge_of("meeting", name), KEY) for name in ("one", "two"))
    another_key = Issuer(challenge_of("meeting", "one"), PrivateKey.generate())
    token = _token(here)
    assert here.accepts(token)
    assert not there.accepts(token)
    assert not another_key.accepts(token)
    assert Issuer(challenge_of("meeting", "one"), KEY).accepts(token), "the same round, the same key"


@given(st.integers(0, 8 * (INPUT_BYTES + 256) - 1))
@settings(deadline=None, max_examples=60)
def test_one_turned_bit_is_refused(at: int) -> None:
    issuer = Issuer(challenge_of("meeting", "round"), KEY)
    turned = bytearray(TOKEN)
    turned[at // 8] ^= 1 << at % 8
    assert not issuer.accepts(bytes(turned))


TOKEN = _token(Issuer(challenge_of("meeting", "round"), KEY))


@pytest.mark.parametrize("wrong", [b"", TOKEN[:-1], TOKEN + b"\x00", bytes(len(TOKEN)), TOKEN[::-1]])
def test_what_is_no_token_is_refused(wrong: bytes) -> None:
    assert not Issuer(challenge_of("meeting", "round"), KEY).accepts(wrong)


def test_what_is_no_request_is_refused() -> None:
    issuer = Issuer(challenge_of("meeting", "round"), KEY)
    size = KEY.public.size
    good = b"\x00\x02" + issuer.key_digest[-1:] + (7).to_bytes(size)
    assert len(issuer.issue(good)) == size
    for wrong in (
        b"",
        good[:-1],
        good + b"\x00",
        b"\x00\x01" + good[2:],
        good[:2] + bytes([good[2] ^ 1]) + good[3:],
        good[:3] + bytes(size),  # nought
        good[:3] + KEY.public.n.to_bytes(size),
        good[:3] + (KEY.public.n + 1).to_bytes(size),
    ):
        with pytest.raises(BlindRSAError):
            issuer.issue(wrong)


def test_a_wrong_computation_never_leaves() -> None:
    """One wrong signature over p or q would give the key away (Boneh, DeMillo, Lipton 1997)."""

    class Faulty(PrivateKey):
        __slots__ = ()

        def power(self, number: int) -> int:
            return super().power(number) ^ 1

    prime = rsa.generate_private_key(65537, 2048).private_numbers()
    with pytest.raises(BlindRSAError, match="signing failure"):
        blindrsa.blind_sign(Faulty(prime.p, prime.q, 65537), (7).to_bytes(256))


def test_whoever_signs_learns_nothing() -> None:
    """For every pair of a signing and a token there is a blinding that joins them: any could be any."""
    issuer = Issuer(challenge_of("meeting", "round"), KEY)
    n, e = KEY.public.n, KEY.public.e
    seen: list[int] = []
    tokens: list[bytes] = []
    for at in range(6):
        message = token_input(bytes([at]) * 32, issuer.challenge, issuer.key_digest)
        blinded, inverse = blindrsa.blind(KEY.public, message)
        response = issuer.issue(b"\x00\x02" + issuer.key_digest[-1:] + blinded)
        seen.append(int.from_bytes(blinded))
        tokens.append(message + blindrsa.finalize(KEY.public, message, response, inverse))
    for number in seen:
        for token in tokens:
            encoded = pow(int.from_bytes(token[INPUT_BYTES:]), e, n)
            factor_to_e = number * pow(encoded, -1, n) % n
            factor = KEY.power(factor_to_e)
            assert encoded * pow(factor, e, n) % n == number


def test_a_key_says_nothing_of_itself() -> None:
    assert repr(KEY) == "PrivateKey(...)"
    assert "key=PrivateKey(...)" in repr(Issuer(b"", KEY))


def test_what_is_remembered_of_a_token_is_a_digest() -> None:
    assert len(spent_mark(TOKEN)) == 32
    assert spent_mark(TOKEN) == spent_mark(TOKEN[:INPUT_BYTES] + bytes(256))
