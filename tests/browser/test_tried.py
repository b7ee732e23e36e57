"""What people met who tried an evening: a name at the door, a promised bell, large letters, a desk."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Dialog, Page, expect
from sqlalchemy import create_engine, text

from tests.browser.people import Host, Member
from tests.browser.test_desk import asks, whispers
from tests.browser.test_evening import door_of
from tests.browser.test_lines import sits
from tests.live.server import Server

BELLS = """(() => {
  window.bells = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.bells += 0.5; return make.call(this); };
})()"""
BEFORE_THE_BAR = """() => {
  const box = (what) => document.querySelector(what).getBoundingClientRect();
  return box('.table-page__foot').bottom <= box('.bar').top;
}"""
SMALL = {"width": 360, "height": 700}
SIDEWAYS = {"width": 640, "height": 320}


def letters_of(page: Page, size: int) -> None:
    """The letters that somebody has chosen in their browser, in px."""
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": size}})


def test_who_asks_to_talk_at_the_door_has_a_name(chromium: Browser, server: Server, host: Host) -> None:
    rowan = Member(chromium, server.url, "Rowan")
    rowan.comes_by(door_of(server))
    host.sees("Somebody is at the door")
    whispers(rowan, "May I talk first?")
    host.sees("Rowan, privately:")
    expect(host.page.get_by_label("Answer Rowan privately")).to_be_visible()
    rowan.page.keyboard.press("Escape")
    host.page.get_by_role("button", name="Not tonight, Rowan").click()
    host.sees("Not tonight: Rowan.")
    expect(host.page.get_by_label("Answer Rowan privately")).to_be_visible()
    assert host.complaints + rowan.complaints == []


def test_the_bell_rings_where_it_is_on_and_nowhere_else(
    chromium: Browser, server: Server, host: Host
) -> None:
    door = door_of(server)
    rowan, theo = (Member(chromium, server.url, name, SMALL) for name in ("Rowan", "Theo"))
    for member in (rowan, theo):
        member.page.add_init_script(BELLS)
        sits(host, member, door)
    host.goes_on("Begin", "Arrive")
    host.presses("Break")
    host.presses("Three minutes")
    for member in (rowan, theo):
        member.sees("This page is silent until you turn its bell on.")
        member.does_not_see(re.compile("soft bell"))
    rowan.presses("Turn the bell on")
    rowan.sees("A soft bell rings here when we begin again.")
    rowan.finds_no_barrier("break: the bell is on")
    assert [person.page.evaluate("bells") for person in (rowan, theo)] == [1, 0], "once, softly, to be heard"
    host.presses("Back now")
    rowan.sees("We are back where we were.")
    theo.sees("We are back where we were.")
    assert [person.page.evaluate("bells") for person in (rowan, theo)] == [2, 0]
    # the time runs out, and somebody has stepped out meanwhile
    host.presses("Break")
    host.presses("Three minutes")
    rowan.sees("A soft bell rings here when we begin again.")
    rowan.presses("Step out")
    server.advance(3 * 60 + 10)
    theo.sees("We are coming back.")
    rowan.page.wait_for_function("() => window.bells === 3")
    host.presses("Begin again")
    rowan.page.wait_for_function("() => window.bells === 4")
    assert theo.page.evaluate("bells") == 0
    assert host.complaints + rowan.complaints + theo.complaints == []


def test_the_debrief_is_not_lost_without_a_word(chromium: Browser, server: Server, host: Host) -> None:
    sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.chooses_more("End the session")
    host.presses("End for everybody")
    host.lands_on("Good night.")
    room = host.page.url
    host.page.get_by_text("Ten minutes for the hosts").click()
    host.page.get_by_label("What went well for the room?").fill("The silence held.")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    host.page.on("dialog", stay)
    with host.page.expect_event("dialog"):
        host.presses("Write the notes")
    assert asked == ["beforeunload"]
    assert host.page.url == room
    expect(host.page.get_by_label("What went well for the room?")).to_have_value("The silence held.")
    with host.page.expect_download():
        host.presses("Keep as a file")
    host.presses("Write the notes")
    host.page.wait_for_url("**/summary")
    assert asked == ["beforeunload"], "kept words go with no question"
    # and whoever leaves fast is asked nothing
    host.page.goto(room)
    host.page.get_by_text("Ten minutes for the hosts").click()
    host.page.get_by_label("What went well for the room?").fill("The silence held.")
    elsewhere = re.compile(r"^https?://(?!localhost)")
    host.page.route(elsewhere, lambda route: route.fulfill(body="elsewhere"))
    host.presses("Leave fast")
    host.page.wait_for_url(elsewhere)
    assert asked == ["beforeunload"]


def test_two_by_two_the_box_covers_nothing_where_letters_are_large(
    chromium: Browser, server: Server, host: Host
) -> None:
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name, SMALL), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    asks(host, "What holds you these days, when the mornings are dark and long?", "pair")
    rowan.sees(re.compile("With Theo"))
    write = rowan.page.locator(".pair__write")
    expect(write).to_have_css("position", "sticky")
    rowan.page.set_viewport_size(SIDEWAYS)
    expect(write).not_to_have_css("position", "sticky")
    rowan.page.set_viewport_size(SMALL)
    letters_of(rowan.page, 32)
    expect(write).not_to_have_css("position", "sticky")
    assert rowan.complaints + theo.complaints == []


def test_it_is_with_you_is_in_sight_where_letters_are_large(
    chromium: Browser, server: Server, host: Host
) -> None:
    door = door_of(server)
    rowan = sits(host, Member(chromium, server.url, "Rowan", SMALL), door)
    sits(host, Member(chromium, server.url, "Theo", SMALL), door)
    letters_of(rowan.page, 32)
    host.goes_on("Begin", "Arrive")
    asks(host, "Say the name you would like to hear, and what helped you get here. " * 3, "spoken_round")
    expect(rowan.page.get_by_role("button", name="All of it")).to_be_visible()
    host.hands_on()
    where = rowan.page.locator(".page__where")
    expect(where).to_have_text(re.compile("It is with you"))
    expect(where).to_be_in_viewport(ratio=1)
    assert rowan.page.evaluate("document.activeElement === document.body")
    rowan.page.set_viewport_size(SIDEWAYS)
    letters_of(rowan.page, 16)
    host.presses("Take it to the table for a moment")
    host.presses("Give it to Rowan")
    expect(where).to_have_text(re.compile("It is with you"))
    expect(where).to_be_in_viewport(ratio=1)


def test_in_a_call_what_to_do_with_the_piece_is_in_sight_too(chromium: Browser, server: Server) -> None:
    server.start()
    engine = create_engine(server.database_url)
    with engine.begin() as db:
        db.execute(text("UPDATE circles SET call_url = 'https://call.example/abc'"))
    engine.dispose()
    host = Host(chromium, server.url)
    host.opens_the_door_by(server.sign_in)
    door = door_of(server)
    rowan = sits(host, Member(chromium, server.url, "Rowan", SMALL), door)
    sits(host, Member(chromium, server.url, "Theo", SMALL), door)
    letters_of(rowan.page, 32)
    host.goes_on("Begin", "Arrive")
    asks(host, "Say the name you would like to hear, and what helped you get here. " * 3, "spoken_round")
    host.does_not_see("Write something")
    host.hands_on()
    rowan.has_the_piece()
    rowan.page.wait_for_function("() => scrollY > 0")  # without a press: it lies below the edge
    expect(rowan.page.get_by_role("button", name="Hand it on to Theo")).to_be_in_viewport(ratio=1)
    rowan.page.wait_for_function(BEFORE_THE_BAR)
    assert host.complaints + rowan.complaints == []


def test_a_host_writes_by_a_press_beside_the_turn(chromium: Browser, server: Server, host: Host) -> None:
    rowan = sits(host, Member(chromium, server.url, "Rowan"), door_of(server))
    host.goes_on("Begin", "Arrive")
    asks(host, "What is still warm?", "spoken_round")
    host.finds_no_barrier("desk: the piece is with the host")
    host.presses("Write something")
    box = host.page.locator("textarea#words")
    expect(box).to_be_focused()
    box.fill("A bus, and a friend.")
    host.presses(re.compile("^To the desk"))
    host.presses("Go on writing")
    expect(box).to_have_value("A bus, and a friend.")
    host.presses(re.compile("^Send, and hand it on"))
    rowan.sees("A bus, and a friend.")
    host.presses(re.compile("^To the desk"))
    host.does_not_see("Write something")
    assert host.complaints + rowan.complaints == []


def test_words_below_the_edge_of_the_desk_are_told_of(chromium: Browser, server: Server, host: Host) -> None:
    door = door_of(server)
    rowan, theo = (sits(host, Member(chromium, server.url, name), door) for name in ("Rowan", "Theo"))
    host.goes_on("Begin", "Arrive")
    asks(host, "Say the name you would like to hear tonight, and what helped. " * 4, "spoken_round")
    host.hands_on()
    rowan.hands_on("My sister rang at six. " * 40)
    more = host.page.get_by_role("button", name=re.compile("more below$", re.IGNORECASE))
    expect(more).to_be_visible()
    host.finds_no_barrier("desk: more below")
    more.click()
    newest = host.page.locator(".script .said > li").last
    expect(newest).to_be_in_viewport()
    expect(more).to_have_count(0)
    theo.hands_on("Bread.")  # whoever is with the newest words stays with them
    expect(newest).to_contain_text("Bread.")
    expect(newest).to_be_in_viewport(ratio=0.9)
    # on a phone the page itself moves
    host.page.set_viewport_size(SMALL)
    host.page.evaluate("scrollTo(0, 0)")
    expect(more).to_have_text("One more below")
    more.click()
    expect(newest).to_be_in_viewport()
    assert host.complaints + rowan.complaints + theo.complaints == []
