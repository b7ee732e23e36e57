"""The pacing rules' words, and the nine templates under all of them."""

from __future__ import annotations

import pytest

from circle.content.loader import Library
from circle.content.pacing import facts_of, findings
from circle.domain.rules.look import Look

LATE = 1260  # nine in the evening, in minutes after midnight


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
