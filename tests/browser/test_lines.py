"""Bad luck, as people meet it: blocked websockets, a wrong clock, two tabs, no script, leaving fast."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Browser, Route, expect

from tests.browser.people import Host, Member
from tests.browser.test_evening import MINUTE, door_of
from tests.live.server import Server


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


def test_the_room_is_there_before_the_line_is(chromium: Browser, server: Server, host: Host) -> None:
    """It comes with the page, and its words leave the page's text again; what is pressed goes when it can."""
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    waiting: list[Route] = []
    rowan.page.route("**/ticket", lambda route: waiting.append(route))  # noqa: PLW0108 (needs attributes)
    rowan.page.reload()
    rowan.sees("Come in and sit.")
    assert rowan.page.locator("#first").count() == 0
    rowan.presses("Agreements")
    rowan.sees("Passing is always fine and never explained.")
    host.goes_on("Begin", "Arrive")
    rowan.does_not_see("Arrive")
    waiting[0].continue_()
    expect(rowan.page.locator("nav.bar")).to_contain_text("Pass")
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


def test_somebody_removed_is_cut_at_once_and_told_kindly(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.chooses_more("People and chairs", "Remove Rowan", "Yes, ask to leave")
    expect(rowan.page.get_by_text("Good night.")).to_be_visible(timeout=5_000)
    rowan.sees(re.compile("Your chair is not kept here any more tonight"))
    rowan.finds_no_barrier("asked to leave")
    host.does_not_see("line lost")
    expect(rowan.page.get_by_role("button", name="Open it again")).to_have_count(0)
    expect(rowan.page.get_by_text("leads to the door")).to_have_count(0)
    rowan.presses("Numbers you can call")
    numbers = rowan.page.get_by_role("dialog").get_by_text("116 123")
    expect(numbers.locator("visible=true")).not_to_have_count(0)
    expect(rowan.page.get_by_role("button", name="I need help now")).to_be_hidden()
    rowan.finds_no_barrier("asked to leave, the numbers")


def test_whoever_is_removed_while_the_line_is_down_reads_the_same(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    rowan.page.context.set_offline(True)
    host.chooses_more("People and chairs", "Remove Rowan", "Yes, ask to leave")
    expect(host.page.get_by_role("button", name="Rowan may come again")).to_be_visible()
    rowan.page.context.set_offline(False)
    rowan.sees(re.compile("Your chair is not kept here any more tonight"))
    expect(rowan.page.get_by_role("button", name="Open it again")).to_have_count(0)


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


def asks(host: Host, question: str, way: str) -> None:
    """A step made on the spot."""
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill(question)
    host.page.locator("#way").select_option(way)
    host.presses("Ask it now")


def test_whoever_comes_in_mid_step_is_at_the_table_at_once(
    chromium: Browser, server: Server, host: Host
) -> None:
    host.goes_on("Begin", "Arrive")
    asks(host, "One word for the week?", "spoken_round")
    rowan = Member(chromium, server.url, "Rowan")
    rowan.comes_by(door_of(server))
    rowan.presses("Step out")  # also at the door there is a quiet page, and a way back
    rowan.sees("Your place at the door is kept.")
    rowan.presses("Come back")
    rowan.sees("Mira will let you")
    host.presses("Let Rowan in")
    rowan.sees("One word for the week?")
    assert rowan.complaints == []


def test_what_was_written_for_oneself_is_not_sent_by_handing_on(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    theo = sits(host, Member(chromium, server.url, "Theo"), door_of(server))
    host.goes_on("Begin", "Arrive")
    heading = host.page.locator("#main h1")
    while "On to sharing" not in host.next_button.inner_text():
        before = heading.inner_text()
        host.goes_on(host.next_button.inner_text(), re.compile("."))
        expect(heading).not_to_have_text(before)
        expect(host.next_button).to_have_attribute("aria-disabled", "false")
    rowan.writes("Nobody is to read this.")
    host.goes_on("On to sharing", re.compile("."))
    rowan.presses("I would like to speak")
    rowan.hands_on()
    theo.sees("Who would like it, takes it.")
    theo.does_not_see("Nobody is to read this.")
    rowan.presses("I would like to speak")
    rowan.presses("Use what I wrote for myself")
    rowan.hands_on()
    theo.sees("Nobody is to read this.")


def test_no_sentence_is_cut_off_when_the_step_goes_on(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    asks(host, "What went?", "unnamed_wall")
    rowan.writes("Half a line for")
    asks(host, "And now?", "none")
    rowan.sees("What you wrote is still here, for you alone.")
    rowan.presses("See it")
    rowan.sees("Half a line for")
    rowan.finds_no_barrier("not sent")
    rowan.presses("Let it vanish")
    rowan.does_not_see("Half a line for")
    rowan.page.reload()
    rowan.sees("And now?")
    rowan.does_not_see("What you wrote is still here")
    assert rowan.complaints == []


def test_an_answer_to_a_private_word_is_told_and_waits(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    theo = sits(host, Member(chromium, server.url, "Theo"), door_of(server))
    host.goes_on("Begin", "Arrive")
    rowan.presses("Hand")
    rowan.presses("I need help now")
    sheet = rowan.page.locator(".sheet--over:not(#hand)")
    rowan.presses("Send", inside=sheet)
    expect(sheet).to_contain_text("Your word is with the hosts.")
    rowan.presses("Close", inside=sheet)
    host.sees("I need help now.")
    host.page.locator("#answer-word").fill("I am here, only you and me.")
    host.presses("Answer")
    rowan.sees("Mira has answered you.")
    rowan.finds_no_barrier("answered")
    theo.does_not_see("Mira has answered you.")
    rowan.presses("Read it")
    rowan.sees("I am here, only you and me.")
    rowan.presses("Close", inside=sheet)
    rowan.does_not_see("Mira has answered you.")


def test_above_a_keyboard_box_who_sees_it_send_and_the_bar_are_seen(
    chromium: Browser, server: Server, host: Host
) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    for way, box, send in (
        ("unnamed_wall", "#words", "Send"),
        ("private", "#words", None),
        ("chat_word", "#answer", "Send"),
        ("spoken_round", "#words", "Send, and put it down"),
    ):
        asks(host, f"What went, and what never came, {way}? " * 5, way)
        rowan.sees(re.compile(way))
        if way == "spoken_round":
            host.hands_on()
        written = rowan.page.locator(box)
        written.fill("My old walk to work, and who I was on it. " * 4)
        rowan.page.set_viewport_size({"width": 360, "height": 330})
        for part in (written, rowan.page.locator("#who"), rowan.page.locator(".bar")):
            expect(part).to_be_in_viewport(ratio=1)
        seen = written.bounding_box()
        assert seen is not None
        assert seen["height"] >= 56, "two lines of one's own words"
        if send:
            expect(rowan.page.get_by_role("button", name=send, exact=True)).to_be_in_viewport(ratio=1)
            rowan.presses(send)  # a press that makes the keyboard go does not miss its button
            expect(written.filter(has_text="walk to work")).to_have_count(0)
        rowan.page.set_viewport_size(rowan.viewport)  # type: ignore[arg-type]
    assert rowan.complaints == []
