"""Care of the room: somebody rests for a while, and hosts have a word between them."""

from __future__ import annotations

import json
import re
import sqlite3

from playwright.sync_api import Browser, expect

from tests.browser.people import PHONE, Host, Member
from tests.browser.test_desk import asks
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.browser.test_turns import frames_of
from tests.live.server import Server

RESTS = "Mira asks you to rest for a"


def another_host(chromium: Browser, server: Server, host: Host, name: str) -> Host:
    """Somebody with a personal link, who hosts too, at their desk."""
    database = sqlite3.connect(server.folder / "data" / "circle.sqlite")
    (circle,) = database.execute("SELECT id FROM circles").fetchone()
    tab = host.open_page()
    tab.goto(f"{server.url}/circle/{circle}/link")
    tab.locator("#name").fill(name)
    tab.get_by_role("button", name="Make the link").click()
    link = tab.locator("#personal").input_value()
    tab.close()
    with database:
        database.execute("UPDATE members SET role = 'host' WHERE name = ?", (name,))
    database.close()
    other = Host(chromium, server.url)
    other.page.goto(link)
    other.presses("Come to the door")
    other.page.wait_for_url("**/meet/*")
    return other


def test_somebody_rests_for_a_while_and_is_brought_back(
    chromium: Browser, server: Server, host: Host
) -> None:
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    asks(host, "A word for today?", "chat_word")
    rowan.sees("A word for today?")
    heard, others = frames_of(rowan.page), frames_of(theo.page)
    for member in (rowan, theo):
        member.page.reload()
        member.sees("A word for today?")
    rowan.page.locator("#answer").fill("Half a sentence")
    told = len(others)

    host.chooses_more("People and chairs", "Ask Rowan to rest for a while")
    host.finds_no_barrier("asking somebody to rest")
    host.presses("Yes, ask to rest")
    rowan.lands_on(re.compile(RESTS))
    rowan.finds_no_barrier("resting for a while")
    rowan.does_not_see("A word for today?")
    expect(host.page.locator(".people")).to_contain_text("asked to rest")
    host.finds_no_barrier("desk: people, one of them rests")
    host.page.keyboard.press("Escape")
    expect(host.page.get_by_label("Who is here")).to_contain_text("asked to rest")
    assert [frame for frame in others[told:] if '"changes"' in frame] == []

    so_far = len(heard)
    theo.answers("Slow, and all right")
    host.sees("Slow, and all right")
    rowan.presses("A slow breath to follow")
    rowan.sees(re.compile("In for four seconds"))
    rowan.finds_no_barrier("resting, with a breath")
    rowan.presses("Enough of it")
    rowan.presses("Numbers I can call")
    expect(rowan.page.locator('[data-hand="pause"]')).to_be_hidden()
    rowan.page.keyboard.press("Escape")
    rowan.presses("A private word")
    rowan.page.get_by_label("To the hosts").fill("May I come back?")
    rowan.presses("Send")
    host.sees("May I come back?")
    rowan.presses("Close")
    rowan.page.reload()
    rowan.lands_on(re.compile(RESTS))
    assert "Slow, and all right" not in json.dumps(heard[so_far:])
    assert "Theo" not in json.dumps(heard[so_far:])

    host.presses("Bring Rowan back")
    rowan.sees("You are back. There is nothing to catch up on.")
    rowan.sees("Slow, and all right")
    expect(rowan.page.locator("#answer")).to_have_value("Half a sentence")
    expect(host.page.get_by_label("Who is here")).not_to_contain_text("asked to rest")
    assert host.complaints + rowan.complaints + theo.complaints == []


