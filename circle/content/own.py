"""A circle's own prompts: the few things people are asked for, and the whole prompt that follows from them.

A `Sheet` is what stands on the form, in a row of a table and in an entry of a file: words only, as typed.
`prompt_from` makes a `PromptRecord` of it and `sheet_of` goes back; nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, get_args

from pydantic import ValidationError

from circle.content.languages import is_english, language_tag
from circle.content.loader import Library
from circle.content.rules import after_care_findings, prompt_findings
from circle.content.schema import (
    MAX_NOTE_WORDS,
    MAX_WORDS,
    PaceRecord,
    PromptKind,
    PromptRecord,
    SharingMode,
    Theme,
    as_read,
)
from circle.domain.errors import Invalid

FIELD_MAX = 2000  # code points in any one field
STIRRING, TENDER, MOST_TENDER = 3, 4, 5
HOST = "a host of this circle"
CHOICES: dict[str, tuple[str, ...]] = {
    "theme": get_args(Theme),
    "depth": ("1", "2", "3", "4", "5"),
    "kind": get_args(PromptKind),
    "ways": get_args(SharingMode),
}
TRANSLATED = (
    "title", "text", "gentle", "content_note", "hint", "afterwards", "without_body", "tiles", "lines",
    "one_by_one",
)  # fmt: skip
_PAUSE_SECONDS = "8"
_HINT = "as much or as little as you like"
_AFTERWARDS = "Take a moment before you go on. What came up can rest here."
_WITHOUT_BODY = "Rest your eyes on something in the room that stays where it is, and look at it slowly."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A prompt as people write it down; every field is text. "" is nothing, or our own default.

    depth: 1 to 5. ways: sharing modes with commas, the usual one first. minutes: the whole step, alone: of
    them in silence. gentle: the softer way in. grounding: a grounding of the library that follows.
    afterwards: what members read then. hint: how much to answer. tiles, lines and one_by_one: one each
    line; a slow line may end in "| 8", its pause in seconds. pace: seconds in, held, out, resting, and
    how many times. number: "yes" where 0 to 10 is the answer.
    """

    title: str = ""
    text: str = ""
    theme: str = "shared"
    depth: str = ""
    kind: str = "reflection"
    ways: str = "spoken_round"
    minutes: str = "8"
    alone: str = "0"
    gentle: str = ""
    content_note: str = ""
    note: str = ""
    grounding: str = ""
    afterwards: str = ""
    hint: str = ""
    without_body: str = ""
    tiles: str = ""
    lines: str = ""
    one_by_one: str = ""
    pace: str = ""
    number: str = ""
    language: str = "en"
    adapted_from: str = ""


FIELDS = tuple(field.name for field in fields(Sheet))
MANY_LINES = ("tiles", "lines", "one_by_one")


def sheet_from(values: Mapping[str, str]) -> Sheet:
    """A sheet with these fields; what is not there, or empty, is as on an empty sheet."""
    return Sheet(**{name: values[name] for name in FIELDS if values.get(name)})


def sheet_of(prompt: PromptRecord) -> Sheet:
    """What a host would have written to get this prompt: our own defaults are left out."""
    whole = whole_sheet_of(prompt)
    if not is_english(prompt.language):
        return whole
    ours = {"hint": _HINT, "afterwards": _AFTERWARDS}
    if prompt.body_based:
        ours["without_body"] = _WITHOUT_BODY
    given = asdict(whole)
    return replace(whole, **{name: "" for name, text in ours.items() if given[name] == text})


def whole_sheet_of(prompt: PromptRecord) -> Sheet:
    """The same with every word that members read, those by default among them."""
    gentle, care, pace = prompt.gentle_alternative, prompt.after_care, prompt.pace
    return Sheet(
        title=prompt.title,
        text=prompt.text,
        theme=prompt.theme,
        depth=str(prompt.intensity),
        kind=prompt.kind,
        ways=", ".join(prompt.sharing_modes),
        minutes=str(prompt.minutes.suggested),
        alone=str(prompt.solo_minutes),
        gentle=gentle.text if gentle else "",
        content_note=prompt.content_note,
        note=prompt.facilitator_note,
        grounding=care.grounding_id if care else "",
        afterwards=care.member_line if care else "",
        hint=prompt.share_hint,
        without_body=prompt.non_body_alternative,
        tiles="\n".join(prompt.tiles),
        lines="\n".join(f"{line.text} | {line.pause_s}" for line in prompt.lines),
        one_by_one="\n".join(prompt.one_by_one),
        pace=f"{pace.in_s} {pace.hold_s} {pace.out_s} {pace.rest_s} {pace.rounds}" if pace else "",
        number="yes" if prompt.number else "",
        language=prompt.language,
        adapted_from=prompt.adapted_from or "",
    )


