"""Every plan that ships, file by file, against the pacing rules that a plan alone can keep or break.

The rules and their numbers: `pacing.toml` (docs/content.md, *Pacing rules*).
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from circle.content.loader import Library, load_library
from circle.domain.pacing import containment_need_min, tail
from circle.domain.plan import Kind, Plan, Sharing, Step, StepClass, part_seconds, parts

TIMETABLES = {
    "T1": [5, 6, 4, 12, 12, 7, 2, 8, 7, 8, 4],
    "T2": [3, 2, 4, 8, 7, 12, 3, 5, 1, 6, 6, 3],
    "T3": [4, 3, 4, 10, 5, 13, 2, 6, 2, 18, 5, 4, 9, 5],
    "T4": [4, 3, 4, 10, 7, 13, 2, 6, 2, 14, 4, 5, 10, 6],
    "T5": [4, 2, 5, 10, 7, 5, 5, 2, 18, 4, 9, 4],
    "T6": [4, 4, 3, 10, 20, 3, 6, 2, 16, 6, 11, 5],
    "T7": [3, 2, 4, 8, 11, 3, 4, 1, 11, 8, 5],
    "T8": [5, 5, 5, 9, 5, 11, 3, 6, 2, 8, 3, 13, 6, 4, 1, 6, 11, 7],
    "T9": [3, 5, 4, 10, 9, 4, 7, 3],
}
STIRRING, TENDER, MOST_TENDER = 3, 4, 5
_SETTLES = {
    StepClass.GROUNDING, StepClass.INTEGRATE, StepClass.RESOURCE, StepClass.BREAK, StepClass.REGATHER,
    StepClass.CLOSING,
}  # fmt: skip
_ASKS = (StepClass.EXPLORE, StepClass.ARRIVE)


@pytest.fixture(params=load_library().templates)
def plan(request: pytest.FixtureRequest, library: Library) -> Plan:
    return library.templates[request.param]


def _starts(plan: Plan) -> list[tuple[int, Step]]:
    """Each step with the minute it starts at."""
    at, found = 0, []
    for step in plan.steps:
        found.append((at, step))
        at += step.minutes
    return found


def _minutes(steps: list[Step]) -> int:
    return sum(step.minutes for step in steps)


def test_the_timetable_is_the_described_one(plan: Plan) -> None:
    assert [step.minutes for step in plan.steps] == TIMETABLES[plan.template]


def test_it_begins_light_and_with_agreements(plan: Plan) -> None:
    """P01, P02: five minutes of agreements where it can be a first meeting, two otherwise."""
    asked = next(s for s in plan.steps if s.cls is StepClass.EXPLORE or s.sharing is Sharing.SPOKEN_ROUND)
    assert asked.intensity <= 2
    agreed = [step for step in plan.steps if step.cls is StepClass.AGREEMENTS]
    assert _minutes(agreed) >= (5 if plan.min_session == 1 else 2)
    assert plan.steps.index(agreed[0]) < plan.steps.index(asked)


def test_ground_lies_beneath_what_stirs_and_tender_things_wait(plan: Plan) -> None:
    """P03, P04, P32: not before a quarter of the evening, not without grounding, nothing stirring late."""
    for number, (start, step) in enumerate(_starts(plan)):
        if step.intensity >= STIRRING:
            assert any(before.cls is StepClass.GROUNDING for before in plan.steps[:number])
            assert start + step.minutes <= 0.8 * plan.minutes
        if step.intensity >= TENDER:
            assert start >= max(20, 0.25 * plan.minutes)


def test_it_rises_by_one_step_at_a_time(plan: Plan) -> None:
    """P05."""
    asked = [step.intensity for step in plan.steps if step.cls in _ASKS]
    assert all(after - before <= 1 for before, after in pairwise(asked))


def test_each_tender_step_lands_and_none_touches_another(plan: Plan) -> None:
    """P06, P07, P23: a landing at once, of a quarter of its time, before any break."""
    for before, after in pairwise(plan.steps):
        if before.intensity >= TENDER:
            need = max(5 if before.intensity == MOST_TENDER else 3, before.minutes / 4)
            assert after.cls in (StepClass.GROUNDING, StepClass.INTEGRATE)
            assert after.intensity <= 2
            assert after.minutes >= need
            assert after.droppable_rank == 0
        if before.intensity >= STIRRING:
            assert after.kind is not Kind.BREAK


def test_tender_time_is_dosed(plan: Plan) -> None:
    """P08, P09, P10, P13, P14, P42."""
    steps = list(plan.steps)
    tender = [step for step in steps if step.intensity >= TENDER]
    assert _minutes(tender) <= 0.25 * plan.minutes
    assert all(step.minutes <= (15 if step.intensity == MOST_TENDER else 20) for step in tender)
    assert len(tender) <= 2
    assert sum(step.intensity == MOST_TENDER for step in tender) <= 1
    assert not tender or plan.minutes >= 75
    assert plan.minutes <= 120
    stirring = [step for step in steps if step.intensity >= STIRRING]
    settling = [step for step in steps if step.cls in _SETTLES and step.intensity <= 2]
    assert _minutes(settling) >= _minutes(stirring)
    assert all({a.intensity, b.intensity, c.intensity} != {STIRRING} for a, b, c in _threes(steps))


def _threes(steps: list[Step]) -> list[tuple[Step, Step, Step]]:
    return list(zip(steps, steps[1:], steps[2:], strict=False))


def test_tender_plans_are_for_those_who_know_each_other(plan: Plan) -> None:
    """P11, P12."""
    peak = max(step.intensity for step in plan.steps)
    if peak >= TENDER:
        assert plan.group == "closed"
        assert plan.min_session >= (5 if peak == MOST_TENDER else 3)
        assert plan.needs_second_host == ("required" if peak == MOST_TENDER else "yes")
    else:
        assert plan.needs_second_host != "required"


def test_the_peak_sits_in_the_middle(plan: Plan) -> None:
    """P33: a third to seven tenths of the way, for what stirs."""
    peak = max(step.intensity for step in plan.steps)
    middles = [at + step.minutes / 2 for at, step in _starts(plan) if step.intensity == peak]
    if peak >= STIRRING:
        # Two steps of one family (writing, then sharing it) are one peak, as the described curve has it.
        assert 0.33 <= sum(middles) / len(middles) / plan.minutes <= 0.70


def test_bodies_get_their_pauses(plan: Plan) -> None:
    """P20, P21, P22."""
    stretch = 0
    for before, after in pairwise(plan.steps):
        stretch = 0 if before.kind is Kind.BREAK else stretch + before.minutes
        assert stretch <= 45
        if before.kind is Kind.BREAK:
            assert before.minutes >= 3
            assert after.kind is Kind.REGATHER
    pauses = [step.minutes for step in plan.steps if step.kind is Kind.BREAK]
    assert plan.minutes <= 45 or pauses
    assert plan.minutes < 75 or max(pauses) >= 5


def test_the_way_down_is_long_enough_and_stays(plan: Plan) -> None:
    """P30, P31: whatever may be left out, what remains at the end is enough."""
    end = plan.steps[tail(plan.steps) :]
    kept = [step for step in end if step.droppable_rank == 0]
    assert sum(step.minutes for step in kept) >= containment_need_min(plan.minutes)
    assert any(s.cls is StepClass.CLOSING and s.sharing is Sharing.SPOKEN_ROUND for s in kept)
    assert kept[-1].cls is StepClass.GROUNDING


@pytest.mark.parametrize("people", [4, 6, 8])
def test_there_is_time_for_everybody(plan: Plan, people: int) -> None:
    """P40, P40v: minutes a head; a volunteers' step counts on six in ten."""
    for step in plan.steps:
        if step.sharing is Sharing.SPOKEN_ROUND:
            brief = step.kind in (Kind.CHECK_IN, Kind.CLOSING)
            assert _sharing_min(step) / people >= (0.75 if brief else 2)
        if step.sharing is Sharing.SPOKEN_VOLUNTEER:
            assert _sharing_min(step) / (0.6 * people) >= 1.25


