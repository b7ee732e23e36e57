"""A quiet round with seven real browsers: three write, four do not, and all of them do the same."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, WebSocket, WebSocketRoute, expect

from circle.domain.quiet import BODY_BYTES, COLLECT_SECONDS
from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_long_words import keeps_it_whole
from tests.live.server import Server

NAMES = ("Ana", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus")
LINES = {
    "Ana": "Nobody asks about the house any more.",
    "Bo": "I am relieved, and I tell no one.",
    "Cy": "雨 and nothing else.",
}
POST_WITHIN_MS = 10_000


def is_bare(address: str) -> bool:
    """Whether this goes where nobody wants to know who calls."""
    return urlsplit(address).path.startswith("/quiet/")


@dataclass
class Wire:
    """What leaves one browser: posts without cookies, frames on the socket, connections."""

    page: Page
    posts: list[Request] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    bare: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def listen(self) -> Wire:
        """From now on; the page is loaded anew, so that its socket is heard too."""
        self.page.on("request", lambda sent: self.posts.append(sent) if is_bare(sent.url) else None)
        self.page.on("websocket", self._hear)
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.on("Network.responseReceived", self._answered)
        self.page.reload()
        return self

    def _hear(self, line: WebSocket) -> None:
        line.on("framesent", lambda frame: self.frames.append(str(frame)))
        line.on("framereceived", lambda frame: self.heard.append(str(frame)))

    def _answered(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        (self.bare if is_bare(answer["url"]) else self.known).add(str(answer["connectionId"]))

    @property
    def without_beats(self) -> list[str]:
        """What left of its own, and not by the clock."""
        return [frame for frame in self.frames if len(frame) > 2 and '"beat"' not in frame]

    def of(self, event: str) -> list[str]:
        """Frames with this event."""
        return [frame for frame in self.frames if f'["{event}"' in frame]


@pytest.fixture
def table(chromium: Browser, server: Server, host: Host) -> dict[str, Member]:
    """Seven at the table."""
    door = door_of(server)
    members = {name: sits(host, Member(chromium, server.url, name), door) for name in NAMES}
    host.goes_on("Begin", "Arrive")
    return members


def collected(server: Server, members: dict[str, Member], wires: dict[str, Wire]) -> None:
    """The window passes: every page has posted, then the server's clock goes on."""
    for member in members.values():
        member.page.wait_for_timeout(100)
    for _ in range(120):
        if all(wire.posts and wire.bare for wire in wires.values()):  # sent, and answered
            break
        next(iter(members.values())).page.wait_for_timeout(100)
    server.advance(COLLECT_SECONDS)


def asked_alike(table: dict[str, Member], wires: dict[str, Wire]) -> None:
    """Every page asks for its tokens, once, and in as many words."""
    for _ in range(60):
        if all(wire.of("tokens") for wire in wires.values()):
            break
        table["Gus"].page.wait_for_timeout(100)
    sizes = [[len(frame) for frame in wire.of("tokens")] for wire in wires.values()]
    assert {len(found) for found in sizes} == {1}
    assert max(map(max, sizes)) - min(map(min, sizes)) <= 2  # digits of a message's number


def posted_alike(wire: Wire) -> None:
    """One post, of one length, without anything that says who, over a connection of its own."""
    (sent,) = wire.posts
    assert len(sent.post_data_buffer or b"") == BODY_BYTES
    assert not {"cookie", "authorization", "referer"} & set(sent.all_headers())
    assert wire.bare
    assert not wire.bare & wire.known


ANSWER = "You are not the only one here with a house."


