"""One ticker: once a second it asks every meeting that is on whether time alone changes something.

What it sends is idempotent, so a second ticker would do no harm. It never moves a step.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from circle.logs import say_fault
from circle.services.conduct import Conduct

EVERY_SECONDS = 1.0


def tick_once(conduct: Conduct) -> None:
    """One round. A fault in one meeting does not keep the others waiting."""
    for meeting_id in conduct.active():
        try:
            conduct.tick(meeting_id)
        except Exception as problem:
            say_fault(problem, page="ticker", meeting=meeting_id)


def run(conduct: Conduct, stopped: Callable[[], bool]) -> None:
    """Tick until stopped."""
    while not stopped():
        try:
            tick_once(conduct)
        except Exception as problem:
            say_fault(problem, page="ticker")
        time.sleep(EVERY_SECONDS)
