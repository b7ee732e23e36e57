"""When a host's line is lost: who is told when, who may hold the room, and how it goes back."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.live.proxy import Line
from tests.live.server import Server

# In real time each takes a minute; with the clock of tests both are looked at elsewhere.
WAYS_TO_BE_LOST = ["black hole", "closed"] if os.environ.get("CIRCLE_TEST_FULL") else ["black hole"]

QUESTION_SECONDS = 8 * 60  # a host's own question, written for oneself
LOST = "Mira’s line is lost. You can hold the room until they are back."


def at(minutes: int, seconds: int) -> datetime:
    """A moment of the demo circle's Thursday, after 18:50."""
    return datetime(2026, 11, 26, 18, 50, tzinfo=UTC) + timedelta(minutes=minutes, seconds=seconds)


def keeps_the_bell(host: Host, member: Member) -> None:
    """The host asks, the member says yes."""
    host.chooses_more("People and chairs", f"Ask {member.name} to keep the bell")
    host.page.keyboard.press("Escape")
    member.sees("would you keep the bell tonight?")
    member.finds_no_barrier("asked to keep the bell")
    member.presses("I will")
    member.sees("You keep the bell.")


@pytest.fixture
def table(chromium: Browser, server: Server, host: Host) -> tuple[Host, Member, Member]:
    """A question is on; Rowan keeps the bell."""
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    asks(host, "What is still warm?", "private")
    keeps_the_bell(host, rowan)
    return host, rowan, theo


def test_the_bell_pauses_the_room_without_a_reason(table: tuple[Host, Member, Member]) -> None:
    host, rowan, theo = table
    rowan.presses("Pause the room")
    for somebody in (rowan, theo):
        somebody.sees("We are pausing. There is nothing you need to do.")
    theo.finds_no_barrier("the room pauses")
    host.sees("The room pauses. All clocks rest.")
    host.finds_no_barrier("desk: the room pauses")
    theo.writes("Still here.")
    host.presses("Go on where we were")
    theo.does_not_see("We are pausing. There is nothing you need to do.")
    expect(theo.box).to_have_value("Still here.")
    host.chooses_more(re.compile("^Pause bell"))
    rowan.sees("We are pausing. There is nothing you need to do.")
    rowan.presses("Go on where we were")
    host.does_not_see("The room pauses. All clocks rest.")


def test_the_guardian_holds_the_room_until_the_host_is_back(
    server: Server, table: tuple[Host, Member, Member]
) -> None:
    host, rowan, theo = table
    room = host.page.url
    host.page.goto("about:blank")
    server.set_clock(at(0, 21))
    rowan.sees(LOST)
    rowan.finds_no_barrier("the host's line is lost")
    theo.does_not_see(re.compile("line is lost"))
    server.set_clock(at(0, 46))
    for somebody in (rowan, theo):
        somebody.sees("We have lost Mira for a moment.")
    rowan.presses("Hold the room")
    rowan.page.locator(".desk").wait_for()
    server.tick()
    theo.sees("Rowan holds the room until Mira is back.")
    theo.sees("What is still warm?")
    rowan.finds_no_barrier("the guardian's desk")
    rowan.presses("Next")
    theo.lands_on(re.compile("Agreements|agreements"))
    host.page.goto(room)
    host.sees("Rowan leads now.")
    host.finds_no_barrier("desk: another leads")
    host.page.reload()
    host.sees("Rowan leads now.")  # nobody seizes the room by loading the page anew
    host.presses("Take the room")
    host.next_button.wait_for()
    rowan.sees("You keep the bell.")
    expect(rowan.page.locator(".desk")).to_have_count(0)
    theo.does_not_see("Rowan holds the room until Mira is back.")
    assert host.complaints == rowan.complaints == theo.complaints == []


