"""The lines of an outline, taken apart: bullet, time, length, name, and what is said after a colon. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from circle.domain.outline_people import heads_and_signatures, unquoted, without_contacts
from circle.domain.outline_times import (
    NO_CLOCK,
    Clock,
    length_inside,
    take_bare,
    take_clock,
    take_length,
    take_offsets,
)
from circle.domain.outline_words import kind_of

TAB = 4  # columns

_RULING = re.compile(r"[\s|:+=_*#~.·•–—-]*")
_BULLET = re.compile(
    r"(?:[-*+•◦▪‣·–—>○●■□]+\s+|\[[ xX✓]?\]\s*|#{1,6}\s+|\(?[a-zA-Z][.)]\s+"
    r"|\(?(?P<number>\d{1,2})[.)]\s+|(?:step|schritt|étape|paso|punkt)\s+(?P<step>\d{1,2})\s*[:.)–—-]\s*)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\|?\s*(\d{1,2})[\s|;]+(?=[^\W\d])")
# Inside a word a ` is an apostrophe of somebody's keyboard.
_MARKS = re.compile(r"\*\*|__|`(?!\w)|(?<!\w)`|\*(?=\w)|(?<=[\w?.!])\*")
_QUOTED = re.compile(r"(.*?)[\s:–—-]*[“„\"«]([^“„\"«»”]+)[”“\"»]\s*")
_COLON = re.compile(r"([^:]{1,80}?)\s*:\s+(.+)")
_SENTENCE = re.compile(r"([^?]{1,60}?)(?:\s[-–—]\s+|[.!]\s+)(.+\?)")
_EDGES = " \t:|,;.–—-/"


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something to read in it.

    text: as written, but for marks of a quoted mail. plain: without its bullet and marks, addresses and phone
    numbers. indent: columns. follows: the line before it is not empty. head: what it names; said: what stands
    after a colon, in quotes, or as a question. length_inside: its minutes stand in the middle of a sentence,
    so they may be about something else. names: somebody's address or number stands in it. left_out: it is a
    mail's head or a signature, and was not taken apart.
    """

    text: str
    plain: str
    indent: int = 0
    follows: bool = False
    listed: bool = False
    numbered: bool = False
    clock: Clock = NO_CLOCK
    minutes: int | None = None
    length_inside: bool = False
    head: str = ""
    said: str = ""
    names: bool = False
    left_out: bool = False

    @property
    def has_time(self) -> bool:
        """Whether a time or a length stands in it as such."""
        return self.clock.at is not None or (self.minutes is not None and not self.length_inside)

    @property
    def is_only_a_time(self) -> bool:
        """A clock, and nothing to do then."""
        return self.clock.at is not None and not self.head and not self.said

    @property
    def is_only_a_length(self) -> bool:
        """Minutes, and nothing that takes them."""
        return self.clock.at is None and self.minutes is not None and not self.head and not self.said

    def at(self, other: Line) -> Line:
        """This line, at the time of another that stood alone above it."""
        return replace(self, clock=other.clock, indent=other.indent, minutes=self.minutes or other.minutes)


def read_lines(text: str) -> list[Line]:
    """Every line that has something to read in it; rulings of tables have not."""
    found: list[Line] = []
    quoted = [unquoted(_visible(line)) for line in text.splitlines()]
    raw, of_mails = [line for line, _ in quoted], heads_and_signatures(quoted)
    has_cells = sum("\t" in line.strip() for line in raw) > 1
    counted, passed, follows = 0, 0, False
    for at, written in enumerate(raw):
        if _RULING.fullmatch(written):
            follows = follows and bool(written.strip())
            continue
        if at in of_mails:
            found.append(Line(written.strip(), "", left_out=True))
            follows = False
            continue
        columns = 0 if has_cells else len(written.expandtabs(TAB)) - len(written.expandtabs(TAB).lstrip())
        line, counted = _opened(Line(written.strip(), "", columns, follows), counted)
        line, passed = _taken_apart(line, passed)
        found.append(line)
        follows = True
    return found


