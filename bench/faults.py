"""What goes wrong, and when: a schedule that follows from its seed, and how each fault is done.

Kills wait for their moment: they come while a command of that kind is under way at the process they hit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import gevent
from gevent.event import AsyncResult

from bench.stack import Stack
from bench.weather import Weather
from tests.live.server import Server

MOMENT_S = 6.0  # so long a kill waits for its moment, then it comes anyhow
JUMP_S = 3600.0
KINDS = (
    "kill in mid-command",
    "kill in mid-release",
    "kill in mid-break",
    "stop a process",
    "redis killed",
    "redis stands still",
    "postgres killed",
    "slow disk",
    "clock jumps",
    "lossy lines",
    "black hole",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One of them: seconds from the beginning, how long it lasts, and a number for its own dice."""

    at_s: float
    kind: str
    lasts_s: float
    number: int

    def __str__(self) -> str:
        """As it is printed."""
        return f"{self.at_s:6.1f} s  {self.kind}, {self.lasts_s:.1f} s"


def schedule(seed: int, length_s: float, every_s: float, longest_s: float) -> list[Fault]:
    """Every kind once in a random order before any comes again. longest_s: of a Redis that is gone."""
    dice, faults, kinds = Random(f"faults:{seed}"), [], []
    number = 0
    while (at := every_s * (number + 0.5)) < length_s:
        if not kinds:
            kinds = list(KINDS)
            dice.shuffle(kinds)
        kind = kinds.pop()
        most = longest_s if kind.startswith("redis") else min(longest_s, every_s)
        faults.append(Fault(at, kind, round(most * dice.uniform(0.3, 1.0), 1), dice.getrandbits(32)))
        number += 1
    return faults


class Faults:
    """Does them. weathers: the proxies of the lines that may go wrong."""

    def __init__(self, stack: Stack, weathers: Sequence[Weather], say: Callable[[str], None]) -> None:
        self._stack, self._weathers, self._say = stack, weathers, say
        self._waiting: dict[str, AsyncResult[int]] = {}
        self.failed: list[str] = []

    def moment(self, kind: str, at: int) -> None:
        """A command of this kind is about to go to server number `at`."""
        waiting = self._waiting.get(kind)
        if waiting is not None and not waiting.ready():
            waiting.set(at)

    def run(self, faults: Sequence[Fault]) -> None:
        """All of them, each at its time; returns when the last is over."""
        works = [gevent.spawn_later(fault.at_s, self._one, fault) for fault in faults]
        gevent.joinall(works)

    def _one(self, fault: Fault) -> None:
        self._say(str(fault))
        dice = Random(fault.number)
        try:
            if fault.kind.startswith("kill in mid-"):
                self._kill(fault.kind.removeprefix("kill in mid-"), dice)
            else:
                _HOW[fault.kind](self, fault, dice)
        except Exception as problem:
            self.failed.append(f"{fault.kind}: {type(problem).__name__}: {problem}")

    def calm(self) -> None:
        """Everything is as it should be again, whatever was going on."""
        for weather in self._weathers:
            weather.clear()
        self._stack.postgres.resume()
        self._stack.redis.resume()
        self._stack.redis.start()

    # -- how ------------------------------------------------------------------------------------------
    def _kill(self, kind: str, dice: Random) -> None:
        waiting = self._waiting[kind] = AsyncResult()
        at = dice.randrange(2)
        with suppress(gevent.Timeout):
            at = waiting.get(timeout=MOMENT_S)
        gevent.sleep(dice.uniform(0, 0.03))  # on its way, in the transaction, or being told
        server = self._stack.servers[at]
        if server.is_running:
            server.kill()

    def _stop(self, _fault: Fault, dice: Random) -> None:
        server = self._stack.servers[dice.randrange(2)]
        if server.is_running:
            server.process.terminate()  # type: ignore[union-attr]

    def _redis_killed(self, fault: Fault, _dice: Random) -> None:
        self._stack.redis.kill()
        gevent.sleep(fault.lasts_s)
        self._stack.redis.start()

    def _redis_stands(self, fault: Fault, _dice: Random) -> None:
        self._stack.redis.pause()
        gevent.sleep(fault.lasts_s)
        self._stack.redis.resume()

    def _postgres_killed(self, _fault: Fault, _dice: Random) -> None:
        self._stack.postgres.stop()
        self._stack.postgres.start()

    def _slow_disk(self, fault: Fault, dice: Random) -> None:
        left = fault.lasts_s
        while left > 0:
            still, moves = dice.uniform(0.2, 0.8), dice.uniform(0.1, 0.4)
            self._stack.postgres.pause()
            gevent.sleep(still)
            self._stack.postgres.resume()
            gevent.sleep(moves)
            left -= still + moves

    def _clock_jumps(self, fault: Fault, _dice: Random) -> None:
        """An hour forward and back. A process that starts in between never heard of it."""
        jumped = [(server, server.process) for server in self._stack.servers if _jumps(server, JUMP_S)]
        gevent.sleep(fault.lasts_s)
        for server, process in jumped:
            if server.process is process:
                _jumps(server, -JUMP_S)

    def _lossy(self, fault: Fault, _dice: Random) -> None:
        for weather in self._weathers:
            weather.is_lossy = True
        gevent.sleep(fault.lasts_s)
        for weather in self._weathers:
            weather.clear()

    def _hole(self, fault: Fault, _dice: Random) -> None:
        for weather in self._weathers:
            weather.is_hole = True
        gevent.sleep(fault.lasts_s)
        for weather in self._weathers:
            weather.clear()


def _jumps(server: Server, seconds: float) -> bool:
    """Whether there was somebody to tell."""
    try:
        server.jump(seconds)
    except (OSError, AssertionError, ValueError):  # away just now
        return False
    return True


_HOW: dict[str, Callable[[Faults, Fault, Random], None]] = {
    "stop a process": Faults._stop,
    "redis killed": Faults._redis_killed,
    "redis stands still": Faults._redis_stands,
    "postgres killed": Faults._postgres_killed,
    "slow disk": Faults._slow_disk,
    "clock jumps": Faults._clock_jumps,
    "lossy lines": Faults._lossy,
    "black hole": Faults._hole,
}
