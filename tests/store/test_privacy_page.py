"""docs/privacy.md has a line for every column there is, and for none that is gone."""

from __future__ import annotations

import re
from pathlib import Path

from circle.store.models import Base

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"


def test_every_column_has_its_line_and_every_line_its_column() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in _names(row)}
    there = {f"{table}.{column.name}" for table, of in Base.metadata.tables.items() for column in of.columns}
    assert told == there


def _names(line: str) -> list[str]:
    return re.findall(r"`([a-z_]+\.[a-z_]+)`", line.split("|")[1])
