"""Another password, on a facilitator's own page. Refusals first."""

from __future__ import annotations

import pytest

from circle.services.clock import SettableClock
from tests.support import PASSWORD, Browser, Page
from tests.web.conftest import House

NEWER = "a kettle and nine cups"
FORM = "/account/password"


def change(browser: Browser, current: str = PASSWORD, new: str = NEWER) -> Page:
    """The form on the account's page, filled in and sent."""
    return browser.send(browser.open("/account"), FORM, current=current, new=new)


def by_link(house: House) -> Browser:
    """A browser that came in by a printed link."""
    browser = house.browser()
    browser.send(browser.open(f"/signin/link/{house.hub.accounts.one_use_link(house.mira)}"))
    return browser


def may_sign_in(house: House, password: str) -> bool:
    browser = house.browser()
    page = browser.send(browser.open("/signin"), address="mira@example.org", password=password)
    return page.path == "/tonight"


# -- refused -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("current", "new", "field", "words"),
    [
        ("not the password", NEWER, "current", "not the password you have now"),
        ("", NEWER, "current", "not the password you have now"),
        (PASSWORD, "too short", "new", "twelve or longer"),
        (PASSWORD, "n" * 257, "new", "Up to 256 letters"),
        (PASSWORD, "mira@example.org", "new", "others may guess it"),
    ],
)
def test_a_slip_stands_beside_its_field(house: House, current: str, new: str, field: str, words: str) -> None:
    browser, phone = house.signed_in(), house.signed_in()
    page = change(browser, current, new)
    assert page.status == 422
    beside = page.html.split(f'id="{field}-error">')[1].split("<")[0]
    assert words in beside
    assert page.html.count('aria-invalid="true"') == 1
    assert new not in page.html.replace("mira@example.org", ""), "what was typed is not sent back"
    assert phone.open("/tonight").path == "/tonight"
    assert house.hub.conduct.revoked == []  # type: ignore[attr-defined]
    assert may_sign_in(house, PASSWORD)


def test_both_slips_are_said_at_once(house: House) -> None:
    page = change(house.signed_in(), "not the password", "too short")
    assert page.html.count('aria-invalid="true"') == 2


def test_nobody_changes_it_without_a_sign_in_or_from_elsewhere(house: House) -> None:
    fields = {"current": PASSWORD, "new": NEWER}
    stranger = house.browser()
    fields["csrf_token"] = stranger.open("/signin").form().fields["csrf_token"]
    assert stranger.post(FORM, fields).path == "/signin"
    browser = house.signed_in()
    given = browser.open("/account").form(FORM).fields
    assert browser.post(FORM, fields).status == 400, "another browser's token"
    elsewhere = given | {"current": PASSWORD, "new": NEWER}
    assert browser.post(FORM, elsewhere, **{"Sec-Fetch-Site": "cross-site"}).status in (400, 403)
    assert may_sign_in(house, PASSWORD)


def test_guessing_comes_to_an_end_in_all_browsers_of_the_account(house: House) -> None:
    first, second = house.signed_in(), house.signed_in()
    assert [change(first, f"guess number {number}").status for number in range(10)] == [422] * 10
    assert change(second, PASSWORD).status == 429
    assert may_sign_in(house, PASSWORD), "signing in has a limit of its own"
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    jo = house.browser()
    jo.send(jo.open("/signin"), address="jo@example.org", password=PASSWORD)
    assert "is changed" in change(jo).text, "somebody else's guesses are not theirs"


# -- changed -------------------------------------------------------------------------------------------
def test_this_browser_stays_and_all_others_are_signed_out(house: House) -> None:
    browser, phone = house.signed_in(), house.signed_in()
    copied = dict(browser.cookies)
    page = change(browser)
    assert page.path == "/account"
    assert "Your password is changed." in page.text
    assert browser.open("/tonight").path == "/tonight"
    assert phone.open("/tonight").path == "/signin"
    thief = house.browser()
    for name, value in copied.items():
        thief.client.set_cookie(name, value, domain="localhost")
    assert thief.open("/tonight").path == "/signin", "a copy of this browser's cookie is none of its own"
    assert (may_sign_in(house, PASSWORD), may_sign_in(house, NEWER)) == (False, True)
    host = house.hub.planning.circles.get(house.mira, house.circle_id).member_id
    assert house.hub.conduct.revoked == [host]  # type: ignore[attr-defined]
    assert "is changed" in change(browser, NEWER, PASSWORD).text, "and again, from the same browser"


# -- a lost password -----------------------------------------------------------------------------------
def test_whoever_just_came_by_a_link_needs_no_password_from_before(
    house: House, clock: SettableClock
) -> None:
    browser = by_link(house)
    clock.advance(14 * 60)
    page = browser.open("/account")
    assert "came in by a link" in page.text
    assert "current" not in page.form(FORM).fields
    slip = browser.send(page, FORM, new="too short")
    assert (slip.status, "current" in slip.form(FORM).fields) == (422, False)
    assert "is changed" in browser.send(slip, FORM, new=NEWER).text
    assert may_sign_in(house, NEWER)
    after = browser.open("/account").form(FORM)
    assert "current" in after.fields, "once for each link"
    given = {name: value for name, value in after.fields.items() if name != "current"}
    assert browser.post(FORM, given | {"new": PASSWORD}).status == 422
    assert may_sign_in(house, NEWER)


def test_a_quarter_of_an_hour_after_the_link_the_password_is_asked_for(
    house: House, clock: SettableClock
) -> None:
    browser = by_link(house)
    page = browser.open("/account")
    clock.advance(15 * 60)
    late = browser.send(page, FORM, new=NEWER)
    assert late.status == 422
    assert "more than a quarter of an hour" in late.text
    assert "current" in late.form(FORM).fields
    assert may_sign_in(house, PASSWORD)
    assert "is changed" in browser.send(late, FORM, current=PASSWORD, new=NEWER).text


def test_a_sign_in_with_the_password_is_no_sign_in_by_link(house: House) -> None:
    browser = by_link(house)
    browser.send(browser.open("/account"), "/signout")
    browser.send(browser.open("/signin"), address="mira@example.org", password=PASSWORD)
    assert "current" in browser.open("/account").form(FORM).fields
