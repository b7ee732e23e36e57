"""What one act asks of each part of a Circle of several processes: `python -m bench.counted` (two minutes).

Everybody sits at the first of two web processes; the second only hears. Messages, scripts and bytes are
counted and the same on every machine; transactions too, but PostgreSQL tells of some of them late. Processor
time is this machine's, by the kernel's clock of 10 ms. From each figure is taken what a second costs in which
nobody does anything.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import psycopg
import redis
from redis.client import PubSub

from bench.load import Crowd, Person
from bench.served import WithServers, cpu_s
from circle.cluster.servers import running_redis
from circle.services.memory import Round
from circle.shared.client import open_redis
from circle.shared.memories import CHANNEL, SharedMemories
from circle.store.crypto import KeyRing

IDLE_S, EACH_S, FEW = 5.0, 6.0, 10
MESSAGES, HEARERS, HOLDS = 1_000, 20, 200


@dataclass(frozen=True, slots=True)
class Count:
    """Since the beginning, or for one act. Milliseconds of processor time, and how often or how much."""

    web_ms: float
    other_ms: float
    redis_ms: float
    postgres_ms: float
    scripts: float
    commands: float
    messages: float
    message_bytes: float
    transactions: float
    wal_bytes: float

    def minus(self, other: Count, times: float = 1.0) -> Count:
        """What is left without so many times the other."""
        return self._each(lambda name: getattr(self, name) - times * getattr(other, name))

    def over(self, times: float) -> Count:
        """For one of so many."""
        return self._each(lambda name: getattr(self, name) / times)

    def _each(self, value: Callable[[str], float]) -> Count:
        return Count(**{field.name: value(field.name) for field in fields(self)})


class _Counter:
    """Looks at all parts of a Circle that is up."""

    def __init__(self, served: WithServers) -> None:
        self._web, self._other = served.pids
        self._redis = redis.Redis.from_url(served.environment["REDIS_URL"])
        self._postgres = psycopg.connect(served.environment["DATABASE_URL"], autocommit=True)

    def now(self) -> Count:
        """Everything so far. PostgreSQL's own count comes a second late, so it is waited for."""
        time.sleep(1.2)
        self._postgres.execute("SELECT pg_stat_clear_snapshot()")
        row = self._postgres.execute(
            "SELECT xact_commit + xact_rollback, pg_current_wal_lsn() - '0/0'::pg_lsn "
            "FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
        assert row is not None
        pids = [each[0] for each in self._postgres.execute("SELECT pid FROM pg_stat_activity").fetchall()]
        stats, cpu = self._redis.info("commandstats"), self._redis.info("cpu")
        calls = {name.removeprefix("cmdstat_"): told["calls"] for name, told in stats.items()}
        return Count(
            web_ms=cpu_s([self._web]) * 1000,
            other_ms=cpu_s([self._other]) * 1000,
            redis_ms=(cpu["used_cpu_user"] + cpu["used_cpu_sys"]) * 1000,
            postgres_ms=(cpu_s(pids) + _ended_s(pids[0])) * 1000,
            scripts=calls.get("evalsha", 0),
            commands=sum(calls.values()),
            messages=calls.get("publish", 0),
            message_bytes=self._redis.info("stats")["total_net_output_bytes"],
            transactions=float(row[0]),
            wal_bytes=float(row[1]),
        )

    def during(self, act: Callable[[], object]) -> tuple[Count, float]:
        """What is counted meanwhile, and how many seconds it took."""
        before, began = self.now(), time.monotonic()
        act()
        after = self.now()
        return after.minus(before), time.monotonic() - began

    def close(self) -> None:
        """The end."""
        self._postgres.close()
        self._redis.close()


def _ended_s(pid: int) -> float:
    """Processor time of the ended children of this one's parent: lines to PostgreSQL that were closed."""
    parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1]
    told = Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[13]) + int(told[14])) / os.sysconf("SC_CLK_TCK")


def _beat(crowd: Crowd, people: list[Person]) -> None:
    """Each says that they are there, and waits for the answer."""
    people = [person for person in people if person.sock is not None]
    left = [len(people)]

    def answered(_answer: object) -> None:
        left[0] -= 1

    for person in people:
        crowd.ask(person, "beat", {}, answered)
        crowd.look(0)
    until = time.monotonic() + 30
    while left[0] and time.monotonic() < until:
        crowd.look(0.05)


def _break(crowd: Crowd, people: list[Person]) -> None:
    """They hang up, and the server has the time to tell the others."""
    crowd.leave(people)
    time.sleep(3)


