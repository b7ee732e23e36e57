"""SIGTERM: no new connections, pages are asked to go elsewhere, what is in hand is answered, the end."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import requests
import socketio

from circle.live.drain import PATIENCE_SECONDS
from circle.simulate.browser import Browser
from tests.cluster.pair import Pair
from tests.live.nest import Nest
from tests.live.server import Server, running
from tests.simulate.watcher import address_of

ENDS_WITHIN = 5.0
FEW = ("Rowan", "Theo", "Ada")


class Page:
    """One page's line. It goes when it is asked to, unless it is too old to know that."""

    def __init__(self, server: Server, name: str, *, old: bool = False) -> None:
        address = address_of(server)
        self.browser = Browser(address)
        self.meeting = self.browser.come_in(server.door, name)
        self.asked, self.cut = threading.Event(), threading.Event()
        self.socket = socketio.Client(
            reconnection=False,
            handle_sigint=False,
            websocket_extra_options={"host": address.host, "origin": address.origin},
        )
        self.socket.on("moving", lambda _nothing: self._go(old=old))
        self.socket.on("disconnect", lambda *_reason: self.cut.set())
        self.socket.connect(
            address.base,
            auth={"v": 1, "ticket": self.browser.ticket(self.meeting)},
            transports=["websocket"],
        )

    def _go(self, *, old: bool) -> None:
        self.asked.set()
        if not old:
            self.socket.disconnect()

    def is_answered(self) -> bool:
        """Whether what it asks is done."""
        return bool(self.socket.call("status", {"status": "call"}, timeout=10)["ok"])

    def close(self) -> None:
        """Hang up."""
        self.socket.disconnect()
        self.browser.close()


@pytest.fixture
def pair(
    postgres_url: str, redis_server: str, empty_redis: redis.Redis, tmp_path: Path, nest: Nest | None
) -> Iterator[Pair]:
    """Two processes; the demo circle's door is open."""
    pair = Pair(tmp_path, postgres_url, redis_server, nest=nest)
    pair.start()
    yield pair
    pair.stop()


def ends(server: Server) -> float:
    """Tells it to end; how long that takes, in seconds."""
    assert server.process is not None
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(15) == 0
    return time.monotonic() - began


def refuses(server: Server) -> bool:
    """Whether it takes no connection."""
    try:
        requests.get(f"http://127.0.0.1:{server.port}/healthz", timeout=5)
    except requests.ConnectionError:
        return True
    return False


def test_pages_are_asked_to_go_and_the_process_ends_when_they_have(pair: Pair) -> None:
    server = pair.servers[0]
    pages = [Page(server, name) for name in FEW]
    took = threading.Thread(target=lambda: spent.append(ends(server)))
    spent: list[float] = []
    took.start()
    assert pages[0].asked.wait(3)
    assert refuses(server)
    took.join()
    assert all(page.asked.is_set() for page in pages)
    assert spent[0] < ENDS_WITHIN - 2, "it does not wait for anybody who has gone"
    for page in pages:
        page.close()


def test_an_old_page_is_answered_until_it_is_cut_off_in_time(pair: Pair) -> None:
    server = pair.servers[0]
    old = Page(server, "Rowan", old=True)
    kept_alive, health = requests.Session(), f"http://127.0.0.1:{server.port}/healthz"
    assert "Connection" not in kept_alive.get(health, timeout=5).headers
    spent: list[float] = []
    took = threading.Thread(target=lambda: spent.append(ends(server)))
    took.start()
    assert old.asked.wait(3)
    assert old.is_answered(), "what is asked meanwhile is done"
    answer = kept_alive.get(health, timeout=5)
    assert answer.ok
    assert answer.headers["Connection"] == "close", "and nothing more over this connection"
    took.join()
    assert PATIENCE_SECONDS < spent[0] < ENDS_WITHIN
    assert old.cut.wait(1)
    other = Page(pair.servers[1], "Theo")
    assert not other.asked.is_set()
    for page in (old, other, kept_alive):
        page.close()


def test_a_process_by_itself_closes_its_lines_and_is_gone_at_once(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        page = Page(server, "Rowan")
        assert ends(server) < 2
        assert page.cut.wait(1)
        assert not page.asked.is_set(), "there is nowhere to go"
        page.close()