def ours_from(prompt: PromptRecord) -> Sheet:
    """A prompt of the library as the start of an own one."""
    return replace(sheet_of(prompt), adapted_from=prompt.id)


def prompt_from(
    sheet: Sheet, library: Library, today: date | None, *, prompt_id: str, version: int = 1
) -> PromptRecord:
    """The prompt that a sheet describes; what it does not say follows from kind and depth, or from the
    prompt of the library it was made from.

    Raises Invalid("own_prompt") whose `fields` name every field that cannot stay as it is, the harmful
    ones among them: stirring without a softer way in or a landing, tender in pairs, and so on.
    """
    wrong = dict(_slips(sheet, library))
    if wrong:
        raise Invalid("own_prompt", wrong)
    try:
        prompt = PromptRecord.model_validate(_record(sheet, library, today, prompt_id, version))
    except ValidationError as error:
        places = [str(detail["loc"][0]) for detail in error.errors()]
        raise Invalid(
            "own_prompt", {_FIELD_OF.get(place, place): _MISFIT.get(place, "own_field") for place in places}
        ) from None
    harm = dict(_harm(prompt, library))
    if harm:
        raise Invalid("own_prompt", harm)
    return prompt


# -- what cannot be read ------------------------------------------------------------------------------
def _slips(sheet: Sheet, library: Library) -> Iterator[tuple[str, str]]:
    """Field and code of everything that cannot be understood. The last one of a field is said."""
    yield from _long_or_missing(sheet)
    for name, known in CHOICES.items():
        given = ways_of(sheet) if name == "ways" else (getattr(sheet, name),)
        if not given or not set(given) <= set(known):
            yield name, "own_choice"
    if not 1 <= _number(sheet.minutes) <= 60:
        yield "minutes", "own_minutes"
    if not 0 <= _number(sheet.alone) <= min(20, max(0, _number(sheet.minutes))):
        yield "alone", "own_alone"
    if sheet.afterwards and not sheet.grounding:
        yield "grounding", "own_landing"
    if sheet.grounding and not _is_grounding(sheet.grounding, library):
        yield "grounding", "own_grounding"
    if sheet.adapted_from and sheet.adapted_from not in library.prompts:
        yield "adapted_from", "own_adapted_from"
    if language_tag(sheet.language) != sheet.language:
        yield "language", "own_language"
    if sheet.pace and _pace(sheet.pace) is None:
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


def ways_of(sheet: Sheet) -> tuple[str, ...]:
    """The ways of answering on a sheet, each once."""
    return tuple(dict.fromkeys(way.strip() for way in sheet.ways.split(",") if way.strip()))


