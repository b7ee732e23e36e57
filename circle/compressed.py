"""Static files are sent compressed: made small once, kept in memory. Pages never are.

A page holds words of people beside tokens, and how small it gets would tell something of both. A stylesheet
is the same for everybody.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from typing import Any

_TEXT = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")
_NOT_WORTH_IT = 512  # bytes
Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


def compressed(static: Wsgi, prefix: str) -> Wsgi:
    """`static`, with answers to addresses under `prefix` gzipped for whoever takes that.

    The files under `prefix` never change while the process lives (their address names the build).
    """
    kept: dict[str, tuple[list[tuple[str, str]], bytes]] = {}

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        wanted = path.startswith(prefix) and environ.get("REQUEST_METHOD") == "GET"
        if not wanted or "gzip" not in environ.get("HTTP_ACCEPT_ENCODING", "") or "HTTP_RANGE" in environ:
            return static(environ, start)
        if path not in kept:
            plain = environ | {"HTTP_ACCEPT_ENCODING": ""}
            plain.pop("HTTP_IF_MODIFIED_SINCE", None)
            plain.pop("HTTP_IF_NONE_MATCH", None)
            status, headers, body = _whole(static, plain)
            if not _is_text(status, headers) or len(body) < _NOT_WORTH_IT:
                start(status, headers)
                return [body]
            small = gzip.compress(body, 9, mtime=0)
            kept[path] = _with_length(headers, len(small)), small
        headers, small = kept[path]
        start("200 OK", list(headers))
        return [small]

    return answer


def _whole(static: Wsgi, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    told: list[Any] = []
    parts = static(environ, lambda *said: told.append(said))
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = told[0][:2]
    return status, list(headers), body


def _is_text(status: str, headers: list[tuple[str, str]]) -> bool:
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    return status.startswith("200") and kind.split(";")[0].strip() in _TEXT


def _with_length(headers: list[tuple[str, str]], length: int) -> list[tuple[str, str]]:
    dropped = ("content-length", "content-encoding", "vary", "etag")
    rest = [(name, value) for name, value in headers if name.lower() not in dropped]
    return [*rest, ("Content-Length", str(length)), ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
