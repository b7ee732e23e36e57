"""Steps with a way of their own: a rhythm for everybody, five senses at one's own pressing."""

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


@pytest.fixture
def table(chromium: Browser, server: Server, host: Host) -> tuple[Host, Member, Member]:
    """Two at the table beside the host, arriving."""
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    return host, rowan, theo


def test_a_breath_in_step_and_senses_at_ones_own_pressing(table: tuple[Host, Member, Member]) -> None:
    host, rowan, theo = table
    host.chooses_more("A grounding, slow lines, a breath")
    host.presses(re.compile("Longer out than in"))
    host.sees("In for four seconds, out for six; eighteen times.")
    for member in (rowan, theo):
        member.sees("Any breath of your own is right, and your eyes may rest on something else.")
        member.sees(re.compile("Another way: Watch the far edge of the room"))
    # The way out takes six seconds: the second page is on it when the first has just begun it.
    words = [member.page.locator(".pacer__word") for member in (rowan, theo)]
    expect(words[0]).to_have_text("In")
    expect(words[0]).to_have_text("Out")
    expect(words[1]).to_have_text("Out", timeout=3_000)
    rowan.finds_no_barrier("a breath in step")
    rowan.presses("Hide the circle")
    expect(words[0]).to_have_count(0)
    expect(words[1]).to_have_count(1)
    rowan.finds_no_barrier("a breath in step, hidden")
    host.finds_no_barrier("desk: a breath")

    host.chooses_more("A grounding, slow lines, a breath")
    host.presses(re.compile("Five down to one"))
    host.sees("Three you can hear.")
    rowan.sees("Five things you can see.")
    frames, heard_by_theo = frames_of(rowan.page), frames_of(theo.page)
    for member in (rowan, theo):
        member.page.reload()
        member.sees("Five things you can see.")
    for heard in (
        frames,
        heard_by_theo,
    ):  # the room is there before its line, whose answer is not meant
        for _ in range(200):
            if any('"audiences"' in frame for frame in heard):
                break
            theo.page.wait_for_timeout(50)
        else:
            pytest.fail("The line was never listened to.")
    before, theirs = len(frames), len(heard_by_theo)
    for words_now in ("Four you can feel: chair, sleeve, floor, air.", "Three you can hear."):
        rowan.presses("The next one")
        rowan.sees(words_now)
    theo.does_not_see("Three you can hear.")
    assert not [
        frame for frame in frames[before:] + heard_by_theo[theirs:] if "command" in frame or "hear" in frame
    ]
    rowan.finds_no_barrier("five senses")
    assert host.complaints + rowan.complaints + theo.complaints == []


def test_hands_go_up_and_down_and_a_host_calls_on_one(table: tuple[Host, Member, Member]) -> None:
    host, rowan, theo = table
    asks(host, "Who would like to begin?", "spoken_volunteer")
    host.presses("I would like to speak", inside=host.page.locator(".desk__room"))
    for member in (rowan, theo):
        member.presses("I would like it next")
        member.sees("You are in the row. There is no hurry.")
    rowan.finds_no_barrier("in the row")
    rowan.presses("Take my hand down")
    rowan.sees("I would like it next")
    rowan.does_not_see("You are in the row. There is no hurry.")
    host.sees("Hand it on to Theo")
    rowan.presses("I would like it next")
    host.chooses_more("Turns: the order, and who has not been heard")
    host.presses("Rowan earlier")
    host.presses("Give it to Rowan now")
    rowan.has_the_piece()
    theo.sees("You are in the row. There is no hurry.")
    assert host.complaints + rowan.complaints + theo.complaints == []
