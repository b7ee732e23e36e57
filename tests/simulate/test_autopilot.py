"""The desk of a rehearsal by itself: as planned, and never quicker than whoever sits there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from circle.domain.plan import Part
from circle.simulate.autopilot import LATEST, PATIENCE, desk_acts
from circle.simulate.ensemble import load_ensemble
from circle.simulate.screen import Screen, Seen

EVERYBODY = load_ensemble()
NOW = datetime(2026, 3, 12, 19, 30, tzinfo=UTC)


def desk(phase: str, part: Part | None = None, *, ends_in_s: float | None = None, **view: Any) -> Screen:
    """A desk. ends_in_s: until the part's time is round; None: its clock rests."""
    ends_at = (NOW + timedelta(seconds=ends_in_s)).isoformat() if ends_in_s is not None else None
    step = {"id": "s1", "at": 0, "part": part.value} if part else None
    stage = {"phase": phase, "seq": 7, "step": step, "ends_at": ends_at, "starts_at": NOW.isoformat()}
    given = {"stage": {"stage": stage | view.pop("stage", {})}, **view}
    return Screen(
        "run", Seen("hosts", 1, given), Seen("self:h", 1, {"me": {"me": {"id": "h", "role": "host"}}})
    )


def wishes(screen: Screen, now: datetime = NOW, expected: int = 3) -> list[str]:
    """What it would do, by name."""
    return [wish.name for act in desk_acts(EVERYBODY, screen, expected, now) for wish in act.wishes]


def test_the_door_is_opened_and_whoever_waits_is_let_in() -> None:
    waiting = {"waiting": {"a": {"name": "Ana"}, "b": {"name": "Bo"}}}
    assert wishes(desk("planned", **waiting)) == ["open_door"]
    assert wishes(desk("live", Part.STILL, ends_in_s=60, **waiting)) == ["admit", "admit"]


def test_it_begins_on_time_when_everybody_sits() -> None:
    three, two = ({"people": {name: {} for name in names}} for names in ("abc", "ab"))
    before = NOW - timedelta(seconds=1)
    assert wishes(desk("open", **three)) == ["next"]
    assert wishes(desk("open", **three), before) == []
    assert wishes(desk("open", **two)) == []
    assert wishes(desk("open", **two), NOW + LATEST) == ["next"]


def test_a_part_has_its_time_and_a_moment_more() -> None:
    assert wishes(desk("live", Part.ANSWER, ends_in_s=1)) == []
    assert wishes(desk("live", Part.ANSWER, ends_in_s=0)) == []
    assert wishes(desk("live", Part.ANSWER, ends_in_s=-PATIENCE.total_seconds())) == ["next"]
    assert wishes(desk("closing", Part.STILL, ends_in_s=-60)) == ["next"]


def test_a_clock_that_a_host_has_put_to_rest_is_left_alone() -> None:
    assert wishes(desk("live", Part.ANSWER), NOW + timedelta(hours=3)) == []


def test_a_round_that_is_over_goes_on_before_its_time() -> None:
    over = {"piece": {"holder": None, "over": True}}
    assert wishes(desk("live", Part.ROUND, ends_in_s=400, stage=over)) == ["next"]
    mine = {"piece": {"holder": "h", "over": False}}
    assert wishes(desk("live", Part.ROUND, ends_in_s=400, stage=mine)) == ["hand_on"]


def test_a_break_ends_when_its_time_is_round() -> None:
    for ends_in_s, done in ((60, []), (-60, ["next"])):
        ends = (NOW + timedelta(seconds=ends_in_s)).isoformat()
        assert wishes(desk("break", Part.PAUSE, stage={"break": {"ends_at": ends}})) == done


def test_while_pages_post_the_room_stays_where_it_is() -> None:
    posting = {"quiet_round": {"collecting": True}}
    assert wishes(desk("live", Part.WALL_READ, ends_in_s=-60, stage=posting)) == []
    assert wishes(desk("live", Part.WALL_READ, ends_in_s=-60)) == ["next"]


def test_a_private_word_is_answered_once() -> None:
    asked = {"w1": {"seat": "a", "text": "?", "from_host": False}}
    answered = asked | {"w2": {"seat": "a", "text": "yes", "from_host": True}}
    assert wishes(desk("live", Part.STILL, ends_in_s=60, words=asked)) == ["answer_whisper"]
    assert wishes(desk("live", Part.STILL, ends_in_s=60, words=answered)) == []


def test_a_held_or_ended_room_is_left_alone() -> None:
    for phase in ("held", "ended", "cancelled"):
        assert wishes(desk(phase, Part.STILL, ends_in_s=-600)) == []
