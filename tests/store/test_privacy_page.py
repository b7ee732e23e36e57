"""docs/privacy.md has a line for every column there is, and for none that is gone."""

from __future__ import annotations

import re
from pathlib import Path

from circle.store.models import Base

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"


def test_every_column_has_its_line_and_every_line_its_column() -> None:
    told = {name for line in PAGE.read_text().splitlines() if line.startswith("| `") for name in _names(line)}
    there = {f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns}
    assert told == there


def _names(line: str) -> list[str]:
    return re.findall(r"`([a-z_]+\.[a-z_]+)`", line.split("|")[1])
