"""The quiet addresses: one length, one answer, no cookies, nothing else of a request is read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import pytest

from circle.anonymous.endpoint import outside_sessions
from circle.content.loader import load_library
from circle.domain.errors import NotNow, TooMany
from circle.domain.quiet import BODY_BYTES
from circle.services.quiet import Post
from circle.tokens.rounds import TOKEN_BYTES

TOKEN = bytes(range(256)) + bytes(TOKEN_BYTES - 256)
LINE = {
    "kind": "line",
    "text": "Nobody asks about the house any more.",
    "commit": "ab" * 32,
    "read_aloud": True,
    "summary": False,
    "mailbox": "",
}


class Heard:
    """Remembers what would have been taken."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, bytes, Post]] = []
        self.secrets: list[tuple[str, str]] = []
        self.refusal: Exception | None = None

    def post(self, meeting_id: str, token: bytes, post: Post, body: bytes) -> None:
        if self.refusal is not None:
            raise self.refusal
        assert len(body) == BODY_BYTES
        self.posts.append((meeting_id, token, post))

    def withdraw(self, meeting_id: str, secret: str) -> None:
        self.secrets.append((meeting_id, secret))


class OnlyThese(dict[str, Any]):
    """An environ of which nothing may be read but this."""

    ALLOWED: ClassVar = {
        "PATH_INFO",
        "REQUEST_METHOD",
        "CONTENT_LENGTH",
        "wsgi.input",
        "HTTP_COOKIE",
        "HTTP_AUTHORIZATION",
    }

    def __getitem__(self, key: str) -> Any:
        assert key in self.ALLOWED, f"{key} is nobody's business here"
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        assert key in self.ALLOWED, f"{key} is nobody's business here"
        return super().get(key, default)


def body(words: object, token: bytes = TOKEN, size: int = BODY_BYTES) -> bytes:
    written = json.dumps(words, ensure_ascii=False).encode() if not isinstance(words, bytes) else words
    return (token + len(written).to_bytes(4) + written).ljust(size, b"\x07")[:size]


@pytest.fixture
def heard() -> Heard:
    return Heard()


Ask = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]


@pytest.fixture
def ask(heard: Heard) -> Ask:
    def inner(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b'{"inner": true}']

    sentences = load_library().refusals
    answer = outside_sessions(inner, heard, lambda code: sentences[code])

    def ask(data: bytes, path: str = "/quiet/m1/post", method: str = "POST", **more: Any) -> Any:
        told: list[Any] = []
        environ = OnlyThese(
            {
                "PATH_INFO": path,
                "REQUEST_METHOD": method,
                "CONTENT_LENGTH": str(len(data)),
                "REMOTE_ADDR": "192.0.2.7",
                "HTTP_USER_AGENT": "an old phone",
                "QUERY_STRING": "",
                "wsgi.input": io.BytesIO(data),
            }
            | more
        )
        words = b"".join(answer(environ, lambda status, headers: told.append((status, dict(headers)))))
        status, headers = told[0]
        return int(status.split()[0]), headers, json.loads(words)

    return ask


def test_a_line_and_a_cover_are_answered_alike(ask: Ask, heard: Heard) -> None:
    cover = LINE | {"kind": "cover", "text": ""}
    assert ask(body(LINE)) == ask(body(cover))
    assert [(meeting, post.text) for meeting, _, post in heard.posts] == [
        ("m1", "Nobody asks about the house any more."),
        ("m1", ""),
    ]
    assert all(token == TOKEN for _, token, _ in heard.posts)
    status, headers, words = ask(body(LINE))
    assert (status, words) == (202, {"ok": True})
    assert headers["Connection"] == "close"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("header", ["HTTP_COOKIE", "HTTP_AUTHORIZATION"])
def test_whoever_says_who_they_are_is_refused(ask: Ask, heard: Heard, header: str) -> None:
    status, headers, words = ask(body(LINE), **{header: "session=abc"})
    assert (status, words["code"], heard.posts) == (400, "not_with_cookies", [])
    assert "Set-Cookie" not in headers


