"""Words people say in a session. These are not meeting commands: no version, no feed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from circle.domain.errors import Invalid

TEXT_MAX = 4000  # code points after NFC
# Characters that are invisible or turn the reading direction of what follows.
_HIDDEN = {
    *(0x00AD, 0x180E, 0x200B, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
}
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
_GONE = dict.fromkeys(_HIDDEN | _CONTROLS)
# Part of words in some scripts, so they stay; alone they are nothing.
_JOINERS = "\u200c\u200d\u200e\u200f\u061c"


@dataclass(frozen=True, slots=True)
class Speech:
    """Something said or done with words. step: the step it was written in."""


@dataclass(frozen=True, slots=True)
class Say(Speech):
    """Words by name: an answer, or words while holding the piece. summary: may stand in the notes."""

    step: str
    text: str
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Sketch(Speech):
    """An answer without words, by name. strokes: as in `domain.sketch`. It never stands in the notes."""

    step: str
    strokes: str


@dataclass(frozen=True, slots=True)
class TakeBack(Speech):
    """One's own words by name go."""

    share: str


@dataclass(frozen=True, slots=True)
class SetAside(Speech):
    """A host hides words by name from the room, or shows them again."""

    share: str
    aside: bool


@dataclass(frozen=True, slots=True)
class HoldLine(Speech):
    """Words without a name, held until hosts collect. commit: hex SHA-256 of the page's secret."""

    step: str
    text: str
    commit: str
    read_aloud: bool = False
    summary: bool = False


@dataclass(frozen=True, slots=True)
class SetLineAside(Speech):
    """A host sets an unnamed line aside, before or after it is shown, or puts it back."""

    line: str
    aside: bool


@dataclass(frozen=True, slots=True)
class TakeLineBack(Speech):
    """Whoever has the secret takes the line back."""

    secret: str


@dataclass(frozen=True, slots=True)
class Receive(Speech):
    """A line was received: a glow, no name, no count."""

    line: str


@dataclass(frozen=True, slots=True)
class Whisper(Speech):
    """A private word to the hosts."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerWhisper(Speech):
    """A host's private answer to one person."""

    seat: str
    text: str


@dataclass(frozen=True, slots=True)
class Warn(Speech):
    """A host asks one person, privately and in their own words, for something: the first thing to try."""

    seat: str
    text: str


@dataclass(frozen=True, slots=True)
class Amend(Speech):
    """A host gives the circle another wording of its agreements. version: the one that was changed."""

    version: int
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Affirm(Speech):
    """*I can do this*: a private yes to this wording."""

    version: int


@dataclass(frozen=True, slots=True)
class SayInPair(Speech):
    """A word to whoever sits with one beside the table, and to nobody else."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class TakePairWordBack(Speech):
    """One's own word inside a pair goes."""

    share: str


# What leaves no receipt and no audit because it is written nowhere.
IN_PAIRS = (SayInPair, TakePairWordBack)

# What is done with an unnamed line: nothing may join it to a person, a receipt least of all.
UNNAMED = (HoldLine, TakeLineBack, Receive)


def clean_text(text: str) -> str:
    """The words as they will be kept: NFC, no hidden characters, 1 to 4,000 code points.

    Raises Invalid("empty") or Invalid("too_long").
    """
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_GONE)).strip()
    if not kept.strip(_JOINERS + " \n\t"):
        raise Invalid("empty", {"text": "empty"})
    if len(kept) > TEXT_MAX:
        raise Invalid("too_long", {"text": "too_long"})
    return kept
