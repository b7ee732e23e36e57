"""Clocks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from circle.services.ports import Clock


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


class ScaledClock:
    """A clock that begins at `start` (aware) and runs `rate` times as fast as the real one; for rehearsals.

    rate: 0 stands still, 1 is real time. ticking: seconds of the real clock, which never go back.
    """

    def __init__(
        self, start: datetime, rate: float = 1.0, ticking: Callable[[], float] = time.monotonic
    ) -> None:
        self._ticking = ticking
        self._lock = threading.Lock()
        self._at = start.astimezone(UTC)
        self._since = ticking()
        self._rate = rate

    @property
    def rate(self) -> float:
        """How many seconds pass here in a real one."""
        return self._rate

    def now(self) -> datetime:
        """Aware UTC."""
        with self._lock:
            return self._now(self._ticking())

    def run_at(self, rate: float) -> None:
        """Go on from here at another rate (0 or more)."""
        with self._lock:
            ticks = self._ticking()
            self._at, self._since, self._rate = self._now(ticks), ticks, rate

    def advance(self, seconds: float) -> None:
        """Go on by this much at once."""
        with self._lock:
            self._at += timedelta(seconds=seconds)

    def _now(self, ticks: float) -> datetime:
        return self._at + timedelta(seconds=(ticks - self._since) * self._rate)


def rate_of(clock: Clock) -> float:
    """How fast this clock runs: 1 for every clock but that of a rehearsal."""
    return clock.rate if isinstance(clock, ScaledClock) else 1.0