def test_hosts_have_a_word_between_them(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.presses("More")
    host.sees("People and chairs")
    host.does_not_see(re.compile("Between hosts"))  # alone, there is nobody to write to
    host.page.keyboard.press("Escape")
    nour = another_host(chromium, server, host, "Nour")
    heard = frames_of(rowan.page)
    rowan.page.reload()
    rowan.sees("Come in and sit.")

    host.chooses_more("Between hosts: a note nobody else sees")
    host.page.get_by_label("To the other hosts").fill("Shall we go slower?")
    host.finds_no_barrier("between hosts")
    host.presses("Send")
    expect(host.page.get_by_label("To the other hosts")).to_have_value("")
    host.page.keyboard.press("Escape")
    expect(host.page.locator("#backstage")).to_have_count(0)  # one's own note is no news

    card = nour.page.locator("#backstage")
    expect(card).to_contain_text("Mira, to the hosts: Shall we go slower?")
    nour.finds_no_barrier("desk: a note between hosts")
    nour.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    nour.presses("A note from Mira")
    expect(card).to_be_in_viewport()
    nour.presses("Answer", inside=card)
    nour.sees("Shall we go slower?")
    nour.page.get_by_label("To the other hosts").fill("Yes, after this one.")
    nour.presses("Send")
    nour.finds_no_barrier("between hosts, with notes")
    nour.page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(host.page.locator("#backstage")).to_contain_text("Yes, after this one.")
    host.presses("Put away", inside=host.page.locator("#backstage"))
    expect(host.page.locator("#backstage")).to_have_count(0)

    told = json.dumps(heard)
    assert "slower" not in told
    assert "after this one" not in told
    assert host.complaints + nour.complaints + rowan.complaints == []


def test_when_few_have_come_the_desk_says_what_can_be_done(
    chromium: Browser, server: Server, host: Host
) -> None:
    door = door_of(server)
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door)
    few = host.page.get_by_label("Few have come")
    expect(few).to_have_count(0)  # it is not yet the hour
    server.advance(11 * 60)
    theo = sits(host, Member(chromium, server.url, "Theo"), door)
    expect(few).to_contain_text("Two have come so far.")
    host.finds_no_barrier("desk: few have come")
    expect(host.next_button).to_have_text("Begin")
    host.presses("Wait five minutes")
    expect(few).to_have_count(0)
    rowan.sees(re.compile("We are running five minutes late"))
    server.advance(6 * 60)
    host.chooses_more("Lock the door")  # with whatever comes from the server the page learns the hour
    expect(few).to_contain_text("Two have come so far.")
    host.presses("Put away", inside=few)
    expect(few).to_have_count(0)
    host.chooses_more("People and chairs", "Remove Rowan", "Yes, ask to leave")
    host.page.keyboard.press("Escape")
    expect(few).to_contain_text("One person has come so far.")
    host.presses("Not tonight", inside=few)
    host.finds_no_barrier("not tonight")
    host.presses("Not tonight, for everybody")
    theo.lands_on("Not tonight.")
    theo.sees("You will hear from the circle.")
    host.lands_on("Not tonight.")
    host.finds_no_barrier("not tonight, said")
    expect(host.page.get_by_role("link", name="Tonight")).to_be_visible()
    expect(host.page.get_by_role("link", name="Write the notes")).to_have_count(0)
    assert host.complaints + rowan.complaints + theo.complaints == []


def test_whoever_comes_late_reads_once_where_we_are(chromium: Browser, server: Server, host: Host) -> None:
    door = door_of(server)
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door)
    host.goes_on("Begin", "Arrive")
    asks(host, "A word for today?", "chat_word")
    rowan.answers("SAID-BEFORE slow, and all right")
    host.sees(re.compile("SAID-BEFORE"))
    theo = Member(chromium, server.url, "Theo")
    theo.walks_in_by(door)  # with the agreements first, as always
    host.presses("Let Theo in")
    theo.lands_on("Come in.")
    theo.sees(re.compile("^We are at a question from the host. People answer with a word or a line."))
    theo.sees(re.compile("It takes about eight minutes more."))
    theo.sees("A word for today?")
    theo.sees(re.compile("Nothing is asked of you here. You can listen first"))
    theo.does_not_see(re.compile("SAID-BEFORE"))
    theo.finds_no_barrier("coming late")
    theo.presses("How we are together")
    theo.sees("What is said here stays here.")
    theo.page.keyboard.press("Escape")
    host.presses("Break")
    host.presses("Five minutes")
    theo.sees(re.compile("We are having a break until about"))
    host.goes_on("Back now", "A word for today?")
    theo.presses("To the table")
    theo.answers("Glad to be here")
    theo.page.reload()
    theo.sees("A word for today?")
    expect(theo.page.get_by_role("heading", level=1, name="Come in.")).to_have_count(0)
    rowan.page.reload()
    rowan.sees("Glad to be here")
    assert host.complaints + rowan.complaints + theo.complaints == []
