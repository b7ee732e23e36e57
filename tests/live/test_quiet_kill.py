"""A real server is killed between the collecting and the release: what was said was in its memory alone."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle.simulate.browser import Browser
from circle.simulate.quiet import TakingPart
from tests.live.server import Server, running
from tests.live.test_table import NAMES, go_on, go_on_to, ids, sit
from tests.simulate.watcher import Recorder, address_of, sign_in

pytestmark = pytest.mark.servers
LINES = ("KILLED-WORDS of the first", "KILLED-WORDS of the second")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The demo circle's Thursday, ten to seven."""
    with running(tmp_path) as server:
        yield server


def everything_on_disk(server: Server) -> bytes:
    """Every file of the server: database, its log, keys, what it printed."""
    return b"\n".join(path.read_bytes() for path in server.folder.rglob("*") if path.is_file())


def test_nothing_is_on_the_disk_and_the_next_round_has_another_key(server: Server) -> None:
    meeting, door = ids(server)
    browser = sign_in(server)
    browser.open(f"/meet/{meeting}")
    host = sit(browser, meeting)
    host.command("open_door", {})
    phones = [Browser(address_of(server)) for _ in NAMES]
    members: list[Recorder] = []
    for phone, name in zip(phones, NAMES, strict=True):
        phone.come_in(door, name)
        members.append(sit(phone, meeting))
    host.command("admit_all", {})
    host.wait("the open door", lambda screen: screen.phase == "open")
    go_on_to(host, "wall_write")
    parts: list[TakingPart] = []
    taken: list[bool] = []
    for at, (phone, member) in enumerate(zip(phones, members, strict=True)):
        member.wait("the page to write on", lambda s: s.stage["step"]["part"] == "wall_write")
        post = phone.post_unseen
        phone.post_unseen = lambda *sent, post=post: taken.append(post(*sent))  # type: ignore[method-assign,misc]
        parts.append(TakingPart(phone, member, lambda _seconds: None))
        parts[-1].keep()
        parts[-1].ready({"text": LINES[at]} if at < len(LINES) else {})
    before = host.screen.stage["quiet_round"]
    assert go_on(host)["ok"]
    for member, part in zip(members, parts, strict=True):
        member.wait("the collecting", lambda s: s.stage["quiet_round"]["collecting"])
        part.keep()
    assert taken == [True] * len(NAMES), "the words were there"

    server.kill()
    left = everything_on_disk(server)
    assert b"SQLite format 3" in left
    for words in LINES:
        for form in (words.encode(), words.encode("utf-16-le"), base64.b64encode(words.encode())[:24]):
            assert form not in left
    for line in (host, *members):
        line.close()

    server.start()
    desk = sit(sign_in(server), meeting)
    after = desk.screen.stage["quiet_round"]
    assert after["key"] != before["key"]
    assert after["round"] != before["round"]
    server.advance(60)
    assert not any(words in str(desk.screen.stage) + str(desk.shown) for words in LINES)
    assert LINES[0].encode() not in everything_on_disk(server)
    desk.close()
