"""Whether an evening is ready: six things every circle needs, and what the pacing rules say.

Nothing here keeps a door shut. It decides what *Mark ready* says, and that is honest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from circle.content.loader import Library
from circle.content.pacing import Remark
from circle.domain.pacing import tail
from circle.domain.plan import Plan, StepClass
from circle.domain.preparation import Preparation, Reason
from circle.domain.rules.look import TENDER, Look

HOLDS = frozenset({"P12", "P30", "P53", "P62"})  # no reason takes these off a tender plan
LESS_IS_WORSE = frozenset({"P02", "P21", "P40", "P42b", "P50"})  # their numbers grow as things get better
_PEOPLE, _AGREED, _NUMBERS, _BREAK, _END = {"P12"}, {"P02"}, {"P60"}, {"P20"}, {"P30", "P31"}
_KEPT = ", kept with a reason"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist. key: its name in tests and addresses; ok: green."""

    key: str
    ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checklist; what is open until it is mended or kept with a reason, and what nobody has looked at
    yet; whether the evening may be marked ready, and whether it is.
    """

    lines: tuple[Line, ...]
    errors: tuple[Remark, ...]
    unseen: tuple[Remark, ...]
    can_be_marked: bool
    is_ready: bool


def readiness(look: Look, remarks: Collection[Remark], noted: Preparation, *, clauses: int) -> Readiness:
    """What stands between this plan and *ready*. clauses: of the circle's agreements."""
    kept = [one for one in remarks if reason_for(one, noted, look.plan) and not holds(one, look.plan)]
    errors = tuple(one for one in remarks if one.severity == "error" and one not in kept)
    unseen = tuple(
        one for one in remarks if one.severity == "warn" and mark(one) not in noted.seen and one not in kept
    )
    open_ones = {one.rule.id for one in (*errors, *unseen)}
    reasons = {one.rule.id for one in kept}
    lines = (
        _hosts(look, open_ones),
        _agreements(clauses, enough_time=not _AGREED & open_ones, kept=bool(_AGREED & reasons)),
        Line("numbers", not _NUMBERS & open_ones, _numbers(look)),
        Line("break", not _BREAK & open_ones, _break(look.plan, kept=bool(_BREAK & reasons))),
        Line("closing", not _END & open_ones, _ending(_END & reasons)),
        Line("kept", True, "Words go a day after the end."),
    )
    can = not errors and not unseen and all(line.ok for line in lines)
    return Readiness(lines, errors, unseen, can, is_ready=can and bool(noted.ready_by))


def mark(remark: Remark) -> tuple[str, str]:
    """What reasons and looks are noted under."""
    return remark.rule.id, remark.step


def measure(remark: Remark, plan: Plan) -> float:
    """How much was found, in its unit: more is worse, but for `LESS_IS_WORSE`. Of the way down (P30)
    the minutes that are missing, for its sentence names those that are needed.
    """
    if remark.rule.id == "P30":
        return remark.number - sum(step.minutes for step in plan.steps[tail(plan.steps) :])
    return abs(remark.number)


def reason_for(remark: Remark, noted: Preparation, plan: Plan) -> Reason | None:
    """Why this finding is left as it is, if somebody said so when it was as it is, or worse."""
    given = next((reason for reason in noted.reasons if reason.mark == mark(remark)), None)
    if given is None:
        return None
    more = measure(remark, plan) - given.number
    worse = -more if remark.rule.id in LESS_IS_WORSE else more
    return given if worse <= 0 else None


def holds(remark: Remark, plan: Plan) -> bool:
    """Whether no reason takes this away: a lock, on a plan with something tender in it."""
    tender = any(step.intensity >= TENDER for step in plan.steps)
    return remark.locked and remark.rule.id in HOLDS and tender


def drafts(plan: Plan, library: Library) -> list[str]:
    """Titles of the steps that ask a question which nobody has reviewed yet."""
    return [
        step.title
        for step in plan.steps
        if step.prompt is not None
        and (record := library.prompts.get(step.prompt.id)) is not None
        and record.status == "draft"
    ]


def _hosts(look: Look, open_ones: set[str]) -> Line:
    if look.hosts > 1:
        return Line("hosts", True, f"{look.hosts} hosts, so one of you can go with somebody.")
    if look.tender:
        return Line(
            "hosts", not _PEOPLE & open_ones, "You are the only host, and something tender is planned."
        )
    return Line("hosts", True, "You host alone, and nothing tender is planned.")


def _agreements(clauses: int, *, enough_time: bool, kept: bool) -> Line:
    if not clauses:
        return Line("agreements", False, "Your circle has no agreements yet.")
    time = "and time for them" if enough_time and not kept else "with little time for them"
    time += _KEPT if kept else ""
    return Line("agreements", enough_time, f"Agreements, {time}.")


def _ending(kept: set[str]) -> str:
    if "P31" in kept:
        return f"No ending in which everybody may say a word{_KEPT}."
    if kept:
        return f"An ending with little time to come down{_KEPT}."
    return "An ending in which everybody may say a word."


def _numbers(look: Look) -> str:
    if look.numbers_days is None:
        return "No help numbers for your circle’s country."
    return f"Help numbers, looked at {_ago(look.numbers_days)}."


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(max(0, days), f"{days} days ago")


def _break(plan: Plan, *, kept: bool) -> str:
    start, end = 0, f"{_KEPT}." if kept else "."
    for step in plan.steps:
        if step.cls is StepClass.BREAK:
            return f"A break after {start} minutes{end}"
        start += step.minutes
    return "Short enough to do without a break." if plan.minutes <= 45 else f"No break is planned{end}"
