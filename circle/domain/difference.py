"""What changed between two views of one audience: what a frame carries, and what a page does with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

View = dict[str, dict[str, Any]]


def difference(before: View, after: View) -> list[dict[str, Any]]:
    """The changes that turn one view into the other: upserts with `item`, removals without.

    Each is {"in": collection, "id": id, "item": {...} | None}. Empty: nothing to send.
    """
    changes: list[dict[str, Any]] = []
    for name in {**before, **after}:
        old, new = before.get(name, {}), after.get(name, {})
        changes += [{"in": name, "id": i, "item": None} for i in old if i not in new]
        changes += [{"in": name, "id": i, "item": new[i]} for i in new if old.get(i) != new[i]]
    return changes


def apply_changes(before: Mapping[str, Mapping[str, Any]], changes: list[dict[str, Any]]) -> View:
    """The other direction: what a page has after applying a message (its reducer does the same)."""
    after: View = {name: dict(items) for name, items in before.items()}
    for change in changes:
        items = after.setdefault(change["in"], {})
        if change["item"] is None:
            items.pop(change["id"], None)
        else:
            items[change["id"]] = change["item"]
    return after
