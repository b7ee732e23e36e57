"""Who listens where: whatever else fails, whoever was sent away hears nothing more."""

from __future__ import annotations

from typing import Any, cast

import pytest
import redis

from circle.live.broadcaster import SocketBroadcaster, room_name
from circle.live.connections import Connection, Connections
from circle.live.lines import Line
from circle.services.ports import Caller
from circle.services.tickets import Tickets
from tests.sitting import ANA, MEETING


class _Silent:
    """Tickets in a Redis that does not answer."""

    def forget(self, _meeting_id: str, _member_id: str) -> None:
        raise redis.TimeoutError


class _Heard:
    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def send(self, frame: bytes) -> None:
        self.frames.append(frame)


def test_who_is_sent_away_hears_nothing_more_though_redis_does_not_answer() -> None:
    connections, line, cut = Connections(), _Heard(), []
    broadcaster = SocketBroadcaster(connections, cast(Tickets, _Silent()))
    broadcaster.attach(cut.append)
    connection = Connection("sid", Caller(ANA), MEETING, cast(Line, line))
    assert connections.add(connection)
    connections.enter(connection, room_name(MEETING, "room"))
    with pytest.raises(redis.TimeoutError):
        broadcaster.move(MEETING, ANA, None)
    message: dict[str, Any] = {"run": "r", "audience": "room", "seq": 1, "changes": []}
    broadcaster.send(MEETING, "room", message)
    assert (cut, line.frames) == (["sid"], [])
