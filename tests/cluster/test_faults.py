"""What people meet when something under their circle fails: a kind answer in time, one truth, every word."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest

from circle.simulate.line import LineLost
from tests.cluster.fragile import Table, frame, said, until_answered
from tests.live.server import Server
from tests.simulate.watcher import Recorder

FULL = bool(os.environ.get("CIRCLE_TEST_FULL"))
GONE_S = 30.0 if FULL else 2.0
KILLS = 12 if FULL else 1  # each asks a question more, and an evening takes sixty steps
ANSWER_S = 8.0  # as long as a page waits for one
HOUR_S = 3600.0
KEPT = {"ok": True, "kept": True}

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def shared() -> Iterator[Table]:
    """One table for all of these tests. Not below pytest's folder: see `postgres_server`."""
    home = Path(mkdtemp(prefix="circle-faults-"))
    table = Table(home)
    yield table
    table.close()
    rmtree(home)


@pytest.fixture
def table(shared: Table) -> Table:
    """The same, and everybody is back."""
    shared.come_back()
    shared.beat()
    return shared


def dice_of(number: object) -> Random:
    """The same every time."""
    return Random(f"faults {number}")  # noqa: S311  # when a kill comes, nothing secret


def words_on(line: Recorder) -> set[str]:
    """Words by name that stand on a page."""
    return {share["text"] for share in line.screen.items("said").values()}


# -- what is behind a line goes, and comes back --------------------------------------------------------
def _redis_killed(table: Table) -> Callable[[], None]:
    table.redis.kill()
    return table.redis.start


def _redis_stands_still(table: Table) -> Callable[[], None]:
    table.redis.pause()
    return table.redis.resume


def _postgres_killed(table: Table) -> Callable[[], None]:
    table.postgres.stop()
    return table.postgres.start


@pytest.mark.parametrize("breaks", [_redis_killed, _redis_stands_still, _postgres_killed])
def test_while_it_is_gone_answers_are_kind_and_in_time_and_afterwards_everything_goes_on(
    table: Table, breaks: Callable[[Table], Callable[[], None]]
) -> None:
    step, (first, second, _) = table.asks("chat_word"), table.phones
    assert until_answered(first, said(step, "before")) == KEPT
    mend = breaks(table)
    back = time.monotonic() + GONE_S
    waiting = {id(first): said(step, "meanwhile"), id(second): said(step, "and this too")}
    for line in (first, second):
        _is_refused_kindly(line, waiting[id(line)])
    time.sleep(max(0.0, back - time.monotonic()))
    mend()
    for line in (first, second, first):  # again is once
        assert until_answered(line, waiting[id(line)]) == KEPT
    table.come_back()
    table.agree()
    for line in table.everybody:
        assert line.screen.step["id"] == step
        assert {share["text"] for share in line.screen.items("said").values()} == {
            "meanwhile",
            "and this too",
        }
    assert table.shares(step) == 2


def _is_refused_kindly(line: Recorder, sent: dict[str, Any]) -> None:
    asked = time.monotonic()
    answer = line.ask("command", sent)
    assert time.monotonic() - asked < ANSWER_S
    assert answer["error"]["code"] == "our_side"
    assert "Your words are still on the page" in answer["error"]["message"]


def test_a_disk_that_stands_still_again_and_again_loses_and_doubles_nothing(table: Table) -> None:
    step, dice = table.asks("chat_word"), dice_of("disk")
    over = threading.Event()

    def stutter() -> None:
        while not over.is_set():
            table.postgres.pause()
            over.wait(dice.uniform(0.2, 0.7))
            table.postgres.resume()
            over.wait(dice.uniform(0.05, 0.2))

    disk = threading.Thread(target=stutter)
    disk.start()
    try:
        for number in range(3):
            for line in table.phones:
                assert until_answered(line, said(step, f"{id(line)} {number}")) == KEPT
    finally:
        over.set()
        disk.join()
        table.postgres.resume()
    table.come_back()
    table.agree()
    assert words_on(table.desk) == {f"{id(line)} 2" for line in table.phones}
    assert table.shares(step) == 3


