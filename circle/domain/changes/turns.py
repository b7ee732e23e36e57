"""Turns with the talking piece: hand on, pass, later, silence, take; and what a host may do for a round."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from circle.domain import commands as c
from circle.domain import piece as talking
from circle.domain.errors import NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import LEADING, RUNNING, Meeting, with_piece
from circle.domain.outcome import Actor, Moment, Outcome, step_id

NOBODY: frozenset[str] = frozenset()


def _require_piece(m: Meeting) -> talking.Piece:
    if m.phase not in RUNNING or m.piece is None:
        raise NotNow("no_piece")
    return m.piece


def hand_on(m: Meeting, command: c.HandOn, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if piece.holder is None or piece.holder != command.holder:
        raise NotNow("stale")
    if actor.role not in LEADING and piece.holder != actor.id:
        raise NotNow("not_your_turn")
    heard = NOBODY if piece.silent else frozenset({piece.holder})
    return _moved(m, talking.advance(piece, moment.away), moment, heard)


def pass_piece(m: Meeting, _command: c.PassPiece, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if piece.holder == actor.id:
        return _moved(m, talking.advance(piece, moment.away), moment)
    # Passing ahead of one's turn is as ordinary as passing in it.
    ahead = talking.give_up(piece, actor.id)
    return Outcome(m) if ahead == piece else _moved(m, ahead, moment)


def later(m: Meeting, _command: c.Later, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_holder(m, actor)
    return _moved(m, talking.hold_back(piece, moment.away), moment)


def hold_silence(m: Meeting, _command: c.HoldSilence, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_holder(m, actor)
    return Outcome(m) if piece.silent else _moved(m, replace(piece, silent=True), moment)


def take_piece(m: Meeting, _command: c.TakePiece, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    taken = talking.take(piece, actor.id)
    return Outcome(m) if taken == piece else _moved(m, taken, moment)


def put_hand_down(m: Meeting, _command: c.PutHandDown, actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if not piece.open:
        raise NotNow("not_volunteer")
    down = talking.give_up(piece, actor.id)
    return Outcome(m) if down == piece else _moved(m, down, moment)


def skip_turn(m: Meeting, command: c.SkipTurn, _actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if piece.holder is None or piece.holder != command.holder:
        raise NotNow("stale")
    return _moved(m, talking.skip(piece, moment.away), moment)


def take_piece_back(m: Meeting, command: c.TakePieceBack, _actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if piece.holder is None or piece.holder != command.holder:
        raise NotNow("stale")
    return _moved(m, talking.rest(piece), moment)


def offer_piece(m: Meeting, command: c.OfferPiece, _actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    offered = talking.offer(piece, command.seat, moment.away)
    return Outcome(m) if offered == piece else _moved(m, offered, moment)


def reorder_round(m: Meeting, command: c.ReorderRound, _actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    ordered = talking.reorder(piece, command.order)
    return Outcome(m) if ordered == piece else _moved(m, ordered, moment)


def shuffle_round(m: Meeting, command: c.ShuffleRound, _actor: Actor, moment: Moment) -> Outcome:
    piece = _require_piece(m)
    if piece.open:
        raise NotNow("no_order")
    mixed = sorted(piece.waiting, key=lambda seat: sha256(f"{command.salt}{seat}".encode()).digest())
    ordered = talking.reorder(piece, [*mixed, *piece.later])
    return Outcome(m) if ordered == piece else _moved(m, ordered, moment)


def _require_holder(m: Meeting, actor: Actor) -> talking.Piece:
    piece = _require_piece(m)
    if piece.holder != actor.id:
        raise NotNow("not_your_turn")
    return piece


def _moved(m: Meeting, piece: talking.Piece, moment: Moment, heard: frozenset[str] = NOBODY) -> Outcome:
    moved = replace(with_piece(m, piece, moment.now), heard=m.heard | heard)
    return Outcome(moved, (Event(Happened.PIECE_MOVED, step_id(m)),))
