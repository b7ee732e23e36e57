"""A session whose people are connected to two processes: one truth, one order, one lock."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from circle.domain.quiet import COLLECT_SECONDS
from circle.live.ticker import tick_once
from circle.services.clock import SystemClock
from circle.services.memory import Memory, OwnMemories, Post, Round
from circle.settings import SettingsError
from circle.shared import memories as shared
from circle.shared.client import WritesDown, open_redis
from circle.shared.memories import SharedMemories
from circle.sharing import with_others
from circle.simulate.quiet import QuietPage, unpack
from circle.store.crypto import KeyRing
from tests.cluster.conftest import SEVEN
from tests.live.house import Annex, House, Phone, eventually
from tests.live.test_sockets import refusal
from tests.processes import running_redis
from tests.sitting import HOST, MEETING, Page

ONE, OTHER = SEVEN[0], SEVEN[1]
Two = tuple[House, Annex]


class Listening:
    """A phone that applies what it hears to what it saw, as the page does."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.page = phone, Page()
        self.start()

    def start(self) -> None:
        """From a snapshot."""
        self.page.take(self.phone.ask("join", {}))
        self.heard = len(self.phone.heard)

    def follow(self) -> Page:
        """Apply what came since."""
        for message in self.phone.heard[self.heard :]:
            if message["seq"] > self.page.seqs[message["audience"]]:
                self.page.hear(message)
            self.heard += 1
        return self.page


def test_a_ticket_of_one_opens_a_line_at_the_other_once(two: Two) -> None:
    house, annex = two
    ticket = house.ticket(ONE)
    assert Phone(annex, ONE, ticket).connect().ask("beat", {}) == {"ok": True}
    assert refusal(Phone(house, ONE, ticket))["message"] == "ticket_old"


def test_pages_of_both_see_the_same_in_the_same_order(two: Two) -> None:
    house, annex = two
    pages = [Listening(place.phone(who)) for place, who in ((house, ONE), (annex, OTHER))]
    speakers = [pages[0].phone, pages[1].phone] * 10
    said = [
        speaker.command("say", {"step": "word", "text": f"word {at}"}) for at, speaker in enumerate(speakers)
    ]
    assert all(ack["ok"] for ack in said)
    with ThreadPoolExecutor(8) as pool:  # and at once
        asked = [
            partial(phone.phone.command, "say", {"step": "word", "text": f"at once {at}"})
            for at, phone in enumerate(pages * 4)
        ]
        assert all(ack["ok"] for ack in pool.map(lambda ask: ask(), asked))

    for listening in pages:
        fresh = listening.phone.ask("join", {})["audiences"]
        last = fresh["room"]["seq"]
        eventually("everything is heard", lambda one=listening, at=last: one.follow().seqs["room"] == at)
        seqs = [message["seq"] for message in listening.phone.heard if message["audience"] == "room"]
        assert seqs == sorted(set(seqs)), "every number once, and in order"
        assert listening.page.views["room"] == fresh["room"]["view"]


def test_two_hosts_at_two_processes_press_next_at_once(two: Two) -> None:
    house, annex = two
    mira, co = house.phone(HOST), annex.phone("co")
    for _ in range(2):
        seq = house.meeting.moves
        with ThreadPoolExecutor(2) as pool:
            acks = list(pool.map(lambda phone, at=seq: phone.command("next", seq=at), (mira, co)))
        assert sorted(ack["ok"] for ack in acks) == [False, True]
        assert house.meeting.moves == seq + 1


def test_whoever_is_removed_at_one_is_cut_off_at_the_other(two: Two) -> None:
    house, annex = two
    host, gone, stays = house.phone(HOST), annex.phone(ONE), annex.phone(OTHER)
    held = annex.ticket(ONE)
    assert host.command("remove", {"seat": ONE, "reason": "unkind"})["ok"]
    assert gone.cut.wait(2)
    heard = len(gone.heard)
    assert stays.command("say", {"step": "word", "text": "SAID-AFTER"})["ok"]
    assert "SAID-AFTER" not in str(gone.heard[heard:])
    assert refusal(Phone(house, ONE, held))["message"] == "ticket_old"


