"""The plan builder in a real browser: ready in few presses, moved by keys and by hand, two hosts at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from circle.domain.plan import Step
from circle.store import meetings
from tests.browser.people import Host
from tests.browser.site import Site
from tests.live.server import Server

MOST_ACTIONS = 25
HUMAN_S = 4.0  # between two actions of somebody who reads: 25 of them are under two minutes
FIVE_MINUTES = 300.0


def order(page: Page) -> list[str]:
    """Titles, as they stand."""
    return [name.split("\n")[0] for name in page.locator(".cue__name").all_inner_texts()]


def grip(page: Page, title: str) -> Locator:
    """The handle of this step's row."""
    return page.get_by_role("button", name=re.compile(f"^Move {title}"))


class Counting:
    """A person whose every action is counted."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.actions = 0

    def does(self, action: Callable[[], object]) -> None:
        self.actions += 1
        action()

    def press(self, name: str | re.Pattern[str]) -> None:
        self.does(lambda: self.host.presses(name))


# -- one who has never seen it -------------------------------------------------------------------------
def test_a_grief_session_from_a_plan_to_all_green(chromium: Browser, server: Server) -> None:
    server.start()
    host = Host(chromium, server.url)
    host.signs_in_by(server.sign_in)
    me = Counting(host)
    begun = time.monotonic()
    me.press(re.compile("^Prepare"))
    me.press(re.compile("^Heavier before lighter"))
    me.does(lambda: host.page.locator("#day").fill("2026-12-03"))
    me.press("Plan it")
    host.sees("Before this evening")
    host.finds_no_barrier("builder: things to mend")
    me.press(re.compile("^It was getting easier"))
    host.sees("Sometimes saying a true thing")
    host.finds_no_barrier("builder: a step")
    me.press("The evening")
    while host.page.get_by_role("button", name="Mark ready").count() == 0:
        assert me.actions <= MOST_ACTIONS
        mend = host.page.locator(".remark .btn").first
        if not mend.is_visible():
            me.does(lambda: host.presses_summary("Look closer"))
            host.finds_no_barrier("builder: looking closer")
            continue
        before = host.page.locator(".plan").get_attribute("data-version")
        me.does(mend.click)
        expect(host.page.locator(".plan")).not_to_have_attribute("data-version", str(before))
    host.sees("Nothing stands in the way")
    me.press("Mark ready")
    host.sees("Ready. Mira said so")
    expect(host.page.locator(".check:not(.check--ok)")).to_have_count(0)
    assert me.actions <= MOST_ACTIONS
    assert time.monotonic() - begun + HUMAN_S * me.actions < FIVE_MINUTES
    assert host.complaints == []


# -- order ---------------------------------------------------------------------------------------------
@pytest.fixture
def plan(site: Site) -> Page:
    """Mira's builder."""
    page = site.mira((1280, 800))
    page.goto(f"/prepare/{site.meeting_id}")
    grip(page, "Arrive").wait_for()
    return page


