"""The files that ship: they load, and the plans are the ones the content rules describe."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest

from circle.content.loader import Library, freeze_prompt, load_library
from circle.domain.plan import Kind, Plan, Sharing, StepClass, parts

CURVES = {
    "T1": (75, [1, 1, 1, 1, 2, 0, 1, 2, 2, 1, 1]),
    "T2": (60, [1, 1, 1, 2, 3, 3, 1, 0, 1, 2, 1, 1]),
    "T3": (90, [1, 1, 1, 2, 1, 3, 1, 0, 1, 4, 1, 2, 1, 1]),
    "T4": (90, [1, 1, 1, 2, 3, 3, 1, 0, 1, 4, 1, 2, 1, 1]),
    "T5": (75, [1, 1, 1, 2, 2, 2, 0, 1, 3, 2, 1, 1]),
    "T6": (90, [1, 1, 1, 2, 3, 1, 0, 1, 2, 2, 2, 1]),
    "T7": (60, [1, 1, 1, 2, 3, 1, 0, 1, 2, 1, 1]),
    "T8": (110, [1, 1, 1, 2, 1, 3, 1, 0, 1, 4, 1, 5, 1, 0, 1, 2, 1, 1]),
    "T9": (45, [1, 1, 1, 2, 2, 1, 1, 1]),
}
EVERY_PLAN = pytest.mark.parametrize("name", CURVES)
REFUSALS = {
    "not_allowed", "not_found", "not_now", "stale", "invalid", "too_many", "too_long", "empty",
    "unknown_command", "unknown_field", "door_closed", "door_locked", "not_your_turn", "ended", "held",
    "removed", "name_taken", "name_empty", "name_long", "wrong_password", "expired", "full",
}  # fmt: skip


def test_who_arrives_is_told_of_no_sound(library: Library) -> None:
    """A circle may write all evening: the words of arriving fit with a call and without one."""
    steps = [step for plan in library.templates.values() for step in plan.steps]
    arriving = [step for step in steps if step.kind is Kind.ARRIVE]
    words = " ".join(f"{step.script} {step.prompt.text if step.prompt else ''}" for step in arriving)
    assert not {"sound", "microphone", "camera"} & set(words.casefold().replace(",", " ").split())


def test_the_library_is_read_once() -> None:
    assert load_library() is load_library()


def test_there_are_exactly_the_nine_plans(library: Library) -> None:
    assert set(library.templates) == set(CURVES) == set(library.template_about)


@EVERY_PLAN
def test_minutes_and_intensity_follow_the_described_curve(library: Library, name: str) -> None:
    plan = library.templates[name]
    assert (plan.minutes, [step.intensity for step in plan.steps]) == CURVES[name]


@EVERY_PLAN
def test_steps_are_numbered_and_every_one_has_words_for_host_and_members(library: Library, name: str) -> None:
    plan = library.templates[name]
    assert [step.id for step in plan.steps] == [f"s{n}" for n in range(1, len(plan.steps) + 1)]
    assert all(step.script and step.note and step.prompt is not None for step in plan.steps)


@EVERY_PLAN
def test_an_evening_ends_with_a_round_for_everyone_and_a_grounding(library: Library, name: str) -> None:
    closing, landing = library.templates[name].steps[-2:]
    assert (closing.kind, closing.cls, closing.sharing) == (
        Kind.CLOSING,
        StepClass.CLOSING,
        Sharing.SPOKEN_ROUND,
    )
    assert (landing.kind, landing.cls) == (Kind.GROUNDING, StepClass.GROUNDING)


@EVERY_PLAN
def test_a_tender_step_is_grounded_at_once_and_for_a_quarter_of_its_time(library: Library, name: str) -> None:
    """Pacing rules P04 and P06: nobody is left alone with it."""
    steps = library.templates[name].steps
    for before, after in pairwise(steps):
        if before.intensity >= 4:
            assert after.cls in (StepClass.GROUNDING, StepClass.INTEGRATE)
            assert after.minutes >= max(3, before.minutes / 4)
            assert after.droppable_rank == 0


@EVERY_PLAN
def test_what_brings_people_down_is_never_dropped(library: Library, name: str) -> None:
    kept = {StepClass.CLOSING, StepClass.GROUNDING, StepClass.AGREEMENTS, StepClass.BREAK}
    assert all(step.droppable_rank == 0 for step in library.templates[name].steps if step.cls in kept)
    assert any(step.droppable_rank for step in library.templates[name].steps)


@EVERY_PLAN
def test_containment_at_the_end_is_long_enough(library: Library, name: str) -> None:
    """Pacing rule P30: the unbroken mild tail is at least max(8, 15 %) minutes."""
    plan = library.templates[name]
    tail = 0
    for step in reversed(plan.steps):
        if step.cls not in (StepClass.CLOSING, StepClass.GROUNDING, StepClass.INTEGRATE):
            break
        tail += step.minutes
    assert tail >= max(8, 0.15 * plan.minutes)


def test_the_grief_evening_step_by_step(library: Library) -> None:
    plan = library.templates["T3"]
    assert [
        (step.kind, step.minutes, step.sharing, _prompt_id(plan, n)) for n, step in enumerate(plan.steps)
    ] == [
        (Kind.ARRIVE, 4, Sharing.NONE, "GR-12"),
        (Kind.AGREEMENTS, 3, Sharing.NONE, "AG-24"),
        (Kind.GROUNDING, 4, Sharing.NONE, "GR-01"),
        (Kind.CHECK_IN, 10, Sharing.SPOKEN_ROUND, "GF-01"),
        (Kind.WRITING, 5, Sharing.PRIVATE, "SE-09"),
        (Kind.WALL, 13, Sharing.UNNAMED_WALL, "GF-02"),
        (Kind.SILENCE, 2, Sharing.NONE, "GR-14"),
        (Kind.BREAK, 6, Sharing.NONE, "BR-01"),
        (Kind.REGATHER, 2, Sharing.NONE, "GR-13"),
        (Kind.VOLUNTEER, 18, Sharing.SPOKEN_VOLUNTEER, "GF-03"),
        (Kind.GROUNDING, 5, Sharing.NONE, "GR-02"),
        (Kind.INTEGRATE, 4, Sharing.CHAT_WORD, "GF-08"),
        (Kind.CLOSING, 9, Sharing.SPOKEN_ROUND, "CL-02"),
        (Kind.GROUNDING, 5, Sharing.NONE, "GR-04"),
    ]
    assert (plan.group, plan.min_session, plan.needs_second_host, plan.participants) == (
        "closed",
        3,
        "yes",
        8,
    )
    assert [part.value for part in parts(plan.steps[9])] == ["write", "volunteer"]


def test_tender_prompts_are_drafts_and_come_announced_with_a_softer_way_in(library: Library) -> None:
    tender = [prompt for prompt in library.prompts.values() if prompt.intensity >= 4]
    assert {prompt.id for prompt in tender} == {
        "GF-03", "GF-04", "GF-05", "GF-11", "OG-04", "OG-07", "SE-04", "SE-06",
    }  # fmt: skip
    for prompt in tender:
        assert prompt.status == "draft"
        assert prompt.content_note
        assert prompt.gentle_alternative
        assert prompt.after_care


def test_a_host_has_something_to_choose_from(library: Library) -> None:
    rituals = ("GR-", "BR-", "CL-")
    assert len([key for key in library.prompts if not key.startswith(rituals)]) >= 24
    assert len([key for key in library.prompts if key.startswith("CK-")]) >= 10
    needed = ["GF-07", "OG-06", "SE-05", "GR-06", "BR-03", "CL-05"]
    assert all(key in library.prompts for key in needed)


def test_words_for_before_and_after_are_there(library: Library) -> None:
    assert len(library.agreements) == 12
    assert len({clause.id for clause in library.agreements}) == 12
    assert len(library.openings) == 4
    assert len(library.practices) >= 12
    assert len({practice.family for practice in library.practices}) == 5
    assert len(library.if_then) >= 10
    assert library.after_care
    assert library.if_it_stirs
    assert len(library.debrief) == 5


def test_every_refusal_has_a_sentence(library: Library) -> None:
    assert set(library.refusals) >= REFUSALS
    assert all(sentence.endswith(".") for sentence in library.refusals.values())


def test_a_frozen_prompt_carries_what_members_need_and_the_version(library: Library) -> None:
    prompt = freeze_prompt(library.prompts["GF-03"])
    assert (prompt.id, prompt.version, prompt.title) == ("GF-03", 1, "The one who got you here")
    assert prompt.gentle.startswith("Pick one skill")
    assert prompt.content_note.startswith("This one touches")
    assert prompt.after_care == library.prompts["GF-03"].after_care.member_line  # type: ignore[union-attr]
    assert "\n" not in prompt.text


def test_slow_lines_keep_their_pauses(library: Library) -> None:
    lines = freeze_prompt(library.prompts["GF-07"]).lines
    assert [line.pause_s for line in lines] == [8, 8, 10, 10]


def test_nothing_in_the_library_can_be_changed_by_accident(library: Library) -> None:
    with pytest.raises(TypeError):
        library.prompts["XX-01"] = library.prompts["GF-01"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        library.after_care = ""  # type: ignore[misc]


def _prompt_id(plan: Plan, index: int) -> str:
    prompt = plan.steps[index].prompt
    return prompt.id if prompt else ""
