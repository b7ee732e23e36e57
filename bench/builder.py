"""When a slow phone draws the plan builder: part of `make bench`, or `python -m bench.builder [--rounds N]`.

The slow phone is Chromium with a quarter of this machine's speed and a line of 400 kbit/s, with nothing kept
from an earlier visit. The baseline is a page of ours with next to nothing on it, by the same phone; that one
asks for its letters early, the builder does not.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.figures import Figure, table
from scripts.chromium import find_chromium
from tests.live.server import Server

SLOWER = 4  # times
BYTES_A_SECOND = 400_000 / 8
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
FIRST = (
    "(() => { const at = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;"
    " const asked = performance.getEntriesByType('navigation')[0]; return at && at - asked.requestStart; })()"
)
PLAN = "T3"  # the longest: fourteen steps


def phone(browser: Browser, state: Path) -> tuple[BrowserContext, Page]:
    """A slow phone of a host who is signed in, with nothing kept."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, storage_state=state, color_scheme="dark"
    )
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, **line})
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return context, page


def first_paint(browser: Browser, state: Path, address: str) -> float:
    """Milliseconds from the asking until something of the page is drawn."""
    context, page = phone(browser, state)
    page.goto(address, wait_until="load")
    page.wait_for_function(PAINT)
    paint = float(page.evaluate(FIRST))
    context.close()
    return paint


def planned(browser: Browser, server: Server, state: Path) -> str:
    """Sign in, plan an evening, and return its builder's address."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.sign_in)
    page.get_by_role("button", name="Sign in here").click()
    page.wait_for_url("**/tonight")
    page.goto(f"{server.url}/prepare/from/{PLAN}")
    page.locator("#day").fill("2026-12-03")
    page.get_by_role("button", name="Plan it").click()
    page.wait_for_url(re.compile("/prepare/[^/]+$"))
    context.storage_state(path=state)
    address = page.url
    context.close()
    return address


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="at least 3")
    rounds = max(3, parser.parse_args().rounds)
    figure = Figure("First paint of the builder on a slow phone", "a page with next to nothing", 1000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        server = Server(Path(folder)).start()
        browser = tools.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        state = Path(folder) / "state.json"
        try:
            builder = planned(browser, server, state)
            first_paint(browser, state, builder)  # the server has its templates ready then
            for _ in range(rounds):
                figure.bare.append(first_paint(browser, state, f"{server.url}/offline"))
                figure.ours.append(first_paint(browser, state, builder))
        finally:
            browser.close()
            server.stop()
    print(table((figure,), rounds))


if __name__ == "__main__":
    main()
