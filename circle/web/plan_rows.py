"""A plan as the cue line shows it, and in words: rows, sums, the curve's description."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from circle.domain.pacing import tail
from circle.domain.plan import Plan, Sharing, Step, StepClass
from circle.services.planning import Evening
from circle.web.wording import clock_time, minutes_words

DEPTH_WORDS = ("a break", "quiet", "light", "stirring", "tender", "most tender")
OPENED = "open"  # where what is open stands: on a phone that is below the whole plan
_SHORT = {
    Sharing.PRIVATE: "private",
    Sharing.TILES: "private taps",
    Sharing.UNNAMED_WALL: "without names",
    Sharing.UNNAMED_READ: "read aloud",
    Sharing.PAIR: "two by two",
    Sharing.SPOKEN_VOLUNTEER: "volunteers",
    Sharing.SPOKEN_ROUND: "round",
}
WHO_SEES = {
    Sharing.NONE: "There is nothing to answer.",
    Sharing.PRIVATE: "Nobody. It stays on each person’s page.",
    Sharing.TILES: "Nobody. Taps stay on each person’s page.",
    Sharing.CHAT_WORD: "Everybody here, with the name.",
    Sharing.UNNAMED_WALL: "Everybody here, without a name, after the hosts have read.",
    Sharing.UNNAMED_READ: "A host reads lines whose writers allowed it.",
    Sharing.PAIR: "The two who sit together, and nobody else. It is gone when the step ends.",
    Sharing.SPOKEN_VOLUNTEER: "Everybody here, by voice or on the page, if someone wants.",
    Sharing.SPOKEN_ROUND: "Everybody here, in turn.",
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A step as the cue line shows it. time: on the circle's clock. Without a day time and href are ""."""

    time: str
    title: str
    note: str
    intensity: int
    minutes: int
    href: str = ""
    open: bool = False
    id: str = ""


def plan_rows(evening: Evening, open_step: str = "") -> list[PlanRow]:
    """The steps with the times at which they would begin if all takes as long as planned."""
    return [
        row_of(
            step,
            time=clock_time(moment, evening.circle.form.zone),
            href=url_for("prepare.step", meeting_id=evening.meeting.id, step_id=step.id, _anchor=OPENED),
            is_open=step.id == open_step,
        )
        for step, moment in _begins(evening)
    ]


def row_of(step: Step, *, time: str = "", href: str = "", is_open: bool = False) -> PlanRow:
    """One step."""
    words = short_words(step)
    return PlanRow(time, step.title, words, step.intensity, step.minutes, href, is_open, step.id)


def short_words(step: Step) -> str:
    """How a step is answered, in a word or three; "" where nothing is."""
    if step.sharing is Sharing.CHAT_WORD:
        return "a number" if step.number else "a word"
    words = _SHORT.get(step.sharing, "")
    writes_first = step.solo_minutes and step.sharing in (
        Sharing.SPOKEN_VOLUNTEER,
        Sharing.SPOKEN_ROUND,
        Sharing.PAIR,
    )
    return f"private, then {words}" if writes_first else words


def sums(plan: Plan) -> str:
    """What the minutes add up to: the length, the first break, the way down."""
    start, said = 0, [f"{minutes_words(plan.minutes)}."]
    for step in plan.steps:
        if step.cls is StepClass.BREAK:
            said.append(f"A break after {start} minutes.")
            break
        start += step.minutes
    down = sum(step.minutes for step in plan.steps[tail(plan.steps) :])
    if down:
        last = "minute is" if down == 1 else f"{down} are"
        said.append(f"The last {last} for coming down.")
    return " ".join(said)


def curve_words(evening: Evening) -> str:
    """The line of the evening in words, for whoever does not see it: when it goes up or down, and to what."""
    said, before = [], None
    for step, moment in _begins(evening):
        depth = DEPTH_WORDS[step.intensity]
        if depth != before:
            said.append(f"{depth} from {clock_time(moment, evening.circle.form.zone)}")
        before = depth
    words = ", ".join(said)
    return f"{words[:1].upper()}{words[1:]}."


def _begins(evening: Evening) -> list[tuple[Step, datetime]]:
    moment, found = evening.meeting.starts_at, []
    for step in evening.meeting.plan.steps:
        found.append((step, moment))
        moment += timedelta(minutes=step.minutes)
    return found
