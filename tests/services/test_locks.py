"""Locks by name: one at a time, and none is left of those that nobody needs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from circle.domain.room import Status
from circle.services.locks import Locks
from circle.services.memory import OwnMemories, Person
from tests.domain.scene import START


def test_one_at_a_time_and_other_names_do_not_wait() -> None:
    locks, inside, most = Locks(), dict.fromkeys("ab", 0), dict.fromkeys("ab", 0)

    def visit(number: int) -> None:
        name = "ab"[number % 2]
        with locks.hold(name):
            inside[name] += 1
            most[name] = max(most[name], inside[name])
            time.sleep(0.001)
            inside[name] -= 1

    with locks.hold("another"), ThreadPoolExecutor(16) as pool:
        list(pool.map(visit, range(200)))
        assert len(locks) == 1
    assert most == {"a": 1, "b": 1}
    assert len(locks) == 0


def test_a_fault_inside_lets_go() -> None:
    locks = Locks()
    for _ in range(2):
        with pytest.raises(ValueError, match="inside"), locks.hold("a"):
            raise ValueError("inside")
    assert len(locks) == 0


def test_memory_of_what_is_not_on_goes_unless_somebody_is_there() -> None:
    memories = OwnMemories()
    on, over, waiting, left = (memories.of(name) for name in ("on", "over", "waiting", "left"))
    over.seqs["room"] = 7
    waiting.people["bo"] = Person(connections={"page": START})
    left.people["bo"] = Person(status=Status.OUT)
    memories.forget_all_but({"on"})
    assert memories.known("on") is on
    assert memories.known("over") is None
    assert memories.known("waiting") is waiting
    assert memories.known("left") is None, "nobody is there any more"
    assert memories.of("over").run != over.run


def test_whoever_waits_for_one_that_does_not_let_go_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("circle.services.locks.WAIT_SECONDS", 0.05)
    locks = Locks()
    with locks.hold("a"):
        with ThreadPoolExecutor(1) as other, pytest.raises(TimeoutError):
            other.submit(locks.hold("a").__enter__).result()
        assert len(locks) == 1
    assert len(locks) == 0