# -- a process dies in the middle ----------------------------------------------------------------------
def dies_while(table: Table, server: Server, line: Recorder, sent: dict[str, Any], after_s: float) -> None:
    """SIGKILL so long after the command left; it is sent again until answered, and everybody comes back."""

    def ask() -> None:
        with suppress(LineLost):
            line.ask("command", sent)

    threading.Thread(target=ask, daemon=True).start()  # nobody waits for what it may never hear
    time.sleep(after_s)
    server.kill()
    line.drop()
    table.come_back()
    assert until_answered(line, sent)["ok"]
    table.agree()


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_in_mid_command(table: Table, number: int) -> None:
    step, line = table.asks("chat_word"), table.phones[1]
    after_s = dice_of(number).uniform(0, 0.04)
    dies_while(table, table.pair.servers[1], line, said(step, f"once {number}"), after_s)
    assert table.shares(step) == 1
    for page in table.everybody:
        assert words_on(page) == {f"once {number}"}


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_in_mid_release(table: Table, number: int) -> None:
    """Lines stand on the wall once, whenever the process that shows them dies, and going back is no trap."""
    step = table.asks("unnamed_wall")
    for line in table.phones:
        words = {"step": step, "text": f"LINE-{number} {id(line)}", "commit": _commit(), "summary": False}
        assert until_answered(line, frame("hold_line", words)) == {"ok": True, "held": True}
    _moves(table, frame("next", {}, table.desk.screen.seq))
    assert table.desk.screen.part == "wall_read"
    show = frame("next", {}, table.desk.screen.seq)
    dies_while(table, table.pair.servers[0], table.desk, show, dice_of(number).uniform(0, 0.04))
    assert table.desk.screen.part == "wall_show"
    _lines_stand_once(table, step)
    for name in ("go_back", "next"):
        _moves(table, frame(name, {}, table.desk.screen.seq))
    _lines_stand_once(table, step)
    assert not any("LINE-" in server.log for server in table.pair.servers)


def _lines_stand_once(table: Table, step: str) -> None:
    assert table.rows("SELECT count(*) FROM lines WHERE step_id = :step", step=step) == [(3,)]
    for page in table.everybody:
        page.wait("three lines", lambda s: len(s.items("lines")) == 3)


def _moves(table: Table, sent: dict[str, Any]) -> None:
    was = table.desk.screen.seq
    assert until_answered(table.desk, sent)["ok"]
    table.desk.wait("the move", lambda s: s.seq > was)


def _commit() -> str:
    return hashlib.sha256(os.urandom(24)).hexdigest()


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_in_mid_break(table: Table, number: int) -> None:
    """A break begins once and ends once, whichever process dies in it."""
    table.asks("private")
    began, rang, ended = (table.happened(what) for what in ("break_started", "break_rang", "break_ended"))
    dice, seq = dice_of(number), table.desk.screen.seq
    start = frame("start_break", {"minutes": 1}, seq)
    dies_while(table, table.pair.servers[0], table.desk, start, dice.uniform(0, 0.04))
    assert table.desk.screen.phase == "break"
    table.pair.advance(61)
    table.desk.wait("the bell", lambda s: s.stage["break"]["rang"])
    end = frame("end_break", {}, table.desk.screen.seq)
    dies_while(table, table.pair.servers[0], table.desk, end, dice.uniform(0, 0.04))
    assert table.desk.screen.phase == "live"
    now = [table.happened(what) for what in ("break_started", "break_rang", "break_ended")]
    assert now == [began + 1, rang + 1, ended + 1]


# -- the clock jumps -----------------------------------------------------------------------------------
def _jump(table: Table, seconds: float) -> None:
    """Both clocks, and what the tickers make of it; then pages beat, as they go on doing."""
    for server in table.pair.servers:
        server.jump(seconds)
    table.beat()
    for server in table.pair.servers:
        server.tick()


@pytest.mark.parametrize("first", [HOUR_S, -HOUR_S], ids=["forward and back", "back and forward"])
def test_no_step_moves_by_itself_when_the_clock_jumps(table: Table, first: float) -> None:
    step = table.asks("chat_word")
    seq = table.desk.screen.seq
    for seconds in (first, -first):
        _jump(table, seconds)
        table.agree()
        for page in table.everybody:
            assert (page.screen.phase, page.screen.step["id"], page.screen.seq) == ("live", step, seq)
    assert until_answered(table.phones[0], said(step, "still here")) == KEPT


@pytest.mark.parametrize("first", [HOUR_S, -HOUR_S], ids=["forward and back", "back and forward"])
def test_a_break_rings_at_most_once_and_ends_by_a_hand_when_the_clock_jumps(
    table: Table, first: float
) -> None:
    table.asks("private")
    rang, ended = table.happened("break_rang"), table.happened("break_ended")
    _moves(table, frame("start_break", {"minutes": 5}, table.desk.screen.seq))
    for seconds in (first, -first, first, -first):
        _jump(table, seconds)
        table.agree()
        assert {page.screen.phase for page in table.everybody} == {"break"}
    assert table.happened("break_rang") <= rang + 1  # an hour without beats is a lost host, and clocks rest
    assert table.happened("break_ended") == ended
    _moves(table, frame("end_break", {}, table.desk.screen.seq))
    assert table.happened("break_ended") == ended + 1