def _pages(served: WithServers, people: list[tuple[str, str]]) -> None:
    """The room's page for each (meeting, cookie)."""
    line = http.client.HTTPConnection("127.0.0.1", served.ports[0], timeout=30)
    for meeting, cookie in people:
        line.request("GET", f"/meet/{meeting}", headers={"Cookie": f"circle={cookie}"})
        answer = line.getresponse()
        answer.read()
        assert answer.status == http.client.OK, answer.status
    line.close()


def look(circles: int, *, acts: bool) -> tuple[Count, dict[str, Count]]:
    """What one second costs while nobody does anything, and one of each act."""
    served = WithServers(circles, 10, processes=2).start()
    try:
        served.ports = served.ports[:1]
        crowd, tables = served.crowd(circles, 10)
        crowd.seat(tables)
        everybody = [person for table in tables for person in table]
        counter = _Counter(served)
        _beat(crowd, everybody)
        count, seconds = counter.during(lambda: time.sleep(IDLE_S))
        second, found = count.over(seconds), {}

        def of(name: str, times: int, act: Callable[[], object]) -> None:
            _beat(crowd, everybody)
            count, seconds = counter.during(act)
            found[name] = count.minus(second, seconds).over(times)

        if acts:
            few = everybody[: 10 * FEW]
            guests = [(t.meeting_id, guest.cookie) for t in served.town[:FEW] for guest in t.guests]
            of("a share of ten", int(30 * EACH_S), lambda: crowd.at_a_rate(30, EACH_S))
            of("a beat", len(everybody), lambda: _beat(crowd, everybody))
            of("a page of the room", len(guests), lambda: _pages(served, guests))
            of("a line that breaks", len(few), lambda: _break(crowd, few))
            of("a line that comes back", len(few), lambda: crowd.come(few, 10))
        counter.close()
        crowd.close()
        return second, found
    finally:
        served.stop()


def alone() -> list[str]:
    """Two things that need no server: one more process that hears a message, and holding a session whose
    quiet round is on (its value is as long as `ROUND_BYTES`).
    """
    home = Path(tempfile.mkdtemp(prefix="circle-bench-redis-"))
    try:
        with running_redis(home) as url, open_redis(url) as client:
            return [_hearing(url, client), _holding(client)]
    finally:
        shutil.rmtree(home)


def _redis_ms(client: redis.Redis) -> float:
    told = client.info("cpu")
    return (told["used_cpu_user"] + told["used_cpu_sys"]) * 1000


def _hearing(url: str, client: redis.Redis) -> str:
    def publish() -> float:
        before = _redis_ms(client)
        for _ in range(MESSAGES):
            client.publish(CHANNEL, bytes(1000))
            for line in lines:
                line.get_message(timeout=1)
        return (_redis_ms(client) - before) / MESSAGES

    lines: list[PubSub] = []
    for_none = publish()
    for _ in range(HEARERS):
        line = redis.Redis.from_url(url).pubsub()
        line.subscribe(CHANNEL)
        line.get_message(timeout=1)
        lines.append(line)
    each = (publish() - for_none) / HEARERS
    for line in lines:
        line.close()
    return f"One more process that hears a message of 1,000 bytes: Redis {each:.4f} ms."


def _holding(client: redis.Redis) -> str:
    memories = SharedMemories(client, KeyRing([bytes(32)]))
    with memories.hold("m"):
        memories.of("m").round = Round("s1", "r", "key", "public")
    before, began = _redis_ms(client), time.process_time()
    for _ in range(HOLDS):
        with memories.hold("m"):
            pass
    ours, theirs = (time.process_time() - began) * 1000 / HOLDS, (_redis_ms(client) - before) / HOLDS
    return f"Holding a session in a quiet round: web {ours:.2f} ms, Redis {theirs:.2f} ms."


HEAD = (
    "| | web ms | other process ms | Redis ms | PostgreSQL ms | scripts | commands | messages "
    "| bytes out of Redis | transactions | WAL bytes |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


def line(name: str, count: Count) -> str:
    """A row of the table."""
    values = [getattr(count, field.name) for field in fields(Count)]
    return (
        f"| {name} | "
        + " | ".join(f"{value:,.2f}" if value < 100 else f"{value:,.0f}" for value in values)
        + " |"
    )


def main() -> None:
    """Both sizes, and what is between them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--circles", type=int, default=50)
    circles = asked.parse_args().circles
    print("\n".join(alone()))
    few, _ = look(FEW, acts=False)
    many, found = look(circles, acts=True)
    print(HEAD)
    print(line("a second with nobody's circle", few.minus(many.minus(few).over((circles - FEW) / FEW))))
    print(line("a circle more, for a second", many.minus(few).over(circles - FEW)))
    for name, count in found.items():
        print(line(name, count))


if __name__ == "__main__":
    main()
