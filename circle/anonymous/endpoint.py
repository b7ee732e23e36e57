"""`POST /quiet/<meeting>/post` and `/withdraw`: two addresses that do not want to know who calls.

They stand before everything else the server does: no session, no cookie, no log line, no rate limit by
address. Of a request only method, path, length and body are read. Whoever sends a cookie or a password
is refused, so that a slip in a page is found by its first test and not by the first thief of a log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from circle.domain.errors import CircleError, Invalid, NotFound
from circle.domain.quiet import BODY_BYTES
from circle.services.memory import Post
from circle.services.speech import clean_text
from circle.tokens.rounds import TOKEN_BYTES

PREFIX = "/quiet/"
_LENGTH_BYTES = 4
_WITHDRAW_MAX = 512  # bytes
_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")
_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Connection", "close"),  # two posts of one page never come over one connection
)

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Anonymously(Protocol):
    """What can be done without anybody being known."""

    def post(self, meeting_id: str, token: bytes, post: Post, body: bytes) -> None:
        """Take what came with a token. Raises CircleError."""

    def withdraw(self, meeting_id: str, secret: str) -> None:
        """The line of this secret goes, shown or not; nothing happens if there is none."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Posted(_Strict):
    kind: Literal["line", "cover"]
    text: Annotated[str, StringConstraints(max_length=16_000)]
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    read_aloud: bool
    summary: bool
    mailbox: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_-]{43})?$")]


class _Withdrawn(_Strict):
    secret: Annotated[str, StringConstraints(min_length=32, max_length=64)]


def outside_sessions(inner: Wsgi, anonymously: Anonymously, sentence: Callable[[str], str]) -> Wsgi:
    """`inner`, with the quiet addresses before it. sentence: the kind words for a refusal's code."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return inner(environ, start_response)
        try:
            with _our_refusals():
                _take(environ, path, anonymously)
        except CircleError as refusal:
            return _say(
                start_response, refusal.status, {"code": refusal.code, "message": sentence(refusal.code)}
            )
        return _say(start_response, 202, {})

    return answer


def _take(environ: dict[str, Any], path: str, anonymously: Anonymously) -> None:
    meeting_id, _, what = path.removeprefix(PREFIX).partition("/")
    if environ.get("REQUEST_METHOD") != "POST" or what not in _WAYS or not _ID.fullmatch(meeting_id):
        raise NotFound("not_found")
    if "HTTP_COOKIE" in environ or "HTTP_AUTHORIZATION" in environ:
        raise CircleError("not_with_cookies")
    _WAYS[what](environ, meeting_id, anonymously)


def _post(environ: dict[str, Any], meeting_id: str, anonymously: Anonymously) -> None:
    body = _body(environ)
    if len(body) != BODY_BYTES:
        raise Invalid("invalid")
    token, rest = body[:TOKEN_BYTES], body[TOKEN_BYTES:]
    size = int.from_bytes(rest[:_LENGTH_BYTES])
    posted = _Posted.model_validate(json.loads(rest[_LENGTH_BYTES : _LENGTH_BYTES + size]))
    text = clean_text(posted.text) if posted.kind == "line" else ""
    post = Post(text, posted.commit, posted.read_aloud, posted.summary, posted.mailbox)
    anonymously.post(meeting_id, token, post, body)


def _withdraw(environ: dict[str, Any], meeting_id: str, anonymously: Anonymously) -> None:
    body = _body(environ)
    if len(body) > _WITHDRAW_MAX:
        raise Invalid("invalid")
    anonymously.withdraw(meeting_id, _Withdrawn.model_validate(json.loads(body)).secret)


_WAYS = {"post": _post, "withdraw": _withdraw}


def _body(environ: dict[str, Any]) -> bytes:
    """What was sent, if its length is told and not more than a post's."""
    length: str = environ.get("CONTENT_LENGTH") or ""
    if not length.isascii() or not length.isdigit() or not 0 < int(length) <= BODY_BYTES:
        raise Invalid("invalid")
    body: bytes = environ["wsgi.input"].read(int(length))
    if len(body) != int(length):
        raise Invalid("invalid")
    return body


@contextmanager
def _our_refusals() -> Iterator[None]:
    """Whatever is wrong with a body or its line is one refusal; what stood in it goes into no message."""
    try:
        yield
    except (ValidationError, ValueError, RecursionError, OSError):
        raise Invalid("invalid") from None


def _say(start_response: Any, status: int, words: dict[str, str]) -> list[bytes]:
    body = json.dumps({"ok": status < 400, **words}).encode()
    start_response(f"{status} {HTTPStatus(status).phrase}", [*_HEADERS, ("Content-Length", str(len(body)))])
    return [body]
