"""A quiet round in seven real browsers at two real servers; one is killed before the lines are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser, expect

from circle.domain.quiet import COLLECT_SECONDS
from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_lines import sits
from tests.browser.test_quiet import LINES, NAMES, Wire, posted_alike
from tests.cluster.pair import Pair
from tests.live.nest import Nest


@pytest.fixture
def pair(
    postgres_url: str,
    redis_server: str,
    empty_redis: redis.Redis,
    tmp_path: Path,
    chromium: Browser,
    nest: Nest | None,
) -> Iterator[Pair]:
    """Both servers, on the demo circle's Thursday."""
    running = Pair(tmp_path, postgres_url, redis_server, nest=nest)
    running.start()
    yield running
    for context in chromium.contexts:
        context.close()
    running.stop()


def test_lines_outlive_the_server_they_came_through(pair: Pair, chromium: Browser) -> None:
    doomed, stays = pair.servers
    host = Host(chromium, stays.url)
    host.signs_in_by(stays.sign_in.replace(doomed.url, stays.url))
    host.presses("Open the door")
    host.page.wait_for_url("**/meet/*")
    bases = {name: pair.servers[at % 2].url for at, name in enumerate(NAMES)}
    table = {name: sits(host, Member(chromium, bases[name], name), stays.door) for name in NAMES}
    host.goes_on("Begin", "Arrive")
    wires = {name: Wire(member.page).listen() for name, member in table.items()}
    asks(host, "What can be said only without a name?", "unnamed_wall")
    for member in table.values():
        member.sees("You would be one of six.")
    for name, line in LINES.items():
        table[name].writes(line)
        table[name].presses("Ready")
    for name in NAMES:
        _until(table[name], lambda name=name: bool(wires[name].of("tokens")))
    host.next_button.click()
    for name in NAMES:
        _until(table[name], lambda name=name: bool(wires[name].posts and wires[name].bare))
        posted_alike(wires[name])

    doomed.kill()
    pair.advance(COLLECT_SECONDS)
    host.sees(LINES["Ana"])
    host.goes_on("Show them together", "Read any later lines")
    expect(table["Bo"].page.locator(".poem__line")).to_have_count(3)
    doomed.start()
    for member in table.values():  # also those whose server was away
        for line in LINES.values():
            member.sees(line)
    table["Ana"].presses("Take mine back")
    table["Ana"].sees("It is taken back.")
    for member in table.values():
        expect(member.page.locator(".poem__line")).to_have_count(2)
    assert all(member.complaints == [] for member in table.values())


def _until(member: Member, so: object, tries: int = 150) -> None:
    for _ in range(tries):
        if so():  # type: ignore[operator]
            return
        member.page.wait_for_timeout(100)
    raise AssertionError("waited for what this page should have sent")
