"""Bad luck, as people meet it: blocked websockets, a wrong clock, two tabs, no script, leaving fast."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Host, Member
from tests.browser.test_evening import MINUTE, door_of
from tests.live.server import Server


@pytest.fixture
def host(chromium: Browser, server: Server) -> Host:
    """The host at an open table."""
    server.start()
    host = Host(chromium, server.url)
    host.signs_in_by(server.sign_in)
    host.presses("Open the door")
    host.page.wait_for_url("**/meet/*")
    return host


def sits(host: Host, member: Member, door: str) -> Member:
    """The member comes and is let in."""
    member.comes_by(door)
    host.presses(f"Let {member.name} in")
    member.sees("Come in and sit.")
    return member


def test_where_websockets_are_blocked_the_evening_goes_on_slowly(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = Member(chromium, server.url, "Rowan")
    rowan.context.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    sits(host, rowan, door_of(server))
    rowan.sees("You are on a slow line.")
    host.goes_on("Begin", "Arrive")
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill("A word for today?")
    host.page.locator("#way").select_option("chat_word")
    host.presses("Ask it now")
    rowan.sees("A word for today?")
    rowan.answers("Slow, and all right")
    host.sees("Slow, and all right")
    assert rowan.complaints == []


def test_a_phone_with_a_wrong_clock_counts_by_the_servers(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = Member(chromium, server.url, "Rowan")
    rowan.page.clock.install(time=datetime(2031, 1, 1, 3, 0, tzinfo=UTC))
    rowan.page.clock.resume()
    sits(host, rowan, door_of(server))
    host.goes_on("Begin", "Arrive")
    host.presses("Break")
    host.presses("Five minutes")
    rowan.sees("Back at 18:55.")
    rowan.presses("Minutes left")
    rowan.sees("Five minutes.")
    server.advance(3 * MINUTE)
    rowan.page.reload()
    rowan.presses("Minutes left")
    rowan.sees("Two minutes.")


def test_two_tabs_are_one_person_with_one_chair(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    second = rowan.open_page()
    second.goto(rowan.page.url)
    expect(second.get_by_text("Come in and sit.")).to_be_visible()
    expect(host.page.locator(".here li")).to_have_count(2)
    rowan.presses("Step out")
    host.sees("stepped out")
    rowan.page.close()
    second.get_by_role("button", name="Come back").click()
    host.does_not_see("stepped out")
    expect(host.page.locator(".here li")).to_have_count(2)


def test_leaving_fast_leaves_nothing_behind(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    rowan.context.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="elsewhere"))
    host.goes_on("Begin", "Arrive")
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill("For yourself?")
    host.page.locator("#way").select_option("private")
    host.presses("Ask it now")
    rowan.writes("Nobody is to read this.")
    room = rowan.page.url
    rowan.presses("Leave fast")
    rowan.page.wait_for_url("https://www.wikipedia.org/**")
    rowan.page.go_back()
    rowan.page.goto(room)
    expect(rowan.box).to_have_value("")


def test_without_script_the_way_in_is_whole_and_the_room_says_so(
    chromium: Browser, server: Server, host: Host
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, locale="en-GB", viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    page.goto(server.url + door_of(server))
    page.locator("#name").fill("Rowan")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="I can do this").click()
    page.get_by_role("button", name="Take a seat").click()
    expect(page.get_by_text("your browser has JavaScript switched off")).to_be_visible()
    page.get_by_role("link", name="Numbers you can call").click()
    expect(page.get_by_text("116 123").locator("visible=true").first).to_be_visible()


def test_somebody_removed_is_cut_within_two_seconds_and_told_kindly(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.chooses_more("People and chairs", "Remove Rowan", "Yes, ask to leave")
    expect(rowan.page.get_by_text("Good night.")).to_be_visible(timeout=2_000)
    host.does_not_see("line lost")


def test_a_held_room_says_so_and_goes_on_when_the_host_is_back(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    room = host.page.url
    host.page.goto("about:blank")
    server.set_clock(datetime(2026, 11, 26, 18, 52, tzinfo=UTC))
    rowan.sees(re.compile("We have lost Mira for a moment"))
    rowan.finds_no_barrier("held")
    host.page.goto(room)
    server.tick()
    rowan.sees("Come in. Nothing is asked yet.")
    assert rowan.complaints == []


def test_after_a_hundred_minutes_a_page_still_finds_its_way_back(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    server.advance(100 * MINUTE)
    server.kill()
    rowan.sees("The line dropped.")
    server.start()
    rowan.does_not_see("The line dropped.")
    host.does_not_see("The line dropped.")
    host.goes_on("Next", "Agreements")
    rowan.sees("What is said here stays here")
