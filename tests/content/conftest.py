"""A copy of the content files that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from circle.content.loader import Library, load_library

Mend = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture
def content_copy(tmp_path: Path) -> Path:
    with as_file(files("circle.content")) as source:
        shutil.copytree(source, tmp_path / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "content"


@pytest.fixture
def changed(content_copy: Path) -> Mend:
    """`changed(file, old, new)`: the content folder with the first `old` in `file` replaced."""

    def change(name: str, old: str, new: str) -> Path:
        path = content_copy / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return content_copy

    return change
