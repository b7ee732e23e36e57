"""The pages around the room in a real browser: no violation of policy or of access rules, numbers without
a line, and the whole way in without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain.room import Share
from circle.store.models import Member
from tests.browser.site import Site, sign_in
from tests.pdf import pages_of
from tests.support import PASSWORD

pytestmark = pytest.mark.browser
SIZES = [(320, 640), (1280, 800)]


def _check(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, (page.url, [(v["id"], [n["target"] for n in v["nodes"]]) for v in found])
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, (page.url, wider)


def _own_question(site: Site) -> str:
    """The page of a tender question of the circle's own, with advice on it."""
    words = {"title": "A door", "text": "Which door should have stayed open?", "gentle": "Which do you like?"}
    tender = words | {"depth": "4", "content_note": "It touches on loss.", "grounding": "GR-01"}
    mira = site.hub.accounts.sign_in("mira@example.org", PASSWORD).user_id
    own = site.hub.own.write(mira, site.circle_id, tender)
    return f"/circles/{site.circle_id}/prompts/{own.id}"


@pytest.mark.parametrize("size", SIZES, ids=["320", "1280"])
def test_every_page_can_be_used_by_everybody(site: Site, size: tuple[int, int]) -> None:
    guest, host = site.page(size), site.mira(size)
    for path in ("/", "/help", "/offline", "/signin", "/in/x", "/host/x", "/stop/x", site.door):
        guest.goto(path)
        _check(guest)
    plan = f"/prepare/{site.meeting_id}"
    circle = f"/circle/{site.circle_id}"
    for path in (
        "/tonight",
        "/hold",
        "/prepare",
        "/prepare/from/T3",
        "/prepare/paste",
        "/library",
        "/library/GF-01",
        plan,
        f"{plan}/s4",
        f"{plan}/add?after=s4",
        f"{plan}/s6",
        f"{plan}/sheet",
        f"/library?plan={site.meeting_id}&after=s4",
        f"{plan}/s6/read",
        "/library/GF-01/read",
        f"{plan}/rehearse",
    ):
        host.goto(path)
        _check(host)
    host.goto("/prepare/paste")
    host.fill("#text", "19:00 Welcome\n19:05 Tea\nBring a " + "very" * 30 + " long thing.")
    host.click("text=Look at it as a plan")
    _check(host)
    own, question = f"/circles/{site.circle_id}/prompts", _own_question(site)
    for path in (own, f"{own}/new?from=GF-07", f"{own}/import", question, f"{question}/translate/de"):
        host.goto(path)
        _check(host)
    for path in (circle, f"{circle}/link", f"{circle}/not-yet", "/circle/new", "/account"):
        host.goto(path)
        _check(host)
    assert site.complaints == []
    # Last, as a browser complains of every form that comes back.
    host.get_by_label("The password you have now").fill("not this one")
    host.get_by_label("The new one").fill("too short")
    host.get_by_role("button", name="Change the password").click()
    expect(host.get_by_role("alert")).to_be_visible()
    _check(host)


@pytest.mark.parametrize("size", SIZES, ids=["320", "1280"])
def test_somebody_is_asked_to_host_and_hosts_until_it_is_enough(site: Site, size: tuple[int, int]) -> None:
    host, guest = site.mira(size), site.page(size)
    host.goto(f"/circle/{site.circle_id}")
    host.get_by_role("button", name="Ask somebody to host with you").press("Enter")
    link = host.get_by_label("The link for hosting")
    expect(link).to_be_in_viewport()
    _check(host)
    guest.goto(link.input_value())
    expect(guest.get_by_role("heading", name="Would you host a circle?")).to_be_visible()
    guest.get_by_label("What do people call you?").fill("mira")
    guest.get_by_label("Mail address").fill("jo@example.org")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.keyboard.press("Enter")
    expect(guest.get_by_role("alert")).to_contain_text("has this name already")
    _check(guest)
    guest.get_by_label("What do people call you?").fill("Jo")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.keyboard.press("Enter")
    guest.wait_for_url("**/tonight")
    expect(guest.get_by_role("heading", name="Next at your table")).to_be_visible()
    _check(guest)
    guest.goto(f"/circle/{site.circle_id}")
    guest.get_by_role("button", name="Ask somebody to host with you").click()
    again = guest.get_by_label("The link for hosting").input_value()
    guest.goto(again)  # of one's own: nothing to say yes to
    expect(guest.get_by_role("heading", name="You host Thursday circle already.")).to_be_visible()
    _check(guest)
    host.goto(f"/circle/{site.circle_id}")
    _check(host)
    host.get_by_role("link", name="End hosting for Jo").press("Enter")
    _check(host)
    host.get_by_role("button", name="End hosting").press("Enter")
    expect(host.get_by_text("Jo does not host here any more.")).to_be_visible()
    guest.goto("/tonight")
    expect(guest.get_by_text("Make your first circle")).to_be_visible()
    site.complaints = [line for line in site.complaints if "422" not in line]  # the name that was taken
    assert site.complaints == []


