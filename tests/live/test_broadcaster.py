"""Who listens where: whatever else fails, whoever was sent away hears nothing more."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
import redis

from circle.live.broadcaster import SocketBroadcaster, room_name
from circle.live.connections import Connection, Connections
from circle.live.frames import Message
from circle.live.lines import Line
from circle.services.clock import SystemClock
from circle.services.ports import Caller
from circle.services.tickets import OwnTickets, Tickets
from tests.sitting import ANA, MEETING

MESSAGE: dict[str, Any] = {"run": "r", "audience": "room", "seq": 1, "changes": []}


class _Silent:
    """Tickets in a Redis that does not answer."""

    def forget(self, _meeting_id: str, _member_id: str) -> None:
        raise redis.TimeoutError


class _Heard:
    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def send(self, frame: bytes) -> None:
        self.frames.append(frame)


def page(connections: Connections, sid: str) -> _Heard:
    """Ana's page with this id, in the room."""
    line = _Heard()
    connection = Connection(sid, Caller(ANA), MEETING, cast(Line, line))
    assert connections.add(connection)
    connections.enter(connection, room_name(MEETING, "room"))
    return line


def test_who_is_sent_away_hears_nothing_more_though_redis_does_not_answer() -> None:
    connections, cut = Connections(), []
    broadcaster = SocketBroadcaster(connections, cast(Tickets, _Silent()))
    broadcaster.attach(cut.append)
    line = page(connections, "sid")
    with pytest.raises(redis.TimeoutError):
        broadcaster.move(MEETING, ANA, None)
    broadcaster.send(MEETING, "room", MESSAGE)
    assert (cut, line.frames) == (["sid"], [])


def test_a_page_that_is_about_to_be_closed_comes_back_to_no_room_with_a_new_one_of_the_same_person() -> None:
    connections = Connections()
    broadcaster = SocketBroadcaster(connections, OwnTickets(SystemClock()))
    signed_out = page(connections, "before")
    broadcaster.move(MEETING, ANA, None)
    anew = page(connections, "after")
    broadcaster.move(MEETING, ANA, "room")
    broadcaster.send(MEETING, "room", MESSAGE)
    assert (len(signed_out.frames), len(anew.frames)) == (0, 1)
    for sid in ("before", "after"):
        connections.drop(sid)
    assert not connections.has_pages(MEETING)


def test_whoever_is_to_look_anew_hears_a_message_as_it_is_documented() -> None:
    connections = Connections()
    line = page(connections, "sid")
    SocketBroadcaster(connections, OwnTickets(SystemClock())).take_snapshots(MEETING)
    (frame,) = line.frames
    event, message = json.loads(frame[frame.index(b"42[") + 2 :])
    assert (event, Message.model_validate(message, extra="forbid").run) == ("message", "")
