"""Leaving in good order: a process that is to end asks its pages to go to another one, a few at a time."""

from __future__ import annotations

import math
import random
import time
from typing import Any

MOVING = "moving"  # the event; a page that knows it opens a new line before it lets the old one go
SPREAD_SECONDS = 1.5  # a thousand pages at once would be too much for the process they come to
PATIENCE_SECONDS = 3.0  # from the first page that is asked; afterwards lines are closed
STEP_SECONDS = 0.05
LAST_SECONDS = 0.25  # a command takes some ten milliseconds: those in hand end meanwhile


def drain(server: Any, *, elsewhere: bool) -> None:
    """Ask every page of this Socket.IO server to move, and close what is left; at most four seconds.

    elsewhere: whether there may be another process to go to. If not, lines are closed at once, and pages
    come back by themselves as soon as there is somebody to come to. New connections are refused already:
    a page that moves would otherwise be led here again.
    """
    if elsewhere:
        _ask(server)
    left = _pages(server)
    for sid in left:  # in the background: closing waits until everything is written, and a page may not read
        server.start_background_task(server.disconnect, sid)
    if left:
        server.sleep(LAST_SECONDS)


def _ask(server: Any) -> None:
    """Each once, spread in an order made by chance, until all have gone or our patience ends."""
    asked: set[str] = set()
    began = time.monotonic()
    while (left := _pages(server)) and (passed := time.monotonic() - began) < PATIENCE_SECONDS:
        waiting = [sid for sid in left if sid not in asked]
        steps = max(1, math.ceil((SPREAD_SECONDS - passed) / STEP_SECONDS))
        for sid in random.sample(waiting, math.ceil(len(waiting) / steps)):
            asked.add(sid)
            server.emit(MOVING, {}, to=sid)
        server.sleep(STEP_SECONDS)


def _pages(server: Any) -> list[str]:
    """Everybody who is connected to this process."""
    try:
        return [sid for sid, _line in server.manager.get_participants("/", None)]
    except KeyError:  # nobody has ever come
        return []
