"""A session under commands, for tests of the domain: who is there, what time it is, what was refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from circle.domain import commands as c
from circle.domain.errors import CircleError
from circle.domain.meeting import OVER, Meeting, Phase, Place, Role, Seat, left_ms
from circle.domain.outcome import Actor, Moment, Outcome
from circle.domain.pairs import group_of
from circle.domain.piece import Piece
from circle.domain.plan import Kind, Line, Part, Plan, Prompt, Sharing, Step, StepClass
from circle.domain.transition import transition

START = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)
HOST, CO, ANA, BO, CY = "host", "co", "ana", "bo", "cy"
MEMBERS = (ANA, BO, CY)

_CLASS = {Kind.BREAK: StepClass.BREAK, Kind.CLOSING: StepClass.CLOSING}


def step(step_id: str, kind: Kind, sharing: Sharing = Sharing.NONE, minutes: int = 10, solo: int = 0) -> Step:
    """A step whose texts for hosts are recognisable."""
    prompt = Prompt(
        text=f"What of {step_id}?", lines=(Line("Slowly.", 6),), facilitator_note="NOTE-FOR-HOSTS look up"
    )
    return Step(
        id=step_id,
        kind=kind,
        cls=_CLASS.get(kind, StepClass.EXPLORE),
        title=step_id.title(),
        minutes=minutes,
        intensity=0 if kind is Kind.BREAK else 3,
        sharing=sharing,
        prompt=None if kind is Kind.BREAK else prompt,
        solo_minutes=solo,
        script="SCRIPT-FOR-HOSTS say it slowly",
        note="NOTE-FOR-HOSTS breathe",
    )


ARRIVE = step("arrive", Kind.ARRIVE, minutes=5)
ROUND = step("round", Kind.ROUND, Sharing.SPOKEN_ROUND, minutes=12)
SOLO_ROUND = step("solo", Kind.ROUND, Sharing.SPOKEN_ROUND, minutes=12, solo=4)
WALL = step("wall", Kind.WALL, Sharing.UNNAMED_WALL, minutes=12, solo=5)
READ = step("read", Kind.INTEGRATE, Sharing.UNNAMED_READ, minutes=4)
VOLUNTEER = step("volunteer", Kind.VOLUNTEER, Sharing.SPOKEN_VOLUNTEER, minutes=10)
PAIR = step("pair", Kind.PAIR, Sharing.PAIR, minutes=8)
BREAK = step("break", Kind.BREAK, minutes=7)
WORD = step("word", Kind.CHECK_IN, Sharing.CHAT_WORD, minutes=6)
PRIVATE = step("private", Kind.WRITING, Sharing.PRIVATE, minutes=6)
LAST_ROUND = step("last", Kind.CLOSING, Sharing.SPOKEN_ROUND, minutes=6)
GOODBYE = step("goodbye", Kind.CLOSING, minutes=3)
EVENING = (ARRIVE, ROUND, WALL, VOLUNTEER, BREAK, WORD, SOLO_ROUND, LAST_ROUND, GOODBYE)


def make_meeting(
    *steps: Step, members: tuple[str, ...] = MEMBERS, hosts: tuple[str, ...] = (HOST,)
) -> Meeting:
    """A planned session with everybody seated."""
    seats = [Seat(who, who.title(), Role.HOST, Place.SEATED, sat=True) for who in hosts]
    seats += [Seat(who, who.title(), Role.MEMBER, Place.SEATED, sat=True) for who in members]
    return Meeting("m1", "c1", Plan("Evening", "grief", steps or EVENING), START, seats=tuple(seats))


class Scene:
    """A meeting, the time, and who stepped out."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.now = START
        self.away: set[str] = set()

    @property
    def piece(self) -> Piece:
        """The piece; it is out."""
        assert self.meeting.piece is not None
        return self.meeting.piece

    @property
    def left(self) -> int | None:
        """Milliseconds left of the present part."""
        return left_ms(self.meeting, self.now)

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    def do(self, who: str, *commands: c.Command) -> Outcome:
        """Somebody gives commands, one after the other; "" is the ticker. Returns the last outcome."""
        outcome = Outcome(self.meeting)
        for command in commands:
            outcome = transition(
                self.meeting, command, self.actor(who), Moment(self.now, frozenset(self.away))
            )
            self.meeting = outcome.meeting
        return outcome

    def actor(self, who: str) -> Actor:
        """This person with the role of their seat; strangers are members."""
        seat = self.meeting.seat(who)
        if who == "":
            return Actor("", Role.TICKER)
        return Actor(who, seat.role if seat else Role.MEMBER)

    def refuses(self, who: str, command: c.Command, kind: type[CircleError], code: str) -> None:
        """The command is refused like this, and nothing has changed."""
        before = self.meeting
        with pytest.raises(kind) as refusal:
            self.do(who, command)
        assert refusal.value.code == code
        assert self.meeting is before

    def ignores(self, who: str, command: c.Command) -> None:
        """The command changes nothing and nothing is written down."""
        before = self.meeting
        outcome = self.do(who, command)
        assert outcome.events == ()
        assert self.meeting == before

    def seat(self, who: str) -> Seat:
        """Somebody's chair."""
        found = self.meeting.seat(who)
        assert found is not None
        return found

    def seated(self) -> list[str]:
        """Who sits at the table, in order."""
        return [seat.id for seat in self.meeting.placed(Place.SEATED)]


