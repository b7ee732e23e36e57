"""From wall clocks to instants, on the odd days too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain.errors import Invalid
from circle.services.when import instant, local, read_day, read_time


@pytest.mark.parametrize(
    ("day", "at", "zone", "utc"),
    [
        (date(2026, 3, 12), time(19), "Europe/Dublin", datetime(2026, 3, 12, 19, tzinfo=UTC)),
        (date(2026, 7, 2), time(19), "Europe/Dublin", datetime(2026, 7, 2, 18, tzinfo=UTC)),
        # 29 March 2026, 02:30 in Berlin does not exist: clocks go from 02:00 to 03:00
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 25 October 2026, 02:30 in Berlin comes twice: the first one is meant
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 12), time(19), "Asia/Kathmandu", datetime(2026, 3, 12, 13, 15, tzinfo=UTC)),
    ],
)
def test_an_evening_starts_when_the_circles_clock_says(day: date, at: time, zone: str, utc: datetime) -> None:
    assert instant(day, at, zone) == utc


@given(
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    zone=st.sampled_from(sorted(available_timezones())),
)
def test_clocks_show_what_was_typed_except_in_a_skipped_hour(day: date, at: time, zone: str) -> None:
    shown = local(instant(day, at, zone), zone).replace(tzinfo=None)
    typed = datetime.combine(day, at)
    skipped = (
        typed.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        != typed.replace(tzinfo=ZoneInfo(zone), fold=1).utcoffset()
    )
    assert shown == typed or (skipped and timedelta() < shown - typed <= timedelta(days=1))


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-02-30", "12/03/2026"])
def test_no_day(typed: str) -> None:
    with pytest.raises(Invalid, match="day"):
        read_day(typed)


@pytest.mark.parametrize("typed", ["", "seven", "25:00", "19:00+02:00"])
def test_no_time(typed: str) -> None:
    with pytest.raises(Invalid, match="time"):
        read_time(typed)


def test_days_and_times_as_forms_send_them() -> None:
    assert read_day("2026-03-12") == date(2026, 3, 12)
    assert read_time("19:05:30") == time(19, 5)
