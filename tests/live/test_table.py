"""Real connections at one table: two hosts at once, six writers, and what stands in the notes."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from circle.domain.quiet import COLLECT_SECONDS
from circle.simulate.browser import Browser
from circle.simulate.line import Answer
from circle.simulate.quiet import TakingPart
from tests.live.server import Server, running
from tests.simulate.watcher import Recorder, address_of, sign_in

pytestmark = pytest.mark.servers
NAMES = ("Rowan", "Theo", "Ada", "Imani", "Bea", "Jo")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The demo circle's Thursday, ten to seven; mails go to the mailbox page."""
    with running(tmp_path) as server:
        yield server


def ids(server: Server) -> tuple[str, str]:
    """(the planned session's id, the door's path)."""
    with sqlite3.connect(server.folder / "data" / "circle.sqlite") as db:
        (meeting,) = db.execute("SELECT id FROM meetings").fetchone()
        (token,) = db.execute("SELECT door_token FROM circles").fetchone()
    return meeting, f"/c/{token}"


def sit(browser: Browser, meeting: str) -> Recorder:
    """A page of the room, connected."""
    line = Recorder(browser, meeting)
    line.open()
    return line


def go_on(host: Recorder) -> Answer:
    """The host's strong button, as the page in front of them knows the stage."""
    return host.command("next", {}, expected_seq=host.screen.stage["seq"])


def go_on_to(host: Recorder, part: str) -> None:
    """Next, until the room does this."""
    for _ in range(40):
        if (host.screen.stage.get("step") or {}).get("part") == part:
            return
        seq = host.screen.stage["seq"]
        assert go_on(host)["ok"]
        host.wait("the next move", lambda screen, before=seq: screen.stage["seq"] > before)
    raise AssertionError(f"there is no {part} in this plan")


def test_two_hosts_press_next_at_once_and_one_step_happens(server: Server) -> None:
    meeting, _ = ids(server)
    browser = sign_in(server)
    browser.open(f"/meet/{meeting}")
    desks = [sit(browser, meeting), sit(browser, meeting)]
    assert desks[0].command("open_door", {})["ok"]
    for desk in desks:
        desk.wait("the open door", lambda screen: screen.phase == "open")
    together, answers = threading.Barrier(2), []

    def press(desk: Recorder) -> None:
        seq = desk.screen.stage["seq"]
        together.wait()
        answers.append(desk.command("next", {}, expected_seq=seq))

    threads = [threading.Thread(target=press, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer["ok"] for answer in answers) == [False, True]
    refused = next(answer for answer in answers if not answer["ok"])
    assert refused["error"]["code"] == "stale"
    assert refused["error"]["message"]
    for desk in desks:
        assert desk.wait("the first step", lambda screen: screen.phase == "live").stage["step"]["at"] == 0
        desk.close()


def test_from_six_writers_at_most_three_permitted_lines_stand_behind_the_sign_in(server: Server) -> None:
    meeting, door = ids(server)
    browser = sign_in(server)
    browser.open(f"/meet/{meeting}")
    host = sit(browser, meeting)
    host.command("open_door", {})
    phones = [Browser(address_of(server)) for _ in NAMES]
    members = []
    for phone, name in zip(phones, NAMES, strict=True):
        assert phone.come_in(door, name) == meeting
        members.append(sit(phone, meeting))
    host.command("admit_all", {})
    host.wait("the open door", lambda screen: screen.phase == "open")
    go_on_to(host, "wall_write")
    taking_part = []
    for phone, member, name in zip(phones, members, NAMES, strict=True):
        member.wait("the page to write on", lambda s: s.stage["step"]["part"] == "wall_write")
        part = TakingPart(phone, member, lambda _seconds: None)
        part.keep()
        part.ready({"text": f"A line {name} allowed.", "summary": name != "Jo"})
        taking_part.append(part)
    assert go_on(host)["ok"]
    for member, part in zip(members, taking_part, strict=True):
        member.wait("the collecting", lambda s: s.stage["quiet_round"]["collecting"])
        part.keep()
    server.advance(COLLECT_SECONDS)
    host.wait(
        "six lines to read", lambda s: s.shared is not None and len(s.shared.view["batch"]) == len(NAMES)
    )
    go_on_to(host, "wall_show")
    members[0].wait("six lines", lambda s: s.shared is not None and len(s.shared.view["lines"]) == len(NAMES))
    host.command("turn_to_closing", {}, expected_seq=host.screen.stage["seq"])
    host.wait("the closing", lambda screen: screen.phase == "closing")
    assert host.command("end_session", {}, expected_seq=host.screen.stage["seq"])["ok"]

    form = browser.http.get(f"{browser.address.base}/meet/{meeting}/summary").text
    offered = re.findall(r'name="line_ids" value="([^"]+)"', form)
    assert len(offered) == len(NAMES) - 1  # Jo's line is not even offered
    assert _keep(browser, form, meeting, offered[:4]).status_code == 422
    assert _keep(browser, form, meeting, offered[:3]).ok
    _release(browser, meeting)
    server.set_clock(datetime(2026, 11, 27, 9, 30, tzinfo=UTC))
    page = phones[0].http.get(f"{browser.address.base}/meet/{meeting}/lines").text
    assert len(re.findall(r"A line \w+ allowed\.", page)) == 3
    assert "Jo allowed" not in page
    for line in (host, *members):
        line.close()


def _keep(browser: Browser, form: str, meeting: str, lines: list[str]) -> requests.Response:
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    data = {**hidden, "titles": "We arrived slowly", "line_ids": lines, "practice": ""}
    return browser.http.post(f"{browser.address.base}/meet/{meeting}/summary", data=data)


def _release(browser: Browser, meeting: str) -> None:
    preview = browser.open(f"/meet/{meeting}/summary/preview")
    assert preview.action is not None
    browser.press(preview)
