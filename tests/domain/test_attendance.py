"""Before it begins: few have come."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from circle.domain import commands as c
from circle.domain.attendance import LEAST, LEAST_UNNAMED, Few, few
from circle.domain.audience import DOOR, HOSTS, ROOM, view
from circle.domain.meeting import Meeting, Phase
from circle.domain.room import CircleFacts, Room
from tests.domain.scene import CO, HOST, ROUND, WALL, WORD, at_door, in_phase, make_meeting


def opened(*steps: object, members: int, hosts: tuple[str, ...] = (HOST,)) -> Meeting:
    """The door is open and so many members have come."""
    names = tuple(f"m{number}" for number in range(members))
    return at_door(make_meeting(*steps, members=names, hosts=hosts)).meeting  # type: ignore[arg-type]


@pytest.mark.parametrize(("steps", "least"), [((ROUND, WORD), LEAST), ((ROUND, WALL), LEAST_UNNAMED)])
def test_how_many_are_enough_depends_on_lines_without_names(steps: tuple[object, ...], least: int) -> None:
    assert few(opened(*steps, members=least)) is None
    unnamed = least == LEAST_UNNAMED
    assert few(opened(*steps, members=least - 1)) == Few(least - 1, 8, unnamed)
    assert few(opened(*steps, members=0, hosts=(HOST, CO))) == Few(0, 8, unnamed), "hosts are not counted"


def test_whoever_waits_or_has_no_screen_has_come_and_whoever_left_has_not() -> None:
    scene = at_door(make_meeting(ROUND, members=("ana", "bo")))
    scene.do("di", c.TakeSeat("di", "Di"))
    assert few(scene.meeting) is None, "Di waits at the door"
    scene.do(HOST, c.Remove("di"))
    assert few(scene.meeting) == Few(2, 8, False)
    scene.do(HOST, c.AddSeat("x", "Theo"))
    assert few(scene.meeting) is None
    scene.do("ana", c.LeaveSeat())
    assert few(scene.meeting) == Few(2, 8, False)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.OPEN], ids=str)
def test_it_is_said_before_it_begins_and_not_after(phase: Phase) -> None:
    meeting = in_phase(phase).meeting
    assert few(replace(meeting, seats=meeting.seats[:1])) is None


def test_it_is_for_hosts_and_begins_all_the_same() -> None:
    scene = at_door(make_meeting(ROUND, members=("ana",)))
    room = Room(scene.meeting, CircleFacts("Circle"))
    assert view(room, HOSTS)["stage"]["stage"]["few"] == asdict(Few(1, 8, False))
    assert not ["few" for name in (ROOM, DOOR) if "few" in view(room, name)["stage"]["stage"]]
    scene.do(HOST, c.Next())
    assert scene.meeting.phase is Phase.LIVE
