"""The line to the server, with a server played by the test: a real websocket as far as the page knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute

from tests.js.conftest import ORIGIN, Run

pytestmark = pytest.mark.browser

# What the line told its page, without repeats of the same.
OPEN = """
window.told = [];
const tell = (what) => { if (what !== window.told[window.told.length - 1]) window.told.push(what); };
window.line = m.openLine({ meeting: 'm1', host: true, csrf: 'token' }, {
  snapshot: (snapshot) => tell(`snapshot ${snapshot.number}`),
  message: (message) => {
    tell(`message ${message.seq}`);
    if (message.gap) window.line.refresh();
  },
  line: (how) => tell(`line ${how}`),
  reload: () => tell('reload'),
  gone: () => tell('gone'),
});
"""


class FakeServer:
    """Speaks Engine.IO and Socket.IO to one page; notes what it hears."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heard: list[tuple[str, Any]] = []
        self.auths: list[dict[str, Any]] = []
        self.tickets = self.snapshots = 0
        self.refuse = ""
        self.ticket_answer: dict[str, Any] | None = None
        self.answer_joins = True
        self.behind_is_away = False
        self.sockets: list[WebSocketRoute] = []
        self._joins: list[Callable[[], None]] = []
        page.route(f"{ORIGIN}/live/**", self._http)
        page.route_web_socket("**/socket.io/**", self._opened)

    def _http(self, route: Route) -> None:
        assert route.request.method == "GET" or route.request.headers["x-csrftoken"] == "token"
        if route.request.url.endswith("/ticket"):
            self.tickets += 1
            route.fulfill(json=self.ticket_answer or {"ok": True, "ticket": f"ticket {self.tickets}"})
        elif route.request.url.endswith("/snapshot"):
            self.snapshots += 1
            route.fulfill(json={"ok": True, "number": self.snapshots})
        else:
            self.heard.append(("slow", json.loads(route.request.post_data or "{}")))
            route.fulfill(json={"ok": True, "kept": True})

    def _opened(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda frame: self._frame(socket, str(frame)))
        hello = {"sid": "s", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000, "maxPayload": 65536}
        socket.send("0" + json.dumps(hello))

    def _frame(self, socket: WebSocketRoute, frame: str) -> None:
        if frame.startswith("40"):
            self.auths.append(json.loads(frame[2:]))
            socket.send(f"44{json.dumps({'message': self.refuse})}" if self.refuse else '40{"sid":"x"}')
        elif frame.startswith("42"):
            number, _, rest = frame[2:].partition("[")
            name, data = json.loads("[" + rest)
            self.heard.append((name, data))
            self._answer(socket, number, name)

    def _answer(self, socket: WebSocketRoute, number: str, name: str) -> None:
        if self.behind_is_away:
            socket.send(f"43{number}{json.dumps([{'ok': False, 'error': {'code': 'our_side'}}])}")
            return
        if name != "join":
            socket.send(f'43{number}[{{"ok":true}}]')
            return
        self.snapshots += 1
        answer = f'43{number}[{{"ok":true,"number":{self.snapshots}}}]'
        if self.answer_joins:
            socket.send(answer)
        else:
            self._joins.append(lambda: socket.send(answer))

    def answer_join(self) -> None:
        """Answer the oldest join that waits."""
        self._joins.pop(0)()

    def say(self, seq: int, *, gap: bool = False) -> None:
        """A message to the page."""
        self.sockets[-1].send("42" + json.dumps(["message", {"seq": seq, "gap": gap}]))

    def heard_names(self) -> list[str]:
        """The names of all events."""
        return [name for name, _ in self.heard]


@pytest.fixture
def server(page: Page) -> FakeServer:
    """The server behind the page."""
    return FakeServer(page)


def told(page: Page, *expected: str) -> None:
    """The page is told exactly this within some seconds."""
    _wait(page, list(expected), lambda seen: seen == list(expected))


def told_at_last(page: Page, *expected: str) -> list[str]:
    """The page is told these in this order, among others, and the last of them at last; all of it."""

    def in_order(seen: list[str]) -> bool:
        rest = iter(seen)
        return bool(seen) and seen[-1] == expected[-1] and all(one in rest for one in expected)

    return _wait(page, list(expected), in_order)


