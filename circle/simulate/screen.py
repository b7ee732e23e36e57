"""What a page knows of the session: the Python twin of `static/js/meeting/reducer.js`. Pure.

A snapshot gives the whole view, numbered messages change it. An old number is dropped; a gap, another
run of the server or another audience asks for a fresh snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from circle.domain.audience import SELF
from circle.domain.difference import View, apply_changes
from circle.domain.meeting import OVER

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """One audience's view as of number `seq`."""

    name: str
    seq: int
    view: View


@dataclass(frozen=True, slots=True)
class Screen:
    """A page. run: which start of the server it speaks of, "" before the first snapshot."""

    run: str = ""
    shared: Seen | None = None
    own: Seen | None = None

    def after_snapshot(self, snapshot: Mapping[str, Any]) -> Screen:
        """The screen with this snapshot; what messages have made newer meanwhile is kept."""
        known = self if self.run == snapshot["run"] else Screen()
        shared = own = None
        for name, part in snapshot["audiences"].items():
            fresh = Seen(name, part["seq"], part["view"])
            if name.startswith(SELF):
                own = _newer(known.own, fresh)
            else:
                shared = _newer(known.shared, fresh)
        return Screen(snapshot["run"], shared, own)

    def after_message(self, message: Mapping[str, Any]) -> tuple[Screen, bool]:
        """The screen with this message, and whether a fresh snapshot is to be asked for."""
        is_own = message["audience"] == SELF
        part = self.own if is_own else self.shared
        if message["run"] != self.run or part is None:
            return self, True
        if not is_own and part.name != message["audience"]:
            return self, True
        if message["seq"] <= part.seq:
            return self, False
        if message["seq"] != part.seq + 1:
            return self, True
        after = Seen(part.name, message["seq"], apply_changes(part.view, message["changes"]))
        if is_own:
            moved = replace(self, own=after)
            return moved, moved.me.get("place") != self.me.get("place")
        return replace(self, shared=after), False

    # -- what one reads from it -----------------------------------------------------------------------
    @property
    def stage(self) -> Item:
        """The stage; {} before the first snapshot."""
        return _items(self.shared, "stage").get("stage", {})

    @property
    def step(self) -> Item:
        """The step that is on; {} when none is."""
        return self.stage.get("step") or {}

    @property
    def part(self) -> str:
        """What the room is doing in the step; "" when none is on."""
        return str(self.step.get("part", ""))

    @property
    def phase(self) -> str:
        """The session's phase; "" before the first snapshot."""
        return str(self.stage.get("phase", ""))

    @property
    def seq(self) -> int:
        """The number of the stage's last move."""
        return int(self.stage.get("seq", 0))

    @property
    def me(self) -> Item:
        """This person: id, name, role, place, status."""
        return _items(self.own, "me").get("me", {})

    @property
    def is_over(self) -> bool:
        """The session has ended, or this person has no place in it any more."""
        return self.phase in OVER or self.me.get("place") in ("removed", "left")

    def items(self, collection: str) -> dict[str, Item]:
        """A collection of the shared view by id, such as "people" or "said"."""
        return _items(self.shared, collection)


def _newer(had: Seen | None, fresh: Seen) -> Seen:
    return had if had is not None and had.name == fresh.name and had.seq > fresh.seq else fresh


def _items(part: Seen | None, collection: str) -> dict[str, Item]:
    return part.view.get(collection, {}) if part is not None else {}
