"""How much one person may ask of a room: windows that begin when somebody asks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from circle.domain.errors import TooMany
from circle.live import pace as module
from circle.live.pace import Pace


class Clock:
    """A monotonic clock that goes on when a test says so; seconds."""

    now = 12_345.6

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


def taken(pace: Pace, who: str, times: int) -> int:
    """How many of so many requests are answered."""
    done = 0
    for _ in range(times):
        try:
            pace.check(who)
        except TooMany:
            continue
        done += 1
    return done


def test_a_window_is_ten_seconds_from_its_first_request(clock: Clock) -> None:
    pace = Pace()
    assert taken(pace, "ana", 61) == 60
    clock.now += 9.9
    assert taken(pace, "ana", 1) == 0
    assert taken(pace, "bo", 1) == 1
    clock.now += 0.1
    assert taken(pace, "ana", 61) == 60


def test_it_begins_late_when_nobody_asked(clock: Clock) -> None:
    pace = Pace()
    taken(pace, "ana", 1)
    clock.now += 1000
    assert taken(pace, "ana", 60) == 60
    clock.now += 9
    assert taken(pace, "ana", 1) == 0


def test_words_have_a_window_of_their_own(clock: Clock) -> None:
    pace = Pace()
    for _ in range(40):
        pace.check_words("ana")
    clock.now += 59
    with pytest.raises(TooMany, match="too_many"):
        pace.check_words("ana")
    assert taken(pace, "ana", 1) == 1
    clock.now += 1
    pace.check_words("ana")


def test_a_load_on_purpose_has_more(clock: Clock) -> None:
    assert taken(Pace(3), "ana", 181) == 180
