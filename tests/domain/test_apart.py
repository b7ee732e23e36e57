"""Somebody is asked to rest for a while: what they keep, what they hear, and what the others see: nothing."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.audience import DOOR, HOSTS, ROOM, SELF, STAND_IN, audience_of, view
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.meeting import Phase, Place, Role
from circle.domain.outcome import Actor, Moment
from circle.domain.room import CircleFacts, Room
from circle.domain.signs import NO_SIGNS, AskPause, heed
from circle.domain.transition import transition
from tests.domain.scene import (
    ANA,
    BO,
    CO,
    CY,
    GOODBYE,
    HOST,
    ROUND,
    VOLUNTEER,
    WORD,
    Scene,
    at_door,
    begun,
    make_meeting,
)


def seen(scene: Scene, audience: str) -> dict[str, dict[str, object]]:
    """What this audience sees of the session."""
    return view(Room(scene.meeting, CircleFacts("Circle", host="Mira")), audience)


def test_whom_a_host_cannot_ask_to_rest() -> None:
    scene = Scene(make_meeting(ROUND, hosts=(HOST, CO)))
    scene.do(HOST, c.OpenDoor(), c.Next(), c.AddSeat("x", "Theo"))
    scene.do("di", c.TakeSeat("di", "Di"))
    for who in ("nobody", "di"):  # there is no such chair, or they still wait
        scene.refuses(HOST, c.SetApart(who), NotFound, "not_found")
    for who in (HOST, CO):
        scene.refuses(HOST, c.SetApart(who), NotAllowed, "not_a_host")
    scene.refuses(HOST, c.SetApart("x"), NotNow, "no_page_of_their_own")
    scene.refuses(HOST, c.BringBack("nobody"), NotFound, "not_found")
    scene.ignores(HOST, c.BringBack(ANA))


def test_whoever_rests_keeps_the_chair_and_may_only_go_home() -> None:
    scene = begun(WORD, GOODBYE)
    before = scene.seated()
    scene.do(HOST, c.SetApart(ANA, "was loud"))
    scene.ignores(HOST, c.SetApart(ANA))
    assert scene.seated() == before
    assert "was loud" not in repr(scene.meeting)
    for command in (c.PassPiece(), c.TakePiece(), c.AnswerGuardian(True), c.RingBell(), c.TakeRoom()):
        scene.refuses(ANA, command, NotNow, "apart")
    with pytest.raises(NotNow, match="apart"):
        heed(NO_SIGNS, AskPause(), ANA, scene.meeting, frozenset())
    scene.do(HOST, c.BringBack(ANA))
    assert scene.seated() == before
    scene.do(HOST, c.SetApart(ANA))
    scene.do(ANA, c.LeaveSeat())
    assert scene.seat(ANA).place is Place.LEFT


def test_their_turn_comes_back_once_as_after_stepping_out() -> None:
    scene = begun(ROUND)
    scene.do(HOST, c.HandOn(HOST))
    scene.do(HOST, c.SetApart(ANA))
    assert (scene.piece.holder, scene.piece.later) == (BO, (ANA,))
    scene.do(HOST, c.SetApart(CY))
    assert scene.piece.waiting == (CY,), "nothing moves for somebody whose turn it is not"
    scene.refuses(HOST, c.OfferPiece(ANA), NotNow, "not_to_come")
    scene.do(HOST, c.BringBack(ANA), c.HandOn(BO))
    assert scene.piece.holder == ANA, "past Cy, who rests"
    scene.do(HOST, c.BringBack(CY), c.HandOn(ANA))
    assert scene.piece.holder == CY
    scene.do(CY, c.HandOn(CY))
    assert scene.piece.round_is_over


def test_the_last_turn_of_a_round_waits_on_the_table() -> None:
    scene = begun(ROUND)
    for who in (HOST, ANA, BO):
        scene.do(HOST, c.HandOn(who))
    scene.do(HOST, c.SetApart(CY))
    assert (scene.piece.holder, scene.piece.to_come, scene.piece.round_is_over) == (None, (CY,), False)
    assert scene.meeting.piece_at is None
    scene.do(HOST, c.BringBack(CY), c.OfferPiece(CY))
    assert scene.piece.holder == CY


def test_volunteers_and_one_step_back() -> None:
    scene = begun(VOLUNTEER, ROUND)
    scene.do(ANA, c.TakePiece())
    scene.do(HOST, c.Next(), c.SetApart(ANA), c.GoBack())
    assert scene.piece.holder is None, "going back does not give it to somebody who rests"
    scene.do(BO, c.TakePiece())
    scene.do(HOST, c.SetApart(BO))
    assert scene.piece.holder is None


def test_a_new_round_asks_them_when_they_are_back() -> None:
    scene = begun(WORD, ROUND)
    scene.do(HOST, c.SetApart(ANA), c.Next(), c.HandOn(HOST))
    assert scene.piece.holder == BO
    scene.do(HOST, c.BringBack(ANA), c.HandOn(BO), c.HandOn(CY))
    assert scene.piece.holder == ANA


def test_whoever_keeps_the_bell_lays_it_down() -> None:
    scene = begun(WORD)
    scene.do(HOST, c.AskGuardian(ANA))
    scene.do(ANA, c.AnswerGuardian(True))
    scene.do(HOST, c.SetApart(ANA))
    assert scene.meeting.guardian == ""
    scene.refuses(HOST, c.AskGuardian(ANA), NotNow, "no_guardian")
    assert seen(scene, SELF + ANA)["me"]["me"]["bell"] == ""  # type: ignore[index]


def test_going_home_does_not_end_it_and_being_let_in_does() -> None:
    for admit in (True, False):
        scene = at_door(make_meeting(WORD), admit=admit)
        scene.do(HOST, c.SetApart(ANA))
        scene.do(ANA, c.LeaveSeat(), c.TakeSeat(ANA, "Ana"))
        if admit:
            assert not scene.meeting.apart(), "whoever waits at the door waits like others"
            scene.do(HOST, c.Admit(ANA))
            assert not scene.meeting.apart()
        else:
            assert scene.meeting.apart() == {ANA}
    scene.do(HOST, c.Remove(ANA), c.Readmit(ANA))
    scene.do(ANA, c.TakeSeat(ANA, "Ana"))
    assert not scene.meeting.apart()


# -- who sees what ------------------------------------------------------------------------------------
def test_only_hosts_and_the_person_see_it_and_the_person_sees_the_door() -> None:
    scene = begun(WORD)
    others = (ROOM, DOOR, SELF + BO, SELF + HOST)
    before = {name: seen(scene, name) for name in others}
    scene.do(HOST, c.SetApart(ANA))
    assert {name: seen(scene, name) for name in others} == before
    assert audience_of(scene.meeting.seat(ANA)) == DOOR
    assert seen(scene, SELF + ANA)["me"]["me"]["apart"] is True  # type: ignore[index]
    hosts = seen(scene, HOSTS)["people"]
    assert [who for who, person in hosts.items() if person["apart"]] == [ANA]  # type: ignore[index]
    scene.do(HOST, c.EndSession())
    assert audience_of(scene.meeting.seat(ANA)) == DOOR, "nor does the end tell them what was said last"


def test_a_stand_in_does_not_learn_who_rests() -> None:
    scene = begun(WORD)
    scene.do(HOST, c.AskGuardian(BO))
    scene.do(BO, c.AnswerGuardian(True))
    scene.do(HOST, c.SetApart(ANA))
    quiet = Moment(scene.now, quiet=frozenset({HOST}))
    scene.meeting = transition(scene.meeting, c.TakeRoom(), Actor(BO, Role.MEMBER), quiet).meeting
    before = seen(scene, STAND_IN)
    scene.refuses(BO, c.BringBack(ANA), NotAllowed, "not_allowed")
    scene.do(HOST, c.BringBack(ANA))
    assert seen(scene, STAND_IN) == before
    assert scene.meeting.phase is Phase.LIVE
