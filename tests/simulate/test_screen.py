"""What a made-up person's page makes of snapshots and messages: the same as ours in the browser."""

from __future__ import annotations

from typing import Any

from circle.simulate.screen import Screen


def snapshot(shared: int = 3, own: int = 1, run: str = "r", name: str = "room") -> dict[str, Any]:
    """A snapshot with these numbers."""
    me = {"me": {"me": {"id": "n", "place": "seated"}}}
    stage = {"stage": {"stage": {"phase": "live", "seq": shared}}}
    audiences = {name: {"seq": shared, "view": stage}, "self:n": {"seq": own, "view": me}}
    return {"run": run, "audiences": audiences}


def message(seq: int, phase: str = "closing", audience: str = "room", run: str = "r") -> dict[str, Any]:
    """A change of the stage."""
    change = {"in": "stage", "id": "stage", "item": {"phase": phase, "seq": seq}}
    return {"run": run, "audience": audience, "seq": seq, "changes": [change]}


def test_the_next_number_changes_the_screen() -> None:
    screen, stale = Screen().after_snapshot(snapshot(3)).after_message(message(4))
    assert (screen.phase, stale) == ("closing", False)


def test_an_old_number_is_dropped() -> None:
    screen, stale = Screen().after_snapshot(snapshot(3)).after_message(message(3))
    assert (screen.phase, stale) == ("live", False)


def test_a_gap_another_run_and_another_audience_ask_for_a_snapshot() -> None:
    screen = Screen().after_snapshot(snapshot(3))
    for odd in (message(5), message(4, run="other"), message(4, audience="hosts")):
        assert screen.after_message(odd) == (screen, True)
    assert Screen().after_message(message(1)) == (Screen(), True)


def test_a_late_snapshot_does_not_turn_back_what_messages_made_newer() -> None:
    newer, _ = Screen().after_snapshot(snapshot(3)).after_message(message(4))
    assert newer.after_snapshot(snapshot(3)).phase == "closing"
    assert newer.after_snapshot(snapshot(3, run="next")).phase == "live"


def test_being_let_in_asks_for_a_snapshot() -> None:
    screen = Screen().after_snapshot(snapshot())
    for place, stale in (("seated", False), ("removed", True)):
        change = {"in": "me", "id": "me", "item": {"id": "n", "place": place}}
        own = {"run": "r", "audience": "self:", "seq": 2, "changes": [change]}
        assert screen.after_message(own)[1] is stale
