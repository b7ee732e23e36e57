"""The door and the chairs: who waits, sits, leaves, is removed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from circle.domain import commands as c
from circle.domain import pairs
from circle.domain import piece as talking
from circle.domain.changes.keeping import without_guardian
from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import (
    LEADING,
    RUNNING,
    Meeting,
    Phase,
    Place,
    Role,
    Seat,
    planned_start,
    with_piece,
)
from circle.domain.names import likeness
from circle.domain.outcome import Actor, Moment, Outcome, require_phase

SEATS_MAX = 24  # hosts and members; above twenty the pacing rules ask for small groups
LATE_MAX_MIN = 30  # what is later than that is another evening, and has its own page


def take_seat(m: Meeting, command: c.TakeSeat, actor: Actor, moment: Moment) -> Outcome:
    if command.seat != actor.id:
        raise NotAllowed("not_allowed")
    name = _clean_name(m, command.name, command.seat, may_share=actor.role is Role.HOST)
    known = m.seat(command.seat)
    if known is not None and known.place is Place.REMOVED:
        raise NotAllowed("removed")
    if known is not None and known.place is not Place.LEFT:
        return _rename(m, known, name)
    host = actor.role is Role.HOST
    if not host:
        _require_room(m, known)
    # Before the door opens people may come and wait; nobody sees them but the hosts.
    open_table = not m.admit and m.phase is not Phase.PLANNED
    place = Place.SEATED if host or open_table else Place.WAITING
    sat, apart = (known.sat, known.apart) if known is not None else (False, False)
    seat = Seat(command.seat, name, actor.role, place, sat=sat, apart=apart)
    return Outcome(_seated(m, _last(m, seat), [seat.id]), (Event(Happened.SEATS_CHANGED),))


def _require_room(m: Meeting, known: Seat | None) -> None:
    if m.locked:
        raise NotNow("door_locked")
    if known is None:  # whoever had a chair tonight finds one again
        _require_free_chair(m)


def _require_free_chair(m: Meeting) -> None:
    if sum(seat.place in _PRESENT for seat in m.seats) >= SEATS_MAX:
        raise NotNow("full")


def _rename(m: Meeting, known: Seat, name: str) -> Outcome:
    if known.name == name:
        return Outcome(m)
    return Outcome(_with_seat(m, replace(known, name=name)), (Event(Happened.SEATS_CHANGED),))


def leave_seat(m: Meeting, _command: c.LeaveSeat, actor: Actor, moment: Moment) -> Outcome:
    if actor.role is Role.HOST and len(m.hosts()) == 1 and m.phase is not Phase.PLANNED:
        raise NotNow("last_host")
    return _unseat(m, actor.id, Place.LEFT, moment)


def admit(m: Meeting, command: c.Admit, _actor: Actor, _moment: Moment) -> Outcome:
    seat = _existing(m, command.seat)
    if seat.place is Place.SEATED:
        return Outcome(m)
    if seat.place is not Place.WAITING:
        raise NotNow("not_waiting")
    return _sit_down(m, [seat])


def admit_at_next(m: Meeting, command: c.AdmitAtNext, _actor: Actor, _moment: Moment) -> Outcome:
    seat = _existing(m, command.seat)
    if seat.place is not Place.WAITING:
        raise NotNow("not_waiting")
    if m.phase not in RUNNING:
        raise NotNow("not_now")
    if seat.at_next:
        return Outcome(m)
    return Outcome(_with_seat(m, replace(seat, at_next=True)), (Event(Happened.SEATS_CHANGED),))


def seat_expected(m: Meeting) -> Meeting:
    """A step ends: whoever was to come in between two steps takes a chair."""
    expected = [seat for seat in m.placed(Place.WAITING) if seat.at_next]
    return _sit_down(m, expected).meeting if expected else m


def admit_all(m: Meeting, _command: c.AdmitAll, _actor: Actor, _moment: Moment) -> Outcome:
    seated = seat_everybody(m)
    return Outcome(m) if seated is m else Outcome(seated, (Event(Happened.SEATS_CHANGED),))


def seat_everybody(m: Meeting) -> Meeting:
    """Everybody who waits takes a chair, in the order they came."""
    waiting = m.placed(Place.WAITING)
    return _sit_down(m, list(waiting)).meeting if waiting else m


def _sit_down(m: Meeting, waiting: list[Seat]) -> Outcome:
    ids = [seat.id for seat in waiting]
    # People take their chairs in the order in which they are let in.
    sat = tuple(replace(seat, place=Place.SEATED, at_next=False, apart=False) for seat in waiting)
    seats = (*(s for s in m.seats if s.id not in ids), *sat)
    return Outcome(_seated(m, seats, ids), (Event(Happened.SEATS_CHANGED),))


def _seated(m: Meeting, seats: tuple[Seat, ...], new: Collection[str]) -> Meeting:
    late = m.phase not in (Phase.PLANNED, Phase.OPEN)
    seats = tuple(replace(s, came_late=late) if s.id in new and s.place is Place.SEATED else s for s in seats)
    seats = tuple(replace(s, sat=s.sat or s.place is Place.SEATED) for s in seats)
    piece = m.piece
    for seat in seats:
        if piece is not None and seat.id in new and seat.place is Place.SEATED:
            piece = talking.join_table(piece, seat.id)
    return replace(m, seats=seats, piece=piece)


def lock(m: Meeting, _command: c.LockDoor, _actor: Actor, _moment: Moment) -> Outcome:
    return Outcome(m) if m.locked else Outcome(replace(m, locked=True), (Event(Happened.DOOR_LOCKED),))


def unlock(m: Meeting, _command: c.UnlockDoor, _actor: Actor, _moment: Moment) -> Outcome:
    return Outcome(replace(m, locked=False), (Event(Happened.DOOR_UNLOCKED),)) if m.locked else Outcome(m)


def remove(m: Meeting, command: c.Remove, actor: Actor, moment: Moment) -> Outcome:
    seat = _existing(m, command.seat)
    if seat.role in LEADING or seat.id == actor.id:
        raise NotAllowed("not_a_host")
    if seat.place is Place.REMOVED:
        return Outcome(m)
    return _unseat(m, seat.id, Place.REMOVED, moment)


def ban(m: Meeting, command: c.Ban, actor: Actor, moment: Moment) -> Outcome:
    seat = _existing(m, command.seat)
    if seat.role in LEADING or seat.id == actor.id:
        raise NotAllowed("not_a_host")
    if not seat.screen:
        raise NotNow("no_page_of_their_own")  # a chair for tonight; there is no membership to end
    if seat.banned:
        return Outcome(m)
    gone = m if seat.place is Place.REMOVED else _unseat(m, seat.id, Place.REMOVED, moment).meeting
    return Outcome(
        _with_seat(gone, replace(_existing(gone, seat.id), banned=True)), (Event(Happened.SEATS_CHANGED),)
    )


def readmit(m: Meeting, command: c.Readmit, _actor: Actor, _moment: Moment) -> Outcome:
    seat = _existing(m, command.seat)
    if seat.place is not Place.REMOVED:
        return Outcome(m)
    if seat.banned:
        raise NotNow("banned")
    return Outcome(_with_seat(m, replace(seat, place=Place.LEFT)), (Event(Happened.SEATS_CHANGED),))


def add_seat(m: Meeting, command: c.AddSeat, _actor: Actor, _moment: Moment) -> Outcome:
    if m.phase is Phase.PLANNED:
        raise NotNow("door_closed")
    if m.seat(command.seat) is not None:
        return Outcome(m)
    _require_free_chair(m)
    name = _clean_name(m, command.name, command.seat)
    seat = Seat(command.seat, name, Role.MEMBER, Place.SEATED, screen=False)
    return Outcome(_seated(m, (*m.seats, seat), [seat.id]), (Event(Happened.SEATS_CHANGED),))


def run_late(m: Meeting, command: c.RunLate, _actor: Actor, _moment: Moment) -> Outcome:
    """The start moves; it is always counted from the time that was planned, never added up."""
    require_phase(m, Phase.PLANNED, Phase.OPEN)
    if not 0 <= command.minutes <= LATE_MAX_MIN:
        raise Invalid("late_minutes", {"minutes": "late_minutes"})
    if command.minutes == m.late_min:
        return Outcome(m)
    starts_at = planned_start(m) + timedelta(minutes=command.minutes)
    return Outcome(replace(m, starts_at=starts_at, late_min=command.minutes), (Event(Happened.START_MOVED),))


def _unseat(m: Meeting, seat_id: str, place: Place, moment: Moment) -> Outcome:
    m = without_guardian(m, seat_id)
    seat = _existing(m, seat_id)
    piece = talking.leave_table(m.piece, seat_id, moment.away) if m.piece else None
    gone = replace(seat, place=place, apart=seat.apart and place is Place.LEFT)
    left = replace(with_piece(m, piece, moment.now), seats=_last(m, gone))
    beside = pairs.gone_back(m.pairs, {seat_id})
    return Outcome(replace(left, pairs=beside), (Event(Happened.SEATS_CHANGED),))


def _existing(m: Meeting, seat_id: str) -> Seat:
    seat = m.seat(seat_id)
    if seat is None:
        raise NotFound("not_found")
    return seat


def _last(m: Meeting, seat: Seat) -> tuple[Seat, ...]:
    """All seats; the one whose place changes comes last, so that every page lists people alike."""
    return (*(s for s in m.seats if s.id != seat.id), seat)


def _with_seat(m: Meeting, seat: Seat) -> Meeting:
    return replace(m, seats=tuple(seat if s.id == seat.id else s for s in m.seats))


def _clean_name(m: Meeting, name: str, seat_id: str, *, may_share: bool = False) -> str:
    """A name of 1 to 24 characters that nobody else at the table or at the door has. may_share: a host, whom
    no guest's name keeps from their own evening.
    """
    clean = " ".join(name.split())
    if not likeness(clean):
        raise Invalid("name_empty", {"name": "name_empty"})
    if len(clean) > 24:
        raise Invalid("name_long", {"name": "name_long"})
    taken = {likeness(s.name) for s in m.seats if s.id != seat_id and s.place in _PRESENT}
    if likeness(clean) in taken and not may_share:
        raise Invalid("name_taken", {"name": "name_taken"})
    return clean


_PRESENT = frozenset({Place.WAITING, Place.SEATED})
