"""The same prompt in another language: the words change, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from circle.content.languages import language_tag
from circle.content.loader import Library
from circle.content.own import prompt_from, whole_sheet_of
from circle.content.own_sheet import MANY_LINES, Sheet
from circle.content.schema import PromptRecord
from circle.domain.errors import Invalid


def translated(prompt: PromptRecord, tag: str, words: Mapping[str, str], library: Library) -> PromptRecord:
    """The prompt with these words (fields of `own.TRANSLATED`); what is empty stays as in the original.

    Raises Invalid with `fields`: no language, the original's own, no title or text, more or fewer lines
    than the original has, and everything `prompt_from` refuses.
    """
    if language_tag(tag) != tag:
        raise Invalid("own_language", {"language": "own_language"})
    if tag == prompt.language:
        raise Invalid("own_same_language", {"language": "own_same_language"})
    original = whole_sheet_of(prompt)
    wrong = dict(_slips(original, words))
    if wrong:
        raise Invalid("own_prompt", wrong)
    given = {name: text for name, text in words.items() if text}
    if "lines" in given:
        given["lines"] = _paused(given["lines"], original.lines)
    sheet = replace(original, **given, language=tag)
    return prompt_from(sheet, library, prompt.reviewed_on, prompt_id=prompt.id, version=prompt.version)


def _slips(original: Sheet, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not words.get("title"):
        yield "title", "own_title"
    if not words.get("text"):
        yield "text", "own_text"
    for name in MANY_LINES:
        text = words.get(name, "")
        if text and len(text.splitlines()) != len(getattr(original, name).splitlines()):
            yield name, "own_as_many"


def _paused(text: str, original: str) -> str:
    """Each line with the pause of the line it stands for, unless it says its own."""
    pauses = [line.rpartition("|")[2].strip() for line in original.splitlines()]
    return "\n".join(
        line if line.rpartition("|")[2].strip().isdigit() else f"{line} | {pause}"
        for line, pause in zip(text.splitlines(), pauses, strict=True)
    )
