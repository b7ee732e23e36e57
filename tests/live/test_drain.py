"""A process that is to end asks its pages to go, a few at a time, and does not wait for ever."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from circle import workers
from circle.live.drain import PATIENCE_SECONDS, SPREAD_SECONDS, drain


class Pages:
    """A Socket.IO server as far as `drain` knows one. Pages leave as soon as they are asked, or never."""

    def __init__(self, count: int, *, leave: bool) -> None:
        self.manager, self.leave = self, leave
        self.here = {f"page{at}" for at in range(count)}
        self.asked: list[tuple[float, str]] = []
        self.cut: list[str] = []

    def get_participants(self, _namespace: str, _room: object) -> Iterator[tuple[str, str]]:
        """Whoever is here."""
        if not self.here and not self.asked:
            raise KeyError("/")  # as the library, when nobody has ever come
        yield from [(sid, "line") for sid in sorted(self.here)]

    def emit(self, event: str, data: object, *, to: str) -> None:
        """A page is asked."""
        assert (event, data) == ("moving", {})
        self.asked.append((time.monotonic(), to))
        if self.leave:
            self.here.discard(to)

    def disconnect(self, sid: str) -> None:
        """A line is closed."""
        self.cut.append(sid)

    def start_background_task(self, target: Any, *args: object) -> None:
        """At once."""
        target(*args)

    def sleep(self, seconds: float) -> None:
        """Really."""
        time.sleep(seconds)


def lasts(pages: Pages, *, elsewhere: bool) -> float:
    """How long draining takes, in seconds."""
    began = time.monotonic()
    drain(pages, elsewhere=elsewhere)
    return time.monotonic() - began


def test_a_thousand_pages_do_not_come_at_once() -> None:
    pages = Pages(1000, leave=True)
    assert SPREAD_SECONDS * 0.8 < lasts(pages, elsewhere=True) < SPREAD_SECONDS + 0.5
    assert len({sid for _, sid in pages.asked}) == len(pages.asked) == 1000
    began = pages.asked[0][0]
    tenths = Counter(int((at - began) * 10) for at, _ in pages.asked)
    assert max(tenths.values()) <= 250, tenths
    assert [sid for _, sid in pages.asked] != sorted(sid for _, sid in pages.asked), "in no order of chairs"
    assert pages.cut == []


def test_whoever_stays_is_asked_once_and_cut_off_at_last() -> None:
    pages = Pages(3, leave=False)
    assert lasts(pages, elsewhere=True) < PATIENCE_SECONDS + 0.5
    assert Counter(sid for _, sid in pages.asked) == dict.fromkeys(pages.here, 1)
    assert sorted(pages.cut) == sorted(pages.here)


def test_with_nowhere_to_go_lines_are_closed_at_once() -> None:
    pages = Pages(3, leave=False)
    assert lasts(pages, elsewhere=False) < 0.5
    assert pages.asked == []
    assert sorted(pages.cut) == sorted(pages.here)


def test_with_nobody_here_it_ends_at_once() -> None:
    assert lasts(Pages(0, leave=True), elsewhere=True) < 0.05


@pytest.mark.parametrize("with_others", [True, False])
def test_a_worker_of_gunicorn_asks_its_pages_once_it_takes_no_connection(with_others: bool) -> None:
    pages, ends = Pages(5, leave=True), Event()
    sharing = SimpleNamespace(listen=print if with_others else None)
    extensions = {
        "circle.runtime": SimpleNamespace(ends=ends, sharing=sharing),
        "circle.socketio": SimpleNamespace(server=pages),
    }
    began = time.monotonic()
    workers._leave(SimpleNamespace(alive=False, wsgi=SimpleNamespace(extensions=extensions)))
    assert ends.is_set()
    if with_others:
        assert min(at for at, _ in pages.asked) - began > 0.9, "earlier they would be led here again"
        assert (len(pages.asked), pages.cut) == (5, [])
    else:
        assert (pages.asked, len(pages.cut)) == ([], 5)
