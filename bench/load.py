"""A crowd of pages: raw Engine.IO 4 over websockets, from one thread and one epoll, so cheap that the
server stays what is measured. It checks that every share reaches everybody at its table once, nobody else.

A page says little: it opens, shows its ticket, asks for the room, beats, and answers signs of life. Frames of
a client are masked with zeros, which is allowed and costs nothing.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

# In every text that is shared, and in nothing else: table, number.
_MARK = b"~share-"
_HEADS = (0x81, 0x88, 0x89, 0x8A)  # whole messages of text, and the end, and signs of life
_GREETED, _SEATED = 0, 1
BEAT_HOST_S, BEAT_MEMBER_S = 5.0, 15.0  # as pages do (static/js/meeting/connection.js)
UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def marked(table: int, number: int, size: int, letter: str = "x") -> str:
    """A text of so many characters that can be told from every other."""
    return f"{_MARK.decode()}{table}-{number}~".ljust(size, letter)


def framed(text: bytes) -> bytes:
    """A client's text frame."""
    size = len(text)
    if size < 126:
        return bytes((0x81, 0x80 | size)) + b"\0\0\0\0" + text
    return b"\x81\xfe" + size.to_bytes(2) + b"\0\0\0\0" + text


def frames_in(buffer: bytearray) -> Iterator[bytes]:
    """The payloads of the whole frames at the beginning of the buffer, which keeps the rest.

    Raises ValueError for bytes that are no frame of a server of ours.
    """
    at, end = 0, len(buffer)
    while end - at >= 2:
        if buffer[at] not in _HEADS:
            raise ValueError(f"no frame begins with {buffer[at]:#x}")
        size, head = buffer[at + 1], 2
        if size == 126:
            size, head = int.from_bytes(buffer[at + 2 : at + 4]), 4
        elif size == 127:
            size, head = int.from_bytes(buffer[at + 2 : at + 10]), 10
        if end - at < head + size:
            break
        yield bytes(buffer[at + head : at + head + size])
        at += head + size
    del buffer[:at]


@dataclass(slots=True, eq=False)
class Person:
    """One page. auth: what it shows when it connects. joins: whether it asks for the room then. port: of the
    process it comes to.
    """

    table: int
    place: int
    auth: Callable[[], dict[str, Any]]
    joins: bool
    port: int
    sock: socket.socket | None = None
    state: int = _GREETED
    buffer: bytearray = field(default_factory=bytearray)
    seated_at: float = 0.0
    asked: int = 0  # number of the last answer asked for
    answers: dict[int, Callable[[Any], None]] = field(default_factory=dict)
    cut: bool = False


@dataclass(slots=True)
class _Share:
    sent_at: float
    left: int
    seen: int = 0  # one bit for each place


@dataclass
class Heard:
    """What a run came to. Times in seconds."""

    deliveries: int = 0
    shares: int = 0
    last: list[float] = field(default_factory=list)  # from the sending to the last screen
    doubled: int = 0
    astray: int = 0
    refused: list[str] = field(default_factory=list)
    seconds: float = 0.0
    lost: int = 0

    def at(self, part: float) -> float:
        """A percentile of `last`, in milliseconds."""
        ordered = sorted(self.last)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000 if ordered else float("nan")


