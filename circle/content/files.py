"""Reading content files: TOML in, checked records out, problems collected instead of raised one by one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from circle.content.problems import Problem

R = TypeVar("R", bound=BaseModel)


class Reader:
    """Reads files under one content folder and keeps every problem it meets."""

    def __init__(self, root: Traversable) -> None:
        self._root = root
        self.problems: list[Problem] = []

    def names(self, folder: str) -> list[str]:
        """The TOML files of a folder, such as "prompts/grief.toml", in order of name."""
        place = self._root.joinpath(folder)
        if not place.is_dir():
            self.report(folder, "folder", "is missing")
            return []
        return sorted(f"{folder}/{entry.name}" for entry in place.iterdir() if entry.name.endswith(".toml"))

    def table(self, name: str) -> dict[str, Any]:
        """The file's content, {} when it is missing or not TOML (the problem is kept)."""
        try:
            return tomllib.loads(self._root.joinpath(name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            self.report(name, "file", f"cannot be read ({type(error).__name__})")
        except tomllib.TOMLDecodeError as error:
            self.report(name, "TOML", str(error))
        return {}

    def record(self, name: str, model: type[R], raw: object, where: str = "") -> R | None:
        """`raw` as a `model`, or None with its problems kept. `where` names the record inside the file."""
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for field, reason in _findings(error):
                self.report(name, f"{where}.{field}" if where else field, reason)
            return None

    def records(self, name: str, model: type[R], key: str) -> Iterator[R]:
        """The records of `[[key]]` in a file, each with the file's `[defaults]` filled in."""
        table = self.table(name)
        defaults = table.pop("defaults", {})
        rows = table.pop(key, [])
        for stranger in table:
            self.report(name, stranger, "is not known here")
        if not isinstance(defaults, dict) or not isinstance(rows, list):
            self.report(name, key, f"is to be written as [[{key}]], defaults as [defaults]")
            return
        if not rows:
            self.report(name, key, "holds nothing")
        for number, row in enumerate(rows, start=1):
            record = self.record(name, model, _filled(defaults, row), _row_name(row, key, number))
            if record is not None:
                yield record

    def report(self, name: str, field: str, reason: str) -> None:
        """Keep one problem."""
        self.problems.append(Problem(name, field, reason))


def _filled(defaults: Mapping[str, Any], row: object) -> object:
    return {**defaults, **row} if isinstance(row, dict) else row


def _row_name(row: object, key: str, number: int) -> str:
    """How a problem names the record: its id where it has one, else its place in the file."""
    if isinstance(row, dict):
        for field in ("id", "name"):
            if isinstance(row.get(field), str):
                return str(row[field])
    return f"{key} {number}"


def _findings(error: ValidationError) -> Iterator[tuple[str, str]]:
    for detail in error.errors(include_url=False, include_input=False):
        yield _place(detail["loc"]), detail["msg"].removeprefix("Value error, ")


def _place(location: tuple[int | str, ...]) -> str:
    """A field as people count: ("lines", 0, "text") is "lines 1.text"."""
    place = ""
    for part in location:
        if isinstance(part, int):
            place += f" {part + 1}"
        else:
            place += f".{part}" if place else part
    return place or "record"
