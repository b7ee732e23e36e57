"""A page that is older than its server: it says so kindly, and loses no words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from circle.domain.quiet import COLLECT_SECONDS
from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_quiet import POST_WITHIN_MS
from tests.live.server import Server
from tests.live.test_table import go_on, go_on_to
from tests.live.writers import Writers

HALF = "The kettle, and the"
NEWER = "There is a newer version of this page."
SLOW_EVERY_MS = 4000  # static/js/meeting/connection.js
OTHERS = ("Rowan", "Theo", "Ada", "Imani", "Bea")


class Age:
    """How old a member's page is for the server: what it says of itself is changed on the way."""

    def __init__(self, member: Member) -> None:
        self.version = 1
        self._lines: list[WebSocketRoute] = []
        self._sent: list[str] = []
        member.context.route_web_socket(re.compile("socket.io"), self._carry)

    def _carry(self, line: WebSocketRoute) -> None:
        self._lines.append(line)
        server = line.connect_to_server()
        line.on_message(lambda frame: server.send(self._aged(str(frame))))

    def _aged(self, frame: str) -> str:
        self._sent.append(frame)
        return frame.replace('"v":1', f'"v":{self.version}') if frame.startswith("40") else frame

    def has_sent(self, words: str) -> bool:
        """Whether a frame with these has left the page."""
        return any(words in frame for frame in self._sent)

    def becomes_old(self) -> None:
        """The server is another from now on; lines break, as in a restart."""
        self.version = 0
        self._lines[-1].close()


def test_what_one_was_writing_is_there_after_opening_it_again(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = Member(chromium, server.url, "Rowan")
    age = Age(rowan)
    sits(host, rowan, door_of(server))
    host.goes_on("Begin", "Arrive")
    asks(host, "What is still warm?", "spoken_round")
    host.hands_on()
    rowan.has_the_piece()
    rowan.writes(HALF)
    age.becomes_old()
    rowan.lands_on("One moment.")
    rowan.sees(f"{NEWER} Your chair is kept, and so is what you were writing.")
    rowan.finds_no_barrier("a newer version")
    age.version = 1
    rowan.presses("Open it again")
    rowan.has_the_piece()
    expect(rowan.box).to_have_value(HALF)
    rowan.hands_on(f"{HALF} stairs.")
    host.sees(f"{HALF} stairs.")
    assert rowan.complaints == []


@pytest.mark.servers
def test_in_a_quiet_round_the_page_stays_until_its_words_have_gone(chromium: Browser, server: Server) -> None:
    server.start()
    others = Writers(OTHERS, server)
    wren = Member(chromium, server.url, "Wren")
    age = Age(wren)
    wren.comes_by(server.door)
    wren.page.evaluate("window.loadedOnce = true")
    others.are_let_in()
    wren.sees("Come in and sit.")
    others.write()
    wren.sees("You would be one of five.")
    while not age.has_sent('["tokens"'):
        wren.page.wait_for_timeout(50)
    wren.writes(HALF)
    wren.page.clock.install()
    age.becomes_old()
    wren.page.clock.run_for(2000)
    wren.sees(f"{NEWER} There is no hurry: this round can be finished here")
    wren.finds_no_barrier("a newer version, in a quiet round")
    expect(wren.box).to_have_value(HALF)
    wren.writes(f"{HALF} stairs.")
    wren.presses("Ready")
    others.are_collected()
    wren.page.clock.run_for(SLOW_EVERY_MS)
    wren.sees("The lines are being collected.")
    wren.page.clock.run_for(POST_WITHIN_MS)
    wren.sees("It is on its way.")
    server.advance(COLLECT_SECONDS)
    assert f"{HALF} stairs." in others.batch(len(OTHERS) + 1)
    go_on_to(others.host, "wall_show")
    assert go_on(others.host)["ok"]
    wren.page.clock.run_for(SLOW_EVERY_MS)
    wren.lands_on("One moment.")
    assert wren.page.evaluate("window.loadedOnce"), "it has never been loaded anew by itself"
    assert wren.complaints == []
    others.hang_up()
