"""Words at rest: AES-256-GCM with a key ring, no clear time, and lengths hidden in buckets.

Token layout: `keyid(4) | nonce(12) | ciphertext+tag`. The plaintext is a 4-byte length, the UTF-8 text
and random padding up to 256, 1k, 4k or 16k bytes (above that, the next multiple of 16k), so that a
stolen file shows neither when something was written nor how long it is. The associated data binds a
value to its table, column and row: a row's words cannot be moved to another row.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from circle.settings import SettingsError

_BUCKETS = (256, 1024, 4096, 16384)
_STEP = 16384
_KEY_BYTES = 32


class KeyRing:
    """The first key seals, every key opens. Keys are 32 random bytes each."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError("a key ring takes one or more keys of 32 bytes")
        self._keys = {_key_id(key): AESGCM(key) for key in keys}
        self._first = _key_id(keys[0])

    def seal(self, text: str, place: str, *, at_least: int = 0) -> bytes:
        """Encrypt `text` for `place` ("table.column.row"), padded to a bucket, or to `at_least` bytes."""
        nonce = os.urandom(12)
        sealed = self._keys[self._first].encrypt(nonce, _pad(text.encode(), at_least), place.encode())
        return self._first + nonce + sealed

    def has(self, mark: bytes) -> bool:
        """Whether the key is here that seals under this mark (the first four bytes of a token)."""
        return bytes(mark) in self._keys

    def open(self, token: bytes, place: str) -> str:
        """Decrypt what `seal` made for the same place. Raises ValueError if it was made elsewhere."""
        key = self._keys.get(token[:4])
        if key is None:
            raise ValueError("sealed with a key that is not in the ring")
        try:
            return _unpad(key.decrypt(token[4:16], token[16:], place.encode())).decode()
        except InvalidTag:
            raise ValueError("these words were sealed for another place") from None


def read_keys(text: str, where: str = "CIRCLE_KEYS") -> list[bytes]:
    """Keys from configuration: url-safe base64, separated by commas or spaces, newest first. Raises
    SettingsError, naming where they stand, for none and for what is no key.
    """
    parts = text.replace(",", " ").split()
    try:
        keys = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
    except ValueError:
        keys = []
    if not keys or any(len(key) != _KEY_BYTES for key in keys):
        raise SettingsError(f"{where} takes keys as `circle new-key` prints them, with commas in between")
    return keys


def new_key() -> str:
    """A fresh key in the form `read_keys` takes."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def key_file(path: Path) -> list[bytes]:
    """The keys in this file; made at the first run, readable by its owner only.

    Of processes that start at once one makes it, and the others read it: it appears whole or not at all.
    Raises OSError, SettingsError.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, ours = mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_key() + "\n")
        with suppress(FileExistsError):
            os.link(ours, path)
        os.unlink(ours)
    return read_keys(path.read_text(errors="replace"), str(path))


def _key_id(key: bytes) -> bytes:
    return sha256(b"circle key id" + key).digest()[:4]


def _pad(data: bytes, at_least: int) -> bytes:
    needed = max(len(data) + 4, at_least)
    size = next((bucket for bucket in _BUCKETS if needed <= bucket), -(-needed // _STEP) * _STEP)
    return len(data).to_bytes(4) + data + secrets.token_bytes(size - len(data) - 4)


def _unpad(data: bytes) -> bytes:
    return data[4 : 4 + int.from_bytes(data[:4])]
