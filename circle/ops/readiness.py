"""Whether this process can do all of its work now: every part looked at, in bounded time, in plain words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from circle.logs import say_fault

PATIENCE_SECONDS = 2.0
GOOD_FOR_SECONDS = 1.0  # a look is good for so long, however often somebody asks


class NotRight(Exception):
    """A part that is not as it should be; the message says what is the matter, without names or numbers."""


Check = Callable[[], str]  # what is the case, in a few words; raises NotRight, or whatever went wrong


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the work."""

    ok: bool
    says: str


@dataclass(slots=True)
class _Look:
    """A check on its way, in a thread (a greenlet) of its own, as it may never come back."""

    thread: threading.Thread
    found: list[Part] = field(default_factory=list)


class Readiness:
    """checks: by the name of the part. Of one that hangs there is never a second at the same time."""

    def __init__(self, checks: Mapping[str, Check], patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._checks = dict(checks)
        self._patience = patience_seconds
        self._one_at_a_time = threading.Lock()
        self._looks: dict[str, _Look] = {}
        self._seen: dict[str, Part] = {}
        self._seen_at = float("-inf")

    def parts(self) -> dict[str, Part]:
        """Every part; takes as long as our patience at most."""
        with self._one_at_a_time:
            if time.monotonic() - self._seen_at >= GOOD_FOR_SECONDS:
                self._seen = self._look()
                self._seen_at = time.monotonic()
            return self._seen

    def _look(self) -> dict[str, Part]:
        for name in self._checks:
            before = self._looks.get(name)
            if before is None or not before.thread.is_alive():
                self._looks[name] = self._start(name)
        until = time.monotonic() + self._patience
        for look in self._looks.values():
            look.thread.join(max(0.0, until - time.monotonic()))
        silent = Part(ok=False, says="does not answer")
        return {name: next(iter(look.found), silent) for name, look in self._looks.items()}

    def _start(self, name: str) -> _Look:
        def run() -> None:
            look.found.append(_asked(name, self._checks[name]))

        look = _Look(threading.Thread(target=run, daemon=True))
        look.thread.start()
        return look


def _asked(name: str, check: Check) -> Part:
    try:
        return Part(ok=True, says=check())
    except NotRight as problem:
        return Part(ok=False, says=str(problem))
    except Exception as problem:
        say_fault(problem, page=f"ready.{name}")
        return Part(ok=False, says="does not answer")
