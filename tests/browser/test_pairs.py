"""Two by two: words between two people, half-time, the way back, and a host who counts and reads nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_turns import frames_of
from tests.live.server import Server

NAMES = ("Rowan", "Theo", "Ada", "Ines")
KEYBOARD_UP = {"width": 360, "height": 360}
BACK = "Back to the circle"


@pytest.fixture
def members(chromium: Browser, server: Server, host: Host) -> list[Member]:
    """Four at the table beside the host, and a question to talk about two by two."""
    door = door_of(server)
    table = [sits(host, Member(chromium, server.url, name), door) for name in NAMES]
    host.goes_on("Begin", "Arrive")
    asks(host, "What holds you these days?", "pair")
    return table


def with_whom(members: list[Member], member: Member) -> Member:
    """The other one, as the member's page says."""
    where = member.page.locator(".page__where")
    expect(where).to_contain_text("With ")
    name = re.match(r"With (\w+)\.", where.inner_text())
    assert name is not None
    return next(other for other in members if other.name == name[1])


def test_two_by_two_and_back_to_the_circle(server: Server, host: Host, members: list[Member]) -> None:
    rowan = members[0]
    other = with_whom(members, rowan)
    outside = [member for member in members if member not in (rowan, other)]
    assert with_whom(members, other) is rowan
    assert with_whom(members, outside[0]) is outside[1]
    host.sees("Two pairs are talking. You read nothing of it.")
    expect(host.next_button).to_have_text("Gather everybody")

    rowan.sees(f"Only {other.name} reads this.")
    rowan.writes("My neighbour’s dog, mostly.")
    rowan.presses("Send")
    other.sees("My neighbour’s dog, mostly.")
    expect(rowan.box).to_have_value("")
    rowan.presses("Take it back")
    other.does_not_see("My neighbour’s dog, mostly.")
    other.writes("The bread in the morning.")
    other.presses("Send")
    rowan.sees("The bread in the morning.")
    for person in (host, *outside):
        person.does_not_see("The bread in the morning.")
    rowan.finds_no_barrier("in a pair")
    host.finds_no_barrier("desk: pairs")

    server.advance(4 * 60 + 10)
    for member in members:
        member.page.evaluate("window.dispatchEvent(new Event('online'))")  # it looks at the server’s clock
    rowan.sees(re.compile(r"About half-time: now \w+, if you like\."))
    other.sees(re.compile(r"About half-time: now \w+, if you like\."))
    yours = [person.page.get_by_text("now you, if you like").count() for person in (rowan, other)]
    assert sorted(yours) == [0, 1], "one of the two"

    other.presses(BACK)
    other.sees("You are with the whole room.")
    other.finds_no_barrier("back with the whole room")
    rowan.sees(f"{other.name} has gone back to the circle. You can rest here, or go back too.")
    rowan.finds_no_barrier("alone beside the table")
    host.sees("One pair is talking, of two. You read nothing of it.")
    other.presses("Back to Rowan")
    rowan.sees(re.compile(f"With {other.name}\\."))
    other.sees("The bread in the morning.")

    host.goes_on("Gather everybody", "agreements")
    for member in (rowan, other):
        member.sees("What is said here stays here")
        member.does_not_see("The bread in the morning.")
    assert [person.complaints for person in (host, *members)] == [[]] * 5


def test_what_was_said_last_is_read_above_the_keyboard(members: list[Member]) -> None:
    rowan = members[0]
    other = with_whom(members, rowan)
    other.writes("Sourdough. " * 60)
    other.presses("Send")
    other.writes("And salt.")
    other.presses("Send")
    rowan.sees("And salt.")
    rowan.box.focus()
    rowan.page.set_viewport_size(KEYBOARD_UP)
    expect(rowan.page.locator("[data-keyboard=upright]")).to_have_count(1)
    newest = rowan.page.get_by_text("And salt.")
    expect(newest).to_be_in_viewport(ratio=1)
    covered = newest.evaluate(
        """(words) => { const box = words.getBoundingClientRect();
        return document.elementFromPoint(box.left + 4, box.top + box.height / 2) !== words; }"""
    )
    assert not covered
    expect(rowan.page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)
    rowan.page.set_viewport_size(rowan.viewport)  # type: ignore[arg-type]
    rowan.finds_no_barrier("in a pair, writing")
    assert rowan.complaints == other.complaints == []


def test_a_line_that_drops_a_restart_and_a_page_that_steps_out(
    server: Server, host: Host, members: list[Member]
) -> None:
    rowan = members[0]
    other = with_whom(members, rowan)
    rowan.writes("Still here?")
    rowan.presses("Send")
    other.sees("Still here?")
    host_hears = frames_of(host.page)
    other.page.close()
    rowan.sees(f"{other.name}’s line is quiet for a moment. Their place here is kept.")
    other.page = other.open_page()
    other.page.goto(rowan.page.url)
    other.sees("Still here?")
    rowan.does_not_see(f"{other.name}’s line is quiet for a moment. Their place here is kept.")
    server.kill()
    server.start()
    rowan.writes("Back again.")
    rowan.presses("Send")
    other.sees("Back again.")
    for member in (rowan, other):
        member.sees("Still here?")  # the server has lost it, the two pages have not
    other.presses("Step out")
    rowan.sees(f"{other.name} has gone back to the circle. You can rest here, or go back too.")
    other.presses("Come back")
    other.sees("You are with the whole room.")
    rowan.presses("Pass")
    rowan.sees("You are with the whole room.")
    listening = next(member for member in members if member not in (rowan, other))
    frames = frames_of(listening.page)
    listening.page.reload()
    listening.presses("How I am here")
    listening.presses(re.compile("^Listening"))
    listening.sees("You are listening tonight:")
    listening.finds_no_barrier("listening, in a pair")
    listening.presses("I stay with the whole room")
    listening.sees("You are with the whole room.")
    assert len(frames) > 0
    assert not [frame for frame in frames if "listening" in frame.lower()]
    host.sees("Everybody is back with the whole room.")
    assert not [frame for frame in host_hears if "Still here" in frame]
    assert host.complaints + rowan.complaints + other.complaints == []
