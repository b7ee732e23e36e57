"""The arc of a session: open, next, back, steps made on the spot, closing, end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.domain import commands as c
from circle.domain.changes.spot import STEPS_MAX
from circle.domain.errors import Invalid, NotNow
from circle.domain.events import Happened
from circle.domain.meeting import Phase, Place
from circle.domain.plan import Kind, Part, Sharing, StepClass
from tests.domain.scene import (
    ANA,
    ARRIVE,
    BO,
    BREAK,
    CY,
    GOODBYE,
    HOST,
    LAST_ROUND,
    PRIVATE,
    READ,
    ROUND,
    SOLO_ROUND,
    START,
    VOLUNTEER,
    WALL,
    WORD,
    Scene,
    at_door,
    begun,
    in_phase,
    make_meeting,
)


def where(scene: Scene) -> tuple[str, Part]:
    """Step and part that are on."""
    meeting = scene.meeting
    assert meeting.step is not None
    assert meeting.part_now is not None
    return meeting.step.id, meeting.part_now


# -- open, begin, end ---------------------------------------------------------------------------------
def test_opening_twice_is_once() -> None:
    scene = at_door(make_meeting())
    scene.ignores(HOST, c.OpenDoor())
    assert scene.meeting.phase is Phase.OPEN
    assert scene.meeting.index == -1


def test_next_goes_through_every_part_and_ends_the_session() -> None:
    scene = at_door(make_meeting())
    seen, phases = [], []
    while scene.meeting.phase is not Phase.ENDED:
        scene.do(HOST, c.Next())
        if scene.meeting.phase is not Phase.ENDED:
            seen.append(where(scene))
            phases.append(scene.meeting.phase)
    assert seen == [
        ("arrive", Part.STILL),
        ("round", Part.ROUND),
        ("wall", Part.WALL_WRITE),
        ("wall", Part.WALL_READ),
        ("wall", Part.WALL_SHOW),
        ("volunteer", Part.VOLUNTEER),
        ("break", Part.PAUSE),
        ("word", Part.ANSWER),
        ("solo", Part.WRITE),
        ("solo", Part.ROUND),
        ("last", Part.ROUND),
        ("goodbye", Part.STILL),
    ]
    assert phases == [Phase.LIVE] * 6 + [Phase.BREAK] + [Phase.LIVE] * 3 + [Phase.CLOSING] * 2
    assert scene.meeting.end_reason == "closed"
    assert scene.meeting.moves == len(seen) + 2


def test_a_plan_that_ends_with_a_break_ends_there() -> None:
    scene = begun(ARRIVE, BREAK)
    scene.do(HOST, c.Next())
    assert scene.meeting.phase is Phase.BREAK
    scene.do(HOST, c.EndBreak())
    assert scene.meeting.phase is Phase.ENDED
    assert scene.meeting.end_reason == "early"


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.LIVE, Phase.BREAK, Phase.HELD, Phase.CLOSING], ids=str)
def test_ending_leaves_nothing_running(phase: Phase) -> None:
    scene = in_phase(phase)
    scene.do(HOST, c.EndSession("because of PRIVATE-REASON"))
    over = scene.meeting
    assert (over.phase, over.ended_at) == (Phase.ENDED, scene.now)
    assert over.end_reason == ("closed" if phase is Phase.CLOSING else "early")
    assert over.piece is over.ends_at is over.remaining_ms is over.break_ends_at is None
    assert over.held_from is over.held_at is over.held_break_ms is over.left is None
    assert not over.called_break
    assert "PRIVATE-REASON" not in repr(over), "a reason is kept sealed, with the audit"


def test_ending_a_held_closing_is_a_closing() -> None:
    scene = in_phase(Phase.CLOSING)
    scene.do("", c.Hold(45_000))
    scene.do(HOST, c.EndSession())
    assert scene.meeting.end_reason == "closed"


@pytest.mark.parametrize("phase", [Phase.PLANNED, Phase.OPEN], ids=str)
def test_cancelling(phase: Phase) -> None:
    scene = in_phase(phase)
    scene.do(HOST, c.CancelSession("PRIVATE-REASON"))
    assert (scene.meeting.phase, scene.meeting.end_reason) == (Phase.CANCELLED, "cancelled")
    assert "PRIVATE-REASON" not in repr(scene.meeting)


# -- the wall -----------------------------------------------------------------------------------------
def test_without_reading_first_the_wall_goes_from_writing_to_showing_and_back() -> None:
    scene = begun(WALL, GOODBYE, read_first=False)
    scene.do(HOST, c.Next())
    assert where(scene) == ("wall", Part.WALL_SHOW)
    scene.do(HOST, c.GoBack())
    assert where(scene) == ("wall", Part.WALL_WRITE)
    scene.do(HOST, c.Next(), c.Next(), c.GoBack(), c.GoBack())
    assert where(scene) == ("wall", Part.WALL_WRITE)


def test_with_reading_first_hosts_read_again_when_they_go_back() -> None:
    scene = begun(WALL, GOODBYE)
    scene.do(HOST, c.Next(), c.Next())
    assert where(scene) == ("wall", Part.WALL_SHOW)
    scene.do(HOST, c.GoBack())
    assert where(scene) == ("wall", Part.WALL_READ)


# -- back ---------------------------------------------------------------------------------------------
def test_nothing_is_before_the_first_part() -> None:
    begun().refuses(HOST, c.GoBack(), NotNow, "at_the_start")


@pytest.mark.parametrize("steps", [(WORD, GOODBYE), (SOLO_ROUND, GOODBYE), (BREAK, GOODBYE)], ids=str)
def test_back_undoes_next_with_the_clock_as_it_was(steps: tuple) -> None:
    scene = begun(*steps)
    scene.wait(70.25)
    before, left = scene.meeting, scene.left
    scene.do(HOST, c.Next())
    scene.wait(30)
    outcome = scene.do(HOST, c.GoBack())
    assert outcome.events[0].name is Happened.WENT_BACK
    assert scene.left == left
    undone = replace(
        scene.meeting,
        moves=before.moves,
        ends_at=before.ends_at,
        step_started_at=before.step_started_at,
        ran_from=before.ran_from,
        break_ends_at=before.break_ends_at,
    )
    assert undone == before
    assert scene.meeting.moves == before.moves + 2, "it only rises"
    assert scene.meeting.step_started_at is not None
    assert (scene.now - scene.meeting.step_started_at).total_seconds() == 70.25


def test_a_round_left_by_mistake_is_not_asked_again() -> None:
    """Pass is final for the round, also when a host has pressed Next too early."""
    scene = begun(ROUND, WORD, GOODBYE)
    scene.do(HOST, c.HandOn(HOST))
    scene.do(ANA, c.PassPiece())
    scene.do(CY, c.PassPiece())
    scene.do(HOST, c.Next(), c.GoBack())
    assert scene.piece.holder == BO
    assert scene.piece.waiting == ()
    scene.do(BO, c.HandOn(BO))
    assert scene.piece.round_is_over


def test_a_round_goes_on_with_those_who_are_there_now() -> None:
    scene = begun(ROUND, WORD, GOODBYE)
    scene.do(HOST, c.HandOn(HOST), c.Next())
    scene.do(ANA, c.LeaveSeat())
    scene.do("di", c.TakeSeat("di", "Di"))
    scene.do(HOST, c.Admit("di"), c.GoBack())
    assert scene.piece.order == (HOST, BO, CY, "di")
    assert scene.piece.holder == BO, "Ana held it and went home"
    assert scene.piece.waiting == (CY, "di")


def test_a_clock_at_rest_is_at_rest_after_going_back() -> None:
    scene = begun(WORD, GOODBYE)
    scene.wait(60)
    scene.do(HOST, c.PauseClock(), c.Next())
    assert scene.meeting.remaining_ms is None, "the next step starts with a running clock"
    scene.do(HOST, c.GoBack())
    assert (scene.meeting.remaining_ms, scene.meeting.ends_at) == (5 * 60_000, None)


def test_back_again_goes_further_with_a_fresh_clock() -> None:
    scene = begun(ROUND, SOLO_ROUND, GOODBYE)
    scene.do(HOST, c.Next(), c.Next(), c.Next())
    scene.do(HOST, c.GoBack(), c.GoBack())
    assert where(scene) == ("solo", Part.WRITE)
    scene.do(HOST, c.GoBack())
    assert where(scene) == ("round", Part.ROUND)
    assert scene.left == 12 * 60_000
    assert scene.piece.holder == HOST


def test_back_from_a_called_break_is_its_end() -> None:
    scene = begun(WORD, GOODBYE)
    scene.do(HOST, c.StartBreak(5), c.GoBack())
    assert where(scene) == ("word", Part.ANSWER)
    assert scene.meeting.phase is Phase.LIVE


def test_back_after_turning_to_the_closing_returns_to_where_we_were() -> None:
    scene = begun(WORD, PRIVATE, READ, GOODBYE)
    scene.do(HOST, c.TurnToClosing(), c.GoBack())
    assert where(scene) == ("word", Part.ANSWER)


# -- made on the spot ---------------------------------------------------------------------------------
PARTS_OF = {
    Sharing.SPOKEN_ROUND: (Part.ROUND,),
    Sharing.SPOKEN_VOLUNTEER: (Part.VOLUNTEER,),
    Sharing.CHAT_WORD: (Part.ANSWER,),
    Sharing.UNNAMED_WALL: (Part.WALL_WRITE, Part.WALL_READ, Part.WALL_SHOW),
    Sharing.PRIVATE: (Part.WRITE,),
    Sharing.NONE: (Part.STILL,),
}


@pytest.mark.parametrize("minutes", [0, -1, 31])
def test_own_questions_take_one_to_thirty_minutes(minutes: int) -> None:
    begun().refuses(HOST, c.AskQuestion("What now?", Sharing.NONE, minutes), Invalid, "minutes")


def test_an_own_question_has_words() -> None:
    begun().refuses(HOST, c.AskQuestion(" \n ", Sharing.NONE, 5), Invalid, "empty")


def test_a_plan_does_not_grow_without_end() -> None:
    scene = begun()
    steps = scene.meeting.plan.steps
    many = (*steps, *(replace(WORD, id=f"w{n}") for n in range(STEPS_MAX - len(steps))))
    scene.meeting = replace(scene.meeting, plan=replace(scene.meeting.plan, steps=many))
    scene.refuses(HOST, c.AskQuestion("What now?", Sharing.NONE, 5), NotNow, "plan_full")


@pytest.mark.parametrize("sharing", list(PARTS_OF), ids=str)
def test_own_question_in_each_way_of_answering(sharing: Sharing) -> None:
    scene = begun(WORD, PRIVATE, GOODBYE)
    outcome = scene.do(HOST, c.AskQuestion("  What now? ", sharing, 8))
    step = scene.meeting.step
    assert step is not None
    assert step.prompt is not None
    assert (step.kind, step.cls, step.prompt.text) == (Kind.ASK, StepClass.EXPLORE, "What now?")
    assert [event.name for event in outcome.events] == [Happened.STEP_ADDED, Happened.STEP_STARTED]
    assert scene.left == (4 if sharing is Sharing.UNNAMED_WALL else 8) * 60_000
    assert (scene.meeting.piece is not None) == (sharing.value.startswith("spoken"))
    for part in PARTS_OF[sharing]:
        assert where(scene) == (step.id, part)
        scene.do(HOST, c.Next())
    assert where(scene) == ("private", Part.WRITE), "the plan goes on after it"


def test_own_questions_before_the_first_step_and_in_the_closing() -> None:
    scene = at_door(make_meeting(ARRIVE, GOODBYE))
    scene.do(HOST, c.AskQuestion("What brings you?", Sharing.CHAT_WORD, 3))
    assert (scene.meeting.index, scene.meeting.phase) == (0, Phase.LIVE)
    scene.do(HOST, c.TurnToClosing(), c.AskQuestion("What do you take along?", Sharing.CHAT_WORD, 3))
    step = scene.meeting.step
    assert step is not None
    assert (scene.meeting.phase, step.cls) == (Phase.CLOSING, StepClass.CLOSING)
    scene.do(HOST, c.Next())
    assert scene.meeting.phase is Phase.ENDED


def test_steps_made_on_the_spot_have_ids_of_their_own() -> None:
    scene = begun()
    for _ in range(4):
        scene.do(HOST, c.InsertStep(PRIVATE), c.AskQuestion("What now?", Sharing.NONE, 2), c.GoBack())
    ids = [step.id for step in scene.meeting.plan.steps]
    assert len(ids) == len(set(ids))


def test_back_from_a_question_returns_to_the_wall_that_is_still_written() -> None:
    """Not to its end: lines nobody has read would not be shown, but the room would see an empty wall."""
    scene = begun(WALL, GOODBYE)
    scene.do(HOST, c.AskQuestion("A word?", Sharing.CHAT_WORD, 3), c.GoBack())
    assert where(scene) == ("wall", Part.WALL_WRITE)


# -- closing ------------------------------------------------------------------------------------------
def test_without_a_closing_there_is_nothing_to_turn_to() -> None:
    begun(ARRIVE, WORD).refuses(HOST, c.TurnToClosing(), NotNow, "no_closing")


def test_turning_to_the_closing_from_a_break() -> None:
    scene = begun(WORD, PRIVATE, LAST_ROUND, GOODBYE)
    scene.do(HOST, c.StartBreak(5), c.TurnToClosing())
    assert where(scene) == ("last", Part.ROUND)
    assert scene.meeting.phase is Phase.CLOSING
    assert not scene.meeting.called_break
    assert scene.meeting.break_ends_at is None


def test_turning_to_the_closing_from_a_break_in_the_closing_goes_on_with_it() -> None:
    scene = begun(WORD, LAST_ROUND, GOODBYE)
    scene.do(HOST, c.TurnToClosing(), c.Next(), c.StartBreak(5), c.TurnToClosing())
    assert scene.meeting.step == GOODBYE
    assert scene.meeting.phase is Phase.CLOSING
    assert scene.meeting.break_ends_at is None


def test_the_start_is_the_first_step_and_stays() -> None:
    scene = at_door(make_meeting(VOLUNTEER, GOODBYE))
    assert scene.meeting.started_at is None
    scene.wait(30)
    scene.do(HOST, c.Next())
    started = scene.now
    scene.wait(600)
    scene.do(HOST, c.Next(), c.GoBack())
    assert scene.meeting.started_at == started > START
    assert all(seat.place is Place.SEATED for seat in scene.meeting.seats)
