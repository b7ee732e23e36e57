"""The pulse with a host and five phones: everybody is asked, hosts see rough numbers, nobody sees who."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import DESKTOP, PHONE, Host, Member
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_turns import frames_of
from tests.live.server import Server

NAMES = ("Ana", "Bo", "Cy", "Dee", "Eli")
QUESTION = re.compile("Where are you right now. Hosts see how many")
PICTURES = os.environ.get("CIRCLE_TEST_PICTURES", "")  # a folder, for looking at the pages


def pictured(member: Member | Host, name: str) -> None:
    """The page as it is, by night and by day, if somebody would like to look at it."""
    if not PICTURES:
        return
    if isinstance(member, Host):
        member.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        member.page.screenshot(path=Path(PICTURES) / f"{name}-phone.png")
        member.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    for theme in ("day", "night"):
        member.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        member.page.screenshot(path=Path(PICTURES) / f"{name}-{theme}.png")


@pytest.fixture
def table(chromium: Browser, server: Server, host: Host) -> dict[str, Member]:
    """Five at the table; the host would like to know where people are."""
    door = door_of(server)
    members = {name: sits(host, Member(chromium, server.url, name), door) for name in NAMES}
    host.chooses_more()
    pictured(host, "more")
    host.presses(re.compile("^Ask now and then where people are"))
    host.goes_on("Begin", "Arrive")
    return members


def test_everybody_is_asked_and_hosts_see_rough_numbers(
    server: Server, host: Host, table: dict[str, Member]
) -> None:
    ana, bo, cy = table["Ana"], table["Bo"], table["Cy"]
    heard = {name: frames_of(table[name].page) for name in ("Bo", "Dee")}
    for name in heard:
        table[name].page.reload()
    for member in table.values():
        member.sees(QUESTION)
    ana.finds_no_barrier("pulse: the question")
    pictured(ana, "question")
    host.sees("Everybody is asked where they are; what comes of it stands here in a moment.")
    for name in ("Ana", "Dee", "Eli"):
        table[name].presses("Say it")
        table[name].presses(re.compile("^Settled"))
        table[name].presses("Back to the room")
        table[name].does_not_see(QUESTION)
    bo.presses("Say it")
    bo.finds_no_barrier("pulse: four places")
    pictured(bo, "places")
    before = [len(frames) for frames in heard.values()]
    bo.presses(re.compile("^Flooded"))
    bo.sees("Too much, too fast. You can set it down here")
    bo.presses("Something to hold on to")
    bo.sees(re.compile("three things that keep still"))
    bo.finds_no_barrier("pulse: a kind answer")
    pictured(bo, "flooded")
    cy.presses("Rather not say")
    cy.does_not_see(QUESTION)
    for frames, at in zip(heard.values(), before, strict=True):
        others = [frame for frame in frames[at:] if "beat" not in frame and "say_where" not in frame]
        assert not [frame for frame in others if "pulse" in frame or "flooded" in frame]
    host.does_not_see("Where people are")
    server.advance(26)
    host.sees("Too few answers to show safely. Look, listen, ask.")


def test_a_card_with_rough_numbers_is_followed_or_put_away(
    server: Server, host: Host, table: dict[str, Member]
) -> None:
    for name, place in zip(NAMES, ("Settled", "Stirred", "Flooded", "Far away", "Far away"), strict=True):
        table[name].presses("Say it")
        table[name].presses(re.compile(f"^{place}"))
        table[name].presses("Back to the room")
    frames = frames_of(host.page)
    host.page.reload()
    host.presses("And you?")
    host.sees("Only you see this. It stays on this page, and hosts are not counted.")
    host.presses(re.compile("^Far away"))
    host.sees("Somebody else could hold the room for a moment.")
    host.finds_no_barrier("pulse: a host's own place")
    pictured(host, "own")
    host.presses("Go on")
    assert not [frame for frame in frames if "say_where" in frame], "a host is not counted, nor told of"
    server.advance(26)
    host.sees("Stop here, kindly. Turn to the coming down; the rest can wait for another day.")
    felt = host.page.locator(".felt")
    expect(felt.locator("dl")).to_have_text(
        re.compile("Settledone or two.*Stirredone or two.*Floodedone or two.*Far awayone or two", re.S)
    )
    host.finds_no_barrier("desk: where people are")
    pictured(host, "desk")
    table["Ana"].does_not_see(QUESTION)
    table["Ana"].does_not_see(re.compile("one or two"))
    host.presses("Put away", inside=felt)
    expect(felt).to_have_count(0)
    assert (
        host.complaints == [complaint for member in table.values() for complaint in member.complaints] == []
    )


def everybody_says(table: dict[str, Member], place: str) -> None:
    """All of them, one after the other."""
    for member in table.values():
        member.presses("Say it")
        member.presses(re.compile(f"^{place}"))
        member.presses("Back to the room")


def test_an_evening_that_ends_heavier_than_it_began_is_a_question_for_the_debrief(
    server: Server, host: Host, table: dict[str, Member]
) -> None:
    everybody_says(table, "Settled")
    server.advance(26)
    host.sees("Most are within reach. Go on as planned.")
    server.advance(4 * 60)
    while not re.search("What still deserves thanks", host.page.locator(".cue__row--here").inner_text()):
        before = host.page.locator("#main").inner_text()
        expect(host.next_button).to_have_attribute("aria-disabled", "false")
        host.next_button.click()
        expect(host.page.locator("#main")).not_to_have_text(before)
        server.advance(13)  # a quiet round has been collected
    server.advance(26)  # the question after the landing
    server.advance(4 * 60 + 1)  # and the one before the closing
    everybody_says(table, "Flooded")
    server.advance(26)
    host.sees("Stop here, kindly.")
    host.chooses_more("End the session", "End for everybody")
    host.page.get_by_text("Ten minutes for the hosts").click()
    host.sees("People left less settled than they came. What would you plan lighter?")


def test_a_number_for_oneself_leaves_no_page_and_goes_at_the_end(
    server: Server, host: Host, table: dict[str, Member]
) -> None:
    ana = table["Ana"]
    frames, requests = frames_of(ana.page), list[str]()
    ana.page.on("request", lambda sent: requests.append(f"{sent.url} {sent.post_data}"))
    ana.page.reload()
    ana.presses("Hand")
    ana.finds_no_barrier("hand, with the place")
    pictured(ana, "hand")
    ana.presses("Where I am right now")
    ana.page.get_by_text("A number for myself").click()
    sent, asked = len(frames), len(requests)
    for number in ("7", "9", "3"):
        ana.page.locator("#own-number").fill(number)
    ana.sees(re.compile(r"^3\. It stays on this device"))
    ana.finds_no_barrier("pulse: a number for oneself")
    pictured(ana, "number")
    expect(ana.page.locator("#own-number")).to_have_value("3")
    assert [frame for frame in frames[sent:] if len(frame) > 2 and "beat" not in frame] == []
    assert requests[asked:] == []
    kept = "Object.keys(sessionStorage).filter((key) => key.startsWith('number:')).length"
    assert ana.page.evaluate(kept) == 1
    ana.presses("Close", inside=ana.page.get_by_role("dialog", name="Where are you right now?"))
    host.chooses_more("End the session", "End for everybody")
    ana.page.wait_for_selector(".after")
    assert ana.page.evaluate(kept) == 0


def test_below_five_the_page_answers_alone_and_a_word_is_ones_own_to_send(
    server: Server, host: Host, table: dict[str, Member]
) -> None:
    ana = table["Ana"]
    ana.sees(QUESTION)
    host.chooses_more("People and chairs", "Remove Eli", "Yes, ask to leave")
    ana.sees("Where are you right now? Only you see this. It stays on this page.")
    frames = frames_of(ana.page)
    ana.page.reload()
    ana.presses("Say it")
    sent = len(frames)
    ana.presses(re.compile("^Far away"))
    ana.sees("Far away is a way to take care of oneself.")
    assert not [frame for frame in frames[sent:] if "say_where" in frame]
    pictured(ana, "alone")
    ana.presses("Tell a host it was me")
    ana.finds_no_barrier("pulse: tell a host")
    ana.presses("Send", inside=ana.page.get_by_role("dialog", name="A private word"))
    host.page.keyboard.press("Escape")
    host.sees("At the moment I am far away: blank, or foggy.")
    server.advance(26)
    host.does_not_see("Where people are")
    assert ana.complaints == []
