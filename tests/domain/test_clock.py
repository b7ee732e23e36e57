"""Clocks, breaks and the held room: what is frozen goes on exactly, to the millisecond."""

from __future__ import annotations

from datetime import timedelta

import pytest

from circle.domain import commands as c
from circle.domain.errors import Invalid, NotNow
from circle.domain.events import Happened
from circle.domain.meeting import Phase, planned_end
from circle.domain.plan import Part, part_seconds, parts
from tests.domain.scene import (
    BREAK,
    GOODBYE,
    HOST,
    PRIVATE,
    ROUND,
    SOLO_ROUND,
    START,
    WALL,
    WORD,
    Scene,
    at_door,
    begun,
    in_phase,
    make_meeting,
    step,
)

MINUTE = 60_000
ODD = 61.457  # seconds; nothing is rounded to whole ones


# -- lengths ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("of", "seconds"),
    [
        (WORD, [360]),
        (BREAK, [420]),
        (SOLO_ROUND, [240, 480]),
        (WALL, [300, 60, 420]),
        (step("short", WALL.kind, WALL.sharing, minutes=1), [60, 60, 60]),
        (step("half", WALL.kind, WALL.sharing, minutes=9), [240, 60, 300]),
        (step("all", ROUND.kind, ROUND.sharing, minutes=5, solo=5), [300, 60]),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_lengths_of_parts(of: object, seconds: list[int]) -> None:
    assert [part_seconds(of, at) for at in range(len(parts(of)))] == seconds  # type: ignore[arg-type]


def test_time_is_hidden_from_pages_and_the_clock_goes_on() -> None:
    scene = begun()
    left = scene.left
    scene.do(HOST, c.HideClock(True))
    scene.ignores(HOST, c.HideClock(True))
    assert (scene.meeting.clock_hidden, scene.left) == (True, left)
    scene.do(HOST, c.Next(), c.HideClock(False))
    assert not scene.meeting.clock_hidden


def test_planned_end_is_the_plans_when_all_is_on_time() -> None:
    scene = at_door(make_meeting())
    assert planned_end(scene.meeting, scene.now) is None
    end = START + timedelta(minutes=scene.meeting.plan.minutes)
    scene.do(HOST, c.Next())
    while scene.meeting.phase is not Phase.ENDED:
        reading = scene.meeting.part_now is Part.WALL_READ
        assert planned_end(scene.meeting, scene.now) == end + timedelta(minutes=1 if reading else 0)
        if not reading:  # here hosts are quick; everywhere else the whole time is taken
            scene.wait((scene.left or 0) / 1000)
        scene.do(HOST, c.Next())
    assert scene.now == end
    assert planned_end(scene.meeting, scene.now) is None


def test_planned_end_moves_with_a_break_and_with_rest() -> None:
    scene = begun(WORD, PRIVATE, GOODBYE)
    end = START + timedelta(minutes=6 + 6 + 3)
    scene.do(HOST, c.StartBreak(5))
    assert planned_end(scene.meeting, scene.now) == end + timedelta(minutes=5)
    scene.wait(600)  # five minutes longer than said
    assert planned_end(scene.meeting, scene.now) == end + timedelta(minutes=10)
    scene.do(HOST, c.EndBreak(), c.PauseClock())
    scene.wait(60)
    assert planned_end(scene.meeting, scene.now) == end + timedelta(minutes=11)


# -- more time, rest ----------------------------------------------------------------------------------
@pytest.mark.parametrize("minutes", [0, -3, 31])
def test_more_time_is_one_to_thirty_minutes(minutes: int) -> None:
    begun().refuses(HOST, c.ExtendStep(minutes), Invalid, "minutes")
    begun().refuses(HOST, c.StartBreak(minutes), Invalid, "minutes")


def test_more_time_counts_from_the_end_or_from_now() -> None:
    scene = begun(WORD, GOODBYE)
    scene.wait(ODD)
    left = scene.left
    assert left is not None
    scene.do(HOST, c.ExtendStep(2))
    assert scene.left == left + 2 * MINUTE
    scene.wait(3600)
    assert scene.left == 0
    scene.do(HOST, c.ExtendStep(2))
    assert scene.left == 2 * MINUTE


def test_more_time_while_the_clock_rests() -> None:
    scene = begun(WORD, GOODBYE)
    scene.do(HOST, c.PauseClock(), c.ExtendStep(2))
    scene.wait(100)
    assert scene.left == 8 * MINUTE


def test_a_clock_rests_and_goes_on_exactly() -> None:
    scene = begun(WORD, GOODBYE)
    scene.ignores(HOST, c.ResumeClock())
    scene.wait(ODD)
    left = scene.left
    scene.do(HOST, c.PauseClock())
    scene.ignores(HOST, c.PauseClock())
    scene.wait(1234.5)
    assert scene.left == left == 6 * MINUTE - 61_457
    scene.do(HOST, c.ResumeClock())
    assert scene.left == left
    scene.wait(1)
    assert scene.left == left - 1000


# -- breaks -------------------------------------------------------------------------------------------
def test_a_break_in_a_break_is_not_there() -> None:
    scene = begun(WORD, GOODBYE)
    scene.refuses(HOST, c.EndBreak(), NotNow, "not_now")
    scene.do(HOST, c.StartBreak(5))
    scene.refuses(HOST, c.StartBreak(5), NotNow, "not_now")


def test_a_called_break_freezes_the_clock_and_the_piece() -> None:
    scene = begun(ROUND, GOODBYE)
    scene.do(HOST, c.HandOn(HOST))
    scene.wait(ODD)
    left, piece = scene.left, scene.piece
    scene.do(HOST, c.StartBreak(5))
    scene.refuses("ana", c.PassPiece(), NotNow, "no_piece")
    scene.wait(1000)
    assert (scene.left, scene.meeting.ends_at) == (left, None)
    scene.do(HOST, c.Next())  # the big button means "back" here
    assert (scene.left, scene.piece) == (left, piece)
    assert scene.meeting.phase is Phase.LIVE
    assert scene.meeting.break_ends_at is None


def test_a_clock_at_rest_rests_on_after_a_break() -> None:
    scene = begun(WORD, GOODBYE)
    scene.wait(60)
    scene.do(HOST, c.PauseClock(), c.StartBreak(5), c.EndBreak())
    scene.wait(500)
    assert scene.left == 5 * MINUTE
    scene.do(HOST, c.ResumeClock())
    assert scene.meeting.ends_at is not None


def test_a_break_in_the_closing_goes_back_to_the_closing() -> None:
    scene = in_phase(Phase.CLOSING)
    scene.do(HOST, c.StartBreak(3), c.EndBreak())
    assert scene.meeting.phase is Phase.CLOSING


def test_a_planned_break_has_one_clock_and_goes_on_to_the_next_step() -> None:
    scene = begun(BREAK, WORD, GOODBYE)
    assert scene.meeting.ends_at == scene.meeting.break_ends_at
    scene.wait(60)
    scene.do(HOST, c.ExtendStep(2))
    assert scene.left == 8 * MINUTE
    assert scene.meeting.ends_at == scene.meeting.break_ends_at
    scene.do(HOST, c.EndBreak())
    assert scene.meeting.step == WORD


def test_a_longer_called_break_leaves_the_steps_clock_alone() -> None:
    scene = begun(WORD, GOODBYE)
    scene.wait(60)
    scene.do(HOST, c.StartBreak(5))
    scene.wait(400)  # past its end
    scene.do(HOST, c.ExtendStep(2))
    assert scene.meeting.break_ends_at == scene.now + timedelta(minutes=2)
    assert scene.left == 5 * MINUTE


def test_the_bell_rings_once_and_moves_nothing() -> None:
    scene = begun(WORD, GOODBYE)
    scene.ignores("", c.BreakIsOver())
    scene.do(HOST, c.StartBreak(5))
    scene.wait(299.999)
    scene.ignores("", c.BreakIsOver())
    scene.wait(0.001)
    outcome = scene.do("", c.BreakIsOver())
    assert [event.name for event in outcome.events] == [Happened.BREAK_RANG]
    assert scene.meeting.phase is Phase.BREAK
    scene.ignores("", c.BreakIsOver())
    scene.do(HOST, c.ExtendStep(1))
    scene.wait(61)
    assert scene.do("", c.BreakIsOver()).events, "a longer break rings again at its new end"


# -- what goes slowly on every screen ------------------------------------------------------------------
_STOPS: dict[str, tuple[tuple[str, c.Command], tuple[str, c.Command]]] = {
    "rest": ((HOST, c.PauseClock()), (HOST, c.ResumeClock())),
    "bell": ((HOST, c.RingBell()), (HOST, c.EndBell())),
    "break": ((HOST, c.StartBreak(5)), (HOST, c.EndBreak())),
    "held": (("", c.Hold(0)), ("", c.Release())),
}


@pytest.mark.parametrize("stop", _STOPS)
@pytest.mark.parametrize("times", [1, 2])
def test_slow_lines_stand_while_the_clock_rests_and_go_on_where_they_were(stop: str, times: int) -> None:
    scene = begun(WORD, GOODBYE)
    (who, rests), (who_again, goes_on) = _STOPS[stop]
    for _ in range(times):
        scene.wait(20)
        scene.do(who, rests)
        assert scene.meeting.stopped_at == scene.now
        scene.wait(ODD)
        scene.do(who_again, goes_on)
    scene.wait(7)
    assert scene.meeting.stopped_at is None
    assert scene.meeting.ran_from == scene.now - timedelta(seconds=20 * times + 7)
    scene.do(HOST, c.PauseClock(), c.Next())
    assert (scene.meeting.ran_from, scene.meeting.stopped_at) == (scene.now, None), "a new part starts anew"


def test_lines_of_a_held_room_stand_as_of_the_loss() -> None:
    scene = begun(WORD, GOODBYE)
    scene.wait(20)
    lost = scene.now
    scene.wait(45)
    scene.do("", c.Hold(45_000))
    assert scene.meeting.stopped_at == lost


def test_lines_are_where_they_were_when_a_step_that_rested_is_gone_back_to() -> None:
    scene = begun(WORD, GOODBYE)
    scene.wait(20)
    scene.do(HOST, c.PauseClock())
    scene.wait(ODD)
    scene.do(HOST, c.Next(), c.GoBack())
    assert scene.meeting.ran_from == scene.now - timedelta(seconds=20)
    assert scene.meeting.stopped_at == scene.now


# -- the held room ------------------------------------------------------------------------------------
@pytest.mark.parametrize("rested", [False, True])
def test_a_held_room_has_its_clock_as_of_the_loss(rested: bool) -> None:
    scene = begun(ROUND, GOODBYE)
    scene.wait(ODD)
    if rested:
        scene.do(HOST, c.PauseClock())
    lost, left, piece = scene.now, scene.left, scene.piece
    scene.wait(45.25)
    scene.do("", c.Hold(45_250))
    assert (scene.meeting.phase, scene.meeting.held_at) == (Phase.HELD, lost)
    assert scene.left == left
    scene.wait(500)
    scene.do("", c.Release())
    assert (scene.left, scene.piece, scene.meeting.phase) == (left, piece, Phase.LIVE)
    scene.wait(10)
    assert left is not None
    assert scene.left == (left if rested else left - 10_000)


@pytest.mark.parametrize("planned", [False, True])
def test_a_held_break_goes_on_with_both_clocks(planned: bool) -> None:
    scene = begun(BREAK, GOODBYE) if planned else begun(WORD, GOODBYE)
    if not planned:
        scene.do(HOST, c.StartBreak(7))
    scene.wait(ODD)
    left = scene.left
    scene.wait(45)
    scene.do("", c.Hold(45_000))
    assert scene.meeting.break_ends_at is None
    scene.wait(5000)
    scene.refuses("", c.BreakIsOver(), NotNow, "held")
    scene.do("", c.Release())
    assert scene.meeting.phase is Phase.BREAK
    assert scene.meeting.break_ends_at == scene.now + timedelta(milliseconds=7 * MINUTE - 61_457)
    assert scene.left == left
    assert (scene.meeting.ends_at is None) is not planned


def test_holding_twice_is_once_and_releasing_what_is_not_held_nothing() -> None:
    scene = begun()
    scene.ignores("", c.Release())
    scene.do("", c.Hold(45_000))
    scene.refuses("", c.Hold(50_000), NotNow, "held")
    scene.do("", c.Release())
    scene.ignores("", c.Release())


@pytest.mark.parametrize("phase", [Phase.PLANNED, Phase.OPEN], ids=str)
def test_a_room_that_has_not_begun_is_not_held(phase: Phase) -> None:
    in_phase(phase).ignores("", c.Hold(45_000))


def test_while_held_only_the_door_works() -> None:
    scene: Scene = in_phase(Phase.HELD)
    for command in (c.Next(), c.GoBack(), c.StartBreak(3), c.ExtendStep(2), c.PauseClock(), c.HandOn("ana")):
        scene.refuses(HOST, command, NotNow, "held")
    scene.do("di", c.TakeSeat("di", "Di"))
    scene.do(HOST, c.Admit("di"), c.LockDoor(), c.UnlockDoor(), c.Remove("di"))
    scene.do("ana", c.LeaveSeat())
