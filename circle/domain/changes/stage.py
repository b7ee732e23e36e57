"""The arc of a session and its breaks: open, next, back, break, closing, end.

Nothing moves on by itself: only people's commands change a step (ADR 5).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from circle.domain import commands as c
from circle.domain import piece as talking
from circle.domain.changes import linger
from circle.domain.changes.apart import let_go
from circle.domain.changes.beside import as_seated_now, pairs_for
from circle.domain.changes.clock import check_minutes, run_clock
from circle.domain.changes.door import seat_everybody, seat_expected
from circle.domain.changes.keeping import without_guardian
from circle.domain.changes.quietly import on_entering, ways_kept
from circle.domain.errors import NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import RUNNING, Left, Meeting, Phase, Place, Role, is_quiet, last_moved, left_ms
from circle.domain.outcome import Actor, Moment, Outcome, require_phase, step_id
from circle.domain.plan import Kind, Part, part_seconds, parts


def open_door(m: Meeting, _command: c.OpenDoor, actor: Actor, _moment: Moment) -> Outcome:
    if m.phase is Phase.OPEN:
        return Outcome(m)
    require_phase(m, Phase.PLANNED)
    opened = replace(m, phase=Phase.OPEN, moves=m.moves + 1, lead=actor.id, planned_min=m.plan.minutes)
    if not m.admit:
        opened = seat_everybody(opened)
    return Outcome(opened, (Event(Happened.DOOR_OPENED),))


def go_on(m: Meeting, _command: c.Next, _actor: Actor, moment: Moment) -> Outcome:
    if m.phase is Phase.BREAK:
        return end_break(m, c.EndBreak(), _actor, moment)
    require_phase(m, Phase.OPEN, Phase.LIVE, Phase.CLOSING)
    sequence = parts(m.step) if m.step else ()
    if m.part + 1 < len(sequence):
        # Where hosts do not read first, the wall goes from writing to showing; a quiet round never does.
        skip = sequence[m.part + 1] is Part.WALL_READ and not (m.read_first or is_quiet(m))
        part, left = m.part + (2 if skip else 1), _leaving(m, moment.now)
        return _enter_part(m, part, moment, Happened.PART_STARTED, left=left)
    if m.index + 1 >= len(m.plan.steps):
        return end(m, c.EndSession(), _actor, moment)
    return enter_step(m, m.index + 1, moment)


def go_back(m: Meeting, _command: c.GoBack, _actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, Phase.LIVE, Phase.CLOSING, Phase.BREAK)
    if m.phase is Phase.BREAK and m.called_break:
        return end_break(m, c.EndBreak(), _actor, moment)
    if m.left is not None:
        return _undo(m, m.left, moment)
    if m.part > 0:
        before = parts(m.plan.steps[m.index])[m.part - 1]
        skip = before is Part.WALL_READ and not (m.read_first or is_quiet(m))
        return _enter_part(m, m.part - (2 if skip else 1), moment, Happened.WENT_BACK, left=None)
    if m.index <= 0:
        raise NotNow("at_the_start")
    last = len(parts(m.plan.steps[m.index - 1])) - 1
    return _enter_part(_at_step(m, m.index - 1, moment), last, moment, Happened.WENT_BACK, left=None)


def _undo(m: Meeting, left: Left, moment: Moment) -> Outcome:
    """Back to what the last move left, with its clock and its piece as they were."""
    index = next(i for i, step in enumerate(m.plan.steps) if step.id == left.step)
    entered = _enter_part(_at_step(m, index, moment), left.part, moment, Happened.WENT_BACK, left=None)
    ends_at = moment.now + timedelta(milliseconds=left.ms)
    piece = _as_seated_now(left.piece, m, moment.away) if left.piece else None
    back = replace(
        entered.meeting,
        piece=piece,
        pairs=as_seated_now(left.pairs, m, moment.away),
        piece_at=moment.now if piece and piece.holder else None,
        step_started_at=moment.now - timedelta(milliseconds=left.gone_ms),
        ends_at=None if left.rested else ends_at,
        remaining_ms=left.ms if left.rested else None,
        clock_rests=left.rested,
        rested_at=left.rested_at,
        break_ends_at=ends_at if entered.meeting.phase is Phase.BREAK else None,
    )
    return Outcome(back, entered.events)


def _as_seated_now(piece: talking.Piece, m: Meeting, away: Collection[str]) -> talking.Piece | None:
    """The piece of a moment ago, among those who sit at the table now."""
    seated = [seat.id for seat in m.placed(Place.SEATED)]
    for gone in {*piece.order, *piece.waiting, piece.holder or ""} - {"", *seated}:
        piece = talking.leave_table(piece, gone, away)
    for seat in seated:
        piece = talking.join_table(piece, seat)
    return let_go(piece, m.apart(), away)


def enter_step(m: Meeting, index: int, moment: Moment) -> Outcome:
    """The first part of step `index`, with a fresh clock."""
    left = _leaving(m, moment.now)
    ready = _at_step(seat_expected(m), index, moment)
    return _enter_part(ready, 0, moment, Happened.STEP_STARTED, left=left)


def _at_step(m: Meeting, index: int, moment: Moment) -> Meeting:
    return replace(
        m,
        index=index,
        ahead_before=None,
        started_at=m.started_at or moment.now,
        called_break=False,
        break_ends_at=None,
        break_rang=False,
    )


def _leaving(m: Meeting, now: datetime) -> Left | None:
    """What a move leaves behind; None before the first step."""
    if m.step is None:
        return None
    gone = (m.stopped_at or now) - (m.ran_from or now)
    return Left(
        step=m.step.id,
        part=m.part,
        piece=m.piece,
        ms=left_ms(m, now) or 0,
        gone_ms=round(gone.total_seconds() * 1000),
        rested=m.clock_rests,
        rested_at=m.rested_at,
        pairs=m.pairs,
    )


def _enter_part(m: Meeting, part: int, moment: Moment, happened: Happened, *, left: Left | None) -> Outcome:
    step = m.plan.steps[m.index]
    seconds = part_seconds(step, part)
    ends_at = moment.now + timedelta(seconds=seconds)
    way = on_entering(m, step, parts(step)[part], moment)
    piece = _piece_for(m, parts(step)[part], moment.away)
    entered = replace(
        m,
        phase=phase_at(m, m.index),
        part=part,
        moves=m.moves + 1,
        piece=piece,
        pairs=pairs_for(m, parts(step)[part], moment.away),
        piece_at=moment.now if piece and piece.holder else None,
        step_started_at=moment.now,
        ends_at=ends_at,
        remaining_ms=None,
        clock_rests=False,
        bell_at=None,
        rested_at=moment.now if m.phase is Phase.BREAK else m.rested_at,
        break_ends_at=ends_at if step.kind is Kind.BREAK else None,
        break_rang=False,
        unnamed=way,
        ways=ways_kept(m, way),
        left=left,
    )
    return Outcome(entered, (Event(happened, step.id),))


def phase_at(m: Meeting, index: int) -> Phase:
    if m.plan.steps[index].kind is Kind.BREAK:
        return Phase.BREAK
    return Phase.CLOSING if index >= m.first_closing() else Phase.LIVE


def _piece_for(m: Meeting, part: Part, away: Collection[str]) -> talking.Piece | None:
    if part is Part.ROUND:
        seated = m.placed(Place.SEATED)
        # The ring, in the order people sat down. A host goes first, to set the size; in the closing a
        # host goes last, so that the evening comes home.
        first = next((i for i, seat in enumerate(seated) if seat.role is Role.HOST), 0)
        if m.index >= m.first_closing():
            first += 1
        return talking.start_round([s.id for s in seated[first:] + seated[:first]], away)
    return talking.start_volunteer() if part is Part.VOLUNTEER else None


def turn_to_closing(m: Meeting, _command: c.TurnToClosing, actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, Phase.LIVE, Phase.BREAK)
    closing = m.first_closing()
    if closing >= len(m.plan.steps):
        raise NotNow("no_closing")
    if m.index >= closing:  # a break in the middle of it
        return end_break(m, c.EndBreak(), actor, moment)
    return enter_step(m, closing, moment)


def end(m: Meeting, _command: c.EndSession, actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, Phase.OPEN, Phase.LIVE, Phase.BREAK, Phase.CLOSING, Phase.HELD)
    ended = replace(
        without_guardian(m),
        phase=Phase.ENDED,
        moves=m.moves + 1,
        piece=None,
        piece_at=None,
        heard=frozenset(),
        pairs=(),
        ends_at=None,
        remaining_ms=None,
        clock_rests=False,
        lead="",
        bell_at=None,
        break_ends_at=None,
        break_rang=False,
        called_break=False,
        held_from=None,
        held_at=None,
        held_break_ms=None,
        unnamed=None,
        ways=(),
        left=None,
        # One that was left behind ended when it stood still: its evening is then, and its words go a
        # day after that.
        ended_at=last_moved(m) if actor.role is Role.TICKER else moment.now,
        end_reason=_why(m, actor),
    )
    if actor.role is not Role.TICKER:
        ended = linger.opened(ended, moment)
    return Outcome(ended, (Event(Happened.ENDED),))


def _why(m: Meeting, actor: Actor) -> str:
    if actor.role is Role.TICKER:
        return "forgotten"
    return "closed" if Phase.CLOSING in (m.phase, m.held_from) else "early"


def cancel(m: Meeting, _command: c.CancelSession, _actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, Phase.PLANNED, Phase.OPEN)
    cancelled = replace(
        m,
        phase=Phase.CANCELLED,
        moves=m.moves + 1,
        ended_at=moment.now,
        end_reason="cancelled",
    )
    return Outcome(cancelled, (Event(Happened.CANCELLED),))


def start_break(m: Meeting, command: c.StartBreak, _actor: Actor, moment: Moment) -> Outcome:
    check_minutes(command.minutes)
    require_phase(m, *RUNNING)
    paused = replace(
        m,
        phase=Phase.BREAK,
        moves=m.moves + 1,
        called_break=True,
        remaining_ms=left_ms(m, moment.now),
        ends_at=None,
        bell_at=None,
        break_ends_at=moment.now + timedelta(minutes=command.minutes),
        break_rang=False,
    )
    return Outcome(paused, (Event(Happened.BREAK_STARTED, step_id(m)),))


def end_break(m: Meeting, _command: c.EndBreak, _actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, Phase.BREAK)
    if not m.called_break:
        if m.index + 1 >= len(m.plan.steps):
            return end(m, c.EndSession(), _actor, moment)
        return enter_step(m, m.index + 1, moment)
    back = run_clock(
        replace(
            m,
            phase=phase_at(m, m.index),
            moves=m.moves + 1,
            called_break=False,
            break_ends_at=None,
            break_rang=False,
            rested_at=moment.now,
            piece_at=moment.now if m.piece_at else None,  # a break is nobody's long turn
        ),
        moment.now,
    )
    return Outcome(back, (Event(Happened.BREAK_ENDED, step_id(m)),))


def break_is_over(m: Meeting, _command: c.BreakIsOver, _actor: Actor, moment: Moment) -> Outcome:
    due = m.phase is Phase.BREAK and m.break_ends_at is not None and m.break_ends_at <= moment.now
    if not due or m.break_rang:
        return Outcome(m)
    return Outcome(replace(m, break_rang=True), (Event(Happened.BREAK_RANG, step_id(m)),))
