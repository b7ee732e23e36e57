"""The whole job of a host by keyboard alone, with what a screen reader would say of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Host, Member
from tests.browser.test_evening import door_of
from tests.live.server import Server

REACH = 120  # presses of Tab until one is round the page
# Everything a polite live region says, with the time of the page's clock.
LISTEN = """() => {
  window.heard = [];
  const said = new WeakMap();
  const listen = () => document.querySelectorAll('[role=status], [aria-live]').forEach((region) => {
    const text = region.textContent.trim().replace(/\\s+/g, ' ');
    if (said.get(region) === text) return;
    const first = !said.has(region);
    said.set(region, text);
    if (text && !first) window.heard.push([Date.now(), text]);
  });
  listen();
  const watch = { subtree: true, childList: true, characterData: true };
  new MutationObserver(listen).observe(document.body, watch);
}"""


def focused(page: Page) -> str:
    """The accessible name of what has the focus."""
    return str(
        page.evaluate("""() => {
      const at = document.activeElement;
      return at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '';
    }""")
    ).strip()


class Hands:
    """Ten fingers and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str) -> None:
        """Tab until this has the focus; what has it must be seen to have it."""
        for _press in range(REACH):
            if re.match(name, focused(self.page).replace("\n", " ")):
                outline = "getComputedStyle(document.activeElement).outlineStyle"
                assert self.page.evaluate(outline) != "none", f"{name} does not show its focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{name} is not to be reached by Tab")

    def press(self, name: str, until: str = "") -> None:
        """Reach it and press Enter; wait for these words."""
        self.reach(name)
        self.page.keyboard.press("Enter")
        if until:
            expect(self.page.get_by_text(re.compile(until)).locator("visible=true").first).to_be_visible()

    def go_on(self, words: str, until: str) -> None:
        """The strong button, once it says these words and has settled."""
        strong = self.page.locator(".desk__acts .btn--act")
        expect(strong).to_have_text(words)
        expect(strong).to_have_attribute("aria-disabled", "false")
        self.press(words)
        expect(self.page.locator("#main")).to_contain_text(re.compile(until))

    def more(self, *names: str) -> None:
        """More, and what is behind it."""
        self.press("More$")
        for name in names:
            self.press(name)


def heard(page: Page, words: str) -> int:
    """How often this was said."""
    return sum(bool(re.search(words, text)) for _, text in page.evaluate("window.heard"))


class Table:
    """The host with three members, on a question of the host's own."""

    def __init__(self, chromium: Browser, server: Server) -> None:
        self.server = server.start()
        self.host = Host(chromium, server.url)
        self.page, self.hands = self.host.page, Hands(self.host.page)
        self._opens_the_door(server)
        members = [Member(chromium, server.url, name) for name in ("Rowan", "Theo", "Ada")]
        for member in members:
            member.comes_by(door_of(server))
        self.rowan, self.theo, self.ada = members
        self.hands.press("Let Rowan in")
        self.hands.press("Let everybody in")
        self.hands.go_on("Begin", "Arrive")
        self._asks()

    def _opens_the_door(self, server: Server) -> None:
        self.page.goto(server.sign_in)
        self.hands.press("Sign in here", "Thursday circle")
        self.page.wait_for_url("**/tonight")
        self.hands.press("Open the door")
        self.page.wait_for_url("**/meet/*")
        self.page.locator(".desk").wait_for()
        self.page.evaluate(LISTEN)

    def _asks(self) -> None:
        self.hands.more("Ask your own question")
        self.hands.reach("What would you like to ask")
        self.page.keyboard.type("What is still warm?")
        self.hands.reach("How do people answer")
        self.page.keyboard.type("A round")
        self.hands.press("Ask it now")
        expect(self.page.locator("#main")).to_contain_text("What is still warm?")


@pytest.mark.timeout(240)
def test_a_host_needs_no_mouse(chromium: Browser, server: Server) -> None:
    table = Table(chromium, server)
    turns(table)
    time(table)
    pauses(table)
    people(table)
    to_the_end(table)
    assert table.host.complaints == table.theo.complaints == []


def turns(table: Table) -> None:
    """Another order, one who comes later, the piece at rest, and given."""
    hands, page = table.hands, table.page
    hands.more("Turns")
    hands.press("Ada earlier")
    page.keyboard.press("Escape")
    assert focused(page) == "More", "the focus goes back to where it was"
    hands.press("Put it down|Hand it on|Send, and")
    table.rowan.has_the_piece()
    hands.press("Come back to Rowan at the end")
    table.ada.has_the_piece()
    hands.press("Take it to the table")
    hands.press("Theo$")
    table.theo.has_the_piece()
    for words in ("Rowan has the piece", "Ada has the piece", "Theo has the piece"):
        assert heard(page, words) == 1, page.evaluate("window.heard")


