"""How many prompts there are of what: the numbers of a first library, and that a miss is named."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from circle.cli import main
from circle.content.census import as_data, counts, describe, quota_problems, quotas
from circle.content.loader import Library, load_library

from .conftest import Mend

EVERY_QUOTA = pytest.mark.parametrize(
    "number", range(len(quotas(load_library()))), ids=[f"{q.file} {q.what}" for q in quotas(load_library())]
)


def _with(library: Library, ids: str, change: dict[str, Any]) -> Library:
    """The library with the same change in several prompts, unchecked."""
    prompts = dict(library.prompts)
    for key in ids.split():
        prompts[key] = prompts[key].model_copy(update=change)
    return replace(library, prompts=prompts)


@EVERY_QUOTA
def test_the_library_that_ships_meets_the_quota(library: Library, number: int) -> None:
    quota = quotas(library)[number]
    assert quota.met, f"{quota.what}: {quota.found}, {quota.wanted} is asked for"


def test_there_are_as_many_as_a_first_library_wants(library: Library) -> None:
    """Counted by prefix of the id, without the census; GR also names the four ways of coming in and back."""
    found = Counter(key.split("-")[0] for key in library.prompts)
    assert {key: found[key] for key in ("GF", "OG", "SE")} == {"GF": 18, "OG": 18, "SE": 18}
    assert found["CK"] >= 10
    assert found["LY"] >= 6
    assert found["GR"] - 4 >= 8
    assert found["BR"] >= 4
    assert found["CL"] >= 8
    assert len(library.agreements) == 12
    assert len(library.prompts) + len(library.agreements) >= 102


@pytest.mark.parametrize(
    ("ids", "change", "complaint"),
    [
        ("GF-01", {"status": "retired"}, "grief: prompts: counts 17, at least 18"),
        ("OG-09 OG-10 OG-11", {"intensity": 3}, "outgrowing: intensity 1 and 2: counts 6, at least 7"),
        ("SE-03", {"intensity": 2}, "security: intensity 3: counts 5, at least 6"),
        ("OG-03 OG-09 OG-10", {"intensity": 4}, "outgrowing: intensity 4: counts 5, at most 4"),
        ("GF-11", {"intensity": 5}, "grief: intensity 5: counts 2, at most 1"),
        ("GF-17", {"layer": 3}, "grief: layer 4: counts 2, at least 3"),
        (
            "GF-07 GF-08",
            {"nourishes": None},
            "grief: that give: resource, strength, joy, consolidation: counts 5, at least 6",
        ),
        ("OG-13", {"kind": "writing"}, "outgrowing: without words: counts 1, at least 2"),
        ("SE-12", {"kind": "slow_lines"}, "security: kind slow_lines: counts 3, 1 to 2"),
        ("OG-14", {"kind": "reading"}, "outgrowing: kind slow_lines: counts 0, 1 to 2"),
        ("GF-10", {"kind": "unsent_letter"}, "grief: kind unsent_letter: counts 2, at most 1"),
        ("SE-15", {"kind": "writing"}, "security: kind pair: counts 0, 1 to 2"),
        ("OG-05", {"intensity": 4}, "outgrowing: kind pair above intensity 3: counts 1, at most 0"),
        (
            "SE-01 SE-03",
            {"anonymous_friendly": False},
            "security: percent anonymous_friendly: counts 55, at least 60",
        ),
        ("BR-04", {"status": "retired"}, "breaks: prompts: counts 3, at least 4"),
        ("GR-07", {"status": "retired"}, "grounding: prompts: counts 7, at least 8"),
    ],
)
def test_a_missed_quota_is_named_alone(
    library: Library, ids: str, change: dict[str, Any], complaint: str
) -> None:
    name, rest = complaint.split(": ", 1)
    found = [str(problem) for problem in quota_problems(_with(library, ids, change))]
    assert found == [f"prompts/{name}.toml: {rest} is asked for"]


def test_a_missing_clause_and_too_few_of_everything_are_named(library: Library) -> None:
    thin = replace(library, prompts={}, agreements=library.agreements[1:])
    found = [str(problem) for problem in quota_problems(thin)]
    assert "agreements.toml: clauses: counts 11, at least 12 is asked for" in found
    assert "prompts: prompts and clauses: counts 11, at least 102 is asked for" in found


def test_what_is_read_out_is_what_is_there(library: Library) -> None:
    rows = {row.name: row for row in counts(library)}
    grief = rows["grief"]
    assert (grief.prompts, grief.drafts, grief.kind["unsent_letter"]) == (18, 4, 1)
    assert dict(grief.intensity) == {1: 1, 2: 7, 3: 6, 4: 3, 5: 1}
    assert sum(row.prompts for row in rows.values()) == len(library.prompts)
    assert [line.split()[0] for line in describe(library)[1:4]] == ["grief", "outgrowing", "security"]
    assert "1/7/6/3/1" in describe(library)[1]
    assert json.loads(json.dumps(as_data(library)))["sets"]["grief"]["intensity"]["5"] == 1


def test_the_command_prints_the_counts_and_is_content() -> None:
    result = CliRunner().invoke(main, ["check-content"])
    assert result.exit_code == 0
    assert "grief: check_in 2" in result.output
    assert result.output.endswith("All content is in order.\n")


def test_the_command_speaks_to_programs_too() -> None:
    result = CliRunner().invoke(main, ["check-content", "--json"])
    found = json.loads(result.output)
    assert (result.exit_code, found["in_order"], found["problems"]) == (0, True, [])
    assert found["sets"]["closings"]["prompts"] == 8
    assert all(quota["met"] for quota in found["quotas"])


def test_the_command_fails_and_names_file_field_and_reason(changed: Mend) -> None:
    root = changed("prompts/breaks.toml", 'id = "BR-04"', 'id = "BR-04"\nstatus = "retired"')
    reason = "counts 3, at least 4 is asked for"
    plain = CliRunner().invoke(main, ["check-content", str(root)])
    assert plain.exit_code == 1
    assert plain.output.endswith(f"prompts/breaks.toml: prompts: {reason}\n1 to mend.\n")
    found = CliRunner().invoke(main, ["check-content", "--json", str(root)])
    assert found.exit_code == 1
    assert json.loads(found.output)["problems"] == [
        {"file": "prompts/breaks.toml", "field": "prompts", "reason": reason}
    ]


def test_the_command_counts_nothing_in_a_broken_file(content_copy: Path) -> None:
    (content_copy / "prompts" / "grief.toml").write_text("[[prompt]\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["check-content", str(content_copy)])
    assert result.exit_code == 1
    assert result.output.startswith("prompts/grief.toml: TOML: ")
    assert "quotas" not in result.output


def test_a_gentle_form_is_no_interview_either(changed: Mend) -> None:
    root = changed(
        "prompts/grief.toml", "What do you like doing when", "What? And how? What do you like doing when"
    )
    result = CliRunner().invoke(main, ["check-content", str(root)])
    assert "GF-18.gentle_alternative: asks more than one question and its second half" in result.output
