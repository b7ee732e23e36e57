"""A circle's own prompts as files: TOML for people who like text, CSV for people who like tables.

Reading never raises: what cannot be read becomes a `Slip` with its place, so that one look at the page is
enough. Both formats hold the fields of a `Sheet` by the same names, and translations beside them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from circle.content.languages import language_tag
from circle.content.own_sheet import FIELDS, MANY_LINES, TRANSLATED, Sheet

FILE_MAX = 256 * 1024  # bytes
ENTRIES_MAX = 200
_ABOUT = ("id", "version")
_NUMBERS = ("depth", "minutes", "alone")
# A spreadsheet would run a cell that begins like this; so does one that is guarded already.
_RUNS = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
# Reading TOML takes a time that grows with the square of a key's parts; honest files have three.
_ENDLESS_KEY = re.compile(r"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){40}")


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that cannot be taken. place: "line 7", "" for the whole file. field: a field or column.

    code: has its sentence in refusals.toml. detail: what the reader of the file said, "" mostly.
    """

    place: str
    field: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt of a file. values: fields of a `Sheet`, as written. id, version: "" and 0 if not given."""

    place: str
    values: Mapping[str, str]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    id: str = ""
    version: int = 0
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """A prompt on its way into a file."""

    id: str
    version: int
    sheet: Sheet
    translations: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds. slips: those of the file itself; the entries have theirs."""

    entries: tuple[Entry, ...] = ()
    slips: tuple[Slip, ...] = ()


def read_file(name: str, data: bytes) -> Contents:
    """The prompts in a file, by its name or, where that says nothing, by its look."""
    if len(data) > FILE_MAX:
        return _nothing("own_file_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _nothing("own_file_letters")
    as_toml = name.lower().endswith(".toml") or (not name.lower().endswith(".csv") and "[[prompt]]" in text)
    found = _read_toml(text) if as_toml else _read_csv(text)
    if len(found.entries) > ENTRIES_MAX:
        return _nothing("own_file_many")
    return found if found.entries or found.slips else _nothing("own_file_empty")


def _nothing(code: str, detail: str = "") -> Contents:
    return Contents(slips=(Slip("", "", code, detail),))


# -- TOML ---------------------------------------------------------------------------------------------
def write_toml(prompts: Iterable[Filed]) -> str:
    """All of them, one `[[prompt]]` each; fields that are empty are left out."""
    return "\n".join(["# A circle's own questions.", *(_toml_prompt(one) for one in prompts)])


def _toml_prompt(one: Filed) -> str:
    rows = ["", "[[prompt]]", f"id = {_quoted(one.id)}", f"version = {one.version}"]
    rows += [f"{key} = {_toml_value(key, value)}" for key, value in asdict(one.sheet).items() if value]
    for tag, words in one.translations.items():
        rows += ["", f"[prompt.translations.{tag}]"]
        rows += [f"{key} = {_toml_value(key, value)}" for key, value in words.items() if value]
    return "\n".join(rows) + "\n"


def _toml_value(key: str, value: str) -> str:
    if key in _NUMBERS:
        return value
    if key == "number":
        return "true"
    if key == "ways" or key in MANY_LINES:
        parts = value.split(", ") if key == "ways" else value.split("\n")
        return f"[{', '.join(map(_quoted, parts))}]"
    return _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_toml(text: str) -> Contents:
    if _ENDLESS_KEY.search(text):
        return _nothing("own_file_shape")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number too long to be one, a list without an end
        said = str(error) if isinstance(error, tomllib.TOMLDecodeError) else ""
        return _nothing("own_file_shape", said)
    rows = table.pop("prompt", [])
    slips = [Slip("", key[:80], "own_file_column") for key in table]
    if not isinstance(rows, list):
        return _nothing("own_file_shape", "[[prompt]]")
    places = _toml_places(text, len(rows))
    entries = [_toml_entry(place, row) for place, row in zip(places, rows, strict=True)]
    return Contents(tuple(entries), tuple(slips))


def _toml_places(text: str, count: int) -> list[str]:
    """Where each entry begins; its number in the file where the lines cannot be told."""
    lines = [at for at, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*prompt\s*\]\]", line)]
    return (
        [f"line {at}" for at in lines]
        if len(lines) == count
        else [f"question {at + 1}" for at in range(count)]
    )


