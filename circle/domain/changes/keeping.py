"""Who keeps the room: the guardian, the pause bell, and taking the room (ADR 8).

A guardian is a member a host has asked, and who has said yes. They may ring the bell, and hold the room
while no host can be reached; then they sit there as a stand-in until a host takes the room back.
"""

from __future__ import annotations

from dataclasses import replace

from circle.domain import commands as c
from circle.domain.changes.clock import run_clock
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import LEADING, RUNNING, Meeting, Place, Role, Seat, left_ms
from circle.domain.outcome import Actor, Moment, Outcome, require_phase, step_id


def ask_guardian(m: Meeting, command: c.AskGuardian, _actor: Actor, _moment: Moment) -> Outcome:
    seat = m.seat(command.seat)
    if seat is None or seat.place is not Place.SEATED:
        raise NotFound("not_found")
    if seat.role is not Role.MEMBER or not seat.screen or seat.apart:
        raise NotNow("no_guardian")
    if seat.id == m.guardian:
        return Outcome(m)
    return Outcome(replace(m, guardian=seat.id, guardian_said=False), _KEEPERS)


def answer_guardian(m: Meeting, command: c.AnswerGuardian, actor: Actor, _moment: Moment) -> Outcome:
    if actor.id != m.guardian:
        raise NotNow("not_asked")
    if not command.yes:
        return Outcome(without_guardian(m), _KEEPERS)
    return Outcome(m) if m.guardian_said else Outcome(replace(m, guardian_said=True), _KEEPERS)


def end_guardian(m: Meeting, _command: c.EndGuardian, _actor: Actor, _moment: Moment) -> Outcome:
    return Outcome(without_guardian(m), _KEEPERS) if m.guardian else Outcome(m)


def ring_bell(m: Meeting, _command: c.RingBell, actor: Actor, moment: Moment) -> Outcome:
    _require_keeper(m, actor)
    require_phase(m, *RUNNING)
    if m.bell_at is not None:
        return Outcome(m)
    rung = replace(m, bell_at=moment.now, remaining_ms=left_ms(m, moment.now), ends_at=None)
    return Outcome(rung, (Event(Happened.BELL_RANG, step_id(m)),))


def end_bell(m: Meeting, _command: c.EndBell, actor: Actor, moment: Moment) -> Outcome:
    _require_keeper(m, actor)
    require_phase(m, *RUNNING)
    if m.bell_at is None:
        return Outcome(m)
    quiet = replace(m, bell_at=None, piece_at=moment.now if m.piece_at else None)
    return Outcome(run_clock(quiet, moment.now), (Event(Happened.BELL_ENDED, step_id(m)),))


def take_room(m: Meeting, _command: c.TakeRoom, actor: Actor, moment: Moment) -> Outcome:
    """A host takes the room at any time; the guardian only while every host is silent. Loading the
    page anew changes nothing of it.
    """
    if actor.role is Role.HOST:
        taken = replace(_stand_down(m), lead=actor.id)
        return Outcome(m) if taken == m else Outcome(taken, _ROOM_TAKEN)
    if actor.id != m.guardian or not m.guardian_said:
        raise NotAllowed("not_allowed")
    if actor.role is Role.STAND_IN:
        return Outcome(m)
    if not moment.quiet.issuperset(m.hosts()):
        raise NotNow("host_is_here")
    return Outcome(replace(_with_role(m, actor.id, Role.STAND_IN), lead=actor.id), _ROOM_TAKEN)


def without_guardian(m: Meeting, seat_id: str = "") -> Meeting:
    """Nobody keeps the bell any more; with a seat, only if it was theirs."""
    if not m.guardian or seat_id not in ("", m.guardian):
        return m
    return replace(_stand_down(m), guardian="", guardian_said=False)


def _stand_down(m: Meeting) -> Meeting:
    standing = m.stand_in()
    if standing is None:
        return m
    lead = "" if m.lead == standing.id else m.lead
    return replace(_with_role(m, standing.id, Role.MEMBER), lead=lead)


def _with_role(m: Meeting, seat_id: str, role: Role) -> Meeting:
    def seen(seat: Seat) -> Seat:
        return replace(seat, role=role) if seat.id == seat_id else seat

    return replace(m, seats=tuple(seen(seat) for seat in m.seats))


def _require_keeper(m: Meeting, actor: Actor) -> None:
    if actor.role not in LEADING and not (actor.id == m.guardian and m.guardian_said):
        raise NotAllowed("not_allowed")


_KEEPERS = (Event(Happened.SEATS_CHANGED),)
_ROOM_TAKEN = (Event(Happened.ROOM_TAKEN),)
