"""How much one person may ask of a room, whichever way it comes. Counted in memory."""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from circle.domain.errors import TooMany

_ALL = parse("60/10 second")  # commands, heart-beats, snapshots, tickets
# Words of every kind alike, so that the count says nothing about lines without a name. One person alone
# cannot fill a wall with this while it is written (pending.LINES_MAX).
_WORDS = parse("40/minute")


class Pace:
    """The counts of one process."""

    def __init__(self) -> None:
        self._counts = FixedWindowRateLimiter(MemoryStorage())

    def check(self, member_id: str) -> None:
        """Count one request. Raises TooMany."""
        if not self._counts.hit(_ALL, "all", member_id):
            raise TooMany("too_many")

    def check_words(self, member_id: str) -> None:
        """Count some words, or something done with words. Raises TooMany."""
        if not self._counts.hit(_WORDS, "words", member_id):
            raise TooMany("too_many")
