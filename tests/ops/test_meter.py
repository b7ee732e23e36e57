"""What is counted, and what of it is handed on: nothing that could be one person's."""

from __future__ import annotations

import pytest

from circle.services.meter import CIRCLES_MIN, MINUTE_SECONDS, Meter, Minute


class Hand:
    """Takes what is handed on; its clock is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.minutes: list[Minute] = []
        self.meter = Meter(self.minutes.append, lambda: self.now)

    def work(self, circles: int) -> None:
        """Each of these circles does one thing."""
        for at in range(circles):
            self.meter.acted(f"meeting {at}")
            self.meter.answered("ok", 0.01)
            self.meter.committed(0.002)
            self.meter.sent()
            self.meter.looked()

    def a_minute_passes(self) -> Minute:
        """The ticker goes round once a second; the minute it hands on."""
        for _ in range(int(MINUTE_SECONDS)):
            self.now += 1
            self.meter.ticked(sessions=3, late_seconds=0.25)
        return self.minutes[-1]


def test_nothing_is_handed_on_before_a_minute_is_over() -> None:
    hand = Hand()
    hand.work(CIRCLES_MIN)
    for _ in range(int(MINUTE_SECONDS) - 1):
        hand.now += 1
        hand.meter.ticked(3, 0.0)
    assert hand.minutes == []


def test_five_circles_are_counted_together_and_their_names_are_dropped() -> None:
    hand = Hand()
    hand.work(CIRCLES_MIN)
    minute = hand.a_minute_passes()
    assert minute == Minute(
        set(),
        ["ok"] * CIRCLES_MIN,
        [0.01] * CIRCLES_MIN,
        [0.002] * CIRCLES_MIN,
        CIRCLES_MIN,
        CIRCLES_MIN,
        3,
        0.25,
    )


@pytest.mark.parametrize("circles", range(CIRCLES_MIN))
def test_a_minute_with_fewer_looks_as_if_nobody_had_done_anything(circles: int) -> None:
    busy, still = Hand(), Hand()
    for _ in range(40):
        busy.work(circles)
    assert busy.a_minute_passes() == still.a_minute_passes()


def test_what_a_minute_kept_back_does_not_come_with_the_next() -> None:
    hand = Hand()
    hand.work(CIRCLES_MIN - 1)
    hand.a_minute_passes()
    hand.work(CIRCLES_MIN)
    assert hand.a_minute_passes().messages == CIRCLES_MIN


def test_nothing_is_counted_when_nobody_asks() -> None:
    meter = Meter()
    meter.acted("m")
    meter.answered("ok", 1.0)
    meter.committed(1.0)
    meter.sent()
    meter.looked()
    meter.ticked(1, 1.0)
    assert meter._minute == Minute()