def test_whoever_signs_out_at_one_is_cut_off_at_the_other(two: Two) -> None:
    house, annex = two
    phone = annex.phone("co")
    house.hub.conduct.revoke("co")
    assert phone.cut.wait(2)


def test_a_page_at_one_is_here_for_the_other(two: Two) -> None:
    house, annex = two
    host, phone = house.phone(HOST), annex.phone(ONE)
    assert host.snapshot()["hosts"]["people"][ONE]["connected"]
    phone.hang_up()
    eventually("it is noticed", lambda: not host.snapshot()["hosts"]["people"][ONE]["connected"])


class QuietTable:
    """Seven members at two processes, in the quiet round."""

    def __init__(self, two: Two) -> None:
        self.house, self.annex = two
        self.host = self.house.phone(HOST)
        self.places = {who: two[at % 2] for at, who in enumerate(SEVEN)}
        self.phones = {who: place.phone(who) for who, place in self.places.items()}
        self.next()
        assert len({str(self.told(who)) for who in SEVEN}) == 1, "everybody is told the same"
        self.pages = {who: self.page(who) for who in SEVEN}

    def next(self) -> None:
        """The host presses Next."""
        assert self.host.command("next", seq=self.house.meeting.moves)["ok"]

    def told(self, who: str) -> dict[str, Any]:
        """What this page knows of the round."""
        told: dict[str, Any] = self.phones[who].snapshot()["room"]["stage"]["stage"]["quiet_round"]
        return told

    def page(self, who: str) -> QuietPage:
        """This person's page, with tokens from the process it is connected to."""
        phone = self.phones[who]

        def sign(name: str, requests_: tuple[bytes, ...]) -> list[bytes]:
            asked = [_text(one) for one in requests_]
            return [unpack(one) for one in phone.ask("tokens", {"round": name, "requests": asked})["signed"]]

        page = QuietPage(MEETING, self.told(who), sign)
        page.ask()
        return page

    def post(self, at: House | Annex, body: bytes) -> requests.Response:
        """Without a cookie, to one of the two."""
        address = f"{at.url}/quiet/{MEETING}/post"
        return requests.post(address, data=body, timeout=10)

    def window_passes(self) -> None:
        """Both clocks go on; both tickers look."""
        for place in (self.house, self.annex):
            place.hub.clock.advance(COLLECT_SECONDS)  # type: ignore[attr-defined]
        for place in (self.house, self.annex):
            tick_once(place.hub.conduct)

    def batch(self) -> set[str]:
        """What hosts read."""
        return {line["text"] for line in self.host.snapshot()["hosts"].get("batch", {}).values()}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_quiet_round_over_two_processes(two: Two, empty_redis: redis.Redis) -> None:
    table = QuietTable(two)
    table.next()
    lines = {SEVEN[0]: "MARKER one", SEVEN[1]: "MARKER two", SEVEN[4]: "MARKER three"}
    for who, page in table.pages.items():
        other = table.annex if table.places[who] is table.house else table.house
        assert table.post(other, page.body(lines.get(who, ""))).status_code == 202, "wherever it comes in"
    assert table.batch() == set()
    _nothing_in_clear(empty_redis, "MARKER", *SEVEN)
    table.window_passes()
    assert table.batch() == set(lines.values())
    secret = {"secret": table.pages[SEVEN[4]].secret}
    withdrawn = requests.post(f"{table.annex.url}/quiet/{MEETING}/withdraw", json=secret, timeout=10)
    assert withdrawn.status_code == 202
    table.next()
    wall = table.phones[SEVEN[2]].snapshot()["room"]["lines"].values()
    assert {line["text"] for line in wall} == {"MARKER one", "MARKER two"}
    _nothing_in_clear(empty_redis, "MARKER", *SEVEN)


