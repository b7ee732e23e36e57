"""The pages of a rehearsal: who may open what, and what a refusal looks like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from circle.app import create_app
from circle.rehearsal.rehearsals import AT_ONCE, RehearsalsOfProcess
from circle.services.circles import CircleForm
from circle.services.hub import Hub
from circle.settings import Settings
from circle.store.models import MailboxRow, OutboxRow
from tests.support import PASSWORD, Browser, Page


class Town:
    """The whole app with some hosts, each with an evening planned."""

    def __init__(self, folder: Path) -> None:
        self.app: Flask = create_app(Settings(env="test", data_dir=folder), async_mode="threading")
        self.hub: Hub = self.app.extensions["circle"]
        self.rehearsals: RehearsalsOfProcess = self.app.extensions["circle.rehearsals"]

    def host(self, name: str) -> tuple[Browser, str]:
        """Somebody signed in, and the evening they have planned."""
        address = f"{name.lower()}@example.org"
        user = self.hub.accounts.create(address, name, PASSWORD)
        circle = self.hub.planning.circles.create(user, CircleForm(f"{name}s", "Europe/London", "GB"))
        evening = self.hub.planning.plan(
            user, circle, "T9", (self.hub.clock.now() + timedelta(days=30)).date(), time(19, 0)
        )
        browser = Browser(self.app)
        browser.send(browser.open("/signin"), address=address, password=PASSWORD)
        return browser, evening


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """For all tests of this file."""
    made = Town(tmp_path_factory.mktemp("town"))
    yield made
    made.hub.engine.dispose()


@pytest.fixture(autouse=True)
def nothing_goes_on(town: Town) -> Iterator[None]:
    """Each test begins without a rehearsal."""
    yield
    for begun in list(town.rehearsals._on.values()):
        begun.end()


@pytest.fixture(scope="module")
def mira(town: Town) -> tuple[Browser, str]:
    """A host with a plan."""
    return town.host("Mira")


@pytest.fixture(scope="module")
def jo(town: Town) -> tuple[Browser, str]:
    """Another host."""
    return town.host("Jo")


def begin(browser: Browser, evening: str) -> Page:
    """Press the button."""
    return browser.send(browser.open(f"/prepare/{evening}/rehearse"), "/rehearse")


def frames(page: Page) -> list[str]:
    """What is shown in the frames."""
    return [part.split('"')[0] for part in page.html.split('src="') if part.startswith("/rehearsal/")]


def data(page: Page) -> dict[str, Any]:
    """An answer for a script."""
    found: dict[str, Any] = json.loads(page.html)
    return found


def test_desk_and_phone_stand_side_by_side(mira: tuple[Browser, str]) -> None:
    page = begin(*mira)
    assert page.path.startswith("/rehearse/")
    policy = page.response.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    desk, seat = (mira[0].open(path) for path in frames(page))
    assert (desk.status, seat.status) == (200, 200)
    for frame, host in ((desk, "true"), (seat, "false")):
        assert f'"host": {host}' in frame.html
        assert "frame-ancestors 'self'" in frame.response.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in frame.response.headers
        assert 'data-base="/rehearsal/' in frame.html
        assert 'src="/static/' in frame.html, "files come from where they are kept already"


def test_what_hosts_prepared_lies_on_the_desk_alone(town: Town) -> None:
    browser, evening = town.host("Ravi")
    user = town.hub.accounts.sign_in("ravi@example.org", PASSWORD).user_id
    town.hub.builder.add_card(user, evening, "If the stairs come up", "Say that we can leave them for now.")
    desk, seat = (browser.open(path) for path in frames(begin(browser, evening)))
    assert "If the stairs come up" in desk.html
    assert "If the stairs come up" not in seat.html
    script = next(step.script for step in town.hub.library.templates["T9"].steps if step.script)
    assert script not in seat.html


def test_only_whoever_began_it_may_look(
    town: Town, mira: tuple[Browser, str], jo: tuple[Browser, str]
) -> None:
    page = begin(*mira)
    stranger, paths = Browser(town.app), [page.path, f"{page.path}/now", f"{page.path}/mail", *frames(page)]
    for path in paths:
        assert jo[0].open(path).status == 404, path
        found = stranger.open(path)
        assert found.path == "/signin" if path.startswith("/rehearse/") else found.status == 404, path
    for action in ("set", "end"):
        token = jo[0].open("/tonight").form("/watch").fields["csrf_token"]
        sent = {"csrf_token": token, "do": "pause"}
        assert jo[0].post(f"{page.path}/{action}", sent, follow=False).status == 404
        assert stranger.post(f"{page.path}/{action}", sent, follow=False).status in (303, 400)
    assert data(mira[0].open(f"{page.path}/now"))["paused"] is False


def test_a_token_cannot_be_guessed(mira: tuple[Browser, str]) -> None:
    page = begin(*mira)
    for path in ("/rehearse/x", "/rehearse/x/now", "/rehearsal/x/desk/meet/y", "/rehearsal/", "/rehearsal/x"):
        assert mira[0].open(path).status == 404
    assert len(page.path.removeprefix("/rehearse/")) >= 32
    desk = frames(page)[0]
    other = desk.replace("/desk/", "/host/")
    assert mira[0].open(other).status == 404


def test_another_hosts_plan_is_not_found(mira: tuple[Browser, str], jo: tuple[Browser, str]) -> None:
    for path in (f"/prepare/{mira[1]}/rehearse", "/prepare/nothing/rehearse"):
        assert jo[0].open(path).status == 404
    own = jo[0].open(f"/prepare/{jo[1]}/rehearse").form("/rehearse").fields
    assert jo[0].post(f"/prepare/{mira[1]}/rehearse", own).status == 404


def test_the_forms_want_their_token(mira: tuple[Browser, str]) -> None:
    assert mira[0].post(f"/prepare/{mira[1]}/rehearse", {}).status == 400
    page = begin(*mira)
    for action in ("set", "end"):
        assert mira[0].post(f"{page.path}/{action}", {"do": "pause"}).status == 400


def test_inside_there_is_the_room_and_no_way_on(mira: tuple[Browser, str]) -> None:
    page = begin(*mira)
    desk = frames(page)[0]
    root = desk.partition("/meet/")[0]
    for path in (
        "/",
        "/tonight",
        "/signin",
        "/account",
        "/mailbox",
        "/prepare",
        "/signout",
        "/watch",
        "/c/x",
    ):
        found = mira[0].open(f"{root}{path}")
        assert found.status == 404, path
        assert "frame-ancestors 'self'" in found.response.headers["Content-Security-Policy"]
    assert mira[0].open("/tonight").path == "/tonight", "and outside one is signed in as before"


def test_what_moves_the_evening_works_without_a_script(mira: tuple[Browser, str]) -> None:
    browser, page = mira[0], begin(*mira)
    token = page.form("/set").fields["csrf_token"]
    for do, key, value in (
        ("20", "speed", 20),
        ("pause", "paused", True),
        ("go", "paused", False),
        ("lead", "leads", False),
        ("leave", "leads", True),
    ):
        after = browser.post(f"{page.path}/set", {"csrf_token": token, "do": do})
        assert after.path == page.path
        assert data(browser.open(f"{page.path}/now"))[key] == value
    for wrong in ("3", "", "fly", "²", "9" * 5000):
        assert browser.post(f"{page.path}/set", {"csrf_token": token, "do": wrong}).status == 422
    answer = browser.post(f"{page.path}/set", {"csrf_token": token, "do": "5"}, Accept="application/json")
    assert data(answer)["rate"] == 5


def test_the_mail_is_shown_and_not_sent(town: Town, mira: tuple[Browser, str]) -> None:
    page = begin(*mira)
    mail = mira[0].open(f"{page.path}/mail")
    assert "Hello Cleo" in mail.text
    assert "a link of their own" in mail.text
    html = mira[0].open(f"{page.path}/mail?form=html")
    assert html.response.headers["Content-Security-Policy"].startswith("sandbox")
    assert "Hello Cleo" in html.text
    rows = town.hub.committer.read(
        lambda db: [db.scalar(select(func.count()).select_from(table)) for table in (OutboxRow, MailboxRow)]
    )
    assert rows == [0, 0]


def test_ending_leads_back_to_the_plan_and_twice_is_nothing(mira: tuple[Browser, str]) -> None:
    browser, page = mira[0], begin(*mira)
    back = browser.send(page, "/end")
    assert back.path == f"/prepare/{mira[1]}"
    assert "Nothing of it was kept" in back.text
    assert browser.send(page, "/end").status == 404
    assert [browser.open(path).status for path in frames(page)] == [404, 404]


def test_a_full_house_says_so_kindly(town: Town, mira: tuple[Browser, str]) -> None:
    others = [town.host(f"Host{n}") for n in range(AT_ONCE)]
    for other in others:
        assert begin(*other).status == 200
    refused = begin(*mira)
    assert refused.status == 429
    assert "Two rehearsals are on here already" in refused.text
    others[0][0].send(others[0][0].open(f"/rehearse/{next(iter(town.rehearsals._on))}"), "/end")
    assert begin(*mira).status == 200


def test_an_evening_whose_door_is_open_is_not_rehearsed(town: Town) -> None:
    browser, evening = town.host("Noor")
    browser.post(f"/open/{evening}", browser.open(f"/prepare/{evening}/rehearse").form("/rehearse").fields)
    assert browser.open(f"/prepare/{evening}/rehearse").status == 409
