"""Clocks: more time, rest, go on; and the held room."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from circle.domain import commands as c
from circle.domain.errors import Invalid, NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import RUNNING, Meeting, Phase, left_ms
from circle.domain.outcome import Actor, Moment, Outcome, require_phase, step_id


def extend(m: Meeting, command: c.ExtendStep, _actor: Actor, moment: Moment) -> Outcome:
    check_minutes(command.minutes)
    more = timedelta(minutes=command.minutes)
    event = (Event(Happened.CLOCK_CHANGED, step_id(m)),)
    if m.phase is Phase.BREAK and m.break_ends_at:
        until = max(moment.now, m.break_ends_at) + more
        ends_at = m.ends_at if m.called_break else until
        return Outcome(replace(m, break_ends_at=until, ends_at=ends_at, break_rang=False), event)
    require_phase(m, *RUNNING)
    if m.remaining_ms is not None:
        return Outcome(replace(m, remaining_ms=m.remaining_ms + command.minutes * 60_000), event)
    if m.ends_at is None:
        raise NotNow("not_now")
    return Outcome(replace(m, ends_at=max(moment.now, m.ends_at) + more), event)


def shorten(m: Meeting, command: c.ShortenStep, _actor: Actor, moment: Moment) -> Outcome:
    check_minutes(command.minutes)
    less = timedelta(minutes=command.minutes)
    event = (Event(Happened.CLOCK_CHANGED, step_id(m)),)
    if m.phase is Phase.BREAK and m.break_ends_at:
        until = max(moment.now, m.break_ends_at - less)
        return Outcome(replace(m, break_ends_at=until, ends_at=m.ends_at if m.called_break else until), event)
    require_phase(m, *RUNNING)
    if m.remaining_ms is not None:
        return Outcome(replace(m, remaining_ms=max(0, m.remaining_ms - command.minutes * 60_000)), event)
    if m.ends_at is None:
        raise NotNow("not_now")
    return Outcome(replace(m, ends_at=max(moment.now, m.ends_at - less)), event)


def pause_clock(m: Meeting, _command: c.PauseClock, _actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, *RUNNING)
    if m.clock_rests:
        return Outcome(m)
    rested = replace(m, remaining_ms=left_ms(m, moment.now), ends_at=None, clock_rests=True)
    return Outcome(rested, (Event(Happened.CLOCK_CHANGED, step_id(m)),))


def resume_clock(m: Meeting, _command: c.ResumeClock, _actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, *RUNNING)
    if not m.clock_rests:
        return Outcome(m)
    going = run_clock(replace(m, clock_rests=False), moment.now)
    return Outcome(going, (Event(Happened.CLOCK_CHANGED, step_id(m)),))


def hide_clock(m: Meeting, command: c.HideClock, _actor: Actor, _moment: Moment) -> Outcome:
    if m.clock_hidden == command.hidden:
        return Outcome(m)
    return Outcome(replace(m, clock_hidden=command.hidden), (Event(Happened.CLOCK_CHANGED, step_id(m)),))


def run_clock(m: Meeting, now: datetime) -> Meeting:
    """The clock goes on with what was left, unless a host has put it to rest or the bell has rung."""
    if m.remaining_ms is None or m.clock_rests or m.bell_at is not None:
        return m
    return replace(m, ends_at=now + timedelta(milliseconds=m.remaining_ms), remaining_ms=None)


def with_rests(before: Meeting, after: Meeting, now: datetime) -> Meeting:
    """`ran_from` and `stopped_at` follow from the part's clock, whichever command stopped or started it."""
    if after.step_started_at != before.step_started_at:
        after = replace(after, ran_from=after.step_started_at, stopped_at=None)
    stops = after.remaining_ms is not None
    if stops and after.stopped_at is None:
        return replace(after, stopped_at=after.held_at or now)
    if not stops and after.stopped_at is not None and after.ran_from is not None:
        return replace(after, ran_from=after.ran_from + (now - after.stopped_at), stopped_at=None)
    return after


def hold(m: Meeting, command: c.Hold, _actor: Actor, moment: Moment) -> Outcome:
    if m.phase not in RUNNING | {Phase.BREAK}:
        return Outcome(m)
    lost_at = moment.now - timedelta(milliseconds=command.since_ms)
    held = replace(
        m,
        phase=Phase.HELD,
        held_from=m.phase,
        held_at=lost_at,
        remaining_ms=None if m.step is None else left_ms(m, lost_at),
        ends_at=None,
        held_break_ms=_ms_until(m.break_ends_at, lost_at),
        break_ends_at=None,
    )
    return Outcome(held, (Event(Happened.HELD, step_id(m)),))


def release(m: Meeting, _command: c.Release, _actor: Actor, moment: Moment) -> Outcome:
    if m.phase is not Phase.HELD or m.held_from is None:
        return Outcome(m)
    released = replace(
        m,
        phase=m.held_from,
        held_from=None,
        held_at=None,
        held_break_ms=None,
        piece_at=moment.now if m.piece_at else None,
    )
    if m.held_break_ms is not None:
        released = replace(released, break_ends_at=moment.now + timedelta(milliseconds=m.held_break_ms))
    rests = m.held_from is Phase.BREAK and m.called_break
    released = released if rests else run_clock(released, moment.now)
    return Outcome(released, (Event(Happened.RELEASED, step_id(m)),))


def _ms_until(instant: datetime | None, now: datetime) -> int | None:
    return None if instant is None else max(0, round((instant - now).total_seconds() * 1000))


def check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= 30:
        raise Invalid("minutes", {"minutes": "minutes"})
