"""The clock of a rehearsal: another rate, a stand-still, a jump; and heart-beats that go by the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from circle.domain.room import Status
from circle.services.clock import ScaledClock, SettableClock, SystemClock, rate_of
from circle.services.presence import HOST_LOST, PresenceTable

START = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)


class Ticks:
    """Real seconds, as a test wants them."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """Now."""
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    """At some moment."""
    return Ticks()


@pytest.mark.parametrize("rate", [1, 2, 5, 10, 20])
def test_so_many_seconds_pass_in_one(ticks: Ticks, rate: int) -> None:
    clock = ScaledClock(START, rate, ticks)
    ticks.seconds += 3
    assert clock.now() == START + timedelta(seconds=3 * rate)
    assert rate_of(clock) == rate


def test_another_rate_counts_from_now_on(ticks: Ticks) -> None:
    clock = ScaledClock(START, 20, ticks)
    ticks.seconds += 3
    clock.run_at(1)
    ticks.seconds += 2
    assert clock.now() == START + timedelta(seconds=62)
    clock.run_at(0)
    ticks.seconds += 1000
    assert clock.now() == START + timedelta(seconds=62)
    clock.run_at(10)
    ticks.seconds += 1
    assert clock.now() == START + timedelta(seconds=72)


def test_it_jumps_and_goes_on_at_its_rate(ticks: Ticks) -> None:
    clock = ScaledClock(START, 2, ticks)
    clock.advance(600)
    ticks.seconds += 5
    assert clock.now() == START + timedelta(seconds=610)


def test_it_never_goes_back(ticks: Ticks) -> None:
    clock, before = ScaledClock(START, 20, ticks), START
    for rate in (20, 0, 1, 5, 0, 10):
        clock.run_at(rate)
        ticks.seconds += 0.1
        assert clock.now() >= before
        before = clock.now()


def test_every_other_clock_runs_as_it_does() -> None:
    assert rate_of(SystemClock()) == rate_of(SettableClock(START)) == 1


def test_beats_go_by_the_real_clock_and_the_rest_by_the_evenings(ticks: Ticks) -> None:
    real, evening = SettableClock(START), ScaledClock(START, 20, ticks)
    table = PresenceTable(real, stage=evening)
    table.connect("m", "host", "page")
    ticks.seconds += 30  # ten minutes of the evening
    assert table.hosts_lost_for("m", ["host"]) is None
    table.say("m", "host", Status.OUT)
    assert table.of("m")["host"].since == START + timedelta(minutes=10)
    real.advance(HOST_LOST.total_seconds())
    assert table.hosts_lost_for("m", ["host"]) == HOST_LOST
