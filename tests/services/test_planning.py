"""Circles and planned evenings; on both databases. Refusals first."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from circle.content.loader import load_library
from circle.domain.commands import CancelSession, EndSession, OpenDoor, RunLate, TakeSeat
from circle.domain.errors import CircleError, Invalid, NotFound, NotNow
from circle.domain.meeting import Phase, Place
from circle.services import gather
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.planning import Planning
from circle.store.committer import Committer
from circle.store.models import User
from circle.store.words import Words
from tests.support import FakeConduct, make_circles

FORM = CircleForm("Thursday circle", "Europe/Dublin", "IE", "https://call.example/room")
DAY, AT = date(2026, 7, 2), time(19)


@pytest.fixture
def conduct(committer: Committer, clock: SettableClock) -> FakeConduct:
    return FakeConduct(committer, clock)


@pytest.fixture
def planning(committer: Committer, clock: SettableClock, conduct: FakeConduct) -> Planning:
    for user_id, name in (("mira", "Mira"), ("jo", "Jo")):
        user = User(
            id=user_id, address=f"{user_id}@example.org", name=name, generation=1, created_at=clock.now()
        )
        committer.submit(lambda db, user=user: db.add(user))
    return Planning(committer, clock, load_library(), conduct, make_circles(committer, clock))


@pytest.fixture
def circle_id(planning: Planning) -> str:
    return planning.circles.create("mira", FORM)


# -- circles ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (CircleForm(" ", "UTC"), {"name": "name_empty"}),
        (CircleForm("x" * 61, "UTC"), {"name": "name_long"}),
        (CircleForm("Circle", "Mars"), {"zone": "zone"}),
        (CircleForm("Circle", "UTC", "XX"), {"country": "country"}),
        (CircleForm("Circle", "UTC", call_url="javascript:alert(1)"), {"call_url": "link"}),
    ],
)
def test_what_cannot_be_a_circle(planning: Planning, form: CircleForm, fields: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        planning.circles.create("mira", form)
    assert refusal.value.fields == fields
    assert planning.circles.of("mira") == []


def test_a_circle_of_an_account_that_is_gone(planning: Planning) -> None:
    with pytest.raises(NotFound):
        planning.circles.create("nobody", FORM)


def test_other_peoples_circles_and_evenings_are_not_found(planning: Planning, circle_id: str) -> None:
    meeting_id = planning.plan("mira", circle_id, "T3", DAY, AT)
    tries = [
        lambda: planning.circles.get("jo", circle_id),
        lambda: planning.circles.change("jo", circle_id, FORM),
        lambda: planning.plan("jo", circle_id, "T3", DAY, AT),
        lambda: planning.hold_now("jo", circle_id),
        lambda: planning.evening("jo", meeting_id),
        lambda: planning.open_door("jo", meeting_id),
        lambda: planning.move("jo", meeting_id, DAY, AT),
        lambda: planning.duplicate("jo", meeting_id, DAY, AT),
        lambda: planning.cancel("jo", meeting_id),
    ]
    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()
    assert planning.evening("mira", meeting_id).meeting.version == 0


def test_a_new_circle_has_its_host_its_agreements_and_a_door(planning: Planning, circle_id: str) -> None:
    [circle] = planning.circles.of("mira")
    assert (circle.id, circle.form, circle.host_name) == (circle_id, FORM, "Mira")
    assert len(circle.agreements) == 12
    assert len(circle.door_token) == 22  # 128 random bits
    planning.circles.change("mira", circle_id, CircleForm("Friday circle", "UTC", admit=False))
    assert planning.circles.get("mira", circle_id).form == CircleForm("Friday circle", "UTC", admit=False)


def test_what_a_session_takes_along_and_what_stays_the_circles(
    planning: Planning, circle_id: str, committer: Committer, words: Words
) -> None:
    meeting_id = planning.plan("mira", circle_id, "T3", DAY, AT)
    other = CircleForm("Friday circle", "UTC", "GB", "https://other.example/x", False, False)
    planning.circles.change("mira", circle_id, other)
    planned = committer.read(lambda db: gather.load(db, words, meeting_id))
    assert (planned.meeting.admit, planned.meeting.read_first) == (True, True)
    assert planned.meeting.starts_at.isoformat() == "2026-07-02T18:00:00+00:00"
    facts = planned.circle
    assert (facts.name, facts.country, facts.call_url) == ("Friday circle", "GB", "https://other.example/x")
    new = planning.evening("mira", planning.plan("mira", circle_id, "T3", DAY, AT)).meeting
    assert (new.admit, new.read_first) == (False, False)


# -- evenings -----------------------------------------------------------------------------------------
def test_an_unknown_plan_or_a_time_gone_by(planning: Planning, circle_id: str) -> None:
    with pytest.raises(Invalid, match="template"):
        planning.plan("mira", circle_id, "T99", DAY, AT)
    with pytest.raises(Invalid) as refusal:
        planning.plan("mira", circle_id, "T3", date(2026, 3, 12), time(17, 59))  # it is 19:00
    assert refusal.value.fields == {"day": "in_the_past"}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_day_at_the_calendars_edge_is_refused_beside_its_field(planning: Planning, zone: str) -> None:
    circle_id = planning.circles.create("mira", CircleForm("Thursday circle", zone))
    mine = planning.plan("mira", circle_id, "T3", DAY, AT)
    furthest = date(2026, 3, 12) + timedelta(days=733)  # a day more: today is another one in some zones
    for day, code in ((date.min, "in_the_past"), (date.max, "too_far"), (furthest, "too_far")):
        for at in (time(0), time(23, 59)):
            for ask in (
                lambda day=day, at=at: planning.plan("mira", circle_id, "T3", day, at),
                lambda day=day, at=at: planning.move("mira", mine, day, at),
                lambda day=day, at=at: planning.duplicate("mira", mine, day, at),
            ):
                with pytest.raises(Invalid) as refusal:
                    ask()
                assert refusal.value.fields == {"day": code}
    planning.move("mira", mine, furthest - timedelta(days=3), AT)  # two years all but a day
    assert planning.evening("mira", mine).meeting.starts_at.year == 2028


def test_an_evening_starts_by_the_circles_clock(planning: Planning, circle_id: str) -> None:
    evening = planning.evening("mira", planning.plan("mira", circle_id, "T3", DAY, AT))
    assert evening.meeting.starts_at.isoformat() == "2026-07-02T18:00:00+00:00"  # summer in Dublin
    assert evening.meeting.phase is Phase.PLANNED
    assert evening.meeting.plan == load_library().templates["T3"]


@pytest.mark.parametrize("template", load_library().templates)
def test_every_plan_can_be_planned_and_its_door_opened(
    planning: Planning, circle_id: str, template: str
) -> None:
    meeting_id = planning.plan("mira", circle_id, template, DAY, AT)
    planning.open_door("mira", meeting_id)
    meeting = planning.evening("mira", meeting_id).meeting
    assert meeting.phase is Phase.OPEN
    assert meeting.plan == load_library().templates[template]  # survives being stored


def test_an_open_door_freezes_the_plan(planning: Planning, circle_id: str) -> None:
    meeting_id = planning.plan("mira", circle_id, "T3", DAY, AT)
    planning.open_door("mira", meeting_id)
    before = planning.evening("mira", meeting_id).meeting
    for attempt in (
        lambda: planning.move("mira", meeting_id, DAY, AT),
        lambda: planning.cancel("mira", meeting_id),
    ):
        with pytest.raises(NotNow, match="plan_frozen"):
            attempt()
    assert planning.evening("mira", meeting_id).meeting == before


def test_another_day_begins_on_time(planning: Planning, circle_id: str, conduct: FakeConduct) -> None:
    meeting_id = planning.plan("mira", circle_id, "T3", DAY, AT)
    host = planning.circles.get("mira", circle_id).caller
    conduct.perform(host, meeting_id, TakeSeat(host.member_id, "Mira"), command_id="a")
    conduct.perform(host, meeting_id, RunLate(20), command_id="b")
    planning.move("mira", meeting_id, date(2026, 7, 9), time(20))
    meeting = planning.evening("mira", meeting_id).meeting
    assert (meeting.starts_at.isoformat(), meeting.late_min) == ("2026-07-09T19:00:00+00:00", 0)


def test_opening_the_door_seats_the_host_and_is_done_once(
    planning: Planning, circle_id: str, conduct: FakeConduct
) -> None:
    meeting_id = planning.plan("mira", circle_id, "T3", DAY, AT)
    planning.open_door("mira", meeting_id)
    planning.open_door("mira", meeting_id)
    meeting = planning.evening("mira", meeting_id).meeting
    assert meeting.phase is Phase.OPEN
    assert [(seat.name, seat.place) for seat in meeting.seats] == [("Mira", Place.SEATED)]
    assert {type(command) for command in conduct.done} == {TakeSeat, OpenDoor}


def test_calling_an_evening_off(planning: Planning, circle_id: str, conduct: FakeConduct) -> None:
    meeting_id = planning.plan("mira", circle_id, "T3", DAY, AT)
    planning.cancel("mira", meeting_id)
    assert planning.evening("mira", meeting_id).meeting.phase is Phase.CANCELLED
    assert isinstance(conduct.done[-1], CancelSession)
    with pytest.raises(CircleError):
        planning.open_door("mira", meeting_id)


# -- now ----------------------------------------------------------------------------------------------
def test_hold_a_circle_now_without_having_one(planning: Planning) -> None:
    meeting_id = planning.hold_now("mira", zone="Europe/Dublin", name="Mira’s circle")
    evening = planning.evening("mira", meeting_id)
    assert evening.circle.form.name == "Mira’s circle"
    assert (evening.meeting.plan.template, evening.meeting.plan.minutes) == ("T9", 45)
    assert evening.meeting.phase is Phase.OPEN
    assert planning.hold_now("mira", evening.circle.id) == meeting_id  # pressed twice: one evening


def test_holding_now_leaves_the_planned_evening_alone(planning: Planning, circle_id: str) -> None:
    planned = planning.plan("mira", circle_id, "T3", date(2026, 3, 12), time(20))
    held = planning.hold_now("mira", circle_id)
    assert held != planned
    assert planning.evening("mira", planned).meeting.phase is Phase.PLANNED


def test_a_session_nobody_ended_does_not_keep_the_link(
    planning: Planning, circle_id: str, clock: SettableClock
) -> None:
    abandoned = planning.hold_now("mira", circle_id)
    clock.advance(12 * 3600)
    assert _next(planning) == abandoned
    clock.advance(3600)
    assert _next(planning) is None
    fresh = planning.hold_now("mira", circle_id)
    assert _next(planning) == fresh != abandoned


def _next(planning: Planning) -> str | None:
    found = planning.overview("mira").next
    return found.meeting.id if found is not None else None


def test_tonight_shows_what_is_on_then_what_comes(
    planning: Planning, circle_id: str, clock: SettableClock, conduct: FakeConduct
) -> None:
    assert planning.overview("jo").circles == []
    first = planning.plan("mira", circle_id, "T3", date(2026, 3, 12), time(20))
    second = planning.plan("mira", circle_id, "T4", date(2026, 3, 19), time(20))
    other = planning.circles.create("mira", CircleForm("Friday circle", "UTC"))
    overview = planning.overview("mira")
    assert {circle.id for circle in overview.circles} == {circle_id, other}
    assert overview.next is not None
    assert overview.next.meeting.id == first
    assert [evening.meeting.id for evening in overview.planned] == [second]
    held = planning.hold_now("mira", other)
    now = planning.overview("mira")
    assert now.next is not None
    assert now.next.meeting.id == held
    assert [evening.meeting.id for evening in now.planned] == [first, second]
    caller = planning.circles.get("mira", other).caller
    conduct.perform(caller, held, EndSession(reason="test"), command_id="end")
    clock.advance(14 * 3600)  # nobody opened the first one: it is not tonight's any more
    later = planning.overview("mira")
    assert later.next is not None
    assert later.next.meeting.id == second
    assert later.planned == []


def test_the_last_time_of_each_circle_can_be_planned_again(
    planning: Planning, circle_id: str, conduct: FakeConduct, clock: SettableClock
) -> None:
    other = planning.circles.create("mira", FORM)
    for weeks, where, template in ((0, circle_id, "T9"), (1, circle_id, "T2"), (2, other, "T3")):
        meeting_id = planning.plan("mira", where, template, DAY + timedelta(weeks=weeks), AT)
        clock.set(planning.evening("mira", meeting_id).meeting.starts_at)
        planning.open_door("mira", meeting_id)
        host = planning.circles.get("mira", where).caller
        conduct.perform(host, meeting_id, EndSession("early"), command_id=meeting_id)
    found = [(evening.circle.id, evening.meeting.plan.template) for evening in planning.last_times("mira")]
    assert found == [(other, "T3"), (circle_id, "T2")]
    assert planning.last_times("jo") == []
