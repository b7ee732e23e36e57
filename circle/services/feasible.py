"""People x minutes x rounds: what becomes of a plan when four come, or seven, or twelve."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from circle.content.loader import Library
from circle.content.pacing import Remark, findings
from circle.domain.plan import Sharing, Step
from circle.domain.quiet import can_hold
from circle.domain.rules.look import Look, sharing_minutes
from circle.services.readiness import mark

COMINGS = (4, 7, 12)
GUESSED_BELOW = 3  # members; lines without names say too much then (P50)
TURN_S = 75  # of somebody who speaks because they would like to (P40v: a minute and a quarter)


@dataclass(frozen=True, slots=True)
class Coming:
    """So many people. times: (step's title, what each has); new: what rules say only then."""

    people: int
    times: tuple[tuple[str, str], ...]
    new: tuple[str, ...]


def when_they_come(look: Look, found: Collection[Remark], library: Library) -> list[Coming]:
    """The plan with 4, 7 and 12 people, and with as many as it was made for. Hosts who take part count."""
    said = {mark(remark) for remark in found}
    return [_coming(replace(look, people=people), said, library) for people in _numbers(look)]


def _numbers(look: Look) -> list[int]:
    return sorted({*COMINGS, look.plan.participants})


def _coming(look: Look, said: set[tuple[str, str]], library: Library) -> Coming:
    times = [(step.title, words) for step in look.steps if (words := _words(step, look))]
    new = {remark.say: None for remark in findings(library, look) if mark(remark) not in said}
    return Coming(look.people, tuple(times), tuple(new))


def _words(step: Step, look: Look) -> str:
    """What each person has in this step; "" where the number of people changes nothing."""
    seconds = 60 * sharing_minutes(step)
    match step.sharing:
        case Sharing.SPOKEN_ROUND:
            return f"{_time(seconds / max(1, look.people))} each"
        case Sharing.SPOKEN_VOLUNTEER:
            voices = min(look.people, int(seconds // TURN_S))
            return f"time for {voices} of {look.people} to speak"
        case Sharing.PAIR:
            return f"{_time(seconds / 2)} each" + (", and one three" if look.people % 2 else "")
        case Sharing.UNNAMED_WALL:
            return _unnamed(look.people - look.hosts)
    return ""


def _unnamed(members: int) -> str:
    if can_hold(members):
        return "a quiet round: nobody can look up who wrote"
    if members >= GUESSED_BELOW:
        return "not stored with names, but people may guess"
    return "so few that everybody would know who wrote"


def _time(seconds: float) -> str:
    """ "50 seconds", "a minute and a half", in steps one can feel."""
    if seconds < 55:
        return f"{max(5, 5 * round(seconds / 5))} seconds"
    minutes, half = divmod(round(seconds / 30), 2)
    if minutes == 1:
        return "a minute and a half" if half else "a minute"
    return f"{_COUNTED.get(minutes, minutes)}{' and a half' if half else ''} minutes"


_COUNTED = dict(
    enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=2
    )
)
