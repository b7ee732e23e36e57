"""The quiet room after the closing: refusals first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.domain import commands as c
from circle.domain.audience import DOOR, HOSTS, LINGER, ROOM, SELF, audience_of, audiences, view
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.meeting import Meeting, Phase, Place
from tests.domain.scene import ANA, BO, CO, CY, GOODBYE, HOST, ROUND, WORD, Scene, at_door, make_meeting
from tests.domain.test_audience import room_of, stage, told

MINUTES = 15
AFTER: tuple[c.Command, ...] = (c.Stay(), c.GoHome())


def planned(minutes: int = MINUTES) -> Meeting:
    """A session whose plan has a room for afterwards."""
    meeting = make_meeting(WORD, ROUND, GOODBYE, hosts=(HOST, CO))
    return replace(meeting, plan=replace(meeting.plan, linger_min=minutes))


def on(minutes: int = MINUTES) -> Scene:
    """Its first step is on."""
    scene = at_door(planned(minutes))
    scene.do(HOST, c.Next())
    return scene


def over(minutes: int = MINUTES) -> Scene:
    """It has just ended, after its closing."""
    scene = on(minutes)
    scene.do(HOST, c.TurnToClosing(), c.EndSession())
    return scene


# -- when there is one --------------------------------------------------------------------------------
@pytest.mark.parametrize("command", [*AFTER, c.CloseLinger()])
def test_there_is_no_such_room_before_the_end(command: c.Command) -> None:
    on().refuses(HOST, command, NotNow, "not_now")
    at_door(planned()).refuses(HOST, command, NotNow, "not_now")


@pytest.mark.parametrize("command", [*AFTER, c.CloseLinger()])
def test_and_none_where_the_plan_has_none(command: c.Command) -> None:
    over(0).refuses(HOST, command, NotNow, "ended")


def test_nor_after_an_evening_that_never_began_or_was_left_behind() -> None:
    scene = at_door(planned())
    scene.do(HOST, c.EndSession())
    assert scene.meeting.linger_until is None
    scene = on()
    scene.do("", c.EndSession())
    assert (scene.meeting.end_reason, scene.meeting.linger_until) == ("forgotten", None)


def test_it_opens_with_the_end_for_the_minutes_of_the_plan_also_when_that_comes_early() -> None:
    scene = over()
    assert (scene.meeting.end_reason, scene.meeting.ended_at) == ("closed", scene.now)
    assert scene.meeting.linger_until is not None
    assert (scene.meeting.linger_until - scene.now).total_seconds() == MINUTES * 60
    scene = on()
    scene.do(HOST, c.EndSession("somebody is not well"))
    assert (scene.meeting.end_reason, scene.meeting.linger_until is None) == ("early", False)


def test_nothing_else_of_the_evening_goes_on() -> None:
    scene = over()
    for who, command in (
        (HOST, c.Next()),
        (HOST, c.GoBack()),
        (ANA, c.TakeSeat(ANA, "Ana")),
        (BO, c.LeaveSeat()),
    ):
        scene.refuses(who, command, NotNow, "ended")


# -- who is there -------------------------------------------------------------------------------------
def test_it_is_for_those_who_sat_at_the_table() -> None:
    scene = on()
    scene.do("di", c.TakeSeat("di", "Di"))
    scene.do(HOST, c.Remove(BO), c.SetApart(CY))
    scene.do(HOST, c.EndSession())
    for who, refusal, code in (
        ("nobody", NotAllowed, "not_allowed"),
        ("di", NotAllowed, "not_seated"),
        (BO, NotAllowed, "not_seated"),
        (CY, NotNow, "apart"),
    ):
        scene.refuses(who, c.Stay(), refusal, code)
    scene.refuses(ANA, c.CloseLinger(), NotAllowed, "not_allowed")
    scene.refuses("", c.SeeOff("nobody"), NotFound, "not_found")


def test_people_stay_and_go_and_come_again() -> None:
    scene = over()
    scene.do(ANA, c.Stay())
    assert scene.seat(ANA).stays
    scene.ignores(ANA, c.Stay())
    scene.do(ANA, c.GoHome())
    scene.ignores(ANA, c.GoHome())
    assert not scene.seat(ANA).stays
    scene.do(ANA, c.Stay())
    scene.do("", c.SeeOff(ANA))
    assert not scene.seat(ANA).stays
    assert scene.seat(ANA).place is Place.SEATED, "they may come again"


def test_hosts_are_free_to_go_and_may_stay() -> None:
    scene = over()
    scene.do(ANA, c.Stay())
    scene.do(HOST, c.Stay(), c.GoHome())
    assert scene.meeting.linger_until is not None, "the room does not go with its hosts"
    scene.do(CO, c.Stay())
    assert set(view(room_of(scene), LINGER)["people"]) == {ANA, CO}


# -- its end ------------------------------------------------------------------------------------------
def test_a_word_comes_two_minutes_before_and_once() -> None:
    scene = over()
    scene.do(ANA, c.Stay())
    scene.wait(MINUTES * 60 - 121)
    scene.ignores("", c.RingLinger())
    scene.wait(1)
    scene.do("", c.RingLinger())
    assert stage(room_of(scene), LINGER)["linger"] == {
        "until": scene.meeting.linger_until and scene.meeting.linger_until.isoformat(),
        "rang": True,
    }
    scene.ignores("", c.RingLinger())


@pytest.mark.parametrize("who", ["", HOST])
def test_once_closed_it_is_not_kept_who_was_there(who: str) -> None:
    scene = over()
    scene.do(ANA, c.Stay())
    scene.do(who, c.CloseLinger())
    assert scene.meeting.linger_until is None
    assert not any(seat.stays for seat in scene.meeting.seats)
    assert audience_of(scene.seat(ANA)) == ROOM
    assert scene.meeting.phase is Phase.ENDED
    scene.refuses(ANA, c.Stay(), NotNow, "ended")


def test_nobody_comes_in_when_its_time_is_over() -> None:
    scene = over()
    scene.wait(MINUTES * 60)
    scene.refuses(ANA, c.Stay(), NotNow, "not_now")


# -- who sees it --------------------------------------------------------------------------------------
def test_who_stays_is_for_those_who_stay_and_the_hosts() -> None:
    scene = over()
    scene.do(BO, c.Stay())
    before = room_of(scene)
    scene.do(ANA, c.Stay())
    assert told(before, room_of(scene)) == {HOSTS, LINGER, SELF + ANA}
    here = view(room_of(scene), LINGER)["people"]
    assert {who: person["name"] for who, person in here.items()} == {ANA: "Ana", BO: "Bo"}
    assert here[ANA]["at"] < here[BO]["at"], "by chairs: nothing tells who stayed first"
    assert view(before, LINGER)["people"][BO] == here[BO]
    assert [who for who, person in view(room_of(scene), HOSTS)["people"].items() if person["stays"]] == [
        ANA,
        BO,
    ]
    assert view(room_of(scene), SELF + ANA)["me"]["me"]["stays"] is True
    assert view(room_of(scene), ROOM) == view(before, ROOM)


@pytest.mark.parametrize("place", [place for place in Place if place is not Place.SEATED])
def test_who_is_not_at_the_table_leaves_no_gap_in_the_chairs(place: Place) -> None:
    scene = over()
    scene.do(ANA, c.Stay())
    room = room_of(scene)
    elsewhere = replace(room.meeting.seats[0], id="di", place=place)
    more = replace(room, meeting=replace(room.meeting, seats=(elsewhere, *room.meeting.seats)))
    assert view(more, LINGER) == view(room, LINGER)


def test_each_seat_listens_where_it_is() -> None:
    scene = over()
    assert LINGER in audiences(scene.meeting)
    scene.do(ANA, c.Stay())
    scene.do(HOST, c.Stay())
    assert [audience_of(scene.seat(who)) for who in (ANA, HOST, BO)] == [LINGER, HOSTS, ROOM]
    assert LINGER not in audiences(on().meeting)


def test_there_is_nothing_to_do_in_it_and_no_script() -> None:
    scene = over()
    scene.do(ANA, c.Stay())
    seen = view(room_of(scene), LINGER)
    assert set(seen) == {"stage", "people"}
    assert (seen["stage"]["stage"]["step"], seen["stage"]["stage"]["piece"]) == (None, None)
    assert "FOR-HOSTS" not in str(seen)
    assert "linger" not in view(room_of(scene), DOOR)["stage"]["stage"]
