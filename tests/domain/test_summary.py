"""The notes' rules: who could have written a line, and when a mail may arrive."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain import commands as c
from circle.domain.meeting import Meeting, Phase, Place, Role, Seat
from circle.domain.plan import Plan
from circle.domain.summary import (
    attendees,
    evening_of,
    hold_until,
    lines_to_send,
    names_in,
    nudge_at,
    possible_writers,
    zone_of,
)
from circle.domain.transition import Actor, Moment, transition

DUBLIN = ZoneInfo("Europe/Dublin")
BOUNDS = (datetime(2000, 1, 1), datetime(2037, 12, 31))  # noqa: DTZ001 - Hypothesis adds the zone
NOW = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)  # a Tuesday evening


def meeting(*seats: Seat) -> Meeting:
    return Meeting("m", "c", Plan("A plan", "grief", ()), NOW, phase=Phase.ENDED, seats=seats)


def seat(name: str, place: Place = Place.SEATED, **more: object) -> Seat:
    return Seat(name, name, **{"role": Role.MEMBER, "place": place, "sat": True, **more})  # type: ignore[arg-type]


def dublin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=DUBLIN)


# -- who ----------------------------------------------------------------------------------------------
def test_notes_are_for_those_who_sat_and_stayed_welcome() -> None:
    early, removed = seat("early", Place.LEFT), seat("removed", Place.REMOVED)
    only_waited = seat("waited", Place.LEFT, sat=False)
    assert attendees(meeting(early, removed, only_waited)) == (early,)


def test_whoever_only_waited_at_the_door_never_sat() -> None:
    host = Actor("h", Role.HOST)
    m = Meeting("m", "c", Plan("A plan", "grief", ()), NOW, phase=Phase.OPEN)
    for who in (host, Actor("in", Role.MEMBER), Actor("out", Role.MEMBER)):
        m = transition(m, c.TakeSeat(who.id, who.id), who, Moment(NOW)).meeting
    m = transition(m, c.Admit("in"), host, Moment(NOW)).meeting
    for who in ("in", "out"):
        m = transition(m, c.LeaveSeat(), Actor(who, Role.MEMBER), Moment(NOW)).meeting
    assert [s.id for s in attendees(m)] == ["h", "in"]
    m = transition(m, c.TakeSeat("in", "in"), Actor("in", Role.MEMBER), Moment(NOW)).meeting
    assert "in" in [s.id for s in attendees(m)]  # waiting again, and has been at the table


def test_hosts_latecomers_and_seats_without_a_screen_hide_nobody() -> None:
    others = (seat("a"), seat("b"), seat("gone", Place.LEFT), seat("late", came_late=True))
    assert possible_writers(meeting(seat("h", role=Role.HOST), seat("call", screen=False), *others)) == 2


# -- lines --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("writers", range(5))
def test_below_five_possible_writers_there_are_no_lines(writers: int) -> None:
    assert lines_to_send(["a"], ["a"], writers) == ()


def test_a_line_goes_out_when_its_writer_and_a_host_agree() -> None:
    assert lines_to_send(["a", "b"], ["b", "never allowed"], 5) == ("b",)


def test_at_most_three_lines_go_out() -> None:
    assert lines_to_send("abcde", "abcde", 9) == ("a", "b", "c")


# -- when ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "arrives"),
    [
        (dublin(10, 21), dublin(11, 9)),  # the same evening: next morning
        (dublin(11, 0, 30), dublin(11, 9)),  # in the night after: that morning
        (dublin(11, 8, 59), dublin(11, 9)),
        (dublin(11, 9), dublin(11, 9)),
        (dublin(11, 10, 30), dublin(11, 10, 30)),  # the next day: at once
        (dublin(11, 19, 59), dublin(11, 19, 59)),
        (dublin(11, 20), dublin(12, 9)),
        (dublin(11, 22), dublin(12, 9)),
    ],
)
def test_notes_arrive_by_day_from_the_next_day_on(asked: datetime, arrives: datetime) -> None:
    assert hold_until(asked, NOW, DUBLIN) == arrives


def test_an_evening_past_midnight_belongs_to_its_evening() -> None:
    ended = dublin(11, 0, 30)
    assert evening_of(ended, DUBLIN) == date(2026, 3, 10)
    assert hold_until(ended, ended, DUBLIN) == dublin(11, 9)


def test_a_reader_far_away_has_slept_too() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")  # there it ends at 05:30, already in the next day
    assert hold_until(NOW, NOW, tokyo) == datetime(2026, 3, 12, 9, tzinfo=tokyo)


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_the_clocks_change_overnight(day: date) -> None:
    ended = datetime.combine(day, time(21), DUBLIN)
    assert hold_until(ended, ended, DUBLIN).astimezone(DUBLIN).time() == time(9)


@given(
    ended=st.datetimes(*BOUNDS, timezones=st.just(UTC)),
    later=st.timedeltas(timedelta(0), timedelta(days=10)),
    name=st.sampled_from(sorted(available_timezones())),
)
def test_no_zone_and_no_day_lets_a_mail_through_at_night(
    ended: datetime, later: timedelta, name: str
) -> None:
    zone, asked = ZoneInfo(name), ended + later
    arrives = hold_until(asked, ended, zone)
    local = arrives.astimezone(zone)
    assert time(9) <= local.time() < time(20)
    assert arrives >= asked
    assert local.date() > evening_of(ended, zone)
    assert arrives - asked < timedelta(hours=55)  # the hold is one night; Samoa once left out a day
    assert hold_until(arrives, ended, zone) == arrives


def test_a_host_is_reminded_at_noon() -> None:
    assert nudge_at(NOW, DUBLIN) == dublin(11, 12)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Europe", "\0"])
def test_an_unknown_zone_gives_way_to_the_next(name: str) -> None:
    assert zone_of(name, "Europe/Dublin") == DUBLIN
    assert zone_of(name) == UTC


# -- advice -------------------------------------------------------------------------------------------
def test_names_are_found_as_words() -> None:
    assert names_in("Thank you, theo. Mayan calm; Anna Lee's cake.", ["Theo", "Maya", "Anna Lee", ""]) == (
        "Theo",
        "Anna Lee",
    )
