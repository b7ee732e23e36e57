"""A host who presses while everybody shares: how long until the last screen shows it."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from bench.load import Crowd, Person
from bench.town import Table

EVERY_S = 0.05
_STAGE = b'"in":"stage"'


class _Presses:
    """One break on or off at a time in each circle; what comes back is counted by screens."""

    def __init__(self, crowd: Crowd, town: list[Table]) -> None:
        self._crowd = crowd
        self._moves = [table.moves for table in town]
        self._waits: dict[int, tuple[float, int]] = {}  # table -> (pressed at, screens still to come)
        self._breaks = [False] * len(town)
        self.last: list[float] = []
        crowd.on_frame = self._see

    def press(self, table: int) -> None:
        """Start a break there, or end it."""
        if table in self._waits:
            return
        name, data = ("end_break", {}) if self._breaks[table] else ("start_break", {"minutes": 5})
        command = {"command_id": str(uuid4()), "name": name, "data": data, "expected_seq": self._moves[table]}
        self._waits[table] = (time.monotonic(), len(self._crowd.tables[table]))
        self._crowd.ask(self._crowd.tables[table][0], "command", command, self._answered)
        self._breaks[table] = not self._breaks[table]
        self._moves[table] += 1

    def _answered(self, answer: Any) -> None:
        if not answer.get("ok"):
            raise RuntimeError(str(answer))

    def _see(self, person: Person, frame: bytes) -> None:
        waits = self._waits.get(person.table)
        if waits is None or _STAGE not in frame:
            return
        began, left = waits
        if left > 1:
            self._waits[person.table] = (began, left - 1)
            return
        del self._waits[person.table]
        self.last.append(time.monotonic() - began)


def press(crowd: Crowd, town: list[Table], seconds: float) -> list[float]:
    """Twenty presses a second, a hundred shares a second in the circles that are not pressed; seconds from
    each press to the last screen.
    """
    presses = _Presses(crowd, town)
    half = len(crowd.tables) // 2
    began, pressed, shared = time.monotonic(), 0, 0
    while (now := time.monotonic()) - began < seconds:
        if now >= began + pressed * EVERY_S:
            presses.press(pressed % half)
            pressed += 1
        while now >= began + shared / 100:
            round_, table = divmod(shared, half)
            crowd.share(half + table, 1 + round_ % (len(crowd.tables[half + table]) - 1))
            shared += 1
        crowd.look(0.005)
    crowd.on_frame = None
    return presses.last
