"""The line by itself: what it says to the server, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute

from tests.js.conftest import Run

pytestmark = pytest.mark.browser
OPEN = """
window.told = [];
const told = (name) => (data) => window.told.push(data === undefined ? [name] : [name, data]);
window.line = new m.Socket('/sub/socket.io', { ticket: 't' }, {
  open: told('open'), message: told('message'), ping: told('ping'),
  close: told('close'), refused: told('refused'),
});
"""
HELLO = {"sid": "s", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000, "maxPayload": 65536}


class Wire:
    """The server's end."""

    def __init__(self, page: Page, *, hello: dict[str, Any] | None = HELLO) -> None:
        self.page = page
        self.hello = hello
        self.heard: list[str] = []
        self.address = ""
        self.ended = False
        page.route_web_socket("**/socket.io/**", self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        self.address = socket.url
        socket.on_message(lambda packet: self.heard.append(str(packet)))
        socket.on_close(lambda code, reason: setattr(self, "ended", True))
        if self.hello is not None:
            socket.send("0" + json.dumps(self.hello))

    def hears(self, *packets: str) -> None:
        """Exactly these, within some seconds."""
        for _ in range(200):
            if self.heard == list(packets):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(self.heard)


def told(page: Page, *expected: list[Any]) -> None:
    """The page is told exactly this within some seconds."""
    for _ in range(400):
        if page.evaluate("window.told") == list(expected):
            return
        page.wait_for_timeout(20)
    raise AssertionError(page.evaluate("window.told"))


def test_a_line_opens_asks_and_is_told(run: Run, page: Page) -> None:
    wire = Wire(page)
    run("lib/socket.js", OPEN)
    wire.hears('40{"ticket":"t"}')
    assert wire.address.endswith("/sub/socket.io/?EIO=4&transport=websocket"), "no ticket in the address"
    page.evaluate("void window.line.ask('early', {}, 1000).catch(() => window.told.push(['too early']))")
    told(page, ["too early"])
    wire.socket.send('40{"sid":"x"}')
    told(page, ["too early"], ["open"])
    page.evaluate(
        "void window.line.ask('a', { b: 1 }, 5000).then((answer) => window.told.push(['answer', answer]))"
    )
    wire.hears('40{"ticket":"t"}', '420["a",{"b":1}]')
    wire.socket.send('437[{"nobody":"asked"}]')
    wire.socket.send('430[{"ok":true}]')
    wire.socket.send('42["message",{"seq":[1]}]')
    wire.socket.send('42["another",{}]')
    wire.socket.send("6")
    told(page, ["too early"], ["open"], ["answer", {"ok": True}], ["message", {"seq": [1]}])


def test_a_ping_is_answered_and_told(run: Run, page: Page) -> None:
    wire = Wire(page)
    run("lib/socket.js", OPEN)
    wire.hears('40{"ticket":"t"}')
    wire.socket.send("2")
    wire.hears('40{"ticket":"t"}', "3")
    told(page, ["ping"])


def test_a_refusal_tells_why_and_ends_the_line(run: Run, page: Page) -> None:
    wire = Wire(page)
    run("lib/socket.js", OPEN)
    wire.hears('40{"ticket":"t"}')
    wire.socket.send('44{"message":"reload_please"}')
    told(page, ["refused", "reload_please"])
    assert wire.ended


@pytest.mark.parametrize("packet", ["41", "1"])
def test_the_server_ends_it(run: Run, page: Page, packet: str) -> None:
    wire = Wire(page)
    run("lib/socket.js", OPEN)
    wire.hears('40{"ticket":"t"}')
    wire.socket.send("40{}")
    page.evaluate("void window.line.ask('a', {}, 60000).catch(() => window.told.push(['lost']))")
    wire.socket.send(packet)
    told(page, ["open"], ["close"], ["lost"])


def test_the_page_ends_it(run: Run, page: Page) -> None:
    wire = Wire(page)
    run("lib/socket.js", OPEN)
    wire.hears('40{"ticket":"t"}')
    wire.socket.send("40{}")
    told(page, ["open"])
    page.evaluate("window.line.close(); window.line.close();")
    wire.hears('40{"ticket":"t"}', "41")
    told(page, ["open"], ["close"])


def test_no_answer_is_told_and_the_line_stays(run: Run, page: Page) -> None:
    wire = Wire(page)
    run("lib/socket.js", OPEN)
    wire.hears('40{"ticket":"t"}')
    wire.socket.send("40{}")
    told(page, ["open"])
    page.evaluate("void window.line.ask('a', {}, 50).catch(() => window.told.push(['none']))")
    told(page, ["open"], ["none"])
    assert page.evaluate("window.line.connected")


def test_a_server_that_says_nothing_is_given_up(run: Run, page: Page) -> None:
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    Wire(page, hello=None)
    run("lib/socket.js", OPEN)
    page.clock.run_for(3900)
    told(page)
    page.clock.run_for(200)
    told(page, ["refused", "no answer"])


def test_a_server_that_falls_silent_is_given_up(run: Run, page: Page) -> None:
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # a slow machine takes longer than the server may be silent
    wire = Wire(page, hello=HELLO | {"pingInterval": 250, "pingTimeout": 200})
    run("lib/socket.js", OPEN)
    wire.hears('40{"ticket":"t"}')
    wire.socket.send("40{}")
    told(page, ["open"])
    page.clock.run_for(400)
    wire.socket.send("2")
    told(page, ["open"], ["ping"])
    page.clock.run_for(400)
    told(page, ["open"], ["ping"])
    page.clock.run_for(100)
    told(page, ["open"], ["ping"], ["close"])
