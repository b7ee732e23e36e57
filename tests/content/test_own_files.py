"""Own prompts as files: there and back without a loss, and slips named by their line."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle.content.own_files import FILE_MAX, Contents, Filed, read_file, write_csv, write_toml
from circle.content.own_sheet import sheet_from

from .own_sheets import OWN_ID, PLAIN, STIRRING, filed


def slips(found: Contents) -> list[tuple[str, str, str]]:
    own = [slip for entry in found.entries for slip in entry.slips]
    return [(slip.place, slip.field, slip.code) for slip in (*found.slips, *own)]


@pytest.mark.parametrize(("write", "name"), [(write_toml, "a.toml"), (write_csv, "a.csv")])
@settings(max_examples=120, deadline=None)
@given(prompts=st.lists(filed(), min_size=1, max_size=4))
def test_there_and_back(write: object, name: str, prompts: list[Filed]) -> None:
    found = read_file(name, write(prompts).encode())  # type: ignore[operator]
    assert slips(found) == []
    assert [
        Filed(one.id, one.version, sheet_from(one.values), one.translations) for one in found.entries
    ] == prompts


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(max_size=300) | st.text("[]{}=\"'.,;:\n\r\\#ab1| ", max_size=300),
    ending=st.sampled_from(["csv", "toml", "txt"]),
)
def test_no_text_can_break_the_reading(text: str, ending: str) -> None:
    found = read_file(f"a.{ending}", text.encode(errors="replace"))
    assert found.entries or found.slips


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_no_bytes_can_either(data: bytes) -> None:
    read_file("a", data)


def test_a_title_that_a_spreadsheet_would_run_is_guarded_and_comes_back() -> None:
    evil = ["=1+1", "+2", "-3", "@SUM(A1)", "'=1", "''@", "＝1", "'quoted'", "a = b"]
    prompts = [Filed("", 1, sheet_from({**asdict(PLAIN), "title": title}), {}) for title in evil]
    text = write_csv(prompts)
    cells = [row["title"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]
    assert all(cell[0] not in "=+-@＝" for cell in cells)
    assert [entry.values["title"] for entry in read_file("a.csv", text.encode()).entries] == evil


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\t=", "\r\n=", "''="])
def test_no_cell_of_any_column_is_run(begins: str) -> None:
    evil = f'{begins}HYPERLINK("https://example.org","x")'
    words = {"title": evil, "text": evil, "gentle": evil, "hint": evil}
    text = write_csv([Filed("", 1, replace(PLAIN, **words), {"de": words})])
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    (row,) = reader
    assert [row[column][0] for column in (*words, *(f"{name}:de" for name in words))] == ["'"] * 8
    (entry,) = read_file("a.csv", text.encode()).entries
    assert {name: entry.values[name] for name in words} == words
    assert entry.translations["de"] == words


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_of_other_countries_and_machines(mark: bytes, between: str, end: str) -> None:
    rows = [["Title", "text", "depth", "text:DE"], ["A door", '"Which\n door, or; which?"', "2", "Tür"]]
    found = read_file("a.csv", mark + end.join(between.join(row) for row in rows).encode())
    assert slips(found) == []
    (entry,) = found.entries
    assert entry.values == {"title": "A door", "text": "Which\n door, or; which?", "depth": "2"}
    assert entry.translations == {"de": {"text": "Tür"}}
    assert entry.place == "line 2"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = '\ntitle,text,colour\n"A","one\ntwo",red\n\n"B","three",,"spare"\n'
    found = read_file("a.csv", text.encode())
    assert [entry.place for entry in found.entries] == ["line 3", "line 6"]
    assert slips(found) == [("line 2", "colour", "own_file_column"), ("line 6", "", "own_file_row")]


def test_slips_in_toml_have_their_line_and_field() -> None:
    text = """
[[prompt]]
title = "A door"
text = "Which?"
mood = "sad"
minutes = 2.5
tiles = ["a", "b"]

[[prompt]]
title = true
translations = { klingon1 = { title = "x" }, de = { text = "Welche?", minutes = 3 } }
"""
    found = read_file("a.toml", text.encode())
    assert slips(found) == [
        ("line 2", "mood", "own_file_column"),
        ("line 2", "minutes", "own_field"),
        ("line 9", "title", "own_field"),
        ("line 9", "translations.klingon1", "own_language"),
        ("line 9", "minutes", "own_file_column"),
    ]
    assert found.entries[0].values["tiles"] == "a\nb"
    assert found.entries[1].translations == {"de": {"text": "Welche?"}}


@pytest.mark.parametrize(
    ("name", "data", "code", "detail"),
    [
        ("a.toml", b"[[prompt]]\ntitle = ?", "own_file_shape", "line 2"),
        ("a.toml", b"prompt = 3", "own_file_shape", ""),
        ("a.toml", b"a = " + b"[" * 60_000, "own_file_shape", ""),
        ("a.toml", b"a = " + b"9" * 6_000, "own_file_shape", ""),
        ("a.csv", b"name,words\nA,B", "own_file_shape", "title, text"),
        ("a.csv", b'title,text\n"A"x,B', "own_file_shape", "line 2"),
        ("a.csv", b"title,text\n", "own_file_empty", ""),
        ("a.csv", b"", "own_file_empty", ""),
        ("a.csv", "title,text\nTür,Tür".encode("cp1252"), "own_file_letters", ""),
        ("a.csv", b"x" * (FILE_MAX + 1), "own_file_large", ""),
        ("a.csv", b"title,text\n" + b"A,B\n" * 201, "own_file_many", ""),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_say_so(name: str, data: bytes, code: str, detail: str) -> None:
    found = read_file(name, data)
    assert found.entries == ()
    assert [slip.code for slip in found.slips] == [code]
    assert detail in found.slips[0].detail


@pytest.mark.parametrize(
    "text",
    ["a" + ".a" * 100_000 + "=1", '"a"' + ' . "a"' * 40_000 + "=1", f"[{'a.' * 100_000}a]", "a" * 250_000],
    ids=["dots", "quotes", "table", "word"],
)  # fmt: skip
def test_a_key_without_an_end_takes_no_time(text: str) -> None:
    began = time.process_time()
    assert slips(read_file("a.toml", text.encode())) == [("", "", "own_file_shape")]
    assert time.process_time() - began < 2


def test_whatever_the_name_the_look_decides() -> None:
    prompts = [Filed(OWN_ID, 3, STIRRING, {})]
    for text in (write_toml(prompts), write_csv(prompts)):
        (entry,) = read_file("questions", text.encode()).entries
        assert (entry.id, entry.version, sheet_from(entry.values)) == (OWN_ID, 3, STIRRING)
