"""A whole evening of T1, as planned and on time: from planning it to the hosts' questions for themselves."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime

import pytest
from playwright.sync_api import Browser, expect

from circle.content.loader import load_library
from circle.domain.plan import Part, part_seconds, parts
from tests.browser.people import HAND_ON, Host, Member
from tests.browser.test_evening import door_of
from tests.live.server import Server

PLAN = load_library().templates["T1"]
LINE = "That mornings would be easy again."


class Evening:
    """The people, and what each does in each part of the plan."""

    def __init__(self, server: Server, host: Host, people: tuple[Member, Member, Member]) -> None:
        self.server, self.host = server, host
        self.people, (self.rowan, self.theo, self.ada) = people, people
        self.expected: list[tuple[str, datetime]] = []

    def hold(self) -> None:
        """Every part for as long as it is planned, by the host's strong button alone."""
        press, now = "Begin", self.server.tick()
        for step in PLAN.steps:
            for number, part in enumerate(parts(step)):
                self.host.goes_on(press, "All clocks rest" if part is Part.PAUSE else step.title)
                self.expected.append((step.id, now))
                self.take_part(step.title, part)
                if part is not Part.WALL_READ:  # hosts take the time they need
                    now = self.server.advance(part_seconds(step, number))
                press = self.next_press(part)
        self.host.ends()

    def next_press(self, part: Part) -> str:
        """What the strong button says once this part is over."""
        words = {Part.WALL_WRITE: "Read the lines", Part.WALL_READ: "Show them together"}
        return words.get(part, "Begin again" if part is Part.PAUSE else "Next")

    def take_part(self, title: str, part: Part) -> None:
        """What people do and see."""
        if part is Part.ROUND:
            self._round(host_is_last=title == "Closing round")
        elif part is Part.WALL_WRITE:
            self.rowan.page.get_by_label("May be read aloud").check()
            self.rowan.sends(LINE)
        elif part is Part.WALL_READ:
            self.theo.does_not_see(LINE)
        elif part is Part.WALL_SHOW:
            self.theo.sees(LINE)
        elif part is Part.PAUSE:
            self.rowan.presses("I am back")
            self.host.sees(re.compile("One has said they are back"))
        elif title == "How we want to be together":
            self.ada.sees("What is said here stays here")
            self.ada.sees("You have said yes to these.")  # at the door
        elif title == "Hearing the lines":
            self.host.sees(LINE)
            self.rowan.sees(re.compile("There is no call tonight"))
            self.rowan.does_not_see(LINE)

    def _round(self, *, host_is_last: bool) -> None:
        """Everybody in their way; the host first, and last in the closing; *later* comes after all."""
        if not host_is_last:
            self.host.hands_on()
        self.rowan.hands_on("Something that helped: the rain stopped.")
        self.theo.has_the_piece()
        self.theo.presses("Later")
        self.ada.has_the_piece()
        self.ada.presses("Pass")
        if host_is_last:
            self.host.hands_on()
        self.theo.has_the_piece()
        self.theo.presses("Hold silence")
        self.theo.presses(HAND_ON)
        self.rowan.sees("It has gone round.")

    def timeline(self) -> list[tuple[str, datetime]]:
        """(step, when) of every part, as the server recorded it."""
        query = """SELECT step, happened_at FROM meeting_events
                   WHERE name IN ('step_started', 'part_started') ORDER BY version, at"""
        with sqlite3.connect(self.server.folder / "data" / "circle.sqlite") as db:
            return [(step, datetime.fromisoformat(at)) for step, at in db.execute(query)]


@pytest.mark.timeout(180)
def test_a_first_meeting(chromium: Browser, server: Server) -> None:
    server.start()
    host = Host(chromium, server.url)
    host.signs_in_by(server.sign_in)
    host.goes_to("/prepare/from/T1")
    host.page.locator("#day").fill("2026-11-26")
    host.page.locator("#at").fill("18:55")
    host.presses("Plan it")
    host.lands_on(PLAN.name)
    host.goes_to("/tonight")
    host.presses("Open the door")
    host.page.wait_for_url("**/meet/*")
    door = door_of(server)
    people = tuple(Member(chromium, server.url, name) for name in ("Rowan", "Theo", "Ada"))
    for member in people:
        member.walks_in_by(door)
    host.sees("Three people are at the door")
    host.lets_everybody_in()
    assert len(people) == 3
    evening = Evening(server, host, people)
    begun = server.tick()
    evening.hold()

    assert [(step, at.replace(tzinfo=None)) for step, at in evening.timeline()] == [
        (step, at.replace(tzinfo=None)) for step, at in evening.expected
    ]
    assert (server.tick() - begun).total_seconds() == PLAN.minutes * 60
    evening.rowan.presses("Stay a while")
    evening.rowan.sees("Here for a\u00a0while.")
    host.sees("One person is there.")
    _debrief(host)
    for member in people[1:]:
        member.lands_on("Good night.")
        member.does_not_see("Ten minutes for the hosts")
    for person in (host, *people):
        assert person.complaints == [], "\n".join(person.complaints)


def _debrief(host: Host) -> None:
    """Five questions, for hosts alone; what is written stays on the page."""
    host.page.get_by_text("Ten minutes for the hosts").click()
    for question in load_library().debrief:
        host.page.get_by_label(question).fill("A calm evening.")
    host.sees("Nothing is sent or stored.")
    with host.page.expect_download() as kept:
        host.presses("Keep as a file")
    assert kept.value.path().read_text().count("A calm evening.") == len(load_library().debrief)
    host.page.reload()
    host.page.get_by_text("Ten minutes for the hosts").click()
    expect(host.page.get_by_label(load_library().debrief[0])).to_have_value("")
