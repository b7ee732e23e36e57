"""What the browser is given: our own bytes, nothing too new for it, nothing the policy refuses."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
VENDOR = STATIC / "js" / "vendor"
SHEETS = sorted((STATIC / "css").glob("*.css"))
OURS = sorted(path for path in (STATIC / "js").rglob("*.js") if path.parent != VENDOR)
PAGES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts
)  # mail programmes have no style sheet but the inlined one

# Safari 14.1, Chrome 90 and Firefox 90 do not know these; a page must not lean on them.
TOO_NEW = re.compile(
    r"@layer|@container|:has\(|:is\(|:where\(|\bdvh\b|aspect-ratio|(?<![\w-])inset:|^\s*&", re.MULTILINE
)
YELLOW = re.compile(r"var\(--(lamp|pool|seat-lit|place-lit)")
WHERE_YELLOW_IS = re.compile(r"ring__|chair--lit|name--|pool|rim|lamp|is-lit|\[aria-current\]")


def test_vendored_files_are_as_published() -> None:
    for entry in tomllib.loads((VENDOR / "manifest.toml").read_text())["file"]:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert all((VENDOR / text).is_file() for text in entry["licence_texts"])
        assert entry["version"]
        assert entry["package"]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_styles_stay_on_the_browser_floor(sheet: Path) -> None:
    assert TOO_NEW.findall(sheet.read_text()) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_small_viewport_units_have_a_fallback(sheet: Path) -> None:
    """svh is newer than the floor: the line before gives vh."""
    text = sheet.read_text()
    assert text.count("svh") == len(re.findall(r"([\w-]+): ([^;]*)vh;\s+\1: \2svh;", text))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_yellow_means_the_piece_is_here(sheet: Path) -> None:
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet.read_text()):
        if YELLOW.search(body):
            assert WHERE_YELLOW_IS.search(selector), f"{selector.strip()} is yellow"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_styles_name_only_files_that_are_there(sheet: Path) -> None:
    for address in re.findall(r"url\([\"']?([^\"')]+)", sheet.read_text()):
        assert (sheet.parent / address).is_file()


@pytest.mark.parametrize("module", OURS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_modules_import_what_is_there_and_write_no_markup(module: Path) -> None:
    text = module.read_text()
    for address in re.findall(r"(?:from|import\() ?'([^']+)'", text):
        assert address.startswith("."), "no import maps on the browser floor"
        assert (module.parent / address).is_file(), address
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
    if module.parent.name == "lib":
        assert "'../" not in text, "lib imports nothing of ours"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pages_hold_nothing_the_policy_refuses(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"\sstyle=\"|<style|\son[a-z]+=\"|javascript:", text)
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes
