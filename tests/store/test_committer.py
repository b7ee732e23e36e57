"""Group commit: what waits goes together, and what one of them did wrong is felt by nobody else."""

from __future__ import annotations

import gc
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import ContextVar
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from circle.domain.errors import NotNow
from circle.store.committer import Committer
from circle.store.engine import open_engine, sessions
from circle.store.models import Base, User
from tests.domain.scene import START

MANY = 80
asker: ContextVar[str] = ContextVar("asker")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'c.sqlite'}")
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def commits(engine: Engine) -> list[int]:
    seen: list[int] = []
    event.listen(engine, "commit", lambda _connection: seen.append(1))
    return seen


def somebody(who: str) -> Callable[[Session], str]:
    def work(db: Session) -> str:
        assert asker.get() == who, "it sees the request it was made in"
        db.add(User(id=who, address=f"{who}@example.org", name=who, created_at=START))
        if who.endswith("7"):
            raise NotNow("stale")
        return f"{who} is there"

    return work


def all_at_once(committer: Committer, submit: Callable[[int], str]) -> list[str]:
    """Everybody submits while the turn is taken; what each of them got."""
    with ThreadPoolExecutor(MANY) as pool:
        with committer._turn:
            results = pool.map(submit, range(MANY))
            while len(committer._waiting) < MANY:
                time.sleep(0.01)
        return list(results)


def test_each_gets_its_own_answer_and_a_refusal_is_felt_by_nobody_else(engine: Engine) -> None:
    committer = Committer(sessions(engine))

    def submit(at: int) -> str:
        asker.set(f"p{at}")
        try:
            return committer.submit(somebody(f"p{at}"))
        except NotNow as refusal:
            return refusal.code

    refused = {at for at in range(MANY) if str(at).endswith("7")}
    expected = ["stale" if at in refused else f"p{at} is there" for at in range(MANY)]
    assert all_at_once(committer, submit) == expected
    ids = committer.read(lambda db: set(db.scalars(select(User.id))))
    assert ids == {f"p{at}" for at in range(MANY) if at not in refused}, "a refusal leaves nothing"


def test_many_go_with_few_commits_and_nobody_is_told_before(engine: Engine, commits: list[int]) -> None:
    committer = Committer(sessions(engine))
    early: list[int] = []

    def submit(at: int) -> str:
        asker.set(who := f"p{at}x")
        told = committer.submit(somebody(who))
        early.extend([at] if not commits else [])
        return told

    assert len(set(all_at_once(committer, submit))) == MANY
    assert not early
    assert len(commits) <= 4
    assert len(committer.read(lambda db: list(db.scalars(select(User.id))))) == MANY


def test_whoever_is_ended_in_the_middle_takes_nobody_along(engine: Engine) -> None:
    committer = Committer(sessions(engine))
    ends = iter([SystemExit()])

    def submit(at: int) -> str:
        asker.set(who := f"p{at}x")

        def work(db: Session) -> str:
            for ending in ends:
                raise ending
            return somebody(who)(db)

        try:
            return committer.submit(work)
        except SystemExit:
            return "ended"

    found = all_at_once(committer, submit)
    assert found.count("ended") == 1
    assert len(committer.read(lambda db: list(db.scalars(select(User.id))))) >= MANY - 1


def test_a_database_that_another_process_holds_is_asked_again(engine: Engine, tmp_path: Path) -> None:
    event.listen(engine, "checkout", lambda line, *_: line.execute("PRAGMA busy_timeout=10"))
    committer = Committer(sessions(engine))
    with closing(sqlite3.connect(tmp_path / "c.sqlite", check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.15, other.rollback)
        release.start()
        asker.set("p1")
        assert committer.submit(somebody("p1")) == "p1 is there"
        release.join()


class Known:
    """Something that a piece of work has in its hands."""


def test_of_a_refusal_nothing_stays_for_the_collector(engine: Engine) -> None:
    committer, seen = Committer(sessions(engine)), list[weakref.ref[Known]]()

    def work(_db: Session) -> None:
        known = Known()
        seen.append(weakref.ref(known))
        raise NotNow("stale")

    gc.disable()
    try:
        for _ in range(3):
            try:
                committer.submit(work)
            except NotNow:
                continue
            pytest.fail("it was not refused")
        assert [ref() for ref in seen] == [None] * 3
    finally:
        gc.enable()
