"""Times and numbers as people say them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from circle.web.wording import clock_time, day_words, minutes_words, number_words

NOW = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (datetime(2026, 3, 12, 20, tzinfo=UTC), "UTC", "Tonight"),
        (datetime(2026, 3, 12, 9, tzinfo=UTC), "UTC", "Today"),
        (datetime(2026, 3, 13, 9, tzinfo=UTC), "UTC", "Tomorrow"),
        (datetime(2026, 3, 12, 20, tzinfo=UTC), "Asia/Tokyo", "Today"),  # five in the morning there
        (datetime(2026, 3, 19, 20, tzinfo=UTC), "UTC", "Thursday 19 March"),
        (datetime(2027, 1, 1, 20, tzinfo=UTC), "UTC", "Friday 1 January 2027"),
        (datetime(2026, 3, 11, 20, tzinfo=UTC), "UTC", "Wednesday 11 March"),
    ],
)
def test_days(moment: datetime, zone: str, words: str) -> None:
    assert day_words(moment, zone, NOW) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "One minute"), (45, "Forty-five minutes"), (90, "Ninety minutes"), (110, "110 minutes")],
)
def test_minutes(minutes: int, words: str) -> None:
    assert minutes_words(minutes) == words


def test_numbers_up_to_ninety_nine_are_all_different() -> None:
    assert number_words(0) == "no"
    assert len({number_words(n) for n in range(100)}) == 100


def test_clock() -> None:
    assert clock_time(NOW, "Europe/Berlin") == "20:00"
