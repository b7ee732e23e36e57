"""How heavy the room's page is, and when a slow phone can use it: `python -m bench.page [--rounds N]`.

The slow phone is Chromium with a quarter of this machine's speed and a line of 400 kbit/s that answers after
150 ms, with nothing kept from an earlier visit. The baseline is the same page with the same styles in one
file and one line of script, from a bare server: what no page of this length could do without.
"""

from __future__ import annotations

import argparse
import gzip
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from bench.figures import Figure, table
from scripts.chromium import find_chromium
from tests.browser.people import Host, Member
from tests.live.server import Server

SLOWER = 4  # times
BYTES_A_SECOND = 400_000 / 8
ANSWERS_AFTER_MS = 150
REST_MS = 6000  # what comes after the room can be used: letters, parts for later
GOALS_MS = {"First paint": 1500.0, "The room can be used": 3000.0}
SCRIPT = b"document.querySelector('#app').dataset.usable = '';"
# Notes when something that answers a press has been drawn; the bare page's script only leaves a mark.
WATCH = """
new MutationObserver(() => {
  const there = document.querySelector('.bar__b:not([disabled]), .desk__acts button, [data-usable]');
  if (there && !window.usableAt) requestAnimationFrame(() => { window.usableAt ??= performance.now(); });
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
TOLD = {
    "First paint": "performance.getEntriesByName('first-contentful-paint')[0]?.startTime",
    "The room can be used": "window.usableAt",
}
PATIENCE_MS, LOOK_MS = 60_000, 50


@dataclass
class Load:
    """One visit. Times in ms from the asking, bytes as they went over the line."""

    times: dict[str, float]
    weights: dict[str, int] = field(default_factory=dict)  # by kind, until everything had come
    asked: int = 0  # requests


def visit(browser: Browser, state: StorageState, address: str, *, slow: bool = True) -> Load:
    """A phone that has nothing of ours opens this page."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, storage_state=state, color_scheme="dark"
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    weights = _weigh(context, page, slow)
    page.goto(address, wait_until="load", timeout=60_000)
    load = Load({what: _once(page, told) for what, told in TOLD.items()})
    if not slow:
        page.wait_for_timeout(REST_MS)
    load.asked = len(weights)
    for kind, size in weights.values():
        load.weights[kind] = load.weights.get(kind, 0) + size
    context.close()
    return load


def _once(page: Page, told: str) -> float:
    """What the page tells, as soon as it does. (Its policy lets no function of ours wait inside it.)"""
    for _ in range(PATIENCE_MS // LOOK_MS):
        at = page.evaluate(told)
        if at:
            return float(at)
        page.wait_for_timeout(LOOK_MS)
    raise TimeoutError(f"{page.url} did not come to tell {told}")


def _weigh(context: BrowserContext, page: Page, slow: bool) -> dict[str, tuple[str, int]]:
    """(kind, bytes) of every file and page that comes, by request."""
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if slow:
        speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        wait = {"offline": False, "latency": ANSWERS_AFTER_MS}
        tools.send("Network.emulateNetworkConditions", wait | speed)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    kinds: dict[str, str] = {}
    weights: dict[str, tuple[str, int]] = {}

    def answered(told: dict[str, object]) -> None:
        kinds[str(told["requestId"])] = str(told["type"])

    def came(told: dict[str, object]) -> None:
        name = str(told["requestId"])
        weights[name] = (kinds.get(name, "Other"), int(float(str(told["encodedDataLength"]))))

    tools.on("Network.responseReceived", answered)
    tools.on("Network.loadingFinished", came)
    return weights


@contextmanager
def bare(room: str, server: Server) -> Iterator[str]:
    """A server of the same page with its styles in one file and one line of script; its address."""
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', room)
    style = b"".join(requests.get(server.url + path, timeout=10).content for path in sheets)
    style = re.sub(rb"@font-face \{[^}]*\}|@font-face\{[^}]*\}", b"", style)
    page = re.sub(r'<link rel="(stylesheet|preload|icon|modulepreload)"[^>]*>', "", room)
    page = re.sub(r'<script type="module"[^>]*>', '<script type="module" src="/script">', page)
    page = page.replace(
        "</head>", '<link rel="icon" href="data:,"><link rel="stylesheet" href="/style"></head>'
    )
    kept = {
        "/": ("text/html; charset=utf-8", page.encode()),
        "/style": ("text/css", style),
        "/script": ("text/javascript", SCRIPT),
    }

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body = kept.get(self.path, kept["/"])
            small = body if self.path == "/" else gzip.compress(body, 9)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(small)))
            if self.path != "/":
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(small)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as answering:
        threading.Thread(target=answering.serve_forever, daemon=True).start()
        yield f"http://localhost:{answering.server_port}/"
        answering.shutdown()


def seated(browser: Browser, server: Server) -> tuple[str, dict[str, StorageState], str]:
    """An open table: the room's address, a host and a member, and the member's page as it comes."""
    host, member = Host(browser, server.url), Member(browser, server.url, "Maya")
    host.opens_the_door_by(server.sign_in)
    member.comes_by(server.door)
    states = {"member": member.context.storage_state(), "host": host.context.storage_state()}
    address = member.page.url
    page = str(member.context.request.get(address).text())
    for person in (host, member):
        person.context.close()
    return address, states, page


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="at least 3")
    rounds = max(3, parser.parse_args().rounds)
    figures = {
        (who, what): Figure(f"{what}, {who}", "the bare page", goal)
        for who in ("member", "host")
        for what, goal in GOALS_MS.items()
    }
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        server = Server(Path(folder)).start()
        browser = tools.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        try:
            address, states, page = seated(browser, server)
            weights = {who: visit(browser, state, address, slow=False) for who, state in states.items()}
            with bare(page, server) as limit:
                for _ in range(rounds):
                    least = visit(browser, {}, limit)
                    for who, state in states.items():
                        ours = visit(browser, state, address)
                        for what in GOALS_MS:
                            figures[who, what].bare.append(least.times[what])
                            figures[who, what].ours.append(ours.times[what])
        finally:
            browser.close()
            server.stop()
    print(table(tuple(figures.values()), rounds))
    print(weight_table(weights))


def weight_table(loads: dict[str, Load]) -> str:
    """What came over the line, in KB (1,000 bytes, with headers)."""
    kinds = ("Document", "Stylesheet", "Script", "Font")
    lines = [
        "",
        "| KB over the line | Page | Styles | Scripts | Letters | All but letters | Requests |",
        "|" + "---|" * 7,
    ]
    for who, load in loads.items():
        each = [load.weights.get(kind, 0) / 1000 for kind in kinds]
        rest = sum(size for kind, size in load.weights.items() if kind != "Font") / 1000
        lines.append(f"| {who} | {' | '.join(f'{size:.1f}' for size in each)} | {rest:.1f} | {load.asked} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