def answered_alone(host: Host, table: dict[str, Member], wires: dict[str, Wire]) -> None:
    """A host answers Ana's line: her page alone shows it, and nothing leaves any page."""
    before = {name: (wire.without_beats, len(wire.posts)) for name, wire in wires.items()}
    line = host.page.locator(".poem--desk li", has_text=LINES["Ana"])
    host.presses("Answer privately", inside=line)
    box, seal = host.page.locator("#sealed-text"), host.page.get_by_role("button", name="Seal and send")
    keeps_it_whole(host, box, seal, 500)
    box.fill(ANSWER)
    host.finds_no_barrier("desk: a line is answered privately")
    host.presses("Seal and send")
    host.sees("It is sealed and sent.")
    table["Ana"].sees("A host has written to you alone.")
    table["Ana"].finds_no_barrier("quiet round: answered alone")
    table["Ana"].presses("Read it")
    table["Ana"].sees(ANSWER)
    table["Ana"].finds_no_barrier("quiet round: reading what a host wrote")
    everybody_has = "document.body.textContent.includes('written to you alone')"
    assert [name for name, member in table.items() if member.page.evaluate(everybody_has)] == ["Ana"]
    table["Ana"].presses("Close")
    table["Ana"].does_not_see("A host has written to you alone.")
    after = {name: (wire.without_beats, len(wire.posts)) for name, wire in wires.items()}
    assert after == before, "no page can be known by what it does then"
    heard = [[frame for frame in wire.heard if '"in":"mailbox"' in frame] for wire in wires.values()]
    assert len(heard[0]) == 1
    assert heard == heard[:1] * len(NAMES), "every page was sent the same"
    assert ANSWER not in str(heard)
    assert LINES["Ana"] not in str(heard)


def saves_it_on_the_device(ana: Member, wire: Wire) -> None:
    """A file made by the page; nothing is sent."""
    before = (wire.without_beats, len(wire.posts))
    with ana.page.expect_download() as saved:
        ana.presses("Save it on this device")
    assert saved.value.path().read_text() == LINES["Ana"]
    ana.sees("Whoever uses the device can find it there.")
    assert (wire.without_beats, len(wire.posts)) == before


def a_line_by_itself_stays_with_the_host(host: Host) -> None:
    """Two of three are set aside: the desk says what becomes of the last one, and they go back."""
    aside = host.page.get_by_role("button", name="Set aside. Put it back")
    for count in (1, 2):
        host.page.get_by_role("button", name="Set aside", exact=True).first.click()
        expect(aside).to_have_count(count)  # a slow machine would press the first one twice
    host.sees("A line is never shown by itself, so this one stays with you.")
    expect(host.page.get_by_role("button", name="Show the empty wall")).to_be_visible()
    host.finds_no_barrier("desk: one line of a quiet round is left")
    for count in (1, 0):
        aside.first.click()
        expect(aside).to_have_count(count)
    host.does_not_see("A line is never shown by itself")


def says_it_by_name(host: Host, table: dict[str, Member], wire: Wire) -> None:
    """Nothing is said by the first tap; by the second the line goes first, then the words with the name."""
    before, posts = wire.without_beats, len(wire.posts)
    ana = table["Ana"]
    ana.presses("Say it with my name")
    ana.sees(f"Ana: {LINES['Ana']}")
    ana.finds_no_barrier("quiet round: before it is said by name")
    ana.presses("No, not with my name")
    ana.sees("Your line is not on the wall")
    ana.presses("Say it with my name")
    assert (wire.without_beats, len(wire.posts)) == (before, posts)
    ana.presses("Yes, with my name")
    ana.sees("It is said, with your name.")
    (taken_back,) = wire.posts[posts:]
    assert taken_back.url.endswith("/withdraw")
    for name in ("Bo", "Gus"):
        table[name].sees("Said by name")
        table[name].sees(LINES["Ana"])
        expect(table[name].page.locator(".wall__named li")).to_have_count(1)
        expect(table[name].page.locator(".poem__line")).to_have_count(0)
    host.sees(LINES["Ana"])
    ana.does_not_see("not on the wall")
    table["Bo"].finds_no_barrier("quiet round: said by name")


