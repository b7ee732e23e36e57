"""Clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


class SettableClock:
    """The real time with an offset, or a time that stands still; for tests and rehearsals."""

    def __init__(self, start: datetime | None = None) -> None:
        self._fixed = start
        self._offset = timedelta()

    def now(self) -> datetime:
        """Aware UTC."""
        return self._fixed if self._fixed is not None else datetime.now(UTC) + self._offset

    def set(self, instant: datetime) -> None:
        """Stand still at `instant` (aware)."""
        self._fixed = instant.astimezone(UTC)

    def advance(self, seconds: float) -> None:
        """Go on by this much."""
        if self._fixed is not None:
            self._fixed += timedelta(seconds=seconds)
        else:
            self._offset += timedelta(seconds=seconds)
