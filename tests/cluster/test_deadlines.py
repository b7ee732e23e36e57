"""What time alone does is done once, whatever the number of processes that look at the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import create_engine, text

from circle.domain.quiet import COLLECT_SECONDS
from circle.store.engine import open_engine
from tests.cluster.pair import Pair
from tests.live.nest import Nest
from tests.live.server import Server
from tests.live.writers import Writers
from tests.simulate.watcher import Recorder

NAMES = ("Rowan", "Theo", "Ada", "Imani", "Bea", "Jo")


class Trio(Pair):
    """Three processes that look at the clock at the same moment."""

    def at_once(self, do: Callable[[Server], object]) -> None:
        """The same with all of them, at once."""
        with ThreadPoolExecutor(len(self.servers)) as pool:
            list(pool.map(do, self.servers))

    def feed(self) -> Counter[str]:
        """How often each kind of thing has happened, by the stored feed."""
        engine = create_engine(open_engine(self.servers[0].database_url).url)
        with engine.connect() as db:
            names = list(db.scalars(text("SELECT name FROM meeting_events")))
        engine.dispose()
        return Counter(names)


@pytest.fixture
def trio(
    postgres_url: str, redis_server: str, empty_redis: redis.Redis, tmp_path: Path, nest: Nest | None
) -> Iterator[Trio]:
    """All of them on the demo circle's Thursday."""
    trio = Trio(tmp_path, postgres_url, redis_server, ("one", "other", "third"), nest)
    trio.at_once(Server.start)
    yield trio
    trio.stop()


def told_once(lines: list[Recorder], seen: Callable[[dict[str, Any]], bool]) -> None:
    """Every page was told of this in one message, and of nothing twice."""
    for line in lines:
        room = [one for one in line.heard if not str(one["audience"]).startswith("self")]
        numbers = [(one["run"], one["audience"], one["seq"]) for one in room]
        assert len(set(numbers)) == len(numbers)
        stages = [c["item"] for one in room for c in one["changes"] if c["in"] == "stage" and c["item"]]
        turns = [
            now for before, now in zip([{}, *stages], stages, strict=False) if seen(now) and not seen(before)
        ]
        assert len(turns) == 1, line.screen.me


def test_each_deadline_happens_once_for_three_processes(trio: Trio) -> None:
    table = Writers(NAMES, *trio.servers)
    table.are_let_in()
    host, members, lines = table.host, table.members, [table.host, *table.members]
    table.write()
    table.are_collected()
    trio.at_once(lambda server: server.advance(COLLECT_SECONDS))
    table.batch(len(NAMES))
    assert trio.feed()["collected"] == 1

    assert host.command("start_break", {"minutes": 5}, expected_seq=host.screen.stage["seq"])["ok"]
    trio.at_once(lambda server: server.advance(5 * 60))
    for line in lines:
        line.wait("the bell", lambda screen: screen.stage["break"]["rang"])
    assert trio.feed()["break_rang"] == 1
    told_once(lines, lambda stage: bool((stage.get("break") or {}).get("rang")))

    lost = trio.servers[0].now + timedelta(seconds=46)
    trio.at_once(lambda server: server.set_clock(lost))
    for line in members:
        line.wait("the calm line", lambda screen: screen.phase == "held")
    assert host.ask("beat", {})["ok"]
    trio.at_once(Server.tick)
    for line in lines:
        line.wait("the room again", lambda screen: screen.phase == "break")
    feed = trio.feed()
    assert (feed["held"], feed["released"], feed["break_rang"], feed["collected"]) == (1, 1, 1, 1)
    told_once(lines, lambda stage: stage.get("phase") == "held")
    table.hang_up()
