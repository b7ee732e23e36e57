"""Words that are longer than fits: all of them stay in their box, and nothing is sent before it fits."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, expect

from tests.browser.people import Host, Member, Person
from tests.browser.test_desk import whispers
from tests.browser.test_evening import door_of
from tests.browser.test_lines import asks, sits
from tests.live.server import Server

LONG = "abcdefghi " * 1000
TOO_MUCH = "letters are more than fits here. All of it is still in the box"


def keeps_it_whole(person: Person, box: Locator, button: Locator, most: int = 4000) -> None:
    """Ten thousand letters stay, and the button waits until it fits."""
    box.fill(LONG)
    expect(box).to_have_value(LONG)
    expect(person.page.get_by_text(TOO_MUCH)).to_be_visible()
    expect(button).to_be_disabled()
    box.fill(LONG[: most - 10])
    expect(person.page.get_by_text("more letters fit here.")).to_be_visible()
    expect(button).to_be_enabled()


def test_long_words_stay_whole_and_say_how_much_is_too_much(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    page = rowan.page
    rowan.presses("Hand")
    rowan.presses("A private word with a host")
    send = page.get_by_role("button", name="Send", exact=True)
    keeps_it_whole(rowan, page.locator("#word-text"), send)
    rowan.finds_no_barrier("a long private word")
    rowan.presses("Close")
    host.goes_on("Begin", "Arrive")
    asks(host, "How was the week?", "chat_word")
    keeps_it_whole(rowan, page.locator("#answer"), send)
    asks(host, "And the evening?", "unnamed_wall")
    keeps_it_whole(rowan, page.locator("#words"), send)
    rowan.finds_no_barrier("a long line")
    asks(host, "And tomorrow?", "spoken_round")
    host.hands_on()
    keeps_it_whole(rowan, page.locator("#words"), page.get_by_role("button", name=re.compile("^Send, and")))
    assert rowan.complaints == []


def test_hosts_words_stay_whole_too(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    whispers(rowan, "May I go?")
    host.sees("May I go?")
    keeps_it_whole(host, host.page.locator("#answer-word"), host.page.get_by_role("button", name="Answer"))
    host.finds_no_barrier("a long answer")
    host.presses("Answer")
    rowan.sees(re.compile("abcdefghi abcdefghi"))
    host.chooses_more("People and chairs", "Remove Rowan")
    reason, leave = (
        host.page.get_by_label("Why, if you like"),
        host.page.get_by_role("button", name="Yes, ask"),
    )
    keeps_it_whole(host, reason, leave, 500)
    host.finds_no_barrier("a long reason")
    leave.click()
    rowan.sees("Good night.")
    expect(rowan.page.get_by_role("dialog")).to_have_count(0)  # the sheet with the private words was open
    rowan.finds_no_barrier("asked to leave in mid-sentence")
    rowan.presses("Numbers you can call")
    rowan.sees("116 123")
    assert host.complaints == rowan.complaints == []
