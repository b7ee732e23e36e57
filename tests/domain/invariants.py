"""What holds of every meeting, whatever happened before."""

from __future__ import annotations

from circle.domain.meeting import OVER, Meeting, Phase, Place
from circle.domain.plan import Kind, Part, parts


def check_clocks(m: Meeting) -> None:
    """Exactly one clock while a step is on, at rest where nothing runs, and none otherwise."""
    clocks = [clock for clock in (m.ends_at, m.remaining_ms) if clock is not None]
    on = m.step is not None and m.phase not in OVER
    assert len(clocks) == (1 if on else 0)
    at_rest = m.clock_rests or m.bell_at is not None or m.phase is Phase.HELD or m.called_break
    assert (m.remaining_ms is not None) == (on and at_rest)
    assert (m.break_ends_at is not None) == (m.phase is Phase.BREAK)
    assert m.called_break <= (m.phase in (Phase.BREAK, Phase.HELD))
    assert (m.held_from is not None) == (m.held_at is not None) == (m.phase is Phase.HELD)
    assert m.left is None or any(step.id == m.left.step for step in m.plan.steps)


def check_phase(m: Meeting) -> None:
    """The phase says what the step says."""
    phase = m.held_from or m.phase
    if phase in (Phase.PLANNED, Phase.OPEN):
        assert m.index == -1
    if phase in OVER or m.step is None:
        return
    assert 0 <= m.part < len(parts(m.step))
    closing = m.index >= m.first_closing()
    is_break = m.step.kind is Kind.BREAK
    assert phase is (Phase.BREAK if is_break or m.called_break else Phase.CLOSING if closing else Phase.LIVE)


def check_piece(m: Meeting) -> None:
    """Nobody gets the piece who is not at the table, and nobody twice."""
    piece = m.piece
    assert (piece is not None) == (m.phase not in OVER and m.part_now in (Part.ROUND, Part.VOLUNTEER))
    if piece is None:
        return
    seated = {seat.id for seat in m.placed(Place.SEATED)}
    coming = [*piece.waiting, *piece.later, *([piece.holder] if piece.holder else [])]
    assert {*piece.order, *coming} <= seated
    assert len(coming) == len(set(coming))
    assert piece.open or set(coming) <= set(piece.order) == seated
    assert not piece.open or not (piece.order or piece.later)
    assert piece.holder is not None or not piece.silent
    assert (m.piece_at is not None) == (piece.holder is not None)
    assert not set(coming) & piece.done, "nobody whose turn is over is asked again"
    assert piece.holder not in m.apart(), "whoever rests for a while is not waited for"
