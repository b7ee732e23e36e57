"""The talking piece: who holds it, who comes next, and the three equal choices.

Pure and small on purpose. *Pass* is final for the round, *later* comes back once, *hold silence* is a
turn (ADR 9). In a volunteer step the piece rests on the table until somebody takes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from circle.domain.errors import NotNow


@dataclass(frozen=True, slots=True)
class Piece:
    """Where the piece is. Seat ids throughout.

    order: the ring, told beforehand. waiting: still to come, in turn. later: asked to come back,
    after everybody else. returned: whoever has used their one *later*. done: whose turn is over in this
    round, so that coming back to the table asks nobody again. silent: the holder holds silence. open:
    volunteers take it (no order, no later).

    It is *held* (holder), or it *rests* on the table (no holder): before volunteers, after the round,
    and while a host has taken it back with people still to come.
    """

    order: tuple[str, ...] = ()
    holder: str | None = None
    waiting: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    returned: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    silent: bool = False
    open: bool = False

    @property
    def to_come(self) -> tuple[str, ...]:
        """Everybody who still gets it, in turn, as far as is known now."""
        return self.waiting + self.later

    @property
    def next(self) -> str | None:
        """Who would get it next."""
        return self.to_come[0] if self.to_come else None

    @property
    def round_is_over(self) -> bool:
        """Everybody has been offered the piece (never true in a volunteer step)."""
        return not self.open and self.holder is None and not self.to_come


def start_round(order: Collection[str], away: Collection[str]) -> Piece:
    """A round through `order`; whoever stepped out keeps a turn for later."""
    ring = tuple(order)
    return advance(Piece(order=ring, waiting=ring), away)


def start_volunteer() -> Piece:
    """The piece lies on the table for whoever would like it."""
    return Piece(open=True)


def advance(piece: Piece, away: Collection[str]) -> Piece:
    """The piece leaves its holder and goes to the next person who is at the table.

    Somebody who stepped out is not waited for: their turn is kept and comes back once.
    """
    waiting, later, returned = list(piece.waiting), list(piece.later), set(piece.returned)
    done = set(piece.done)
    if piece.holder is not None and not piece.open and piece.holder not in later:
        done.add(piece.holder)
    while waiting or later:
        first_time = bool(waiting)
        candidate = waiting.pop(0) if waiting else later.pop(0)
        if candidate not in away:
            return replace(
                piece,
                holder=candidate,
                waiting=tuple(waiting),
                later=tuple(later),
                returned=frozenset(returned),
                done=frozenset(done),
                silent=False,
            )
        if piece.open:
            continue
        if first_time and candidate not in returned:
            later.append(candidate)
            returned.add(candidate)
        else:
            done.add(candidate)
    return replace(
        piece,
        holder=None,
        waiting=(),
        later=(),
        returned=frozenset(returned),
        done=frozenset(done),
        silent=False,
    )


def hold_back(piece: Piece, away: Collection[str]) -> Piece:
    """*Later*: the holder's turn comes back once, after everybody else.

    Raises NotNow("later_once") the second time, and NotNow("no_later") in a volunteer step.
    """
    holder = piece.holder
    if piece.open or holder is None:
        raise NotNow("no_later")
    if holder in piece.returned:
        raise NotNow("later_once")
    kept = replace(piece, later=(*piece.later, holder), returned=piece.returned | {holder})
    if not (kept.waiting or [seat for seat in kept.later if seat != holder]):
        return replace(kept, holder=holder, later=(), silent=False)
    return advance(kept, away)


def give_up(piece: Piece, seat: str) -> Piece:
    """Somebody who is still to come passes ahead of their turn: final for the round, like any pass."""
    if seat not in piece.to_come:
        return piece
    return replace(
        piece,
        waiting=_without(piece.waiting, seat),
        later=_without(piece.later, seat),
        done=piece.done if piece.open else piece.done | {seat},
    )


def skip(piece: Piece, away: Collection[str]) -> Piece:
    """A host lets the piece go past its holder. Their turn is kept and comes back once, like *later*;
    if it has come back already, the round goes on without it.
    """
    if piece.open or piece.holder is None or piece.holder in piece.returned:
        return advance(piece, away)
    return hold_back(piece, away)


def rest(piece: Piece) -> Piece:
    """A host takes the piece back to the table. Whoever had it comes first again: no turn is lost."""
    if piece.holder is None:
        return piece
    return replace(piece, holder=None, waiting=(piece.holder, *piece.waiting), silent=False)


def offer(piece: Piece, seat: str, away: Collection[str]) -> Piece:
    """A host gives the piece to somebody who is still to come; whoever had it is done.

    Raises NotNow("not_to_come") for anybody else: nobody is put on the spot, nobody is asked again, and
    somebody who stepped out is left in peace.
    """
    if seat == piece.holder:
        return piece
    if seat in away or seat not in piece.to_come:
        raise NotNow("not_to_come")
    first = (seat, *_without(piece.waiting, seat))
    return advance(replace(piece, waiting=first, later=_without(piece.later, seat)), away)


def reorder(piece: Piece, to_come: Collection[str]) -> Piece:
    """The people still to come, in another order (also the hands that are up, in a volunteer step).

    Raises NotNow("stale") if these are not exactly the people still to come.
    """
    order = tuple(to_come)
    if order == piece.to_come:
        return piece
    if sorted(order) != sorted(piece.to_come):
        raise NotNow("stale")
    ring = iter(order)
    moved = set(order)
    return replace(
        piece,
        waiting=order,
        later=(),
        order=tuple(next(ring) if seat in moved else seat for seat in piece.order),
    )


def _without(seats: Collection[str], seat: str) -> tuple[str, ...]:
    return tuple(other for other in seats if other != seat)


def take(piece: Piece, seat: str) -> Piece:
    """A volunteer takes the piece from the table, or asks for it next."""
    if not piece.open:
        raise NotNow("not_volunteer")
    if seat == piece.holder or seat in piece.waiting:
        return piece
    if piece.holder is None and not piece.waiting:
        return replace(piece, holder=seat, silent=False)
    return replace(piece, waiting=(*piece.waiting, seat))


def leave_table(piece: Piece, seat: str, away: Collection[str]) -> Piece:
    """Take a seat out of the round altogether; if it held the piece, the piece goes on."""
    without = replace(
        piece,
        order=_without(piece.order, seat),
        waiting=_without(piece.waiting, seat),
        later=_without(piece.later, seat),
    )
    return advance(without, away) if piece.holder == seat else without


def join_table(piece: Piece, seat: str) -> Piece:
    """Somebody sat down in the middle of a round: they come at the end of it, unless their turn was."""
    if piece.open or seat in piece.order:
        return piece
    over = piece.round_is_over
    order = (*piece.order, seat)
    if over or seat in piece.done:
        return replace(piece, order=order)
    return replace(piece, order=order, waiting=(*piece.waiting, seat))
