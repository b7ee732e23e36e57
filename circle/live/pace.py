"""How much one person may ask of a room, whichever way it comes. Counted in memory.

Fixed windows in a dictionary: the library that counts visits to pages starts a timer for every count and goes
through all of them, which took a quarter of what a share costs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from circle.domain.errors import TooMany


@dataclass(slots=True)
class _Limit:
    """So many in so many seconds, for each person. A window begins with the first request after the one
    before. until: its end, of the monotonic clock. counts: in the present window alone.
    """

    most: int
    seconds: int
    until: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    def take(self, who: str) -> bool:
        """Count one; whether it was within the limit."""
        now = time.monotonic()
        if now >= self.until:
            self.until = now + self.seconds
            self.counts.clear()
        self.counts[who] = count = self.counts.get(who, 0) + 1
        return count <= self.most


class Pace:
    """The counts of one process. times: as much, where a load is made on purpose."""

    def __init__(self, times: int = 1) -> None:
        self._all = _Limit(60 * times, 10)  # commands, heart-beats, snapshots, tickets
        # Words of every kind alike, so that the count says nothing about lines without a name. One person
        # alone cannot fill a wall with this while it is written (pending.LINES_MAX).
        self._words = _Limit(40 * times, 60)

    def check(self, member_id: str) -> None:
        """Count one request. Raises TooMany."""
        if not self._all.take(member_id):
            raise TooMany("too_many")

    def check_words(self, member_id: str) -> None:
        """Count some words, or something done with words. Raises TooMany."""
        if not self._words.take(member_id):
            raise TooMany("too_many")
