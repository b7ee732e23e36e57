"""Changing a plan while it is prepared: small edits, each of which knows its way back.

An edit says what somebody did and to which step, by the step's id, never by its number. So two hosts
who work on one plan keep what both did: an edit is refused only if the very field it changes has become
something else meanwhile, and then nothing of it is done. Pure: plans in, plans out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar, assert_never

from circle.domain.errors import Invalid, NotNow
from circle.domain.plan import Plan, Step

STEPS_MAX = 60
MINUTES = range(1, 61)


@dataclass(frozen=True, slots=True)
class Head:
    """What a plan says of itself besides its steps. participants: 2 to 20; linger_min: 0 to 30."""

    name: str
    group: str
    participants: int
    linger_min: int


@dataclass(frozen=True, slots=True)
class Put:
    """A step comes in after the first of these steps that is there; at the beginning if none is."""

    step: Step
    after: tuple[str, ...] = ()
    do: Literal["put"] = "put"


@dataclass(frozen=True, slots=True)
class Take:
    """A step goes."""

    step: str
    do: Literal["take"] = "take"


@dataclass(frozen=True, slots=True)
class Move:
    """A step goes to another place (`after` as in `Put`)."""

    step: str
    after: tuple[str, ...] = ()
    do: Literal["move"] = "move"


@dataclass(frozen=True, slots=True)
class Change:
    """A step becomes another: only the fields in which the two differ are touched."""

    before: Step
    then: Step
    do: Literal["change"] = "change"


@dataclass(frozen=True, slots=True)
class ChangeHead:
    """The plan's own fields become others."""

    before: Head
    then: Head
    do: Literal["head"] = "head"


@dataclass(frozen=True, slots=True)
class Together:
    """Several edits that are one to whoever made them. All happen, or none."""

    edits: tuple[Edit, ...]
    do: Literal["together"] = "together"


Edit = Put | Take | Move | Change | ChangeHead | Together
_Part = TypeVar("_Part", Step, Head)


def apply(plan: Plan, edit: Edit) -> tuple[Plan, Edit]:
    """The plan with this edit, and the edit that undoes it.

    Raises NotNow("step_gone") for a step that somebody took out, NotNow("changed_meanwhile") for a field
    that is no longer what the edit started from, Invalid for a plan that would be too long or empty.
    """
    match edit:
        case Put():
            return _put(plan, edit)
        case Take():
            return _take(plan, edit)
        case Move():
            return _move(plan, edit)
        case Change():
            changed = _merged(step_of(plan, edit.before.id), edit.before, edit.then)
            _require_minutes(changed)
            steps = tuple(changed if step.id == changed.id else step for step in plan.steps)
            return replace(plan, steps=steps), Change(edit.then, edit.before)
        case ChangeHead():
            head = _merged(head_of(plan), edit.before, edit.then)
            return with_head(plan, head), ChangeHead(edit.then, edit.before)
        case Together():
            return _together(plan, edit)
    assert_never(edit)


def head_of(plan: Plan) -> Head:
    """The plan's own fields."""
    return Head(plan.name, plan.group, plan.participants, plan.linger_min)


def with_head(plan: Plan, head: Head) -> Plan:
    """The plan with these fields."""
    return replace(
        plan,
        name=head.name,
        group=head.group,
        participants=head.participants,
        linger_min=head.linger_min,
    )


def step_of(plan: Plan, step_id: str) -> Step:
    """The step with this id. Raises NotNow("step_gone")."""
    for step in plan.steps:
        if step.id == step_id:
            return step
    raise NotNow("step_gone")


def before(plan: Plan, step_id: str) -> tuple[str, ...]:
    """Ids of the steps before this one, the nearest first: where it belongs, even if some of them go."""
    ids = [step.id for step in plan.steps]
    return tuple(reversed(ids[: ids.index(step_id)])) if step_id in ids else ()


def upto(plan: Plan, step_id: str) -> tuple[str, ...]:
    """Ids of this step and of those before it, the nearest first: the place right after it. () for "", the
    beginning. Raises NotNow("step_gone").
    """
    return (step_of(plan, step_id).id, *before(plan, step_id)) if step_id else ()


def moved_by(plan: Plan, step_id: str, places: int) -> Move:
    """The move of a step by so many places, up (negative) or down, as far as the plan goes."""
    ids = [step.id for step in plan.steps]
    if step_id not in ids:
        raise NotNow("step_gone")
    at = ids.index(step_id)
    ids.remove(step_id)
    target = max(0, min(len(ids), at + places))
    return Move(step_id, tuple(reversed(ids[:target])))


def differing(change: Change | ChangeHead) -> frozenset[str]:
    """Names of the fields this change touches."""
    names = (field.name for field in fields(change.then))
    return frozenset(name for name in names if getattr(change.before, name) != getattr(change.then, name))


def _put(plan: Plan, edit: Put) -> tuple[Plan, Edit]:
    if any(step.id == edit.step.id for step in plan.steps):
        raise NotNow("changed_meanwhile")
    if len(plan.steps) >= STEPS_MAX:
        raise Invalid("plan_too_long", {"step": "plan_too_long"})
    _require_minutes(edit.step)
    at = _place(plan, edit.after)
    steps = (*plan.steps[:at], edit.step, *plan.steps[at:])
    return replace(plan, steps=steps), Take(edit.step.id)


def _take(plan: Plan, edit: Take) -> tuple[Plan, Edit]:
    gone = step_of(plan, edit.step)
    if len(plan.steps) == 1:
        raise Invalid("plan_empty", {"step": "plan_empty"})
    steps = tuple(step for step in plan.steps if step is not gone)
    return replace(plan, steps=steps), Put(gone, before(plan, gone.id))


def _move(plan: Plan, edit: Move) -> tuple[Plan, Edit]:
    moving = step_of(plan, edit.step)
    back = Move(edit.step, before(plan, edit.step))
    rest = replace(plan, steps=tuple(step for step in plan.steps if step is not moving))
    at = _place(rest, edit.after)
    return replace(plan, steps=(*rest.steps[:at], moving, *rest.steps[at:])), back


def _together(plan: Plan, edit: Together) -> tuple[Plan, Edit]:
    undo: list[Edit] = []
    for one in edit.edits:
        plan, back = apply(plan, one)
        undo.append(back)
    return plan, Together(tuple(reversed(undo)))


def _place(plan: Plan, after: tuple[str, ...]) -> int:
    ids = [step.id for step in plan.steps]
    return next((ids.index(name) + 1 for name in after if name in ids), 0)


def _merged(now: _Part, was: _Part, then: _Part) -> _Part:
    """The present state with what differs between `was` and `then`; a field changed by both is refused."""
    wanted: dict[str, Any] = {}
    for field in fields(then):
        old, new = getattr(was, field.name), getattr(then, field.name)
        if old == new:
            continue
        if getattr(now, field.name) not in (old, new):
            raise NotNow("changed_meanwhile")
        wanted[field.name] = new
    return replace(now, **wanted)


def _require_minutes(step: Step) -> None:
    if step.minutes not in MINUTES or not 0 <= step.solo_minutes <= step.minutes:
        raise Invalid("step_minutes", {"minutes": "step_minutes"})
