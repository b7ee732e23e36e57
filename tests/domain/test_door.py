"""The door and the chairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from circle.domain import commands as c
from circle.domain.audience import DOOR, HOSTS, ROOM, SELF, view
from circle.domain.changes.door import SEATS_MAX
from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow
from circle.domain.events import Happened
from circle.domain.meeting import Meeting, Phase, Place, Role, planned_start
from circle.domain.outcome import Actor, Moment
from circle.domain.room import CircleFacts, Room
from circle.domain.transition import transition
from tests.domain.scene import (
    ANA,
    BO,
    CO,
    CY,
    GOODBYE,
    HOST,
    ROUND,
    START,
    WORD,
    Scene,
    at_door,
    begun,
    in_phase,
    make_meeting,
)

DI = "di"


def empty(**fields: object) -> Meeting:
    """A planned session with a host and nobody else."""
    return replace(make_meeting(members=()), **fields)  # type: ignore[arg-type]


# -- taking a seat ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "code"),
    [("", "name_empty"), ("   ", "name_empty"), ("x" * 25, "name_long"), ("HOST", "name_taken")],
)
def test_a_name_that_cannot_stand_on_a_chair(name: str, code: str) -> None:
    at_door(empty()).refuses(DI, c.TakeSeat(DI, name), Invalid, code)


def test_nobody_takes_a_seat_for_somebody_else() -> None:
    at_door(empty()).refuses(ANA, c.TakeSeat(DI, "Di"), NotAllowed, "not_allowed")


def test_with_the_door_locked_only_hosts_come() -> None:
    scene = at_door(empty())
    scene.do(HOST, c.LockDoor())
    scene.refuses(DI, c.TakeSeat(DI, "Di"), NotNow, "door_locked")
    host = Actor(CO, Role.HOST)
    assert transition(scene.meeting, c.TakeSeat(CO, "Co"), host, Moment(START)).events


def test_whoever_was_removed_does_not_come_back_by_themselves() -> None:
    scene = begun()
    scene.do(HOST, c.Remove(ANA))
    scene.refuses(ANA, c.TakeSeat(ANA, "Anna"), NotAllowed, "removed")


def test_a_full_table_counts_those_who_are_here() -> None:
    crowd = tuple(f"p{n}" for n in range(SEATS_MAX - 1))
    scene = at_door(make_meeting(members=crowd))
    scene.refuses(DI, c.TakeSeat(DI, "Di"), NotNow, "full")
    scene.refuses(HOST, c.AddSeat("x", "Xenia"), NotNow, "full")
    scene.do("p3", c.LeaveSeat())
    scene.do(DI, c.TakeSeat(DI, "Di"))
    assert scene.seat(DI).place is Place.WAITING
    # Whoever had a chair finds one again, and hosts always do: without them nothing begins.
    scene.do("p3", c.TakeSeat("p3", "Petra"))
    assert transition(scene.meeting, c.TakeSeat(CO, "Co"), Actor(CO, Role.HOST), Moment(START)).events


def test_members_wait_and_hosts_sit_down() -> None:
    scene = Scene(replace(empty(), seats=()))
    outcome = transition(scene.meeting, c.TakeSeat(HOST, "Mira"), Actor(HOST, Role.HOST), Moment(START))
    scene.meeting = outcome.meeting
    scene.do(DI, c.TakeSeat(DI, "  Di   Anne "))
    assert scene.seat(HOST).place is Place.SEATED
    assert scene.seat(DI).place is Place.WAITING
    assert scene.seat(DI).name == "Di Anne"
    assert outcome.events[0].name is Happened.SEATS_CHANGED


def test_without_asking_everybody_sits_down_once_the_door_is_open() -> None:
    scene = Scene(empty(admit=False))
    scene.do(DI, c.TakeSeat(DI, "Di"))
    assert scene.seat(DI).place is Place.WAITING, "the door is closed"
    scene.do(HOST, c.OpenDoor())
    assert scene.seat(DI).place is Place.SEATED
    scene.do("eve", c.TakeSeat("eve", "Eve"))
    assert scene.seat("eve").place is Place.SEATED


def test_sitting_down_twice_is_once_and_a_new_name_is_a_rename() -> None:
    scene = begun()
    scene.ignores(ANA, c.TakeSeat(ANA, "Ana"))
    scene.do(ANA, c.TakeSeat(ANA, "Anna"))
    assert scene.seat(ANA).name == "Anna"
    assert scene.seated() == [HOST, ANA, BO, CY], "the chair stays where it is"
    scene.refuses(BO, c.TakeSeat(BO, "anna"), Invalid, "name_taken")


def test_no_guests_name_keeps_a_host_out() -> None:
    early = Actor(ANA, Role.MEMBER)
    nobody = replace(make_meeting(WORD, GOODBYE), seats=())
    waits = transition(nobody, c.TakeSeat(ANA, "Mira"), early, Moment(START)).meeting
    opened = transition(waits, c.TakeSeat(HOST, "Mira"), Actor(HOST, Role.HOST), Moment(START)).meeting
    assert [(seat.id, seat.name) for seat in opened.seats] == [(ANA, "Mira"), (HOST, "Mira")]


def test_the_name_of_somebody_who_left_is_free() -> None:
    scene = begun()
    scene.do(ANA, c.LeaveSeat())
    scene.do(BO, c.TakeSeat(BO, "Ana"))
    scene.refuses(ANA, c.TakeSeat(ANA, "Ana"), Invalid, "name_taken")


# -- running late -------------------------------------------------------------------------------------
def test_the_start_moves_from_the_planned_time_and_is_never_added_up() -> None:
    scene = Scene(empty())
    assert scene.do(HOST, c.RunLate(10)).events[0].name is Happened.START_MOVED
    assert scene.meeting.starts_at == START + timedelta(minutes=10)
    scene.ignores(HOST, c.RunLate(10))
    scene.do(HOST, c.OpenDoor(), c.RunLate(30))
    assert scene.meeting.starts_at == START + timedelta(minutes=30)
    assert planned_start(scene.meeting) == START
    for wrong in (-1, 31):
        scene.refuses(HOST, c.RunLate(wrong), Invalid, "late_minutes")
    scene.do(HOST, c.RunLate(0))
    assert (scene.meeting.starts_at, scene.meeting.late_min) == (START, 0)


def test_nobody_is_late_once_it_has_begun() -> None:
    scene = at_door(empty())
    scene.do(HOST, c.RunLate(10), c.Next())
    scene.refuses(HOST, c.RunLate(0), NotNow, "not_now")


def test_whoever_waits_and_whoever_sits_reads_the_new_time() -> None:
    scene = at_door(make_meeting())
    scene.do(DI, c.TakeSeat(DI, "Di"))
    scene.do(HOST, c.RunLate(20))
    for audience in (DOOR, ROOM, HOSTS):
        stage = view(Room(scene.meeting, CircleFacts("Circle")), audience)["stage"]["stage"]
        assert (stage["late"], stage["starts_at"]) == (20, "2026-03-12T19:20:00+00:00")


# -- removed for good ---------------------------------------------------------------------------------
def test_whoever_is_removed_for_good_is_not_readmitted_from_the_desk() -> None:
    scene = begun(ROUND)
    scene.do(HOST, c.Ban(ANA))
    assert (scene.seat(ANA).place, scene.seat(ANA).banned) == (Place.REMOVED, True)
    assert ANA not in scene.piece.order
    scene.ignores(HOST, c.Ban(ANA))
    scene.refuses(HOST, c.Readmit(ANA), NotNow, "banned")
    scene.refuses(ANA, c.TakeSeat(ANA, "Anna"), NotAllowed, "removed")


def test_whoever_was_removed_or_went_home_may_still_be_removed_for_good() -> None:
    scene = begun()
    scene.do(HOST, c.Remove(ANA))
    scene.do(BO, c.LeaveSeat())
    for who in (ANA, BO):
        assert scene.do(HOST, c.Ban(who)).events
        assert scene.seat(who).banned


def test_no_host_and_no_chair_without_a_screen_is_removed_for_good() -> None:
    scene = at_door(make_meeting(hosts=(HOST, CO)))
    scene.do(HOST, c.AddSeat("x", "Xenia"))
    for host in (HOST, CO):
        scene.refuses(HOST, c.Ban(host), NotAllowed, "not_a_host")
    scene.refuses(HOST, c.Ban("x"), NotNow, "no_page_of_their_own")


# -- being let in -------------------------------------------------------------------------------------
def test_who_cannot_be_let_in() -> None:
    scene = begun()
    scene.refuses(HOST, c.Admit("nobody"), NotFound, "not_found")
    scene.do(HOST, c.Remove(ANA))
    scene.refuses(HOST, c.Admit(ANA), NotNow, "not_waiting")
    scene.ignores(HOST, c.Admit(BO))


def test_let_in_one_by_one_in_the_order_of_letting_in() -> None:
    scene = at_door(empty())
    for who in (ANA, BO, CY):
        scene.do(who, c.TakeSeat(who, who.title()))
    scene.do(HOST, c.Admit(CY), c.Admit(ANA))
    assert scene.seated() == [HOST, CY, ANA]
    assert scene.seat(CY).sat
    assert not scene.seat(BO).sat


def test_let_in_everybody_in_the_order_they_came() -> None:
    scene = at_door(empty())
    scene.ignores(HOST, c.AdmitAll())
    for who in (BO, ANA):
        scene.do(who, c.TakeSeat(who, who.title()))
    scene.do(HOST, c.AdmitAll())
    assert scene.seated() == [HOST, BO, ANA]
    scene.ignores(HOST, c.AdmitAll())


# -- the lock -----------------------------------------------------------------------------------------
def test_locking_and_unlocking_twice_is_once() -> None:
    scene = begun()
    scene.do(HOST, c.LockDoor())
    scene.ignores(HOST, c.LockDoor())
    scene.do(HOST, c.UnlockDoor())
    scene.ignores(HOST, c.UnlockDoor())
    assert not scene.meeting.locked


# -- leaving and being removed ------------------------------------------------------------------------
def test_the_last_host_stays_until_the_end() -> None:
    scene = begun()
    scene.refuses(HOST, c.LeaveSeat(), NotNow, "last_host")


def test_a_host_may_leave_when_another_is_there_or_before_the_door_opens() -> None:
    two = at_door(make_meeting(hosts=(HOST, CO)))
    two.do(CO, c.LeaveSeat())
    assert two.seat(CO).place is Place.LEFT
    planned = in_phase(Phase.PLANNED)
    planned.do(HOST, c.LeaveSeat())
    assert planned.seat(HOST).place is Place.LEFT


def test_whoever_waits_can_go_home() -> None:
    scene = at_door(empty())
    scene.do(DI, c.TakeSeat(DI, "Di"), c.LeaveSeat())
    assert scene.seat(DI).place is Place.LEFT
    assert not scene.seat(DI).sat


def test_who_left_comes_back_through_the_door() -> None:
    scene = begun()
    scene.do(ANA, c.LeaveSeat(), c.TakeSeat(ANA, "Ana"))
    assert scene.seat(ANA).place is Place.WAITING
    assert scene.seat(ANA).sat, "they were at the table tonight"
    scene.do(HOST, c.Admit(ANA))
    assert scene.seated() == [HOST, BO, CY, ANA]


def test_hosts_and_oneself_are_not_removed() -> None:
    scene = at_door(make_meeting(hosts=(HOST, CO)))
    scene.refuses(HOST, c.Remove(CO), NotAllowed, "not_a_host")
    scene.refuses(HOST, c.Remove(HOST), NotAllowed, "not_a_host")
    scene.refuses(HOST, c.Remove("nobody"), NotFound, "not_found")


def test_removing_twice_is_once_and_the_reason_is_nowhere_in_the_state() -> None:
    scene = begun()
    outcome = scene.do(HOST, c.Remove(ANA, "PRIVATE-REASON"))
    assert scene.seat(ANA).place is Place.REMOVED
    assert "PRIVATE-REASON" not in repr(outcome)
    scene.ignores(HOST, c.Remove(ANA))


def test_the_holder_is_removed_and_the_piece_goes_on() -> None:
    scene = begun(ROUND)
    scene.do(HOST, c.HandOn(HOST))
    assert scene.piece.holder == ANA
    scene.do(HOST, c.Remove(ANA))
    assert scene.piece.holder == BO
    assert ANA not in scene.piece.order


def test_readmitting_opens_the_door_again_and_no_more() -> None:
    scene = begun()
    scene.refuses(HOST, c.Readmit("nobody"), NotFound, "not_found")
    scene.ignores(HOST, c.Readmit(ANA))
    scene.do(HOST, c.Remove(ANA), c.Readmit(ANA))
    assert scene.seat(ANA).place is Place.LEFT
    scene.do(ANA, c.TakeSeat(ANA, "Ana"))
    assert scene.seat(ANA).place is Place.WAITING


# -- a seat without a screen --------------------------------------------------------------------------
def test_a_seat_without_a_screen_needs_an_open_door_and_a_free_name() -> None:
    in_phase(Phase.PLANNED).refuses(HOST, c.AddSeat("x", "Theo"), NotNow, "door_closed")
    begun().refuses(HOST, c.AddSeat("x", "ana"), Invalid, "name_taken")


def test_a_seat_without_a_screen_takes_part_in_the_round() -> None:
    scene = begun(ROUND)
    scene.do(HOST, c.AddSeat("x", "Theo"))
    scene.ignores(HOST, c.AddSeat("x", "Theo"))
    assert scene.seat("x").screen is False
    assert scene.piece.order == (HOST, ANA, BO, CY, "x")
    for holder in (HOST, ANA, BO, CY):
        scene.do(HOST, c.HandOn(holder))
    assert scene.piece.holder == "x"
    scene.do(HOST, c.HandOn("x"))
    assert scene.piece.round_is_over
    scene.do(HOST, c.Remove("x"))
    assert scene.seat("x").place is Place.REMOVED


# -- between two steps --------------------------------------------------------------------------------
def test_somebody_is_let_in_when_the_step_ends() -> None:
    scene = begun(ROUND, WORD, ROUND, GOODBYE)
    scene.do("di", c.TakeSeat("di", "Di"))
    scene.do(HOST, c.AdmitAtNext("di"))
    scene.ignores(HOST, c.AdmitAtNext("di"))
    assert scene.seat("di").place is Place.WAITING
    scene.do(HOST, c.StartBreak(3), c.EndBreak())
    assert scene.seat("di").place is Place.WAITING, "a break in a step is not its end"
    scene.do(HOST, c.Next())
    assert (scene.seat("di").place, scene.seat("di").at_next) == (Place.SEATED, False)
    scene.do(HOST, c.Next())
    assert "di" in scene.piece.order


def test_only_somebody_who_waits_is_let_in_between_steps() -> None:
    scene = begun(ROUND, GOODBYE)
    scene.refuses(HOST, c.AdmitAtNext(ANA), NotNow, "not_waiting")
    scene.refuses(HOST, c.AdmitAtNext("nobody"), NotFound, "not_found")
    opened = at_door(make_meeting())
    opened.do("di", c.TakeSeat("di", "Di"))
    opened.refuses(HOST, c.AdmitAtNext("di"), NotNow, "not_now")


# -- coming late --------------------------------------------------------------------------------------
def test_who_sits_down_while_something_is_on_came_late_and_knows_it_alone() -> None:
    scene = at_door(make_meeting(WORD, GOODBYE, members=(ANA,)))
    scene.do(DI, c.TakeSeat(DI, "Di"))
    scene.do(HOST, c.Admit(DI), c.Next())
    assert not scene.seat(DI).came_late
    scene.do(BO, c.TakeSeat(BO, "Bo"))
    assert not scene.seat(BO).came_late, "waiting is not sitting"
    room = Room(scene.meeting, CircleFacts("Circle"))
    scene.do(HOST, c.AdmitAtNext(BO), c.Next())
    scene.do(ANA, c.LeaveSeat(), c.TakeSeat(ANA, "Ana"))
    scene.do(HOST, c.Admit(ANA))
    after = Room(scene.meeting, CircleFacts("Circle"))
    assert [who for who in (ANA, BO, DI) if scene.seat(who).came_late] == [ANA, BO], "coming back is coming"
    assert [view(seen, SELF + BO)["me"]["me"]["came_late"] for seen in (room, after)] == [False, True]
    assert not [name for name in (ROOM, HOSTS, SELF + DI) if "'came_late': True" in str(view(after, name))]
