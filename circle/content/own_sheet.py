"""A sheet: a circle's own prompt as people write it down, on a form, in a table, in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import get_args

from pydantic import ValidationError

from circle.content.schema import PaceRecord, PromptKind, SharingMode, Theme

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


def ways_of(sheet: Sheet) -> tuple[str, ...]:
    """The ways of answering on a sheet, each once."""
    return tuple(dict.fromkeys(way.strip() for way in sheet.ways.split(",") if way.strip()))


def whole_number(text: str) -> int:
    """A number of up to three digits; -1 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else -1


def pace_of(text: str) -> dict[str, int] | None:
    """The rhythm in five numbers, as `PaceRecord` names them; None for what is none."""
    numbers = [whole_number(part) for part in text.split()]
    if len(numbers) != 5:
        return None
    pace = dict(zip(("in_s", "hold_s", "out_s", "rest_s", "rounds"), numbers, strict=True))
    try:
        PaceRecord.model_validate(pace)
    except ValidationError:
        return None
    return pace