def _visible(line: str) -> str:
    """In NFC, without characters that hide or turn others; a tab stays, as it parts cells."""
    composed = unicodedata.normalize("NFC", line)
    seen = (char if char == "\t" or unicodedata.category(char)[0] != "C" else "" for char in composed)
    return "".join(" " if char != "\t" and char.isspace() else char for char in seen).rstrip()


def _opened(line: Line, counted: int) -> tuple[Line, int]:
    """Without bullet, number and marks. counted: the number of the last numbered line."""
    words, listed, numbered = without_contacts(line.text), False, False
    names = words != line.text
    while found := _BULLET.match(words):
        number = found["number"] or found["step"]
        counted, numbered = (int(number), True) if number else (counted, numbered)
        words, listed = words[found.end() :], True
    count = _COUNTED.match(words)
    if count and not numbered and int(count[1]) == counted + 1 and not take_length(words)[0]:
        words, listed, numbered, counted = words[count.end() :], True, True, counted + 1
    plain = _MARKS.sub("", words).strip()
    return replace(line, plain=plain, listed=listed, numbered=numbered, names=names), counted


def _taken_apart(line: Line, passed: int) -> tuple[Line, int]:
    """With its time, length, name and question. passed: minutes so far, where they are counted."""
    cells = _cells(line.plain)
    if len(cells) > 1:
        return _from_cells(line, cells), passed
    words = line.plain
    offset, passed, words = take_offsets(words, passed)
    clock, words = (NO_CLOCK, words) if offset else take_clock(words)
    minutes, words = (offset, words) if offset else take_length(words)
    if minutes is None and clock.at is None:
        minutes, words = take_bare(words, at_any_edge=kind_of(words) is not None)
    head, said = _split(words)
    inside = length_inside(head) if minutes is None else None
    return (
        replace(
            line,
            clock=clock,
            minutes=minutes or inside or None,
            length_inside=minutes is None and bool(inside),
            head=head,
            said=said,
        ),
        passed,
    )


def _cells(words: str) -> list[str]:
    for mark, least in (("\t", 1), ("|", 1), (";", 2)):
        if words.count(mark) >= least:
            return [cell.strip() for cell in words.split(mark) if cell.strip()]
    return [words]


def _from_cells(line: Line, cells: list[str]) -> Line:
    """A row of a table: a time, a length and a number each in a cell, then names and questions."""
    clock, minutes, first, words = NO_CLOCK, None, None, []
    for at, cell in enumerate(cells):
        found, rest = take_clock(cell)
        if found.at is not None and not rest and clock.at is None:
            clock = found
            continue
        length, rest = take_length(cell)
        if length and not rest and minutes is None:
            minutes = length
            continue
        if cell.isascii() and cell.isdigit() and len(cell) <= 3:
            minutes, first = (minutes or int(cell), first) if at else (minutes, int(cell))
            continue
        words.append(cell)
    if not words:
        return replace(line, clock=clock, minutes=minutes)
    if minutes is None:
        minutes, words[0] = take_length(words[0])
    if clock.at is None:
        minutes = minutes or first
    head, said = _split(words[0])
    more = ([said] if said else []) + words[1:]
    return replace(line, clock=clock, minutes=minutes or None, head=head, said=" ".join(more))


def _split(words: str) -> tuple[str, str]:
    """(what it is called, what is said): at a quotation, a colon, or before a question."""
    words = words.strip()
    quoted = _QUOTED.fullmatch(words)
    if quoted and len(quoted[2].split()) > 2:
        return quoted[1].strip(_EDGES), quoted[2].strip()
    for pattern in (_COLON, _SENTENCE):
        found = pattern.fullmatch(words)
        if found and found[1].strip(_EDGES):
            return found[1].strip(_EDGES), found[2].strip()
    if words.endswith("?"):
        return "", words
    return words.strip(_EDGES), ""