def _number(text: str) -> int:
    """-1 for what is no number of up to three digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else -1


def _is_grounding(prompt_id: str, library: Library) -> bool:
    return prompt_id.startswith("GR-") and prompt_id in library.prompts


def _pace(text: str) -> dict[str, int] | None:
    numbers = [_number(part) for part in text.split()]
    if len(numbers) != 5:
        return None
    pace = dict(zip(("in_s", "hold_s", "out_s", "rest_s", "rounds"), numbers, strict=True))
    try:
        PaceRecord.model_validate(pace)
    except ValidationError:
        return None
    return pace


# -- what follows from the rest -----------------------------------------------------------------------
def _record(
    sheet: Sheet, library: Library, today: date | None, prompt_id: str, version: int
) -> dict[str, Any]:
    depth, minutes = int(sheet.depth), int(sheet.minutes)
    base = library.prompts.get(sheet.adapted_from)
    ways = ways_of(sheet)
    english = is_english(sheet.language)
    tender = depth >= TENDER
    bodily = sheet.kind in ("breath", "movement") or bool(base and base.body_based)
    return {
        **_from_kind(sheet.kind, depth),
        **(_from_library(base) if base else {}),
        "id": prompt_id,
        "version": version,
        "status": "draft" if tender else "reviewed",
        "title": as_read(sheet.title),
        "text": sheet.text,
        "lines": [_slow_line(line) for line in _each(sheet.lines)],
        "one_by_one": _each(sheet.one_by_one),
        "pace": _pace(sheet.pace) if sheet.pace else None,
        "tiles": _each(sheet.tiles),
        "number": sheet.number == "yes",
        "theme": sheet.theme,
        "intensity": depth,
        "kind": sheet.kind,
        "minutes": _minutes(minutes, base),
        "solo_minutes": int(sheet.alone),
        "sharing_modes": ways,
        "anonymous_friendly": not {"unnamed_wall", "unnamed_read"}.isdisjoint(ways),
        "share_hint": sheet.hint or (_HINT if english else ""),
        "gentle_alternative": _gentle(sheet, depth),
        "content_note": sheet.content_note,
        "facilitator_note": sheet.note,
        "after_care": _after_care(sheet, depth, minutes, english),
        "min_session": max(base.min_session if base else 1, 3 if tender else 1),
        "group": "closed" if tender else base.group if base else "open",
        "needs_second_host": depth == MOST_TENDER or bool(base and base.needs_second_host),
        "body_based": bodily,
        "non_body_alternative": sheet.without_body or (_WITHOUT_BODY if bodily and english else ""),
        "language": sheet.language,
        "adapted_from": sheet.adapted_from or None,
        "author": f"the circle, after {base.author}" if base else "the circle",
        "licence": base.licence if base else "",
        "reviewed_by": "" if tender else HOST,
        "reviewed_on": None if tender else today,
    }


def _from_kind(kind: str, depth: int) -> dict[str, Any]:
    calm = ("breath", "orienting", "movement", "break", "agreement")
    near = ("pair", "witness", "closing", "check_in")
    arcs = {"check_in": ("open",), "agreement": ("open",), "closing": ("close",), "break": ("middle",)}
    wary = {"breath": ("breath_sensitive",), "movement": ("body_sensitive",)}
    return {
        "strand": "safety" if kind in calm else "connection" if kind in near else "awareness",
        "layer": min(depth, 4),
        "arc": arcs.get(kind, ("middle",) if depth >= STIRRING else ("early", "middle", "late")),
        "contraindications": (*wary.get(kind, ()), *(("new_group", "open_group") if depth >= TENDER else ())),
    }


def _from_library(base: PromptRecord) -> dict[str, Any]:
    """What hosts are not asked for stays as the library has it."""
    kept = (
        "themes_secondary", "nourishes", "strand", "layer", "arc", "silence_after_s", "listen_for",
        "contraindications", "participants", "accessibility", "rationale",
    )  # fmt: skip
    return {name: getattr(base, name) for name in kept}


def _minutes(suggested: int, base: PromptRecord | None) -> dict[str, int]:
    if base and base.minutes.suggested == suggested:
        return base.minutes.model_dump()
    return {
        "min": max(1, suggested * 3 // 5),
        "suggested": suggested,
        "max": min(60, max(suggested, suggested * 3 // 2)),
    }


def _gentle(sheet: Sheet, depth: int) -> dict[str, Any] | None:
    return {"text": sheet.gentle, "intensity": max(1, min(3, depth - 1))} if sheet.gentle else None


def _after_care(sheet: Sheet, depth: int, minutes: int, english: bool) -> dict[str, Any] | None:
    """A landing takes a quarter of the time of what it follows, and two minutes at least."""
    if not sheet.grounding:
        return None
    line = sheet.afterwards or (_AFTERWARDS if english else "")
    least = 2 if depth < TENDER else 3
    return {
        "grounding_id": sheet.grounding,
        "minutes": min(15, max(least, -(-minutes // 4))),
        "member_line": line,
    }


def _each(text: str) -> tuple[str, ...]:
    return tuple(line for line in (line.strip() for line in text.splitlines()) if line)


def _slow_line(text: str) -> dict[str, Any]:
    words, bar, pause = text.rpartition("|")
    if not bar or not pause.strip().isdigit():
        words, pause = text, _PAUSE_SECONDS
    return {"text": words.strip(), "pause_s": _number(pause.strip())}


# -- what would harm, or does not go together ---------------------------------------------------------
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
    slips = (
        "own_choice own_minutes own_alone own_grounding own_adapted_from own_language own_pace own_number "
        "own_title own_text own_words own_note too_long own_field own_prompt"
    )
    return frozenset(slips.split()) | frozenset(_MISFIT.values()) | {code for _, code in _HARM.values()}


def _harm(prompt: PromptRecord, library: Library) -> Iterator[tuple[str, str]]:
    for place, _reason in (*prompt_findings(prompt), *after_care_findings(prompt, library.prompts)):
        yield _HARM.get(place, (_FIELD_OF.get(place, place), "own_field"))
