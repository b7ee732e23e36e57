"""What people met who tried an evening: a name at the door, a promised bell, large letters, a desk."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import whispers
from tests.browser.test_evening import door_of
from tests.live.server import Server


def test_who_asks_to_talk_at_the_door_has_a_name(chromium: Browser, server: Server, host: Host) -> None:
    rowan = Member(chromium, server.url, "Rowan")
    rowan.comes_by(door_of(server))
    host.sees("Somebody is at the door")
    whispers(rowan, "May I talk first?")
    host.sees("Rowan, privately:")
    expect(host.page.get_by_label("Answer Rowan privately")).to_be_visible()
    rowan.page.keyboard.press("Escape")
    host.page.get_by_role("button", name="Not tonight, Rowan").click()
    host.sees("Not tonight: Rowan.")
    expect(host.page.get_by_label("Answer Rowan privately")).to_be_visible()
    assert host.complaints + rowan.complaints == []
