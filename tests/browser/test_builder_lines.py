"""The plan builder on bad lines: nothing typed is lost, and nothing is said that is not so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from circle.domain.plan import Step
from circle.store import meetings
from tests.browser.site import Site
from tests.browser.test_builder import grip, order

DESK = (1280, 800)
LOOKS_MS = 4000


def step(site: Site, name: str) -> Step:
    """As the server has it."""
    plan = site.hub.committer.read(lambda db: meetings.load(db, site.meeting_id)).plan
    return next(step for step in plan.steps if step.id == name)


def at_step(site: Site, name: str, page: Page | None = None) -> Page:
    """Mira's builder with this step open, its script in sight."""
    page = page or site.mira(DESK)
    page.goto(f"/prepare/{site.meeting_id}/{name}")
    grip(page, "Arrive").wait_for()
    page.locator("summary", has_text="What you say").click()
    return page


def slow(page: Page, latency_ms: int) -> None:
    """Every answer takes so long from now on."""
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    line = {"downloadThroughput": -1, "uploadThroughput": -1}
    tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": latency_ms, **line})


@pytest.fixture
def page(site: Site) -> Page:
    """The fourth step, open."""
    return at_step(site, "s4")


def test_what_is_refused_is_not_called_kept(page: Page, site: Site) -> None:
    page.locator("#minutes").fill("99")
    expect(page.locator(".kept")).to_contain_text("between 1 and 60")
    expect(page.locator(".notice")).to_contain_text("between 1 and 60")
    page.locator("#minutes").fill("12")
    expect(page.locator(".kept")).to_have_text("Kept.")
    expect(page.locator(".notice")).to_have_count(0)
    assert step(site, "s4").minutes == 12


def test_typing_on_over_a_slow_line_meets_no_conflict_with_oneself(page: Page, site: Site) -> None:
    slow(page, 1500)
    box = page.locator("#script")
    box.fill("")
    for sentence in ("First.", " Second.", " Third."):
        box.press_sequentially(sentence, delay=20)
        page.wait_for_timeout(1200)
    expect(box).to_be_focused()
    expect(page.locator(".kept")).to_have_text("Kept.")
    page.wait_for_timeout(2000)
    expect(page.locator(".notice")).to_have_count(0)
    assert step(site, "s4").script == "First. Second. Third."


def test_what_was_typed_without_a_line_is_kept_by_itself(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    page.locator("#note").fill("Slowly, tonight.")
    expect(page.locator(".kept")).to_contain_text("The line is down.")
    page.context.set_offline(False)
    expect(page.locator(".kept")).to_have_text("Kept.")
    assert step(site, "s4").note == "Slowly, tonight."


def test_a_step_moved_without_a_line_goes_back(page: Page, site: Site) -> None:
    whole = order(page)
    page.context.set_offline(True)
    grip(page, whole[2]).press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".kept")).to_contain_text("nothing was changed")
    assert order(page) == whole
    expect(grip(page, whole[2])).to_be_focused()
    page.context.set_offline(False)
    page.get_by_role("button", name="Later", exact=True).click()
    expect(page.locator(".cue__row").nth(4)).to_have_attribute("data-step", "s4")
    assert step(site, "s4")


def test_a_look_that_hangs_keeps_nobody_from_keeping(page: Page, site: Site) -> None:
    page.route("**/version", lambda _route: None)  # it never answers
    page.wait_for_timeout(LOOKS_MS + 500)
    page.locator("#note").fill("It goes through.")
    expect(page.locator(".kept")).to_have_text("Kept.", timeout=4000)
    assert step(site, "s4").note == "It goes through."


def test_one_who_types_is_not_disturbed_by_another_tab(page: Page, site: Site) -> None:
    other = at_step(site, "s4", page.context.new_page())
    page.locator("#script").press_sequentially("A", delay=10)
    expect(page.locator(".kept")).to_have_text("Kept.")
    box = other.locator("#script")
    box.fill("")
    for word in ("one ", "two ", "three ", "four ", "five "):  # no pause long enough to be kept
        box.press_sequentially(word, delay=60)
        other.wait_for_timeout(500)
        if word == "two ":
            page.locator("#script").fill("Words of the other page.")
    expect(box).to_have_value("one two three four five ")
    expect(other.locator(".notice")).to_contain_text("Somebody else changed the same thing")
    expect(box).to_have_value("one two three four five ")
    assert step(site, "s4").script == "Words of the other page."


def test_a_choice_not_sent_yet_survives_a_change_elsewhere(page: Page, site: Site) -> None:
    page.locator("summary", has_text="Change the question").click()
    chosen = page.locator("input[name=prompt]").nth(2)
    chosen.check()
    other = at_step(site, "s6", page.context.new_page())
    other.locator("#minutes").fill("9")
    expect(page.locator("[data-step=s6] .cue__m")).to_have_text("9 min")
    expect(page.locator("input[name=prompt]").nth(2)).to_be_checked()


def test_a_step_in_the_hand_stays_there_when_an_answer_comes(page: Page, site: Site) -> None:
    whole = order(page)
    slow(page, 1500)
    page.locator("#title").fill("Under another name")
    page.wait_for_timeout(950)  # it is on its way
    handle = grip(page, whole[6])
    handle.press("Enter")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(2500)
    expect(handle).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".cue__row").nth(4)).to_contain_text(whole[6])
    expect(page.locator(".cue__row--open")).to_contain_text("Under another name")
    assert step(site, "s4").title == "Under another name"


def test_a_step_that_is_taken_out_elsewhere_leads_to_the_evening(page: Page, site: Site) -> None:
    other = at_step(site, "s4", page.context.new_page())
    other.get_by_role("button", name="Take it out").click()
    expect(other.locator(".cue__row")).to_have_count(13)
    expect(page.locator(".kept")).to_contain_text("taken out elsewhere")
    assert page.url.endswith(site.meeting_id)
    page.wait_for_timeout(LOOKS_MS + 1000)
    expect(page.locator("#look-h")).to_be_visible()


def test_the_focus_stays_where_a_press_was(page: Page, site: Site) -> None:
    for name in ("Earlier", "Later", "Later"):
        version = page.locator(".plan").get_attribute("data-version")
        page.get_by_role("button", name=name, exact=True).press("Enter")
        expect(page.locator(".plan")).not_to_have_attribute("data-version", str(version))
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    title = order(page)[5]
    grip(page, title).press("Enter")
    page.keyboard.press("Escape")
    expect(grip(page, title)).to_be_focused()
    page.get_by_role("button", name=re.compile("^Undo")).press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Redo"))).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")
