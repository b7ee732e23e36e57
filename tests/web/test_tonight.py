"""Tonight, circles and planned evenings, as a facilitator walks them. Refusals first."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from circle.domain.meeting import Phase
from circle.services.clock import SettableClock
from circle.settings import Settings
from circle.store import meetings
from circle.store.models import AuditRow, Member
from tests.support import PASSWORD, Browser, make_app
from tests.web.conftest import House


@pytest.fixture
def jo(house: House) -> Browser:
    """Another facilitator, with nothing of their own."""
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    browser = house.browser()
    browser.send(browser.open("/signin"), address="jo@example.org", password=PASSWORD)
    return browser


def _meeting(house: House, meeting_id: str) -> object:
    return house.hub.committer.read(lambda db: meetings.load(db, meeting_id))


def test_other_peoples_things_are_not_found(house: House, jo: Browser) -> None:
    for path in (
        f"/circle/{house.circle_id}",
        f"/circle/{house.circle_id}/link",
        f"/prepare/{house.meeting_id}",
        f"/prepare/{house.meeting_id}/s4",
    ):
        assert jo.open(path).status == 404
    token = jo.open("/account").form().fields["csrf_token"]
    for path in (
        f"/open/{house.meeting_id}",
        f"/circle/{house.circle_id}",
        f"/circle/{house.circle_id}/link",
        f"/prepare/{house.meeting_id}/cancel",
    ):
        assert jo.post(path, {"csrf_token": token}).status == 404, path
    stolen = {"csrf_token": token, "circle": house.circle_id}
    assert jo.post("/hold", stolen).status == 404
    fields = stolen | {"day": "2026-03-20", "at": "19:00"}
    assert jo.post("/prepare/from/T3", fields).status == 404
    assert len(house.hub.planning.overview(house.mira).planned) == 0


def test_a_circle_that_does_not_fit_comes_back_with_its_words(jo: Browser) -> None:
    page = jo.send(
        jo.open("/circle/new"),
        name="Tuesday circle",
        where="call",
        call_url="call.example",
        zone="Mars",
    )  # pasted without https://
    assert page.status == 422
    fields = page.form("/new").fields
    assert (fields["name"], fields["call_url"], fields["zone"]) == (
        "Tuesday circle",
        "https://call.example",
        "Mars",
    )
    assert "place for the clock" in page.text


@pytest.mark.parametrize(
    ("day", "at", "words"),
    [("", "19:00", "Which day"), ("2026-03-20", "", "At what time"), ("2026-03-01", "19:00", "has gone by")],
)
def test_a_date_that_does_not_fit(house: House, day: str, at: str, words: str) -> None:
    browser = house.signed_in()
    page = browser.send(browser.open("/prepare/from/T3"), day=day, at=at)
    assert (page.status, words in page.text) == (422, True)


def test_from_nothing_to_a_planned_evening(house: House, jo: Browser) -> None:
    page = jo.open("/tonight")
    assert "Make your first circle" in page.text
    page = jo.send(
        jo.open("/circle/new"),
        name="Tuesday circle",
        where="call",
        call_url="https://call.example/room",
        zone="Europe/Dublin",
        country="IE",
    )
    assert "Tuesday circle: one link for always" in page.text
    door = re.search(r'value="(http://localhost:8000/c/[^"]+)"', page.html)
    assert door is not None
    assert "<svg" in page.html
    page = jo.send(jo.open("/prepare/from/T4"), day="2026-07-07", at="19:00")
    assert "When people fall away" in page.text
    assert "Tuesday 7 July, 19:00 to 20:30" in page.text
    page = jo.open("/tonight")
    assert "Tuesday circle, Tuesday 7 July 19:00" in page.text
    assert door.group(1) in page.html
    visitor = house.browser().open(door.group(1).removeprefix("http://localhost:8000"))
    assert "Tuesday 7 July at 19:00" in visitor.text


def test_what_rules_say_of_a_plan_stands_beside_it_and_keeps_no_door_shut(house: House, jo: Browser) -> None:
    page = jo.send(
        jo.open("/circle/new"), name="New circle", where="write", zone="Europe/Dublin", country="IE"
    )
    page = jo.send(jo.open("/prepare/from/T4"), day="2026-03-12", at="20:30")
    assert "Before this evening" in page.text
    assert "This asks for a closed group that knows each other, from session 3 on." in page.text
    assert "The door opens all the same: you know your circle." in page.text
    assert page.text.index("from session 3 on") < page.text.index("Look closer")
    assert page.text.index("Look closer") < page.text.index("With one host nobody is free")
    assert "It ends late, and people will go to bed with this." in page.text
    open_it = page.path.replace("/prepare/", "/open/")
    assert jo.send(jo.open("/tonight"), open_it, follow=False).status == 303
    calm = jo.send(jo.open("/prepare/from/T9"), day="2026-07-07", at="19:00")
    calm = jo.send(calm, "/edit", do="seen", rule="P61", step="")
    assert "Nothing stands in the way" in calm.text


def test_two_taps_hold_a_circle_now(house: House, jo: Browser) -> None:
    page = jo.send(jo.open("/hold"), zone="Europe/Dublin", follow=False)
    [evening] = [house.hub.planning.overview(jo_id(house)).next]
    assert evening is not None
    assert page.response.location == f"/meet/{evening.meeting.id}"
    assert (evening.circle.form.name, evening.circle.form.zone) == ("Jo’s circle", "Europe/Dublin")
    assert evening.meeting.phase is Phase.OPEN


def jo_id(house: House) -> str:
    return house.hub.accounts.sign_in("jo@example.org", PASSWORD).user_id


def test_the_door_opens_from_tonight(house: House) -> None:
    browser = house.signed_in()
    page = browser.open("/tonight")
    assert "Thursday circle, tonight 19:30" in page.text
    assert "The grief nobody mentions. Ninety minutes." in page.text
    opened = browser.send(page, f"/open/{house.meeting_id}", follow=False)
    assert opened.response.location == f"/meet/{house.meeting_id}"
    again = browser.open("/tonight")
    assert "The door is open" in again.text
    assert "Go to your chair" in again.text


def test_an_evening_is_moved_repeated_and_called_off(house: House) -> None:
    browser = house.signed_in()
    path = f"/prepare/{house.meeting_id}"
    form = browser.open(path).form("/again")
    moved = browser.post(f"{path}/move", form.fields | {"day": "2026-03-13", "at": "20:00"})
    assert "Tomorrow, 20:00 to 21:30" in moved.text
    again = browser.send(moved, "/again", day="2026-03-20", at="20:00")
    assert "Friday 20 March, 20:00" in again.text
    assert "/open/" not in again.html  # nobody opens the door of another day by a slip of the finger
    assert "on the day itself" in again.text
    off = browser.send(again, "/cancel")
    assert "Called off." in off.text
    assert "Friday 20 March" not in browser.open("/tonight").text


def test_the_door_of_another_day_is_not_one_press_away(house: House, clock: SettableClock) -> None:
    browser = house.signed_in()
    assert "/open/" in browser.open("/tonight").html
    clock.advance(-24 * 3600)
    page = browser.open("/tonight")
    assert "/open/" not in page.html
    assert "Look at the plan" in page.text


def test_planning_goes_on_with_the_circle_one_came_from(house: House) -> None:
    browser = house.signed_in()
    browser.send(browser.open("/circle/new"), name="Sunday table", where="write", zone="Europe/Dublin")
    sunday = next(c for c in house.hub.planning.circles.of(house.mira) if c.form.name == "Sunday table")
    link = browser.open(f"/circle/{sunday.id}/link")
    assert f"/prepare?circle={sunday.id}" in link.html
    choose = browser.open(f"/prepare?circle={sunday.id}")
    assert f"/prepare/from/T3?circle={sunday.id}" in choose.html
    page = browser.open(f"/prepare/from/T3?circle={sunday.id}")
    assert page.form("/from/T3").fields["circle"] == sunday.id
    assert page.html.count('class="cue__row') == 14


def test_a_personal_link_is_shown_once(house: House) -> None:
    browser = house.signed_in()
    page = browser.open(f"/circle/{house.circle_id}/link")
    assert browser.send(page, "/link", name=" ").status == 422
    made = browser.send(page, "/link", name="Rowan")
    assert re.search(r"http://localhost:8000/in/[\w-]{43}", made.html)
    assert "/in/" not in browser.open(f"/circle/{house.circle_id}/link").html


def test_links_for_others_name_the_public_address(house: House) -> None:
    origins = ("http://localhost:8000", "https://circle.example")
    app = make_app(house.hub, Settings(env="test", origins=origins))
    browser = Browser(app)
    browser.send(browser.open("/signin"), address="mira@example.org", password=PASSWORD)
    assert "https://circle.example/c/" in browser.open(f"/circle/{house.circle_id}/link").html


def test_settings_are_kept(house: House) -> None:
    browser = house.signed_in()
    page = browser.open(f"/circle/{house.circle_id}")
    form = page.form(house.circle_id)
    fields = {key: value for key, value in form.fields.items() if key != "admit"}
    page = browser.post(form.action, fields | {"name": "Friday circle", "where": "write"})
    assert "Kept." in page.text
    kept = house.hub.planning.circles.get(house.mira, house.circle_id).form
    assert (kept.name, kept.admit, kept.hosts_read_first, kept.call_url) == ("Friday circle", False, True, "")


def test_whoever_was_not_to_come_back_may_come_again(house: House) -> None:
    def ban(db: Any) -> None:
        more = {"name": "Rowan", "banned": True, "created_at": house.hub.clock.now()}
        db.add(Member(id="rowan", circle_id=house.circle_id, **more))

    browser = house.signed_in()
    assert "Not in the circle any more" not in browser.open(f"/circle/{house.circle_id}").text
    house.hub.committer.submit(ban)
    page = browser.open(f"/circle/{house.circle_id}")
    assert "Rowan" in page.text
    form = page.form("/again")
    assert browser.post(form.action, {**form.fields, "member": "x"}).status == 404
    page = browser.send(page, "/again")
    assert "They may come again" in page.text
    assert "Rowan" not in page.text
    row = house.hub.committer.read(lambda db: db.scalars(select(AuditRow)).one())
    assert (row.action, row.object_id) == ("welcome_again", "rowan")


def test_days_are_said_as_people_say_them(house: House, clock: SettableClock) -> None:
    browser = house.signed_in()
    clock.advance(-24 * 3600)
    assert "Thursday circle, tomorrow 19:30" in browser.open("/tonight").text


def test_plans_for_any_circle_stand_before_those_for_one_that_knows_each_other(jo: Browser) -> None:
    page = jo.open("/prepare")
    assert re.findall(r"/prepare/from/(T\d)", page.html) == [
        "T1", "T9", "T2", "T5", "T7", "T3", "T4", "T6", "T8",
    ]  # fmt: skip
