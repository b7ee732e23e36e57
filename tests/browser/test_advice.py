"""Advice on the desk: a quiet card, followed or put away, and one question before a landing goes."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.live.server import Server


def test_a_card_is_followed_or_put_away_and_help_comes_first(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    asks(host, "What is still warm?", "private")
    server.tick()  # what was put in is told first, whenever the server looks around
    host.sees(re.compile("the evening ends four minutes later"))
    host.presses("Put away", inside=host.page.locator(".advice"))
    host.does_not_see(re.compile("four minutes later"))
    server.advance(10 * 60)
    host.page.reload()  # a page learns with the next message that time has jumped
    host.sees("This step is two minutes over. Stay, or move when it feels right.")
    host.finds_no_barrier("desk: advice")
    rowan.does_not_see(re.compile("minutes over"))
    rowan.presses("Hand")
    rowan.presses("I need help now")
    sheet = rowan.page.locator(".sheet--over:not(#hand)")
    rowan.presses("Send", inside=sheet)
    host.sees("I need help now.")
    host.does_not_see(re.compile("minutes over"))
    host.page.locator("#answer-word").fill("I am here.")
    host.presses("Answer")
    host.sees(re.compile("minutes over"))
    host.presses("Put away", inside=host.page.locator(".advice"))
    host.does_not_see(re.compile("minutes over"))
    server.advance(5 * 60)
    host.page.reload()
    host.sees("This step is seven minutes over.")
    host.presses("Make up time", inside=host.page.locator(".advice"))
    expect(host.page.get_by_role("dialog", name="Time")).to_be_visible()
    assert host.complaints == rowan.complaints == []


def test_a_landing_is_not_skipped_by_one_press(host: Host) -> None:
    skip = host.page.get_by_role("button", name="Skip it, I have a reason")
    host.page.remove_locator_handler(skip)
    host.goes_on("Begin", "Arrive")
    heading = host.page.locator("#main h1")
    while not re.match("The room as it is now", heading.inner_text()):
        before = heading.inner_text()
        expect(host.next_button).to_have_attribute("aria-disabled", "false")
        host.next_button.click()
        expect(heading).not_to_have_text(before)
    expect(host.next_button).to_have_attribute("aria-disabled", "false")
    host.next_button.click()
    host.sees("The step before was tender. This is where people come down from it.")
    host.finds_no_barrier("desk: skip the landing?")
    host.presses("Keep it")
    expect(heading).to_contain_text("The room as it is now")
    host.next_button.click()
    skip.click()
    expect(heading).to_contain_text("What still deserves thanks")
