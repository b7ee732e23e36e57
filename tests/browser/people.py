"""People in a browser, as sentences: `maya.sends("...")`, `host.goes_on_to("...")`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from circle.simulate.browser import Address
from circle.simulate.browser import Browser as Forms

PHONE = {"width": 360, "height": 640}
NARROW = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
expect.set_options(timeout=20_000)  # two cores, shared with the rest of the suite

# Styles are there. Whatever fades in does so within seconds; the line of a long turn takes minutes and is no
# text.
AT_REST = """() => document.readyState === "complete" && document.getAnimations().every((animation) =>
    animation.playState !== "running" || animation.effect.getComputedTiming().endTime > 8000)"""
HAND_ON = re.compile("^(Send, and )?(hand it on to|put it down)", re.IGNORECASE)
WAY_IN = ("door: name", "door: agreements", "door: seat", "one-use sign-in", "tonight")
WAY_IN_CHECKED: set[str] = set()  # the same pages for everybody: looked at once, not for each who comes
HARMLESS = ("net::ERR_", "WebSocket connection to", "Failed to load resource")  # a line that was cut


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the page. Half a megabyte of script is read once for each page, not each time."""
    axe = Axe()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe.axe_script)
    found: list[dict[str, Any]] = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return found


class Person:
    """Somebody with a browser of their own. Anything the page complains of is kept in `complaints`."""

    def __init__(self, browser: Browser, base: str, viewport: dict[str, int]) -> None:
        self.base = base
        self.viewport = viewport
        self.context = browser.new_context(
            viewport=viewport, timezone_id="Europe/London", locale="en-GB", reduced_motion="reduce"
        )
        self.complaints: list[str] = []
        self.checked: set[str] = set()
        self.page = self.open_page()

    def open_page(self) -> Page:
        """Another tab of the same person."""
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if getattr(message, "type", "") == "error" and not any(word in text for word in HARMLESS):
            self.complaints.append(text)

    def goes_to(self, path: str) -> None:
        """Opens an address of the server."""
        self.page.goto(self.base + path)

    def sends_forms(self, filling: Callable[[Forms], str]) -> None:
        """Goes to the room that `filling` leads to: its forms are sent without a page being looked at.

        A page takes a browser half a second; tests about what comes after the door need none of its pages.
        """
        forms = Forms(Address(f"http://127.0.0.1:{urlsplit(self.base).port}", self.base))
        meeting_id = filling(forms)
        jar = forms.http.cookies.get_dict()
        self.context.add_cookies(
            [{"name": n, "value": v, "url": self.base, "httpOnly": True} for n, v in jar.items()]
        )
        forms.close()
        self.goes_to(f"/meet/{meeting_id}")

    def presses(self, name: str | re.Pattern[str], *, inside: Locator | None = None) -> None:
        """Presses a button or link by its words."""
        root = inside or self.page
        named = root.get_by_role("button", name=name, exact=isinstance(name, str))
        link = root.get_by_role("link", name=name, exact=isinstance(name, str))
        named.or_(link).first.click()

    def presses_summary(self, words: str) -> None:
        """Opens (or closes) what is behind these words."""
        self.page.locator("summary", has_text=words).first.click()

    def sees(self, words: str | re.Pattern[str]) -> None:
        """The words are on the page, or come soon."""
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def lands_on(self, title: str | re.Pattern[str]) -> None:
        """The page with this heading is here: what was pressed has arrived."""
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()

    def does_not_see(self, words: str | re.Pattern[str]) -> None:
        """The words are nowhere on the page now."""
        expect(self.page.get_by_text(words)).to_have_count(0)

    def finds_no_barrier(self, state: str) -> None:
        """axe finds nothing on this state, at 320 px and at desktop width; else it joins the complaints.

        Wait for something of the new page first: axe on a page that is being left finds no document.
        """
        checked = WAY_IN_CHECKED if state in WAY_IN else self.checked
        if state in checked:
            return
        checked.add(state)
        for width in (NARROW, DESKTOP):
            self.page.set_viewport_size(width)  # type: ignore[arg-type]
            self.page.wait_for_function(AT_REST)  # contrast is measured on what has faded in
            found = violations(self.page)
            told = [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found]
            if told:
                self.complaints.append(f"{state} at {width['width']} px: {told}")
            overflow = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if overflow > 0:
                self.complaints.append(f"{state} at {width['width']} px is {overflow} px too wide")
        self.page.set_viewport_size(self.viewport)  # type: ignore[arg-type]


