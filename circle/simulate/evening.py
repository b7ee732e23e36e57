"""Evenings one can watch: who is at which, how many there are, and when they end by themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from circle.domain.errors import TooMany
from circle.simulate.browser import Address
from circle.simulate.cast import load_cast
from circle.simulate.guest import Guest, Leader, Pace

AT_ONCE = 2  # of one server: each evening is seven browsers
LONGEST_S = 20 * 60  # whatever the host does, everybody has gone home by then


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is set: a meeting, the path of its door, and the made-up host's personal link."""

    meeting_id: str
    door: str
    host_link: str


class Evening:
    """Seven made-up people on their way to one table."""

    def __init__(self, address: Address, table: Table, speed: float) -> None:
        cast = load_cast()
        self.meeting_id = table.meeting_id
        self._pace = Pace(time.monotonic() + LONGEST_S, speed)
        self.people: tuple[Guest, ...] = (
            Leader(address, table.host_link, cast, self._pace),
            *(Guest(address, table.door, person, self._pace) for person in cast.people),
        )
        self._threads = [threading.Thread(target=guest.run, daemon=True) for guest in self.people]

    def start(self) -> None:
        """Send them off, each in a background thread (a greenlet under gevent)."""
        for thread in self._threads:
            thread.start()

    @property
    def is_on(self) -> bool:
        """Whether anybody is still there or on the way."""
        return any(thread.is_alive() for thread in self._threads)

    def call_off(self) -> None:
        """Everybody goes home now, or does not come."""
        self._pace.stopped.set()


class Evenings:
    """The evenings of one server: one for each host who watches, and few at once."""

    def __init__(self, address: Address, *, speed: float = 1.0) -> None:
        """speed: 1 takes about three minutes; tests are faster."""
        self._address = address
        self._speed = speed
        self._on: dict[str, Evening] = {}
        self._coming: set[str] = set()
        self._lock = threading.Lock()

    def of(self, host: str) -> str | None:
        """The meeting this host is watching; None when that is over or never was."""
        with self._lock:
            evening = self._on.get(host)
        return evening.meeting_id if evening is not None and evening.is_on else None

    def start(self, host: str, set_the_table: Callable[[], Table]) -> str:
        """Begin an evening for this host; returns the meeting's id.

        Raises TooMany("watch_full") while others watch; the table is not set then.
        """
        with self._lock:
            self._on = {key: evening for key, evening in self._on.items() if evening.is_on}
            if len({*self._on, *self._coming, host}) > AT_ONCE or host in self._coming:
                raise TooMany("watch_full")
            self._coming.add(host)
        try:
            evening = Evening(self._address, set_the_table(), self._speed)
            evening.start()
            with self._lock:
                earlier, self._on[host] = self._on.get(host), evening
            if earlier is not None:
                earlier.call_off()
        finally:
            with self._lock:
                self._coming.discard(host)
        return evening.meeting_id
