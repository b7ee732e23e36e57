"""What people let be known without words: a slower pace, a break, being back, being all right."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_turns import frames_of
from tests.live.server import Server


@pytest.fixture
def table(chromium: Browser, server: Server, host: Host) -> tuple[Host, Member, Member]:
    """Two at the table beside the host, writing for themselves."""
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    asks(host, "What is still warm?", "private")
    rowan.sees("What is still warm?")
    return host, rowan, theo


def test_somebody_asks_for_a_slower_pace_and_for_a_break(table: tuple[Host, Member, Member]) -> None:
    host, rowan, theo = table
    others = frames_of(theo.page)
    theo.page.reload()
    theo.sees("What is still warm?")
    heard = len(others)
    rowan.presses("Hand")
    rowan.sees("nobody sees who.")
    rowan.finds_no_barrier("hand, with wishes for the room")
    rowan.presses("Slower, please")
    rowan.sees("The hosts see this wish. Nobody sees whose.")
    host.sees("Somebody asks for a slower pace.")
    host.finds_no_barrier("desk: a wish")
    host.presses("Two more minutes")
    host.does_not_see("Somebody asks for a slower pace.")
    rowan.presses("Hand")
    rowan.presses("A break, please")
    host.sees("Somebody asks for a break.")
    assert not [frame for frame in others[heard:] if "wish" in frame or "slower" in frame]
    host.presses("Five minutes now")
    theo.presses("What would help now")
    theo.presses("Air")
    theo.sees("Two minutes of weather.")
    theo.finds_no_barrier("break: what would help")
    theo.page.keyboard.press("Escape")
    theo.sees("Three of us tonight.")
    theo.presses("I am back")
    theo.sees("Good that you are here. Three of us tonight.")
    theo.finds_no_barrier("break: back")
    host.sees("One has said they are back.")
    host.goes_on("Back now", "What is still warm?")
    theo.sees("We are back where we were. There is no hurry.")
    host.does_not_see("Somebody asks for a break.")


def test_whoever_stepped_out_is_asked_once_at_most(table: tuple[Host, Member, Member]) -> None:
    host, rowan, theo = table
    rowan.presses("Step out")
    rowan.sees("A host may ask once if you are all right.")
    host.presses("Ask Rowan once if all is well")
    rowan.sees("A thumb is enough, and no answer is fine too.")
    rowan.finds_no_barrier("stepped out, asked")
    host.sees("stepped out, asked")
    rowan.presses("All right")
    rowan.sees("The hosts know that you are all right.")
    host.sees("stepped out, all right")
    theo.presses("Step out")
    theo.presses("Rather not")
    theo.sees("Nobody asks you tonight.")
    expect(host.page.get_by_role("button", name="Ask Theo once if all is well")).to_have_count(0)
    host.finds_no_barrier("desk: stepped out")


def test_agreements_change_in_the_middle_and_everybody_is_asked_again(
    table: tuple[Host, Member, Member],
) -> None:
    host, rowan, theo = table
    host.chooses_more("Our agreements")
    host.sees("Two of two at the table have said yes to these.")
    host.finds_no_barrier("desk: our agreements")
    box = host.page.locator("#wording")
    box.fill(box.input_value() + "\nA cat on the lap is a member too.")
    host.presses("Show the new wording")
    host.sees("Everybody sees the new wording")
    for member in (rowan, theo):
        member.sees("Our agreements have changed. Nothing waits for it.")
    rowan.finds_no_barrier("asked again about the agreements")
    rowan.writes("A line that is not lost.")
    rowan.presses("Read them")
    rowan.sees("New since last time.")
    rowan.finds_no_barrier("the agreements, with what is new")
    rowan.presses("I can do this")
    rowan.does_not_see("Our agreements have changed. Nothing waits for it.")
    expect(rowan.box).to_have_value("A line that is not lost.")
    theo.presses("Later")
    theo.does_not_see("Our agreements have changed. Nothing waits for it.")
    host.chooses_more("Our agreements")
    host.sees("One of two at the table has said yes to these.")
    host.page.keyboard.press("Escape")
    host.goes_on("Next", "Agreements")
    theo.presses("I would like to talk first")
    expect(theo.page.get_by_label("To the hosts")).to_have_value(
        "I would like to talk about the agreements first."
    )
    theo.presses("Close")
    theo.presses("I can do this")
    theo.sees("You have said yes to these.")
    theo.finds_no_barrier("the agreements, with a yes")