class Member(Person):
    """Somebody with a phone, who comes by the circle's link."""

    def __init__(self, browser: Browser, base: str, name: str, viewport: dict[str, int] = PHONE) -> None:
        super().__init__(browser, base, viewport)
        self.name = name

    def comes_by(self, door: str) -> None:
        """Name, agreements, seat, as forms; `walks_in_by` goes through their pages."""
        self.sends_forms(lambda forms: forms.come_in(door, self.name))

    def walks_in_by(self, door: str) -> None:
        """Name, agreements, seat, page by page."""
        self.goes_to(door)
        self.finds_no_barrier("door: name")
        self.page.locator("#name").fill(self.name)
        self.presses("Go on")
        self.sees("How we want")
        self.finds_no_barrier("door: agreements")
        self.presses("I can do this")
        self.page.get_by_role("button", name="Take a seat").wait_for()
        self.finds_no_barrier("door: seat")
        self.presses("Take a seat")
        self.page.wait_for_url("**/meet/*")

    def asks_for_notes(self, kind: str, address: str) -> None:
        """Says on the notes page what may come, and comes back to the room."""
        room = self.page.url
        self.page.goto(f"{room}/notes")
        self.finds_no_barrier("notes wish")
        self.page.locator(f"input[name=kind][value={kind}]").check()
        self.page.locator("#address").fill(address)
        self.presses("Keep this")
        self.page.goto(room)

    @property
    def box(self) -> Locator:
        """Where one writes."""
        return self.page.locator("textarea#words")

    def writes(self, words: str) -> None:
        """Types, and sends nothing."""
        self.box.fill(words)

    def sends(self, words: str, *, notes: bool = False) -> None:
        """Writes an unnamed line and sends it."""
        self.writes(words)
        if notes:
            self.page.get_by_label("May stand in the notes afterwards").check()
        self.presses("Send")
        self.sees(re.compile("is waiting"))

    def answers(self, words: str) -> None:
        """A word or a line by name."""
        self.page.locator("#answer").fill(words)
        self.presses("Send")
        self.sees(words)

    def has_the_piece(self) -> None:
        """The light is here."""
        self.sees(re.compile("It is with you"))

    def hands_on(self, words: str = "") -> None:
        """Says something in writing, perhaps, and lets the piece travel."""
        self.has_the_piece()
        if words:
            self.writes(words)
        self.presses(HAND_ON)


class Host(Person):
    """The facilitator at a desk."""

    def __init__(self, browser: Browser, base: str) -> None:
        super().__init__(browser, base, DESKTOP)
        # Tests go through landings faster than people should; the desk asks, and they have a reason.
        skip = self.page.get_by_role("button", name="Skip it, I have a reason")
        self.page.add_locator_handler(skip, lambda button: button.click())

    def signs_in_by(self, link: str) -> None:
        """The one-use link that was printed."""
        self.page.goto(link)
        self.finds_no_barrier("one-use sign-in")
        self.presses("Sign in here")
        self.page.wait_for_url("**/tonight")
        self.finds_no_barrier("tonight")

    def opens_the_door_by(self, link: str) -> None:
        """Signs in and opens the door, as forms; `signs_in_by` goes through the pages."""

        def filling(forms: Forms) -> str:
            tonight = forms.press(forms.open(urlsplit(link).path))
            words = forms.http.get(f"{forms.address.base}{tonight.path}").text
            (door,) = re.findall('action="(/open/[^"]+)"', words)  # there are other forms before it
            return forms.press(replace(tonight, action=door)).path.removeprefix("/meet/")

        self.sends_forms(filling)

    @property
    def next_button(self) -> Locator:
        """The one strong button of the desk."""
        return self.page.locator(".desk__acts .btn--act")

    def goes_on(self, words: str, until: str | re.Pattern[str]) -> None:
        """Presses the strong button, which says `words` now, and waits for `until` on the desk."""
        expect(self.next_button).to_have_text(words)
        self.next_button.click()
        expect(self.page.locator("#main")).to_contain_text(until)

    def ends(self) -> None:
        """Says good night at the last step: the one press with no way back has a page of its own."""
        expect(self.next_button).to_have_text("Good night")
        self.next_button.click()
        self.presses("End for everybody")

    def lets_everybody_in(self) -> None:
        """Admits whoever waits."""
        self.presses("Let everybody in")

    def hands_on(self) -> None:
        """Has the piece, and lets it travel."""
        self.presses(HAND_ON, inside=self.page.locator(".desk__room"))

    def chooses_more(self, *names: str) -> None:
        """More, and what is behind it."""
        self.presses("More")
        for name in names:
            self.presses(name)
