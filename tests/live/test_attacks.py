"""What somebody who means harm sends to a real server, and what comes of it.

Each test is an attack that worked once. All of it stays on this machine's own loopback.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import pytest
import requests
import websocket

from circle.live import gate
from circle.live.gate import FRAMES_MAX
from circle.live.wire import FRAME_MAX
from circle.simulate.browser import Browser
from tests.live.house import House, open_house
from tests.live.server import Server, running
from tests.simulate.watcher import Recorder, address_of, join, sign_in
from tests.sitting import ANA, BO, HOST

pytestmark = pytest.mark.servers
CANARY = "WORDS-OF-A-MEMBER"
TEXT, CONTINUED, LAST = websocket.ABNF.OPCODE_TEXT, websocket.ABNF.OPCODE_CONT, 1


class Wire:
    """A bare websocket that sends whatever it likes; closed after the test."""

    opened: ClassVar[list[websocket.WebSocket]] = []

    def __init__(self, port: int, ticket: str = "", host: str = "localhost") -> None:
        self.socket = websocket.WebSocket()
        self.opened.append(self.socket)
        self.socket.connect(
            f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
            host=f"{host}:{port}",
            origin=f"http://{host}:{port}",
            timeout=10,
        )
        self.socket.recv()
        if ticket:
            self.send("40" + json.dumps({"v": 1, "ticket": ticket}))

    def send(self, frame: str) -> None:
        """One frame of text."""
        self.socket.send(frame)

    def part(self, text: str, opcode: int = CONTINUED, last: int = 0) -> None:
        """One part of a message."""
        self.socket.send_frame(websocket.ABNF.create_frame(text, opcode, last))

    def heard(self, seconds: float = 0.7) -> list[str]:
        """What arrives until the line is quiet for so long, or ends."""
        self.socket.settimeout(seconds)
        frames = []
        with suppress(websocket.WebSocketException, OSError):
            while frame := self.socket.recv():
                frames.append(str(frame))
        return frames

    def is_cut(self, within: float = 5) -> bool:
        """Whether the server hangs up within so many seconds of silence."""
        self.socket.settimeout(within)
        try:
            while self.socket.recv():
                pass
        except websocket.WebSocketTimeoutException:
            return False
        except (websocket.WebSocketException, OSError):
            return True
        return True


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    """Leave no wire open."""
    yield
    while Wire.opened:
        Wire.opened.pop().shutdown()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The app in this process; the first step is on."""
    with open_house(tmp_path) as house:
        yield house


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo circle on its Thursday, as `circle run` serves it."""
    with running(tmp_path_factory.mktemp("attacked")) as server:
        yield server


@pytest.fixture(scope="module")
def desk(server: Server) -> Iterator[Recorder]:
    """Mira's desk; the door is open."""
    browser = sign_in(server)
    meeting = _one(server, "SELECT id FROM meetings")
    browser.open(f"/meet/{meeting}")
    line = Recorder(browser, meeting)
    line.open()
    assert line.command("open_door", {})["ok"]
    yield line
    line.close()
    browser.close()


def seated(server: Server, desk: Recorder, name: str) -> Recorder:
    """Somebody at the table."""
    token = _one(server, "SELECT door_token FROM circles")
    member = join(server, f"/c/{token}", name)
    assert desk.command("admit_all", {})["ok"]
    member.wait("a chair", lambda screen: "step" in screen.stage)
    return member


def _one(server: Server, query: str) -> str:
    with sqlite3.connect(server.folder / "data" / "circle.sqlite") as db:
        return str(db.execute(query).fetchone()[0])


# -- staying where one is not welcome -----------------------------------------------------------------
def test_a_page_that_feigns_its_end_hears_nothing_more(house: House) -> None:
    wire = Wire(house.port, house.ticket(ANA), "127.0.0.1")
    assert any(frame.startswith("40") for frame in wire.heard())
    wire.send('42["disconnect"]')  # ran our own handler once; the line went on listening, known to nobody
    assert wire.is_cut()


