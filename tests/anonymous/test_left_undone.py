"""A commit stands, and what should have followed it in memory was never done: the next look does it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from circle.domain import commands as c
from circle.domain.meeting import is_collecting
from circle.domain.quiet import COLLECT_SECONDS
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.quiet import QuietRounds
from circle.store.committer import Committer, Uncertain
from circle.store.words import Words
from tests.anonymous.test_quiet_sitting import SEVEN, Table
from tests.domain.scene import GOODBYE, WALL
from tests.services.test_conduct_uncertain import cut_next_commit
from tests.sitting import HOST, MEETING

pytestmark = [
    pytest.mark.servers,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


@pytest.fixture
def table(committer: Committer, words: Words, clock: SettableClock) -> Table:
    """Seven in a step without names."""
    table = Table(committer, words, clock, WALL, GOODBYE, members=SEVEN, quiet=QuietRounds())
    table.begin()
    return table


def tick(table: Table) -> None:
    """A second later, in the other process; then everybody looks anew."""
    table.take_turns()
    table.clock.advance(1)
    table.beat(HOST, *SEVEN)
    ticker.tick_once(table.conduct)
    table.check_pages()


def test_a_window_that_did_not_open_is_opened(table: Table, engine: Engine) -> None:
    cut_next_commit(engine, stands=True)
    with pytest.raises(Uncertain):
        table.do(HOST, c.Next())
    assert is_collecting(table.meeting)
    tick(table)
    for who in SEVEN:
        table.post(who, who if who in SEVEN[:3] else "")
    table.window_passes()
    assert set(table.batch()) == set(SEVEN[:3])


def test_a_window_that_did_not_close_is_closed_and_its_lines_are_read(table: Table, engine: Engine) -> None:
    table.do(HOST, c.Next())
    for who in SEVEN:
        table.post(who, who if who in SEVEN[:3] else "")
    cut_next_commit(engine, stands=True)
    table.clock.advance(COLLECT_SECONDS)
    table.beat(HOST, *SEVEN)
    ticker.tick_once(table.conduct)
    assert not is_collecting(table.meeting)
    table.check_pages()
    assert table.batch() == {}
    tick(table)
    assert set(table.batch()) == set(SEVEN[:3])


def test_what_nobody_was_shown_goes_with_the_session(table: Table, engine: Engine) -> None:
    table.do(HOST, c.Next())
    for who in SEVEN:
        table.post(who, who if who in SEVEN[:3] else "")
    table.window_passes()
    cut_next_commit(engine, stands=True)
    with pytest.raises(Uncertain):
        table.do(HOST, c.EndSession())
    assert table.memories.of(MEETING).round is not None
    tick(table)
    left = table.memories.of(MEETING)
    assert (left.round, left.walls, left.people) == (None, {}, {})
    assert [one.id for one in table.conduct.active()] == [], "and nobody looks at it any more"


def test_a_round_ends_with_its_step_where_a_wall_comes_next(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    steps = (WALL, replace(WALL, id="wall2"), GOODBYE)
    table = Table(committer, words, clock, *steps, members=SEVEN, quiet=QuietRounds())
    table.begin()
    table.collect(member0="of one")
    assert table.batch() == {}
    for who in SEVEN[:4]:
        table.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
    table.do(HOST, c.Next(), c.Next())
    assert table.meeting.unnamed is not None
    assert not table.meeting.unnamed.quiet, "too few are there"
    assert table.memories.of(MEETING).round is None