def test_with_nobody_there_is_a_goodbye_with_numbers_after_ten_minutes(
    server: Server, table: tuple[Host, Member, Member]
) -> None:
    host, _rowan, theo = table
    host.page.goto("about:blank")
    server.set_clock(at(0, 50))
    theo.sees("We have lost Mira for a moment.")
    left = theo.page.evaluate("window.circleRoom.secondsLeft()")
    assert left == QUESTION_SECONDS, "frozen as of the moment of loss; the server's clock stood until then"
    server.set_clock(at(10, 5))
    theo.page.reload()
    theo.lands_on("We end here for tonight.")
    theo.finds_no_barrier("the goodbye of a held room")
    theo.presses("Hand")
    theo.sees("116 123")


def test_a_host_who_opened_the_call_has_three_minutes(
    server: Server, table: tuple[Host, Member, Member]
) -> None:
    host, rowan, theo = table
    _say_in_call(host)
    host.page.goto("about:blank")
    server.set_clock(at(2, 50))
    server.tick()
    for somebody in (rowan, theo):
        somebody.sees("What is still warm?")
        somebody.does_not_see(re.compile("We have lost"))
        somebody.does_not_see(re.compile("line is lost"))
    server.set_clock(at(3, 5))
    theo.sees("We have lost Mira for a moment.")


def _say_in_call(host: Host) -> None:
    """What the call's link does on a phone, just before the page is suspended."""
    answer = host.page.evaluate(
        """async () => {
          const page = JSON.parse(document.getElementById('page').textContent);
          const sent = await fetch(`/live/${page.meeting}/status`, {
            method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': page.csrf },
            body: JSON.stringify({ status: 'call' }) });
          return (await sent.json()).ok;
        }"""
    )
    assert answer


# -- with real time -----------------------------------------------------------------------------------
@pytest.fixture
def by_the_real_clock(tmp_path: Path) -> Iterator[Server]:
    """A server whose clock nobody moves."""
    running = Server(tmp_path, environment={"CIRCLE_TEST_NOW": ""})
    yield running
    running.stop()


@pytest.mark.parametrize(
    "how", ["closed", "black hole"] if os.environ.get("CIRCLE_TEST_FULL") else ["black hole"]
)
def test_measured_the_guardian_is_asked_within_25_seconds_and_everybody_told_within_50(
    chromium: Browser, by_the_real_clock: Server, how: str
) -> None:
    server = by_the_real_clock
    line = Line(server.port)
    server.environment["CIRCLE_ORIGINS"] = f"{server.url} {line.url}"
    server.start()
    host = Host(chromium, line.url)
    host.signs_in_by(server.sign_in.replace(server.url, line.url))
    host.presses(re.compile("^Hold a circle now"))
    host.presses(re.compile("^Open the door"))
    host.page.wait_for_url("**/meet/*")
    door = host.page.evaluate("JSON.parse(document.getElementById('page').textContent).door")
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", re.compile("."))
    asks(host, "What is still warm?", "private")
    rowan.sees("What is still warm?")
    keeps_the_bell(host, rowan)
    lost_at = time.monotonic()
    line.cut() if how == "closed" else line.swallow()
    expect(rowan.page.get_by_text(LOST)).to_be_visible(timeout=25_000)
    offered = time.monotonic() - lost_at
    told = []
    for somebody in (rowan, theo):
        expect(somebody.page.get_by_text("We have lost Mira for a moment.")).to_be_visible(timeout=50_000)
        told.append(time.monotonic() - lost_at)
    print(f"{how}: offered after {offered:.1f} s, held after {max(told):.1f} s")
    assert 15 < offered < 25, "not before it is sure"
    assert 38 < max(told) < 50
    rowan.presses("Hold the room")
    rowan.page.locator(".desk").wait_for()
    theo.sees("Rowan holds the room until Mira is back.")
    line.mend()
    host.page.reload()
    host.presses("Take the room")
    theo.does_not_see("Rowan holds the room until Mira is back.")
    line.close()
