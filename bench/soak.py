"""Whether memory stays flat: `python -m bench.soak --minutes 20 --connections 1000`.

One `circle run` on SQLite, circles of ten whose pages beat, say something now and then, go and come back;
their evenings end, and the next ones begin. The server's memory is looked at every few seconds; the slope
over the last three quarters is printed with its confidence. More than `--bound` KB a minute fails, unless the
run was too short to tell.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()  # before anything else is imported

import argparse  # noqa: E402
import json  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from random import Random  # noqa: E402
from tempfile import TemporaryDirectory  # noqa: E402

import gevent  # noqa: E402
import psutil  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from bench.crowd import Person, come_in  # noqa: E402
from bench.ledger import Ledger  # noqa: E402
from bench.people import SECRET, write_circle  # noqa: E402
from bench.slope import Slope, slope_of  # noqa: E402
from bench.wire import Way  # noqa: E402
from circle.store.crypto import KeyRing, new_key, read_keys  # noqa: E402
from circle.store.engine import open_engine  # noqa: E402
from circle.store.migrate import upgrade  # noqa: E402
from tests.live.server import Server  # noqa: E402

AT_A_TABLE = 10  # the host too
BOUND_KB = 256.0  # a minute: 15 MB in an hour with a thousand people


class Table:
    """People who come evening after evening. evenings: who comes to each, at least one. first_s, length_s:
    how long the first one and every other one is.
    """

    def __init__(self, evenings: list[list[Person]], first_s: float, length_s: float) -> None:
        self._coming = iter(evenings)
        self._first_s, self._length_s = first_s, length_s
        self.people = next(self._coming)
        self.over = 0

    def run(self) -> None:
        """From the first evening, to which they have come already, to the last, which goes on."""
        gevent.sleep(self._first_s)
        for people in self._coming:
            self.leave()
            self.people, self.over = people, self.over + 1
            come_in(people)
            gevent.sleep(self._length_s)

    def leave(self) -> None:
        """The host ends the evening, and everybody goes."""
        for person in self.people:
            person.rest()
            if person.ident.host:
                person.end_evening()
        for person in self.people:
            person.stop()


class Soak:
    """One run."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.options, self.dice = options, Random(f"soak:{options.seed}")
        keys = new_key()
        own = {"CIRCLE_SECRET_KEY": SECRET, "CIRCLE_KEYS": keys, "CIRCLE_TEST_NOW": ""}
        self.server = Server(folder, environment=own)
        self.keys, self.engine = KeyRing(read_keys(keys)), open_engine(self.server.database_url)
        upgrade(self.engine)
        self.ledger = Ledger()
        self.tables = [self._table(number) for number in range(options.connections // AT_A_TABLE)]
        self.engine.dispose()
        self.points: list[tuple[float, float]] = []  # minutes, KB
        self.fewest = options.connections

    def _table(self, number: int) -> Table:
        """One of them. Not all change at one moment: the first evening of each has a length of its own."""
        length_s = self.options.evening * 60
        enough = int(self.options.minutes / self.options.evening) + 2
        evenings = [self._evening(number * enough + at) for at in range(enough)]
        return Table(evenings, length_s * (0.5 + self.dice.random()), length_s)

    def _evening(self, number: int) -> list[Person]:
        with Session(self.engine) as db, db.begin():
            idents = write_circle(db, number, AT_A_TABLE - 1, self.keys)
        ways = [Way(self.server.port, self.server.url)]
        seed, pace = str(self.options.seed), self.options.pace
        return [Person(ident, ways, seed, self.ledger, pace, lambda _kind, _at: None) for ident in idents]

    @property
    def people(self) -> list[Person]:
        """Who is there now."""
        return [person for table in self.tables for person in table.people]

    @property
    def over(self) -> int:
        """How many evenings have ended."""
        return sum(table.over for table in self.tables)

    def run(self) -> Slope:
        """Everybody comes in, stays, goes and comes back; returns the slope."""
        self.server.start()
        assert self.server.process is not None
        process = psutil.Process(self.server.process.pid)
        come_in(self.people)
        works = [gevent.spawn(self._come_and_go), *(gevent.spawn(table.run) for table in self.tables)]
        began, cpu = time.monotonic(), process.cpu_times()
        print(f"{'minute':>7} {'RSS MB':>8} {'lines':>7} {'evenings over':>14} {'messages':>10} {'kept':>8}")
        while (gone := time.monotonic() - began) < self.options.minutes * 60:
            self._look(process, gone)
            gevent.sleep(self.options.every)
        gevent.killall(works)
        used = sum(process.cpu_times()[:2]) - sum(cpu[:2])
        print(f"\nCPU of the server: {used / (time.monotonic() - began):.0%} of one core")
        return slope_of([point for point in self.points if point[0] >= self.options.minutes / 4])

    def _look(self, process: psutil.Process, gone_s: float) -> None:
        rss = process.memory_info().rss
        self.points.append((gone_s / 60, rss / 1024))
        up, counts = sum(person.is_up for person in self.people), self.ledger.counts
        self.fewest = min(self.fewest, up)
        heard, kept = counts["messages"], counts["acknowledged"]
        print(
            f"{gone_s / 60:7.2f} {rss / 2**20:8.1f} {up:7,} {self.over:14,} {heard:10,} {kept:8,}", flush=True
        )

    def _come_and_go(self) -> None:
        """All the time somebody's line ends and another one is opened; each page lives some minutes."""
        while True:
            gevent.sleep(self.options.stays / self.options.connections)
            self.dice.choice(self.people).hang_up()

    def close(self) -> None:
        """The end."""
        for person in self.people:
            person.stop()
        self.server.kill()


def main() -> int:
    """Run, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--every", type=float, default=10, help="seconds between two looks at the memory")
    parser.add_argument("--pace", type=float, default=60, help="seconds between two wishes of one person")
    parser.add_argument("--evening", type=float, default=4, help="minutes that an evening lasts")
    parser.add_argument("--stays", type=float, default=300, help="seconds that a line lives, on average")
    parser.add_argument("--bound", type=float, default=BOUND_KB, help="KB a minute")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="circle-soak-") as folder:
        soak = Soak(Path(folder), options)
        gevent.signal_handler(signal.SIGTERM, gevent.getcurrent().throw, SystemExit)
        try:
            with gevent.Timeout(options.minutes * 60 + options.connections / 2 + 180):
                slope = soak.run()
        finally:
            soak.close()
    print(f"Memory: {slope.value:+.0f} KB a minute, ± {slope.margin:.0f}; the bound is {options.bound:.0f}")
    print(
        f"Fewest lines up at a look: {soak.fewest:,} of {options.connections:,}; evenings over: {soak.over:,}"
    )
    print(json.dumps({"slope": slope.value, "margin": slope.margin, "counts": dict(soak.ledger.counts)}))
    if soak.ledger.breaches:
        print(soak.ledger.report())
    if slope.margin >= options.bound:
        print("Too short, or too restless, to tell.")
    grows = slope.value - slope.margin > options.bound
    grows = grows or (slope.margin < options.bound < slope.value)
    return 1 if grows or soak.ledger.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
