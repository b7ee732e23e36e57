"""Answers without a sentence, and coming in between two steps."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.live.server import Server


def test_a_feeling_or_a_colour_is_an_answer(chromium: Browser, server: Server, host: Host) -> None:
    rowan, theo = (
        sits(host, Member(chromium, server.url, name), door_of(server)) for name in ("Rowan", "Theo")
    )
    host.goes_on("Begin", "Arrive")
    asks(host, "How are you here?", "chat_word")
    rowan.presses("A feeling or a colour instead")
    rowan.sees("Nothing is sent before you send it.")
    rowan.finds_no_barrier("feelings and colours")
    rowan.presses("weighed down")
    expect(rowan.page.locator("#answer")).to_have_value("weighed down")
    rowan.presses("A feeling or a colour instead")
    rowan.presses("moss")
    rowan.presses("Send")
    theo.sees("Colour: moss")
    expect(theo.page.locator(".said .hue--moss")).to_be_visible()
    theo.finds_no_barrier("a colour as an answer")
    assert rowan.complaints == theo.complaints == []


def test_somebody_late_comes_in_when_the_step_ends(chromium: Browser, server: Server, host: Host) -> None:
    host.goes_on("Begin", "Arrive")
    asks(host, "How are you here?", "none")
    rowan = Member(chromium, server.url, "Rowan")
    rowan.comes_by(door_of(server))
    host.presses("Let Rowan in after this step")
    host.sees("comes in after this step")
    host.finds_no_barrier("desk: somebody comes in after this step")
    rowan.sees("You come in between two steps, in a few minutes.")
    host.goes_on("Next", re.compile("agreements", re.IGNORECASE))
    rowan.presses("To the table")
    rowan.sees("What is said here stays here")
    assert rowan.complaints == []


def test_a_reason_for_removing_somebody_is_for_the_record_alone(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    host.chooses_more("People and chairs", "Remove Rowan")
    host.page.get_by_label("Why, if you like").fill("Shouted at Theo, twice.")
    host.finds_no_barrier("desk: remove, with a reason")
    host.presses("Yes, ask to leave")
    rowan.lands_on("Good night.")
    rowan.does_not_see("Shouted")
