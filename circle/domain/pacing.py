"""Making up time: what may be shortened or left out when an evening runs late, and what never is.

Sources of the rules: docs/content.md, and pacing.toml for P06 (a landing after a tender step) and P30 (the
containment at the end). Pure, and without a clock: the same meeting has the
same options.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from circle.domain.meeting import Meeting
from circle.domain.plan import Step, StepClass

TENDER = 4  # intensity from which on a step needs a landing
SHORTEST_MIN = 3  # no step is cut below this
SHORTEN_TO = 0.7  # of its planned minutes
_CONTAINS = frozenset({StepClass.CLOSING, StepClass.GROUNDING, StepClass.INTEGRATE})
_LANDS = _CONTAINS - {StepClass.CLOSING}
_BREATHES = frozenset({StepClass.BREAK, StepClass.REGATHER})


class Saving(StrEnum):
    """The ways of making up time, gentlest first."""

    SHORTEN = "shorten"
    DROP = "drop"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Option:
    """One way. ahead: the steps after the present one, as they would be. saves_min: minutes won.
    dropped: titles of steps that would not take place.
    """

    saving: Saving
    ahead: tuple[Step, ...]
    saves_min: int
    dropped: tuple[str, ...] = ()


def containment_need_min(total_min: int) -> float:
    """Minutes of coming down an evening of this length needs at its end (P30)."""
    return max(8, 0.15 * total_min)


def tail(steps: tuple[Step, ...]) -> int:
    """Index of the first step of the unbroken containment at the end; len(steps) if there is none."""
    at = len(steps)
    while at and steps[at - 1].cls in _CONTAINS and steps[at - 1].intensity <= 2:
        at -= 1
    return at


def options(meeting: Meeting) -> tuple[Option, ...]:
    """Up to three ways to make up time from here, gentlest first; none before the first step, and none
    once nothing but the closing is ahead.
    """
    if meeting.step is None or meeting.index + 1 >= meeting.first_closing():
        return ()
    ways = (_shorten(meeting), _drop(meeting), _close(meeting))
    return tuple(way for way in ways if way.saves_min > 0)


def _shorten(meeting: Meeting) -> Option:
    ahead, free = _ahead(meeting), _free(meeting)
    shorter = tuple(_shortened(step) if at in free else step for at, step in enumerate(ahead))
    return _option(meeting, Saving.SHORTEN, shorter)


def _shortened(step: Step) -> Step:
    if step.cls in _BREATHES:
        return step  # a break cut short is no break
    minutes = min(step.minutes, max(SHORTEST_MIN, ceil(step.minutes * SHORTEN_TO)))
    solo = min(step.solo_minutes, ceil(step.solo_minutes * minutes / step.minutes))
    return replace(step, minutes=minutes, solo_minutes=solo)


def _drop(meeting: Meeting) -> Option:
    """Without the step that goes first (lowest rank), as a whole. The end stays long enough (P30)."""
    ahead = _ahead(meeting)
    ranked = [at for at in range(len(ahead)) if ahead[at].droppable_rank > 0 and _may_go(meeting, at)]
    if not ranked:
        return _option(meeting, Saving.DROP, ahead)
    first = min(ranked, key=lambda at: (ahead[at].droppable_rank, -at))
    return _option(meeting, Saving.DROP, ahead[:first] + ahead[first + 1 :])


def _close(meeting: Meeting) -> Option:
    """Straight to the containment; a tender step that is on still gets its landing."""
    steps, at = meeting.plan.steps, meeting.index
    end = steps[_end(meeting) :]
    if not end:  # a plan without a closing has nowhere to go to
        return _option(meeting, Saving.CLOSE, _ahead(meeting))
    landed = at + 1
    while landed < _end(meeting) and is_landing(steps, landed):  # a tender landing has one of its own
        landed += 1
    return _option(meeting, Saving.CLOSE, steps[at + 1 : landed] + end)


def _may_go(meeting: Meeting, at: int) -> bool:
    """Whether the step at this position ahead may be left out."""
    if at in _free(meeting):
        return True
    steps, gone = meeting.plan.steps, meeting.index + 1 + at
    if gone >= meeting.first_closing() or is_landing(steps, gone):
        return False
    end = steps[tail(steps) : gone] + steps[gone + 1 :]
    need = containment_need_min(meeting.planned_min or meeting.plan.minutes)
    return sum(step.minutes for step in end) >= need


def _free(meeting: Meeting) -> frozenset[int]:
    """Positions ahead that may be touched: not the containment, and no landing of a tender step."""
    steps, start = meeting.plan.steps, meeting.index + 1
    return frozenset(at - start for at in range(start, _end(meeting)) if not is_landing(steps, at))


def _end(meeting: Meeting) -> int:
    """Where what is never touched begins: the closing, and the coming down before it."""
    return min(tail(meeting.plan.steps), meeting.first_closing())


def is_landing(steps: tuple[Step, ...], at: int) -> bool:
    """Whether this step is where a tender one comes down (P06)."""
    lands = at < len(steps) and steps[at].cls in _LANDS
    return lands and at > 0 and steps[at - 1].intensity >= TENDER


def _ahead(meeting: Meeting) -> tuple[Step, ...]:
    return meeting.plan.steps[meeting.index + 1 :]


def _option(meeting: Meeting, saving: Saving, ahead: tuple[Step, ...]) -> Option:
    before = _ahead(meeting)
    kept = {step.id for step in ahead}
    return Option(
        saving=saving,
        ahead=ahead,
        saves_min=sum(step.minutes for step in before) - sum(step.minutes for step in ahead),
        dropped=tuple(step.title for step in before if step.id not in kept),
    )
