"""Changing what a planned step asks. Pure; on the library's own plans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.content.loader import load_library
from circle.domain.errors import Invalid, NotFound
from circle.domain.plan import Kind, Plan, Prompt, Sharing, Step
from circle.services import questions
from circle.services.planning import step_in
from circle.services.questions import OWN_TITLE

LIBRARY = load_library()
T3 = LIBRARY.templates["T3"]


def _first(kind: Kind, plan: Plan = T3) -> Step:
    return next(step for step in plan.steps if step.kind is kind)


@pytest.mark.parametrize(
    ("text", "code"), [("", "own_text"), (" \u200b\n", "own_text"), ("x" * 601, "question_long")]
)
def test_own_words_that_do_not_fit(text: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        questions.ask_own(_first(Kind.CHECK_IN), text)


def test_where_nothing_is_asked_nothing_can_be_changed() -> None:
    silent = Step(**{f: getattr(_first(Kind.SILENCE), f) for f in Step.__slots__} | {"prompt": None})
    with pytest.raises(Invalid, match="nothing_asked"):
        questions.ask_own(silent, "What now?")
    with pytest.raises(NotFound):
        questions.ask_gently(silent)


@pytest.mark.parametrize("kind", [Kind.WALL, Kind.WRITING, Kind.BREAK, Kind.READING, Kind.GROUNDING])
def test_who_sees_an_answer_is_not_a_choice_there(kind: Kind) -> None:
    for plan in LIBRARY.templates.values():
        for step in plan.steps:
            if step.kind is kind:
                assert questions.answers_for(step, LIBRARY) == ()
                with pytest.raises(Invalid, match="answer"):
                    questions.answer_by(step, plan, "round", LIBRARY)


def test_a_word_is_no_number() -> None:
    with pytest.raises(Invalid, match="answer"):
        questions.answer_by(_first(Kind.CHECK_IN), T3, "number", LIBRARY)


def test_a_check_in_can_be_a_word_instead_of_a_round() -> None:
    step = _first(Kind.CHECK_IN)
    assert [a.key for a in questions.answers_for(step, LIBRARY)] == ["round", "word"]
    assert questions.answer_by(step, T3, "word", LIBRARY).sharing is Sharing.CHAT_WORD


def test_talking_can_be_done_two_by_two_where_a_prompt_is_made_for_it() -> None:
    for template in ("T5", "T6", "T7"):
        plan = LIBRARY.templates[template]
        steps = [s for s in plan.steps if "pair" in [a.key for a in questions.answers_for(s, LIBRARY)]]
        assert steps, template
        pair = questions.answer_by(steps[0], plan, "pair", LIBRARY)
        assert pair.sharing is Sharing.PAIR
        assert questions.answer_by(pair, plan, "volunteer", LIBRARY) == steps[0]


def test_nothing_tender_is_offered_two_by_two() -> None:
    """An own question could be asked in any way; above intensity 3 a pair is none of them."""
    own = questions.ask_own(_first(Kind.VOLUNTEER), "Whom would you thank?")
    for intensity in range(1, 6):
        step = replace(own, intensity=intensity)
        assert (questions.PAIR in questions.answers_for(step, LIBRARY)) == (intensity <= 3)
    with pytest.raises(Invalid, match="answer"):
        questions.answer_by(replace(own, intensity=4), T3, "pair", LIBRARY)


def test_script_and_note_go_with_the_way_they_speak_of() -> None:
    step = _first(Kind.CHECK_IN)
    assert "piece" in step.note
    word = questions.answer_by(step, T3, "word", LIBRARY)
    assert (word.script, word.note) == ("", "")
    assert questions.answer_by(word, T3, "round", LIBRARY) == step
    own = questions.answer_by(questions.ask_own(word, "How was the rain?"), T3, "round", LIBRARY)
    assert (own.script, own.note) == ("", step.note)


def test_a_question_that_asks_for_taps_is_offered_only_where_one_can_tap() -> None:
    spoken = _first(Kind.CHECK_IN)
    written = questions.answer_by(questions.ask_own(spoken, "What came along?"), T3, "word", LIBRARY)
    offered = {
        step.sharing: {record.id for record in questions.alternatives(step, T3, LIBRARY) if record.tiles}
        for step in (spoken, written)
    }
    assert offered == {Sharing.SPOKEN_ROUND: set(), Sharing.CHAT_WORD: {"CK-07", "LY-01", "SE-08"}}


def test_an_own_check_in_can_be_a_number() -> None:
    own = questions.ask_own(_first(Kind.CHECK_IN), "From nought to ten, how warm are your hands?")
    changed = questions.answer_by(own, T3, "number", LIBRARY)
    assert (changed.sharing, changed.number) == (Sharing.CHAT_WORD, True)


def test_own_words_take_the_old_script_with_them() -> None:
    step = _first(Kind.CHECK_IN)
    own = questions.ask_own(step, " What did you\u202e eat today? ")
    assert own.prompt is not None
    assert (own.prompt.text, own.prompt.id, own.prompt.version) == ("What did you eat today?", "", 0)
    assert (own.title, own.script, own.minutes) == (OWN_TITLE, "", step.minutes)


def test_what_an_older_plan_called_an_own_question_is_no_title_of_its_own() -> None:
    step = _first(Kind.CHECK_IN)
    before = replace(questions.ask_own(step, "How was the rain?"), title="A question of your own")
    assert questions.ask_own(before, "And the wind?").title == OWN_TITLE


def test_a_title_of_its_own_stays() -> None:
    closing = _first(Kind.CLOSING)
    assert questions.ask_own(closing, "One breath each?").title == closing.title


def test_the_gentle_form_is_for_everybody() -> None:
    step = _first(Kind.WALL)
    gentle = questions.ask_gently(step)
    assert step.prompt is not None
    assert gentle.prompt is not None
    assert gentle.prompt.text == step.prompt.gentle
    assert gentle.intensity < step.intensity
    with pytest.raises(NotFound):
        questions.ask_gently(gentle)


@pytest.mark.parametrize("template", sorted(LIBRARY.templates))
def test_nothing_more_tender_and_no_draft_is_offered(template: str) -> None:
    plan = LIBRARY.templates[template]
    for step in plan.steps:
        if step.prompt is None:
            continue
        for record in questions.alternatives(step, plan, LIBRARY):
            assert record.intensity <= step.intensity
            assert record.status == "reviewed"
            assert step.sharing.value in record.sharing_modes
            assert record.id != step.prompt.id


def test_the_templates_own_question_can_come_back() -> None:
    step = _first(Kind.VOLUNTEER)
    assert step.prompt is not None
    own = questions.ask_own(step, "Whom would you thank?")
    plan = Plan("x", T3.theme, (own,), template="T3")
    back = questions.ask_from_library(own, plan, step.prompt.id, LIBRARY)
    assert back.prompt == step.prompt


@pytest.mark.parametrize("kind", [Kind.CHECK_IN, Kind.WRITING, Kind.WALL, Kind.VOLUNTEER, Kind.CLOSING])
def test_a_step_without_a_question_can_be_given_one(kind: Kind) -> None:
    empty = replace(_first(kind), title="As pasted", prompt=None)
    own = questions.ask_own(empty, "What stayed with you?")
    assert own == replace(empty, prompt=Prompt(text="What stayed with you?"), script="")
    offered = questions.alternatives(empty, T3, LIBRARY)
    assert offered
    asked = questions.ask_from_library(empty, T3, offered[0].id, LIBRARY)
    assert asked.prompt is not None
    assert (asked.prompt.id, asked.title) == (offered[0].id, "As pasted")


def test_a_prompt_that_does_not_suit_has_to_be_chosen_anew() -> None:
    for wrong in ("GF-02", "XX-99", ""):
        with pytest.raises(Invalid, match="choose_one"):
            questions.ask_from_library(_first(Kind.CHECK_IN), T3, wrong, LIBRARY)


def test_another_question_of_the_library() -> None:
    step = _first(Kind.CHECK_IN)
    offered = questions.alternatives(step, T3, LIBRARY)
    assert len(offered) >= 5
    changed = questions.ask_from_library(step, T3, offered[0].id, LIBRARY)
    assert changed.prompt is not None
    assert (changed.prompt.id, changed.title, changed.id) == (offered[0].id, offered[0].title, step.id)
    assert changed.prompt.facilitator_note == offered[0].facilitator_note


def test_a_step_is_found_by_its_id() -> None:
    assert step_in(T3, "s1") is T3.steps[0]
    with pytest.raises(NotFound):
        step_in(T3, "s99")
