"""deploy/nginx.conf in a real nginx: a session's people land on one process, and nothing is written down."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from circle.domain.quiet import BODY_BYTES
from circle.simulate.browser import Address, Browser
from tests.cluster.nginx import Nginx, behind_nginx
from tests.cluster.pair import Pair, lines_to
from tests.live.house import eventually
from tests.live.nest import Nest
from tests.simulate.watcher import Recorder

MEETINGS = [secrets.token_urlsafe(16) for _ in range(24)]
CLAIMED = "203.0.113.77"


class Backend(ThreadingHTTPServer):
    """Answers everything with its name, and remembers what it was sent."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.name, self.got, self.lacks = name, [], ""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    got: list[tuple[str, dict[str, str]]]

    def close(self) -> None:
        """Nobody answers here any more."""
        self.shutdown()
        self.server_close()


class _Answering(BaseHTTPRequestHandler):
    server: Backend
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append((self.path, headers))
        missing = self.server.lacks and self.server.lacks in self.path
        body = self.server.name.encode()
        self.send_response(404 if missing else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_what: Any) -> None:
        """Nothing."""


class Asking:
    """A visitor of nginx."""

    def __init__(self, nginx: Nginx) -> None:
        self.nginx = nginx
        self.http = requests.Session()
        self.http.trust_env, self.http.verify = False, str(nginx.certificate)

    def get(self, path: str, **more: Any) -> requests.Response:
        """A page."""
        return self.http.get(self.nginx.url + path, timeout=10, **more)

    def where(self, path: str) -> str:
        """Which process answers."""
        answer = self.get(path)
        assert answer.ok, (path, answer.status_code)
        return answer.text


@pytest.fixture
def backends() -> Iterator[tuple[Backend, Backend]]:
    """Two processes."""
    two = Backend("one"), Backend("other")
    yield two
    for backend in two:
        backend.close()


@pytest.fixture
def asking(tmp_path: Path, backends: tuple[Backend, Backend]) -> Iterator[Asking]:
    """A visitor of nginx before those."""
    with behind_nginx(tmp_path, [backend.server_port for backend in backends]) as nginx:
        yield Asking(nginx)


def paths_of(meeting: str) -> list[str]:
    """What the people of a session ask for."""
    return [
        f"/meet/{meeting}",
        f"/live/{meeting}/snapshot",
        f"/quiet/{meeting}/post",
        f"/socket.io/?at={meeting[:2]}&EIO=4&transport=websocket",
        f"/socket.io/?EIO=4&transport=websocket&at={meeting[:2]}",
    ]


def test_a_sessions_people_land_on_one_process_and_sessions_on_both(asking: Asking) -> None:
    landed = {meeting: {asking.where(path) for path in paths_of(meeting)} for meeting in MEETINGS}
    assert all(len(places) == 1 for places in landed.values()), landed
    assert {place for places in landed.values() for place in places} == {"one", "other"}
    assert {asking.where("/tonight") for _ in range(24)} == {"one", "other"}, "and everything else anywhere"


def test_whoever_is_gone_is_passed_over_and_the_others_stay(
    asking: Asking, backends: tuple[Backend, Backend]
) -> None:
    before = {meeting: asking.where(f"/meet/{meeting}") for meeting in MEETINGS}
    backends[0].close()
    after = {meeting: asking.where(f"/live/{meeting}/ticket") for meeting in MEETINGS}
    assert set(after.values()) == {"other"}
    assert "one" in before.values()
    assert asking.nginx.written().count(b"connect()") == 0, "with whose address that would be logged"


def test_addresses_are_ours_alone_and_none_goes_to_the_quiet_address(
    asking: Asking, backends: tuple[Backend, Backend]
) -> None:
    claim = {"X-Forwarded-For": CLAIMED, "X-Real-IP": CLAIMED}
    asking.get("/tonight", headers=claim)
    answer = asking.http.post(
        f"{asking.nginx.url}/quiet/{MEETINGS[0]}/post", data=b"x" * BODY_BYTES, headers=claim, timeout=10
    )
    assert answer.headers["Connection"] == "close", "no second post over it"
    got = {path: headers for backend in backends for path, headers in backend.got}
    page, post = got["/tonight"], got[f"/quiet/{MEETINGS[0]}/post"]
    assert page["x-forwarded-for"] == "127.0.0.1"
    assert page["x-forwarded-proto"] == post["x-forwarded-proto"] == "https"
    assert "x-forwarded-for" not in post
    assert "127.0.0.1" not in post.values()