class Crowd:
    """Everybody's pages. say: the event a share is, for this kind of server, as (name, data)."""

    def __init__(
        self,
        origin: str,
        say: Callable[[Person, str], tuple[str, Any]],
        size: int = 300,
    ) -> None:
        self._origin, self._say, self.size = origin, say, size
        self.letter = "x"
        self._epoll = select.epoll()
        self._by_fd: dict[int, Person] = {}
        self.tables: list[list[Person]] = []
        self._open: dict[tuple[int, int], _Share] = {}
        self._numbers: list[int] = []
        self.heard = Heard()
        self._when_full: Callable[[int], None] = lambda _table: None
        self._coming: set[Person] = set()
        self._cut_at_the_door: list[Person] = []
        self._beats: list[
            tuple[float, int, Person]
        ] = []  # a heap: when, a number that tells equals apart, who
        self._count = count()
        self.on_frame: Callable[[Person, bytes], None] | None = None

    # -- coming and going ------------------------------------------------------------------------------
    def seat(self, tables: list[list[Person]], *, at_once: int = 50, patience_s: float = 120) -> float:
        """Everybody connects, so many at a time; seconds until the last one is there. Raises TimeoutError."""
        self.tables = tables
        self._numbers = [0] * len(tables)
        return self.come([person for table in tables for person in table], at_once, patience_s)

    def come(self, people: list[Person], at_once: int, patience_s: float = 120) -> float:
        """These connect. Raises TimeoutError."""
        waiting, began = deque(people), time.monotonic()
        while waiting or self._coming:
            waiting.extend(self._cut_at_the_door)
            self._cut_at_the_door.clear()
            while waiting and len(self._coming) < at_once:
                self._open_line(waiting.popleft())
            self.look(0.05)
            if time.monotonic() - began > patience_s:
                raise TimeoutError(f"{len(waiting) + len(self._coming)} of {len(people)} did not get in")
        return time.monotonic() - began

    def stop_reading(self, person: Person) -> None:
        """The line stays open and nothing is taken from it."""
        assert person.sock is not None
        self._epoll.unregister(person.sock.fileno())

    def read_what_is_left(self, person: Person) -> int:
        """Until the line's end: how many messages stood there, each whole. Raises ValueError for one that is
        not.
        """
        assert person.sock is not None
        person.sock.settimeout(5)
        while True:
            try:
                data = person.sock.recv(262_144)
            except (ConnectionError, TimeoutError):
                data = b""
            if not data:
                break
            person.buffer += data
        messages = [frame for frame in frames_in(person.buffer) if frame.startswith(b"42")]
        for frame in messages:
            json.loads(frame[2:])
        del self._by_fd[person.sock.fileno()]
        person.sock.close()
        person.sock = None  # and does not beat any more
        return len(messages)

    def leave(self, people: list[Person]) -> None:
        """These hang up without a word."""
        for person in people:
            self._hang_up(person)

    def _open_line(self, person: Person) -> None:
        person.state, person.cut = _GREETED, False
        person.buffer.clear()
        person.sock = socket.create_connection(("127.0.0.1", person.port))
        person.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host = f"127.0.0.1:{person.port}"
        person.sock.sendall(UPGRADE.format(host=host, origin=self._origin).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += person.sock.recv(4096)
        head, _, rest = answer.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(head.decode())
        person.buffer += rest
        self._by_fd[person.sock.fileno()] = person
        self._coming.add(person)
        self._epoll.register(person.sock.fileno(), select.EPOLLIN)
        self._take(person)

    def _hang_up(self, person: Person) -> None:
        if person.sock is None:
            return
        del self._by_fd[person.sock.fileno()]
        with suppress(FileNotFoundError):  # it had stopped reading
            self._epoll.unregister(person.sock.fileno())
        person.sock.close()
        person.sock, person.cut = None, True
        self._coming.discard(person)

    # -- talking ---------------------------------------------------------------------------------------
    def ask(self, person: Person, event: str, data: Any, then: Callable[[Any], None]) -> None:
        """Send an event; `then` gets the answer."""
        assert person.sock is not None
        person.asked += 1
        person.answers[person.asked] = then
        packet = f"42{person.asked}" + json.dumps([event, data], ensure_ascii=False, separators=(",", ":"))
        person.sock.sendall(framed(packet.encode()))

    def share(self, table: int, place: int, sent_at: float | None = None) -> None:
        """Somebody shares. sent_at: when they meant to, where a generator keeps a rate."""
        self._numbers[table] += 1
        number, people = self._numbers[table], self.tables[table]
        self._open[table, number] = _Share(sent_at or time.monotonic(), len(people))
        event, data = self._say(people[place], marked(table, number, self.size, self.letter))
        self.heard.shares += 1
        self.ask(people[place], event, data, self._refusal)

    def _refusal(self, answer: Any) -> None:
        if not (isinstance(answer, dict) and answer.get("ok")):
            self.heard.refused.append(json.dumps(answer)[:200])

    def look(self, timeout_s: float) -> None:
        """Read what has come, and beat where it is time."""
        self._beat()
        for fd, _ in self._epoll.poll(timeout_s):
            person = self._by_fd.get(fd)
            if person is None or person.sock is None:
                continue
            try:
                data = person.sock.recv(262_144)
            except ConnectionError:
                data = b""
            if not data:
                self._cut_at_the_door += [person] if person in self._coming else []
                self._hang_up(person)
                continue
            person.buffer += data
            self._take(person)

    def _beat(self) -> None:
        now = time.monotonic()
        while self._beats and self._beats[0][0] <= now:
            due, _, person = heappop(self._beats)
            if person.sock is not None:
                self.ask(person, "beat", {}, _nothing)
                self._beat_later(person, due)

    def _beat_later(self, person: Person, last: float) -> None:
        every = BEAT_MEMBER_S if person.place else BEAT_HOST_S
        heappush(self._beats, (last + every, next(self._count), person))

    def _take(self, person: Person) -> None:
        for frame in frames_in(person.buffer):
            if frame.startswith(b"42"):
                self._hear(person, frame)
            elif frame.startswith(b"43"):
                number, _, answer = frame[2:].partition(b"[")
                person.answers.pop(int(number), _nothing)(json.loads(b"[" + answer)[0])
            elif frame == b"2":
                self._send(person, b"3")
            elif frame.startswith(b"0"):
                self._send(person, b"40" + json.dumps(person.auth()).encode())
            elif frame.startswith(b"40") and person.joins:
                self.ask(person, "join", {}, lambda _, who=person: self._seated(who))
            elif frame.startswith(b"40"):
                self._seated(person)
            elif frame.startswith(b"44"):
                raise ConnectionError(frame.decode())

    def _send(self, person: Person, packet: bytes) -> None:
        assert person.sock is not None
        person.sock.sendall(framed(packet))

    def _seated(self, person: Person) -> None:
        person.state, person.seated_at = _SEATED, time.monotonic()
        self._coming.discard(person)
        if person.joins:
            self._beat_later(person, person.seated_at)

    def _hear(self, person: Person, frame: bytes) -> None:
        at = frame.find(_MARK)
        if self.on_frame is not None:
            self.on_frame(person, frame)
        if at < 0:
            return
        table, number = map(int, frame[at + len(_MARK) : frame.index(b"~", at + len(_MARK))].split(b"-"))
        share = self._open.get((table, number))
        if table != person.table:
            self.heard.astray += 1
        elif share is None or share.seen >> person.place & 1:
            self.heard.doubled += 1
        else:
            share.seen |= 1 << person.place
            share.left -= 1
            self.heard.deliveries += 1
            if not share.left:
                del self._open[table, number]
                self.heard.last.append(time.monotonic() - share.sent_at)
                self._when_full(table)

    # -- runs ------------------------------------------------------------------------------------------
    def without_a_pause(self, seconds: float) -> Heard:
        """Every table shares as soon as the share before was on all screens."""
        turns = [0] * len(self.tables)

        def again(table: int) -> None:
            turns[table] += 1
            self.share(table, 1 + turns[table] % (len(self.tables[table]) - 1))

        return self._run(seconds, again, start=lambda: [again(at) for at in range(len(self.tables))])

    def at_a_rate(self, per_second: float, seconds: float) -> Heard:
        """So many shares in a second, table after table, whether the ones before have come or not."""
        self.heard, self._open = Heard(), {}
        self._when_full = lambda _table: None
        began, sent = time.monotonic(), 0
        while (now := time.monotonic()) - began < seconds:
            while (due := began + sent / per_second) <= now:
                round_, table = divmod(sent, len(self.tables))
                self.share(table, 1 + round_ % (len(self.tables[table]) - 1), due)
                sent += 1
            self.look(max(0.0, min(0.01, began + sent / per_second - time.monotonic())))
        self.heard.seconds = time.monotonic() - began
        return self._settled()

    def _run(self, seconds: float, again: Callable[[int], None], start: Callable[[], object]) -> Heard:
        self.heard, self._open = Heard(), {}
        self._when_full = again
        began = time.monotonic()
        start()
        while time.monotonic() - began < seconds:
            self.look(0.05)
        self._when_full = lambda _table: None
        self.heard.seconds = time.monotonic() - began
        return self._settled()

    def _settled(self, patience_s: float = 10) -> Heard:
        """Wait for what is still on its way; what has not come by then is lost."""
        until = time.monotonic() + patience_s
        heard, deliveries = self.heard, self.heard.deliveries
        while self._open and time.monotonic() < until:
            self.look(0.05)
        heard.lost = sum(share.left for share in self._open.values())
        heard.deliveries = deliveries
        return heard

    def close(self) -> None:
        """Everybody hangs up."""
        self.leave(list(self._by_fd.values()))
        self._epoll.close()


def _nothing(_answer: object) -> None:
    """Nobody waits for this answer."""