def test_three_write_four_do_not_and_all_do_the_same(
    server: Server, host: Host, table: dict[str, Member]
) -> None:
    wires = {name: Wire(member.page).listen() for name, member in table.items()}
    asks(host, "What can be said only without a name?", "unnamed_wall")
    host.sees("A quiet round: words wait in people’s pages until you collect")
    for member in table.values():
        member.sees("Nobody can look up who wrote this, us included. You would be one of six.")
    table["Gus"].presses("What this can and cannot do")
    table["Gus"].sees("Everybody’s page shows the same four words")
    table["Gus"].finds_no_barrier("quiet round: what it can and cannot do")
    words = table["Gus"].page.locator(".sheet b", has_text="·").inner_text()
    table["Gus"].presses("Close")
    asked_alike(table, wires)
    before = {name: wire.without_beats for name, wire in wires.items()}
    for name, line in LINES.items():
        table[name].writes(line)
        table[name].finds_no_barrier("quiet round: writing")
        table[name].presses("Ready")
        table[name].sees("It waits in this page alone.")
    table["Ana"].finds_no_barrier("quiet round: waiting")
    table["Dee"].writes("Half a thought, not ready")
    table["Eli"].writes("Ready, and then rather not")
    table["Eli"].presses("Ready")
    table["Eli"].presses("Pass")
    table["Eli"].sees("Passed. Nothing more is asked of you here.")
    after = {name: wire.without_beats for name, wire in wires.items()}
    assert after == before, "nothing leaves while people write"
    assert not any(wire.posts for wire in wires.values())

    host.next_button.click()
    host.sees("The lines are being collected from every page.")
    host.finds_no_barrier("desk: a quiet round is collected")
    collected(server, table, wires)
    for wire in wires.values():
        posted_alike(wire)
    host.sees(LINES["Ana"])
    host.page.get_by_role("button", name="Set aside").first.wait_for()
    a_line_by_itself_stays_with_the_host(host)
    table["Ana"].does_not_see(LINES["Bo"])
    host.goes_on("Show them together", "Read any later lines")
    for member in table.values():
        for line in LINES.values():
            member.sees(line)
    table["Fay"].finds_no_barrier("quiet round: the wall")
    expect(table["Dee"].page.locator(".poem__line")).to_have_count(3)
    table["Dee"].does_not_see("Half a thought")
    table["Dee"].does_not_see("rather not")

    answered_alone(host, table, wires)
    table["Bo"].presses("Take mine back")
    table["Bo"].sees("It is taken back.")
    for member in table.values():
        expect(member.page.locator(".poem__line")).to_have_count(2)
    assert not any("Take mine back" in table[name].page.content() for name in NAMES[3:])
    assert len(words.split("·")) == 4
    stored = json.dumps([member.page.evaluate("({ ...sessionStorage })") for member in table.values()])
    assert not [line for line in LINES.values() if line in stored]
    assert all(member.complaints == [] for member in table.values())


class Breaks:
    """A line that ends once, with the answer to what was asked for a quiet round still on the way."""

    def __init__(self, member: Member) -> None:
        self.asked = 0
        member.context.route_web_socket(re.compile("socket.io"), self._carry)

    def _carry(self, line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def heard(frame: str | bytes) -> None:
            if self.asked == 1 and '"signed"' in str(frame):
                line.close()
            else:
                line.send(frame)

        def sent(frame: str | bytes) -> None:
            self.asked += '["tokens"' in str(frame)
            server.send(frame)

        line.on_message(sent)
        server.on_message(heard)


def test_a_single_line_is_held_and_only_its_writer_is_told(
    server: Server, host: Host, table: dict[str, Member]
) -> None:
    breaks = Breaks(table["Bo"])
    wires = {name: Wire(member.page).listen() for name, member in table.items()}
    asks(host, "What can be said only without a name?", "unnamed_wall")
    table["Ana"].writes(LINES["Ana"])
    table["Ana"].presses("Ready")
    asked_alike(table, {name: wire for name, wire in wires.items() if name != "Bo"})
    host.next_button.click()
    collected(server, table, wires)
    assert breaks.asked == 2, "an answer that is lost is asked for again"
    posted_alike(wires["Bo"])
    host.goes_on("Show the empty wall", "Read any later lines")
    table["Ana"].sees("Your line is not on the wall")
    table["Ana"].finds_no_barrier("quiet round: held")
    for name in NAMES[1:]:
        table[name].sees("Nobody has put anything here.")
        table[name].does_not_see("not on the wall")
    saves_it_on_the_device(table["Ana"], wires["Ana"])
    says_it_by_name(host, table, wires["Ana"])
    assert all(member.complaints == [] for member in (*table.values(), host) if member is not table["Bo"])
