"""One websocket, the server's end: what a reader gets who stops reading, and what nobody else feels of it."""

from __future__ import annotations

import gc
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, Message, Ping, Pong, TextMessage

from circle.live import lines
from circle.live.lines import BACKLOG_MAX, FRAME_MAX, PARTS_MAX, Line, NoHandshake, frame_of

UPGRADE = {
    "HTTP_HOST": "localhost",
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
    "HTTP_SEC_WEBSOCKET_EXTENSIONS": "permessage-deflate",
}


def in_background(work: object) -> None:
    """As the Socket.IO library does it without gevent."""
    threading.Thread(target=work, daemon=True).start()  # type: ignore[arg-type]


@dataclass
class Ends:
    """Both ends of a line, with hands shaken."""

    line: Line
    page: socket.socket
    greeting: bytes

    def heard(self) -> Iterator[str]:
        """The text messages the page gets, until the end. Bytes that are no stream are a ProtocolError."""
        reader, parts = Connection(ConnectionType.CLIENT), []
        while data := self._recv():
            reader.receive_data(data)
            for event in reader.events():
                assert isinstance(event, (TextMessage, Pong)), event
                if isinstance(event, Pong):
                    yield "PONG"
                    continue
                parts.append(event.data)
                if event.message_finished:
                    yield "".join(parts)
                    parts = []

    def say(self, *events: Message | Ping) -> None:
        """From the page."""
        writer = Connection(ConnectionType.CLIENT)
        for event in events:
            self.page.sendall(writer.send(event))

    def _recv(self) -> bytes:
        try:
            return self.page.recv(65_536)
        except ConnectionResetError:
            return b""


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, page = socket.socketpair()
    line = Line(ours, in_background)
    line.shake_hands(dict(UPGRADE))
    page.settimeout(10)
    yield Ends(line, page, page.recv(4096))
    page.close()
    line.cut()
    ours.close()


def test_no_extension_is_agreed_to(ends: Ends) -> None:
    """Compressed lengths tell what padding hides."""
    assert ends.greeting.startswith(b"HTTP/1.1 101")
    assert b"extensions" not in ends.greeting.lower()


