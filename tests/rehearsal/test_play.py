"""Whoever sits at the desk leads: the made-up side of it only goes on where nobody does."""

from __future__ import annotations

from uuid import uuid4

from circle.domain import commands as c
from circle.domain.pairs import group_of
from circle.domain.plan import Plan, Sharing
from circle.store import meetings
from tests.rehearsal.stage import STRIDE_S, Stage, plan_of, with_step


def strides(stage: Stage, number: int) -> None:
    """So much of the evening passes."""
    for _ in range(number):
        stage.clock.advance(STRIDE_S)
        stage.play.step()


def press(stage: Stage, command: c.Command) -> None:
    """As the person at the desk."""
    moves = stage.house.hub.committer.read(lambda db: meetings.load(db, stage.table.meeting_id)).moves
    stage.house.hub.conduct.perform(
        stage.table.host, stage.table.meeting_id, command, command_id=str(uuid4()), expected_seq=moves
    )


def test_whoever_leads_themselves_is_waited_for() -> None:
    stage = Stage(plan_of("T9"))
    stage.play.leads = False
    strides(stage, 60)
    assert stage.play.table.phase == "planned"
    assert len(stage.play.table.items("waiting")) == len(stage.play._seats) - 1, "all but the late one"
    press(stage, c.OpenDoor())
    press(stage, c.AdmitAll())
    press(stage, c.Next())
    strides(stage, 60)
    assert stage.play.table.step["at"] == 0
    stage.play.leads = True
    stage.go_on()


def test_whoever_presses_is_quicker_and_the_evening_goes_on_from_there() -> None:
    stage = Stage(plan_of("T9"))
    stage.go_on(lambda: stage.play.table.step.get("at") == 1)
    press(stage, c.Next())
    stage.play.step()
    assert stage.play.table.step["at"] == 2
    press(stage, c.PauseClock())
    strides(stage, 100)
    assert stage.play.table.step["at"] == 2, "a clock that rests is left alone"
    press(stage, c.ResumeClock())
    stage.go_on()


def test_the_host_is_never_given_up_and_nobody_has_their_name() -> None:
    stage = Stage(plan_of("T9"), host="ana")
    stage.go_on()
    names = {person["name"] for person in stage.play.table.items("people").values()}
    assert {"ana", "Ana B."} <= names
    assert not any("held" in words for words in stage.told)


def test_a_step_that_a_host_made_a_pair_is_held_in_pairs() -> None:
    plan: Plan = with_step(plan_of("T9"), 3, sharing=Sharing.PAIR, solo_minutes=0)
    stage = Stage(plan)

    def look() -> bool:
        meeting = stage.house.hub.committer.read(lambda db: meetings.load(db, stage.table.meeting_id))
        own = [seat.hands.screen.own for seat in stage.play._seats]
        between = [seen.view.get("between") for seen in own if seen is not None]
        return bool(group_of(meeting.pairs, stage.table.reader)) and any(between)

    stage.go_on(look)
    assert not stage.play.is_over, "somebody said something to their neighbour"
    stage.go_on()


def test_the_mail_after_the_evening_is_what_the_notes_page_shows() -> None:
    stage = Stage(plan_of("T9"))
    stage.go_on()
    closing = stage.house.hub.closing
    foreseen = closing.foresee(stage.table.host, stage.table.meeting_id, stage.table.reader)
    part = foreseen.get_body(("plain",))
    assert part is not None
    assert "We arrived slowly" in part.get_content()
    draft = closing.get(stage.table.host, stage.table.meeting_id)
    assert stage.table.reader in dict(draft.people)
