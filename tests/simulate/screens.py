"""Small screens to show to made-up people."""

from __future__ import annotations

from typing import Any

from circle.simulate.screen import Screen, Seen

PARTS = {"wall": ["wall_write", "wall_read", "wall_show"], "round": ["round"], "word": ["answer"]}


def screen(
    step: str = "",
    part: str = "",
    *,
    phase: str = "live",
    seq: int = 5,
    me: dict[str, Any] | None = None,
    piece: dict[str, Any] | None = None,
    clock: str = "19:05",
    quiet: dict[str, Any] | None = None,
    **collections: dict[str, Any],
) -> Screen:
    """What the page of the person with the id "n" shows."""
    here = {"id": step, "part": part, "parts": PARTS.get(step, [part])} if step else None
    stage = {
        "phase": phase,
        "seq": seq,
        "step": here,
        "piece": piece,
        "ends_at": clock,
        "remaining_ms": None,
        "break": None,
        "quiet_round": quiet,
    }
    view = {"stage": {"stage": stage}, **collections}
    mine = {"id": "n", "place": "seated", "status": "here"} | (me or {})
    return Screen("run", Seen("hosts", 1, view), Seen("self:n", 1, {"me": {"me": mine}}))


def piece(holder: str | None, **changed: Any) -> dict[str, Any]:
    """A piece in the middle of a round."""
    return {
        "holder": holder,
        "next": None,
        "order": ["n", "o"],
        "queue": [],
        "open": False,
        "silent": False,
        "over": False,
        "later_used": [],
    } | changed
