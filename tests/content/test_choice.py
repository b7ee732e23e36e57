"""Changing a question: only what fits, and never something more stirring by accident."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.content.choice import prompts_for, with_prompt
from circle.content.loader import Library, load_library
from circle.domain.plan import Kind, Sharing


@pytest.mark.parametrize("name", load_library().templates)
def test_every_step_offers_its_own_prompt_and_nothing_more_stirring(library: Library, name: str) -> None:
    plan = library.templates[name]
    for step in plan.steps:
        offered = prompts_for(library, step, plan.theme)
        assert step.prompt is not None
        assert step.prompt.id in {prompt.id for prompt in offered}
        assert all(prompt.intensity <= max(1, step.intensity) for prompt in offered)
        assert all(step.sharing.value in prompt.sharing_modes for prompt in offered)


def test_a_check_in_has_many_and_those_of_the_theme_come_first(library: Library) -> None:
    step = library.templates["T3"].steps[3]
    offered = [prompt.id for prompt in prompts_for(library, step, "grief")]
    assert offered[0] == "GF-01"
    assert len(offered) >= 10


def test_a_changed_question_brings_its_own_words(library: Library) -> None:
    step = library.templates["T9"].steps[3]
    new = with_prompt(step, library.prompts["CK-11"])
    assert new.prompt is not None
    assert (new.id, new.minutes, new.kind, new.sharing) == (step.id, 10, Kind.CHECK_IN, Sharing.SPOKEN_ROUND)
    assert (new.title, new.script, new.intensity) == ("The colour of this evening", new.prompt.text, 1)
    assert new.number is False


def test_a_number_is_asked_for_where_it_can_be_typed(library: Library) -> None:
    step = library.templates["T3"].steps[11]
    assert with_prompt(step, library.prompts["CK-04"]).number is True


def test_another_break_card_is_still_a_break(library: Library) -> None:
    step = library.templates["T3"].steps[7]
    assert with_prompt(step, library.prompts["BR-03"]).intensity == 0


@pytest.mark.parametrize("sharing", [Sharing.PRIVATE, Sharing.CHAT_WORD])
def test_a_drawing_is_offered_where_one_can_be_drawn(library: Library, sharing: Sharing) -> None:
    """On one's own paper in a writing step, on the page where an answer is asked for by name."""
    kind = Kind.WRITING if sharing is Sharing.PRIVATE else Kind.INTEGRATE
    step = replace(
        library.templates["T3"].steps[11], kind=kind, sharing=sharing, minutes=9, intensity=3, prompt=None
    )
    offered = {prompt.id for prompt in prompts_for(library, step)}
    assert {"GF-16", "OG-13", "SE-16"} <= offered
    milder = {prompt.id for prompt in prompts_for(library, replace(step, intensity=2))}
    assert milder.isdisjoint({"GF-16", "OG-13", "SE-16"})


def test_no_prompt_is_out_of_reach(library: Library) -> None:
    """Each can be chosen for a step of some kind, in one of its own ways of sharing, for its own minutes."""
    for prompt in library.prompts.values():
        steps = (
            replace(
                library.templates["T3"].steps[11],
                kind=kind,
                sharing=Sharing(mode),
                minutes=prompt.minutes.suggested,
                intensity=prompt.intensity,
                prompt=None,
            )
            for kind in Kind
            for mode in prompt.sharing_modes
            if mode in set(Sharing)
        )
        assert any(prompt in prompts_for(library, step) for step in steps), prompt.id
