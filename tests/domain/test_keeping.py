"""The guardian, the pause bell, and taking the room: refusals first."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from circle.domain import commands as c
from circle.domain.audience import HOSTS, ROOM, SELF, STAND_IN, audience_of, audiences, view
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.meeting import Meeting, Phase, Role
from circle.domain.outcome import Moment
from circle.domain.room import Presence, PrivateWord, Status
from circle.domain.transition import transition
from tests.domain.scene import (
    ANA,
    BO,
    CO,
    CY,
    GOODBYE,
    HOST,
    ROUND,
    WORD,
    Scene,
    at_door,
    begun,
    make_meeting,
)
from tests.domain.test_audience import room_of, told


def guarded(scene: Scene | None = None) -> Scene:
    """Ana keeps the bell in a session that is on."""
    scene = scene or begun(ROUND, WORD, GOODBYE)
    scene.do(HOST, c.AskGuardian(ANA))
    scene.do(ANA, c.AnswerGuardian(True))
    return scene


def take(scene: Scene, who: str, *, quiet: tuple[str, ...] = ()) -> Meeting:
    """Somebody takes the room while these hosts are silent."""
    moment = Moment(scene.now, frozenset(scene.away), frozenset(quiet))
    scene.meeting = transition(scene.meeting, c.TakeRoom(), scene.actor(who), moment).meeting
    return scene.meeting


# -- being asked --------------------------------------------------------------------------------------
def test_only_members_with_a_page_of_their_own_at_the_table_are_asked() -> None:
    scene = at_door(make_meeting(hosts=(HOST, CO)))
    scene.do("di", c.TakeSeat("di", "Di"))
    scene.do(HOST, c.AddSeat("x", "Theo"))
    for nobody in ("nobody", "di"):
        scene.refuses(HOST, c.AskGuardian(nobody), NotFound, "not_found")
    for unfit in ("x", CO):
        scene.refuses(HOST, c.AskGuardian(unfit), NotNow, "no_guardian")
    scene.refuses(ANA, c.AskGuardian(BO), NotAllowed, "not_allowed")


def test_nobody_is_guardian_without_a_yes_and_anybody_may_lay_it_down() -> None:
    scene = begun()
    scene.refuses(ANA, c.AnswerGuardian(True), NotNow, "not_asked")
    scene.do(HOST, c.AskGuardian(ANA))
    scene.refuses(ANA, c.RingBell(), NotAllowed, "not_allowed")
    scene.refuses(BO, c.AnswerGuardian(True), NotNow, "not_asked")
    scene.do(ANA, c.AnswerGuardian(True))
    scene.ignores(ANA, c.AnswerGuardian(True))
    scene.ignores(HOST, c.AskGuardian(ANA))
    scene.do(ANA, c.AnswerGuardian(False))
    assert scene.meeting.guardian == ""
    guarded(scene).do(HOST, c.EndGuardian())
    scene.refuses(ANA, c.RingBell(), NotAllowed, "not_allowed")
    scene.ignores(HOST, c.EndGuardian())


@pytest.mark.parametrize("goes", ["leaves", "is removed"])
def test_a_guardian_who_goes_is_none_any_more(goes: str) -> None:
    scene = guarded()
    scene.do(ANA, c.LeaveSeat()) if goes == "leaves" else scene.do(HOST, c.Remove(ANA))
    assert (scene.meeting.guardian, scene.meeting.guardian_said) == ("", False)


def test_the_room_does_not_learn_who_keeps_the_bell() -> None:
    scene = begun(ROUND, GOODBYE)
    before = room_of(scene)
    asked = room_of(_after(scene, HOST, c.AskGuardian(ANA)))
    assert told(before, asked) == {HOSTS, SELF + ANA}
    assert told(asked, room_of(_after(scene, ANA, c.AnswerGuardian(True)))) == {HOSTS, SELF + ANA}
    assert view(room_of(scene), SELF + ANA)["me"]["me"]["bell"] == "kept"


def _after(scene: Scene, who: str, command: c.Command) -> Scene:
    scene.do(who, command)
    return scene


# -- the bell -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [HOST, ANA])
def test_the_bell_stops_all_clocks_to_the_second_and_they_go_on(who: str) -> None:
    scene = guarded()
    scene.wait(100)
    left = scene.left
    scene.do(who, c.RingBell())
    scene.ignores(who, c.RingBell())
    scene.wait(240)
    assert scene.left == left
    assert view(room_of(scene), ROOM)["stage"]["stage"]["bell"] is True
    scene.do(who, c.EndBell())
    scene.ignores(who, c.EndBell())
    assert scene.left == left
    assert scene.meeting.ends_at is not None
    assert scene.meeting.piece_at == scene.now, "a pause is nobody's long turn"


def test_the_bell_gives_no_name_and_no_reason() -> None:
    by_host, by_guardian = guarded(), guarded()
    by_host.do(HOST, c.RingBell())
    by_guardian.do(ANA, c.RingBell())
    for name in audiences(by_host.meeting):
        assert view(room_of(by_host), name) == view(room_of(by_guardian), name)


def test_others_do_not_ring_it() -> None:
    scene = guarded()
    for command in (c.RingBell(), c.EndBell()):
        scene.refuses(BO, command, NotAllowed, "not_allowed")


def test_a_clock_at_rest_stays_at_rest_after_the_bell() -> None:
    scene = guarded()
    scene.do(HOST, c.PauseClock(), c.RingBell(), c.EndBell())
    assert scene.meeting.remaining_ms is not None
    scene.do(HOST, c.ResumeClock(), c.RingBell(), c.PauseClock(), c.EndBell())
    assert scene.meeting.remaining_ms is not None
    scene.do(HOST, c.RingBell(), c.ResumeClock())
    assert scene.meeting.ends_at is None, "the bell has not ended yet"
    scene.do(HOST, c.EndBell())
    assert scene.meeting.ends_at is not None


@pytest.mark.parametrize("move", [c.Next(), c.StartBreak(5), c.TurnToClosing()])
def test_whatever_the_host_goes_on_to_ends_the_pause(move: c.Command) -> None:
    scene = guarded()
    scene.do(HOST, c.RingBell(), move)
    assert scene.meeting.bell_at is None


def test_a_pause_outlives_a_hold() -> None:
    scene = guarded()
    scene.do(HOST, c.RingBell())
    left = scene.left
    scene.wait(60)
    scene.do("", c.Hold(45_000))
    scene.wait(60)
    scene.do("", c.Release())
    assert (scene.left, scene.meeting.ends_at) == (left, None)
    scene.do(ANA, c.EndBell())
    assert scene.left == left


# -- taking the room ----------------------------------------------------------------------------------
def test_whoever_opens_the_door_leads_and_another_host_may_take_it_at_any_time() -> None:
    scene = Scene(make_meeting(hosts=(HOST, CO)))
    scene.do(HOST, c.OpenDoor())
    assert scene.meeting.lead == HOST
    scene.do(CO, c.TakeRoom())
    assert scene.meeting.lead == CO
    scene.ignores(CO, c.TakeRoom())
    scene.do(CO, c.TakeSeat(CO, "Co"))
    scene.do(HOST, c.TakeSeat(HOST, "Host"))
    assert scene.meeting.lead == CO, "loading the page anew seizes nothing"


def test_the_guardian_takes_it_only_while_every_host_is_silent() -> None:
    scene = guarded(begun(ROUND, GOODBYE))
    for quiet in ((), (BO,)):
        with pytest.raises(NotNow, match="host_is_here"):
            take(scene, ANA, quiet=quiet)
    for other in (BO, CY):
        with pytest.raises(NotAllowed):
            take(scene, other, quiet=(HOST,))
    assert take(scene, ANA, quiet=(HOST,)).lead == ANA
    assert scene.seat(ANA).role is Role.STAND_IN


def test_somebody_asked_who_has_not_said_yes_takes_nothing() -> None:
    scene = begun()
    scene.do(HOST, c.AskGuardian(ANA))
    with pytest.raises(NotAllowed):
        take(scene, ANA, quiet=(HOST,))


def test_two_hosts_are_both_silent_before_a_guardian_stands_in() -> None:
    scene = at_door(make_meeting(ROUND, GOODBYE, hosts=(HOST, CO)))
    scene.do(HOST, c.Next())
    guarded(scene)
    with pytest.raises(NotNow, match="host_is_here"):
        take(scene, ANA, quiet=(HOST,))
    assert take(scene, ANA, quiet=(HOST, CO)).lead == ANA


def standing_in() -> Scene:
    """Ana holds the room; it had been held."""
    scene = guarded()
    scene.do("", c.Hold(45_000))
    take(scene, ANA, quiet=(HOST,))
    scene.do("", c.Release())
    return scene


def test_a_stand_in_leads_until_a_host_takes_the_room_back() -> None:
    scene = standing_in()
    scene.do(ANA, c.Next(), c.StartBreak(3), c.EndBreak(), c.LockDoor(), c.UnlockDoor())
    assert scene.meeting.step == WORD
    scene.do(HOST, c.TakeRoom())
    assert (scene.meeting.lead, scene.seat(ANA).role) == (HOST, Role.MEMBER)
    scene.refuses(ANA, c.Next(), NotAllowed, "not_allowed")
    assert scene.meeting.guardian == ANA, "the bell is still theirs"


def test_a_stand_in_is_no_host_of_the_circle() -> None:
    scene = standing_in()
    for command in (c.AskGuardian(BO), c.EndGuardian(), c.Readmit(BO)):
        scene.refuses(ANA, command, NotAllowed, "not_allowed")
    scene.refuses(ANA, c.Remove(HOST), NotAllowed, "not_a_host")
    scene.refuses(HOST, c.Remove(ANA), NotAllowed, "not_a_host")


def test_a_stand_in_who_goes_home_leaves_the_room_to_the_hosts() -> None:
    scene = standing_in()
    scene.do(ANA, c.LeaveSeat())
    assert (scene.meeting.lead, scene.seat(ANA).role, scene.meeting.stand_in()) == ("", Role.MEMBER, None)


def test_a_stand_in_sees_the_desk_and_nobodys_secrets() -> None:
    scene = standing_in()
    assert audience_of(scene.seat(ANA)) == STAND_IN
    word = PrivateWord("w1", BO, "SECRET of Bo")
    before = room_of(scene, words=(word,))
    seen = json.dumps(view(before, STAND_IN))
    assert "SCRIPT-FOR-HOSTS" in seen
    assert "SECRET" not in seen
    out = replace(before, presence={BO: Presence(Status.OUT, False, scene.now)})
    assert STAND_IN not in told(before, out), "who stepped out is between them and the hosts"


def test_the_room_is_told_who_holds_it() -> None:
    scene = standing_in()
    assert view(room_of(scene), ROOM)["stage"]["stage"]["stand_in"] == "Ana"
    scene.do(HOST, c.TakeRoom())
    assert view(room_of(scene), ROOM)["stage"]["stage"]["stand_in"] == ""


def test_the_guardian_is_offered_the_room_while_every_host_is_silent() -> None:
    before = room_of(guarded())
    after = replace(before, quiet=frozenset({HOST}))
    assert told(before, after) == {HOSTS, SELF + ANA}
    assert view(after, SELF + ANA)["me"]["me"]["bell"] == "room"


def test_the_end_takes_the_bell_and_the_room_from_everybody() -> None:
    scene = standing_in()
    scene.do(ANA, c.EndSession())
    ended = scene.meeting
    assert (ended.phase, ended.lead, ended.guardian, ended.stand_in()) == (Phase.ENDED, "", "", None)