def test_the_longest_words_in_any_script_fit(ask: Ask, heard: Heard) -> None:
    for letter in ("a", "é", "雨", "𒀀"):
        ask(body(LINE | {"text": letter * 4000}))
    assert [len(post.text) for _, _, post in heard.posts] == [4000] * 4
    assert ask(body(LINE | {"text": "a" * 4001}))[0] == 422


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        body(LINE)[:-1],
        body(LINE) + b"\x00",
        body(b"not json"),
        body(b"[" * 20_000),
        body(b"\xff\xfe"),
        body([]),
        body({}),
        body(LINE | {"member": "m"}),
        body(LINE | {"keep": True}),
        body(LINE | {"commit": "short"}),
        body(LINE | {"kind": "shout"}),
        body(LINE | {"text": ""}),
        body(LINE | {"text": 7}),
        body(json.dumps(LINE | {"text": "\ud800"}).encode()),
        body(LINE | {"mailbox": "x"}),
        body(LINE)[:TOKEN_BYTES] + b"\xff" * (BODY_BYTES - TOKEN_BYTES),
    ],
)
def test_what_is_no_post_is_refused_and_not_repeated(ask: Ask, heard: Heard, wrong: bytes) -> None:
    status, _, words = ask(wrong)
    assert status == 422
    assert set(words) == {"ok", "code", "message"}
    assert "house" not in words["message"]
    assert heard.posts == []


@pytest.mark.parametrize(
    "length", ["", "-1", "x", "0", str(BODY_BYTES + 1), "99999999999999999999", "9" * 5000, "٣"]
)
def test_a_length_that_is_none_is_refused_before_anything_is_read(ask: Ask, length: str) -> None:
    class Unread(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

    assert ask(b"", **{"CONTENT_LENGTH": length, "wsgi.input": Unread()})[0] == 422


def test_a_line_that_breaks_in_the_middle_is_a_refusal_and_no_fault(ask: Ask) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError("unexpected end")

    assert ask(body(LINE), **{"wsgi.input": Broken()})[0] == 422


def test_less_than_was_told_is_refused(ask: Ask) -> None:
    assert ask(body(LINE)[:-5], CONTENT_LENGTH=str(BODY_BYTES))[0] == 422


@pytest.mark.parametrize(
    ("refusal", "status"), [(NotNow("not_collected"), 409), (TooMany("token_spent"), 429)]
)
def test_a_refusal_has_its_words(ask: Ask, heard: Heard, refusal: Any, status: int) -> None:
    heard.refusal = refusal
    given, _, words = ask(body(LINE))
    assert (given, words["code"], words["ok"]) == (status, refusal.code, False)
    assert "still" in words["message"]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/quiet/m1/post", "GET"),
        ("/quiet/m1/read", "POST"),
        ("/quiet//post", "POST"),
        ("/quiet/post", "POST"),
        (f"/quiet/{'x' * 37}/post", "POST"),
        ("/quiet/m\0/post", "POST"),
        ("/quiet/m\0/withdraw", "POST"),
        ("/quiet/\xff/withdraw", "POST"),
    ],
)
def test_there_is_nothing_else_here(ask: Ask, path: str, method: str) -> None:
    assert ask(body(LINE), path, method)[0] == 404


def test_every_other_address_is_somebody_elses(ask: Ask, heard: Heard) -> None:
    assert ask(b"", "/tonight", "GET")[2] == {"inner": True}
    assert ask(b"", "/quietly", "GET")[2] == {"inner": True}


def test_a_line_is_withdrawn_by_its_secret(ask: Ask, heard: Heard) -> None:
    secret = json.dumps({"secret": "s" * 44}).encode()
    assert ask(secret, "/quiet/m1/withdraw")[0] == 202
    assert heard.secrets == [("m1", "s" * 44)]
    assert ask(secret, "/quiet/m1/withdraw", HTTP_COOKIE="a=b")[0] == 400
    for wrong in (b"{}", b'{"secret": "short"}', b"x" * 513, b'{"secret": "' + b"s" * 44 + b'", "id": 1}'):
        assert ask(wrong, "/quiet/m1/withdraw")[0] == 422
    assert len(heard.secrets) == 1