def at_door(meeting: Meeting, **fields: object) -> Scene:
    """The door is open, nothing has begun."""
    scene = Scene(replace(meeting, **fields))  # type: ignore[arg-type]
    scene.do(HOST, c.OpenDoor())
    return scene


def begun(*steps: Step, **fields: object) -> Scene:
    """The first of these steps is on."""
    scene = at_door(make_meeting(*steps), **fields)
    scene.do(HOST, c.Next())
    return scene


def in_phase(phase: Phase) -> Scene:
    """A session in this phase, by the commands that lead there; no step of it has a piece."""
    scene = Scene(make_meeting(ARRIVE, WORD, GOODBYE))
    if phase is Phase.PLANNED:
        return scene
    if phase is Phase.CANCELLED:
        scene.do(HOST, c.CancelSession())
        return scene
    scene.do(HOST, c.OpenDoor())
    if phase is Phase.OPEN:
        return scene
    scene.do(HOST, c.Next(), c.Next())
    ways: dict[Phase, tuple[tuple[str, c.Command], ...]] = {
        Phase.LIVE: (),
        Phase.BREAK: ((HOST, c.StartBreak(5)),),
        Phase.HELD: (("", c.Hold(45_000)),),
        Phase.CLOSING: ((HOST, c.TurnToClosing()),),
        Phase.ENDED: ((HOST, c.EndSession()),),
    }
    scene.wait(60)
    for who, command in ways[phase]:
        scene.do(who, command)
    assert scene.meeting.phase is phase
    return scene


def with_whom(m: Meeting, who: str) -> list[str] | None:
    """The others who are there in this person's pair; None for somebody who is in none."""
    group = group_of(m.pairs, who)
    return [other for other in group.there if other != who] if group and who in group.there else None


def check_pairs(m: Meeting) -> None:
    """Everybody sits in one pair at most, at the table; and never above intensity 3."""
    sitting = [seat for group in m.pairs for seat in group.seats]
    assert len(sitting) == len(set(sitting))
    there = {seat for group in m.pairs for seat in group.there}
    assert there <= {seat.id for seat in m.placed(Place.SEATED) if seat.screen}
    assert sorted(len(group.seats) for group in m.pairs)[:-1] == [2] * (len(m.pairs) - 1)
    if m.pairs:
        assert m.part_now is Part.PAIR
        assert m.phase not in OVER
    assert all(step.sharing is not Sharing.PAIR or step.intensity <= 3 for step in m.plan.steps)
