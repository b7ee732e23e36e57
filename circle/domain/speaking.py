"""Words as they are spoken: one sentence or slow line at a time, the quiet after each, and how long it takes.

The figures are our own: 130 words a minute is slower than most people talk, as a voice is that wants to be
followed by people who are moved; the pauses are what a breath, a thought, and a question take. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from circle.domain.plan import Line, Prompt, Step

WORDS_A_MINUTE = 130
SENTENCE_S = 1  # seconds of quiet after a sentence
QUESTION_S = 3  # after a question, which wants to land
PART_S = 3  # before something else begins
ITEM_S = 8  # between things that come one by one

_END = re.compile(r"(?<=[.!?…。！？])[”’\"')]*\s+|(?<=[.!?…][”’\"')])\s+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence or a slow line. pause_s: seconds of quiet after it. part: what it belongs to, "say",
    "question", "lines" or "items".
    """

    text: str
    pause_s: int
    part: str


def step_aloud(step: Step) -> tuple[Spoken, ...]:
    """What a host says in a step: the script, then what stands on the page, unless the script is that."""
    prompt = step.prompt
    if prompt is None:
        return _joined(_sentences(step.script, "say"))
    same = _plain(step.script) == _plain(prompt.text)
    return _joined(() if same else _sentences(step.script, "say"), *_parts(prompt))


def prompt_aloud(prompt: Prompt, quiet_after_s: int = 0) -> tuple[Spoken, ...]:
    """A question read aloud, with what comes in lines or one by one. quiet_after_s: kept at the end."""
    found = _joined(*_parts(prompt))
    return (*found[:-1], replace(found[-1], pause_s=quiet_after_s)) if found else ()


def seconds_aloud(lines: Iterable[Spoken]) -> int:
    """How long it takes, the quiet included, in seconds."""
    read = tuple(lines)
    words = sum(len(line.text.split()) for line in read)
    return round(words * 60 / WORDS_A_MINUTE) + sum(line.pause_s for line in read)


def _parts(prompt: Prompt) -> tuple[tuple[Spoken, ...], ...]:
    return (
        _sentences(prompt.text, "question"),
        tuple(_slow(line) for line in prompt.lines),
        tuple(Spoken(item, ITEM_S, "items") for item in prompt.one_by_one),
    )


def _slow(line: Line) -> Spoken:
    return Spoken(line.text, line.pause_s, "lines")


def _sentences(text: str, part: str) -> tuple[Spoken, ...]:
    found = [" ".join(sentence.split()) for sentence in _split(text)]
    return tuple(
        Spoken(sentence, QUESTION_S if "?" in sentence[-3:] else SENTENCE_S, part)
        for sentence in found
        if sentence
    )


def _split(text: str) -> list[str]:
    """At the end of sentences; what closes a quotation stays with it."""
    ends = [0]
    for found in _END.finditer(text):
        ends.append(found.end())
    return [text[begin:end] for begin, end in zip(ends, [*ends[1:], len(text)], strict=True)]


def _joined(*parts: tuple[Spoken, ...]) -> tuple[Spoken, ...]:
    """One after the other: a longer quiet before each next part, and none after the last."""
    found: list[Spoken] = []
    for part in parts:
        if part and found:
            found[-1] = replace(found[-1], pause_s=max(PART_S, found[-1].pause_s))
        found += part
    return (*found[:-1], replace(found[-1], pause_s=0)) if found else ()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