@pytest.mark.parametrize("size", SIZES, ids=["320", "1280"])
def test_who_has_an_account_says_yes_or_leaves_it(site: Site, size: tuple[int, int]) -> None:
    second = site.jo(size)
    second.goto(f"/circle/{site.circle_id}")
    second.get_by_role("link", name="Stop hosting").click()
    _check(second)
    site.hub.accounts.create("di@example.org", "Di", PASSWORD)
    di = site.page(size)
    di.goto(f"/host/{site.host_token()}")
    di.get_by_role("link", name="Sign in").click()
    sign_in(di, "di@example.org")
    expect(di.get_by_role("heading", name="Host Thursday circle with Mira and Jo?")).to_be_visible()
    _check(di)
    di.get_by_role("button", name="Yes, I host with them").press("Enter")
    expect(di.get_by_text("You host Thursday circle.")).to_be_visible()
    assert site.complaints == []


def test_saying_yes_without_script(site: Site) -> None:
    page = site.page(script=False)
    page.goto(f"/host/{site.host_token()}")
    page.get_by_label("What do people call you?").fill("Jo")
    page.get_by_label("Mail address").fill("jo@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account and host").click()
    expect(page.get_by_text("You host Thursday circle.")).to_be_visible()
    page.goto(f"/circle/{site.circle_id}")
    page.get_by_role("link", name="Stop hosting").click()
    page.get_by_role("button", name="Stop hosting").click()
    expect(page.get_by_text("You do not host Thursday circle any more.")).to_be_visible()


def test_three_screens_by_keyboard(site: Site) -> None:
    page = site.page((360, 640))
    page.goto(site.door)
    page.focus("#name")
    page.keyboard.type("Rowan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreements")
    _check(page)
    page.get_by_role("button", name="I can do this").press("Enter")
    page.wait_for_url("**/seat")
    _check(page)
    page.get_by_role("button", name="Take a seat").press("Enter")
    page.wait_for_url(f"**/meet/{site.meeting_id}")
    _allow(site, "The chair by the window is still his, and I have not moved it.")
    page.goto(f"/meet/{site.meeting_id}/notes")
    _check(page)
    expect(page.get_by_role("button", name="Rather not in the notes")).to_be_visible()
    expect(page.locator("#zone")).to_have_value("Europe/Dublin")  # the device's own clock
    assert site.complaints == []


def _allow(site: Site, words: str) -> None:
    """The member who came has said this by name, for the notes too."""

    def work(db: Session) -> None:
        who = db.scalars(select(Member.id).where(Member.role == "member")).one()
        site.hub.words.put_share(db, site.meeting_id, Share("a-share", "s1", who, words), summary=True)

    site.hub.committer.submit(work)


def test_three_screens_without_script(site: Site) -> None:
    page = site.page(script=False)
    page.goto(site.door)
    page.fill("#name", "Rowan")
    page.click("text=Go on")
    page.click("text=I can do this")
    page.click("text=Take a seat")
    page.wait_for_url(f"**/meet/{site.meeting_id}")
    page.goto("/help?country=GB")
    page.select_option("#country", "DE")
    page.click("text=Show")
    expect(page.get_by_text("0800 111 0 111")).to_be_visible()