def _wait(page: Page, expected: list[str], fits: Callable[[list[str]], bool]) -> list[str]:
    seen: list[str] = []
    for _ in range(400):
        seen = page.evaluate("window.told")
        if fits(seen):
            return seen
        page.wait_for_timeout(20)
    raise AssertionError(f"told {seen}, not {expected}")


def test_connecting_shows_a_fresh_ticket_and_takes_a_snapshot(
    run: Run, page: Page, server: FakeServer
) -> None:
    run("meeting/connection.js", OPEN)
    told(page, "snapshot 1", "line up")
    assert server.auths == [{"v": 1, "ticket": "ticket 1"}]
    assert "ticket" not in server.sockets[0].url
    assert "transport=websocket" in server.sockets[0].url
    server.say(1)
    told(page, "snapshot 1", "line up", "message 1")


def test_a_gap_while_a_snapshot_is_on_its_way_takes_another(run: Run, page: Page, server: FakeServer) -> None:
    """The one on its way may be older than the message that was missed."""
    server.answer_joins = False
    run("meeting/connection.js", OPEN)
    while server.heard_names() != ["join"]:
        page.wait_for_timeout(20)
    server.say(8, gap=True)
    server.say(9, gap=True)
    told(page, "message 8", "message 9")
    server.answer_join()
    told(page, "message 8", "message 9", "snapshot 1", "line up")
    while server.heard_names() != ["join", "join"]:
        page.wait_for_timeout(20)
    server.answer_join()
    told(page, "message 8", "message 9", "snapshot 1", "line up", "snapshot 2", "line up")
    page.wait_for_timeout(200)
    assert server.heard_names() == ["join", "join"], "two gaps, one more snapshot"


def test_a_lost_line_is_opened_again_with_another_ticket_and_says_how_one_is(
    run: Run, page: Page, server: FakeServer
) -> None:
    run("meeting/connection.js", OPEN)
    told(page, "snapshot 1", "line up")
    page.evaluate("window.line.status('out')")
    server.sockets[-1].close()
    told_at_last(page, "snapshot 1", "line up", "line down", "line up")
    assert [auth["ticket"] for auth in server.auths] == ["ticket 1", "ticket 2"]
    while server.heard.count(("status", {"status": "out"})) < 2:
        page.wait_for_timeout(20)


def asked_to_move(page: Page, server: FakeServer) -> list[str]:
    """A page whose server is about to end, with a command in hand there; the frames its first line hears."""
    page.evaluate("window.asked = window.line.send({ name: 'held' })")
    while server.heard_names()[-1] != "command":
        page.wait_for_timeout(20)
    goodbyes: list[str] = []
    server.sockets[0].on_message(lambda frame: goodbyes.append(str(frame)))
    server.sockets[0].send('42["moving",{}]')
    return goodbyes


def test_a_server_that_ends_is_left_for_another_before_anybody_notices(
    run: Run, page: Page, server: FakeServer
) -> None:
    run("meeting/connection.js", OPEN)
    told(page, "snapshot 1", "line up")
    goodbyes = asked_to_move(page, server)
    told(page, "snapshot 1", "line up", "snapshot 2", "line up")
    assert [auth["ticket"] for auth in server.auths] == ["ticket 1", "ticket 2"]
    assert page.evaluate("window.asked") == {"ok": True}, "what was asked before is answered"
    while goodbyes != ["41"]:
        page.wait_for_timeout(20)
    assert "line down" not in page.evaluate("window.told")


def test_a_page_that_cannot_move_yet_keeps_its_line_and_tries_again(
    run: Run, page: Page, server: FakeServer
) -> None:
    run("meeting/connection.js", OPEN)
    told(page, "snapshot 1", "line up")
    server.refuse = "too_many"
    goodbyes = asked_to_move(page, server)
    while len(server.auths) < 3:
        page.wait_for_timeout(20)
    server.sockets[0].send('42["message",{"seq":5,"gap":false}]')
    told(page, "snapshot 1", "line up", "message 5")
    assert goodbyes == []
    server.refuse = ""
    told_at_last(page, "message 5", "snapshot 2", "line up")
    assert "line down" not in page.evaluate("window.told")


