"""Server-side sessions: what the browser holds, what the file holds, and when they end."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Response, session
from sqlalchemy import select, update

from circle.services.clock import SettableClock
from circle.settings import Settings
from circle.store.models import WebSession
from circle.web.sessions import BrowserSession
from tests.support import ORIGIN, PASSWORD, Browser, make_app
from tests.web.conftest import House


def _rows(house: House) -> list[WebSession]:
    return house.hub.committer.read(lambda db: list(db.scalars(select(WebSession))))


def test_looking_at_pages_leaves_no_row_and_no_cookie(house: House) -> None:
    browser = house.browser()
    for path in ("/", "/help", "/offline", "/sw.js", "/healthz", "/nowhere"):
        assert "Set-Cookie" not in browser.open(path).response.headers
    assert _rows(house) == []


def test_a_session_goes_with_its_request_and_waits_for_no_collector() -> None:
    held = BrowserSession({"a": "word"})
    held["another"] = "word"
    assert held.modified
    gone = weakref.ref(held)
    gc.disable()
    try:
        del held
        assert gone() is None
    finally:
        gc.enable()


def test_a_guessed_or_foreign_id_counts_as_none(house: House) -> None:
    browser = house.browser()
    browser.client.set_cookie("circle", "chosen-by-somebody-else", domain="localhost")
    browser.send(browser.open(house.door), name="Rowan")
    assert browser.cookies["circle"] != "chosen-by-somebody-else"


def test_only_the_hash_and_sealed_data_are_stored(house: House, tmp_path: Path) -> None:
    browser = house.browser()
    browser.send(browser.open(house.door), name="Rowan-in-the-session")
    [row] = _rows(house)
    key = browser.cookies["circle"]
    assert len(key) == 43
    files = b"".join(path.read_bytes() for path in tmp_path.glob("circle.sqlite*"))
    assert key.encode() not in files
    assert b"Rowan-in-the-session" not in files
    assert row.id_hash.encode() in files


def test_data_moved_to_another_row_is_not_opened(house: House) -> None:
    host, guest = house.signed_in(), house.browser()
    guest.open("/signin")
    by_user = {row.user_id: row for row in _rows(house)}

    def swap(db: Any) -> None:
        theirs = update(WebSession).where(WebSession.id_hash == by_user[""].id_hash)
        db.execute(theirs.values(data_ct=by_user[house.mira].data_ct))

    house.hub.committer.submit(swap)
    assert "Come in." in guest.open("/tonight").text
    assert "Tonight" in host.open("/tonight").text


def test_the_cookie_is_kept_from_scripts_and_other_sites(house: House) -> None:
    browser = house.browser()
    header = browser.open("/signin").response.headers["Set-Cookie"]
    assert header.startswith("circle=")
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Secure" not in header  # http on loopback


def test_over_https_the_cookie_belongs_to_this_host_alone(house: House) -> None:
    app = make_app(house.hub, Settings(env="test", origins=("https://circle.example",)))
    browser = Browser(app, "https://circle.example")
    header = browser.open("/signin").response.headers["Set-Cookie"]
    assert header.startswith("__Host-circle=")
    assert "Secure" in header
    assert "Path=/" in header
    assert "Domain" not in header


def test_signing_in_gives_a_new_id_and_forgets_the_old(house: House) -> None:
    browser = house.browser()
    page = browser.open("/signin")
    before = browser.cookies["circle"]
    browser.send(page, address="mira@example.org", password=PASSWORD)
    assert browser.cookies["circle"] != before
    assert [row.user_id for row in _rows(house)] == [house.mira]
    old = house.browser()
    old.client.set_cookie("circle", before, domain="localhost")
    assert "Come in." in old.open("/tonight").text


def _under_way(house: House, browser: Browser, meanwhile: Callable[[], object]) -> Response:
    """A request of this browser that read its session before `meanwhile`, and has something to keep after."""
    iface, kept = house.app.session_interface, f"circle={browser.cookies['circle']}"
    with house.app.test_request_context("/tonight", base_url=ORIGIN, headers={"Cookie": kept}) as request:
        read = iface.open_session(house.app, request.request)
        assert read
        meanwhile()
        read["said"] = "Kept."
        answer = house.app.response_class()
        iface.save_session(house.app, read, answer)
    return answer


def test_a_request_under_way_changes_its_session_and_renews_the_cookie(house: House) -> None:
    browser = house.signed_in()
    answer = _under_way(house, browser, lambda: None)
    assert browser.cookies["circle"] in answer.headers["Set-Cookie"]
    assert browser.open("/tonight").path == "/tonight"
    assert len(_rows(house)) == 1


@pytest.mark.parametrize("way_out", ["/signout", "/signout/everywhere"])
def test_signing_out_is_not_undone_by_a_request_that_is_under_way(house: House, way_out: str) -> None:
    browser = house.signed_in()
    before = browser.cookies["circle"]
    answer = _under_way(house, browser, lambda: browser.send(browser.open("/account"), way_out, follow=False))
    assert _rows(house) == []
    assert "Set-Cookie" not in answer.headers
    again = house.browser()
    again.client.set_cookie("circle", before, domain="localhost")
    assert again.open("/tonight").path == "/signin"


def test_a_host_is_asked_again_after_half_a_day_of_silence(house: House, clock: SettableClock) -> None:
    browser = house.signed_in()
    for _hour in range(30):  # somebody who keeps looking in is not
        clock.advance(3600)
        assert browser.open("/tonight").path == "/tonight"
    clock.advance(12 * 3600 + 1)
    assert browser.open("/tonight").path == "/signin"


def test_a_host_is_asked_again_after_two_weeks_in_any_case(house: House, clock: SettableClock) -> None:
    browser = house.signed_in()
    for _visit in range(33):
        clock.advance(10 * 3600)
        assert browser.open("/tonight").path == "/tonight"
    clock.advance(10 * 3600)
    assert browser.open("/tonight").path == "/signin"


def test_a_guest_is_known_for_a_month_and_a_seat_renews_it(
    house: House, come_in: Any, clock: SettableClock
) -> None:
    browser = come_in("Rowan")
    for _week in range(6):
        clock.advance(7 * 24 * 3600)
        now = clock.now()
        house.hub.planning.plan(house.mira, house.circle_id, "T9", now.date(), now.time())
        page = browser.open(house.door)
        assert page.form().fields["name"] == "Rowan"
        browser.send(browser.send(page), follow=False)
    assert len(house.members()) == 1
    clock.advance(31 * 24 * 3600)
    now = clock.now()
    house.hub.planning.plan(house.mira, house.circle_id, "T9", now.date(), now.time())
    assert browser.open(house.door).form().fields["name"] == ""


def test_a_visit_is_written_down_at_most_every_five_minutes(house: House, clock: SettableClock) -> None:
    browser = house.signed_in()
    [before] = _rows(house)
    clock.advance(299)
    browser.open("/tonight")
    assert _rows(house)[0].seen_at == before.seen_at
    clock.advance(2)
    browser.open("/tonight")
    assert _rows(house)[0].seen_at == clock.now()


def test_an_emptied_session_is_gone_from_both_sides(house: House) -> None:
    @house.app.get("/empty")
    def empty() -> str:
        session.clear()
        return "empty"

    browser = house.signed_in()
    browser.open("/empty")
    assert _rows(house) == []
    assert browser.cookies == {}