@pytest.mark.parametrize("name", ["connect", "disconnect", "message", "*", CANARY])
def test_events_pages_do_not_send_end_the_line(house: House, name: str) -> None:
    wire = Wire(house.port, house.ticket(ANA), "127.0.0.1")
    wire.send("42" + json.dumps([name, {"v": 1, "ticket": house.ticket(HOST)}]))
    assert wire.is_cut()


def test_one_line_is_one_person(house: House) -> None:
    wire = Wire(house.port, house.ticket(ANA), "127.0.0.1")
    wire.send("40" + json.dumps({"v": 1, "ticket": house.ticket(HOST)}))
    assert wire.is_cut()


def test_a_ticket_from_before_one_was_cut_off_opens_nothing(house: House) -> None:
    before = house.ticket(HOST)
    house.hub.conduct.revoke(HOST)
    assert Wire(house.port, before, "127.0.0.1").heard() == ['44{"message":"ticket_old"}']


def test_a_ticket_from_before_the_sign_out_opens_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        browser = sign_in(server)
        meeting = _one(server, "SELECT id FROM meetings")
        browser.open(f"/meet/{meeting}")
        ticket = browser.ticket(meeting)
        account = browser.open("/account")
        browser.http.post(f"{browser.address.base}/signout", data=account.hidden, timeout=10)
        browser.close()
        assert Wire(server.port, ticket).heard() == ['44{"message":"ticket_old"}']