def test_a_proxy_is_told_where_a_sessions_people_go_and_not_which_session(
    run: Run, page: Page, server: FakeServer
) -> None:
    run("meeting/connection.js", OPEN.replace("'m1'", "'Zq3_long-id'"))
    told(page, "snapshot 1", "line up")
    assert "at=Zq&" in server.sockets[0].url + "&"
    assert "Zq3" not in server.sockets[0].url


def test_pings_of_the_server_wake_a_hidden_page_to_a_beat(run: Run, page: Page, server: FakeServer) -> None:
    run("meeting/connection.js", OPEN)
    told(page, "snapshot 1", "line up")
    before = server.heard_names().count("beat")
    server.sockets[-1].send("2")
    while server.heard_names().count("beat") == before:
        page.wait_for_timeout(20)


@pytest.mark.parametrize("first", ["beat", "look"])
def test_while_what_is_behind_the_line_is_away_the_page_says_so_and_looks_until_it_is_back(
    run: Run, page: Page, server: FakeServer, first: str
) -> None:
    run("meeting/connection.js", OPEN)
    told(page, "snapshot 1", "line up")
    server.behind_is_away = True
    if first == "beat":
        server.sockets[-1].send("2")
    else:
        server.say(8, gap=True)
    told_at_last(page, "snapshot 1", "line up", "line away")
    joins = server.heard_names().count("join")
    while server.heard_names().count("join") < joins + 2:
        page.wait_for_timeout(20)
    server.behind_is_away = False
    told_at_last(page, "line away", "snapshot 2", "line up")
    assert len(server.sockets) == 1, "the line itself was well"


@pytest.mark.parametrize(("code", "expected"), [("reload_please", "reload"), ("not_found", "gone")])
def test_refusals_that_are_final(run: Run, page: Page, server: FakeServer, code: str, expected: str) -> None:
    server.refuse = code
    run("meeting/connection.js", OPEN)
    told_at_last(page, expected)


@pytest.mark.parametrize("code", ["too_many", "ticket_old"])
def test_what_is_refused_for_now_is_tried_again_and_no_goodbye(
    run: Run, page: Page, server: FakeServer, code: str
) -> None:
    server.refuse = code
    run("meeting/connection.js", OPEN)
    told_at_last(page, "line down", "line slow")  # plain requests help out meanwhile
    server.refuse = ""
    assert "gone" not in told_at_last(page, "line up")


def test_without_a_place_there_is_no_ticket_and_no_line(run: Run, page: Page, server: FakeServer) -> None:
    server.ticket_answer = {"ok": False, "error": {"code": "not_found"}}
    run("meeting/connection.js", OPEN)
    told(page, "gone")
    assert server.sockets == []


@pytest.mark.parametrize("code", ["too_many", "our_side", "disk_full"])
def test_a_ticket_that_is_refused_for_now_is_asked_for_again(
    run: Run, page: Page, server: FakeServer, code: str
) -> None:
    server.ticket_answer = {"ok": False, "error": {"code": code}}
    run("meeting/connection.js", OPEN)
    told_at_last(page, "line down", "line slow")
    assert server.sockets == []
    server.ticket_answer = None
    assert "gone" not in told_at_last(page, "line up")


def test_where_websockets_are_blocked_plain_requests_do(run: Run, page: Page, server: FakeServer) -> None:
    page.clock.install()
    page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    run("meeting/connection.js", OPEN)
    for _ in range(12):
        page.clock.run_for(2000)
        page.wait_for_timeout(30)
    assert page.evaluate("window.told.includes('line slow')")
    assert server.snapshots >= 2
    answer = page.evaluate("window.line.send({ command_id: 'c', name: 'pass_piece', data: {} })")
    assert answer == {"ok": True, "kept": True}
    assert ("slow", {"command_id": "c", "name": "pass_piece", "data": {}}) in server.heard


def test_without_any_line_a_command_is_not_taken(run: Run, page: Page, server: FakeServer) -> None:
    body = "return window.line.send({}).then(() => 'taken', (problem) => problem.message)"
    assert run("meeting/connection.js", OPEN + body) == "no line"


def test_leaving_hangs_up(run: Run, page: Page, server: FakeServer) -> None:
    run("meeting/connection.js", OPEN)
    told(page, "snapshot 1", "line up")
    page.evaluate("document.dispatchEvent(new CustomEvent('circle:leave'))")
    page.wait_for_timeout(600)
    assert server.tickets == 1, "and does not come back"