def test_what_is_no_handshake_is_refused() -> None:
    ours, page = socket.socketpair()
    with ours, page, pytest.raises(NoHandshake):
        Line(ours, in_background).shake_hands({"HTTP_HOST": "localhost"})


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_is_what_the_library_would_write(size: int) -> None:
    text = "ü" * (size // 2) + "x" * (size % 2)
    assert frame_of(text) == Connection(ConnectionType.SERVER).send(TextMessage(data=text))


# -- what goes out ------------------------------------------------------------------------------------
def test_whoever_reads_late_gets_everything_whole_and_in_order(ends: Ends) -> None:
    """More than the kernel takes: the rest waits in the backlog, and follows."""
    texts = [f"{at} " + "x" * 60_000 for at in range(15)]
    for text in texts:
        began = time.monotonic()
        ends.line.send(frame_of(text))
        assert time.monotonic() - began < 5, "nobody waits for a reader"
    time.sleep(0.3)
    heard = ends.heard()
    assert [next(heard) for _ in texts] == texts
    ends.line.send(frame_of("and on"))
    assert next(heard) == "and on"


def test_whoever_never_reads_is_cut_off_and_what_they_got_is_whole(ends: Ends) -> None:
    for at in range(200):
        ends.line.send(frame_of(f"{at} " + "x" * 60_000))
    heard = list(ends.heard())
    assert [text.split()[0] for text in heard] == [str(at) for at in range(len(heard))]
    assert len(heard) * 60_000 < BACKLOG_MAX + 1_000_000, "the rest was let go"
    ends.line.send(frame_of("nobody listens"))  # and this is no fault


def test_whoever_stands_still_for_long_is_cut_off(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "STALL_S", 0.2)
    for _ in range(10):
        ends.line.send(frame_of("x" * 60_000))
    time.sleep(0.3)
    ends.line.send(frame_of("a sign of life"))
    began = time.monotonic()
    assert list(ends.line.messages()) == [], "the reading end hears that it is over"
    assert time.monotonic() - began < 5


def test_a_goodbye_comes_after_everything_before_it(ends: Ends) -> None:
    texts = ["x" * 60_000 for _ in range(10)]
    for text in texts:
        ends.line.send(frame_of(text))
    ends.line.put(None)
    assert list(ends.heard()) == texts


def test_a_goodbye_to_somebody_who_does_not_read_ends_as_well(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "STALL_S", 0.2)
    for _ in range(10):
        ends.line.send(frame_of("x" * 60_000))
    ends.line.put(None)
    assert list(ends.line.messages()) == []


def test_many_threads_write_whole_frames(ends: Ends) -> None:
    def write(who: int) -> None:
        for at in range(100):
            ends.line.send(frame_of(f"{who}:{at}:" + "y" * (at * 7)))

    writers = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for writer in writers:
        writer.start()
    heard = ends.heard()
    got = [next(heard).split(":")[:2] for _ in range(400)]
    for who in range(4):
        assert [int(at) for name, at in got if name == str(who)] == list(range(100))


# -- what comes in ------------------------------------------------------------------------------------
def test_messages_come_whole_also_in_parts(ends: Ends) -> None:
    ends.say(TextMessage(data="one"), TextMessage(data="tw", message_finished=False), TextMessage(data="o"))
    messages = ends.line.messages()
    assert [next(messages), next(messages)] == ["one", "two"]


def test_whoever_sends_without_end_lets_others_have_their_turn() -> None:
    turns: list[float] = []
    ours, page = socket.socketpair()
    with ours, page:
        line = Line(ours, in_background, turns.append)
        line.shake_hands(dict(UPGRADE))
        writer, incoming = Connection(ConnectionType.CLIENT), line.messages()
        for number in range(3):  # each was there before it was looked for
            page.sendall(writer.send(TextMessage(data=f"{number}")))
            assert (next(incoming), len(turns)) == (f"{number}", number + 1)
        late = threading.Timer(0.2, lambda: page.sendall(writer.send(TextMessage(data="late"))))
        late.start()
        assert next(incoming) == "late"
        assert len(turns) == 3  # waiting is a turn of the others already


def test_what_read_a_line_is_gone_with_it_without_the_collector() -> None:
    """That looks so seldom that every page which comes and goes would leave something behind."""
    ours, page = socket.socketpair()
    with ours, page:
        line = Line(ours, in_background)
        line.shake_hands(dict(UPGRADE))
        page.sendall(Connection(ConnectionType.CLIENT).send(TextMessage(data="on")))
        reading = line.messages()
        assert next(reading) == "on"
        assert line._ws is not None
        reader = weakref.ref(line._ws._proto)
        gc.disable()
        try:
            page.close()
            assert list(reading) == []
            del line, reading
            assert reader() is None
        finally:
            gc.enable()


def test_a_ping_is_answered(ends: Ends) -> None:
    ends.say(Ping(payload=b"p"), TextMessage(data="on"))
    assert next(ends.line.messages()) == "on"
    assert next(ends.heard()) == "PONG"


def test_a_message_that_never_ends_is_not_kept(ends: Ends) -> None:
    def pour() -> None:
        part = TextMessage(data="x" * 8192, message_finished=False)
        try:
            for _ in range(2 * FRAME_MAX // 8192):
                ends.say(part)
        except OSError:
            return

    pouring = threading.Thread(target=pour)
    pouring.start()
    assert list(ends.line.messages()) == []
    ends.line.cut()
    pouring.join(5)


def test_bytes_end_the_line(ends: Ends) -> None:
    ends.say(TextMessage(data="one"), BytesMessage(data=b"\0"), TextMessage(data="two"))
    assert list(ends.line.messages()) == ["one"]


def test_noise_ends_the_line(ends: Ends) -> None:
    ends.say(TextMessage(data="one"))
    ends.page.sendall(b"\xff" * 64)
    assert list(ends.line.messages()) == ["one"]


@pytest.mark.parametrize(
    ("first", "part"),
    [(b"", b"\x81\x81\0\0\0\x003"), (b"\x01\x80\0\0\0\0", b"\x00\x80\0\0\0\0"), (b"", b"\x89\x80\0\0\0\0")],
    ids=["signs of life", "empty parts", "pings"],
)
def test_many_small_frames_end_the_line(ends: Ends, first: bytes, part: bytes) -> None:
    """Nobody counts them further in, and a megabyte of them is a second of work."""
    threading.Thread(target=ends.page.sendall, args=(first + part * (2 * PARTS_MAX),), daemon=True).start()
    assert len(list(ends.line.messages())) <= PARTS_MAX
