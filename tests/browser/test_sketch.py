"""A sketch as an answer: drawn with a finger or a mouse, seen by everybody, beside the name."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.live.server import Server


def draws(member: Member, *points: tuple[float, float]) -> None:
    """One stroke through these points, as parts of the page's side."""
    box = member.page.locator(".sketch--mine").bounding_box()
    assert box is not None
    for at, (x, y) in enumerate(points):
        member.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
        if at == 0:
            member.page.mouse.down()
    member.page.mouse.up()


def test_a_sketch_is_an_answer(chromium: Browser, server: Server, host: Host) -> None:
    rowan, theo = (
        sits(host, Member(chromium, server.url, name), door_of(server)) for name in ("Rowan", "Theo")
    )
    host.goes_on("Begin", "Arrive")
    asks(host, "How are you here?", "chat_word")
    rowan.presses("A sketch instead")
    page, send = rowan.page.locator(".sketch--mine"), rowan.page.locator(".sheet--over .send .btn--act")
    expect(send).to_be_disabled()
    draws(rowan, (0.2, 0.8), (0.5, 0.2), (0.8, 0.8))
    draws(rowan, (0.5, 0.6))
    expect(page.locator("path")).to_have_count(2)
    expect(page).to_have_attribute("aria-label", "Your page: two strokes")
    rowan.finds_no_barrier("a sketch being drawn")
    rowan.presses("Clear")
    expect(page.locator("path")).to_have_count(0)
    rowan.presses("Undo")
    expect(page.locator("path")).to_have_count(2)
    rowan.presses("Undo")
    expect(page.locator("path")).to_have_count(1)
    rowan.page.keyboard.press("Escape")
    rowan.presses("A sketch instead")
    expect(page.locator("path")).to_have_count(1)  # a sheet that was closed has lost nothing
    send.click()

    for person in (theo, host):
        seen = person.page.get_by_role("img", name="A sketch by Rowan")
        expect(seen.locator("path")).to_have_count(1)
        expect(seen.locator("path")).to_have_attribute("d", re.compile(r"^M[\d .QL]+$"))
        person.finds_no_barrier("a sketch as an answer")
    expect(rowan.page.get_by_role("img", name="Your sketch")).to_be_visible()
    host.presses("Set aside", inside=host.page.locator("#main"))
    expect(theo.page.locator(".said .sketch")).to_have_count(0)
    host.presses("Put them back")
    expect(theo.page.locator(".said .sketch")).to_have_count(1)
    rowan.presses("Take it back")
    expect(theo.page.locator(".said .sketch")).to_have_count(0)
    rowan.sees("A sketch instead")
    assert rowan.complaints == theo.complaints == host.complaints == []
