"""Rounds in which eight people post in a known order, and every order in which their lines can be seen.

The question is one of chance: over all rounds, how likely is it that an order agrees with the order of
posting as well, or as badly, as this one does (Kendall's count of pairs, its exact distribution).
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import factorial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from circle.anonymous.endpoint import outside_sessions
from circle.domain import commands as c
from circle.domain.quiet import COLLECT_SECONDS
from circle.live import ticker
from circle.services.ports import Caller
from circle.services.quiet import QuietRounds
from circle.services.unseen import Unseen
from circle.simulate.quiet import QuietPage
from tests.contract.quiet_outputs import wal_now, write_ahead_log
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.sitting import HOST, MEETING, Sitting

WRITERS = tuple(f"writer{at}" for at in range(8))
FALSE_ALARM = 1e-6  # of the whole test, over every order it looks at
ORDERS_AT_MOST = 16

Order = Sequence[int]  # places in the order of posting, 0 to 7, as they are seen


class Rounds(Sitting):
    """An evening of rounds; `seen` has every order, by where it can be seen."""

    def __init__(self, committer: Any, words: Any, clock: Any, engine: Any, *, rounds: int) -> None:
        self.engine = engine
        self.steps = [f"wall{at}" for at in range(rounds)]
        self.seen: dict[str, list[Order]] = defaultdict(list)
        self.transactions: list[int] = []
        steps = (WORD, *(replace(WALL, id=step) for step in self.steps), GOODBYE)
        super().__init__(committer, words, clock, *steps, members=WRITERS, quiet=QuietRounds())
        unseen = Unseen(self.conduct, self.unnamed)
        self._address = outside_sessions(lambda *_: [], unseen, lambda code: code)

    def hold(self) -> None:
        """Every round."""
        for step in self.steps:
            self._one(step)

    def _one(self, step: str) -> None:
        self.go_to(step)
        pages = {who: self._page(who) for who in WRITERS}
        self.do(HOST, c.Next())
        for at, page in enumerate(pages.values()):
            assert self._send(page.body(f"{step}: {at}")) == "202 Accepted"
        posted = [page.commit for page in pages.values()]
        held = self.memories.of(MEETING).round
        assert held is not None
        self._note("memory", posted, [post.commit for post in held.held])
        self.clock.advance(COLLECT_SECONDS)
        self.beat(HOST, *WRITERS)
        before = len(self.pages.to(HOST))
        ticker.tick_once(self.conduct)
        sent = [change for frame in self.pages.to(HOST)[before:] for change in frame["changes"]]
        places = [_place(change["item"]["text"]) for change in sent if change["in"] == "batch"]
        self._keep("batch to hosts", places)
        self._show(step, posted)

    def _show(self, step: str, posted: list[str]) -> None:
        before, since = len(self.pages.to(WRITERS[0])), wal_now(self.engine)
        self._empty_the_log()
        self.do(HOST, c.Next())
        frames = self.pages.to(WRITERS[0])[before:]
        sent = [change["item"] for frame in frames for change in frame["changes"] if change["in"] == "lines"]
        shown = sent or self.refresh(WRITERS[0]).views["room"]["lines"].values()
        self._keep("wall", [_place(line["text"]) for line in shown])
        orders = {"select": "", "by id": "ORDER BY id"}
        if self.engine.dialect.name == "sqlite":
            self._files(posted)
            if "WITHOUT ROWID" not in self._asked("SELECT sql FROM sqlite_master WHERE name = 'lines'")[0][0]:
                orders["rowid"] = "ORDER BY rowid"
        else:
            orders["ctid"] = "ORDER BY ctid"
            self._bytes("log", posted, write_ahead_log(self.engine, since))
            xmin = self._asked(f"SELECT DISTINCT xmin::text FROM lines WHERE step_id = '{step}'")  # noqa: S608
            self.transactions.append(len(xmin))
        for name, order in orders.items():
            rows = self._asked(f"SELECT \"commit\" FROM lines WHERE step_id = '{step}' {order}")  # noqa: S608
            self._note(name, posted, [row[0] for row in rows])

    def _page(self, who: str) -> QuietPage:
        view = self.pages.pages[who].views["room"]["stage"]["stage"]["quiet_round"]
        page = QuietPage(
            MEETING, view, lambda name, asked: self.conduct.give_tokens(Caller(who), MEETING, name, asked)
        )
        page.ask()
        return page

    def _send(self, body: bytes) -> str:
        told: list[str] = []
        environ = {
            "PATH_INFO": f"/quiet/{MEETING}/post",
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        list(self._address(environ, lambda status, _headers: told.append(status)))
        return told[0]

    # -- what can be seen -----------------------------------------------------------------------------
    def _keep(self, where: str, places: Order) -> None:
        assert sorted(places) == list(range(len(WRITERS))), where
        self.seen[where].append(places)

    def _note(self, where: str, posted: list[str], commits: list[str]) -> None:
        self._keep(where, [posted.index(commit) for commit in commits])

    def _bytes(self, where: str, posted: list[str], data: bytes) -> None:
        # By either end: a page of a log may begin in the middle.
        ends = ((commit[:24].encode(), commit[-24:].encode()) for commit in posted)
        found = sorted((max(data.find(one), data.find(other)), at) for at, (one, other) in enumerate(ends))
        assert found[0][0] >= 0, f"{where} holds every line"
        self._keep(where, [at for _, at in found])

    def _files(self, posted: list[str]) -> None:
        """SQLite's log, which holds this batch alone, and then the file itself, and its dump."""
        database = Path(str(self.engine.url.database))
        self._bytes("log", posted, database.with_name(database.name + "-wal").read_bytes())
        self._empty_the_log()
        self._bytes("file", posted, database.read_bytes())
        with sqlite3.connect(database) as connection:
            self._bytes("dump", posted, "\n".join(connection.iterdump()).encode())
        connection.close()

    def _empty_the_log(self) -> None:
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")

    def _asked(self, query: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)))


def _place(words: str) -> int:
    found = re.search(r"\d+$", words)
    assert found is not None
    return int(found[0])


# -- chance -------------------------------------------------------------------------------------------
def alarms(seen: dict[str, list[Order]]) -> list[str]:
    """Where an order agrees with the order of posting more, or less, than chance allows."""
    assert len(seen) <= ORDERS_AT_MOST
    limit = FALSE_ALARM / ORDERS_AT_MOST
    return sorted(where for where, orders in seen.items() if likelihood(orders) < limit)


def likelihood(orders: list[Order]) -> float:
    """How likely it is by chance alone that so many pairs of all rounds, or as far from one half of them,
    stand in the order of posting. Exact.
    """
    size = len(orders[0])
    ways, pairs = _ways(size, len(orders)), sum(map(concordant, orders))
    most = len(ways) - 1
    off = abs(2 * pairs - most)
    return sum(n for at, n in enumerate(ways) if abs(2 * at - most) >= off) / factorial(size) ** len(orders)


def concordant(order: Order) -> int:
    """How many pairs stand as they were posted."""
    return sum(a < b for at, a in enumerate(order) for b in order[at + 1 :])


@lru_cache
def _ways(size: int, rounds: int) -> list[int]:
    """By number of such pairs: in how many ways so many rounds can have it."""
    one = [1]
    for count in range(2, size + 1):
        one = _product(one, [1] * count)
    ways = [1]
    for _ in range(rounds):
        ways = _product(ways, one)
    return ways


def _product(left: list[int], right: list[int]) -> list[int]:
    out = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            out[i + j] += a * b
    return out
