"""Python's collector of what refers to itself: told to look seldom, in a process that serves rooms."""

from __future__ import annotations

import gc

# Looking through all pages stops everybody for up to 0.4 s with 5,000 of them (docs/performance.md). So young
# objects are looked through less often than Python would by itself, and all of them only once there are a
# quarter more than there were (Python's own rule beside the last number). Seldomer still, and what pages
# leave behind when they go would stay: some KB each.
_THRESHOLDS = (5_000, 10, 10)


def look_seldom() -> None:
    """To be called once everything is loaded: that is not looked through again."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