def test_a_step_moves_by_keys_alone(plan: Page, site: Site) -> None:
    whole = order(plan)
    moved = whole.copy()
    moved[3:6] = [whole[4], whole[5], whole[3]]
    for _ in range(60):  # from the top of the page, as somebody without a mouse comes to it
        plan.keyboard.press("Tab")
        if plan.evaluate("document.activeElement.getAttribute('aria-label') ?? ''").startswith(
            f"Move {whole[3]}"
        ):
            break
    plan.keyboard.press("Enter")
    expect(plan.locator(".keysay")).to_be_visible()
    plan.keyboard.press("ArrowDown")
    plan.keyboard.press("ArrowDown")
    expect(plan.get_by_role("status").filter(has_text="place 6 of 14")).to_be_attached()
    plan.keyboard.press("Enter")
    expect(plan.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
    assert order(plan) == moved
    expect(grip(plan, whole[3])).to_be_focused()
    plan.keyboard.press("Enter")
    plan.keyboard.press("ArrowUp")
    plan.keyboard.press("Escape")
    assert order(plan) == moved
    expect(grip(plan, whole[3])).to_have_attribute("aria-pressed", "false")
    plan.get_by_role("button", name=re.compile("^Undo")).click()
    expect(plan.get_by_role("button", name=re.compile("^Redo"))).to_be_visible()
    assert order(plan) == whole
    assert site.complaints == []


def test_a_step_moves_by_hand(plan: Page, site: Site) -> None:
    whole = order(plan)
    handle, target = grip(plan, whole[1]).bounding_box(), grip(plan, whole[4]).bounding_box()
    assert handle is not None
    assert target is not None
    plan.mouse.move(handle["x"] + 20, handle["y"] + handle["height"] / 2)
    plan.mouse.down()
    for part in range(1, 9):
        plan.mouse.move(
            handle["x"] + 20, handle["y"] + (target["y"] + target["height"] - handle["y"]) * part / 8
        )
    plan.mouse.up()
    expect(plan.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
    assert order(plan) == [whole[0], *whole[2:5], whole[1], *whole[5:]]
    plan.reload()
    assert order(plan)[4] == whole[1]
    assert site.complaints == []


def test_on_a_phone_a_tap_lifts_and_buttons_move(site: Site) -> None:
    page = site.mira((360, 740))
    page.goto(f"/prepare/{site.meeting_id}")
    whole = order(page)
    grip(page, whole[2]).click()
    page.get_by_role("button", name="Down", exact=True).click()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
    assert order(page)[2:4] == [whole[3], whole[2]]
    assert site.complaints == []


# -- what is typed -------------------------------------------------------------------------------------
def test_what_is_typed_keeps_itself_and_everything_can_be_undone(plan: Page, site: Site) -> None:
    whole = order(plan)
    plan.locator(".cue__name").nth(3).click()
    plan.locator("#title").fill("A weather of grief")
    expect(plan.locator(".kept")).to_have_text("Kept.")
    expect(plan.locator(".cue__row--open .cue__name")).to_contain_text("A weather of grief")
    plan.locator("#minutes").fill("99")
    expect(plan.locator(".notice")).to_contain_text("between 1 and 60")
    expect(plan.locator("#minutes")).to_have_value("99")
    plan.locator("#minutes").fill("12")
    expect(plan.locator(".cue__row--open .cue__m")).to_have_text("12 min")
    plan.get_by_role("button", name="Later", exact=True).click()
    expect(plan.locator(".cue__row").nth(4)).to_contain_text("A weather of grief")
    plan.get_by_role("button", name="Take it out").click()
    expect(plan.locator(".cue__row")).to_have_count(13)
    while plan.get_by_role("button", name=re.compile("^Undo")).count():
        version = plan.locator(".plan").get_attribute("data-version")
        plan.get_by_role("button", name=re.compile("^Undo")).click()
        expect(plan.locator(".plan")).not_to_have_attribute("data-version", str(version))
    assert order(plan) == whole
    assert site.hub.library.templates["T3"].steps == _steps(site)
    assert all("422" in one for one in site.complaints), site.complaints


def test_words_in_a_box_outlive_other_buttons_and_a_line_that_is_down(plan: Page, site: Site) -> None:
    plan.locator(".cue__name").nth(5).click()
    plan.locator("summary", has_text="Ask in your own words").click()
    plan.locator("#text").fill("Half a question")
    plan.get_by_role("button", name="Earlier", exact=True).click()
    expect(plan.locator(".cue__row").nth(4)).to_have_attribute("data-step", "s6")
    expect(plan.locator("#text")).to_have_value("Half a question")
    expect(plan.locator("#text")).to_be_visible()
    plan.context.set_offline(True)
    plan.locator("#title").fill("While the line is down")
    expect(plan.locator(".kept")).to_contain_text("The line is down.")
    plan.context.set_offline(False)
    plan.locator("#title").press("End")
    plan.locator("#title").press_sequentially(".")
    expect(plan.locator(".cue__row--open .cue__name")).to_contain_text("While the line is down.")
    assert _steps(site)[4].title == "While the line is down."


# -- two hosts -----------------------------------------------------------------------------------------
def test_two_hosts_edit_one_plan_and_both_edits_survive(plan: Page, site: Site) -> None:
    jo = site.jo((1280, 800))
    jo.goto(f"/prepare/{site.meeting_id}/s6")
    grip(jo, "Arrive").wait_for()
    plan.goto(f"/prepare/{site.meeting_id}/s4")
    plan.locator("#minutes").fill("14")
    jo.locator("#minutes").fill("9")
    expect(plan.locator(".kept")).not_to_be_empty()
    expect(jo.locator(".kept")).not_to_be_empty()
    expect(jo.locator("[data-step=s4] .cue__m")).to_have_text("14 min")  # without anybody loading anew
    expect(plan.locator("[data-step=s6] .cue__m")).to_have_text("9 min")
    plan.locator("summary", has_text="What you say").click()
    jo.goto(f"/prepare/{site.meeting_id}/s4")
    jo.locator("summary", has_text="What you say").click()
    jo.locator("#script").fill("Jo’s words.")
    expect(jo.locator(".kept")).to_have_text("Kept.")
    plan.locator("#script").fill("Mira’s words.")
    plan.wait_for_function("document.querySelector('.kept').textContent || document.querySelector('.notice')")
    stood = _steps(site)[3].script
    assert stood in ("Jo’s words.", "Mira’s words.")
    expect(plan.locator("#script")).to_have_value("Mira’s words.")
    if stood == "Jo’s words.":
        expect(plan.locator(".notice")).to_contain_text("Somebody else changed the same thing")


def _steps(site: Site) -> tuple[Step, ...]:
    return site.hub.committer.read(lambda db: meetings.load(db, site.meeting_id)).plan.steps
