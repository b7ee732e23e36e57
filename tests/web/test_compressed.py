"""Static files come small to whoever takes that; pages never do."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from circle.compressed import compressed

SHEET = b".a { color: red; }\n" * 200


class Files:
    """A few files and a page; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        kind, body = {
            "/static/b/a.css": ("text/css; charset=utf-8", SHEET),
            "/static/b/tiny.js": ("text/javascript", b"1"),
            "/static/b/font.woff2": ("font/woff2", SHEET),
            "/page": ("text/html", SHEET),
        }.get(path, ("text/plain", b"nothing"))
        status = "404 Not Found" if body == b"nothing" else "200 OK"
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("ETag", '"x"')])
        return [body]


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def client(files: Files) -> Client:
    return Client(compressed(files, "/static/b/"))


GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_sheet_is_made_small_once(client: Client, files: Files) -> None:
    for _ in range(3):
        answer = client.get("/static/b/a.css", headers=GZIP)
        assert gzip.decompress(answer.data) == SHEET
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert "ETag" not in answer.headers
    assert files.asked == ["/static/b/a.css"]


@pytest.mark.parametrize("path", ["/page", "/static/b/font.woff2", "/static/b/tiny.js", "/static/b/none"])
def test_everything_else_comes_as_it_is(client: Client, path: str) -> None:
    plain, asked = client.get(path), client.get(path, headers=GZIP)
    assert (asked.status, asked.data, asked.headers) == (plain.status, plain.data, plain.headers)
    assert "Content-Encoding" not in asked.headers


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "br"}, GZIP | {"Range": "bytes=0-9"}])
def test_whoever_does_not_take_it_gets_the_file(client: Client, headers: dict[str, str]) -> None:
    client.get("/static/b/a.css", headers=GZIP)
    assert client.get("/static/b/a.css", headers=headers).data == SHEET


def test_only_reading_is_answered_from_memory(client: Client, files: Files) -> None:
    client.get("/static/b/a.css", headers=GZIP)
    client.post("/static/b/a.css", headers=GZIP)
    assert len(files.asked) == 2
