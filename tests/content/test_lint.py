"""How we speak: the word lint, the question rules, reading age, and the guard against copying."""

from __future__ import annotations

import re

import pytest

from circle.content.lint import Passage, _known_runs, check_content, passage_findings, passages
from circle.content.loader import Library
from circle.content.words import copied_run, fingerprint, question_findings, reading_age, word_findings

from .conftest import Mend


def test_all_content_that_ships_is_clean() -> None:
    assert [str(problem) for problem in check_content()] == []


@pytest.mark.parametrize(
    "text",
    [
        "You must write.", "You should rest.", "You need to speak.", "You have to answer.",
        "It has to be tonight.",
        "Just breathe.", "Simply write.", "This is easy.", "Obviously.", "Hurry along.",
        "Last chance to share.",
        "Don't miss it.", "Don’t miss it.", "Why didn’t you?", "That’s easy.",
        "Only 3 left.", "That is overdue.", "It failed.", "Invalid name.",
        "How brave of you.", "Amazing.", "A streak of five.", "Level up.", "Unlock the next one.",
        "Your progress.",
        "You are healed.", "You are not broken.", "A toxic friend.", "Trigger warning.", "Find closure.",
        "Time to move on.", "Let it go now.", "A safe space.", "Your journey.", "He committed suicide.",
        "Close your eyes.", "Why did you leave?", "You will feel better.", "There, darling.",
        "Well, my dear.",
        "Welcome!", "STOP here.", "Thank you ❤",
    ],
)  # fmt: skip
def test_words_that_press_judge_or_cheer_are_found(text: str) -> None:
    assert list(word_findings(text))


@pytest.mark.parametrize(
    "text",
    [
        "You do not have to say what filled it.", "It need not hurry.", "You don't need to finish.",
        "You don’t have to finish.",
        "Nothing has to be solved.", "What came up does not have to be finished.",
        "A seat I did not have to earn.",
        "Someone who is easy to be with.", "An adjustment.", "Maya and Jo are here.", "The EU and the NHS.",
        "Some of you had an easy week.", "If the night gets long, numbers are here.",
    ],
)  # fmt: skip
def test_words_that_release_are_left_alone(text: str) -> None:
    assert list(word_findings(text)) == []


def test_a_release_does_not_reach_into_the_next_sentence() -> None:
    assert list(word_findings("It is not late. You have to speak."))


def test_three_questions_are_an_interview() -> None:
    assert list(question_findings("Who? Where?")) == []
    assert list(question_findings("Who? Where? When?"))


@pytest.mark.parametrize(
    "text", ["What was his name?", "Which medication helped?", "What is your diagnosis?"]
)
def test_prying_questions_are_found(text: str) -> None:
    assert list(question_findings(text))


def test_reading_age_tells_plain_words_from_heavy_ones() -> None:
    plain = "Find the door. Find something round. Say the date of today in your mind, if you like."
    heavy = (
        "Psychological containment necessitates considerable organisational responsibility regarding "
        "individual vulnerability, intentionality, and interpersonal accountability throughout facilitation."
    )
    assert reading_age(plain) < 10
    assert reading_age(heavy) > 14
    assert reading_age("Responsibility") == 0.0


def test_a_run_of_eight_copied_words_is_found_whatever_its_dress() -> None:
    known = frozenset({fingerprint("one two three four five six seven it's")})
    assert copied_run("Zero. One, two three FOUR five - six; seven it’s nine", known)
    assert not copied_run("one two three four five six seven it was", known)


def test_the_fingerprints_of_the_source_texts_are_there() -> None:
    assert len(_known_runs()) > 4000
    assert all(len(run) == 16 for run in _known_runs())


def test_a_copied_run_is_reported_also_in_host_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    run = "eight words that somebody else wrote long ago"
    monkeypatch.setattr("circle.content.lint._known_runs", lambda: frozenset({fingerprint(run)}))
    note = Passage("x.toml", "note", f"Say: {run}.", for_members=False)
    assert list(passage_findings(note)) == [f"repeats eight words of a source text: {run!r}"]


def test_host_notes_may_quote_a_word_in_order_to_warn_of_it() -> None:
    assert list(passage_findings(Passage("x.toml", "note", "Never say move on.", for_members=False))) == []


def test_every_prompt_script_clause_and_refusal_is_looked_at(library: Library) -> None:
    seen = {(passage.file, passage.field) for passage in passages(library)}
    assert ("prompts/grief.toml", "GF-03.gentle_alternative") in seen
    assert ("templates/t3.toml", "s10.script") in seen
    assert ("agreements.toml", "AG-12.text") in seen
    assert {("refusals.toml", code) for code in library.refusals} <= seen


def test_nobody_meets_a_straight_apostrophe(library: Library) -> None:
    straight = [p.field for p in passages(library) if re.search(r"\w'\w", p.text)]
    assert straight == []
    assert "everyone’s" in library.prompts["OG-02"].tiles[2]


def test_a_pressing_word_in_a_file_is_reported_with_its_place(changed: Mend) -> None:
    root = changed("templates/t3.toml", "Two minutes of quiet now.", "You must be quiet now.")
    assert [str(problem) for problem in check_content(root)] == ["templates/t3.toml: s7.script: says 'must'"]


def test_a_speech_is_too_long_for_a_script(changed: Mend) -> None:
    root = changed("templates/t3.toml", "Two minutes of quiet now.", "One. Two. Three. Four.")
    assert [problem.field for problem in check_content(root)] == ["s7.script"]


def test_broken_files_are_reported_as_problems_too(changed: Mend) -> None:
    root = changed("care.toml", "after_care", "aftercare")
    assert {problem.file for problem in check_content(root)} == {"care.toml"}


def test_what_a_plan_says_of_itself_is_read_too(changed: Mend) -> None:
    root = changed("templates/t9.toml", "Light throughout", "You must be light throughout")
    assert [str(problem) for problem in check_content(root)] == ["templates/t9.toml: about: says 'must'"]
