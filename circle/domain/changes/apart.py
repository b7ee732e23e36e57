"""A host asks somebody to rest for a while, on a page of their own, and brings them back.

They keep chair, turn and place; what is said meanwhile does not reach them (`audience`). The others see what
they see of somebody who stepped out: nothing, and a piece that goes on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from circle.domain import commands as c
from circle.domain import pairs
from circle.domain import piece as talking
from circle.domain.changes.keeping import without_guardian
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import Meeting, Place, Role, Seat, with_piece
from circle.domain.outcome import Actor, Moment, Outcome


def set_apart(m: Meeting, command: c.SetApart, _actor: Actor, moment: Moment) -> Outcome:
    """Whoever keeps the bell lays it down with that: a page apart holds no room."""
    seat = m.seat(command.seat)
    if seat is None or seat.place is not Place.SEATED:
        raise NotFound("not_found")
    if seat.role is not Role.MEMBER:
        raise NotAllowed("not_a_host")
    if not seat.screen:
        raise NotNow("no_page_of_their_own")
    if seat.apart:
        return Outcome(m)
    resting = _with_seat(without_guardian(m, seat.id), replace(seat, apart=True))
    piece = let_go(m.piece, resting.apart(), moment.away | {seat.id})
    beside = replace(resting, pairs=pairs.gone_back(m.pairs, {seat.id}))
    return Outcome(with_piece(beside, piece, moment.now), _CHANGED)


def bring_back(m: Meeting, command: c.BringBack, _actor: Actor, _moment: Moment) -> Outcome:
    seat = m.seat(command.seat)
    if seat is None:
        raise NotFound("not_found")
    return Outcome(_with_seat(m, replace(seat, apart=False)), _CHANGED) if seat.apart else Outcome(m)


def let_go(
    piece: talking.Piece | None, apart: Collection[str], away: Collection[str]
) -> talking.Piece | None:
    """The piece, not in the hands of somebody who rests: it goes on and comes back once, and if there is
    nobody to go on to, it rests on the table until they are back.
    """
    if piece is None or piece.holder not in apart:
        return piece
    skipped = talking.skip(piece, away)
    return talking.rest(skipped) if skipped.holder in apart else skipped


def _with_seat(m: Meeting, seat: Seat) -> Meeting:
    return replace(m, seats=tuple(seat if s.id == seat.id else s for s in m.seats))


_CHANGED = (Event(Happened.SEATS_CHANGED),)
