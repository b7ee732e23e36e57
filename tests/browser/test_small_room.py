"""Too few for a quiet round; and which connections the posts of one page come over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from circle.anonymous.endpoint import outside_sessions
from circle.domain.quiet import BODY_BYTES
from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_quiet import Wire
from tests.live.server import Server, free_port

MODULES = Path(__file__).parents[2] / "static" / "js"
NAMES = ("Ana", "Bo", "Cy", "Dee")
TWO_POSTS = """async () => {
  const { post, bodyOf } = await import('/js/quiet/post.js');
  for (let at = 0; at < 2; at += 1) {
    await fetch('/known');
    await post('m1', bodyOf(new Uint8Array(354)));
  }
  await fetch('/known');
}"""


def test_with_four_the_wall_takes_over_before_anyone_writes(
    chromium: Browser, server: Server, host: Host
) -> None:
    door = door_of(server)
    table = {name: sits(host, Member(chromium, server.url, name), door) for name in NAMES}
    host.goes_on("Begin", "Arrive")
    wires = [Wire(member.page).listen() for member in table.values()]
    asks(host, "What can be said only without a name?", "unnamed_wall")
    for member in table.values():
        member.sees("Not stored with your name.")  # four members and a host, who may write too
        member.sees("We are five; people may guess.")
        member.does_not_see("Nobody can look up who wrote this")
    table["Ana"].finds_no_barrier("wall of four: writing")
    table["Ana"].sends("Four of us, and still.")
    host.next_button.click()
    host.sees("Four of us, and still.")
    host.next_button.click()
    for member in table.values():
        member.sees("Four of us, and still.")
    assert not any(wire.of("tokens") or wire.posts for wire in wires), "no quiet round had begun"
    assert all(member.complaints == [] for member in table.values())


class Door:
    """The real quiet address, and a page beside it that knows who comes; by which port each request came."""

    def __init__(self) -> None:
        self.port = free_port()
        self.known: set[str] = set()
        self.bare: list[str] = []
        self.cookies: list[str] = []
        self._answer = outside_sessions(self._page, self, lambda code: code)

    def post(self, _meeting: str, _token: bytes, _post: Any, body: bytes) -> None:
        """What the quiet address took."""
        assert len(body) == BODY_BYTES

    def withdraw(self, _meeting: str, _secret: str) -> None:
        """Nothing."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Note the port, and go on."""
        came_by = str(environ["REMOTE_PORT"])
        if environ["PATH_INFO"].startswith("/quiet/"):
            self.bare.append(came_by)
        else:
            self.known.add(came_by)
            self.cookies.append(environ.get("HTTP_COOKIE", ""))
        return self._answer(environ, start_response)

    def _page(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        script = path.startswith("/js/")
        kind = "text/javascript" if script else "text/html"
        body = (MODULES / path.removeprefix("/js/")).read_bytes() if script else b"<title>A page</title>"
        told = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Set-Cookie", "who=ana; Path=/")]
        start_response("200 OK", told)
        return [body]


@pytest.fixture
def door() -> Iterator[Door]:
    """The door, on a port of its own, over HTTP/1.1 that keeps connections."""
    door = Door()
    server = make_server("127.0.0.1", door.port, door, threaded=True)
    server.RequestHandlerClass.protocol_version = "HTTP/1.1"  # type: ignore[attr-defined]
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield door
    server.shutdown()
    serving.join(10)
    server.server_close()


def test_each_post_of_a_page_comes_over_a_connection_of_its_own(chromium: Browser, door: Door) -> None:
    page = chromium.new_context().new_page()
    page.goto(f"http://127.0.0.1:{door.port}/")
    page.evaluate(TWO_POSTS)
    assert len(door.bare) == 2
    assert len(set(door.bare)) == 2, "two posts, two ports"
    assert not set(door.bare) & door.known, "and none that knows who comes"
    assert door.cookies[-1] == "who=ana"
