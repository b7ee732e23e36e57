"""Ideas of the digest that live in rules about the content and the pages, each with the test that keeps it.

`circle/content/ideas.toml` names these tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle.content.lint import passages
from circle.content.loader import Library
from circle.content.schema import PromptRecord
from circle.content.words import word_findings
from circle.domain.plan import Kind, Sharing, StepClass

HOME = Path(__file__).parents[2]
STIRRING = 3
THEMES = ("grief", "outgrowing", "security")

REWARDS = re.compile(
    r"<progress|<meter|progressbar|badges?\b|streaks?\b|leaderboard|troph(?:y|ies)|\bscores?\b|level up"
    r"|achievement|you have earned|per cent|\d %(?!\})|% (?:done|complete)",
    re.IGNORECASE,
)
LEANING = re.compile(r"https?:|www\.|\b(?:institutes?|universit(?:y|ies)|academy|clinics?)\b", re.IGNORECASE)
SLIPS_OF_THE_EAR = ("warrants", "outgoing people", "space for us")


def rewards_in(text: str) -> list[str]:
    return REWARDS.findall(text)


def pages() -> Iterator[Path]:
    yield from sorted((HOME / "templates").rglob("*.html"))
    for folder in ("meeting", "draw", "pages", "quiet"):
        yield from sorted((HOME / "static/js" / folder).rglob("*.js"))


def test_no_page_rewards_ranks_or_fills_up() -> None:
    read = list(pages())
    assert len(read) > 80
    assert {
        file.name: found for file in read if (found := rewards_in(file.read_text(encoding="utf-8")))
    } == {}


@pytest.mark.parametrize(
    "text",
    ["<progress value=3>", '<div role="progressbar">', "Your badge is here.", "A streak of three.",
     "60 % done", "Your score", "Level up"],
)  # fmt: skip
def test_a_reward_on_a_page_is_found(text: str) -> None:
    assert rewards_in(text)


def test_no_stirring_prompt_is_without_a_softer_form(library: Library) -> None:
    stirring = [prompt for prompt in library.prompts.values() if prompt.intensity >= STIRRING]
    assert stirring
    for prompt in stirring:
        assert prompt.gentle_alternative is not None, prompt.id
        assert prompt.gentle_alternative.intensity < prompt.intensity, prompt.id


def test_every_theme_has_all_three_strands(library: Library) -> None:
    for theme in THEMES:
        strands = {prompt.strand for prompt in library.prompts.values() if prompt.theme == theme}
        assert strands == {"safety", "awareness", "connection"}, theme


def test_every_theme_leads_from_noticing_to_relating(library: Library) -> None:
    for theme in THEMES:
        assert {2, 3} <= {prompt.layer for prompt in library.prompts.values() if prompt.theme == theme}, theme


def test_what_stirs_is_gathered_afterwards(library: Library) -> None:
    """After the last stirring step, and before the closing, there is a step that lets things join."""
    stirring = 0
    for plan in library.templates.values():
        at = [n for n, step in enumerate(plan.steps) if step.intensity >= STIRRING]
        if at:
            stirring += 1
            assert any(step.cls is StepClass.INTEGRATE for step in plan.steps[at[-1] + 1 :]), plan.name
    assert stirring >= 7


def test_every_evening_has_time_alone_and_time_together(library: Library) -> None:
    for plan in library.templates.values():
        alone = [s for s in plan.steps if s.solo_minutes or s.kind in (Kind.SILENCE, Kind.WRITING)]
        together = [s for s in plan.steps if s.sharing not in (Sharing.NONE, Sharing.PRIVATE, Sharing.TILES)]
        assert alone, plan.name
        assert len(together) >= 2, plan.name


@pytest.mark.parametrize(
    "text",
    ["You are healed.", "She was cured.", "He has recovered.", "Soon you are back on track.",
     "You will feel better.", "Find the silver lining.", "Everything happens for a reason."],
)  # fmt: skip
def test_words_of_cure_and_bright_sides_are_found(text: str) -> None:
    assert list(word_findings(text))


def test_prepared_words_judge_nobody(library: Library) -> None:
    """What a host can say in a hard moment asks nobody for reasons, and gives no verdict."""
    verdict = re.compile(r"\bwhy\b|\byour fault\b|\byou (?:always|never)\b|\bcalm down\b|\bat least\b", re.I)
    said = [card.say for card in library.if_then if card.say]
    assert len(said) >= 10
    assert [text for text in said if verdict.search(text) or list(word_findings(text))] == []


def test_heavier_afterwards_is_said_to_be_known(library: Library) -> None:
    (line,) = [text for text in library.if_it_stirs if "eavier" in text]
    assert "known to many" in line
    assert "not mean that something went wrong" in line
    assert "heavier" in library.after_care


def test_a_clear_head_is_asked_for_and_its_lack_met_kindly(library: Library) -> None:
    assert [clause.id for clause in library.agreements if "clear-headed" in clause.text] == ["AG-09"]
    (card,) = [card for card in library.if_then if card.id == "intoxicated"]
    assert card.to == "person", "nobody is called out before the room"
    assert "open to you" in card.say


def test_hard_feelings_and_easy_ones_are_both_there_to_tap() -> None:
    palette = (HOME / "static/js/meeting/views/palette.js").read_text(encoding="utf-8")
    families = re.findall(r"^  \['([^']+)', \[([^\]]+)\]\],$", palette, re.MULTILINE)
    words = {word for _, listed in families for word in re.findall(r"'([^']+)'", listed)}
    assert {"angry", "sad", "envious", "numb"} <= words
    assert {"relieved", "calm", "grateful", "moved"} <= words


def leaning(prompt: PromptRecord) -> list[str]:
    return LEANING.findall(json.dumps(prompt.model_dump(mode="json"), ensure_ascii=False))


def test_no_prompt_leans_on_a_link_or_a_great_name(library: Library) -> None:
    assert {prompt.id: found for prompt in library.prompts.values() if (found := leaning(prompt))} == {}
    for words in ("As the Institute of Calm found.", "See https://example.org."):
        assert leaning(library.prompts["GF-01"].model_copy(update={"rationale": words}))


def slips_in(text: str) -> list[str]:
    return [slip for slip in SLIPS_OF_THE_EAR if slip in text.casefold()]


def test_no_slip_of_the_transcript_is_repeated(library: Library) -> None:
    assert {p.field: found for p in passages(library) if (found := slips_in(p.text))} == {}
    assert slips_in("On Outgoing people.") == ["outgoing people"]


def test_every_question_from_light_on_says_why(library: Library) -> None:
    """In a sentence or two for members, each in words of its own; the step keeps it for the evening."""
    whys = {
        one.id: one.why for one in library.prompts.values() if one.intensity >= 2 and one.status != "retired"
    }
    assert [one for one, why in whys.items() if not why] == []
    assert len(set(whys.values())) == len(whys)
    assert [one for one, why in whys.items() if not why.endswith(".") or why.count(".") > 3] == []
    steps = [step for plan in library.templates.values() for step in plan.steps if step.intensity >= 2]
    assert [step.title for step in steps if step.prompt is None or not step.prompt.why] == []
