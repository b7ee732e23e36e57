"""Words without a name: held in memory, shown together, joined to nobody at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from uuid import UUID, uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DatabaseError

from circle.domain import commands as c
from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow, TooMany
from circle.domain.plan import Sharing
from circle.services.clock import SettableClock
from circle.services.pending import LINES_MAX
from circle.services.speech import HoldLine, Receive, SetLineAside, TakeLineBack
from circle.store.committer import Committer
from circle.store.words import Words
from tests.domain.scene import GOODBYE, READ, WALL, WORD
from tests.sitting import ANA, BO, CY, DI, HOST, MEETING, Sitting

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROUNDS = 20
WRITERS = tuple(f"writer{n}" for n in range(8))


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """The wall is open for writing."""
    sitting = Sitting(committer, words, clock, WALL, WORD, READ, GOODBYE)
    sitting.go_to("wall")
    return sitting


def commit(secret: str) -> str:
    """What the page sends instead of its secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def line(words: str, step: str = "wall", **more: bool) -> HoldLine:
    """A line; its words are its writer's secret here."""
    return HoldLine(step, words, commit(words), **more)


def on_wall(sitting: Sitting, who: str = ANA) -> set[str]:
    """The lines this member's page shows."""
    return {item["text"] for item in sitting.pages.pages[who].views["room"]["lines"].values()}


def batch(sitting: Sitting) -> dict[str, str]:
    """What the host's page has to read: text -> id."""
    items = sitting.pages.pages[HOST].views["hosts"]["batch"].items()
    return {item["text"]: line_id for line_id, item in items}


# -- before it is shown -------------------------------------------------------------------------------
def test_lines_that_wait_stand_in_no_order_of_arrival(sitting: Sitting) -> None:
    for number, who in enumerate((ANA, BO, CY) * 4):
        sitting.say(who, HoldLine("wall", f"line {number}", commit(str(number))))
    waiting = sitting.memories.of(MEETING).walls["wall"].waiting
    assert list(waiting) == sorted(waiting)
    assert len(waiting) == 12


def test_holding_a_line_leaves_no_receipt_no_row_and_no_frame(sitting: Sitting) -> None:
    before = sitting.trace()
    assert sitting.say(ANA, line("my brother")) == {"ok": True, "held": True}
    assert sitting.trace() == before
    assert sitting.lines == []


@sqlite_only
def test_before_it_is_shown_not_a_byte_reaches_the_disk(sitting: Sitting, database_url: str) -> None:
    database = Path(make_url(database_url).database or "")
    files = [database, database.with_name(database.name + "-wal")]
    before = [file.read_bytes() for file in files]
    for who in (ANA, BO, CY):
        sitting.say(who, line(f"line of {who}"))
    sitting.say(CY, TakeLineBack("line of cy"))
    assert [file.read_bytes() for file in files] == before


@sqlite_only
def test_when_a_line_does_not_fit(sitting: Sitting) -> None:
    def refused(who: str, speech: HoldLine, kind: type[Exception], code: str) -> None:
        before = sitting.trace()
        with pytest.raises(kind, match=code):
            sitting.say(who, speech)
        assert sitting.trace() == before, "no audit either: it would tell who had something to say"

    refused(ANA, line("words", step="word"), NotNow, "step_moved")
    refused(ANA, line(" \u200b "), Invalid, "empty")
    refused(ANA, line("a" * 4001), Invalid, "too_long")
    refused(ANA, HoldLine("wall", "words", "short"), Invalid, "invalid")
    refused(DI, line("words"), NotAllowed, "not_seated")
    sitting.do(HOST, c.StartBreak(3))
    refused(ANA, line("words"), NotNow, "not_now")
    sitting.do(HOST, c.EndBreak())
    sitting.go_to("word")
    refused(ANA, line("words", step="word"), NotNow, "not_unnamed")


