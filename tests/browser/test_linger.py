"""After the closing: who likes stays in a quiet room, hosts are free to go, and it closes by itself."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_evening import MINUTE, door_of
from tests.browser.test_lines import sits
from tests.live.server import Server

OPEN = "A quiet room stays open until 19:05."  # fifteen minutes after ten to seven


def test_a_while_after_the_closing(chromium: Browser, server: Server, host: Host) -> None:
    door = door_of(server)
    rowan, theo, ada = (
        sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo", "Ada")
    )
    host.goes_on("Begin", "Arrive")
    host.chooses_more("End the session")
    host.presses("End for everybody")
    for somebody in (rowan, theo, ada, host):
        somebody.sees(OPEN)
    ada.finds_no_barrier("the end, and a quiet room")
    host.sees("Nobody is there at the moment.")
    rowan.presses("Stay a while")
    rowan.sees("Here for a\u00a0while.")
    rowan.sees("no host is in it, and the numbers are in reach")
    theo.presses("Stay a while")
    here = rowan.page.get_by_role("list", name="Who is here")
    expect(here).to_contain_text("Theo")
    expect(here).not_to_contain_text("Ada")
    rowan.finds_no_barrier("the quiet room")
    ada.does_not_see("Theo")
    host.sees("Two people are there.")
    host.finds_no_barrier("the end, for hosts")
    host.presses("Close the quiet room")
    host.presses("Leave it open")
    host.presses("Stay a while")
    rowan.does_not_see("no host is in it")
    host.presses("Go now")
    rowan.sees("no host is in it, and the numbers are in reach")
    theo.presses("Go now")
    expect(here).not_to_contain_text("Theo")

    server.kill()
    rowan.sees("The line dropped.")
    server.start()
    rowan.does_not_see("The line dropped.")
    rowan.sees("Here for a\u00a0while.")
    server.advance(13 * MINUTE)
    rowan.sees("In two minutes the room closes.")
    rowan.finds_no_barrier("the quiet room closes soon")
    server.advance(2 * MINUTE)
    rowan.sees("Good night.")
    rowan.does_not_see("Stay a while")
    ada.does_not_see(OPEN)
    assert [somebody.complaints for somebody in (host, rowan, theo, ada)] == [[], [], [], []]


def test_a_host_may_close_it_and_not_by_one_press(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    host.chooses_more("End the session")
    host.presses("End for everybody")
    rowan.presses("Stay a while")
    host.sees("One person is there.")
    host.presses("Close the quiet room")
    rowan.sees("Here for a\u00a0while.")
    host.presses("Yes, close it for everybody")
    rowan.lands_on("Good night.")
    host.does_not_see("A quiet room stays open until 19:05.")
