"""What an edit did, in a short sentence, for people who see the page and for those who hear it."""

from __future__ import annotations

from circle.domain.drafting import Change, Edit, Put, Together
from circle.domain.plan import Plan, Step
from circle.web.wording import minutes_words, number_words


def place_words(plan: Plan, step_id: str) -> str:
    """Where a step stands: "Place 3 of 11."; "" for one that is not there."""
    ids = [step.id for step in plan.steps]
    return f"Place {ids.index(step_id) + 1} of {len(ids)}." if step_id in ids else ""


def mended_words(edit: Edit) -> str:
    """What a way to mend did."""
    match edit:
        case Put():
            return "It is in."
        case Together(edits=edits) if edits and all(isinstance(one, Put) for one in edits):
            return "It is in."
        case Change(before=before, then=then) if before.minutes != then.minutes:
            return f"{minutes_words(then.minutes)} now."
    return lighter_words(edit) or "Mended."


def lighter_words(edit: Edit) -> str:
    """Which question stands where something more tender stood; "" if no question became softer."""
    for one in edit.edits if isinstance(edit, Together) else (edit,):
        if isinstance(one, Change) and one.then.prompt is not None and one.then.prompt != one.before.prompt:
            title = one.then.prompt.title or one.then.title
            return f"Now: “{title}”, {_softer(one.before, one.then)}. Undo brings yours back."
    return ""


def _softer(before: Step, then: Step) -> str:
    if before.prompt and then.prompt and before.prompt.id and before.prompt.id == then.prompt.id:
        return "in its gentler form"
    steps = before.intensity - then.intensity
    return f"{number_words(steps)} softer" if steps > 0 else "softer"