@sqlite_only
def test_the_same_command_and_the_same_line_are_held_once(sitting: Sitting) -> None:
    command_id = str(uuid4())
    for _ in range(3):
        sitting.say(ANA, line("my brother"), command_id=command_id)
    sitting.say(ANA, line("my brother"))  # sent again by a page that was not sure
    sitting.do(HOST, c.Next())
    assert list(batch(sitting)) == ["my brother"]
    sitting.say(ANA, line("my brother"))
    sitting.do(HOST, c.Next())
    sitting.say(ANA, line("my brother"))  # by a page that slept while it was shown
    sitting.do(HOST, c.GoBack(), c.Next())
    assert [row.id for row in sitting.lines] == list(sitting.pages.pages[BO].views["room"]["lines"])
    assert len(sitting.lines) == 1


@sqlite_only
def test_a_flood_is_refused_and_what_is_held_stays(sitting: Sitting) -> None:
    for number in range(LINES_MAX):
        sitting.pending.hold(
            MEETING, "wall", str(number), text="x", commit=str(number), read_aloud=False, summary=False
        )
    with pytest.raises(TooMany, match="wall_full"):
        sitting.say(ANA, line("my brother"))
    sitting.do(HOST, c.Next())
    assert len(sitting.pending.batch(MEETING, "wall")) == LINES_MAX


def test_taken_back_before_it_is_read_or_shown(sitting: Sitting) -> None:
    sitting.say(ANA, line("one"))
    sitting.say(ANA, line("two"))
    before = sitting.trace()
    for _ in range(2):  # also when the answer was lost
        assert sitting.say(ANA, TakeLineBack("one")) == {"ok": True, "kept": True}
    sitting.say(BO, TakeLineBack("not the secret"))
    assert sitting.trace() == before, "nobody learns that anything was there"
    sitting.do(HOST, c.Next())
    assert list(batch(sitting)) == ["two"]
    sitting.say(ANA, TakeLineBack("two"))
    assert batch(sitting) == {}
    sitting.do(HOST, c.Next())
    assert sitting.lines == []
    sitting.check_pages()


# -- hosts read first ---------------------------------------------------------------------------------
def test_hosts_read_and_set_aside_and_members_see_nothing_of_it(sitting: Sitting) -> None:
    for who, words in ((ANA, "one"), (BO, "two"), (CY, "three")):
        sitting.say(who, line(words, summary=True, read_aloud=True))
    sitting.do(HOST, c.Next())
    found = batch(sitting)
    assert set(found) == {"one", "two", "three"}
    assert list(found.values()) == sorted(found.values()), "by random id, not by arrival"
    frames = {who: len(sitting.pages.to(who)) for who in (ANA, BO, CY)}
    with pytest.raises(NotAllowed):
        sitting.say(ANA, SetLineAside(found["two"], True))
    with pytest.raises(NotFound):
        sitting.say(HOST, SetLineAside("nothing", True))
    sitting.say(HOST, SetLineAside(found["one"], True))
    sitting.say(HOST, SetLineAside(found["two"], True))
    sitting.say(HOST, SetLineAside(found["one"], False))
    assert {who: len(sitting.pages.to(who)) for who in frames} == frames
    sitting.check_pages()
    sitting.do(HOST, c.Next())
    assert on_wall(sitting) == {"one", "three"}
    sitting.check_pages()


def test_set_aside_and_put_back_after_it_is_shown(sitting: Sitting) -> None:
    sitting.say(ANA, line("one"))
    sitting.do(HOST, c.Next(), c.Next())
    shown = sitting.lines[0].id
    sitting.say(HOST, SetLineAside(shown, True))
    assert on_wall(sitting) == set()
    with pytest.raises(NotFound):
        sitting.say(BO, Receive(shown))
    sitting.check_pages()
    sitting.say(HOST, SetLineAside(shown, False))
    assert on_wall(sitting) == {"one"}
    sitting.check_pages()


def test_lines_written_while_hosts_read_wait_for_the_next_batch(sitting: Sitting) -> None:
    sitting.say(ANA, line("one"))
    sitting.do(HOST, c.Next())
    sitting.say(BO, line("two"))
    assert list(batch(sitting)) == ["one"]
    sitting.do(HOST, c.Next())
    assert on_wall(sitting) == {"one"}
    sitting.say(CY, line("three"))
    sitting.do(HOST, c.GoBack())
    assert set(batch(sitting)) == {"two", "three"}
    sitting.do(HOST, c.Next())
    assert on_wall(sitting) == {"one", "two", "three"}
    sitting.check_pages()