def _nothing_in_clear(client: redis.Redis, *words: str) -> None:
    """Keys and values, and the file that somebody with the run of the server could have it write."""
    client.save()
    file = Path(client.config_get("dir")["dir"], client.config_get("dbfilename")["dbfilename"])
    everything = file.read_bytes() + b"".join(client.dump(key) or b"" for key in client.scan_iter())
    file.unlink()
    everything += b" ".join(client.scan_iter())
    assert b"circle:memory" in everything, "looked in the right place"
    for word in words:
        assert word.encode() not in everything


def test_fifty_uses_of_one_token_at_both_are_one(two: Two) -> None:
    table = QuietTable(two)
    table.next()
    page = table.pages[SEVEN[0]]
    token = page.tokens[0]
    bodies = []
    for at in range(50):
        page.tokens.insert(0, token)
        bodies.append(page.body(f"line {at}"))
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda at: table.post((table.house, table.annex)[at % 2], bodies[at]), range(50))
        )
    assert sorted({answer.status_code for answer in answers}) == [202, 429]
    assert [answer.status_code for answer in answers].count(202) == 1


def test_with_too_few_at_both_together_nothing_is_shown(two: Two) -> None:
    """Who is counted as here is counted over both."""
    table = QuietTable(two)
    table.next()
    for who, page in table.pages.items():
        table.post(table.places[who], page.body(f"line of {who}"))
    for who in SEVEN[:3]:
        table.phones[who].hang_up()
    here = two[1].hub.conduct.presence
    eventually("they are gone", lambda: sum(one.connected for one in here.of(MEETING).values()) == 5)
    table.window_passes()
    assert table.batch() == set()


