"""People of the tests at a watched evening: the host who watches, and a friend's phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from circle.simulate.browser import Address, Browser
from circle.simulate.line import Line, LineLost
from circle.simulate.screen import Screen
from tests.live.server import Server

PATIENCE_S = 40.0


class Recorder(Line):
    """A line that keeps what it hears, and what the screen showed after it."""

    def __init__(self, browser: Browser, meeting_id: str) -> None:
        super().__init__(browser, meeting_id)
        self.browser, self.meeting_id = browser, meeting_id
        self.heard: list[dict[str, Any]] = []
        self.shown: list[Screen] = []

    def open(self) -> None:
        """As a page does: once more where the line broke. Over TLS it now and then does while it is new, as
        two threads share it here, which Python guards from 3.13 on; the server's own people are not threads.
        """
        try:
            super().open()
        except LineLost:
            super().open()

    def hear(self, message: dict[str, Any]) -> None:
        """Keep it."""
        self.heard.append(message)
        super().hear(message)
        self.shown.append(self.screen)

    def wait(self, what: str, seen: Callable[[Screen], bool], seconds: float = PATIENCE_S) -> Screen:
        """Look until the screen shows it. Fails by name, with where the room is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.refresh_if_stale()
            if seen(self.screen):
                return self.screen
            self.changed.wait(0.1)
            self.changed.clear()
        raise AssertionError(f"waited for {what}; the room is at {self.screen.phase} {self.screen.step}")


def address_of(server: Server) -> Address:
    """Where this server is for its neighbours."""
    return Address(f"http://127.0.0.1:{server.port}", server.url)


def sign_in(server: Server) -> Browser:
    """The host's browser."""
    browser = Browser(address_of(server))
    browser.press(browser.open(server.sign_in))
    return browser


def watch(browser: Browser) -> Recorder:
    """Press *Watch an evening* on Tonight, and look at the desk."""
    tonight = browser.open("/tonight")
    assert tonight.action == "/watch"
    desk = browser.press(tonight)
    assert desk.data["host"]
    line = Recorder(browser, desk.data["meeting"])
    line.open()
    return line


def take_over(desk: Recorder) -> None:
    """Move the room, whichever step the made-up host has just led it to."""
    desk.wait("the open door", lambda screen: screen.phase in ("open", "live"))
    pause = {"text": "A moment, please.", "sharing": "none", "minutes": 1}
    for _ in range(5):
        seq = desk.screen.seq
        if desk.command("ask_question", pause, seq)["ok"]:
            desk.wait("the pause", lambda screen, now=seq + 1: screen.seq == now)
            return
        desk.wait("the other host's step", lambda screen, before=seq: screen.seq != before)
    raise AssertionError("nobody let us")


def door_of(desk: Recorder) -> str:
    """The path of the circle's door, from the page that the desk leads to."""
    room = desk.browser.open(f"/meet/{desk.meeting_id}")
    page = desk.browser.http.get(desk.browser.address.base + room.data["madeUp"], timeout=10).text
    found = re.search(r"/c/[\w-]+", page)
    assert found is not None
    return found[0]


def join(server: Server, door: str, name: str) -> Recorder:
    """Somebody real comes by the door's link, on a phone."""
    browser = Browser(address_of(server))
    line = Recorder(browser, browser.come_in(door, name))
    line.open()
    return line


def names(screen: Screen) -> set[str]:
    """Who sits at the table."""
    return {person["name"] for person in screen.items("people").values()}
