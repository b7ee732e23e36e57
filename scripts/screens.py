"""Every page of an evening as pictures, for people to look at: `make screens`.

python -m scripts.screens    writes test-results/screens/*.png; needs Chromium; never run in CI

One evening with a host and three members, by the plan of the demo circle and with what hosts put in. Every
state is taken for the host and for a member, on a phone and on a desktop, dark and light.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.chromium import WHAT_TO_DO, find_chromium
from scripts.pictures import DESK, PHONE, a_context, come_in, running
from scripts.screens_prepare import prepare
from scripts.system import ROOT

SCREENS = ROOT / "test-results" / "screens"
SIZES = {"phone": PHONE, "desktop": {"width": 1280, "height": 800}}
THEMES = ("night", "day")
SETTLE_MS = 500  # a page that turned its colours and its size
STEPS_MAX = 40
HELD = "A quiet moment."
CIRCLES_CLOCK = ZoneInfo("Europe/London")  # of the demo circle
ON_THE_WAY_IN = re.compile("^(Go on|I can do this|Take a seat)$")


def main() -> int:
    """Take them all; returns the exit code."""
    chromium = find_chromium()
    if chromium is None:
        print(WHAT_TO_DO, file=sys.stderr)
        return 1
    SCREENS.mkdir(parents=True, exist_ok=True)
    for old in SCREENS.glob("*.png"):
        old.unlink()
    with TemporaryDirectory() as folder, running(Path(folder)) as sign_in, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        expect.set_options(timeout=30_000)
        Evening(browser, sign_in).hold()
        browser.close()
    print(f"{len(list(SCREENS.glob('*.png')))} pictures in {SCREENS.relative_to(ROOT)}")
    return 0


class Evening:
    """The desk, three phones, and a picture of everything on the way."""

    def __init__(self, browser: Browser, sign_in: str) -> None:
        self.browser = browser
        self.count = 0
        self.desk = a_context(browser, DESK).new_page()
        self.desk.goto(sign_in)
        self.desk.get_by_role("button").first.click()
        self.desk.wait_for_url("**/tonight")
        self.desk.get_by_role("link", name=re.compile("Hold a circle now")).click()
        self.desk.get_by_role("button", name=re.compile("Open the door")).click()
        self.desk.wait_for_url("**/meet/*")
        self.door = self.desk.evaluate(
            "new URL(JSON.parse(document.getElementById('page').textContent).door, location.href).href"
        )

    def hold(self) -> None:
        """From the door to the goodbye."""
        self.member, self.theo, self.ada = (
            come_in(self.browser, self.door, n) for n in ("Robin", "Theo", "Ada")
        )
        self.take("waiting")
        self.press("Let everybody in")
        self.member.get_by_text("Come in and sit.").wait_for()
        self.take("door")
        self.next("Begin")
        self.take("arrive")
        for kind, way in WAYS.items():
            self.ask(kind, way)
        self.ready()
        self.signs()
        self.breaks()
        self.late()
        self.quiet_round()
        self.hosts_lost()
        self.plan()
        self.goodbye()
        self.quiet_room()
        prepare(self)

    # -- chapters -------------------------------------------------------------------------------------
    def ask(self, kind: str, way: Callable[[Evening], None]) -> None:
        """A question of the host's own, answered in this way."""
        self.press("More", "Ask your own question")
        self.desk.locator("#own").fill("What is still warm?")
        self.desk.locator("#way").select_option(kind)
        self.press("Ask it now")
        self.member.get_by_text("What is still warm?").first.wait_for()
        self.take(f"asked-{kind}")
        way(self)

    def ready(self) -> None:
        """What a host can put in: a breath in one rhythm, slow lines."""
        for what in ("Longer out than in", "Slow lines: sorrow has a chair"):
            self.press("More", "A grounding, slow lines, a breath", what)
            self.take(re.sub(r"\W+", "-", what.lower()))

    def signs(self) -> None:
        """What opens above a page: hand, lanes, agreements, needs, wishes, the bell, advice by a host."""
        self.member.get_by_role("button", name="Hand", exact=True).click()
        self.take("hand", self.member)
        self.member.get_by_role("button", name="Slower, please").click()
        self.take("slower-please")
        self.press("Put away")
        self.press("More")
        self.take("more", self.desk)
        for page in ("Time: less here, or make up time", "People and chairs", "Our agreements"):
            self.press(page)
            self.take(f"more-{page.split()[-1]}", self.desk)
            self.press("Back")
        self.desk.keyboard.press("Escape")
        self.member.get_by_role("button", name="Step out").click()
        self.take("stepped-out")
        self.member.get_by_role("button", name="Come back").click()
        self.rest()
        self.press("More", "Pause bell: everybody rests, no reason given")
        self.take("pause-bell")
        self.press("Go on where we were")

    def rest(self) -> None:
        """Somebody is asked to rest for a while, and brought back."""
        self.press("More", "People and chairs", "Ask Robin to rest for a while")
        self.take("rest-asked", self.desk)
        self.press("Yes, ask to rest")
        self.take("rest-people", self.desk)
        self.desk.keyboard.press("Escape")
        self.member.get_by_role("heading", name=re.compile("asks you to rest")).wait_for()
        self.take("resting")
        self.press("Bring Robin back")

    def breaks(self) -> None:
        """A called break."""
        self.press("Break", "Five minutes")
        self.member.get_by_text("Back at").wait_for()
        self.take("break")
        self.member.get_by_role("button", name="What would help now").click()
        self.take("needs", self.member)
        self.member.keyboard.press("Escape")
        self.next("Back now")

    def late(self) -> None:
        """Somebody is let in while something is on."""
        self.bea, before = come_in(self.browser, self.door, "Bea"), self.member
        self.desk.get_by_role("button", name="Let Bea in", exact=True).click()
        self.bea.get_by_role("heading", name="Come in.", exact=True).wait_for()
        self.member = self.bea
        self.take("late", self.bea)
        self.member = before

    def quiet_round(self) -> None:
        """With five members words without a name take another way."""
        cleo = come_in(self.browser, self.door, "Cleo")
        self.press("Let Cleo in")
        cleo.get_by_role("button", name="To the table").click()
        self.bea.get_by_role("button", name="To the table").click()
        self.ask("unnamed_wall", Evening.nothing)
        writers = (self.member, self.theo)
        for page, words in zip(writers, ("The garden.", "The way home."), strict=True):
            page.get_by_label("Your words").fill(words)
            page.get_by_role("button", name="Ready").click()
        self.take("quiet-ready")
        self.member.get_by_role("button", name="What this can and cannot do").click()
        self.take("quiet-limits", self.member)
        self.member.keyboard.press("Escape")
        self.next("Collect the lines")
        self.take("quiet-collecting")
        self.desk.get_by_text("The way home.").wait_for()
        self.take("quiet-read")
        self.next("Show them together")
        self.member.get_by_text("The way home.").wait_for()
        self.take("quiet-shown")

    def hosts_lost(self) -> None:
        """The guardian is offered the room, everybody is told, the guardian holds it and gives it back."""
        self.press("More", "People and chairs", "Ask Robin to keep the bell")
        self.member.get_by_role("button", name="I will", exact=True).click()
        self.desk.keyboard.press("Escape")
        room = self.desk.url
        self.desk.goto("about:blank")
        offered = self.member.get_by_role("button", name="Hold the room")
        offered.wait_for(timeout=60_000)
        self.take("offered", self.member)
        self.theo.get_by_role("heading", name=HELD).wait_for(timeout=60_000)
        self.member, robin = self.theo, self.member
        self.take("held", self.theo)
        self.member = robin
        offered.click()
        self.member.locator(".desk__acts").wait_for()
        self.take("standing-in", self.member)
        self.desk.goto(room)
        self.desk.get_by_role("button", name="Take the room").click()
        self.member.locator(".bar").wait_for()

    def plan(self) -> None:
        """What the plan holds: every part of every step as it begins."""
        for _step in range(STEPS_MAX):
            strong = self.desk.locator(".desk__acts .btn--act")
            words = strong.inner_text()
            if words == "Good night":
                return
            self.next(words)
            skip = self.desk.get_by_role("button", name="Skip it, I have a reason")
            if skip.count():
                self.take("skip-the-landing", self.desk)
                skip.click()
            title = self.desk.locator("#main h1").inner_text().split(".")[0]
            self.take(re.sub(r"\W+", "-", title.lower()))

    def goodbye(self) -> None:
        """The end, and the pages after it."""
        self.desk.locator(".desk__acts .btn--act").click()
        self.take("end-asked", self.desk)
        self.press("End for everybody")
        self.member.get_by_role("heading", level=1).wait_for()
        self.take("after")

    def quiet_room(self) -> None:
        """Another evening, by a plan with a room for afterwards; somebody stays in it."""
        self.desk.goto(self.desk.evaluate("new URL('/prepare/from/T3', location.href).href"))
        soon = datetime.now(CIRCLES_CLOCK) + timedelta(minutes=10)
        self.desk.locator("#day").fill(f"{soon:%Y-%m-%d}")
        self.desk.locator("#at").fill(f"{soon:%H:%M}")
        self.press("Plan it")
        self.desk.wait_for_url(re.compile("/prepare/[^/]+$"))
        self.desk.goto(self.desk.evaluate("new URL('/tonight', location.href).href"))
        self.press("Open the door")
        self.desk.wait_for_url("**/meet/*")
        for page in (self.member, self.theo):
            page.goto(self.door)
            while "/meet/" not in page.url:  # whoever is known is asked for less
                page.get_by_role("button", name=ON_THE_WAY_IN).first.click()
                page.wait_for_load_state()
        self.press("Let everybody in")
        self.next("Begin")
        self.press("More", "End the session", "End for everybody")
        for page in (self.member, self.theo):
            page.get_by_role("button", name="Stay a while").click()
        self.member.get_by_text("Here for a").wait_for()
        self.take("quiet-room")

    # -- answers --------------------------------------------------------------------------------------
    def a_round(self) -> None:
        """The host's turn is over; a member has the piece and writes."""
        self.desk.get_by_role("button", name=re.compile("hand it on|put it down", re.I)).first.click()
        self.take("round-mine")

    def an_answer(self) -> None:
        """A feeling, a colour, a sketch; and an answer that was given."""
        for button, name in (("A feeling or a colour instead", "palette"), ("A sketch instead", "sketch")):
            self.member.get_by_role("button", name=button).click()
            self.take(name, self.member)
            self.member.keyboard.press("Escape")
            self.member.wait_for_timeout(3500)  # three of these presses within three seconds leave the room
        self.member.locator("#answer").fill("Colour: moss")
        self.member.get_by_role("button", name="Send", exact=True).click()
        self.take("answered")

    def a_wall(self) -> None:
        """Lines are written, read by the host, and shown together."""
        for at, page in enumerate((self.member, self.theo, self.ada)):
            page.get_by_label("Your words").fill(f"The {('garden', 'kitchen table', 'long way home')[at]}.")
            page.get_by_role("button", name="Send", exact=True).click()
            page.get_by_text("is waiting").wait_for()
        self.take("wall-sent")
        self.next("Read the lines")
        self.take("wall-read")
        self.next("Show them together")
        self.take("wall-shown")

    def nothing(self) -> None:
        """There is nothing to answer."""

    # -- small things ---------------------------------------------------------------------------------
    def take(self, name: str, *only: Page) -> None:
        """This state, on both pages or one, in both sizes and colours."""
        self.count += 1
        for who, page in (("host", self.desk), ("member", self.member)):
            if only and page not in only:
                continue
            for size, viewport in SIZES.items():
                page.set_viewport_size(viewport)  # type: ignore[arg-type]
                for theme in THEMES:
                    page.emulate_media(color_scheme="light" if theme == "day" else "dark")
                    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
                    page.wait_for_timeout(SETTLE_MS)
                    page.screenshot(
                        path=SCREENS / f"{self.count:02}-{name}-{who}-{size}-{theme}.png", scale="css"
                    )
            page.set_viewport_size(DESK if page is self.desk else PHONE)  # type: ignore[arg-type]

    def press(self, *names: str) -> None:
        """Buttons of the desk, one after another."""
        for name in names:
            self.desk.get_by_role("button", name=name, exact=True).first.click()
            self.desk.wait_for_timeout(300)

    def next(self, words: str) -> None:
        """The strong button, once it has settled."""
        strong = self.desk.locator(".desk__acts .btn--act")
        expect(strong).to_have_text(words)
        expect(strong).to_have_attribute("aria-disabled", "false")
        strong.click()
        self.desk.wait_for_timeout(400)


WAYS: dict[str, Callable[[Evening], None]] = {
    "private": Evening.nothing,
    "chat_word": Evening.an_answer,
    "spoken_round": Evening.a_round,
    "spoken_volunteer": Evening.nothing,
    "pair": Evening.nothing,
    "unnamed_wall": Evening.a_wall,
    "none": Evening.nothing,
}

if __name__ == "__main__":
    sys.exit(main())
