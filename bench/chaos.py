"""Many circles at once while everything around them fails: `python -m bench.chaos --minutes 10 --seed N`.

PostgreSQL, Redis, two web processes, a worker; made-up people over real websockets, half of them on lines
that can go wrong; a random fault every few seconds. Afterwards everybody is let come to rest, and what pages
show, what was acknowledged and what is stored is compared. Exit code 1 when anything does not agree.

The schedule of the faults and everybody's dice follow from the seed. What they lead to does not to the last
millisecond: real processes answer when they answer.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()  # before anything else is imported

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402
from shutil import rmtree  # noqa: E402
from tempfile import mkdtemp  # noqa: E402

import gevent  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from bench.crowd import Person, come_in  # noqa: E402
from bench.faults import KINDS, Fault, Faults, schedule  # noqa: E402
from bench.ledger import Ledger  # noqa: E402
from bench.people import Ident, write_circle  # noqa: E402
from bench.stack import Stack  # noqa: E402
from bench.weather import Weather  # noqa: E402
from bench.wire import Lost, Way  # noqa: E402
from circle.store.crypto import KeyRing, new_key, read_keys  # noqa: E402
from circle.store.engine import open_engine  # noqa: E402
from circle.store.migrate import upgrade  # noqa: E402
from circle.store.words import Words  # noqa: E402

SMALL = 4  # members: too few for a quiet round, so their lines go by the wall
SETTLE_S = 70.0  # longer than a command is tried for
LEVEL_S = 20.0
# Faults in our logs that a fault of ours explains: a database or a Redis that is away, or a line to it.
EXPLAINED = frozenset(
    [
        "ConnectionError",
        "TimeoutError",
        "BusyLoadingError",
        "ReadOnlyError",
        "OperationalError",
        "Uncertain",  # PostgreSQL died in a commit
        "AdminShutdown",
        "ConnectionResetError",
        "BrokenPipeError",
        "ConnectionRefusedError",
        "LockNotAvailable",
        "SettingsError",  # a process that starts while its Redis is gone says so and ends
    ]
)


class Chaos:
    """One run. circles: (how many, with how many members)."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.options, self.began = options, time.monotonic()
        self.length_s = options.minutes * 60
        keys = new_key()
        self.keys = KeyRing(read_keys(keys))
        self.stack = Stack(folder, keys)
        self.ledger = Ledger()
        self.engine = open_engine(self.stack.postgres.url)
        self.people: list[Person] = []
        self.began_acting = 0.0
        self.weathers: list[Weather] = []
        self.faults = Faults(self.stack, self.weathers, self.say)

    def say(self, what: str) -> None:
        """A line of the report, with the time."""
        print(f"{time.monotonic() - self.began:7.1f}  {what}", flush=True)

    def run(self) -> bool:
        """Everything; whether all agrees."""
        idents = self._write()
        self.stack.start()
        self._invite(idents)
        self.say(f"{len(self.people)} people in {self.options.circles} circles; seed {self.options.seed}")
        planned = schedule(self.options.seed, self.length_s, self.options.every, self.options.longest)
        come_in(self.people)
        self.began_acting = time.monotonic()
        closing = gevent.spawn_later(self.length_s * 0.85, self._may_end)
        self.faults.run(planned)
        gevent.sleep(max(0.0, self.began_acting + self.length_s - time.monotonic()))
        closing.kill()
        self.faults.calm()
        self._settle()
        self._compare()
        self._report(planned)
        return not self.ledger.breaches

    # -- before ---------------------------------------------------------------------------------------
    def _write(self) -> list[Ident]:
        upgrade(self.engine)
        idents: list[Ident] = []
        small = max(1, self.options.circles // 5)
        sizes = [self.options.members] * self.options.circles + [SMALL] * small
        for number, members in enumerate(sizes):
            with Session(self.engine) as db, db.begin():
                idents += write_circle(db, number, members, self.keys)
        return idents

    def _invite(self, idents: list[Ident]) -> None:
        servers = self.stack.servers
        self.weathers += [Weather(server.port, f"{self.options.seed}:{server.port}") for server in servers]
        straight = [Way(server.port, server.url) for server in servers]
        bent = [Way(weather.port, server.url) for weather, server in zip(self.weathers, servers, strict=True)]
        for at, ident in enumerate(idents):
            ways = bent if at % 2 else straight
            seed = str(self.options.seed)
            self.people.append(Person(ident, ways, seed, self.ledger, self.options.pace, self.faults.moment))

    def _may_end(self) -> None:
        for person in self.people[:: 3 * (self.options.members + 1)]:
            person.ends = True

    # -- after ----------------------------------------------------------------------------------------
    def _settle(self) -> None:
        self.say("the faults are over")
        for person in self.people:
            person.rest()
        until = time.monotonic() + SETTLE_S
        while time.monotonic() < until:
            waiting = [one for one in self.people if not (one.is_done() and one.is_up and not one.stale)]
            if not waiting and self.stack.is_whole:
                break
            gevent.sleep(0.2)
        else:
            for person in waiting:
                self.ledger.breach("not back in time", person.ident.seat)
        gevent.sleep(3)  # the ticker has looked around

    def _compare(self) -> None:
        self.say("everybody has come to rest")
        left = [gevent.spawn(self._is_level, person) for person in self.people]
        gevent.joinall(left)
        words = Words(self.keys)
        with Session(self.engine) as db:
            self.ledger.compare_with_rows(db, words)
            self.ledger.look_for_traces(db, [line for _, line in self.stack.logs()])
        self.ledger.counts["faults in logs"] = sum(self._faults_in_logs().values())
        for kind, times in self._faults_in_logs().items():
            if kind not in EXPLAINED:
                self.ledger.breach("a fault nothing explains", f"{kind}, {times} times")
        for failed in self.faults.failed:
            self.ledger.breach("a fault could not be made", failed)

    def _is_level(self, person: Person) -> None:
        """The page shows what a fresh snapshot shows; a message that is on its way may take a moment."""
        until, why = time.monotonic() + LEVEL_S, ""
        while time.monotonic() < until:
            try:
                answer = person.ask("join", {})
            except Lost:
                answer, why = {}, "its line"
            if answer.get("ok") and person.compare(answer):
                return
            if answer:
                why = "its view" if answer.get("ok") else str(answer.get("error", {}).get("code"))
            gevent.sleep(1.0)
        self.ledger.breach("a page stays behind", f"{person.ident.seat}: {why}")

    def _faults_in_logs(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for _, line in self.stack.logs():
            kind = re.search(r"kind=(\w+)", line)
            if "event=fault" in line or "purge.fault" in line:
                found[kind[1] if kind else "?"] += 1
            elif raised := re.match(r"(?:\w+\.)*(\w+(?:Error|Exception|Down|Shutdown))\b", line):
                found[raised[1]] += 1  # the end of a traceback: a process that could not start
        return found

    def _report(self, planned: list[Fault]) -> None:
        done = Counter(fault.kind for fault in planned)
        print("\n| Fault | Times |\n|---|---|")
        for kind in KINDS:
            print(f"| {kind} | {done[kind]} |")
        print(f"| a web process started again | {self.stack.starts} |")
        print("\n| Counted | |\n|---|---|")
        for name, count in sorted(self.ledger.counts.items()):
            print(f"| {name} | {count:,} |")
        kinds = self._faults_in_logs()
        print(f"| kinds of faults in logs | {', '.join(f'{k} {n}' for k, n in kinds.items()) or 'none'} |")
        print(f"\n{self.ledger.report() or 'Everything agrees.'}")
        print(json.dumps({"seed": self.options.seed, "counts": dict(self.ledger.counts)}))

    def close(self) -> None:
        """The end of everything that was started."""
        for person in self.people:
            person.stop()
        for weather in self.weathers:
            weather.close()
        self.engine.dispose()
        self.stack.close()


def main() -> int:
    """Run, compare, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--circles", type=int, default=50, help="and a fifth as many small ones")
    parser.add_argument("--members", type=int, default=8)
    parser.add_argument("--every", type=float, default=15, help="seconds between two faults")
    parser.add_argument("--longest", type=float, default=30, help="seconds that a Redis may be gone")
    parser.add_argument("--pace", type=float, default=8, help="seconds between two wishes of one person")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the logs in their folder, and say where")
    options = parser.parse_args()
    options.seed = int.from_bytes(os.urandom(3)) if options.seed is None else options.seed
    folder = Path(mkdtemp(prefix="circle-chaos-"))
    print(f"seed {options.seed}", flush=True)
    chaos = None
    bound_s = options.minutes * 60 + options.longest + SETTLE_S + LEVEL_S + 120 + options.circles * 5
    agrees = False
    gevent.signal_handler(signal.SIGTERM, gevent.getcurrent().throw, SystemExit)
    try:
        with gevent.Timeout(bound_s):
            chaos = Chaos(folder, options)
            agrees = chaos.run()
    except gevent.Timeout:
        print(f"BREACH it hangs: not over after {bound_s:.0f} seconds")
    finally:
        if chaos is not None:
            with gevent.Timeout(60, False):
                chaos.close()
        if options.keep:
            print(folder)
        else:
            rmtree(folder, ignore_errors=True)
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
