"""Turns as hosts and members meet them: order, coming back, resting, and the listening lane."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.live.server import Server


@pytest.fixture
def table(chromium: Browser, server: Server, host: Host) -> tuple[Host, Member, Member, Member]:
    """Three at the table beside the host, in a round; the host has the piece."""
    door = door_of(server)
    rowan, theo, ada = (
        sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo", "Ada")
    )
    host.goes_on("Begin", "Arrive")
    asks(host, "What is still warm?", "spoken_round")
    return host, rowan, theo, ada


def frames_of(page: Page) -> list[str]:
    """Everything this page sends and gets from now on."""
    frames: list[str] = []
    page.on("websocket", lambda socket: (
        socket.on("framesent", lambda text: frames.append(str(text))),
        socket.on("framereceived", lambda text: frames.append(str(text))),
    ))  # fmt: skip
    return frames


def test_a_host_orders_skips_takes_back_and_gives(table: tuple[Host, Member, Member, Member]) -> None:
    host, rowan, theo, ada = table
    host.chooses_more("Turns: the order, and who has not been heard")
    host.sees("Not yet heard with the piece: Rowan, Theo, Ada.")
    host.finds_no_barrier("desk: turns")
    host.presses("Ada earlier")
    expect(host.page.locator(".sheet ol li b")).to_have_text(["Rowan", "Ada", "Theo"])
    host.page.keyboard.press("Escape")
    host.hands_on()
    rowan.has_the_piece()
    host.presses("Come back to Rowan at the end")
    ada.has_the_piece()
    host.presses("Take it to the table for a moment")
    ada.sees("The piece rests on the table for a moment.")
    host.sees("Nobody’s turn is lost.")
    host.finds_no_barrier("desk: the piece rests")
    host.presses("Theo", inside=host.page.locator(".desk__room"))
    theo.hands_on("Bread.")
    ada.hands_on("The kettle.")
    rowan.has_the_piece()
    host.chooses_more("Turns: the order, and who has not been heard")
    host.sees("Not yet heard with the piece: Rowan.")


def test_in_the_listening_lane_it_goes_on_by_itself_and_nobody_learns_why(
    table: tuple[Host, Member, Member, Member],
) -> None:
    host, rowan, theo, _ada = table
    said = frames_of(host.page)
    host.page.reload()
    rowan.page.clock.install()
    rowan.presses("How I am here")
    rowan.finds_no_barrier("how I am here")
    rowan.presses(re.compile("^Listening"))
    rowan.sees("Here tonight: listening")
    host.hands_on()
    rowan.sees("it goes on by itself in a moment")
    rowan.finds_no_barrier("listening, with the piece")
    rowan.page.clock.fast_forward(16_000)
    theo.has_the_piece()
    assert not [frame for frame in said if "listening" in frame or "lane" in frame]
    # and for whoever would like to speak after all, nothing passes
    host.presses("Come back to Theo at the end")
    rowan.page.reload()
    rowan.sees("Here tonight: listening")
    assert rowan.complaints == []
