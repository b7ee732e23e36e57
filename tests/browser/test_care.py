"""Care of the room: somebody rests for a while."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_turns import frames_of
from tests.live.server import Server

RESTS = "Mira asks you to rest for a"


def test_somebody_rests_for_a_while_and_is_brought_back(
    chromium: Browser, server: Server, host: Host
) -> None:
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    asks(host, "A word for today?", "chat_word")
    rowan.sees("A word for today?")
    heard, others = frames_of(rowan.page), frames_of(theo.page)
    for member in (rowan, theo):
        member.page.reload()
        member.sees("A word for today?")
    rowan.page.locator("#answer").fill("Half a sentence")
    told = len(others)

    host.chooses_more("People and chairs", "Ask Rowan to rest for a while")
    host.finds_no_barrier("asking somebody to rest")
    host.presses("Yes, ask to rest")
    rowan.lands_on(re.compile(RESTS))
    rowan.finds_no_barrier("resting for a while")
    rowan.does_not_see("A word for today?")
    expect(host.page.locator(".people")).to_contain_text("asked to rest")
    host.finds_no_barrier("desk: people, one of them rests")
    host.page.keyboard.press("Escape")
    expect(host.page.get_by_label("Who is here")).to_contain_text("asked to rest")
    assert [frame for frame in others[told:] if '"changes"' in frame] == []

    so_far = len(heard)
    theo.answers("Slow, and all right")
    host.sees("Slow, and all right")
    rowan.presses("A slow breath to follow")
    rowan.sees(re.compile("In for four seconds"))
    rowan.finds_no_barrier("resting, with a breath")
    rowan.presses("Enough of it")
    rowan.presses("Numbers I can call")
    expect(rowan.page.locator('[data-hand="pause"]')).to_be_hidden()
    rowan.page.keyboard.press("Escape")
    rowan.presses("A private word")
    rowan.page.get_by_label("To the hosts").fill("May I come back?")
    rowan.presses("Send")
    host.sees("May I come back?")
    rowan.presses("Close")
    rowan.page.reload()
    rowan.lands_on(re.compile(RESTS))
    assert "Slow, and all right" not in json.dumps(heard[so_far:])
    assert "Theo" not in json.dumps(heard[so_far:])

    host.presses("Bring Rowan back")
    rowan.sees("You are back. There is nothing to catch up on.")
    rowan.sees("Slow, and all right")
    expect(rowan.page.locator("#answer")).to_have_value("Half a sentence")
    expect(host.page.get_by_label("Who is here")).not_to_contain_text("asked to rest")
    assert host.complaints + rowan.complaints + theo.complaints == []
