"""Sealed answers: the browser's module against the same in Python, and a mailbox that everybody has."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from circle.domain.sealed import LETTERS
from tests.js.conftest import Run

pytestmark = pytest.mark.browser

SEAL = "quiet/seal.js"
WRITER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
ONCE = X25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
OTHER = X25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
MEETING, COMMIT = "meeting-1", "ab" * 32
WORDS = "You are not the only one. 雨, and “thank you”."
KEYS = """
const { fromBase64url } = await import('/static/js/quiet/post.js');
const read = (kind, key, uses) =>
  crypto.subtle.importKey(kind, fromBase64url(key), { name: 'X25519' }, true, uses);
const open = (key) => read('pkcs8', key, ['deriveBits']);
const shut = (key) => read('raw', key, []);
"""
UNSEAL = (
    KEYS
    + "return await m.unseal(a.sealed, { open: await open(a.key), address: a.address }, a.meeting, a.commit);"
)


def text64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def bytes64(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def address(key: X25519PrivateKey) -> str:
    return text64(key.public_key().public_bytes_raw())


def pkcs8(key: X25519PrivateKey) -> str:
    return text64(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _cipher(shared: bytes, sender: bytes, receiver: bytes) -> tuple[AESGCM, bytes]:
    bits = HKDF(SHA256(), 44, sender + receiver, b"circle sealed answer 1").derive(shared)
    return AESGCM(bits[:32]), bits[32:]


def seal(text: str, to: X25519PrivateKey = WRITER, commit: str = COMMIT) -> str:
    """The same in Python."""
    ours, theirs = ONCE.public_key().public_bytes_raw(), to.public_key().public_bytes_raw()
    cipher, nonce = _cipher(ONCE.exchange(to.public_key()), ours, theirs)
    words = text.encode()
    plain = (len(words).to_bytes(2) + words).ljust(2048, b"\0")
    return text64(ours + cipher.encrypt(nonce, plain, f"{MEETING}\n{commit}".encode()))


def unseal(sealed: str, key: X25519PrivateKey = WRITER, commit: str = COMMIT) -> str:
    """And opened in Python."""
    whole = bytes64(sealed)
    theirs = X25519PublicKey.from_public_bytes(whole[:32])
    cipher, nonce = _cipher(key.exchange(theirs), whole[:32], key.public_key().public_bytes_raw())
    plain = cipher.decrypt(nonce, whole[32:], f"{MEETING}\n{commit}".encode())
    return plain[2 : 2 + int.from_bytes(plain[:2])].decode()


def opened(run: Run, sealed: str, **other: str) -> Any:
    """What the browser makes of it."""
    asked = {"sealed": sealed, "key": pkcs8(WRITER), "address": address(WRITER)}
    return run(SEAL, UNSEAL, asked | {"meeting": MEETING, "commit": COMMIT} | other)


def test_the_browser_seals_what_python_seals(run: Run) -> None:
    asked = {"text": WORDS, "to": address(WRITER), "key": pkcs8(ONCE), "raw": address(ONCE)}
    body = """
    const pair = { privateKey: await open(a.key), publicKey: await shut(a.raw) };
    return await m.seal(a.text, a.to, a.meeting, a.commit, pair);
    """
    sealed = run(SEAL, KEYS + body, asked | {"meeting": MEETING, "commit": COMMIT})
    assert sealed == seal(WORDS)


@pytest.mark.parametrize("words", ["", "a", WORDS, "雨" * 600, "🌧" * 500, "x" * 2046])
def test_what_one_seals_the_other_opens_and_all_are_as_long(run: Run, words: str) -> None:
    body = "return await m.seal(a.text, a.to, a.meeting, a.commit);"
    asked = {"text": words, "to": address(WRITER), "meeting": MEETING, "commit": COMMIT}
    sealed = run(SEAL, body, asked)
    assert len(sealed) == LETTERS
    assert unseal(sealed) == words
    assert sealed != run(SEAL, body, asked), "each has a key of its own"
    assert opened(run, seal(words)) == words


def test_another_key_line_or_session_opens_nothing(run: Run) -> None:
    assert opened(run, seal(WORDS)) == WORDS
    assert opened(run, seal(WORDS), key=pkcs8(OTHER), address=address(OTHER)) is None
    assert opened(run, seal(WORDS), commit="cd" * 32) is None
    assert opened(run, seal(WORDS), meeting="meeting-2") is None
    with pytest.raises(InvalidTag):
        unseal(seal(WORDS), commit="cd" * 32)


@pytest.mark.parametrize("at", [0, 31, 32, 33, 1000, 2079, 2080, 2095])
def test_one_turned_bit_opens_nothing(run: Run, at: int) -> None:
    turned = bytearray(bytes64(seal(WORDS)))
    turned[at] ^= 4
    assert opened(run, text64(bytes(turned))) is None


def test_what_is_no_sealed_answer_opens_nothing(run: Run) -> None:
    whole = bytes64(seal(WORDS))
    weak = bytes(32) + whole[32:]  # a key with which everybody comes to the same
    for wrong in ("", "not base64!", text64(whole[:-1]), text64(whole + b"\0"), text64(weak)):
        assert opened(run, wrong) is None


def test_too_long_is_not_sealed(run: Run) -> None:
    body = "try { await m.seal(a, '', 'm', 'c'); } catch (e) { return e.message; }"
    assert run(SEAL, body, "x" * 2047) == "too long"
    assert run(SEAL, "return [m.TEXT_BYTES, m.LONGEST];") == [2046, 500]


def test_a_browser_without_the_curve_makes_no_key(run: Run) -> None:
    body = """
    const [first, second] = [await m.newMailbox(), await m.newMailbox()];
    crypto.subtle.generateKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'));
    return [first.address, second.address, first.open.extractable, await m.newMailbox(), await m.canSeal()];
    """
    first, second, extractable, none, able = run(SEAL, body)
    assert len(first) == len(second) == 43
    assert first != second
    assert (extractable, none, able) == (False, None, False)


MAILBOX = """
const { newMailbox, seal } = await import('/static/js/quiet/seal.js');
window.left = [];
window.fetch = (...all) => { window.left.push(all); return Promise.reject(new Error()); };
let drawn = 0;
const [mine, other] = [await newMailbox(), await newMailbox()];
const writer = new m.Mailbox('meeting-1', () => { drawn += 1; });
const others = new m.Mailbox('meeting-1', () => { drawn += 100; });
writer.expect({ commit: 'c1', text: 'my line', mailbox: mine });
writer.expect({ commit: 'c1', text: 'my line', mailbox: mine });
others.expect({ commit: 'c2', text: 'their line', mailbox: other });
others.expect({ commit: 'c3', text: 'no key', mailbox: null });
const sealed = await seal('for you', mine.address, 'meeting-1', 'c1');
const all = [{ id: 'a1', sealed }, { id: 'a2', sealed: 'x' }];
for (const one of [writer, others, writer, others]) await one.look(all);
"""


def test_everybody_tries_and_the_writer_alone_can_read(run: Run) -> None:
    body = MAILBOX + "return [writer.answers, others.answers, drawn, window.left, writer.keys.length];"
    mine = {"id": "a1", "text": "for you", "line": "my line"}
    assert run("quiet/mailbox.js", body) == [[mine], [], 1, [], 1]


def test_an_answer_that_was_put_away_does_not_come_back_and_leaving_takes_all(run: Run) -> None:
    body = (
        MAILBOX
        + """
    writer.putAway('a1');
    await writer.look(all);
    const after = writer.answers.length;
    writer.forget();
    await writer.look(all);
    return [after, writer.answers, writer.keys];
    """
    )
    assert run("quiet/mailbox.js", body) == [0, [], []]
