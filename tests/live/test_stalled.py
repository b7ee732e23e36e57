"""Somebody's phone stops reading while the circle goes on: in the real server, under gevent."""

from __future__ import annotations

import os

import pytest

from bench.served import Circle

pytestmark = pytest.mark.servers
FULL = bool(os.environ.get("CIRCLE_TEST_FULL"))
SECONDS, MEGABYTES = (60, 5) if FULL else (8, 5)
LETTERS = 4_000  # of three bytes each: the longest words there are


def test_a_reader_who_stops_gets_whole_messages_and_harms_nobody() -> None:
    """Others get everything, once, in time; what the sleeper finds are whole messages from the beginning, and
    then an end: it comes back with a snapshot. The server goes on.
    """
    served = Circle(1, 10).start()
    try:
        crowd, tables = served.crowd(1, 10)
        crowd.size, crowd.letter = LETTERS, "…"
        crowd.seat(tables)
        sleeper = crowd.tables[0].pop()
        crowd.stop_reading(sleeper)
        heard = crowd.at_a_rate(MEGABYTES * 1e6 / (3 * LETTERS) / SECONDS, SECONDS)
        assert (heard.lost, heard.doubled, heard.astray, heard.refused) == (0, 0, 0, [])
        assert heard.shares * 3 * LETTERS > 0.9 * MEGABYTES * 1e6
        found = crowd.read_what_is_left(sleeper)
        assert 0 < found < heard.shares, "cut off before the end, and every message whole"
        assert crowd.at_a_rate(10, 1).lost == 0
        crowd.close()
    finally:
        served.stop()
