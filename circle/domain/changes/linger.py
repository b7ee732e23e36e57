"""After the closing: a quiet room for whoever would like to stay a while. Nothing is asked in it.

It opens with the end, for the minutes the plan has for it, and closes by itself, with a word before. Nobody
has to be there; hosts may go home like everybody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from circle.domain import commands as c
from circle.domain.errors import NotFound, NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import Meeting, Place, Seat
from circle.domain.outcome import Actor, Moment, Outcome

LAST_WORD = timedelta(minutes=2)  # so long before it closes the page says so


def opened(m: Meeting, moment: Moment) -> Meeting:
    """The meeting that ends now, with its room for afterwards if the plan has one and something began."""
    if not m.plan.linger_min or m.started_at is None:
        return m
    return replace(m, linger_until=moment.now + timedelta(minutes=m.plan.linger_min))


def stay(m: Meeting, _command: c.Stay, actor: Actor, moment: Moment) -> Outcome:
    if m.linger_until is None or m.linger_until <= moment.now:
        raise NotNow("not_now")
    return _stays(m, actor.id, True)


def go_home(m: Meeting, _command: c.GoHome, actor: Actor, _moment: Moment) -> Outcome:
    _require_open(m)
    return _stays(m, actor.id, False)


def see_off(m: Meeting, command: c.SeeOff, _actor: Actor, _moment: Moment) -> Outcome:
    _require_open(m)
    if m.seat(command.seat) is None:
        raise NotFound("not_found")
    return _stays(m, command.seat, False)


def ring(m: Meeting, _command: c.RingLinger, _actor: Actor, moment: Moment) -> Outcome:
    _require_open(m)
    if m.linger_rang or m.linger_until is None or m.linger_until - moment.now > LAST_WORD:
        return Outcome(m)
    return Outcome(replace(m, linger_rang=True), (Event(Happened.LINGER_RANG),))


def close(m: Meeting, _command: c.CloseLinger, _actor: Actor, _moment: Moment) -> Outcome:
    """Whoever was still there is on the last page again, and it is not kept who it was."""
    _require_open(m)
    seats = tuple(replace(seat, stays=False) for seat in m.seats)
    closed = replace(m, linger_until=None, linger_rang=False, seats=seats)
    return Outcome(closed, (Event(Happened.LINGER_CLOSED),))


def _stays(m: Meeting, seat_id: str, stays: bool) -> Outcome:
    def seen(seat: Seat) -> Seat:
        return replace(seat, stays=stays and seat.place is Place.SEATED) if seat.id == seat_id else seat

    seats = tuple(seen(seat) for seat in m.seats)
    return Outcome(m) if seats == m.seats else Outcome(replace(m, seats=seats), _SEATS)


def _require_open(m: Meeting) -> None:
    if m.linger_until is None:
        raise NotNow("not_now")


_SEATS = (Event(Happened.SEATS_CHANGED),)