def test_nothing_of_a_quiet_post_is_written_down_even_when_nobody_takes_it(
    asking: Asking, backends: tuple[Backend, Backend]
) -> None:
    body = (b"MARKER " * BODY_BYTES)[:BODY_BYTES]
    address, verify = f"{asking.nginx.url}/quiet/{MEETINGS[0]}/post", asking.http.verify
    assert asking.http.post(address, data=body, timeout=10).ok
    for backend in backends:
        backend.close()
    answer = requests.post(address, data=body, verify=verify, timeout=10)
    assert answer.status_code == requests.codes.bad_gateway
    too_long = requests.post(address, data=body * 4, verify=verify, timeout=10)
    assert too_long.status_code == requests.codes.request_entity_too_large
    assert asking.get("/tonight").status_code == requests.codes.bad_gateway
    written = asking.nginx.written()
    for trace in (b"127.0.0.1", b"quiet", b"MARKER", MEETINGS[0].encode()):
        assert trace not in written


def test_nothing_is_written_down_when_it_has_more_to_do_than_it_can(
    tmp_path: Path, backends: tuple[Backend, Backend]
) -> None:
    """Two places that listen, one person, and no connection left for asking a process."""
    with behind_nginx(tmp_path, [backend.server_port for backend in backends], connections=3) as nginx:
        answer = Asking(nginx).get(f"/meet/{MEETINGS[0]}")
        assert answer.status_code >= requests.codes.internal_server_error
        for trace in (b"127.0.0.1", MEETINGS[0].encode()):
            assert trace not in nginx.written()


def test_nobody_from_outside_is_told_how_it_goes(asking: Asking, backends: tuple[Backend, Backend]) -> None:
    for path in ("/readyz", "/readyz?without=worker", "/metrics"):
        answer = asking.get(path)
        assert answer.status_code == requests.codes.not_found
        assert answer.headers["Server"] == "nginx", "without its version"
    assert not [got for backend in backends for got in backend.got]
    assert asking.get("/healthz").ok


def test_a_file_that_one_process_does_not_have_yet_is_asked_of_the_other(
    asking: Asking, backends: tuple[Backend, Backend]
) -> None:
    backends[0].lacks = "/static/new/"
    assert {asking.where("/static/new/room.js") for _ in range(8)} == {"other"}
    backends[1].lacks = "/static/new/"
    assert asking.get("/static/new/room.js").status_code == requests.codes.not_found


def test_the_room_through_nginx_and_past_a_process_that_is_killed(
    postgres_url: str, redis_server: str, empty_redis: redis.Redis, tmp_path: Path, nest: Nest | None
) -> None:
    pair = Pair(tmp_path, postgres_url, redis_server, nest=nest)
    with ExitStack() as running:
        nginx = running.enter_context(behind_nginx(tmp_path / "nginx", [s.port for s in pair.servers]))
        for server in pair.servers:
            server.environment |= {"CIRCLE_ORIGINS": nginx.url, "CIRCLE_PROXIES": "1"}
        running.callback(pair.stop)
        pair.start()
        address = Address(f"https://localhost:{nginx.port}", nginx.url, nginx.certificate)
        host, friend = Browser(address), Browser(address)
        door = pair.servers[0].door
        tonight = host.press(host.open("/signin/link/" + pair.servers[0].sign_in.rsplit("/", 1)[-1]))
        assert tonight.path == "/tonight"
        meeting = friend.come_in(door, "Rowan")
        line = Recorder(friend, meeting)
        line.open()
        (serving,) = [server for server in pair.servers if lines_to(server.port)]
        assert line.screen.me["place"] == "waiting"
        serving.kill()
        eventually("the page notices", lambda: not line.is_up)
        line.open()
        (other,) = [server for server in pair.servers if server is not serving]
        assert lines_to(other.port) == 1
        assert line.screen.me["place"] == "waiting"
        assert friend.post_unseen(meeting, b"x" * BODY_BYTES) is False, "refused by the app, which reads it"
        line.drop()
        for browser in (host, friend):
            browser.close()
        for trace in (b"127.0.0.1", meeting.encode(), door.encode()):
            assert trace not in nginx.written()
