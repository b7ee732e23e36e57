"""What a button offers against a finding does mend it, and nothing more is lost than it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.content.loader import Library, load_library
from circle.content.pacing import Remark, findings
from circle.domain.drafting import apply
from circle.domain.plan import Plan, Sharing
from circle.domain.rules.look import Look
from circle.services.mending import _WAYS, lighter, mends
from circle.services.readiness import mark
from tests.domain.test_pacing_rules import FIRES, LOOK, every, put_in, step, without

LIBRARY: Library = load_library()
BUTTONS = [case for case in FIRES if case[0] in _WAYS]
OFTEN = 6  # presses after which it has to be mended


def after(look: Look, plan: Plan) -> Look:
    return replace(look, plan=plan, promised_min=plan.minutes)


def found(look: Look, rule: str) -> list[Remark]:
    return [one for one in findings(LIBRARY, look) if one.rule.id == rule]


@pytest.mark.parametrize(("rule", "change", "_grave"), BUTTONS)
def test_pressing_the_first_button_mends_it(rule: str, change: object, _grave: bool) -> None:
    look = change(LOOK)  # type: ignore[operator]
    for _ in range(OFTEN):
        remarks = found(look, rule)
        if not remarks:
            return
        ways = mends(look, remarks[0], LIBRARY)
        if not ways and rule in NEEDS_ANOTHER_QUESTION:
            return  # nothing softer is known for a made-up question: the host knows better than a button
        assert ways, remarks[0].say
        plan, back = apply(look.plan, ways[0].edit)
        assert apply(plan, back)[0] == look.plan
        look = after(look, plan)
    assert not found(look, rule), [one.say for one in found(look, rule)]


NEEDS_ANOTHER_QUESTION = {"P01", "P05", "P08", "P10", "P11", "P12", "P32", "P42b", "P64", "P70", "P71", "P72"}


@pytest.mark.parametrize("template", sorted(LIBRARY.templates))
def test_made_lighter_the_peak_sinks_by_one_at_least(template: str) -> None:
    plan = LIBRARY.templates[template]
    peak = max(step.intensity for step in plan.steps)
    edit = lighter(plan, LIBRARY)
    assert edit is not None
    softer, back = apply(plan, edit)
    changed = [(a, b) for a, b in zip(plan.steps, softer.steps, strict=True) if a != b]
    assert all(b.intensity < a.intensity == peak for a, b in changed)
    assert len({a.prompt.id for a, _ in changed if a.prompt}) == 1, "one question, wherever it is asked"
    assert apply(softer, back)[0] == plan


def test_nothing_softer_than_quiet() -> None:
    plan = LIBRARY.templates["T9"]
    for _ in range(30):
        edit = lighter(plan, LIBRARY)
        if edit is None:
            break
        plan, _back = apply(plan, edit)
    assert lighter(plan, LIBRARY) is None
    assert lighter(plan, LIBRARY, "no-such-step") is None


def test_a_break_comes_after_something_calm_with_a_minute_to_gather() -> None:
    plan = LIBRARY.templates["T3"]
    whole = replace(plan, steps=tuple(one for one in plan.steps if one.kind not in ("break", "regather")))
    look = after(LOOK, whole)
    (remark,) = found(look, "P20")
    (way,) = mends(look, remark, LIBRARY)
    mended, _ = apply(whole, way.edit)
    at = next(i for i, one in enumerate(mended.steps) if one.kind == "break")
    assert mended.steps[at - 1].intensity <= 2
    assert mended.steps[at + 1].kind == "regather"
    assert way.words == f"Put a break after “{mended.steps[at - 1].title}”"


def test_a_round_becomes_a_word_each_on_the_page() -> None:
    plan = LIBRARY.templates["T2"]
    look = replace(after(LOOK, plan), people=20)
    remark = next(one for one in found(look, "P40") if one.step == "s4")
    word, longer = mends(look, remark, LIBRARY)
    assert apply(plan, word.edit)[0].steps[3].sharing is Sharing.CHAT_WORD
    assert apply(plan, longer.edit)[0].steps[3].minutes == 15


def test_a_finding_nobody_can_mend_by_a_button_has_none() -> None:
    look = replace(LOOK, people=25)
    (remark,) = found(look, "P43")
    assert mends(look, remark, LIBRARY) == []
    assert mark(remark) == ("P43", "")


LATE = step("late", 10, 2, "explore", "spoken_volunteer")
MORE = step("more", 5, 2, "explore", "private")


def test_a_question_behind_the_closing_moves_before_it() -> None:
    look = put_in("soft", LATE)(LOOK)
    ways = mends(look, found(look, "P30")[0], LIBRARY)
    assert [way.words for way in ways] == ["Move “late” before the closing", "Put a quiet end"]
    plan, back = apply(look.plan, ways[0].edit)
    assert [one.id for one in plan.steps[-3:]] == ["late", "end", "soft"]
    assert sum(one.minutes for one in plan.steps) == look.plan.minutes, "nothing is added"
    assert apply(plan, back)[0] == look.plan


def test_several_of_them_keep_their_order() -> None:
    look = every(put_in("soft", MORE), put_in("end", LATE))(LOOK)
    way = mends(look, found(look, "P30")[0], LIBRARY)[0]
    assert way.words == "Move what stands after the closing to before it"
    plan, back = apply(look.plan, way.edit)
    assert [one.id for one in plan.steps[-4:]] == ["late", "more", "end", "soft"]
    assert apply(plan, back)[0] == look.plan


@pytest.mark.parametrize("template", ["", *sorted(LIBRARY.templates)])
def test_a_quiet_end_is_one_to_end_with(template: str) -> None:
    look = every(without("end", "soft", "thanks"), put_in("land", LATE))(LOOK)
    look = replace(look, plan=replace(look.plan, template=template))
    (way,) = mends(look, found(look, "P30")[0], LIBRARY)
    assert way.words == "Put a quiet end"
    plan, _ = apply(look.plan, way.edit)
    last = LIBRARY.templates[template or "T2"].steps[-1]
    assert (plan.steps[-1].script, plan.steps[-1].prompt) == (last.script, last.prompt)
