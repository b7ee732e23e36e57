"""A circle at two servers, with a PostgreSQL and a Redis of its own that tests may break."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests
from sqlalchemy import create_engine, text

from bench.ledger import as_shown
from bench.stack import Postgres, Redis
from circle.simulate.browser import Address, Browser, NoWayIn
from circle.simulate.line import Answer, LineLost
from tests.cluster.pair import Pair
from tests.live.nest import Nest
from tests.live.server import Server
from tests.live.test_table import go_on
from tests.simulate.watcher import Recorder

BACK_S = 30.0  # until everybody is there again
NAMES = ("Rowan", "Theo", "Ada")
AWAY = (LineLost, NoWayIn, requests.RequestException)


class Table:
    """The demo circle's Thursday: a host and three members, in the first step. The host and every other
    member are at the first server, the rest at the second.
    """

    def __init__(self, home: Path) -> None:
        for name in ("postgres", "redis"):
            (home / name).mkdir(mode=0o700)
        self.postgres, self.redis = Postgres(home / "postgres"), Redis(home / "redis")
        self._nest = Nest()
        self.pair = Pair(home, self.postgres.url, self.redis.url)
        for server in self.pair.servers:
            server.nest = self._nest
        self.pair.start()
        self.engine = create_engine(self.postgres.url, pool_pre_ping=True)
        self.meeting = self.rows("SELECT id FROM meetings")[0][0]
        self._sit_down()

    def _sit_down(self) -> None:
        stays, other = self.pair.servers
        host = Browser(_at(stays))
        host.press(host.open(other.sign_in.replace(other.url, stays.url)))
        host.open(f"/meet/{self.meeting}")
        self.desk = self._page(host)
        assert self.desk.command("open_door", {})["ok"]
        self.phones: list[Recorder] = []
        for at, name in enumerate(NAMES):
            phone = Browser(_at(self.pair.servers[at % 2]))
            phone.come_in(stays.door, name)
            self.phones.append(self._page(phone))
        assert self.desk.command("admit_all", {})["ok"]
        self.desk.wait("the open door", lambda screen: screen.phase == "open")
        assert go_on(self.desk)["ok"]
        self.desk.wait("the beginning", lambda screen: screen.phase == "live")

    def _page(self, browser: Browser) -> Recorder:
        line = Recorder(browser, self.meeting)
        line.open()
        return line

    @property
    def everybody(self) -> list[Recorder]:
        """All pages."""
        return [self.desk, *self.phones]

    def asks(self, sharing: str) -> str:
        """A question on the spot; the step's id, once everybody sees it."""
        was = self.desk.screen.seq
        question = {"text": "What stays?", "sharing": sharing, "minutes": 5}
        assert until_answered(self.desk, frame("ask_question", question, was))["ok"]
        for line in self.everybody:
            line.wait("the question", lambda s: s.seq > was)
        return str(self.desk.screen.step["id"])

    def rows(self, query: str, **values: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with self.engine.connect() as db:
            return [tuple(row) for row in db.execute(text(query), values)]

    def happened(self, name: str) -> int:
        """How often something has, by the feed."""
        return int(self.rows("SELECT count(*) FROM meeting_events WHERE name = :name", name=name)[0][0])

    def shares(self, step: str) -> int:
        """How many words by name are stored of a step."""
        return int(self.rows("SELECT count(*) FROM shares WHERE step_id = :step", step=step)[0][0])

    def beat(self) -> None:
        """Everybody's page is there."""
        for line in self.everybody:
            assert line.ask("beat", {}) == {"ok": True}

    def come_back(self) -> None:
        """Servers that died are started, and whoever lost the line opens another one, as pages do."""
        for server in self.pair.servers:
            if not server.is_running:
                server.start()
        until = time.monotonic() + BACK_S
        for line in self.everybody:
            while not line.is_up:
                with suppress(*AWAY):
                    line.open()
                assert time.monotonic() < until, "not back in time"

    def agree(self) -> None:
        """Every page comes to show what a snapshot shows; with the same numbers it shows nothing else."""
        until = time.monotonic() + BACK_S
        for line in self.everybody:
            while not _is_level(line):
                assert time.monotonic() < until, "a page stays behind"
                time.sleep(0.1)

    def close(self) -> None:
        """Everybody leaves, and everything ends."""
        for line in self.everybody:
            line.drop()
        self.engine.dispose()
        for server in self.pair.servers:
            if server.is_running:
                server.kill()
        self._nest.close()
        self.redis.close()
        self.postgres.close()


def _at(server: Server) -> Address:
    return Address(f"http://127.0.0.1:{server.port}", server.url)


def _is_level(line: Recorder) -> bool:
    try:
        line.refresh_if_stale()
        fresh = line.ask("join", {})
    except LineLost:
        return False
    shown = {part.name: part for part in (line.screen.shared, line.screen.own) if part}
    if not fresh.get("ok") or line.screen.run != fresh["run"] or shown.keys() != fresh["audiences"].keys():
        return False
    for name, part in fresh["audiences"].items():
        if shown[name].seq == part["seq"]:
            assert as_shown(shown[name].view) == as_shown(part["view"]), "two truths with one number"
    return all(shown[name].seq >= part["seq"] for name, part in fresh["audiences"].items())


def frame(name: str, data: dict[str, Any], seq: int | None = None) -> dict[str, Any]:
    """A command that can be sent again."""
    more = {} if seq is None else {"expected_seq": seq}
    return {"command_id": str(uuid4()), "name": name, "data": data, **more}


def said(step: str, words: str) -> dict[str, Any]:
    """An answer by name."""
    return frame("say", {"step": step, "text": words, "summary": False})


def until_answered(line: Recorder, sent: dict[str, Any]) -> Answer:
    """The same command until the answer is not that something on our side did not work."""
    until = time.monotonic() + BACK_S
    while time.monotonic() < until:
        with suppress(*AWAY):
            if not line.is_up:
                line.open()
            answer = line.ask("command", sent)
            if answer.get("ok") or answer["error"]["code"] not in ("our_side", "too_many"):
                return answer
        time.sleep(0.1)
    raise AssertionError("never answered")
