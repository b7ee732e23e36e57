"""Many circles at once, beside relays that do nothing else: `make bench`, or `python -m bench.live`.

    python -m bench.live [--rounds 3] [--seconds 8] [--only many,large,steady]

Scenes: many, large, steady, wide, return, control, two, stalled, growth (all of them: half an hour).

Servers take turns within a round, so that a busy machine is busy for all of them; medians are printed with
their ratios. Every share is looked for on every screen: what is lost, doubled or astray is an error.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from bench.load import Crowd, Heard
from bench.press import press
from bench.served import Circle, Served, WithServers, cpu_s, flask_relay, node_relay, resident_kb

Start = Callable[[], Served | None]
STALLED_S, STALLED_BYTES, STALLED_TEXT = 60, 5_000_000, 4_000


@dataclass
class Row:
    """One server in one scene, over all rounds."""

    name: str
    per_second: list[float] = field(default_factory=list)  # deliveries
    cpu_ms: list[float] = field(default_factory=list)  # of the server, for 1,000 deliveries
    p50: list[float] = field(default_factory=list)  # milliseconds to the last screen
    p95: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    kb: list[float] = field(default_factory=list)  # memory for a connection
    back_s: list[float] = field(default_factory=list)  # until all are in step
    faults: int = 0

    def add(self, heard: Heard, cpu: float, kb: float, back_s: float) -> None:
        """One round."""
        self.per_second.append(heard.deliveries / heard.seconds)
        self.cpu_ms.append(cpu * 1e6 / max(1, heard.deliveries))
        for values, part in ((self.p50, 0.5), (self.p95, 0.95), (self.p99, 0.99)):
            values.append(heard.at(part))
        self.kb.append(kb)
        self.back_s.append(back_s)
        self.faults += heard.lost + heard.doubled + heard.astray + len(heard.refused)
        for refusal in heard.refused[:1]:
            print(f"   refused: {refusal}", file=sys.stderr)


HEAD = (
    "| | deliveries/s | server CPU for 1,000 | p50 | p95 | p99 | KB for a connection | all seated |\n"
    "|---|---|---|---|---|---|---|---|"
)


def line(row: Row, base: Row) -> str:
    """A row of the table, with the ratio to the first server."""
    speed, cpu, p99 = median(row.per_second), median(row.cpu_ms), median(row.p99)
    beside = "" if row is base else f" ({speed / median(base.per_second):.2f} x)"
    dearer = "" if row is base else f" ({cpu / median(base.cpu_ms):.2f} x)"
    wrong = f" **{row.faults} wrong**" if row.faults else ""
    return (
        f"| {row.name}{wrong} | {speed:,.0f}{beside} | {cpu:.1f} ms{dearer} | {median(row.p50):.1f} ms "
        f"| {median(row.p95):.1f} ms | {p99:.1f} ms | {median(row.kb):.0f} | {median(row.back_s):.1f} s |"
    )


@contextmanager
def seated(start: Start, circles: int, people: int) -> Iterator[tuple[Served, Crowd, float, float] | None]:
    """A server with everybody seated: with the memory of a connection, and how long they took to come."""
    with ExitStack() as stack:
        served = start()
        if served is None:
            yield None
            return
        stack.callback(served.stop)
        before = resident_kb(served.pids)
        crowd, tables = served.crowd(circles, people)
        stack.callback(crowd.close)
        came_s = crowd.seat(tables)
        yield served, crowd, (resident_kb(served.pids) - before) / (circles * people), came_s


def scene(
    title: str,
    starts: dict[str, Start],
    circles: int,
    people: int,
    rounds: int,
    act: Callable[[Crowd], Heard],
) -> list[Row]:
    """All servers in turn, round after round; prints the table."""
    rows = {name: Row(name) for name in starts}
    for _ in range(rounds):
        for name, start in starts.items():
            with seated(start, circles, people) as there:
                if there is None:
                    rows.pop(name, None)
                    continue
                served, crowd, kb, came_s = there
                act(crowd)  # to warm up
                before = cpu_s(served.pids)
                heard = act(crowd)
                rows[name].add(heard, cpu_s(served.pids) - before, kb, came_s)
    print(f"\n## {title}\n\n{HEAD}")
    base = next(iter(rows.values()))
    for row in rows.values():
        print(line(row, base))
    sys.stdout.flush()
    return list(rows.values())


def returning(rounds: int) -> None:
    """A thousand lines break at once, and every page comes back."""
    times = []
    for _ in range(rounds):
        with seated(Circle(100, 10).start, 100, 10) as there:
            assert there is not None
            crowd = there[1]
            everybody = [person for table in crowd.tables for person in table]
            crowd.leave(everybody)
            time.sleep(1)
            times.append(crowd.come(everybody, at_once=1000))
            heard = crowd.at_a_rate(100, 2)
            assert not heard.lost + heard.doubled + heard.astray
    print(f"\n## 1,000 members reconnect at once\n\nAll back in step after {median(times):.1f} s")
    print(f"(rounds: {', '.join(f'{each:.1f}' for each in times)}), each with a ticket and a snapshot.")


def controls(rounds: int, seconds: float) -> None:
    """A host presses while 1,000 pages are busy."""
    last: list[float] = []
    for _ in range(rounds):
        with seated(Circle(100, 10).start, 100, 10) as there:
            assert there is not None
            served, crowd = there[0], there[1]
            assert isinstance(served, Circle)
            last += press(crowd, served.town, seconds)
    last.sort()
    print("\n## A host's break, on and off, while 1,000 connections share 100 times a second\n")
    at = {part: last[min(len(last) - 1, int(part * len(last)))] * 1000 for part in (0.5, 0.95, 0.99)}
    print(f"{len(last)} presses, to the last of ten screens: p50 {at[0.5]:.1f} ms, p95 {at[0.95]:.1f} ms,")
    print(f"p99 {at[0.99]:.1f} ms.")


def stalled(rounds: int) -> None:
    """One page stops reading for a minute while 5 MB go to its circle: what others feel, what it got."""
    calm, busy, whole = [], [], 0
    for _ in range(rounds):
        with seated(Circle(1, 10).start, 1, 10) as there:
            assert there is not None
            crowd = there[1]
            crowd.size, crowd.letter = STALLED_TEXT, "…"  # three bytes each
            per_second = STALLED_BYTES / (3 * STALLED_TEXT) / STALLED_S
            calm.append(crowd.at_a_rate(per_second, STALLED_S / 4).at(0.99))
            sleeper = crowd.tables[0].pop()
            crowd.stop_reading(sleeper)
            busy.append(crowd.at_a_rate(per_second, STALLED_S).at(0.99))
            assert not crowd.heard.lost + crowd.heard.doubled + len(crowd.heard.refused)
            whole += crowd.read_what_is_left(sleeper)
    print("\n## A reader who stops for a minute while 5 MB go to its circle\n")
    print(f"p99 of the nine others: {median(busy):.1f} ms; before: {median(calm):.1f} ms.")
    print(f"The stream it found afterwards was whole: {whole} messages in {rounds} rounds, then its end.")


def growth(rounds: int, seconds: float) -> None:
    """What a share costs as circles, people and past sessions grow."""
    kinds = {
        **{f"{people} in a circle, 40 circles": (40, people, 0) for people in (5, 10, 20, 40)},
        **{f"{circles} circles of 10": (circles, 10, 0) for circles in (25, 100, 400)},
        **{f"100 circles of 10, {past:,} past sessions": (100, 10, past) for past in (10, 10_000)},
    }
    print("\n## How cost grows: server CPU at 100 shares a second\n")
    print("| | for a share | for a delivery |\n|---|---|---|")
    for name, (circles, people, past) in kinds.items():
        each: list[float] = []
        for _ in range(rounds):
            with seated(Circle(circles, people, past).start, circles, people) as there:
                assert there is not None
                crowd, pids = there[1], there[0].pids
                crowd.at_a_rate(100, 2)
                before = cpu_s(pids)
                heard = crowd.at_a_rate(100, seconds)
                each.append((cpu_s(pids) - before) * 1000 / heard.shares)
        print(f"| {name} | {median(each):.2f} ms | {median(each) * 1000 / people:.0f} µs |")
        sys.stdout.flush()


def main() -> None:
    """Run what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=8)
    asked.add_argument("--only", default="many,large,steady,wide,return,control,two,stalled,growth")
    wish = asked.parse_args()
    only, rounds, seconds = set(wish.only.split(",")), wish.rounds, wish.seconds
    print(f"{platform.machine()}, Python {platform.python_version()}, {rounds} interleaved rounds, medians.")

    def with_relays(circles: int, people: int) -> dict[str, Start]:
        return {
            "bare Flask-SocketIO (gevent)": lambda: flask_relay().start(),
            "Node socket.io": lambda: relay.start() if (relay := node_relay()) else None,
            "Circle": Circle(circles, people).start,
        }

    def without_a_pause(crowd: Crowd) -> Heard:
        return crowd.without_a_pause(seconds)

    def a_hundred_a_second(crowd: Crowd) -> Heard:
        return crowd.at_a_rate(100, seconds)

    def fifty_a_second(crowd: Crowd) -> Heard:
        return crowd.at_a_rate(50, 2 * seconds)

    if "many" in only:
        scene("100 circles of 10, without a pause", with_relays(100, 10), 100, 10, rounds, without_a_pause)
    if "large" in only:
        scene("One circle of 200, without a pause", with_relays(1, 200), 1, 200, rounds, without_a_pause)
    if "steady" in only:
        title = "1,000 connections, 100 shares a second"
        scene(title, with_relays(100, 10), 100, 10, rounds, a_hundred_a_second)
    if "wide" in only:
        title = "5,000 connections, one share a circle in 10 s"
        scene(title, with_relays(500, 10), 500, 10, rounds, fifty_a_second)
    if "return" in only:
        returning(rounds)
    if "control" in only:
        controls(rounds, seconds)
    if "two" in only:
        starts: dict[str, Start] = {
            "one process": WithServers(50, 10, processes=1).start,
            "two processes": WithServers(50, 10, processes=2).start,
        }
        title = "PostgreSQL and Redis: 50 circles of 10, 100 shares a second"
        scene(title, starts, 50, 10, rounds, a_hundred_a_second)
    if "stalled" in only:
        stalled(max(1, rounds // 2))
    if "growth" in only:
        growth(max(1, rounds // 2), seconds)


if __name__ == "__main__":
    main()
