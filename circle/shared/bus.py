"""Telling pages wherever they are: every process hears every message and hands it to its own pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import redis

from circle.logs import say_fault
from circle.services.ports import Broadcaster
from circle.shared.memories import CHANNEL, SharedMemories, again

AGAIN_SECONDS = 0.5
LISTEN_SECONDS = 1.0


class Local(Broadcaster, Protocol):
    """What hands messages to the pages of this process."""

    def take_snapshots(self, meeting_id: str | None = None) -> None:
        """As `Broadcaster.take_snapshots`; None: of every session."""


class SharedBroadcaster:
    """As `circle.services.ports.Broadcaster`, for several processes. One channel, so one order."""

    def __init__(self, memories: SharedMemories) -> None:
        self._memories = memories

    def send(self, meeting_id: str, audience: str, message: dict[str, Any]) -> None:
        """As `Broadcaster.send`."""
        self._memories.publish(
            {"do": "send", "meeting": meeting_id, "audience": audience, "message": message}
        )

    def move(self, meeting_id: str, seat_id: str, audience: str | None) -> None:
        """As `Broadcaster.move`."""
        self._memories.publish({"do": "move", "meeting": meeting_id, "seat": seat_id, "audience": audience})

    def take_snapshots(self, meeting_id: str) -> None:
        """As `Broadcaster.take_snapshots`."""
        self._memories.publish(again(meeting_id))


def listen(client: redis.Redis, memories: SharedMemories, local: Local, stopped: Callable[[], bool]) -> None:
    """Hand on what is published until stopped. From when it listens, every page looks anew: what was said
    before was not heard, by pages that came while this process was starting too.
    """
    while not stopped():
        line = client.pubsub()  # type: ignore[no-untyped-call]
        try:
            line.subscribe(CHANNEL)
            while not stopped():
                told = line.get_message(timeout=LISTEN_SECONDS)
                if told is not None and told["type"] == "subscribe":
                    local.take_snapshots()
                elif told is not None:
                    _hand_on(memories, local, told["data"])
        except redis.RedisError as problem:
            say_fault(problem, page="bus")
            time.sleep(AGAIN_SECONDS)
        finally:
            line.close()


def _hand_on(memories: SharedMemories, local: Local, sealed: bytes) -> None:
    """One message. A fault with one does not keep the others from being heard."""
    try:
        told = memories.read_message(sealed)
        if told["do"] == "send":
            local.send(told["meeting"], told["audience"], told["message"])
        elif told["do"] == "move":
            local.move(told["meeting"], told["seat"], told["audience"])
        elif told["do"] == "again":
            local.take_snapshots(told["meeting"])
    except Exception as problem:
        say_fault(problem, page="bus")
