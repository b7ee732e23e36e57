"""Making up time: what goes first, what never goes, and the way back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain import commands as c
from circle.domain.errors import NotNow
from circle.domain.events import Happened
from circle.domain.meeting import Phase
from circle.domain.pacing import TENDER, Option, Saving, containment_need_min, options, tail
from circle.domain.plan import Step, StepClass
from tests.domain.scene import ANA, BREAK, GOODBYE, HOST, ROUND, WORD, Scene, begun

LAND = {StepClass.GROUNDING, StepClass.INTEGRATE}


def step(name: str, cls: StepClass, minutes: int = 10, intensity: int = 2, rank: int = 0) -> Step:
    return replace(
        WORD, id=name, title=name, cls=cls, minutes=minutes, intensity=intensity, droppable_rank=rank
    )


FIRST = step("first", StepClass.EXPLORE)
RING = step("ring", StepClass.EXPLORE, 20, 3, rank=2)
TENDERLY = step("tenderly", StepClass.EXPLORE, 15, TENDER)
LANDING = step("landing", StepClass.GROUNDING, 6, 1)
SMALL = step("small", StepClass.RESOURCE, 4, 2, rank=1)
LAST = replace(GOODBYE, intensity=1, minutes=8)
HOME = step("home", StepClass.GROUNDING, 5, 1)
PLAN = (FIRST, RING, TENDERLY, LANDING, BREAK, SMALL, LAST, HOME)


def way(scene: Scene, saving: Saving) -> Option:
    return next(option for option in options(scene.meeting) if option.saving is saving)


def ahead(scene: Scene) -> list[str]:
    return [step.id for step in scene.meeting.plan.steps[scene.meeting.index + 1 :]]


# -- the rules ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("total", "need"), [(45, 8), (60, 9), (75, 11.25), (110, 16.5)])
def test_how_much_coming_down_an_evening_needs(total: int, need: float) -> None:
    assert containment_need_min(total) == pytest.approx(need)


def test_the_containment_is_the_unbroken_run_at_the_end() -> None:
    assert PLAN[tail(PLAN)] is LAST
    assert tail(()) == 0
    assert tail((FIRST,)) == 1
    assert tail((LAST, replace(HOME, intensity=3))) == 2


def test_shortening_leaves_the_break_the_landing_and_the_closing() -> None:
    shorter = {step.id: step.minutes for step in way(begun(*PLAN), Saving.SHORTEN).ahead}
    assert shorter == {
        "ring": 14,
        "tenderly": 11,
        "landing": 6,
        "break": BREAK.minutes,
        "small": 3,
        "goodbye": 8,
        "home": 5,
    }


def test_one_round_goes_as_a_whole_the_lowest_rank_first() -> None:
    scene = begun(*PLAN)
    assert way(scene, Saving.DROP).dropped == ("small",)
    scene.do(HOST, c.MakeUpTime(Saving.DROP))
    assert way(scene, Saving.DROP).dropped == ("ring",)
    scene.do(HOST, c.MakeUpTime(Saving.DROP))
    assert [option.saving for option in options(scene.meeting)] == [Saving.SHORTEN, Saving.CLOSE]


def test_a_small_step_of_the_end_goes_only_where_enough_is_left() -> None:
    thanks = step("thanks", StepClass.INTEGRATE, 4, 2, rank=1)
    enough = begun(FIRST, LANDING, thanks, LAST, HOME)  # 33 minutes: 8 are needed, 19 are left
    assert way(enough, Saving.DROP).dropped == ("thanks",)
    long = step("long", StepClass.EXPLORE, 100, 2)  # 123 minutes: 18.45 are needed, 13 would be left
    for plan in ((FIRST, long, thanks, LAST, HOME), (FIRST, TENDERLY, thanks, LAST, HOME)):
        assert Saving.DROP not in [option.saving for option in options(begun(*plan).meeting)]


def test_going_to_the_closing_from_a_tender_step_goes_by_its_landing() -> None:
    scene = begun(*PLAN)
    scene.do(HOST, c.Next(), c.Next())
    assert [step.id for step in way(scene, Saving.CLOSE).ahead] == ["landing", "goodbye", "home"]
    scene.do(HOST, c.Next())
    assert [step.id for step in way(scene, Saving.CLOSE).ahead] == ["goodbye", "home"]


def test_in_the_closing_nothing_is_saved() -> None:
    scene = begun(FIRST, LAST, HOME, replace(SMALL, cls=StepClass.INTEGRATE))
    assert options(scene.meeting) == ()
    scene.refuses(HOST, c.MakeUpTime(Saving.SHORTEN), NotNow, "no_time_to_make_up")
    scene.do(HOST, c.Next())
    assert scene.meeting.phase is Phase.CLOSING
    scene.refuses(HOST, c.MakeUpTime(Saving.SHORTEN), NotNow, "not_now")


def test_a_closing_stays_however_it_was_made_and_without_one_there_is_none_to_go_to() -> None:
    scene = begun(FIRST, RING, replace(LAST, intensity=3), FIRST)
    assert [step.id for step in way(scene, Saving.CLOSE).ahead] == ["goodbye", "first"]
    assert [option.saving for option in options(begun(FIRST, RING, BREAK).meeting)] == [
        Saving.SHORTEN,
        Saving.DROP,
    ]


def test_a_landing_that_is_tender_itself_gets_a_landing_too() -> None:
    tender_landing = step("cry", StepClass.INTEGRATE, 5, 4)
    scene = begun(TENDERLY, tender_landing, step("rest", StepClass.GROUNDING, 5, 1), RING, LAST, HOME)
    assert [s.id for s in way(scene, Saving.CLOSE).ahead] == ["cry", "rest", "goodbye", "home"]


ROWS = st.tuples(st.sampled_from(list(StepClass)), st.integers(1, 30), st.integers(1, 5), st.integers(0, 3))


@given(st.lists(ROWS, min_size=1, max_size=12), st.integers(0, 11))
def test_whatever_the_plan_the_closing_and_every_landing_stay(rows: list[tuple], at: int) -> None:
    steps = (*(step(f"s{n}", *row) for n, row in enumerate(rows)), LAST, HOME)
    meeting = begun(FIRST, LAST).meeting
    at = min(at, len(steps) - 1)
    meeting = replace(meeting, plan=replace(meeting.plan, steps=steps), index=at)
    before = steps[at + 1 :]
    for option in options(meeting):
        assert option.saves_min > 0
        assert option.ahead[-2:] == (LAST, HOME) or at >= len(steps) - 2
        assert [s.id for s in option.ahead] == [s.id for s in before if s.id in {x.id for x in option.ahead}]
        planned = {s.id: s for s in before}
        after = (steps[at], *option.ahead)
        for one, nxt in pairwise(steps):
            if one.intensity >= TENDER and nxt.cls in LAND and one.id in {s.id for s in after}:
                assert nxt in after or nxt not in before, "a tender step keeps its landing, in full"
        for s in option.ahead:
            assert s.minutes <= planned[s.id].minutes
            assert s.minutes >= min(3, planned[s.id].minutes)
            assert s.solo_minutes <= planned[s.id].solo_minutes


# -- the commands -------------------------------------------------------------------------------------
def test_making_up_time_and_taking_it_back() -> None:
    scene = begun(*PLAN)
    before = ahead(scene)
    moves = scene.meeting.moves
    outcome = scene.do(HOST, c.MakeUpTime(Saving.DROP))
    assert [event.name for event in outcome.events] == [Happened.PLAN_CHANGED]
    assert scene.meeting.moves == moves + 1, "another host's press for the older plan is refused"
    scene.do(HOST, c.MakeUpTime(Saving.SHORTEN))
    assert ahead(scene) != before
    scene.do(HOST, c.TakeTimeBack())
    assert ahead(scene) == before
    assert scene.meeting.plan.minutes == sum(s.minutes for s in PLAN)
    scene.refuses(HOST, c.TakeTimeBack(), NotNow, "nothing_made_up")


def test_the_way_back_ends_with_the_step() -> None:
    scene = begun(*PLAN)
    scene.do(HOST, c.MakeUpTime(Saving.DROP), c.Next())
    scene.refuses(HOST, c.TakeTimeBack(), NotNow, "nothing_made_up")


def test_the_step_that_is_on_keeps_its_clock_and_its_piece() -> None:
    scene = begun(ROUND, RING, LAST, HOME)
    scene.wait(30)
    left, piece = scene.left, scene.meeting.piece
    scene.do(HOST, c.MakeUpTime(Saving.CLOSE))
    assert (scene.left, scene.meeting.piece) == (left, piece)


# -- less time for what is on -------------------------------------------------------------------------
def test_less_time_never_less_than_none() -> None:
    scene = begun(replace(ROUND, minutes=5), GOODBYE)
    scene.wait(60)
    scene.do(HOST, c.ShortenStep(2))
    assert scene.left == 2 * 60_000
    scene.do(HOST, c.PauseClock(), c.ShortenStep(1))
    assert scene.left == 60_000
    scene.do(HOST, c.ShortenStep(30), c.ResumeClock(), c.ShortenStep(1))
    assert scene.left == 0
    assert scene.piece.holder == HOST, "no clock moves a step"


@pytest.mark.parametrize("planned", [True, False])
def test_a_shorter_break(planned: bool) -> None:
    scene = begun(*((BREAK, GOODBYE) if planned else (WORD, GOODBYE)))
    if not planned:
        scene.do(HOST, c.StartBreak(7))
    left = scene.left
    scene.do(HOST, c.ShortenStep(3))
    assert scene.meeting.break_ends_at is not None
    assert (scene.meeting.break_ends_at - scene.now).total_seconds() == 4 * 60
    assert scene.left == (4 * 60_000 if planned else left), "the step that waits keeps its time"


def test_members_do_not_make_up_time() -> None:
    for command in (c.ShortenStep(1), c.MakeUpTime(Saving.CLOSE), c.TakeTimeBack()):
        with pytest.raises(Exception, match="not_allowed"):
            begun(*PLAN).do(ANA, command)