def time(table: Table) -> None:
    """Less and more of it, at rest and running; nearly round and round are said once each."""
    hands, page = table.hands, table.page
    line = page.locator("#main h1")
    hands.more("Time: less", "Two minutes less")
    expect(line).to_contain_text("About six minutes left.")
    hands.more("Let the clock rest")
    expect(line).to_contain_text("the clock rests")
    hands.more("Let the clock go on")
    expect(line).not_to_contain_text("the clock rests")
    hands.more("Two more minutes here")
    expect(line).to_contain_text("About eight minutes left.")
    voice = page.locator(".desk > [role=status]").last
    for seconds, words in (
        (7 * 60 + 20, "About a minute left in this step."),
        (60, "The time of this step is round."),
    ):
        table.server.advance(seconds)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(voice).to_have_text(words)
        assert heard(page, words) == 1


def pauses(table: Table) -> None:
    """The bell, its keeper, and a break."""
    hands = table.hands
    hands.more("Pause bell")
    hands.press("Go on where we were")
    hands.more("People and chairs", "Ask Rowan to keep the bell")
    hands.press("Back")  # not Escape: three of those within three seconds leave fast
    hands.press("Close")
    hands.press("Break")
    hands.press("Three minutes")
    table.theo.sees("I am back")
    hands.press("Two more minutes")
    hands.go_on("Back now", "What is still warm")


def people(table: Table) -> None:
    """Somebody has to leave, somebody without a screen comes, a private word is answered."""
    hands, page, theo = table.hands, table.page, table.theo
    hands.more("People and chairs", "Remove Ada", "Yes, ask to leave")
    expect(table.ada.page.get_by_text("Good night.")).to_be_visible()
    hands.reach("A chair for somebody without a screen")
    page.keyboard.type("Uma")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    theo.presses("Hand")
    theo.presses("A private word with a host")
    theo.page.get_by_label("To the hosts").fill("May I leave a little early?")
    theo.presses("Send", inside=theo.page.locator(".sheet--over:not(#hand)"))
    table.host.sees("Theo, privately:")
    hands.reach("Answer Theo privately")
    page.keyboard.type("Of course.")
    page.keyboard.press("Enter")
    theo.presses("Close", inside=theo.page.locator(".sheet--over:not(#hand)"))


def to_the_end(table: Table) -> None:
    """On, one step back, to the closing, and good night."""
    hands, page = table.hands, table.page
    hands.go_on("End the round", "Agreements")
    hands.press("One step back")
    expect(page.locator("#main")).to_contain_text("What is still warm?")
    hands.more("Turn to the closing")
    expect(page.locator("#main")).to_contain_text("Closing round")
    hands.more("End the session", "End for everybody")
    expect(table.theo.page.get_by_role("heading", level=1)).to_contain_text(re.compile("."))
    expect(page.locator(".desk")).to_have_count(0)


def test_in_ordinary_time_little_is_said(chromium: Browser, server: Server, host: Host) -> None:
    """Ten minutes around writing for oneself: on the members' and the hosts' pages."""
    rowan = Member(chromium, server.url, "Rowan")
    rowan.comes_by(door_of(server))
    host.presses("Let Rowan in")
    host.goes_on("Begin", "Arrive")
    host.chooses_more("Ask your own question")
    host.page.locator("#own").fill("What is still warm?")
    host.page.locator("#way").select_option("private")
    host.presses("Ask it now")
    rowan.sees("What is still warm?")
    said = {"host": 0, "rowan": 0}
    pages = {"host": host.page, "rowan": rowan.page}
    for page in pages.values():
        page.evaluate(LISTEN)
    server.advance(6 * 60)
    for _half in range(7):
        server.advance(30)
        for page in pages.values():
            page.evaluate("window.dispatchEvent(new Event('online'))")  # it looks at the server's clock
        page.wait_for_timeout(2500)  # and at the time every two seconds
        for who, page in pages.items():
            before, said[who] = said[who], page.evaluate("window.heard.length")
            assert said[who] - before <= 3, "at most one in ten seconds"
    assert heard(rowan.page, "About a minute more. Your words stay where they are.") == 1
    assert heard(host.page, "About a minute left in this step.") == 1
    assert said["rowan"] <= 2
    assert said["host"] <= 4
