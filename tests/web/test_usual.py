"""A form for a new session begins with the day and time at which its circle meets."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from circle.services.circles import CircleForm
from circle.store.models import MeetingRow
from tests.web.conftest import House

PATHS = ("/prepare/from/T3", "/prepare/paste")


def begins_with(house: House, path: str, circle_id: str, text: str = "Tea 5 min") -> tuple[str, str]:
    browser = house.signed_in()
    page = browser.open(f"{path}?circle={circle_id}")
    if path == "/prepare/paste":
        page = browser.send(page, path, text=text, do="look")
    fields = page.form(path).fields
    return fields["day"], fields["at"]


@pytest.mark.parametrize("path", PATHS)
def test_the_weekday_and_time_of_the_next_session_where_nothing_is_planned_yet(
    house: House, path: str
) -> None:
    assert begins_with(house, path, house.circle_id) == ("2026-03-19", "19:30")
    house.hub.planning.plan(house.mira, house.circle_id, "T2", date(2026, 3, 19), time(18))
    assert begins_with(house, path, house.circle_id) == ("2026-03-26", "19:30")
    house.hub.planning.cancel(house.mira, house.meeting_id)
    assert begins_with(house, path, house.circle_id) == ("2026-03-26", "18:00")


@pytest.mark.parametrize("path", PATHS)
def test_else_of_the_last_one_on_the_circles_own_clock(house: House, path: str) -> None:
    def ended(row: MeetingRow) -> None:
        row.phase, row.starts_at = "ended", datetime(2026, 3, 9, 23, 30, tzinfo=UTC)

    house.hub.committer.submit(lambda db: ended(db.scalars(select(MeetingRow)).one()))
    assert begins_with(house, path, house.circle_id) == ("2026-03-16", "23:30")
    circles = house.hub.planning.circles
    circles.change(house.mira, house.circle_id, CircleForm("Thursday circle", "Asia/Tokyo", "GB"))
    assert begins_with(house, path, house.circle_id) == ("2026-03-17", "08:30")


@pytest.mark.parametrize("path", PATHS)
def test_tomorrow_at_seven_in_a_new_circle(house: House, path: str) -> None:
    new = house.hub.planning.circles.create(house.mira, CircleForm("Sunday circle", "UTC", "GB"))
    assert begins_with(house, path, new) == ("2026-03-13", "19:00")


def test_a_time_in_the_outline_goes_first(house: House) -> None:
    assert begins_with(house, "/prepare/paste", house.circle_id, "18:15 Tea 5 min")[1] == "18:15"
