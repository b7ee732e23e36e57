"""A slip in a content file is named: which file, which field, why, and all slips at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle.content.loader import read_library
from circle.content.problems import ContentError, Problem

from .conftest import Mend


def problems(root: Path) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        read_library(root)
    for problem in caught.value.problems:
        assert str(problem) in str(caught.value)
    return caught.value.problems


GRIEF = "prompts/grief.toml"
GROUND = "prompts/grounding.toml"

SLIPS = [
    (GRIEF, 'title = "A loss with a mood"', "", "GF-01.title", "Field required"),
    (GRIEF, 'title = "A loss with a mood"', f'title = "{"x" * 41}"', "GF-01.title", "at most 40"),
    (GRIEF, 'strand = "awareness"', 'strand = "awareness"\nmood = "sad"', "GF-01.mood", "not permitted"),
    (GRIEF, 'theme = "grief"', 'theme = "sadness"', "GF-01.theme", "'grief'"),
    (GRIEF, "layer = 1", "layer = 5", "GF-01.layer", "less than or equal to 4"),
    (GRIEF, "layer = 1", 'layer = "1"', "GF-01.layer", "integer"),
    (GRIEF, 'id = "GF-01"', 'id = "XX-01"', "XX-01.id", "pattern"),
    (GRIEF, 'id = "GF-02"', 'id = "GF-01"', "GF-01.id", "already"),
    (GRIEF, "min = 6, suggested = 10", "min = 12, suggested = 10", "GF-01.minutes", "min <= suggested"),
    (GRIEF, "gentle_alternative = {", "# {", "GF-02.gentle_alternative", "from intensity 3"),
    (GRIEF, "after_care = {", "# {", "GF-02.after_care", "from intensity 3"),
    (GRIEF, "content_note =", "# ", "GF-03.content_note", "from intensity 4"),
    (GRIEF, "intensity = 4", "intensity = 5", "GF-03.needs_second_host", "at intensity 5"),
    (GRIEF, 'group = "closed"', "", "GF-03.group", "closed from intensity 4"),
    (GRIEF, "might not notice.\", intensity = 2", "might not notice.\", intensity = 3",
     "GF-02.gentle_alternative.intensity", "one below"),
    (GRIEF, 'grounding_id = "GR-02"', 'grounding_id = "GR-99"', "GF-02.after_care.grounding_id", "GR-99"),
    (GRIEF, '"S4-09"]', '"S4-43"]', "GF-03.source_ideas", "S4-43"),
    (GRIEF, "pause_s = 8", "pause_s = 3", "GF-07.lines 1.pause_s", "greater than or equal to 4"),
    (GRIEF, 'kind = "slow_lines"', 'kind = "reading"', "GF-07.lines", "slow_lines"),
    (GRIEF, "reviewed_on = 2026-11-20", "", "GF-01.reviewed_on", "reviewed"),
    (GROUND, 'kind = "breath"', 'kind = "movement"', "GR-05.pace", "kind breath"),
    (GROUND, "in_s = 4,", "in_s = 4, hold_s = 2,", "GR-05.pace", "min_session is 2"),
    (GROUND, "rounds = 18", "rounds = 19", "GR-05.pace", "suggested minutes"),
    (GROUND, "in_s = 4,", "in_s = 1,", "GR-05.pace.in_s", "greater than or equal to 2"),
    (GROUND, 'kind = "orienting"', 'kind = "reading"', "GR-01.one_by_one", "kind orienting"),
    ("prompts/checkins.toml", "non_body_alternative =", "# ", "CK-05.non_body_alternative", "body"),
    ("prompts/checkins.toml", '["chat_word", "spoken_round"]', '["spoken_round"]', "CK-04.number",
     "chat_word"),
    ("prompts/checkins.toml", '["tiles", "chat_word"]', '["chat_word"]', "CK-07.tiles", "sharing mode"),
    ("templates/t3.toml", "minutes = 10", "minutes = 11", "T3.total_minutes", "add up to 91"),
    ("templates/t3.toml", 'prompt = "GF-01"', 'prompt = "GF-99"',
     "T3.s4 (A loss with a mood).prompt", "GF-99"),
    ("templates/t3.toml", "intensity = 4", "intensity = 3",
     "T3.s10 (The one who got you here).intensity", "below the intensity of GF-03"),
    ("templates/t3.toml", 'sharing = "unnamed_wall"', 'sharing = "spoken_round"',
     "T3.s6 (Losses without a ceremony).sharing", "not made for"),
    ("templates/t3.toml", 'kind = "arrive"', 'kind = "party"', "step 1.kind", "'arrive'"),
    ("templates/t3.toml", "intensity = 0", "intensity = 1", "T3.s8 (Break).intensity", "breaks"),
    ("templates/t9.toml", "solo_minutes = 3", "solo_minutes = 9",
     "T9.s5 (What would help).solo_minutes", "no time"),
    ("templates/t9.toml", 'id = "T9"', 'id = "T3"', "id", "taken"),
    ("agreements.toml", 'id = "AG-02"', 'id = "AG-01"', "AG-01.id", "twice"),
    ("helplines.toml", "verified_on = 2026-11-20", "", "line 1.verified_on", "Field required"),
    ("helplines.toml", 'country = "US"', 'country = "usa"', "line 1.country", "pattern"),
    ("refusals.toml", 'stale = "', 'stale = ""\nold = "', "stale", "sentence"),
    ("practices.toml", 'family = "mindfulness"', 'family = "sport"', "first_mouthful.family", "'routine'"),
    ("care.toml", "after_care", "aftercare", "aftercare", "not permitted"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "field", "reason"), SLIPS, ids=lambda value: str(value)[:40])
def test_a_slip_names_file_field_and_reason(
    changed: Mend, name: str, old: str, new: str, field: str, reason: str
) -> None:
    found = problems(changed(name, old, new))
    matching = [problem for problem in found if (problem.file, problem.field) == (name, field)]
    assert matching, [str(problem) for problem in found]
    assert reason in matching[0].reason


def test_several_slips_in_several_files_are_reported_together(changed: Mend) -> None:
    changed(GRIEF, "layer = 1", "layer = 9")
    changed("refusals.toml", 'stale = "', 'stale = ""\nold = "')
    root = changed("openings.toml", "text =", "words =")
    assert {problem.file for problem in problems(root)} >= {GRIEF, "refusals.toml", "openings.toml"}


def test_a_file_that_is_not_toml_says_where(changed: Mend) -> None:
    found = problems(changed("care.toml", 'after_care = """', "after_care = oops\n"))
    assert any(problem.file == "care.toml" and "line" in problem.reason for problem in found)


def test_a_missing_file_and_a_missing_folder_are_named(content_copy: Path) -> None:
    (content_copy / "care.toml").unlink()
    for file in (content_copy / "templates").iterdir():
        file.unlink()
    (content_copy / "templates").rmdir()
    assert {"care.toml", "templates"} <= {problem.file for problem in problems(content_copy)}


def test_a_text_of_more_than_seventy_words_is_too_long(changed: Mend) -> None:
    old = "A single word is plenty, and so is a pass."
    found = problems(changed(GRIEF, old, "word " * 71))
    assert any(problem.field == "GF-01.text" and "at most 70" in problem.reason for problem in found)


def test_a_plan_whose_only_grounding_is_breath_is_refused(changed: Mend) -> None:
    for old in ("GR-01", "GR-04"):
        root = changed("templates/t9.toml", f'prompt = "{old}"', 'prompt = "GR-05"')
    assert any("only grounding is breath" in problem.reason for problem in problems(root))