# -- a process dies, Redis goes ------------------------------------------------------------------------
def test_a_process_that_dies_in_a_change_makes_every_page_look_anew(
    two: Two, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, annex = two
    pages = [Listening(place.phone(who)) for place, who in ((house, ONE), (annex, OTHER))]
    monkeypatch.setattr(shared, "LOCK_MS", 200)
    dying = SharedMemories(open_redis(redis_server), house.hub.keys, SystemClock())
    dying._acquire(MEETING)  # and never lets go
    run = pages[0].page.run
    assert pages[1].phone.ask("beat", {}) == {"ok": True}, "waits until the lock is over, then goes on"
    for listening in pages:
        eventually("told", lambda one=listening: any(m["run"] != run for m in one.phone.heard))
    renewed = {listening.phone.ask("join", {})["run"] for listening in pages}
    assert len(renewed) == 1
    assert run not in renewed


def test_what_was_told_while_the_line_was_broken_is_made_up_for(two: Two, empty_redis: redis.Redis) -> None:
    """The library closes the line it hears by; every page of that process takes a snapshot."""
    _, annex = two
    phone = annex.phone(ONE)
    empty_redis.client_kill_filter(_type="pubsub")
    eventually("told to look anew", lambda: any(m["run"] == "" for m in phone.heard))
    assert phone.command("say", {"step": "word", "text": "after"})["ok"]
    eventually("heard again", lambda: "after" in str(phone.heard))


def test_after_a_redis_that_began_anew_pages_come_back(two: Two, empty_redis: redis.Redis) -> None:
    house, annex = two
    host, phone = house.phone(HOST), annex.phone(ONE)
    run = phone.ask("join", {})["run"]
    empty_redis.flushall()
    assert phone.ask("beat", {}) == {"ok": True}
    assert host.ask("beat", {}) == {"ok": True}
    assert phone.ask("join", {})["run"] != run
    assert host.snapshot()["hosts"]["people"][ONE]["connected"]


@pytest.mark.parametrize(
    "options", [("--save", "60", "1"), ("--save", "", "--appendonly", "yes")], ids=["dump", "append-only"]
)
def test_a_redis_that_writes_down_is_refused(tmp_path: Path, options: tuple[str, ...], keys: KeyRing) -> None:
    with running_redis(tmp_path, *options) as url:
        with pytest.raises(WritesDown):
            open_redis(url)
        with pytest.raises(SettingsError, match="writes to a disk"):
            with_others(url, keys, clock=None)  # type: ignore[arg-type]


def test_nobody_at_the_address_is_said_plainly(tmp_path: Path, keys: KeyRing) -> None:
    for url in (f"unix://{tmp_path}/nothing.sock", "redis://127.0.0.1:1", "not an address"):
        with pytest.raises(SettingsError, match="nobody answers there"):
            with_others(url, keys, clock=None)  # type: ignore[arg-type]


# -- the lock ------------------------------------------------------------------------------------------
def test_the_lock_is_one_for_all(redis_server: str, keys: KeyRing, empty_redis: redis.Redis) -> None:
    """Twelve threads of three processes count, each reading and writing back."""
    processes = [SharedMemories(open_redis(redis_server), keys, SystemClock()) for _ in range(3)]
    begin = threading.Barrier(12)

    def count(process: SharedMemories) -> None:
        begin.wait()
        for _ in range(20):
            with process.hold("m"):
                seqs = process.of("m").seqs
                seqs["room"] = seqs.get("room", 0) + 1

    threads = [threading.Thread(target=count, args=(processes[at % 3],)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert processes[0].of("m").seqs == {"room": 240}
    assert list(empty_redis.scan_iter("circle:lock:*")) == []


def test_a_refusal_lets_go_and_a_look_changes_nothing(
    redis_server: str, keys: KeyRing, empty_redis: redis.Redis
) -> None:
    one, other = (SharedMemories(open_redis(redis_server), keys, SystemClock()) for _ in range(2))
    with pytest.raises(ZeroDivisionError), one.hold("m"):
        raise ZeroDivisionError
    with other.hold("m"):
        other.of("m").told_quiet = frozenset({HOST})
    with one.glance("m"):
        one.of("m").told_quiet = frozenset()
    assert one.of("m").told_quiet == {HOST}
    assert one.known("made up") is None
    assert list(empty_redis.scan_iter("*made up*")) == []


def test_memory_that_was_sealed_with_other_keys_is_lost_and_no_fault(
    redis_server: str, keys: KeyRing, empty_redis: redis.Redis
) -> None:
    before = SharedMemories(open_redis(redis_server), KeyRing([b"o" * 32]), SystemClock())
    now = SharedMemories(open_redis(redis_server), keys, SystemClock())
    with before.hold("m"):
        run = before.of("m").run
    assert now.known("m") is None
    with now.hold("m"):
        assert now.of("m").run != run


def test_a_long_line_does_not_show_as_it_comes(
    redis_server: str, keys: KeyRing, empty_redis: redis.Redis
) -> None:
    memories = SharedMemories(open_redis(redis_server), keys, SystemClock())
    sizes = []
    for text in ("", "short", "\u96e8" * 4000):
        with memories.hold("m"):
            memory = memories.of("m")
            memory.round = memory.round or Round("s4", "r", "key", "public")
            memory.round.held.append(Post(text, "c", read_aloud=False, summary=False))
        sizes.append(empty_redis.strlen("circle:memory:m"))
    assert len(set(sizes)) == 1


def test_both_kinds_of_memory_begin_alike(redis_server: str, keys: KeyRing, empty_redis: redis.Redis) -> None:
    for memories in (OwnMemories(), SharedMemories(open_redis(redis_server), keys, SystemClock())):
        assert memories.known("m") is None
        with memories.hold("m"):
            new = memories.of("m")
            assert new == Memory(began=new.began, run=new.run)
            assert (new.began is None) is isinstance(memories, OwnMemories), "ours is as old as the process"
        assert memories.known("m") == memories.of("m")