def _toml_entry(place: str, row: object) -> Entry:
    if not isinstance(row, dict):
        return Entry(place, {}, slips=(Slip(place, "", "own_file_shape"),))
    slips: list[Slip] = []
    values: dict[str, str] = {}
    translations: dict[str, dict[str, str]] = {}
    given_id, version = row.pop("id", ""), row.pop("version", 0)
    tables = row.pop("translations", {})
    _take(place, row, FIELDS, values, slips)
    if not isinstance(tables, dict):
        slips.append(Slip(place, "translations", "own_file_shape"))
        tables = {}
    for key, words in tables.items():
        tag = language_tag(key)
        if not tag or not isinstance(words, dict):
            slips.append(Slip(place, f"translations.{key[:40]}", "own_language"))
            continue
        _take(place, words, TRANSLATED, translations.setdefault(tag, {}), slips)
    return Entry(
        place,
        values,
        translations,
        given_id if isinstance(given_id, str) else "",
        version if type(version) is int else 0,
        tuple(slips),
    )


def _take(
    place: str, row: Mapping[str, Any], known: tuple[str, ...], values: dict[str, str], slips: list[Slip]
) -> None:
    """The known fields of a table as text; strangers and what is no text become slips."""
    for key, value in row.items():
        text = _as_text(key, value)
        if key not in known:
            slips.append(Slip(place, key[:80], "own_file_column"))
        elif text is None:
            slips.append(Slip(place, key, "own_field"))
        else:
            values[key] = text


def _as_text(key: str, value: object) -> str | None:
    if isinstance(value, bool):
        return ("yes" if value else "") if key == "number" else None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**6 else None
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return (", " if key == "ways" else "\n").join(value)
    return None


# -- CSV ----------------------------------------------------------------------------------------------
def write_csv(prompts: Iterable[Filed]) -> str:
    """A table with one row each; translations in columns such as "text:de". Begins with a BOM, as
    spreadsheets take letters for others without it."""
    rows = list(prompts)
    tags = sorted({tag for one in rows for tag in one.translations})
    columns = [*_ABOUT, *FIELDS, *(f"{name}:{tag}" for tag in tags for name in TRANSLATED)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for one in rows:
        cells = {"id": one.id, "version": str(one.version), **asdict(one.sheet)}
        for tag, words in one.translations.items():
            cells |= {f"{name}:{tag}": text for name, text in words.items()}
        writer.writerow([_guarded(cells.get(column, "")) for column in columns])
    return "\ufeff" + out.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if _RUNS.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _read_csv(text: str) -> Contents:
    lines = (row for row in _csv_rows(text) if any(map(str.strip, row[1])))
    try:
        header = next(lines, None)
        if header is None:
            return Contents()
        place, names = header
        columns = [name.strip().lower() for name in names]
        known = [None if name in columns[:at] else _column(name) for at, name in enumerate(columns)]
        slips = [
            Slip(place, name[:80], "own_file_column")
            for name, column in zip(columns, known, strict=True)
            if column is None and name
        ]
        if not {"title", "text"} <= set(columns):
            return _nothing("own_file_shape", "title, text")
        entries = [_csv_entry(place, cells, known) for place, cells in lines]
    except csv.Error as error:
        return _nothing("own_file_shape", str(error))
    return Contents(tuple(entries), tuple(slips))


def _csv_rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each row with the line it begins in. Tables of some countries have semicolons between cells."""
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    before = 0
    try:
        for cells in reader:
            yield f"line {before + 1}", cells
            before = reader.line_num
    except csv.Error as error:
        raise csv.Error(f"line {before + 1}: {error}") from None


def _column(name: str) -> tuple[str, str] | None:
    """(field, language) of a column; the language is "" for the prompt itself. None for a stranger."""
    base, colon, code = name.partition(":")
    if not colon:
        return (base, "") if base in (*_ABOUT, *FIELDS) else None
    tag = language_tag(code)
    return (base, tag) if base in TRANSLATED and tag else None


def _csv_entry(place: str, cells: list[str], columns: list[tuple[str, str] | None]) -> Entry:
    values: dict[str, str] = {}
    translations: dict[str, dict[str, str]] = {}
    for cell, column in zip(cells, columns, strict=False):
        if column is not None and cell.strip():
            base, tag = column
            (translations.setdefault(tag, {}) if tag else values)[base] = _unguarded(cell)
    spare = any(cell.strip() for cell in cells[len(columns) :])
    given_id, version = values.pop("id", ""), values.pop("version", "")
    return Entry(
        place,
        values,
        translations,
        given_id,
        int(version) if version.isascii() and version.isdigit() and len(version) < 7 else 0,
        (Slip(place, "", "own_file_row"),) if spare else (),
    )
