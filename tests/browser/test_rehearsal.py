"""A host rehearses an evening: the desk and a member's phone in one page, and nothing of it is left."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, expect

from tests.browser.people import DESKTOP, NARROW, Host
from tests.live.server import Server

SOON_MS = 60_000
END_OF_ROUND = "End the round"
BASES = "(frames) => frames.map((frame) => frame.contentDocument.documentElement.dataset.base)"
KEPT = "Object.keys(sessionStorage).filter((name) => name.startsWith('/rehearsal/'))"


class Rehearsing:
    """The page of a rehearsal, and what stands in its two frames."""

    def __init__(self, host: Host) -> None:
        self.host, self.page = host, host.page

    def begins(self, template: str) -> None:
        """Plans an evening and goes on to its rehearsal."""
        self.host.goes_to(f"/prepare/from/{template}")
        self.page.fill("#day", "2026-11-27")
        self.host.presses("Plan it")
        self.page.wait_for_url("**/prepare/*")
        self.plan = self.page.url
        self.page.goto(f"{self.plan}/rehearse")
        self.host.finds_no_barrier("rehearse: before")
        self.host.presses("Begin the rehearsal")
        self.page.wait_for_url("**/rehearse/*")

    @property
    def desk(self) -> FrameLocator:
        """The host's own desk."""
        return self.page.frame_locator("iframe[title='Your desk']")

    @property
    def phone(self) -> FrameLocator:
        """Cleo's page."""
        return self.page.frame_locator("iframe[title='Cleo’s page']")

    def runs(self, speed: int) -> None:
        """So many times as fast."""
        button = self.page.locator(f"button[value='{speed}']")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def is_told(self, words: str | re.Pattern[str]) -> None:
        """What is happening, in words."""
        expect(self.page.locator("[data-happened]")).to_contain_text(words, timeout=SOON_MS)

    def goes_on(self, words: str, until: str) -> None:
        """Presses the desk's strong button; both pages follow."""
        button = self.desk.locator(".desk__acts .btn--act")
        expect(button).to_have_text(words, timeout=SOON_MS)
        button.click()
        self.skips_a_landing()
        expect(self.desk.locator("#main")).to_contain_text(until, timeout=SOON_MS)

    def skips_a_landing(self) -> None:
        """The desk asks before a landing is left early; tests go faster than people should."""
        self.page.wait_for_timeout(400)
        skip = self.desk.get_by_role("button", name="Skip it, I have a reason")
        if skip.count():
            skip.click()


def test_a_host_rehearses_to_the_end(host: Host, server: Server) -> None:
    it = Rehearsing(host)
    it.begins("T9")
    expect(it.desk.locator(".desk__acts")).to_be_visible(timeout=SOON_MS)
    expect(it.phone.locator("#app")).to_contain_text("Thursday circle")
    it.runs(20)
    it.is_told("Now: Arrive.")
    it.runs(1)
    expect(it.phone.locator("#main")).to_contain_text("Come in slowly")
    bases = host.page.locator("iframe").evaluate_all(BASES)
    assert len(set(bases)) == len(bases), "what one frame keeps in the tab, the other does not find"
    host.finds_no_barrier("rehearse: on")

    it.goes_on("Next", "Agreements, in one breath")
    it.is_told("Now: Agreements, in one breath.")
    it.runs(20)
    it.is_told("Bo comes late.")
    host.presses("To the tender part")
    it.is_told("asks for a hand")
    expect(it.desk.get_by_text("Ana, privately:").first).to_be_visible(timeout=SOON_MS)
    expect(it.phone.get_by_text("privately:")).to_have_count(0)

    it.is_told("at once.")
    expect(it.desk.get_by_text("in the row").or_(it.desk.locator(".desk__room")).first).to_be_visible()
    mail_of(it)
    it.runs(1)
    it.goes_on("Next", "Settle")
    it.goes_on("Next", "Closing round")
    it.goes_on(END_OF_ROUND, "Soft landing")
    it.runs(20)
    expect(it.phone.get_by_role("heading", name="Good night.")).to_be_visible(timeout=SOON_MS)
    expect(it.desk.get_by_role("heading", name="Good night.")).to_be_visible()
    it.is_told("The evening is over.")

    host.presses("End the rehearsal")
    host.page.wait_for_url(it.plan)
    host.sees("Nothing of it was kept")
    assert host.page.evaluate(KEPT) == []
    assert [cookie["name"] for cookie in host.context.cookies()] == ["circle"]
    assert host.complaints == []
    assert "Cleo" not in server.log


def mail_of(it: Rehearsing) -> None:
    """Looks at the mail in another tab."""
    with it.host.context.expect_page() as opened:
        it.host.presses("Look at the mail")
    opened.value.get_by_text("Hello Cleo").first.wait_for()
    opened.value.close()


def test_on_a_phone_one_of_the_two_is_seen(host: Host) -> None:
    it = Rehearsing(host)
    it.begins("T9")
    host.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    desk, seat = host.page.locator("iframe").first, host.page.locator("iframe").last
    expect(desk).to_be_visible()
    expect(seat).to_be_hidden()
    host.presses("A member’s page")
    expect(seat).to_be_visible()
    expect(desk).to_be_hidden()
    expect(it.phone.locator("#app")).to_contain_text("Thursday circle")
    assert host.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    host.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    expect(desk).to_be_visible()
    host.presses("End the rehearsal")
    host.sees("Nothing of it was kept")


def test_leaving_fast_from_a_frame_leaves_the_page(host: Host) -> None:
    it = Rehearsing(host)
    it.begins("T9")
    host.context.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="elsewhere"))
    it.phone.get_by_text("Leave fast").first.click()
    host.page.wait_for_url("https://www.wikipedia.org/")