@sqlite_only
def test_without_reading_first_everything_is_shown_at_once(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    sitting = Sitting(committer, words, clock, WALL, GOODBYE, read_first=False)
    sitting.go_to("wall")
    sitting.say(ANA, line("one"))
    sitting.do(HOST, c.Next())
    assert on_wall(sitting, BO) == {"one"}
    assert sitting.meeting.part == 2
    sitting.check_pages()


@sqlite_only
def test_a_question_in_between_loses_no_line(sitting: Sitting) -> None:
    sitting.say(ANA, line("one"))
    sitting.do(HOST, c.AskQuestion("A word?", Sharing.CHAT_WORD, 3), c.GoBack(), c.Next())
    assert list(batch(sitting)) == ["one"]


# -- on the wall --------------------------------------------------------------------------------------
def test_a_line_is_received_by_nobody_in_particular(sitting: Sitting) -> None:
    sitting.say(ANA, line("one"))
    sitting.do(HOST, c.Next(), c.Next())
    shown = sitting.lines[0].id
    receipts, audit = len(sitting.receipts), len(sitting.audit)
    for who in (BO, CY, ANA):
        assert sitting.say(who, Receive(shown))["ok"]
    assert sitting.pages.pages[ANA].views["room"]["lines"][shown]["received"] is True
    assert (len(sitting.receipts), len(sitting.audit)) == (receipts, audit), "who touched it is not kept"
    with pytest.raises(NotAllowed):
        sitting.say(DI, Receive(shown))


def test_taken_back_from_the_wall_and_from_an_earlier_one(sitting: Sitting) -> None:
    for words in ("one", "two"):
        sitting.say(ANA, line(words, summary=True))
    sitting.do(HOST, c.Next(), c.Next())
    receipts = len(sitting.receipts)
    with_two = on_wall(sitting)
    sitting.say(ANA, TakeLineBack("one"))
    assert (with_two, on_wall(sitting)) == ({"one", "two"}, {"two"})
    sitting.check_pages()
    sitting.go_to("word")
    sitting.say(ANA, TakeLineBack("two"))
    assert sitting.lines == [], "it would have stood in the notes"
    moves = 1  # the Next between the two has its receipt
    assert len(sitting.receipts) == receipts + moves, "a receipt beside a deleted line would name its writer"


@sqlite_only
def test_lines_to_be_read_aloud_stay_with_the_hosts(sitting: Sitting) -> None:
    sitting.say(ANA, line("one", read_aloud=True))
    sitting.go_to("read")
    hosts = sitting.pages.pages[HOST].views["hosts"]["lines"].values()
    assert [item["text"] for item in hosts] == ["one"]
    assert on_wall(sitting) == set()
    sitting.check_pages()


# -- the end and a new start --------------------------------------------------------------------------
@sqlite_only
def test_what_was_not_shown_is_destroyed_at_the_end(sitting: Sitting) -> None:
    sitting.say(ANA, line("one"))
    sitting.do(HOST, c.Next(), c.EndSession())
    assert sitting.pending.batch(MEETING, "wall") == ()
    assert sitting.lines == []
    with pytest.raises(NotNow):
        sitting.say(ANA, line("two"))


@sqlite_only
def test_a_new_process_has_another_epoch_and_takes_lines_again(sitting: Sitting) -> None:
    command_id = str(uuid4())
    sitting.say(ANA, line("one"), command_id=command_id)
    epoch = sitting.pages.pages[ANA].views["room"]["stage"]["stage"]["epoch"]
    sitting.start_process()
    assert sitting.join(ANA).views["room"]["stage"]["stage"]["epoch"] != epoch
    sitting.join(HOST)
    sitting.say(ANA, line("one"), command_id=command_id)
    sitting.do(HOST, c.Next())
    assert list(batch(sitting)) == ["one"]


# -- order --------------------------------------------------------------------------------------------
def test_a_process_that_died_while_it_showed_lines_keeps_nobody_from_showing_them(sitting: Sitting) -> None:
    """They are stored, and the memory that several processes share still has them."""
    _shown_by_a_process_that_died(sitting)
    assert len(sitting.lines) == 2
    sitting.do(HOST, c.GoBack(), c.Next())
    assert len(sitting.lines) == 2
    assert on_wall(sitting) == {"one", "two"}
    sitting.do(HOST, c.GoBack(), c.Next())
    assert len(sitting.lines) == 2


def test_a_line_taken_back_after_such_a_death_does_not_come_again(sitting: Sitting) -> None:
    secret = _shown_by_a_process_that_died(sitting)
    sitting.say(ANA, TakeLineBack(secret))
    sitting.do(HOST, c.GoBack(), c.Next())
    assert on_wall(sitting) == {"two"}
    assert len(sitting.lines) == 1


def _shown_by_a_process_that_died(sitting: Sitting) -> str:
    """The secret of the first line."""
    secret = "the secret of line one"
    sitting.say(ANA, replace(line("one"), commit=commit(secret)))
    sitting.say(BO, line("two"))
    sitting.do(HOST, c.Next())
    with sitting.memories.hold(MEETING):
        before = deepcopy(sitting.memories.of(MEETING).walls)
    sitting.do(HOST, c.Next())
    with sitting.memories.hold(MEETING):
        sitting.memories.of(MEETING).walls = before
    return secret


def test_the_order_in_the_database_is_not_the_order_of_writing(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    """Eight lines in a known order, twenty times: the mean rank correlation stays near 0 (it would be 1).

    For chance alone its standard deviation is 1 / sqrt(7 * 20) = 0.085; five of them are allowed.
    """
    walls = [replace(WALL, id=f"wall{n}") for n in range(ROUNDS)]
    sitting = Sitting(committer, words, clock, *walls, GOODBYE, members=WRITERS, read_first=False)
    for wall in walls:
        sitting.do(HOST, c.Next())
        for at, who in enumerate(WRITERS):
            sitting.say(who, line(f"{wall.id} {at}", step=wall.id))
        sitting.do(HOST, c.Next())
    for order in _orders(sitting):
        found = [_correlation(order(wall.id)) for wall in walls]
        assert abs(fmean(found)) < 5 / (7 * ROUNDS) ** 0.5
        assert found.count(1.0) <= 1
    ids = [UUID(row.id) for row in sitting.lines]
    assert {found.version for found in ids} == {4}


def _orders(sitting: Sitting) -> Iterator[Callable[[str], list[int]]]:
    """Every order the database itself can give: by id, by place on the disk."""
    dialect = sitting.committer.read(lambda db: db.get_bind().dialect.name)
    orders = ["", "ORDER BY id"] + (
        ["ORDER BY ctid", "ORDER BY xmin::text::int, ctid"] if dialect != "sqlite" else []
    )
    if dialect == "sqlite":
        with pytest.raises(DatabaseError, match="no such column: rowid"):
            sitting.committer.read(lambda db: db.execute(text("SELECT rowid FROM lines")))
    else:
        query = text("SELECT count(DISTINCT xmin::text) FROM lines GROUP BY step_id")
        together = sitting.committer.read(lambda db: set(db.scalars(query)))
        assert together == {1}, "a batch is one transaction"
    for order in orders:
        yield lambda wall, order=order: _written(sitting, wall, order)


def _written(sitting: Sitting, wall: str, order: str) -> list[int]:
    """When each line was written, in the order the database gives them."""
    query = text(f"SELECT id FROM lines WHERE step_id = :wall {order}")  # noqa: S608 (our own words)
    ids = sitting.committer.read(lambda db: list(db.scalars(query, {"wall": wall})))
    stored = sitting.committer.read(lambda db: sitting.words.lines(db, MEETING, wall))
    when = {found.id: int(found.text.split()[1]) for found in stored}
    return [when[line_id] for line_id in ids]


def _correlation(ranks: list[int]) -> float:
    """Spearman's rank correlation of these ranks with their places."""
    n = len(ranks)
    return 1 - 6 * sum((rank - at) ** 2 for at, rank in enumerate(ranks)) / (n * (n * n - 1))
