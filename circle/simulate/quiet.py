"""A page's side of a quiet round, in Python: tokens, a body of one length, a secret that stays here."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa, x25519
from cryptography.hazmat.primitives.serialization import load_der_public_key

from circle.domain.quiet import BODY_BYTES, TOKENS_EACH
from circle.simulate.browser import Browser
from circle.simulate.line import Line, LineLost
from circle.tokens import blindrsa
from circle.tokens.rounds import challenge_of, key_id, token_input

POST_WITHIN_S = 10

Sign = Callable[[str, tuple[bytes, ...]], Sequence[bytes]]


def unpack(words: str) -> bytes:
    """base64url without padding."""
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


def public_key(encoded: bytes) -> blindrsa.PublicKey:
    """The key of a round, as everybody got it."""
    key = load_der_public_key(encoded)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not a key of a round")
    return blindrsa.PublicKey(key.public_numbers().n, key.public_numbers().e)


def _a_key() -> str:
    """A key as pages send one with every post. Nobody here opens what is sealed with it."""
    raw = x25519.X25519PrivateKey.generate().public_key().public_bytes_raw()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class QuietPage:
    """One person's page in one round."""

    meeting: str
    told: dict[str, Any]
    sign: Sign
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(33))
    tokens: list[bytes] = field(default_factory=list)

    def ask(self) -> None:
        """Ask for both tokens, as every page does when a round begins."""
        encoded = unpack(self.told["key"])
        key, digest = public_key(encoded), key_id(encoded)
        challenge = challenge_of(self.meeting, self.told["round"])
        inputs = [token_input(secrets.token_bytes(32), challenge, digest) for _ in range(TOKENS_EACH)]
        blinded = [blindrsa.blind(key, message) for message in inputs]
        signed = self.sign(
            self.told["round"], tuple(b"\x00\x02" + digest[-1:] + number for number, _ in blinded)
        )
        self.tokens = [
            message + blindrsa.finalize(key, message, answer, inverse)
            for message, answer, (_, inverse) in zip(inputs, signed, blinded, strict=True)
        ]

    @property
    def commit(self) -> str:
        """What goes with the line; the secret stays here."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def body(self, text: str = "", **consents: bool) -> bytes:
        """What is posted with the next token: a line, or a cover of the same length."""
        words = {
            "kind": "line" if text else "cover",
            "text": text,
            "commit": self.commit if text else secrets.token_hex(32),
            "read_aloud": False,
            "summary": False,
            "mailbox": _a_key(),
        } | consents
        written = json.dumps(words, ensure_ascii=False).encode()
        whole = self.tokens.pop(0) + len(written).to_bytes(4) + written
        return whole + secrets.token_bytes(BODY_BYTES - len(whole))


class TakingPart:
    """A made-up person's part in quiet rounds: asks when one begins, posts once when hosts collect."""

    def __init__(self, browser: Browser, line: Line, rest: Callable[[float], None]) -> None:
        self._browser, self._line, self._rest = browser, line, rest
        self._page: QuietPage | None = None
        self._collected = 0
        self._words: dict[str, Any] = {}

    @property
    def is_on(self) -> bool:
        """Whether words go this way now."""
        return self._told() is not None

    def ready(self, words: dict[str, Any]) -> None:
        """What goes with the next collecting: text and consents."""
        self._words = words

    def keep(self) -> None:
        """Do what every page does now. Raises LineLost."""
        told = self._told()
        if told is None:
            self._page, self._collected, self._words = None, 0, {}
            return
        if self._page is None or self._page.told["round"] != told["round"]:
            self._page = QuietPage(self._line.meeting_id, told, self._sign)
            self._page.ask()
        if told["collecting"] and told["collect"] > self._collected and self._page.tokens:
            self._collected = told["collect"]
            self._rest(secrets.randbelow(1000 * POST_WITHIN_S) / 1000)
            text = self._words.pop("text", "")
            consents = {name: bool(self._words.get(name)) for name in ("read_aloud", "summary")}
            self._browser.post_unseen(self._line.meeting_id, self._page.body(text, **consents))

    def _told(self) -> dict[str, Any] | None:
        told: dict[str, Any] | None = self._line.screen.stage.get("quiet_round")
        return told

    def _sign(self, name: str, requests: tuple[bytes, ...]) -> list[bytes]:
        asked = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in requests]
        answer = self._line.ask("tokens", {"round": name, "requests": asked})
        if not answer.get("ok"):
            raise LineLost("no tokens")
        return [unpack(one) for one in answer["signed"]]