def test_another_countrys_numbers_are_there_without_a_line(site: Site) -> None:
    page = site.page()
    page.goto("/help?country=GB")
    page.context.set_offline(True)
    expect(page.get_by_role("link", name="Samaritans")).to_be_visible()
    page.select_option("#country", "DE")
    expect(page.get_by_text("0800 111 0 111")).to_be_visible()
    expect(page.get_by_role("button", name="Show")).to_be_hidden()


def test_without_a_line_the_kept_page_opens_instead(site: Site) -> None:
    page = site.page()
    page.goto("/help")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(site.door)
    expect(page.get_by_role("heading", name="There is no line at the moment.")).to_be_visible()
    page.get_by_text("United Kingdom").click()
    expect(page.get_by_role("link", name="Samaritans")).to_be_visible()
    kept = page.evaluate(
        "caches.keys().then((names) => caches.open(names[0])).then((shelf) => shelf.keys())"
        ".then((all) => all.map((one) => new URL(one.url).pathname))"
    )
    assert all(path == "/offline" or path.endswith(".css") for path in kept), kept


def test_back_to_a_form_that_was_not_taken_is_no_lost_line(site: Site) -> None:
    page = site.page()
    page.goto("/help")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    page.goto(site.door)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#name-error")).to_be_visible()
    page.fill("#name", "Rowan")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/agreements")
    page.go_back()
    expect(page.locator("#name")).to_be_visible()
    page.context.set_offline(True)
    page.goto(site.door)
    expect(page.get_by_role("heading", name="There is no line at the moment.")).to_be_visible()


def test_the_circles_link_is_copied_in_one_tap(site: Site) -> None:
    page = site.mira((1280, 800))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.origin)
    page.goto("/tonight")
    page.get_by_text("Copy the circle’s link").click()
    expect(page.get_by_text("Copied").first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == site.origin + site.door
    assert site.complaints == []


def test_somebody_elses_page_cannot_post_here(site: Site) -> None:
    """A form on another origin that signs a host out: the browser says where it comes from."""
    host = site.mira((1280, 800))
    token = host.evaluate("document.querySelector('input[name=csrf_token]').value")
    elsewhere = site.origin.replace("localhost", "127.0.0.1")
    answers: list[int] = []
    host.on("response", lambda r: answers.append(r.status) if r.url.endswith("/signout") else None)

    def forge(route: Callable[..., None]) -> None:
        route.fulfill(  # type: ignore[attr-defined]
            content_type="text/html",
            body=f'<form method="post" action="{site.origin}/signout">'
            f'<input name="csrf_token" value="{token}"><button>x</button></form>',
        )

    host.route(f"{elsewhere}/forged", forge)
    host.goto(f"{elsewhere}/forged")
    host.click("button")
    host.wait_for_load_state()
    assert answers == [403]
    host.goto(f"{site.origin}/tonight")
    expect(host.get_by_role("heading", name="Tonight")).to_be_visible()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_run_sheet_prints_whole(site: Site, paper: str) -> None:
    """As a PDF by the browser's own printing: every step uncut, the numbers, a heading on every page."""
    page = site.mira((1280, 800))
    page.goto(f"/prepare/{site.meeting_id}/sheet")
    expect(page.get_by_role("button", name="Print it, or save it as PDF")).to_be_visible()
    printed = pages_of(page.pdf(format=paper))
    assert len(printed) < 9
    assert all(sheet.startswith("Thursdaycircle,Thursday12March,19:30to21:00.Host:Mira") for sheet in printed)
    whole = "".join(printed)
    steps = site.hub.library.templates["T3"].steps
    for step in steps:
        on = [sheet for sheet in printed if together(step.title) in sheet and together(step.script) in sheet]
        assert len(on) == 1, (step.title, "is cut, or is not there")
    assert together("116 123 Samaritans") in whole
    assert together("999") in whole
    assert "Leavefast" not in whole
    assert "PrintIt" not in whole.title()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.sheet__step dd')).color") == "rgb(0, 0, 0)"
    )
    assert site.complaints == []


def together(words: str) -> str:
    """As the PDF's words are read: without spaces."""
    return "".join(words.split())
