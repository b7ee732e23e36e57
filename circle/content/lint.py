"""Checks of the words in the content files, beyond their shape. `circle check-content` runs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable

from circle.content.census import quota_problems
from circle.content.ideas import coverage_findings
from circle.content.loader import IDEAS, Library, content_root, read_library
from circle.content.problems import ContentError, Problem
from circle.content.schema import PromptRecord
from circle.content.words import (
    MAX_READING_AGE,
    copied_run,
    question_findings,
    reading_age,
    word_findings,
)
from circle.domain.plan import Plan

MAX_SCRIPT_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and where it stands. `for_members`: read or heard by members, so the word lint applies."""

    file: str
    field: str
    text: str
    for_members: bool = True


def check_content(root: Traversable | None = None) -> list[Problem]:
    """Everything to mend in the content files, in order of file; [] when all is well."""
    try:
        library = read_library(root or content_root())
    except ContentError as error:
        return list(error.problems)
    found = [
        Problem(passage.file, passage.field, reason)
        for passage in passages(library)
        for reason in passage_findings(passage)
    ]
    found.extend(_script_problems(library))
    found.extend(_question_problems(library))
    found.extend(quota_problems(library))
    found.extend(
        Problem(IDEAS, f"{idea}.{field}", reason) for idea, field, reason in coverage_findings(library)
    )
    return sorted(set(found))


def passage_findings(passage: Passage) -> Iterator[str]:
    """What is wrong with one text. Host notes may use a word of the list to warn of it; copying never."""
    run = copied_run(passage.text, _known_runs())
    if run:
        yield f"repeats eight words of a source text: {run!r}"
    if not passage.for_members:
        return
    yield from word_findings(passage.text)
    age = reading_age(passage.text)
    if age > MAX_READING_AGE:
        yield f"reads like a text for people of {age:.0f}; {MAX_READING_AGE:.0f} is the most"


def passages(library: Library) -> Iterator[Passage]:
    """Every text people read or hear."""
    for prompt in library.prompts.values():
        yield from prompt_passages(library.files[prompt.id], prompt)
    for plan in library.templates.values():
        file = library.files[plan.template]
        yield Passage(file, "about", library.template_about[plan.template])
        yield from _plan_passages(file, plan)
    yield from _care_passages(library)


@lru_cache(maxsize=1)
def _known_runs() -> frozenset[str]:
    lines = content_root().joinpath("essay_8grams.txt").read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def prompt_passages(file: str, prompt: PromptRecord) -> Iterator[Passage]:
    """Every text of one prompt; the field is named "GF-01.title"."""
    shown = {
        "title": prompt.title,
        "text": prompt.text,
        "share_hint": prompt.share_hint,
        "why": prompt.why,
        "content_note": prompt.content_note,
        "non_body_alternative": prompt.non_body_alternative,
        "gentle_alternative": prompt.gentle_alternative.text if prompt.gentle_alternative else "",
        "after_care": prompt.after_care.member_line if prompt.after_care else "",
        "lines": " ".join(line.text for line in prompt.lines),
        "one_by_one": " ".join(prompt.one_by_one),
        "tiles": ". ".join(prompt.tiles),
    }
    for field, text in shown.items():
        if text:
            yield Passage(file, f"{prompt.id}.{field}", text)
    if prompt.facilitator_note:
        yield Passage(file, f"{prompt.id}.facilitator_note", prompt.facilitator_note, for_members=False)


def _plan_passages(file: str, plan: Plan) -> Iterator[Passage]:
    yield Passage(file, "name", plan.name)
    for step in plan.steps:
        yield Passage(file, f"{step.id}.title", step.title)
        yield Passage(file, f"{step.id}.script", step.script)
        if step.note:
            yield Passage(file, f"{step.id}.note", step.note, for_members=False)


def _care_passages(library: Library) -> Iterator[Passage]:
    for clause in library.agreements:
        yield Passage("agreements.toml", f"{clause.id}.text", clause.text)
    for opening in library.openings:
        yield Passage("openings.toml", f"{opening.id}.text", opening.text)
    for practice in library.practices:
        yield Passage("practices.toml", f"{practice.id}.text", practice.text)
    for card in library.if_then:
        if card.say:
            yield Passage("if_then.toml", f"{card.id}.say", card.say)
        if card.do:
            yield Passage("if_then.toml", f"{card.id}.do", card.do, for_members=False)
    for advice in library.advice:
        yield Passage("advice.toml", f"{advice.id}.say", advice.say, for_members=False)
    for felt in library.pulse:
        yield Passage("pulse.toml", f"{felt.id}.say", felt.say, for_members=False)
    for idea in library.ideas:
        yield Passage(IDEAS, f"{idea.id}.idea", idea.idea, for_members=False)
    for code, sentence in library.refusals.items():
        yield Passage("refusals.toml", code, sentence)
    for line in library.helplines.lines:
        yield Passage("helplines.toml", f"{line.name}.purpose", line.purpose)
    yield Passage("helplines.toml", "elsewhere.text", library.helplines.elsewhere.text)
    yield Passage("care.toml", "dip_title", library.dip_title)
    yield Passage("care.toml", "dip", library.dip)
    yield Passage("care.toml", "after_care", library.after_care)
    yield Passage("care.toml", "if_it_stirs", " ".join(library.if_it_stirs))
    yield Passage("care.toml", "debrief", " ".join(library.debrief), for_members=False)


def _script_problems(library: Library) -> Iterator[Problem]:
    """A host speaks a script from the screen; past four sentences the room waits for them to finish."""
    for plan in library.templates.values():
        for step in plan.steps:
            sentences = sum(step.script.count(f"{mark} ") for mark in ".?") + 1
            if sentences > MAX_SCRIPT_SENTENCES:
                reason = f"has {sentences} sentences, at most {MAX_SCRIPT_SENTENCES} are spoken well"
                yield Problem(library.files[plan.template], f"{step.id}.script", reason)


def _question_problems(library: Library) -> Iterator[Problem]:
    for prompt in library.prompts.values():
        asked = {"text": prompt.text}
        if prompt.gentle_alternative:
            asked["gentle_alternative"] = prompt.gentle_alternative.text
        for field, text in asked.items():
            for reason in question_findings(text):
                yield Problem(library.files[prompt.id], f"{prompt.id}.{field}", reason)
