"""Turns with the talking piece: hand on, pass, later, silence, take."""

from __future__ import annotations

from dataclasses import replace

from circle.domain import commands as c
from circle.domain import piece as talking
from circle.domain.errors import NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import RUNNING, Meeting, Role
from circle.domain.outcome import Actor, Moment, Outcome, step_id


def _require_piece(m: Meeting) -> talking.Piece:
    if m.phase not in RUNNING or m.piece is None:
        raise NotNow("no_piece")
    return m.piece


def hand_on(m: Meeting, command: c.HandOn, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if piece.holder is None or piece.holder != command.holder:
        raise NotNow("stale")
    if actor.role is not Role.HOST and piece.holder != actor.id:
        raise NotNow("not_your_turn")
    return _moved(m, talking.advance(piece, moment.away))


def pass_piece(m: Meeting, _command: c.PassPiece, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if piece.holder == actor.id:
        return _moved(m, talking.advance(piece, moment.away))
    # Passing ahead of one's turn is as ordinary as passing in it.
    ahead = replace(
        piece,
        waiting=tuple(s for s in piece.waiting if s != actor.id),
        later=tuple(s for s in piece.later if s != actor.id),
    )
    return Outcome(m) if ahead == piece else _moved(m, ahead)


def later(m: Meeting, _command: c.Later, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_holder(m, actor)
    return _moved(m, talking.hold_back(piece, moment.away))


def hold_silence(m: Meeting, _command: c.HoldSilence, actor: Actor, _moment: Moment) -> Outcome:
    piece = _require_holder(m, actor)
    return Outcome(m) if piece.silent else _moved(m, replace(piece, silent=True))


def take_piece(m: Meeting, _command: c.TakePiece, actor: Actor, _moment: Moment) -> Outcome:
    piece = _require_piece(m)
    taken = talking.take(piece, actor.id)
    return Outcome(m) if taken == piece else _moved(m, taken)


def _require_holder(m: Meeting, actor: Actor) -> talking.Piece:
    piece = _require_piece(m)
    if piece.holder != actor.id:
        raise NotNow("not_your_turn")
    return piece


def _moved(m: Meeting, piece: talking.Piece) -> Outcome:
    return Outcome(replace(m, piece=piece), (Event(Happened.PIECE_MOVED, step_id(m)),))
