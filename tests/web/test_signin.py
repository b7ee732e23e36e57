"""Facilitators come in and go out. Refusals first."""

from __future__ import annotations

import pytest

from circle.services.accounts import FIRST
from circle.services.clock import SettableClock
from circle.services.hub import Hub
from circle.web.login import safe_next
from tests.support import PASSWORD, Browser
from tests.web.conftest import House


def test_one_sentence_for_a_wrong_password_and_for_nobody(house: House) -> None:
    pages = []
    for address in ("mira@example.org", "nobody@example.org"):
        browser = house.browser()
        page = browser.send(browser.open("/signin"), address=address, password="not the password")
        assert page.status == 422
        assert page.form().fields["address"] == address
        assert "not the password" not in page.html
        pages.append(page.text)
    assert pages[0] == pages[1]
    assert "do not go together" in pages[0]


@pytest.mark.parametrize("path", ["/tonight", "/hold", "/prepare", "/circle/new", "/account"])
def test_hosts_pages_ask_who_it_is_and_lead_back(house: House, path: str) -> None:
    browser = house.browser()
    page = browser.open(path)
    assert page.path == "/signin"
    assert browser.send(page, address="mira@example.org", password=PASSWORD).path == path


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", ""],
)
def test_signing_in_never_leads_to_another_site(house: House, target: str) -> None:
    assert safe_next(target, "/tonight") == "/tonight"
    browser = house.browser()
    page = browser.open("/signin")
    form = page.form()
    sent = browser.post(
        form.action,
        form.fields | {"address": "mira@example.org", "password": PASSWORD, "next": target},
        follow=False,
    )
    assert sent.response.location == "/tonight"


def test_a_printed_link_signs_in_once_and_only_when_pressed(house: House, clock: SettableClock) -> None:
    token = house.hub.accounts.one_use_link(house.mira)
    browser, other = house.browser(), house.browser()
    for _preview in range(3):
        page = browser.open(f"/signin/link/{token}")
    waiting = other.open(f"/signin/link/{token}")
    assert browser.send(page).path == "/tonight"
    spent = other.send(waiting)
    assert (spent.status, "has been used" in spent.text) == (404, True)
    late = house.hub.accounts.one_use_link(house.mira)
    page = other.open(f"/signin/link/{late}")
    clock.advance(601)
    assert other.send(page).text == spent.text


def test_the_first_account_without_the_printed_link(hub: Hub, app: object) -> None:
    browser = Browser(app)  # type: ignore[arg-type]
    page = browser.open("/first/guessed")
    page = browser.send(page, name="Mira", address="mira@example.org", password=PASSWORD)
    assert page.status == 404
    assert not hub.accounts.anybody()


def test_the_first_account_keeps_what_was_typed_and_the_link(hub: Hub, app: object) -> None:
    token = hub.accounts.one_use_link(FIRST, FIRST)
    browser = Browser(app)  # type: ignore[arg-type]
    page = browser.open(f"/first/{token}")
    page = browser.send(page, name="Mira", address="mira@example.org", password="too short")
    assert page.status == 422
    assert "twelve or longer" in page.text
    assert page.form().fields["name"] == "Mira"
    assert "too short" not in page.html
    page = browser.send(page, password=PASSWORD)
    assert page.path == "/tonight"
    assert "Make your first circle" in page.text
    assert Browser(app).open(f"/first/{token}").path == "/signin"  # type: ignore[arg-type]


def test_signing_out_here_forgets_the_browser_and_cuts_its_lines(house: House) -> None:
    browser, phone = house.signed_in(), house.signed_in()
    page = browser.open("/account")
    out = browser.send(page, "/signout", follow=False)
    assert out.response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    host = house.hub.planning.circles.get(house.mira, house.circle_id).member_id
    assert house.hub.conduct.revoked == [host]  # type: ignore[attr-defined]
    assert browser.open("/tonight").path == "/signin"
    assert phone.open("/tonight").path == "/tonight"


def test_signing_out_everywhere_ends_the_other_browsers_too(house: House) -> None:
    browser, phone = house.signed_in(), house.signed_in()
    browser.send(browser.open("/account"), "/signout/everywhere")
    assert phone.open("/tonight").path == "/signin"
    assert len(house.hub.conduct.revoked) == 1  # type: ignore[attr-defined]
    assert house.signed_in().open("/tonight").path == "/tonight"
