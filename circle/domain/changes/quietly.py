"""Sharing without names: quiet round or wall, and the window in which every page posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from circle.domain import commands as c
from circle.domain.events import Event, Happened
from circle.domain.meeting import Meeting
from circle.domain.outcome import Actor, Moment, Outcome, step_id
from circle.domain.plan import WALL, Part, Step
from circle.domain.quiet import COLLECT_SECONDS, TOKENS_EACH, Unnamed


def on_entering(m: Meeting, step: Step, part: Part, moment: Moment) -> Unnamed | None:
    """What a part begins with: the way that was chosen for its step, and a window when hosts collect."""
    if part not in WALL:
        return None
    known = next((way for way in (m.unnamed, *m.ways) if way is not None and way.step == step.id), None)
    way = known or Unnamed(step.id, moment.writers)
    if part is not Part.WALL_READ or not way.quiet or way.collects >= TOKENS_EACH:
        return way
    return replace(way, collects=way.collects + 1, until=moment.now + timedelta(seconds=COLLECT_SECONDS))


def ways_kept(m: Meeting, now: Unnamed | None) -> tuple[Unnamed, ...]:
    """How earlier steps took words, so that whoever goes back to one finds it as it was: a quiet round
    never becomes a wall, and does not collect more often than it may.
    """
    left = m.unnamed
    if left is None or (now is not None and now.step == left.step):
        return m.ways
    return (*(way for way in m.ways if way.step != left.step), replace(left, until=None))


def collect_is_over(m: Meeting, _command: c.CollectIsOver, _actor: Actor, moment: Moment) -> Outcome:
    if m.unnamed is None or m.unnamed.until is None or moment.now < m.unnamed.until:
        return Outcome(m)
    closed = replace(m, unnamed=replace(m.unnamed, until=None))
    return Outcome(closed, (Event(Happened.COLLECTED, step_id(m)),))
