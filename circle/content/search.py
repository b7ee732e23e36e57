"""Finding prompts: by words, and by what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A prompt with its words in lower case, folded once and not at every search."""

    prompt: PromptRecord
    title: str
    everything: str


class Index:
    """Prompts made ready to be searched. Two of them are joined with `+`, which folds nothing anew."""

    def __init__(self, prompts: Iterable[PromptRecord], also: Mapping[str, str] | None = None) -> None:
        """also: by a prompt's id, more words by which it is found (its translations)."""
        more = also or {}
        self._entries = tuple(
            _Entry(
                prompt,
                prompt.title.casefold(),
                " ".join((*_texts(prompt), more.get(prompt.id, ""))).casefold(),
            )
            for prompt in prompts
        )

    def __add__(self, other: Index) -> Index:
        joined = Index(())
        joined._entries = (*self._entries, *other._entries)
        return joined

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, wanted: Wanted) -> list[PromptRecord]:
        """The prompts that fit, none of them retired: titles with the words first, then the quieter ones."""
        words = wanted.words.casefold().split()
        found = [
            entry
            for entry in self._entries
            if entry.prompt.status != "retired"
            and _fits(entry.prompt, wanted)
            and all(word in entry.everything for word in words)
        ]
        found.sort(
            key=lambda entry: (
                not all(word in entry.title for word in words),
                entry.prompt.intensity,
                entry.prompt.id,
            )
        )
        return [entry.prompt for entry in found]


def find(where: Library | Index, wanted: Wanted) -> list[PromptRecord]:
    """What fits, in a library or an index of it; whoever searches often keeps an index."""
    index = where if isinstance(where, Index) else Index(where.prompts.values())
    return index.find(wanted)


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
