"""Asking somebody to host along, the page behind the link, and the end of it. Refusals first."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.store.models import Member, OneUseLink
from tests.support import PASSWORD, Browser, Page
from tests.web.conftest import House

JO = {"name": "Jo", "address": "jo@example.org", "password": PASSWORD}


def _signed_in(house: House, name: str) -> Browser:
    """Somebody with an account and nothing of their own."""
    house.hub.accounts.create(f"{name.lower()}@example.org", name, PASSWORD)
    browser = house.browser()
    browser.send(browser.open("/signin"), address=f"{name.lower()}@example.org", password=PASSWORD)
    return browser


@pytest.fixture
def jo(house: House) -> Browser:
    """Another facilitator."""
    return _signed_in(house, "Jo")


def _ask(house: House, browser: Browser) -> str:
    """Press *Ask somebody to host with you*; the path of the link."""
    page = browser.send(browser.open(f"/circle/{house.circle_id}"), "/hosts#hosts")
    found = re.search(r'id="host-link" value="http://localhost:8000(/host/[^"]+)"', page.html)
    assert found is not None
    return found.group(1)


def _links(house: House) -> int:
    return len(house.hub.committer.read(lambda db: list(db.scalars(select(OneUseLink)))))


def _chair(house: House, name: str) -> str:
    who = select(Member.id).where(Member.name == name, Member.circle_id == house.circle_id)
    return house.hub.committer.read(lambda db: db.scalars(who).one())


def _end(house: House, name: str) -> str:
    return f"/circle/{house.circle_id}/hosts/{_chair(house, name)}/end"


def _says_used(page: Page) -> bool:
    return page.status == 404 and "has been used, or its time has passed" in page.text


def test_other_peoples_circles_are_not_found(house: House, jo: Browser) -> None:
    token = jo.open("/account").form().fields["csrf_token"]
    assert jo.open(_end(house, "Mira")).status == 404
    for path in (f"/circle/{house.circle_id}/hosts", f"/circle/{house.circle_id}/hosts/take-back"):
        assert jo.post(path, {"csrf_token": token}).status == 404
    assert jo.post(_end(house, "Mira"), {"csrf_token": token}).status == 404
    assert _links(house) == 0


def test_made_up_people_have_nobody_to_ask(house: House) -> None:
    demo = house.hub.planning.circles.create(house.mira, CircleForm("Made up", "UTC"), demo=True)
    mira = house.signed_in()
    page = mira.open(f"/circle/{demo}")
    assert (page.status, "Who hosts" in page.text) == (200, False)
    token = page.form().fields["csrf_token"]
    assert mira.post(f"/circle/{demo}/hosts", {"csrf_token": token}).status == 404


def test_strangers_are_asked_who_they_are(house: House) -> None:
    browser = house.browser()
    token = browser.open("/signin").form().fields["csrf_token"]
    for path in (f"/circle/{house.circle_id}/hosts", f"/circle/{house.circle_id}/hosts/take-back"):
        assert browser.post(path, {"csrf_token": token}).path == "/signin"
    assert browser.open(_end(house, "Mira")).path == "/signin"
    assert _links(house) == 0


def test_without_a_form_token_nothing_happens(house: House, jo: Browser) -> None:
    mira = house.signed_in()
    link = _ask(house, mira)
    for browser, path in (
        (mira, f"/circle/{house.circle_id}/hosts"),
        (mira, f"/circle/{house.circle_id}/hosts/take-back"),
        (jo, link),
        (house.browser(), f"{link}/account"),
    ):
        assert browser.post(path, JO).status == 400
    assert _links(house) == 1


def test_before_the_sign_in_the_page_is_the_same_for_every_token(house: House) -> None:
    link = _ask(house, house.signed_in())
    pages = []
    for path in (link, "/host/guessed"):
        page = house.browser().open(path)
        html = re.sub(r'(name="csrf_token" value|nonce)="[^"]+"', "", page.html)
        pages.append((page.status, html.replace(path, "/host/…").replace(path.replace("/", "%2F"), "")))
    assert pages[0] == pages[1]
    assert not any(name in pages[0][1] for name in ("Thursday circle", "Mira"))


def test_previews_spend_nothing(house: House, jo: Browser) -> None:
    link = _ask(house, house.signed_in())
    for browser in (house.browser(), jo):
        for _preview in range(3):
            browser.open(link)
            browser.client.head(link, base_url="http://localhost:8000")
    assert _links(house) == 1
    assert jo.send(jo.open(link), link).path == "/tonight"
    assert _links(house) == 0


def test_a_guessed_link_reads_as_a_used_one(house: House, jo: Browser, clock: SettableClock) -> None:
    link = _ask(house, house.signed_in())
    waiting = house.browser()
    form = waiting.open(link)
    late = _ask(house, house.signed_in())
    jo.send(jo.open(link), link)
    used = waiting.send(form, "/account", **JO | {"address": "di@example.org"})
    assert _says_used(used)
    di = _signed_in(house, "Di")
    assert _says_used(di.open(link))
    assert _says_used(di.open("/host/guessed"))
    token = di.open("/account").form().fields["csrf_token"]
    assert di.post("/host/guessed", {"csrf_token": token, "name": "Di"}).text == used.text
    clock.advance(14 * 86_400.0 + 1)
    again = house.browser()
    again.send(again.open("/signin"), address="di@example.org", password=PASSWORD)
    assert _says_used(again.open(late))


def test_one_looks_at_links_only_so_often(house: House, jo: Browser) -> None:
    answers = [jo.open(f"/host/{number}").status for number in range(61)]
    assert (set(answers[:60]), answers[60]) == ({404}, 429)
    assert jo.client.head("/host/x", base_url="http://localhost:8000").status_code == 429


def test_an_account_keeps_what_was_typed_and_the_link(house: House, jo: Browser) -> None:
    link, browser = _ask(house, house.signed_in()), house.browser()
    page = browser.open(link)
    for change, words in (
        ({"name": "mira"}, "Someone here has this name already"),
        ({"password": "too short"}, "twelve or longer"),
        ({"address": "jo@example.org"}, "That address has an account."),
    ):
        page = browser.send(
            browser.open(link), "/account", **JO | {"name": "Di", "address": "di@example.org"} | change
        )
        assert (page.status, words in page.text) == (422, True)
        assert PASSWORD not in page.html
        fields = page.form("/account").fields
        assert (fields["name"], fields["address"]) == (
            change.get("name", "Di"),
            change.get("address", "di@example.org"),
        )
    page = browser.send(page, "/account", address="di@example.org", password=PASSWORD)
    assert page.path == "/tonight"
    assert "You host Thursday circle." in page.text


def test_who_has_an_account_signs_in_and_comes_back(house: House) -> None:
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    link, browser = _ask(house, house.signed_in()), house.browser()
    way = re.search(r'href="(/signin\?next=[^"]+)"', browser.open(link).html)
    assert way is not None
    page = browser.send(browser.open(way.group(1)), address="jo@example.org", password=PASSWORD)
    assert page.path == link
    assert "Host Thursday circle with Mira?" in page.text
    page = browser.send(page, link)
    assert page.path == "/tonight"
    assert "Thursday circle, tonight 19:30" in page.text
    assert browser.open(f"/prepare/{house.meeting_id}").status == 200
    opened = browser.send(page, f"/open/{house.meeting_id}", follow=False)
    assert opened.response.location == f"/meet/{house.meeting_id}"


def test_signed_out_in_between_leads_to_the_sign_in_and_back(house: House, jo: Browser) -> None:
    link = _ask(house, house.signed_in())
    page = jo.open(link)
    jo.send(jo.open("/account"), "/signout")
    token = jo.open("/signin").form().fields["csrf_token"]
    page = jo.post(link, page.form(link).fields | {"csrf_token": token})
    assert page.path == "/signin"
    assert jo.send(page, address="jo@example.org", password=PASSWORD).path == link
    assert _links(house) == 1


def test_an_open_form_for_a_new_account_is_not_for_whoever_signed_in_since(house: House) -> None:
    link, browser = _ask(house, house.signed_in()), house.browser()
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    browser.send(browser.open("/signin"), address="jo@example.org", password=PASSWORD)
    token = browser.open("/account").form().fields["csrf_token"]
    page = browser.post(
        f"{link}/account", JO | {"name": "Di", "address": "di@example.org", "csrf_token": token}
    )
    assert page.path == link
    assert "Host Thursday circle with Mira?" in page.text
    assert _links(house) == 1


def test_who_hosts_already_is_told_so(house: House) -> None:
    mira = house.signed_in()
    link = _ask(house, mira)
    page = mira.open(link)
    assert "You host Thursday circle already." in page.text
    token = mira.open("/account").form().fields["csrf_token"]
    mira.post(link, {"csrf_token": token, "name": "Somebody"})
    assert _links(house) == 1


def test_a_name_of_ones_own_in_this_circle(house: House, jo: Browser) -> None:
    link = _ask(house, house.signed_in())
    page = jo.send(jo.open(link), link, name="MIRA")
    assert (page.status, "Someone here has this name already" in page.text) == (422, True)
    assert page.form(link).fields["name"] == "MIRA"
    jo.send(page, link, name="Jo from work")
    assert "Jo from work" in house.signed_in().open(f"/circle/{house.circle_id}").text


def test_the_link_is_shown_once_and_can_be_taken_back(house: House, jo: Browser) -> None:
    mira = house.signed_in()
    link = _ask(house, mira)
    page = mira.open(f"/circle/{house.circle_id}")
    assert link not in page.html
    assert "One link for hosting is out and not used yet." in page.text
    page = mira.send(page, "/take-back")
    assert "is out and not used yet" not in page.text
    assert _says_used(jo.open(link))


def test_the_other_host_cannot_end_it_for_who_keeps_the_circle(house: House, jo: Browser) -> None:
    link = _ask(house, house.signed_in())
    jo.send(jo.open(link), link)
    page = jo.open(f"/circle/{house.circle_id}")
    assert "Stop hosting" in page.text
    assert "End hosting" not in page.text
    token = jo.open("/account").form().fields["csrf_token"]
    for page in (jo.open(_end(house, "Mira")), jo.post(_end(house, "Mira"), {"csrf_token": token})):
        assert (page.status, "Whoever keeps this circle settles" in page.text) == (403, True)


def test_the_only_host_is_asked_to_find_another_first(house: House) -> None:
    mira = house.signed_in()
    assert "Stop hosting" not in mira.open(f"/circle/{house.circle_id}").text
    page = mira.open(_end(house, "Mira"))
    assert (page.status, "You are the only one who hosts this circle" in page.text) == (409, True)


def test_hosting_ends_for_somebody(house: House, jo: Browser) -> None:
    mira = house.signed_in()
    link = _ask(house, mira)
    jo.send(jo.open(link), link)
    jo.send(jo.open("/tonight"), f"/open/{house.meeting_id}", follow=False)  # jo sits in the room, alone
    page = mira.send(mira.open(_end(house, "Jo")), "/end")
    assert (page.status, "the only host in the room" in page.text) == (409, True)
    mira.open(f"/meet/{house.meeting_id}", follow=False)
    chair = _chair(house, "Jo")
    page = mira.send(mira.open(_end(house, "Jo")), "/end")
    assert "Jo does not host here any more." in page.text
    assert house.hub.conduct.revoked == [chair]  # type: ignore[attr-defined]
    assert jo.open(f"/circle/{house.circle_id}").status == 404
    assert jo.open(f"/prepare/{house.meeting_id}").status == 404
    assert jo.open(f"/meet/{house.meeting_id}", follow=False).response.location == house.door
    assert "Make your first circle" in jo.open("/tonight").text  # still signed in, with nothing of Mira's


def test_a_host_stops_by_themselves(house: House, jo: Browser) -> None:
    mira = house.signed_in()
    link = _ask(house, mira)
    jo.send(jo.open(link), link)
    page = jo.open(_end(house, "Jo"))
    assert "Stop hosting Thursday circle?" in page.text
    assert "Mira goes on." in page.text
    assert "You do not host Thursday circle any more." in jo.send(page, "/end").text
    assert jo.open(f"/circle/{house.circle_id}").status == 404


def test_whoever_keeps_the_circle_is_told_who_keeps_it_next(house: House, jo: Browser) -> None:
    mira = house.signed_in()
    link = _ask(house, mira)
    jo.send(jo.open(link), link)
    page = mira.open(_end(house, "Mira"))
    assert "Jo goes on, and Jo keeps the circle." in page.text
    mira.send(page, "/end")
    assert "You, and you keep the circle" in jo.open(f"/circle/{house.circle_id}").text
