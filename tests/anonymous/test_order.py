"""Eight post in a known order, round after round: nothing that is stored or sent keeps anything of it.

5 rounds, 20 with CIRCLE_TEST_FULL. A false alarm comes less than once in a million runs.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from circle.services.clock import SettableClock
from circle.services.unnamed import UnnamedWords
from circle.store.committer import Committer
from circle.store.words import NewLine, Words
from tests.anonymous.orders import WRITERS, Rounds, alarms, concordant, likelihood

ROUNDS = 20 if os.environ.get("CIRCLE_TEST_FULL") else 5
IN_ORDER = list(range(len(WRITERS)))


@pytest.fixture
def hold(committer: Committer, words: Words, clock: SettableClock, engine: Engine) -> Callable[[], Rounds]:
    """Holds the rounds."""

    def hold_rounds() -> Rounds:
        rounds = Rounds(committer, words, clock, engine, rounds=ROUNDS)
        rounds.hold()
        return rounds

    return hold_rounds


def test_no_order_agrees_with_the_order_of_posting(hold: Callable[[], Rounds]) -> None:
    rounds = hold()
    kinds = {"memory", "batch to hosts", "wall", "select", "by id", "log"}
    assert set(rounds.seen) == kinds | ({"ctid"} if rounds.transactions else {"file", "dump"})
    assert all(len(orders) == ROUNDS for orders in rounds.seen.values())
    assert alarms(rounds.seen) == []
    assert set(rounds.transactions) <= {1}, "one xmin for the whole batch"


def test_an_ordered_insert_is_found(
    hold: Callable[[], Rounds], committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit for each line, as they were posted: the log has them in that order, and so has ctid."""

    def as_posted(self: UnnamedWords, _db: Session, meeting: Any, step_id: str) -> tuple[Any, ...]:
        def write(line: NewLine) -> None:
            committer.submit(lambda db: self._words.show_lines(db, meeting.id, step_id, [line]))

        batch = sorted(self.pending.batch(meeting.id, step_id), key=lambda line: line.text)
        shown = tuple(line.id for line in batch)
        return (
            *(partial(write, one) for one in batch),
            lambda: self.pending.shown(meeting.id, step_id, shown),
        )

    monkeypatch.setattr(UnnamedWords, "_show", as_posted)
    rounds = hold()
    assert alarms(rounds.seen) == (["ctid", "log", "select"] if rounds.transactions else ["log"])
    assert set(rounds.transactions) <= {len(WRITERS)}


def test_an_order_of_arrival_in_memory_is_found(
    hold: Callable[[], Rounds], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("circle.services.quiet.secrets.randbelow", lambda places: places - 1)
    assert "memory" in alarms(hold().seen)


def test_an_order_on_the_hosts_page_is_found(
    hold: Callable[[], Rounds], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line's id in the order of posting: everything that is sorted by it tells."""
    monkeypatch.setattr(
        "circle.services.quiet.NewLine", lambda _id, text, *more, **named: _dated(text, more, named)
    )
    assert {"batch to hosts", "by id", "wall"} <= set(alarms(hold().seen))


def _dated(text: str, more: Any, named: Any) -> NewLine:
    place = text.rpartition(" ")[2]
    return NewLine(f"0000000{place}-0000-7000-8000-{abs(hash(text)) % 16**12:012x}", text, *more, **named)


def test_chance_is_reckoned_exactly() -> None:
    assert [concordant(order) for order in (IN_ORDER, IN_ORDER[::-1], [1, 0, 2, 3, 4, 5, 6, 7])] == [
        28,
        0,
        27,
    ]
    assert likelihood([[0, 1, 2]]) == pytest.approx(2 / 6)
    assert likelihood([[0, 1, 2], [2, 1, 0]]) == 1
    assert likelihood([IN_ORDER] * 5) < 1e-20
    shuffled = random.Random(7)  # noqa: S311
    by_chance = [likelihood([shuffled.sample(IN_ORDER, 8) for _ in range(5)]) for _ in range(400)]
    assert 0.02 < sum(p < 0.05 for p in by_chance) / 400 < 0.09, "one in twenty below one in twenty"
