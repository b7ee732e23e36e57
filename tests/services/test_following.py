"""A commit stands, and what should have followed it in memory was never done: the next look does it."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from typing import Any

import pytest
import redis
from sqlalchemy import Connection, Engine, event

from circle.domain import commands as c
from circle.domain.audience import SELF
from circle.domain.pairs import group_of
from circle.domain.plan import Part
from circle.domain.signs import NO_SIGNS, TellHosts
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import HoldLine, Say, SayInPair
from circle.store.committer import Committer, Uncertain
from circle.store.words import Words
from tests.domain.scene import GOODBYE, PAIR, ROUND, WALL, WORD
from tests.services.test_conduct_uncertain import cut_next_commit
from tests.sitting import ANA, BO, CY, HOST, MEETING, Sitting

pytestmark = [
    pytest.mark.servers,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]
EVE = "eve"
FOUR = (ANA, BO, CY, EVE)


def lost(sitting: Sitting, engine: Engine, command: c.Command) -> None:
    """The host's command stands, and its process did nothing more."""
    cut_next_commit(engine, stands=True)
    with pytest.raises(Uncertain):
        sitting.do(HOST, command)


def tick(sitting: Sitting, *here: str) -> None:
    """A second later, in the other process; then everybody looks anew."""
    sitting.take_turns()
    sitting.clock.advance(1)
    sitting.beat(HOST, *here)
    ticker.tick_once(sitting.conduct)
    sitting.check_pages()


def test_what_was_said_inside_a_pair_is_met_by_nobody_in_the_next_one(
    committer: Committer, words: Words, clock: SettableClock, engine: Engine
) -> None:
    pairs = [replace(PAIR, id=f"pair{number}") for number in range(2)]
    sitting = Sitting(committer, words, clock, *pairs, GOODBYE, members=FOUR)
    sitting.go_to("pair0")
    sitting.say(ANA, SayInPair("pair0", "only for you"))
    clock.advance(60)
    lost(sitting, engine, c.Next())
    assert sitting.meeting.step == pairs[1]
    group = group_of(sitting.meeting.pairs, ANA)
    assert group is not None
    for who in group.seats:
        assert sitting.refresh(who).views[SELF]["between"] == {}
    tick(sitting, *FOUR)
    assert sitting.memories.of(MEETING).between.words == []
    sitting.say(ANA, SayInPair("pair1", "and now"))
    assert [one["text"] for one in sitting.refresh(ANA).views[SELF]["between"].values()] == ["and now"]


def test_lines_that_were_not_collected_are_read(
    committer: Committer, words: Words, clock: SettableClock, engine: Engine
) -> None:
    sitting = Sitting(committer, words, clock, WORD, WALL, GOODBYE)
    sitting.go_to("wall")
    for who in (ANA, BO):
        sitting.say(who, HoldLine("wall", f"line of {who}", f"{who:0>64}"))
    clock.advance(60)
    lost(sitting, engine, c.Next())
    assert sitting.meeting.part_now is Part.WALL_READ
    tick(sitting, ANA, BO, CY)
    batch = sitting.pages.pages[HOST].views["hosts"]["batch"].values()
    assert {line["text"] for line in batch} == {"line of ana", "line of bo"}
    sitting.say(CY, HoldLine("wall", "late", "c" * 64))
    tick(sitting, ANA, BO, CY)
    assert len(batch) == 2, "whoever comes later is read next time"


def test_what_hosts_told_each_other_goes_with_the_session(
    committer: Committer, words: Words, clock: SettableClock, engine: Engine
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE)
    sitting.go_to("word")
    sitting.conduct.sign(Caller(HOST), MEETING, TellHosts("n1", "look after her"))
    lost(sitting, engine, c.EndSession())
    for process in sitting.processes:  # and at the first look Redis does not answer
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(process.memories, "known", _no_answer)
            ticker.tick_once(process.conduct)
    assert sitting.memories.of(MEETING).signs != NO_SIGNS
    tick(sitting)
    left = sitting.memories.of(MEETING)
    assert (left.people, left.signs) == ({}, NO_SIGNS)


def _no_answer(_meeting_id: str) -> None:
    raise redis.TimeoutError


def test_when_redis_loses_everything_no_room_is_held_and_no_clock_gains(
    committer: Committer, words: Words, clock: SettableClock, redis_server: str
) -> None:
    sitting = Sitting(committer, words, clock, WORD, ROUND, GOODBYE)
    clock.advance(2 * 3600)
    sitting.beat(HOST, ANA, BO, CY)
    sitting.go_to("round")
    before = sitting.meeting
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    for _ in range(3):
        clock.advance(1)
        for process in sitting.processes:
            ticker.tick_once(process.conduct)
    assert sitting.meeting == before
    clock.advance(120)
    ticker.tick_once(sitting.conduct)
    assert sitting.meeting.held_at is not None, "and a host who does not come back is missed"
    assert (clock.now() - sitting.meeting.held_at).total_seconds() < 125


SLOWLY = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN PERFORM pg_sleep(0.6); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON shares DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION slowly()
"""


def test_while_the_database_is_still_in_that_commit_nobody_looks_anew(
    committer: Committer, words: Words, clock: SettableClock, engine: Engine
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE)
    sitting.go_to("word")
    with engine.begin() as db:
        db.exec_driver_sql(SLOWLY)
    once = iter([True])

    def hang_up(connection: Connection) -> None:
        if connection.info.get("circle.wrote") and next(once, False):
            line: Any = connection.connection.dbapi_connection
            ours = socket.socket(fileno=os.dup(line.pgconn.socket))
            threading.Timer(0.1, lambda: (ours.shutdown(socket.SHUT_RDWR), ours.close())).start()

    event.listen(engine, "commit", hang_up)
    with pytest.raises(Uncertain):
        sitting.say(ANA, Say("word", "tired"), command_id="55ee3f1e-6ae0-4dd8-a4d5-3b2a4c5b8f10")
    said = sitting.refresh(BO).views["room"]["said"].values()
    assert [one["text"] for one in said] == ["tired"]
    again = sitting.say(ANA, Say("word", "tired"), command_id="55ee3f1e-6ae0-4dd8-a4d5-3b2a4c5b8f10")
    assert again == {"ok": True, "kept": True}
    sitting.check_pages()
