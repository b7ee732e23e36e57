"""What stops a circle's own prompt: slips of the pen, and what would harm. Each is a field and a code.

The codes have their sentences in refusals.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from circle.content.languages import language_tag
from circle.content.loader import Library
from circle.content.own_sheet import CHOICES, FIELDS, Sheet, pace_of, ways_of, whole_number
from circle.content.rules import after_care_findings, prompt_findings
from circle.content.schema import MAX_NOTE_WORDS, MAX_WORDS, PromptRecord
from circle.domain.plan import PAIR_AT_MOST

FIELD_MAX = 2000  # code points in any one field
STIRRING, TENDER, MOST_TENDER = 3, 4, 5
# The rules speak of the record; people read of their own field. Codes have sentences in refusals.toml.
_HARM = {
    "gentle_alternative": ("gentle", "own_gentle"),
    "gentle_alternative.intensity": ("gentle", "own_gentle_low"),
    "after_care": ("grounding", "own_landing"),
    "after_care.grounding_id": ("grounding", "own_grounding"),
    "content_note": ("content_note", "own_content_note"),
    "sharing_modes": ("ways", "pair_tender"),
    "lines": ("lines", "own_lines"),
    "tiles": ("tiles", "own_tiles"),
    "number": ("number", "own_number_way"),
    "one_by_one": ("one_by_one", "own_one_by_one"),
    "pace": ("pace", "own_pace"),
    "non_body_alternative": ("without_body", "own_without_body"),
}
_FIELD_OF = {
    "gentle_alternative": "gentle",
    "after_care": "afterwards",
    "facilitator_note": "note",
    "share_hint": "hint",
    "non_body_alternative": "without_body",
    "solo_minutes": "alone",
}
_MISFIT = {
    "lines": "own_line_long",
    "tiles": "own_tile_long",
    "one_by_one": "own_one_long",
    "after_care": "own_afterwards",
    "title": "own_title",
}


def codes() -> frozenset[str]:
    """Every code this module can give for a field; each has its sentence."""
    of_slips = (
        "own_choice own_minutes own_alone own_grounding own_adapted_from own_language own_pace own_number "
        "own_title own_text own_words own_note too_long own_field own_prompt"
    )
    return frozenset(of_slips.split()) | frozenset(_MISFIT.values()) | {code for _, code in _HARM.values()}


def slips(sheet: Sheet, library: Library) -> Iterator[tuple[str, str]]:
    """Field and code of everything that cannot be understood. The last one of a field is said."""
    yield from _long_or_missing(sheet)
    yield from _owed(sheet)
    for name, known in CHOICES.items():
        given = ways_of(sheet) if name == "ways" else (getattr(sheet, name),)
        if not given or not set(given) <= set(known):
            yield name, "own_choice"
    if not 1 <= whole_number(sheet.minutes) <= 60:
        yield "minutes", "own_minutes"
    if not 0 <= whole_number(sheet.alone) <= min(20, max(0, whole_number(sheet.minutes))):
        yield "alone", "own_alone"
    if sheet.afterwards and not sheet.grounding:
        yield "grounding", "own_landing"
    if sheet.grounding and not _is_grounding(sheet.grounding, library):
        yield "grounding", "own_grounding"
    if sheet.adapted_from and sheet.adapted_from not in library.prompts:
        yield "adapted_from", "own_adapted_from"
    if language_tag(sheet.language) != sheet.language:
        yield "language", "own_language"
    if sheet.pace and pace_of(sheet.pace) is None:
        yield "pace", "own_pace"
    if sheet.number not in ("", "yes"):
        yield "number", "own_number"


def _long_or_missing(sheet: Sheet) -> Iterator[tuple[str, str]]:
    if not sheet.title or len(sheet.title) > 40:
        yield "title", "own_title"
    if not sheet.text:
        yield "text", "own_text"
    for name in ("text", "gentle", "afterwards"):
        if len(getattr(sheet, name).split()) > MAX_WORDS:
            yield name, "own_words"
    if len(sheet.note.split()) > MAX_NOTE_WORDS:
        yield "note", "own_note"
    for name in FIELDS:
        if len(getattr(sheet, name)) > FIELD_MAX:
            yield name, "too_long"


def _owed(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """What depth asks for, said together with the slips: a second round of findings would weary people.

    The library's own rules are asked afterwards in any case (`harm`).
    """
    depth = whole_number(sheet.depth) if sheet.depth in CHOICES["depth"] else 0
    if depth >= STIRRING and not sheet.gentle:
        yield "gentle", "own_gentle"
    if depth >= STIRRING and not sheet.grounding:
        yield "grounding", "own_landing"
    if depth >= TENDER and not sheet.content_note:
        yield "content_note", "own_content_note"
    if depth > PAIR_AT_MOST and "pair" in ways_of(sheet):
        yield "ways", "pair_tender"


def _is_grounding(prompt_id: str, library: Library) -> bool:
    return prompt_id.startswith("GR-") and prompt_id in library.prompts


def misfits(places: Iterable[str]) -> dict[str, str]:
    """Field and code for the places of a record that its shape refuses."""
    return {_FIELD_OF.get(place, place): _MISFIT.get(place, "own_field") for place in places}


def harm(prompt: PromptRecord, library: Library) -> Iterator[tuple[str, str]]:
    """Field and code of everything the library's rules find in the finished prompt."""
    for place, _reason in (*prompt_findings(prompt), *after_care_findings(prompt, library.prompts)):
        yield _HARM.get(place, (_FIELD_OF.get(place, place), "own_field"))
