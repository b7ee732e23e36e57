"""The pictures of the README: starts a server of its own, watches an evening, takes over, and looks.

python -m scripts.pictures    writes docs/pictures/*.png; needs Chromium; never run in CI

The people on the pictures are the made-up ones of *Watch an evening*. The script is the host, and a
friend's phone.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.chromium import WHAT_TO_DO, find_chromium
from scripts.system import ROOT

PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150 * 1024
DESK, PHONE = {"width": 1100, "height": 740}, {"width": 360, "height": 740}
EVENING_HOUR = 20  # what the clocks on the pictures show, whenever they are taken
REHEARSED_MS = 40_000  # at twenty times the speed: far enough that people sit and speak
SETTLE_MS = 1_500  # chairs and light have come to rest


def main() -> int:
    """Take them all; returns the exit code."""
    chromium = find_chromium()
    if chromium is None:
        print(WHAT_TO_DO, file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, running(Path(folder)) as sign_in, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        expect.set_options(timeout=30_000)
        take_all(browser, sign_in)
        browser.close()
    return report()


def report() -> int:
    """What was made, and whether each is small enough for a page that is read on a phone."""
    sizes = {path.name: path.stat().st_size for path in sorted(PICTURES.glob("*.png"))}
    for name, size in sizes.items():
        print(f"{name}  {size // 1024} KB{'  too large' if size > LARGEST_BYTES else ''}")
    return int(any(size > LARGEST_BYTES for size in sizes.values()))


# -- the server ---------------------------------------------------------------------------------------
@contextmanager
def running(folder: Path) -> Iterator[str]:
    """`circle run` on a fresh data folder; yields the one-use sign-in it prints."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "CIRCLE_DATA_DIR": str(folder)}
    server = subprocess.Popen(
        [sys.executable, "-m", "circle.cli", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _printed_link(server)
    finally:
        server.terminate()
        server.wait()


def _printed_link(server: subprocess.Popen[str]) -> str:
    for line in server.stdout or ():
        found = re.search(r"http\S+/signin/link/\S+", line)
        if found:
            return found[0]
    raise SystemExit("The server did not start.")


# -- the evening --------------------------------------------------------------------------------------
def take_all(browser: Browser, sign_in: str) -> None:
    """One evening, from Tonight to the round, with a picture where something is worth seeing."""
    context = a_context(browser, DESK)
    desk = context.new_page()
    desk.goto(sign_in)
    desk.get_by_role("button").first.click()
    desk.wait_for_url("**/tonight")
    take(desk, "tonight")
    prepare(context)
    desk.get_by_role("button", name="Watch an evening").click()
    desk.get_by_role("button", name="Open the door").click()  # and so the evening is ours
    phone = come_in(browser, door_of(context, desk), "Robin")
    everybody_in(desk, 6)
    take(phone, "door")
    press(desk, "Begin", "Next", "Next", "Next")
    write_without_a_name(desk, phone)
    talk_in_a_call(context, desk)
    a_break(desk, phone)
    the_round(desk, phone)


def prepare(context: BrowserContext) -> None:
    """The plan builder with something to mend, and a rehearsal of that evening."""
    page = context.new_page()
    tonight = context.pages[0].url
    page.goto(tonight.replace("/tonight", "/prepare/from/T4"))
    page.get_by_role("button", name="Plan it").click()
    page.wait_for_url(re.compile("/prepare/[^/]+$"))
    page.get_by_role("link", name=re.compile("^The old alarm")).first.click()
    take(page, "prepare")
    page.get_by_role("link", name="The evening", exact=True).click()
    page.get_by_role("link", name="Rehearse").click()
    page.get_by_role("button", name="Begin the rehearsal").click()
    page.get_by_role("button", name="20 times as fast").click()
    page.wait_for_timeout(REHEARSED_MS)
    page.set_viewport_size({"width": 1100, "height": 620})
    take(page, "rehearsal")
    page.get_by_role("button", name="End the rehearsal").click()
    page.close()


def write_without_a_name(desk: Page, phone: Page) -> None:
    """Writing on the phone, reading at the desk, and the lines together."""
    press(desk, "Next")
    box = phone.get_by_label("Your words")
    box.fill("The garden. I gave the key back and said it was fine.")
    take(phone, "write")
    phone.get_by_role("button", name="Send").click()
    desk.wait_for_timeout(10_000)  # the others write too
    press(desk, "Read the lines")
    expect(desk.get_by_text("The garden.")).to_be_visible()
    desk.get_by_role("listitem").filter(has_text="Gareth Pike").get_by_role("button").click()
    desk.get_by_role("button", name="Put away").click()  # a private word has come meanwhile
    while desk.get_by_role("button", name="Read on").count():  # lines below the edge of the page
        press(desk, "Read on")
    press(desk, "Show them together")
    expect(phone.get_by_role("button", name="The garden.")).to_be_visible()
    take(phone, "wall")


def a_break(desk: Page, phone: Page) -> None:
    """The window."""
    press(desk, "Break")
    desk.get_by_role("button", name="Seven minutes").click()
    expect(phone.get_by_text("Back at")).to_be_visible()
    take(phone, "break")
    press(desk, "Back now")


def the_round(desk: Page, phone: Page) -> None:
    """The light on its way, on the phone and at the desk, while somebody speaks who is not the first."""
    press(desk, "Next")
    desk.get_by_role("button", name="Hand it on").click()
    kofi = desk.get_by_role("list", name="Who is here").get_by_role("listitem").filter(has_text="Kofi")
    mine = phone.get_by_role("button", name=re.compile("^Hand it on"))
    until = time.monotonic() + 60
    while "speaking" not in kofi.inner_text() and time.monotonic() < until:
        if mine.count():
            mine.click()
        desk.wait_for_timeout(300)
    take(phone, "round")
    take(desk, "desk")


def talk_in_a_call(context: BrowserContext, desk: Page) -> None:
    """From here on people speak in a call, so that the round shows the whole table."""
    page = context.new_page()
    page.goto(_circle_of(desk))
    page.get_by_label("A call we already use").check()
    page.get_by_label("The call’s link").fill("https://call.example/ours")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    page.close()


# -- small things -------------------------------------------------------------------------------------
def a_context(browser: Browser, size: dict[str, int]) -> BrowserContext:
    """A browser of its own, on whose clock it is evening."""
    zone = evening_zone(datetime.now(UTC))
    return browser.new_context(viewport=size, timezone_id=zone, locale="en-GB", color_scheme="dark")  # type: ignore[arg-type]


def evening_zone(now: datetime) -> str:
    """A time zone in which it is EVENING_HOUR now. Etc zones count the other way round."""
    ahead = (EVENING_HOUR - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def take(page: Page, name: str) -> None:
    """A picture, once everything has come to rest."""
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=PICTURES / f"{name}.png", scale="css")


def press(page: Page, *names: str) -> None:
    """Press these buttons of the desk, one after another."""
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(400)


def everybody_in(desk: Page, many: int) -> None:
    """Let people in until so many of them and the two hosts sit at the table."""
    until = time.monotonic() + 60
    sitting = desk.get_by_role("list", name="Who is here").get_by_role("listitem")
    while sitting.count() < many + 2 and time.monotonic() < until:
        waiting = desk.get_by_role("button", name="Let in").or_(desk.get_by_label(re.compile("^Let .* in$")))
        if waiting.count():
            waiting.first.click()
        desk.wait_for_timeout(300)


def come_in(browser: Browser, door: str, name: str) -> Page:
    """A friend's phone, through the three screens of the door."""
    phone = a_context(browser, PHONE).new_page()
    phone.goto(door)
    phone.get_by_label("What shall we call you").fill(name)
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("button", name="I can do this").click()
    phone.get_by_role("button", name="Take a seat").click()
    phone.wait_for_url("**/meet/*")
    return phone


def door_of(context: BrowserContext, desk: Page) -> str:
    """The circle's permanent link, from the page the desk leads to."""
    page = context.new_page()
    page.goto(f"{_circle_of(desk)}/link")
    found = re.search(r"http\S+?/c/[\w-]+", page.content())
    page.close()
    if found is None:
        raise SystemExit("The circle's page shows no link.")
    return found[0]


def _circle_of(desk: Page) -> str:
    link = desk.get_by_role("link", name="Join from a phone")
    return desk.evaluate("(a) => a.href", link.element_handle()).removesuffix("/link")  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.exit(main())