def _sharing_min(step: Step) -> float:
    return part_seconds(step, len(parts(step)) - 1) / 60


def test_nobody_is_put_on_the_spot_with_something_tender(plan: Plan) -> None:
    """P51, P53, P44: no round, a softer way in, a word beforehand, and at most twenty minutes of writing."""
    for step in plan.steps:
        assert step.solo_minutes <= 20
        if step.intensity >= STIRRING:
            assert step.prompt is not None
            assert step.prompt.gentle
            assert step.prompt.after_care
            assert step.sharing is not Sharing.SPOKEN_ROUND
        if step.intensity >= TENDER:
            assert step.prompt is not None
            assert step.prompt.content_note


def test_a_letter_is_never_on_a_page_that_sends(library: Library, plan: Plan) -> None:
    for step in plan.steps:
        if step.prompt and library.prompts[step.prompt.id].kind == "unsent_letter":
            assert (step.kind, step.sharing) == (Kind.WRITING, Sharing.PRIVATE)


def test_every_step_has_words_for_both_sides_and_hosts_words_stay_with_hosts(
    library: Library, plan: Plan
) -> None:
    for step in plan.steps:
        assert step.script
        assert step.note
        assert step.prompt is not None
        assert step.prompt.text == library.prompts[step.prompt.id].text
        assert step.note not in step.script


def test_prompts_ask_for_no_more_than_the_plan_asks_of_its_circle(library: Library, plan: Plan) -> None:
    """P11: no question in an evening is meant for a later meeting, or for a closed circle only."""
    for step in plan.steps:
        assert step.prompt is not None
        record = library.prompts[step.prompt.id]
        assert record.min_session <= plan.min_session
        assert record.group == "open" or plan.group == "closed"


def test_what_may_be_left_out_goes_one_step_at_a_time(plan: Plan) -> None:
    """Optional sharing goes first, then one step as a whole."""
    ranked = sorted((s for s in plan.steps if s.droppable_rank), key=lambda step: step.droppable_rank)
    assert ranked
    assert all(step.droppable_rank == 1 for step in plan.steps if step.optional)
