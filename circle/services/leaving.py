"""Stepping out lets go of what one holds, as far as anybody at the table can tell by oneself."""

from __future__ import annotations

from circle.domain import commands as c
from circle.domain.meeting import Meeting
from circle.domain.pairs import group_of


def letting_go(meeting: Meeting, seat_id: str) -> c.Command | None:
    """What whoever steps out would do: leave the pair, keep the turn for later, or pass. None: they hold
    nothing, and their place in the row stays as it is.
    """
    if group_of(meeting.pairs, seat_id) is not None:
        return c.LeavePair()
    piece = meeting.piece
    if piece is None or piece.holder != seat_id:
        return None
    once = piece.open or seat_id in piece.returned  # *later* is not there (any more)
    return c.PassPiece() if once else c.Later()
