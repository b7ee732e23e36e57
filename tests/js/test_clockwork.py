"""The desk's arithmetic: how far from the plan, and which times its rows show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.conftest import Run

pytestmark = pytest.mark.browser

CLOCKWORK = "meeting/views/clockwork.js"
PLAN = [
    {"id": "s1", "title": "Arrive", "minutes": 10, "intensity": 1},
    {"id": "s2", "title": "Lines", "minutes": 13, "intensity": 3},
    {"id": "s3", "title": "Closing", "minutes": 7, "intensity": 1, "kind": "closing"},
]
WALL = ["wall_write", "wall_read", "wall_show"]


def _stage(at: int, parts: list[str], part: str, started: str, ends: str, minutes: int) -> dict[str, Any]:
    step = {"at": at, "part": part, "parts": parts, "minutes": minutes, "solo_minutes": 6, "kind": "wall"}
    return {
        "starts_at": "2026-11-26T19:00:00Z",
        "started_at": started,
        "ends_at": ends,
        "remaining_ms": None,
        "break": None,
        "planned_min": 30,
        "step": step,
    }


def _drift(run: Run, outline: list[dict[str, Any]], stage: dict[str, Any], now: str) -> Any:
    body = """
    const { words, end } = m.drift(a.outline, a.stage, Date.parse(a.now));
    return [words, new Date(end).toISOString().slice(11, 16)];
    """
    return run(CLOCKWORK, body, {"outline": outline, "stage": stage, "now": now})


def test_a_step_put_in_on_the_spot_makes_us_late_not_early(run: Run) -> None:
    outline = [PLAN[0], {"id": "own3", "title": "Asked", "minutes": 8, "intensity": 2}, *PLAN[1:]]
    stage = _stage(1, ["round"], "round", "2026-11-26T19:10:00Z", "2026-11-26T19:18:00Z", 8)
    assert _drift(run, outline, stage, "2026-11-26T19:10:00Z") == ["eight behind", "19:38"]


@pytest.mark.parametrize(
    ("part", "started", "ends", "now"),
    [
        ("wall_write", "19:10", "19:16", "19:10"),
        ("wall_read", "19:16", "19:17", "19:17"),  # hosts take the time they need; showing comes after
        ("wall_show", "19:16", "19:23", "19:16"),
    ],
)
def test_every_part_to_come_counts(run: Run, part: str, started: str, ends: str, now: str) -> None:
    started, ends, now = (f"2026-11-26T{time}:00Z" for time in (started, ends, now))
    words, end = _drift(run, PLAN, _stage(1, WALL, part, started, ends, 13), now)
    assert (words, end) in {("on time", "19:30"), ("on time", "19:31")}


def test_far_from_the_plan_is_told_in_figures(run: Run) -> None:
    stage = _stage(2, ["round"], "round", "2026-11-26T18:30:00Z", "2026-11-26T18:37:00Z", 7)
    assert _drift(run, PLAN, stage, "2026-11-26T18:30:00Z") == ["53 minutes ahead", "18:37"]


def test_a_plan_made_shorter_still_has_the_time_it_was_planned_for(run: Run) -> None:
    stage = _stage(0, ["still"], "still", "2026-11-26T19:08:00Z", "2026-11-26T19:18:00Z", 10)
    assert _drift(run, PLAN, stage, "2026-11-26T19:08:00Z") == ["eight behind", "19:38"]
    shorter = [PLAN[0], PLAN[1] | {"minutes": 6}, PLAN[2]]
    assert _drift(run, shorter, stage, "2026-11-26T19:08:00Z") == ["on time", "19:31"]


def test_what_more_time_does_is_said_before_it_is_given(run: Run) -> None:
    stage = _stage(0, ["still"], "still", "2026-11-26T19:00:00Z", "2026-11-26T19:10:00Z", 10)
    body = "return m.knockOn(m.drift(a.outline, a.stage, Date.parse('2026-11-26T19:05:00Z')), 2)"
    assert run(CLOCKWORK, body, {"outline": PLAN, "stage": stage}) == "The closing moves to 19:25."
    closing = _stage(2, ["still"], "still", "2026-11-26T19:23:00Z", "2026-11-26T19:30:00Z", 7)
    assert run(CLOCKWORK, body, {"outline": PLAN, "stage": closing}) == "We end at 19:32."


def test_rows_behind_us_show_no_time_that_was_not(run: Run) -> None:
    outline = [PLAN[0], {"id": "own3", "title": "Asked", "minutes": 8, "intensity": 2}, *PLAN[1:]]
    stage = _stage(2, WALL, "wall_write", "2026-11-26T19:18:00Z", "2026-11-26T19:24:00Z", 13)
    body = "return m.cueRows(a.outline, a.stage, Date.parse('2026-11-26T19:18:00Z')).map((row) => row.time)"
    assert run(CLOCKWORK, body, {"outline": outline, "stage": stage}) == ["19:00", "", "19:18", "19:31"]


@pytest.mark.parametrize(("stopped", "seconds"), [(None, 90.0), ("2026-11-26T19:00:40Z", 40.0)])
def test_what_goes_slowly_stands_while_the_clock_rests(run: Run, stopped: str | None, seconds: float) -> None:
    stage = {"ran_from": "2026-11-26T19:00:00Z", "stopped_at": stopped}
    ran = run(CLOCKWORK, "return m.ranForSeconds(a, Date.parse('2026-11-26T19:01:30Z'))", stage)
    assert ran == seconds
