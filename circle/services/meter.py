"""What a process counts of its own work: whoever runs it sees how it does, and nobody sees who did what.

A counter is a trace. Asked every second and kept for weeks, as such figures are, it tells when somebody in
the only circle that is on wrote a line without a name: of that nothing may be left to look up. So:

- nothing here has the name of a circle, a person, a step, an address, or of the kind of a command;
- what was counted is handed on once a minute, all of it together;
- a minute in which fewer than five circles did something is not handed on at all, but for faults and for
  how late the ticker was, which follow from no single person. On a server with few circles the figures of
  work stand still, and that is right.

What it cannot hide is the running server itself: who watches that sees more than any figure.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

MINUTE_SECONDS = 60.0
CIRCLES_MIN = 5  # with fewer, a figure could be one circle's, and then one person's

Outcome = Literal["ok", "refused", "fault"]


@dataclass(slots=True)
class Minute:
    """What was counted in one of them. circles: ids, in memory until the minute is over and then dropped.
    answers: seconds from a command to its answer; commits: seconds a commit took, looks at the database
    among them. sessions: that are on, or have just ended. late_seconds: the ticker's latest round.
    """

    circles: set[str] = field(default_factory=set)
    outcomes: list[Outcome] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    messages: int = 0
    snapshots: int = 0
    sessions: int = 0
    late_seconds: float = 0.0


Publish = Callable[[Minute], None]


def without_few(minute: Minute) -> Minute:
    """What may be handed on: all of it, or, where fewer than five circles did something, none of theirs."""
    if len(minute.circles) < CIRCLES_MIN:
        return Minute(sessions=minute.sessions, late_seconds=minute.late_seconds)
    minute.circles = set()
    return minute


class Meter:
    """Counts for one process. Without `publish` it counts nothing.

    Nothing waits in here: under threads a count may get lost, which does less harm than a lock on every
    command. ticking: seconds that never go back.
    """

    def __init__(self, publish: Publish | None = None, ticking: Callable[[], float] = time.monotonic) -> None:
        self._publish = publish
        self._ticking = ticking
        self._minute = Minute()
        self._began = ticking()

    @property
    def counts(self) -> bool:
        """Whether anybody wants to know."""
        return self._publish is not None

    def acted(self, meeting_id: str) -> None:
        """A page of this session did something."""
        if self.counts:
            self._minute.circles.add(meeting_id)

    def answered(self, outcome: Outcome, seconds: float) -> None:
        """A command got its answer."""
        if self.counts:
            self._minute.outcomes.append(outcome)
            self._minute.answers.append(seconds)

    def committed(self, seconds: float) -> None:
        """A transaction was committed."""
        if self.counts:
            self._minute.commits.append(seconds)

    def sent(self) -> None:
        """A message was handed to the pages of an audience here."""
        if self.counts:
            self._minute.messages += 1

    def looked(self) -> None:
        """A page took a snapshot."""
        if self.counts:
            self._minute.snapshots += 1

    def ticked(self, sessions: int, late_seconds: float) -> None:
        """The ticker went round: the only moment at which a minute that is over is handed on."""
        if self._publish is None:
            return
        minute = self._minute
        minute.sessions = sessions
        minute.late_seconds = max(minute.late_seconds, late_seconds)
        if self._ticking() - self._began >= MINUTE_SECONDS:
            self._minute, self._began = Minute(), self._ticking()
            self._publish(without_few(minute))
