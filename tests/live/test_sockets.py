"""Real websockets: who gets in, what gets through, and who is cut off."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refused

from circle.domain import commands as c
from circle.live.connections import CONNECTIONS_MAX
from circle.services.conduct import Conduct
from circle.services.ready import ready_prompts
from circle.services.tickets import LIFE
from circle.store.models import AuditRow, ShareRow, WordRow
from tests.domain.scene import GOODBYE, ROUND, WORD
from tests.domain.test_permissions import HOST_ONLY, TICKER_ONLY
from tests.live.house import PATIENCE_S, House, Phone, eventually, open_house
from tests.live.test_wire import GOOD
from tests.sitting import ANA, BO, CO, CY, DI, HOST, MEETING, STRANGER

STAGGER_S = 0.006  # between two things that happen at nearly the same time
pytestmark = pytest.mark.servers


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A word is asked; nobody is connected yet."""
    with open_house(tmp_path, WORD, ROUND, GOODBYE) as house:
        yield house


def refusal(phone: Phone, auth: object = None, **more: Any) -> Any:
    """Why this phone is not let in."""
    with pytest.raises(Refused):
        phone.connect(auth, **more)
    assert not phone.socket.connected
    return phone.refusals[-1] if phone.refusals else None


def at_once(*calls: Any) -> list[Any]:
    """Run the calls in threads that start together; their answers in order."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at: int) -> None:
        barrier.wait()
        answers[at] = calls[at]()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return answers


# -- getting in ---------------------------------------------------------------------------------------
def test_another_origin_is_refused(house: House) -> None:
    phone = Phone(house, ANA)
    phone.socket = socketio.Client(
        reconnection=False, websocket_extra_options={"origin": "https://evil.example"}
    )
    refusal(phone)
    assert house.tickets.redeem(phone.ticket) is not None, "the ticket was not even looked at"


def test_polling_is_refused(house: House) -> None:
    for method in ("get", "post"):
        answer = requests.request(
            method, f"{house.url}/socket.io/?EIO=4&transport=polling", timeout=PATIENCE_S
        )
        assert answer.status_code == 400
        assert "sid" not in answer.text


def test_lines_are_not_compressed(house: House) -> None:
    """Compressed lengths would tell what padding hides."""
    with socket.create_connection(("127.0.0.1", house.port), PATIENCE_S) as line:
        line.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n"
            f"Origin: {house.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
        )
        head = line.recv(4096).decode("latin-1").split("\r\n\r\n")[0]
    assert head.startswith("HTTP/1.1 101")
    assert "extensions" not in head.lower()


NO_TICKETS = [
    ({}, "reload_please"),
    ({"ticket": "t"}, "reload_please"),
    ({"v": 2, "ticket": "t"}, "reload_please"),
    ({"v": "1", "ticket": "t"}, "reload_please"),
    ({"v": 1}, "invalid"),
    ({"v": 1, "ticket": 7}, "invalid"),
    ({"v": 1, "ticket": ""}, "ticket_old"),
    ({"v": 1, "ticket": "made-up"}, "ticket_old"),
    ({"v": 1, "ticket": "made-up", "role": "host"}, "invalid"),
]


def test_without_a_good_ticket_nobody_gets_in(house: House) -> None:
    phones = [Phone(house, ANA) for _ in NO_TICKETS]
    tries = [partial(refusal, phone, auth) for phone, (auth, _) in zip(phones, NO_TICKETS, strict=True)]
    assert [found["message"] for found in at_once(*tries)] == [code for _, code in NO_TICKETS]


def test_a_ticket_works_once_and_for_a_minute(house: House) -> None:
    first = house.phone(ANA)
    assert refusal(Phone(house, ANA, first.ticket))["message"] == "ticket_old"
    late = Phone(house, BO)
    house.clock.advance(LIFE.total_seconds())
    assert refusal(late)["message"] == "ticket_old"
    assert first.ask("beat", {}) == {"ok": True}


def test_a_ticket_without_a_place_in_the_session_leads_nowhere(house: House) -> None:
    tries = [partial(refusal, Phone(house, who)) for who in (DI, STRANGER, "nobody")]
    assert [found["message"] for found in at_once(*tries)] == ["not_found"] * 3


def test_other_namespaces_are_closed(house: House) -> None:
    phone = Phone(house, HOST)
    refusal(phone, namespaces=["/facilitator"], wait_timeout=2)
    assert house.tickets.redeem(phone.ticket) is not None


def test_pages_of_one_person_are_limited(house: House) -> None:
    pages = [house.phone(ANA) for _ in range(CONNECTIONS_MAX)]
    assert refusal(Phone(house, ANA))["message"] == "too_many"
    pages[0].hang_up()
    eventually("a page is forgotten", lambda: _can_connect(house, ANA))


def _can_connect(house: House, who: str) -> bool:
    try:
        house.phone(who)
    except Refused:
        return False
    return True


# -- what gets through --------------------------------------------------------------------------------
def test_words_reach_the_others_as_they_see_them(house: House) -> None:
    ana, bo, host = house.phone(ANA), house.phone(BO), house.phone(HOST)
    for phone in (ana, bo, host):
        phone.snapshot()
    assert ana.command("say", {"step": "word", "text": "tired"}) == {"ok": True, "kept": True}
    for phone, audience in ((bo, "room"), (host, "hosts")):
        eventually("the words arrive", lambda phone=phone: bool(_said(phone)))
        assert _said(phone) == [(audience, "tired")]
    assert ana.command("whisper", {"text": "a private word"})["ok"]
    eventually("the host hears", lambda: "a private word" in str(host.heard))
    assert "a private word" not in str(bo.heard)
    sids = [phone.socket.sid for phone in (ana, bo, host)]
    assert not [sid for sid in sids if sid in str([ana.heard, bo.heard, host.heard, bo.snapshot()])]


def _said(phone: Phone) -> list[tuple[str, str]]:
    """Audience and text of every word a page was told; who comes and goes is told to it as well."""
    return [
        (message["audience"], change["item"]["text"])
        for message in phone.heard
        for change in message["changes"]
        if "text" in change.get("item", {})
    ]


def test_refusals_are_kind_and_name_the_field(house: House) -> None:
    ana = house.phone(ANA)
    ack = ana.command("say", {"step": "word", "text": 5, "seat": BO})
    assert ack["error"]["code"] == "invalid"
    assert ack["error"]["fields"] == {"text": "invalid", "seat": "invalid"}
    assert ack["error"]["message"] == house.hub.library.refusals["invalid"]
    for sent in ((), ("words",), (1, 2, 3), ([],), ({"command_id": "x"},)):
        ack = ana.ask("command", *sent)
        assert (ack["ok"], ack["error"]["code"]) == (False, "invalid")
    assert ana.ask("status", {"status": "asleep"})["error"]["code"] == "invalid"
    assert ana.command("say", {"step": "word", "text": "x" * 4001})["error"]["code"] == "too_long"
    assert ana.command("dance")["error"]["code"] == "unknown_command"
    assert house.rows(ShareRow) == []


def test_a_fault_of_ours_is_said_kindly_and_logged_without_words(
    house: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fault(*_args: object, **_more: object) -> None:
        raise RuntimeError("could not store WORDS-OF-ANA")

    monkeypatch.setattr(Conduct, "speak", fault)
    ack = house.phone(ANA).command("say", {"step": "word", "text": "WORDS-OF-ANA"})
    assert ack["error"] == {
        "code": "our_side",
        "message": house.hub.library.refusals["our_side"],
        "fields": {},
    }
    printed = "".join(capfd.readouterr())
    assert "WORDS-OF-ANA" not in printed


def test_a_member_calls_every_event_of_hosts(house: House) -> None:
    before = house.meeting
    phones = [house.phone(ANA)]
    calls = 0
    for name in [
        *map(c.wire_name, (*HOST_ONLY, *TICKER_ONLY)),
        "set_aside",
        "set_line_aside",
        "answer_whisper",
    ]:
        data = {"add_seat": {"name": "Theo"}, "insert_step": {"prompt": _ready(house)}}.get(name)
        data = GOOD.get(name, ({}, None))[0] if data is None else data
        ack = phones[0].command(name, data, seq=before.moves)
        ticker = name in map(c.wire_name, TICKER_ONLY)
        assert ack["error"]["code"] == ("unknown_command" if ticker else "not_allowed"), name
        calls += not ticker
    assert house.meeting == before
    assert house.rows(WordRow) == []
    assert [row.actor_id for row in house.rows(AuditRow) if row.action == "refused"] == [ANA] * calls


def _ready(house: House) -> str:
    return ready_prompts(house.hub.library)[0][0]


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("message", {"run": "x", "audience": "room", "seq": 1, "changes": []}),
        ("disconnect_everybody", {}),
        ("command", b"\x00\xff"),
        ("command", {"name": "whisper", "data": {"text": b"\x00"}}),
    ],
)
def test_what_no_page_of_ours_sends_ends_the_line(house: House, event: str, data: object) -> None:
    ana, bo = house.phone(ANA), house.phone(BO)
    ana.socket.emit(event, data)
    assert ana.cut.wait(PATIENCE_S)
    assert bo.ask("beat", {}) == {"ok": True}
    assert bo.heard == []


# -- too much -----------------------------------------------------------------------------------------
def test_a_frame_of_more_than_64_kilobytes_ends_the_line_and_nothing_else(house: House) -> None:
    ana, bo = house.phone(ANA), house.phone(BO)
    ana.socket.emit(
        "command", {"command_id": str(uuid4()), "name": "whisper", "data": {"text": "x" * 70_000}}
    )
    assert ana.cut.wait(PATIENCE_S)
    assert bo.ask("beat", {}) == {"ok": True}
    assert house.rows(WordRow) == []
    assert house.phone(ANA).ask("beat", {}) == {"ok": True}, "the person may come back"


def test_the_longest_words_fit_into_a_frame(house: House) -> None:
    ack = house.phone(ANA).command("say", {"step": "word", "text": "\U0001f600" * 4000, "summary": True})
    assert ack == {"ok": True, "kept": True}


def test_a_flood_is_slowed_for_the_one_who_floods(house: House) -> None:
    ana, bo = house.phone(ANA), house.phone(BO)
    codes = Counter(ana.ask("beat", {}).get("error", {}).get("code", "ok") for _ in range(90))
    assert codes["ok"] == 60
    assert codes["too_many"] == 30
    assert house.phone(ANA).ask("beat", {})["error"]["code"] == "too_many", "another tab is the same person"
    assert bo.ask("beat", {}) == {"ok": True}
    assert not ana.cut.is_set()


# -- cut off ------------------------------------------------------------------------------------------
def test_a_removed_person_is_cut_off_and_the_room_goes_on(house: House) -> None:
    host, ana, bo = house.phone(HOST), house.phone(ANA), house.phone(BO)
    second = house.phone(ANA)
    assert host.command("remove", {"seat": ANA, "reason": "unkind"})["ok"]
    assert ana.cut.wait(2)
    assert second.cut.wait(2)
    heard = len(ana.heard)
    assert bo.command("say", {"step": "word", "text": "SAID-AFTER"})["ok"], "the room is not locked up"
    assert "SAID-AFTER" not in str(ana.heard)
    assert len(ana.heard) == heard
    assert ana.heard[-1]["changes"][0]["item"]["place"] == "removed"
    assert refusal(Phone(house, ANA))["message"] == "not_found"


def test_leaving_is_answered_or_cut_and_the_room_goes_on(house: House) -> None:
    ana, bo = house.phone(ANA), house.phone(BO)
    ana.socket.emit("command", {"command_id": str(uuid4()), "name": "leave_seat", "data": {}})
    assert ana.cut.wait(2)
    assert bo.command("say", {"step": "word", "text": "SAID-AFTER"})["ok"]


def test_signed_out_everywhere_is_cut_off(house: House) -> None:
    co, bo = house.phone(CO), house.phone(BO)
    house.hub.conduct.revoke(CO)
    assert co.cut.wait(2)
    assert bo.ask("beat", {}) == {"ok": True}


def test_a_page_that_goes_is_seen_by_hosts(house: House) -> None:
    host, ana = house.phone(HOST), house.phone(ANA)

    def connected() -> bool:
        return bool(host.snapshot()["hosts"]["people"][ANA]["connected"])

    assert connected()
    ana.hang_up()
    eventually("the host sees it", lambda: not connected())


def test_a_line_found_dead_in_the_middle_of_a_change_keeps_nobody_waiting(house: House) -> None:
    """The library looks whether a line answers while it sends to it, and tells us there and then."""
    host, ana = house.phone(HOST), house.phone(ANA)
    lines = house.app.extensions["circle.socketio"].server.eio.sockets
    dead = next(iter(lines.values()))  # the host's: it came first
    dead.last_ping = 1.0  # a ping that was never answered
    host.socket.emit("beat", {}, callback=print)  # what is asked for is sent, and it is noticed
    assert ana.command("ask_slower")["ok"], "hosts are told, and the host's line is found dead"
    assert ana.command("ask_pause")["ok"]
    assert host.cut.wait(5)
    eventually("it is noticed", lambda: not house.hub.conduct.presence.of(MEETING)[HOST].connected)


# -- at once ------------------------------------------------------------------------------------------
def test_two_hosts_press_next_at_once(house: House) -> None:
    host, co = house.phone(HOST), house.phone(CO)
    for _ in range(2):
        seq = house.meeting.moves
        acks = at_once(*(partial(phone.command, "next", seq=seq) for phone in (host, co)))
        assert sorted(str(ack.get("error", {}).get("code", "ok")) for ack in acks) == ["ok", "stale"]
        kind = next(ack["error"]["message"] for ack in acks if not ack["ok"])
        assert kind == house.hub.library.refusals["stale"]
        assert house.meeting.moves == seq + 1


def test_let_in_while_connecting_listens_in_the_room(house: House) -> None:
    """Whichever comes first, the page ends up where its person is."""
    host, bo = house.phone(HOST), house.phone(BO)
    for number in range(6):
        house.do(DI, c.TakeSeat(DI, "Di"))
        di = Phone(house, DI)
        at_once(di.connect, partial(staggered, number, partial(host.command, "admit", {"seat": DI})))
        assert "room" in di.snapshot()
        assert bo.command("say", {"step": "word", "text": f"welcome {number}"})["ok"]
        eventually("Di hears it", lambda di=di, n=number: f"welcome {n}" in str(di.heard))
        di.socket.emit("beat", {})  # on its way while the person is removed
        assert host.command("remove", {"seat": DI})["ok"]
        assert di.cut.wait(2)
        house.do(HOST, c.Readmit(DI))


def test_removed_while_connecting_hears_nothing(house: House) -> None:
    host, bo = house.phone(HOST), house.phone(BO)
    for number in range(6):
        phone = Phone(house, CY)
        remove = partial(host.command, "remove", {"seat": CY})
        at_once(partial(_try, phone), partial(staggered, number, remove))
        assert bo.command("say", {"step": "word", "text": f"SAID-AFTER {number}"})["ok"]
        assert f"SAID-AFTER {number}" not in str(phone.heard)
        eventually("Cy is cut off", lambda p=phone: not p.socket.connected)
        house.do(HOST, c.Readmit(CY))
        house.do(CY, c.TakeSeat(CY, "Cy"))
        house.do(HOST, c.Admit(CY))
    presence = house.hub.conduct.presence.of(MEETING).get(CY)
    assert presence is None or not presence.connected


def staggered(number: int, call: Callable[[], Any]) -> None:
    """A little later each time, so that each of the two comes first now and then."""
    sleep(number * STAGGER_S)
    call()


def _try(phone: Phone) -> None:
    try:
        phone.connect()
    except Refused:
        assert phone.refusals[-1]["message"] in ("not_found", "ticket_old")
