"""A circle's own prompts: what follows from a sheet, what stops it, and what is only advised."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from circle.content.languages import language_tag
from circle.content.loader import Library, freeze_prompt
from circle.content.own import ours_from, prompt_from, sheet_of
from circle.content.own_advice import advice
from circle.content.own_rules import codes
from circle.content.own_sheet import Sheet
from circle.content.own_translation import translated
from circle.content.rules import after_care_findings, prompt_findings
from circle.content.schema import PromptRecord
from circle.domain.errors import Invalid

from .own_sheets import OWN_ID, PLAIN, STIRRING, TENDER, TODAY, sheets


def made(library: Library, sheet: Sheet) -> PromptRecord:
    return prompt_from(sheet, library, TODAY, prompt_id=OWN_ID)


def wrong(library: Library, sheet: Sheet) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        made(library, sheet)
    return caught.value.fields


# -- what stops a prompt ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sheet", "fields"),
    [
        (Sheet(), {"title": "own_title", "text": "own_text", "depth": "own_choice"}),
        (replace(PLAIN, title="x" * 41), {"title": "own_title"}),
        (replace(PLAIN, text="word " * 71), {"text": "own_words"}),
        (replace(PLAIN, note="word " * 91), {"note": "own_note"}),
        (replace(PLAIN, note="x" * 2001), {"note": "too_long"}),
        (replace(PLAIN, depth="6"), {"depth": "own_choice"}),
        (replace(PLAIN, theme="work"), {"theme": "own_choice"}),
        (replace(PLAIN, kind="quiz"), {"kind": "own_choice"}),
        (replace(PLAIN, ways="shouting"), {"ways": "own_choice"}),
        (replace(PLAIN, minutes="61"), {"minutes": "own_minutes"}),
        (replace(PLAIN, minutes="eight", alone="0"), {"minutes": "own_minutes"}),
        (replace(PLAIN, minutes="5", alone="6"), {"alone": "own_alone"}),
        (replace(PLAIN, language="xx"), {"language": "own_language"}),
        (replace(PLAIN, grounding="GF-01"), {"grounding": "own_grounding"}),
        (replace(PLAIN, afterwards="Rest."), {"grounding": "own_landing"}),
        (replace(PLAIN, adapted_from="GF-99"), {"adapted_from": "own_adapted_from"}),
        (replace(PLAIN, gentle="Or this?"), {"gentle": "own_gentle_low"}),
        (replace(STIRRING, gentle=""), {"gentle": "own_gentle"}),
        (replace(STIRRING, grounding=""), {"grounding": "own_landing"}),
        (replace(STIRRING, language="de"), {"afterwards": "own_afterwards"}),
        (replace(TENDER, content_note=""), {"content_note": "own_content_note"}),
        (replace(TENDER, ways="spoken_round, pair"), {"ways": "pair_tender"}),
        (replace(PLAIN, ways="tiles"), {"tiles": "own_tiles"}),
        (replace(PLAIN, tiles="One"), {"tiles": "own_tiles"}),
        (replace(PLAIN, kind="slow_lines"), {"lines": "own_lines"}),
        (replace(PLAIN, kind="slow_lines", lines="Slow | 3"), {"lines": "own_line_long"}),
        (replace(PLAIN, one_by_one="One"), {"one_by_one": "own_one_by_one"}),
        (replace(PLAIN, pace="4 0 6 0 18"), {"pace": "own_pace"}),
        (replace(PLAIN, kind="breath", pace="4 6"), {"pace": "own_pace"}),
        (replace(PLAIN, kind="breath", pace="4 2 6 0 8"), {"pace": "own_pace"}),
        (replace(PLAIN, number="maybe"), {"number": "own_number"}),
        (replace(PLAIN, number="yes"), {"number": "own_number_way"}),
        (replace(PLAIN, kind="movement", language="de"), {"without_body": "own_without_body"}),
    ],
)  # fmt: skip
def test_what_cannot_stay_as_it_is(library: Library, sheet: Sheet, fields: dict[str, str]) -> None:
    assert wrong(library, sheet) == fields


def test_every_code_has_its_sentence(library: Library) -> None:
    assert codes() <= library.refusals.keys()


# -- what follows from a sheet ------------------------------------------------------------------------
def test_depth_brings_what_the_rules_ask_for(library: Library) -> None:
    plain, tender = made(library, PLAIN), made(library, TENDER)
    assert (plain.status, plain.group, plain.min_session) == ("reviewed", "open", 1)
    assert (tender.status, tender.group, tender.min_session) == ("draft", "closed", 3)
    assert not tender.needs_second_host
    assert made(library, replace(TENDER, depth="5")).needs_second_host
    stirring = made(library, replace(STIRRING, minutes="40"))
    assert stirring.after_care is not None
    assert stirring.after_care.minutes == 10
    assert stirring.minutes.min <= 40 <= stirring.minutes.max
    assert stirring.gentle_alternative is not None
    assert stirring.gentle_alternative.intensity < stirring.intensity


@settings(max_examples=120, deadline=None)
@given(sheet=sheets())
def test_a_sheet_and_its_prompt_are_the_same_thing(sheet: Sheet, library: Library) -> None:
    prompt = made(library, sheet)
    assert sheet_of(prompt) == sheet
    assert list(prompt_findings(prompt)) == []
    assert list(after_care_findings(prompt, library.prompts)) == []
    assert freeze_prompt(prompt).id == OWN_ID


def test_every_prompt_of_the_library_can_be_made_ours(library: Library) -> None:
    for record in library.prompts.values():
        sheet = ours_from(record)
        prompt = made(library, sheet)
        assert sheet_of(prompt) == sheet
        assert prompt.adapted_from == record.id
        assert prompt.licence == "CC-BY-SA-4.0"
        assert record.author in prompt.author
        kept = {"lines", "pace", "tiles", "one_by_one", "minutes", "arc", "contraindications", "body_based"}
        assert prompt.model_dump(include=kept) == record.model_dump(include=kept)


# -- advice -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"text": "What should you say?"}, "text", "stumble over “should”"),
        ({"text": "What do you have to say?"}, "text", "“have to” can press"),
        ({"text": "What a day!"}, "text", "exclamation mark"),
        ({"text": "What is LOUD?"}, "text", "“LOUD”"),
        ({"text": "Who? Where? When?"}, "text", "several things"),
        ({"text": "Which pills do you take?"}, "text", "“pills” may lead"),
        ({"title": "A day 😀"}, "title", "small picture"),
        ({"hint": "just a word"}, "hint", "“just”"),
        (
            {"text": "Contemplate the irreversibility of organisational transformation and institutional"
             " reconfiguration, considering multidimensional interdependencies characteristically"},
            "text",
            "reads like a text",
        ),
    ],
)  # fmt: skip
def test_wording_is_advice_and_stops_nobody(
    library: Library, change: dict[str, str], field: str, words: str
) -> None:
    said = dict(advice(made(library, replace(PLAIN, **change))))
    assert set(said) == {field}
    assert words in said[field]


def test_a_plain_question_has_no_advice_and_notes_for_hosts_may_warn(library: Library) -> None:
    assert advice(made(library, replace(PLAIN, note="Never say that they should."))) == []


def test_a_tender_one_is_called_a_draft_in_any_language(library: Library) -> None:
    assert "draft" in dict(advice(made(library, TENDER)))["depth"]
    german = replace(TENDER, language="de", afterwards="Ruh dich aus.", text="You must!")
    assert [field for field, _ in advice(made(library, german))] == ["depth"]


# -- other languages ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("de", "de"), (" DE ", "de"), ("pt_br", "pt-BR"), ("zh-hant", "zh-Hant"), ("es-419", "es-419"),
        ("sr-latn-rs", "sr-Latn-RS"), ("de-1996", "de-1996"), ("gsw", "gsw"), ("xx", ""), ("", ""),
        ("german", ""), ("de-", ""), ("d", ""), ("<b>", ""), ("de\n", "de"), ("ｄｅ", ""),
    ],
)  # fmt: skip
def test_language_codes(typed: str, tag: str) -> None:
    assert language_tag(typed) == tag


def test_a_translation_changes_words_and_nothing_else(library: Library) -> None:
    prompt = made(library, STIRRING)
    german = translated(prompt, "de", {"title": "Eine Tür", "text": "Du musst: welche Tür?"}, library)
    assert (german.title, german.text, german.language) == ("Eine Tür", "Du musst: welche Tür?", "de")
    words = {"title", "text", "language"}
    assert german.model_dump(exclude=words) == prompt.model_dump(exclude=words)
    assert advice(german) == []


def test_slow_lines_keep_their_pauses(library: Library) -> None:
    slow = made(library, replace(PLAIN, kind="slow_lines", ways="none", lines="One | 5\nTwo | 9"))
    words = {"title": "Langsam", "text": "Lies mit.", "lines": "Eins\nZwei | 7"}
    assert [(line.text, line.pause_s) for line in translated(slow, "de", words, library).lines] == [
        ("Eins", 5),
        ("Zwei", 7),
    ]
    with pytest.raises(Invalid) as caught:
        translated(slow, "de", words | {"lines": "Eins"}, library)
    assert caught.value.fields == {"lines": "own_as_many"}


@pytest.mark.parametrize(
    ("tag", "words", "fields"),
    [
        ("en", {"title": "A", "text": "B"}, {"language": "own_same_language"}),
        ("DE", {"title": "A", "text": "B"}, {"language": "own_language"}),
        ("de", {"text": "B"}, {"title": "own_title"}),
        ("de", {"title": "A"}, {"text": "own_text"}),
        ("de", {"title": "A", "text": "Wort " * 71}, {"text": "own_words"}),
    ],
)
def test_what_is_no_translation(
    library: Library, tag: str, words: dict[str, str], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        translated(made(library, PLAIN), tag, words, library)
    assert caught.value.fields == fields
