"""An outline pasted from anywhere (a mail, notes, a list, a table), read as the steps of a plan. Pure.

What a line means is guessed, never with more depth than its words give. What is not understood is kept, in
order, for people to look at: nothing that can be read goes by in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from circle.domain.errors import Invalid
from circle.domain.outline_lines import Line, read_lines
from circle.domain.outline_times import between
from circle.domain.outline_words import by_number, by_word, is_tender, kind_of, shape_of, shared_after
from circle.domain.plan import Kind, Prompt, Sharing, Step, StepClass

TEXT_MAX = 20_000  # characters of a pasted text
STEPS_MAX = 60
MINUTES_MAX = 60  # of a step
TITLE_MAX = 40
QUESTION_MAX = 600
NOTE_MAX = 1200  # of a step; longer ones are kept, and cannot be taken in at a glance
KEPT = "Also in the outline:"
NAME_WORDS = 2  # a line of no more words, known ones, is a step wherever it stands
SHORT_WORDS = 6  # a line of more words than these is a sentence, not a step's name

_ASKING = (
    Kind.CHECK_IN, Kind.WRITING, Kind.WALL, Kind.ROUND, Kind.VOLUNTEER, Kind.PAIR, Kind.INTEGRATE,
    Kind.CLOSING,
)  # fmt: skip
_ENDS = re.compile(r"(?:the )?(?:end|ends|end of .{1,20}|finish|ende|fin|final|home)\W*", re.IGNORECASE)
_ABOUT_ALL = re.compile(
    r"(?:total|sum|duration|length|time|when|date|what|minutes|dauer|zeit|wann|datum|gesamt|summe|durée|heure|quand"
    r"|horaire|duración|hora|cuándo)(?: (?:time|length|duration|totale?|zeit))?\W*",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi"
    r"|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b",
    re.IGNORECASE,
)
_FOR_HOSTS = re.compile(r"(?:host|note|notes|notiz|leitung|script|material|nota)s?\s*:", re.IGNORECASE)
_CALLED = re.compile(r"(?:question|prompt|frage|impuls|pregunta|consigne)\s*:\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """What was read. guessed: ids of steps whose minutes the text does not say. not_understood: lines that
    are in no step, in the order of the text. begins: the time of the first step, in minutes after midnight as
    written; None where there is none. left_out: lines that name somebody, to be shown and not to be kept; a
    step's own line is among them whole, and the step has what it says but for addresses and numbers.
    """

    steps: tuple[Step, ...]
    not_understood: tuple[str, ...]
    guessed: tuple[str, ...] = ()
    begins: int | None = None
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """A step in the making: its own line, and those below that belong to it."""

    line: Line
    minutes: int | None
    below: list[Line] = field(default_factory=list)


def read_outline(text: str) -> Outline:
    """The steps of an outline, as far as they can be read; there may be none.

    Each is a whole `Step`: minutes 1 to 60, a title of at most 40 characters. What does not fit stands in
    full in its note for hosts. Raises Invalid("outline_long") above 20,000 characters and
    Invalid("outline_many") above 60 steps.
    """
    if len(text) > TEXT_MAX:
        raise Invalid("outline_long", {"text": "outline_long"})
    lines = read_lines(text)
    found, left, end = _sorted_out([line for line in lines if not line.left_out])
    left_out = tuple(line.text for line in lines if line.left_out or line.names)
    if len(found) > STEPS_MAX:
        raise Invalid("outline_many", {"text": "outline_many"})
    _fill_minutes(found, end)
    steps = tuple(_step(one, f"s{number}") for number, one in enumerate(found, start=1))
    guessed = tuple(step.id for step, one in zip(steps, found, strict=True) if one.minutes is None)
    return Outline(steps, tuple(left), guessed, found[0].line.clock.at if found else None, left_out)


def with_lines_kept(outline: Outline) -> tuple[Step, ...]:
    """The steps, with what was not understood in the first one's note for hosts; what a note of 1,200
    characters cannot take stands in the next one's, and the last one takes what is left.
    """
    steps, lines = list(outline.steps), list(outline.not_understood)
    for at, step in enumerate(steps):
        note = [step.note] if step.note else []
        added = [KEPT] if lines else []
        while lines and (at == len(steps) - 1 or len("\n".join([*note, *added, lines[0]])) <= NOTE_MAX):
            added.append(lines.pop(0))
        if added[1:]:
            steps[at] = replace(step, note="\n".join(note + added))
    return tuple(steps)


# -- which line is what -------------------------------------------------------------------------------
def _sorted_out(lines: list[Line]) -> tuple[list[_Found], list[str], int | None]:
    """(steps, lines that are in none and name nobody, the time of the end where the outline says it)."""
    timed = any(line.has_time and line.head for line in lines)
    found: list[_Found] = []
    left: list[Line] = []
    waiting: Line | None = None  # a time that stands alone: the line below it is what happens then
    open_step: _Found | None = None
    end = None
    for read in lines:
        line = read
        if waiting is not None and read.head and read.clock.at is None:
            line, waiting = read.at(waiting), None
        if open_step and _belongs(line, open_step):
            open_step.below += [] if line.names else [line]
        elif open_step and open_step.minutes is None and line.is_only_a_length:
            open_step.minutes = line.minutes
        elif _is_step(line, timed=timed):
            open_step = _Found(line, line.minutes)
            found.append(open_step)
        elif line.is_only_a_time:
            left += [waiting] if waiting else []
            waiting = line
        else:
            end = line.clock.at if _ENDS.fullmatch(line.head) else end
            left += [line]
            open_step = None
    if waiting is not None:
        left, end = [*left, waiting], waiting.clock.at
    return found, [line.text for line in left if not line.names], end


def _belongs(line: Line, step: _Found) -> bool:
    """Whether a line below a step says more about it: set further in, or the question right beneath."""
    if line.clock.at is not None or not line.text:
        return False
    if line.indent > step.line.indent:
        return line.minutes is None or step.minutes is not None or step.line.clock.at is not None
    asked = any("?" in other.text for other in (step.line, *step.below))
    return (
        line.text.endswith(("?", "?”", '?"')) and line.follows and not (line.listed or line.has_time or asked)
    )


def _is_step(line: Line, *, timed: bool) -> bool:
    """Whether a line is a step of its own. timed: other lines have times; those without are rather words."""
    kind = _kind(line)
    if not line.head and not line.said:
        return False
    if _ENDS.fullmatch(line.head) or _ABOUT_ALL.fullmatch(line.head):
        return False
    if kind is None and (_is_long(line) or (_DAY.search(line.head) and line.clock.at is not None)):
        return False
    if line.clock.at is not None or (line.minutes is not None and not line.length_inside):
        return True
    if kind is not None and len(line.head.split()) <= SHORT_WORDS:
        is_a_name = len(line.text.split()) <= NAME_WORDS
        return line.listed or line.length_inside or is_a_name or not timed
    return line.numbered and not timed and len(line.text.split()) <= 2 * SHORT_WORDS


def _is_long(line: Line) -> bool:
    """More than a step can take: the length of the whole evening, or of half of it."""
    until = line.clock.until
    span = between(line.clock.at, until) if line.clock.at is not None and until is not None else None
    return (
        max(line.minutes or 0, span or 0, MINUTES_MAX + 1 if until is not None and span is None else 0)
        > MINUTES_MAX
    )


def _kind(line: Line) -> Kind | None:
    known = kind_of(line.head)
    return known if known is not None or "?" in line.said else kind_of(line.said)


# -- how long it takes --------------------------------------------------------------------------------
def _fill_minutes(found: list[_Found], end: int | None) -> None:
    """Minutes from spans and from one time to the next; steps between two times share what is left."""
    for one in found:
        clock = one.line.clock
        if one.minutes is None and clock.at is not None and clock.until is not None:
            one.minutes = between(clock.at, clock.until)
    marks = [(at, one.line.clock.at) for at, one in enumerate(found) if one.line.clock.at is not None]
    for (first, begins), (last, ends) in pairwise([*marks, (len(found), end)]):
        passed = between(begins, ends) if begins is not None and ends is not None else None
        if passed is not None:
            _share(found[first:last], passed)


def _share(steps: list[_Found], minutes: int) -> None:
    open_ones = [one for one in steps if one.minutes is None]
    rest = minutes - sum(one.minutes or 0 for one in steps)
    if open_ones and rest >= len(open_ones):
        each, more = divmod(rest, len(open_ones))
        for at, one in enumerate(open_ones):
            one.minutes = each + (at < more)


# -- the step -----------------------------------------------------------------------------------------
def _step(one: _Found, step_id: str) -> Step:
    question, notes = _asked(one)
    kind, shape = shape_of(_kind(one.line), asks=bool(question))
    words = f"{one.line.head} {question}"
    minutes = one.minutes or shape.minutes
    if minutes > MINUTES_MAX:
        notes = [*notes, f"The outline says {minutes} minutes."]
        minutes = MINUTES_MAX
    if kind is Kind.WRITING and shared_after(one.line.head):
        kind, sharing, solo = Kind.VOLUNTEER, Sharing.SPOKEN_VOLUNTEER, minutes // 2
    else:
        sharing, solo = _sharing(kind, shape.sharing, words), minutes // 2 if kind is Kind.WALL else 0
    title, rest = _title(
        one.line.head, "A question" if question else kind.value.replace("_", " ").capitalize()
    )
    return Step(
        id=step_id,
        kind=kind,
        cls=shape.cls,
        title=title,
        minutes=minutes,
        intensity=shape.intensity + (shape.cls is StepClass.EXPLORE and is_tender(words)),
        sharing=sharing,
        prompt=Prompt(text=question) if question else None,
        solo_minutes=min(solo, 20),
        note="\n".join(rest + notes),
        number=sharing is Sharing.CHAT_WORD and kind is Kind.CHECK_IN and by_number(words),
    )


def _sharing(kind: Kind, usual: Sharing, words: str) -> Sharing:
    by_page = (kind is Kind.CHECK_IN and by_number(words)) or by_word(words)
    return Sharing.CHAT_WORD if by_page and kind in (Kind.CHECK_IN, Kind.CLOSING) else usual


def _asked(one: _Found) -> tuple[str, list[str]]:
    """(the question, what else is said): the first that asks, and is not longer than can be heard."""
    said = [one.line.said] if one.line.said else []
    may_ask = _kind(one.line) in _ASKING
    question, notes = "", []
    for at, words in enumerate([*said, *_paragraphs(one.below)]):
        called = _CALLED.match(words)
        asks = "?" in words or bool(called) or (may_ask and at < len(said))
        if asks and not question and len(words) <= QUESTION_MAX and not _FOR_HOSTS.match(words):
            question = words[called.end() :] if called else words
        else:
            notes.append(words)
    return question, notes


def _paragraphs(lines: Iterable[Line]) -> list[str]:
    """Lines that run on are one text; each item of a list is its own."""
    found: list[str] = []
    for line in lines:
        if found and line.follows and not line.listed:
            found[-1] += f" {line.plain}"
        else:
            found.append(line.plain)
    return found


def _title(head: str, otherwise: str) -> tuple[str, list[str]]:
    """(the title, and the whole of it where it had to be cut)."""
    if not head:
        return otherwise, []
    capital = head[0].upper()
    name = (capital if capital.lower() == head[0] else head[0]) + head[1:]  # not "SS" for "ß"
    if len(name) <= TITLE_MAX:
        return name, []
    return name[: TITLE_MAX - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…", [name]
