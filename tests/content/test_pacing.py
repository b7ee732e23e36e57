"""The pacing rules' words, and the nine templates under all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from circle.content.loader import Library
from circle.content.pacing import facts_of, findings
from circle.domain.plan import Plan, Prompt
from circle.domain.rules.look import Look
from tests.support import ROOT

LATE = 1260  # nine in the evening, in minutes after midnight


def test_the_first_page_counts_the_rules_as_they_are(library: Library) -> None:
    assert f" {len(library.pacing)} rules of pacing stand" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("template", [f"T{number}" for number in range(1, 10)])
def test_the_templates_raise_no_error_and_no_warning(library: Library, template: str) -> None:
    plan = library.templates[template]
    hosts = 1 if plan.needs_second_host == "advised" else 2
    look = Look(
        plan,
        plan.minutes,
        people=plan.participants,
        hosts=hosts,
        session=plan.min_session,
        ends_at=LATE,
        prompts=facts_of(library),
    )
    found = [(one.rule.id, one.severity, one.step, one.say) for one in findings(library, look)]
    assert [one for one in found if one[1] != "hint"] == []


def test_a_sentence_has_its_number_and_its_reason(library: Library) -> None:
    plan = library.templates["T3"]
    look = Look(plan, plan.minutes, people=2, hosts=1, session=1, prompts=facts_of(library))
    said = {one.rule.id: one for one in findings(library, look)}
    assert said["P11"].say == "This asks for a closed group that knows each other, from session 3 on."
    assert said["P12"].severity == "warn"
    assert not any("{" in one.say for one in said.values())
    order = [one.severity for one in findings(library, look)]
    assert order == sorted(order, key=["error", "warn", "hint"].index)


def test_prompts_say_what_rules_ask(library: Library) -> None:
    facts = facts_of(library)
    assert facts.keys() == library.prompts.keys()
    held = {key for key, fact in facts.items() if fact.holds}
    assert held == {
        key for key, one in library.prompts.items() if one.pace and one.pace.hold_s + one.pace.rest_s
    }
    assert all(facts[key].gentle for key, one in library.prompts.items() if one.gentle_alternative)


def without(plan: Plan, *kinds: str) -> Plan:
    return replace(plan, steps=tuple(step for step in plan.steps if step.kind not in kinds))


def of_length(plan: Plan, name: str, minutes: int) -> Plan:
    steps = (replace(step, minutes=minutes) if step.id == name else step for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def tender_first(plan: Plan) -> Plan:
    """The deepest step, moved right behind the agreements."""
    peak = max(plan.steps, key=lambda step: step.intensity)
    rest = [step for step in plan.steps if step is not peak]
    return replace(plan, steps=(*rest[:2], peak, *rest[2:]))


def asked_without_gentle(plan: Plan) -> Plan:
    own = Prompt(text="What did you never say?")
    steps = (replace(s, prompt=own) if s.intensity >= 3 else s for s in plan.steps)
    return replace(plan, steps=tuple(steps))


# template, what is broken, every error and warning it raises
BROKEN: list[tuple[str, Callable[[Plan], Plan], set[str]]] = [
    ("T3", lambda plan: without(plan, "agreements"), {"P02"}),
    ("T3", lambda plan: without(plan, "break"), {"P20", "P21"}),
    (
        "T3",
        lambda plan: without(plan, "closing"),
        {"P31", "P32", "P33"},
    ),  # and all comes later in a shorter evening
    ("T3", lambda plan: replace(plan, group="open"), {"P11"}),
    ("T3", tender_first, {"P01", "P03", "P04", "P06", "P20", "P33", "P58"}),
    ("T3", asked_without_gentle, {"P53"}),
    ("T2", lambda plan: of_length(plan, "s11", 3), {"P30", "P40"}),
    ("T2", lambda plan: without(plan, "grounding"), {"P04", "P30", "P33"}),  # the peak comes earlier too
]


@pytest.mark.parametrize(("template", "broken", "rules"), BROKEN)
def test_a_broken_plan_raises_what_is_meant_and_nothing_else(
    library: Library, template: str, broken: Callable[[Plan], Plan], rules: set[str]
) -> None:
    whole = library.templates[template]
    plan = broken(whole)
    look = Look(
        plan,
        plan.minutes,
        people=whole.participants,
        hosts=2,
        session=max(3, whole.min_session),
        ends_at=LATE,
        prompts=facts_of(library),
    )
    assert {one.rule.id for one in findings(library, look) if one.severity != "hint"} == rules