# -- too much -----------------------------------------------------------------------------------------
def test_a_message_that_never_ends_is_ended(house: House) -> None:
    wire = Wire(house.port, host="127.0.0.1")
    wire.part("42", TEXT)
    with suppress(OSError):  # the server may be quicker than we are
        for _ in range(FRAME_MAX // 16_000 + 1):
            wire.part("x" * 16_000)
    assert wire.is_cut()


def test_a_message_in_a_few_parts_is_one_message(house: House) -> None:
    wire = Wire(house.port, house.ticket(ANA), "127.0.0.1")
    wire.heard()
    wire.part('420["be', TEXT)
    wire.part('at",{}', CONTINUED)
    wire.part("]", CONTINUED, LAST)
    assert '430[{"ok":true}]' in wire.heard()


def test_attachments_are_not_waited_for(house: House) -> None:
    wire = Wire(house.port, house.ticket(ANA), "127.0.0.1")
    wire.send('459999999-["command",{"_placeholder":true,"num":0}]')
    assert wire.is_cut()


def test_a_line_nobody_shows_a_ticket_on_is_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE_S", 0.5)
    nobody, refused = Wire(house.port, host="127.0.0.1"), Wire(house.port, "made-up", "127.0.0.1")
    somebody = Wire(house.port, house.ticket(ANA), "127.0.0.1")
    assert nobody.is_cut()
    assert refused.is_cut()
    assert not somebody.is_cut(within=1.5)


def test_a_flood_ends_the_line_and_the_others_are_answered(server: Server, desk: Recorder) -> None:
    ana, bo = seated(server, desk, "Ana"), seated(server, desk, "Bo")
    wire = Wire(server.port, ana.browser.ticket(desk.meeting_id))
    with suppress(OSError):
        for number in range(40 * FRAMES_MAX):
            wire.send(f'42{number % 10}["beat",{{}}]')
    before = time.monotonic()
    assert bo.ask("beat", {}) == {"ok": True}
    assert time.monotonic() - before < 4
    assert wire.is_cut()
    for member in (ana, bo):
        member.close()
        member.browser.close()


def test_the_slow_line_has_the_same_limits(server: Server, desk: Recorder) -> None:
    member = seated(server, desk, "Cy")
    member.close()
    room = member.browser.open(f"/meet/{desk.meeting_id}")
    headers = {"Accept": "application/json", "X-CSRFToken": room.data["csrf"]}

    def post(path: str, sent: dict[str, object]) -> requests.Response:
        url = f"{member.browser.address.base}/live/{desk.meeting_id}/{path}"
        return member.browser.http.post(url, json=sent, headers=headers, timeout=10)

    def whisper() -> dict[str, object]:
        return {"command_id": str(uuid4()), "name": "whisper", "data": {"text": "May I go?"}}

    # A window may end on the way; then the next one is full before it ends.
    assert any(post("command", whisper()).status_code == 429 for _ in range(81))
    answers = (post("ticket", {}) for _ in range(121))
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["code"] == "too_many"
    member.browser.close()


def test_words_of_one_person_come_at_the_pace_of_a_person(house: House) -> None:
    ana, bo = house.phone(ANA), house.phone(BO)
    codes = [ana.command("whisper", {"text": "x"}).get("error", {}).get("code") for _ in range(41)]
    assert codes[:40] == [None] * 40
    assert codes[40] == "too_many"
    assert ana.ask("beat", {}) == {"ok": True}
    assert bo.command("whisper", {"text": "x"})["ok"]


# -- what is logged -----------------------------------------------------------------------------------
GARBAGE = [
    CANARY,
    f"4{CANARY}",
    f"42{CANARY}",
    f'42["{CANARY}"]',
    f'42["command",{{"text":"{CANARY}"}}',
    f'42["command",{{"command_id":"{CANARY}","name":"{CANARY}","data":{{"text":"{CANARY}"}}}}]',
    f'451-["command","{CANARY}",{{"_placeholder":true,"num":5}}]',
    f"43{CANARY}",
    f"44{CANARY}",
    f"40/{CANARY},{{}}",
    f'4["{CANARY}"]',
    "42" + "[" * 60_000,
    "4" + "[" * 60_000,
    '42["command",1' + "0" * 5000 + "]",
    "4" + "1" * 5000,
    "",
    "49",
    "2probe",
]


def test_garbage_ends_in_silence(server: Server, desk: Recorder) -> None:
    """The library and the web server under it would print it, or the address it came from."""
    before = server.log
    for garbage in GARBAGE:
        for ticket in ("", desk.browser.ticket(desk.meeting_id)):
            wire = Wire(server.port, ticket)
            with suppress(OSError):
                wire.send(garbage)
                wire.socket.send_binary(garbage.encode())
            wire.heard(0.1)
            wire.socket.shutdown()
    assert desk.ask("beat", {}) == {"ok": True}
    printed = server.log.removeprefix(before)
    for mark in (CANARY, "Traceback", "REMOTE_ADDR", "127.0.0.1"):
        assert mark not in printed


def test_another_origin_is_refused(server: Server) -> None:
    for origin in ("http://evil.example", "null", f"{server.url}.evil.example"):
        wire = websocket.WebSocket()
        Wire.opened.append(wire)
        with pytest.raises(websocket.WebSocketBadStatusException, match="400"):
            wire.connect(
                f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket",
                host=f"localhost:{server.port}",
                origin=origin,
            )


# -- what an address tells ----------------------------------------------------------------------------
def test_the_address_of_a_room_tells_a_stranger_nothing(server: Server, desk: Recorder) -> None:
    """It stands in mails, which lie open to others; the door's address is the circle's to give."""
    stranger = Browser(address_of(server))
    token = _one(server, "SELECT door_token FROM circles")
    for path in ("", "/lines", "/notes", "/summary", "/summary/preview"):
        answer = stranger.http.get(
            f"{desk.browser.address.base}/meet/{desk.meeting_id}{path}", allow_redirects=False, timeout=10
        )
        assert token not in f"{answer.headers}{answer.text}"
        assert "Thursday circle" not in answer.text
        assert answer.status_code in (303, 404)
        assert answer.headers.get("Location", "/signin").startswith("/signin")
    stranger.close()
