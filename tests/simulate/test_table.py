"""The table for made-up people: in no list, mailed to nobody, and cleared away whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from circle.content.loader import load_library
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.hub import Hub
from circle.services.retention import Retention
from circle.services.watching import MadeUpTable, is_over, set_the_table
from circle.simulate.cast import evening_plan
from circle.store import meetings
from circle.store.models import Circle, MeetingRow, Member, OneUseLink, OutboxRow
from tests.evening import HOST, MEETING, Evening
from tests.support import PASSWORD, make_hub

PLAN = evening_plan(load_library())


@pytest.fixture
def hub(tmp_path: Path, clock: SettableClock) -> Hub:
    """Use cases on a fresh SQLite file."""
    made = make_hub(f"sqlite:///{tmp_path / 'circle.sqlite'}", clock)
    made.accounts.create("mira@example.org", "Mira", PASSWORD)
    return made


def mira(hub: Hub) -> str:
    """The host's account."""
    return str(hub.accounts.oldest())


def set_up(hub: Hub, second_host: str = "Jo") -> MadeUpTable:
    """Mira wants to watch."""
    return set_the_table(hub, mira(hub), PLAN, second_host)


def rows(db: Session) -> tuple[int, ...]:
    """How many circles, meetings and members there are."""
    return tuple(db.scalar(select(func.count()).select_from(t)) or 0 for t in (Circle, MeetingRow, Member))


def test_the_host_sits_in_the_first_chair(hub: Hub) -> None:
    made = set_up(hub)
    meeting = hub.committer.read(lambda db: meetings.load(db, made.meeting_id))
    assert [(seat.name, seat.role) for seat in meeting.seats] == [("Mira", "host")]
    assert meeting.plan == PLAN
    assert not is_over(hub, made.meeting_id)


def test_it_takes_clock_and_country_from_the_hosts_own_circle_and_stands_in_no_list(hub: Hub) -> None:
    hub.planning.circles.create(mira(hub), CircleForm("Tuesdays", "Europe/Dublin", "IE"))
    made = set_up(hub)
    listed = hub.planning.circles.of(mira(hub))
    assert [circle.form.name for circle in listed] == ["Tuesdays"]
    assert hub.planning.overview(mira(hub)).next is None
    circle = hub.committer.read(lambda db: db.scalar(select(Circle).where(Circle.demo)))
    assert circle is not None
    assert (circle.zone, circle.country, circle.door_token) == ("Europe/Dublin", "IE", made.door_token)


def test_the_second_host_has_no_account_and_another_name(hub: Hub) -> None:
    set_up(hub, second_host="mira")
    second = hub.committer.read(lambda db: db.scalar(select(Member).where(Member.user_id.is_(None))))
    assert second is not None
    assert (second.role, second.name) == ("host", "mira B.")


def test_the_next_one_clears_the_one_before(hub: Hub) -> None:
    before = set_up(hub)
    set_up(hub)
    assert hub.committer.read(rows) == (1, 1, 2)
    assert is_over(hub, before.meeting_id)


def test_it_goes_after_a_day_and_at_the_next_start(hub: Hub, clock: SettableClock) -> None:
    retention = Retention(hub.engine, hub.committer, hub.words, clock)
    set_up(hub)
    clock.advance(timedelta(hours=23).total_seconds())
    retention.purge()
    assert hub.committer.read(rows) == (1, 1, 2)
    clock.advance(timedelta(hours=1).total_seconds())
    retention.purge()
    assert hub.committer.read(rows) == (0, 0, 0)
    set_up(hub)
    retention.clear_made_up()
    assert hub.committer.read(rows) == (0, 0, 0)


def test_the_second_hosts_link_goes_with_it(hub: Hub) -> None:
    set_up(hub)
    count = select(func.count()).select_from(OneUseLink)
    assert hub.committer.read(lambda db: db.scalar(count)) == 1
    set_up(hub)
    assert hub.committer.read(lambda db: db.scalar(count)) == 1, "the link of the one before leads nowhere"


def test_nothing_is_mailed(evening: Evening) -> None:
    evening.hold()

    def make_it_one_of_ours(db: Session) -> None:
        db.get_one(Circle, "c1").demo = True

    evening.committer.submit(make_it_one_of_ours)
    assert evening.closing.release(HOST, MEETING) == []
    assert evening.committer.read(lambda db: db.scalar(select(func.count()).select_from(OutboxRow))) == 0
