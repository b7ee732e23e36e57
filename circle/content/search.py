"""Finding prompts: by words, and by what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from circle.content.loader import Library
from circle.content.schema import PromptRecord


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; "" and 0 stand for anything. words: all of them occur, in any case.

    intensity and minutes: at most. layer: exactly. sharing: one of the ways it can be answered.
    """

    words: str = ""
    theme: str = ""
    strand: str = ""
    kind: str = ""
    sharing: str = ""
    layer: int = 0
    intensity: int = 0
    minutes: int = 0


def find(library: Library, wanted: Wanted) -> list[PromptRecord]:
    """The prompts that fit, none of them retired: titles with the words first, then the quieter ones."""
    words = wanted.words.casefold().split()
    found = [
        prompt
        for prompt in library.prompts.values()
        if prompt.status != "retired" and _fits(prompt, wanted) and _has_all(_texts(prompt), words)
    ]
    return sorted(
        found, key=lambda prompt: (not _has_all([prompt.title], words), prompt.intensity, prompt.id)
    )


def _fits(prompt: PromptRecord, wanted: Wanted) -> bool:
    return (
        wanted.theme in ("", prompt.theme, *prompt.themes_secondary)
        and wanted.strand in ("", prompt.strand)
        and wanted.kind in ("", prompt.kind)
        and (not wanted.sharing or wanted.sharing in prompt.sharing_modes)
        and wanted.layer in (0, prompt.layer)
        and (not wanted.intensity or prompt.intensity <= wanted.intensity)
        and (not wanted.minutes or prompt.minutes.min <= wanted.minutes)
    )


def _texts(prompt: PromptRecord) -> Iterable[str]:
    gentle = prompt.gentle_alternative.text if prompt.gentle_alternative else ""
    lines = (line.text for line in prompt.lines)
    return (prompt.id, prompt.title, prompt.text, gentle, prompt.facilitator_note, *prompt.tiles, *lines)


def _has_all(texts: Iterable[str], words: list[str]) -> bool:
    everything = " ".join(texts).casefold()
    return all(word in everything for word in words)
