"""The ticker: once a second it asks the meetings that are on whether time alone changes something.

What it sends is idempotent, so a second ticker would do no harm; it never moves a step. Where there are
several processes each has one, and looks mostly after the sessions whose pages come to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from zlib import crc32

from circle.logs import say_fault
from circle.services.conduct import Conduct

EVERY_SECONDS = 1.0
ROUNDS_ELSEWHERE = 10  # so seldom a session is looked at whose pages are elsewhere, or nowhere

Looks = Callable[[str], bool]


def everywhere(_meeting_id: str) -> bool:
    """Every session is looked at in every round."""
    return True


def in_round(number: int, is_here: Looks) -> Looks:
    """Which sessions are looked at in a round: those whose pages are here, and in turn some of the others, so
    that a session whose process has died is looked after as well.
    """

    def looks(meeting_id: str) -> bool:
        its_turn = crc32(meeting_id.encode()) % ROUNDS_ELSEWHERE == number % ROUNDS_ELSEWHERE
        return its_turn or is_here(meeting_id)

    return looks


def tick_once(conduct: Conduct, looks: Looks = everywhere) -> int:
    """One round; returns how many meetings it looked at. A fault in one does not keep the others waiting."""
    active = conduct.active(looks)
    for meeting in active:
        time.sleep(0)  # a thousand circles are looked at; nobody who shares waits for all of them
        try:
            conduct.tick(meeting)
        except Exception as problem:
            say_fault(problem, page="ticker", meeting=meeting.id)
    return len(active)


def run(
    conduct: Conduct, is_here: Looks, stopped: Callable[[], bool], ticked: Callable[[int, float], None]
) -> None:
    """Tick until stopped. is_here: whether pages of this session come to this process. ticked: told after
    each round how many meetings it looked at, and how many seconds later than it should it began.
    """
    should_begin = time.monotonic()
    for number in count():
        if stopped():
            return
        late = time.monotonic() - should_begin
        should_begin = time.monotonic() + EVERY_SECONDS
        try:
            ticked(tick_once(conduct, in_round(number, is_here)), late)
        except Exception as problem:
            say_fault(problem, page="ticker")
        time.sleep(EVERY_SECONDS)
