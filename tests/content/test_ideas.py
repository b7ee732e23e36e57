"""Where every idea of the digest has gone: into a prompt, into a feature that a test shows, or not yet.

A named test is looked for by reading its file, so that nothing of it has to be imported here.
"""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from circle.cli import main
from circle.content.ideas import Coverage, coverage, coverage_findings, describe_coverage
from circle.content.lint import check_content
from circle.content.loader import Library, read_library
from circle.content.problems import ContentError
from circle.content.schema import Idea

from .conftest import Mend

HOME = Path(__file__).parents[2]
FILE = "ideas.toml"
DIGEST = {"S0": 24, "S1": 31, "S2": 25, "S3": 122, "S4": 42}


@lru_cache
def functions_of(file: str) -> frozenset[str]:
    """The names of the tests in a file, as pytest collects them outside classes."""
    path = HOME / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(n.name for n in tree.body if isinstance(n, functions) and n.name.startswith("test_"))


def missing_tests(library: Library) -> list[str]:
    named = ((idea.id, *idea.test.split("::")) for idea in library.ideas if idea.test)
    return [f"{idea}: {file}::{name}" for idea, file, name in named if name not in functions_of(file)]


def test_the_whole_digest_is_there_each_idea_once(library: Library) -> None:
    ids = [idea.id for idea in library.ideas]
    assert len(set(ids)) == len(ids)
    assert {s: sum(i.startswith(f"{s}-") for i in ids) for s in DIGEST} == DIGEST
    assert {f"S3-88{c}" for c in "abcde"} | {f"S3-89{c}" for c in "abcdef"} <= set(ids)
    words = [idea.idea for idea in library.ideas]
    assert len(set(words)) == len(words)
    assert all(text.endswith((".", "?")) for text in words)


def test_every_idea_a_prompt_grew_from_is_in_the_file(library: Library) -> None:
    ids = {idea.id for idea in library.ideas}
    grown = {idea for prompt in library.prompts.values() for idea in prompt.source_ideas}
    assert grown - ids == set()


def test_every_idea_is_covered_or_open_and_none_both(library: Library) -> None:
    """A prompt that grew from an open idea has answered it: take its line `open` out of the file."""
    assert list(coverage_findings(library)) == []
    found = coverage(library.ideas, library.prompts.values())
    covered = set(found.by_prompt) | set(found.by_test)
    assert covered | set(found.opened) == {idea.id for idea in library.ideas}
    assert covered & set(found.opened) == set()


def test_every_named_test_is_there(library: Library) -> None:
    assert missing_tests(library) == []


def test_a_test_that_is_not_there_is_found(changed: Mend) -> None:
    gone = read_library(changed(FILE, "::test_every_theme_has_all_three_strands", "::test_of_nothing"))
    assert missing_tests(gone) == ["S2-04: tests/content/test_kept_ideas.py::test_of_nothing"]
    elsewhere = read_library(changed(FILE, "tests/js/test_lib.py", "tests/js/test_nowhere.py"))
    assert any(line.startswith("S0-09: tests/js/test_nowhere.py") for line in missing_tests(elsewhere))


SLIPS = [
    (FILE, 'id = "S0-02"', 'id = "S0-01"', "S0-01.id", "twice"),
    (FILE, 'id = "S0-02"', 'id = "S9-02"', "S9-02.id", "pattern"),
    (FILE, "idea = ", "thought = ", "S0-01.thought", "not permitted"),
    (FILE, "idea = ", "thought = ", "S0-01.idea", "Field required"),
    (FILE, "feature = ", "# ", "S0-01.feature", "goes together"),
    (FILE, "test = ", "# ", "S0-01.test", "goes together"),
    (FILE, "test = ", 'open = "later"\ntest = ', "S0-01.open", "waits for nothing"),
    (FILE, "::test_no_page", "::no_page", "S0-01.test", "pattern"),
    (FILE, 'id = "S4-09"', 'id = "S4-43"', "GF-03.source_ideas", "S4-09 is not in ideas.toml"),
]


@pytest.mark.parametrize(("name", "old", "new", "field", "reason"), SLIPS, ids=lambda value: str(value)[:30])
def test_a_slip_names_file_and_field(
    changed: Mend, name: str, old: str, new: str, field: str, reason: str
) -> None:
    with pytest.raises(ContentError) as caught:
        read_library(changed(name, old, new))
    where = "prompts/grief.toml" if field.startswith("GF-") else name
    found = [p for p in caught.value.problems if (p.file, p.field) == (where, field)]
    assert found, [str(problem) for problem in caught.value.problems]
    assert reason in found[0].reason


def test_an_idea_with_nothing_and_one_open_in_spite_of_a_prompt_are_problems(changed: Mend) -> None:
    changed(FILE, 'open = "series: meeting a prompt again"\n', "")
    root = changed(FILE, 'id = "S0-02"\n', 'id = "S0-02"\nopen = "later"\n')
    said = [f"{problem.field}: {problem.reason}" for problem in check_content(root) if problem.file == FILE]
    assert said == [
        "S0-02.open: a prompt grew from it, so it is open no more: take this line out",
        "S2-12.test: no prompt grew from it: name a test, or under open what it waits for",
    ]


IDEAS = (
    Idea(id="S0-01", idea="One."),
    Idea(id="S0-02", idea="Two.", feature="It does.", test="tests/test_x.py::test_it_does"),
    Idea(id="S0-03", idea="Three.", open="a later piece"),
    Idea(id="S0-04", idea="Four."),
)


def test_what_covers_an_idea(library: Library) -> None:
    prompt = library.prompts["GF-01"]
    prompts = [
        prompt.model_copy(update={"source_ideas": ("S0-01", "S0-02")}),
        prompt.model_copy(update={"source_ideas": ("S0-04",), "status": "retired"}),
    ]
    assert coverage(IDEAS, prompts) == Coverage(
        by_prompt=("S0-01", "S0-02"), by_test=("S0-02",), opened=("S0-03",), lost=("S0-04",)
    )


def test_coverage_is_told_with_every_open_idea_by_name(library: Library) -> None:
    prompts = {"GF-01": library.prompts["GF-01"].model_copy(update={"source_ideas": ("S0-01", "S0-02")})}
    assert describe_coverage(replace(library, ideas=IDEAS, prompts=prompts)) == [
        "Ideas: 4, 2 covered: 2 by a prompt, 1 by a test, 1 of them by both; 1 open",
        "  S0-04 has nothing: Four.",
        "  S0-03 (a later piece): Three.",
    ]


def test_the_command_tells_it_too(library: Library) -> None:
    lines = describe_coverage(library)
    assert "\n".join(lines) in CliRunner().invoke(main, ["check-content"]).output
    told = json.loads(CliRunner().invoke(main, ["check-content", "--json"]).output)["ideas"]
    assert told["open"] == {idea.id: idea.open for idea in library.ideas if idea.open}
    assert len(told["open"]) == len(lines) - 1
    assert "S0-02" in told["by_prompt"]
    assert "S0-02" not in told["by_test"]
    assert "S2-04" in told["by_test"]
