"""Words as they are spoken: sentences, slow lines, the quiet between them, and how long it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.content.loader import freeze_prompt, load_library
from circle.domain.plan import Kind, Line, Prompt, Sharing, Step, StepClass
from circle.domain.speaking import (
    ITEM_S,
    PART_S,
    QUESTION_S,
    SENTENCE_S,
    WORDS_A_MINUTE,
    Spoken,
    prompt_aloud,
    seconds_aloud,
    step_aloud,
)

STEP = Step("s1", Kind.ROUND, StepClass.EXPLORE, "A round", 10, 2, Sharing.SPOKEN_ROUND)


def texts(lines: tuple[Spoken, ...]) -> list[str]:
    return [line.text for line in lines]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four…", ["One.", "Two!", "Three?", "Four…"]),
        ("She said: “Stay.” Then she went.", ["She said: “Stay.”", "Then she went."]),
        ("Was it “enough”? Perhaps.", ["Was it “enough”?", "Perhaps."]),
        ("About 3.5 minutes, at 7.30 or so", ["About 3.5 minutes, at 7.30 or so"]),
        ("Eins.\n  Zwei.", ["Eins.", "Zwei."]),
        ("", []),
    ],
)
def test_one_sentence_at_a_time(text: str, sentences: list[str]) -> None:
    assert texts(prompt_aloud(Prompt(text))) == sentences


def test_the_quiet_after_each() -> None:
    prompt = Prompt(
        "Sit down. Who is here? Listen.", lines=(Line("Slowly", 7),), one_by_one=("A sound", "A colour")
    )
    spoken = step_aloud(replace(STEP, script="We begin.", prompt=prompt))
    assert [(line.part, line.pause_s) for line in spoken] == [
        ("say", PART_S),
        ("question", SENTENCE_S),
        ("question", QUESTION_S),
        ("question", PART_S),
        ("lines", 7),
        ("items", ITEM_S),
        ("items", 0),
    ]
    assert prompt_aloud(prompt, 30)[-1].pause_s == 30


def test_a_script_that_is_the_question_is_said_once() -> None:
    step = replace(STEP, script="Who  is here?", prompt=Prompt("Who is here?"))
    assert texts(step_aloud(step)) == ["Who is here?"]
    assert step_aloud(STEP) == ()
    assert texts(step_aloud(replace(STEP, script="Only this."))) == ["Only this."]


def test_how_long_it_takes() -> None:
    line = Spoken(" ".join(["word"] * WORDS_A_MINUTE), 5, "say")
    assert seconds_aloud([line]) == 65
    assert seconds_aloud([line, line]) == 130
    assert seconds_aloud([]) == 0


@given(st.text(max_size=300))
def test_no_word_is_left_out(text: str) -> None:
    assert " ".join(texts(prompt_aloud(Prompt(text)))).split() == text.split()


def test_the_whole_library_can_be_read_aloud() -> None:
    library = load_library()
    for record in library.prompts.values():
        spoken = prompt_aloud(freeze_prompt(record), record.silence_after_s)
        assert spoken
        assert all(line.text for line in spoken)
        assert seconds_aloud(spoken) <= record.minutes.max * 60, record.id
    for plan in library.templates.values():
        for step in plan.steps:
            assert seconds_aloud(step_aloud(step)) <= step.minutes * 60, (plan.template, step.id)
