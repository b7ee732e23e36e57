"""One address before several processes. A circle's people go to one of them, and past one that is gone.

It reads the first line of a connection and then only carries bytes: for trying Circle on one machine. A
server in earnest has nginx (deploy/nginx.conf), which routes by the same letters.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

# The first letters of a session's id, random as all of it: the same in its pages' paths and in what their
# sockets ask for. They stand for one of 4,096 buckets and name no circle.
_BUCKET = re.compile(
    rb"[A-Z]+ (?:/(?:meet|live|quiet)/|/socket\.io/\?(?:[^ ]*&)?at=)([A-Za-z0-9_-]{2})", re.ASCII
)
FIRST_LINE_SECONDS = 20.0
CONNECT_SECONDS = 2.0
TRIES_SECONDS = 4.0  # as long as somebody waits while every process is starting
AGAIN_SECONDS = 0.1
PART = 65_536  # bytes carried at once


def bucket_of(first_line: bytes) -> bytes:
    """What to route this request by; empty when it belongs to no session."""
    found = _BUCKET.match(first_line)
    return found[1] if found else b""


def order_of(bucket: bytes, ports: Sequence[int]) -> list[int]:
    """Where to try, best first: always the same for a bucket, and the rest stays when one is missing."""
    return sorted(ports, key=lambda port: sha256(b"%d %b" % (port, bucket)).digest())


class Front:
    """Listens at an address of this machine and carries to `ports` of it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = tuple(ports)
        self._turn = 0

    async def open(self, host: str, port: int) -> asyncio.Server:
        """Begin. Raises OSError when the port is taken."""
        return await asyncio.start_server(self._serve, host, port, limit=PART)

    async def _serve(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            first = await asyncio.wait_for(near.readline(), FIRST_LINE_SECONDS)
            far = await self._reach(bucket_of(first)) if first else None
            if far is not None:
                await _join(first, (near, back), far)
        except (OSError, ValueError, TimeoutError):  # hung up, or no request: nobody to tell
            pass
        finally:
            _shut(back)

    async def _reach(self, bucket: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A line to a process that answers; None when none did for a while."""
        until = asyncio.get_running_loop().time() + TRIES_SECONDS
        while True:
            for port in order_of(bucket or self._next_turn(), self._ports):
                with suppress(OSError, TimeoutError):
                    return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), CONNECT_SECONDS)
            if asyncio.get_running_loop().time() > until:
                return None
            await asyncio.sleep(AGAIN_SECONDS)

    def _next_turn(self) -> bytes:
        self._turn += 1
        return b"turn %d" % self._turn


async def _join(
    first: bytes,
    near: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    far: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Carry both ways until one side has ended."""
    try:
        far[1].write(first)
        ways = [asyncio.ensure_future(_carry(*way)) for way in ((near[0], far[1]), (far[0], near[1]))]
        _, open_still = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in open_still:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
    finally:
        _shut(far[1])


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(PART):
            target.write(data)
            await target.drain()


def _shut(line: asyncio.StreamWriter) -> None:
    with suppress(OSError, RuntimeError):
        line.close()
