"""What a quiet round costs: `make bench`, or `python -m bench.quiet [--rounds N]`.

Every figure is the median of interleaved rounds and stands beside a baseline measured in the same rounds, so
that figures of two machines, or of a busy one, can be compared by their ratio.
"""

from __future__ import annotations

import argparse
import base64
import functools
import json
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from playwright.sync_api import Page, sync_playwright

from bench.figures import Figure, cpu_ms, table
from circle.domain.quiet import BODY_BYTES, COLLECT_SECONDS, TOKENS_EACH
from circle.services.memory import Post
from circle.services.quiet import QuietRounds
from circle.simulate.browser import Browser
from circle.simulate.quiet import QuietPage, TakingPart
from circle.tokens.rounds import challenge_of
from scripts.chromium import find_chromium
from tests.live.server import Server
from tests.live.test_table import go_on, ids, sit
from tests.simulate.watcher import Recorder, address_of, sign_in

PEOPLE = 20
MEETING = "bench"
PSS = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
BLINDING = """async ({ key, challenge }) => {
  const { readKey, askForToken } = await import('/js/quiet/token.js');
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const read = await readKey(bytes(key));
  const times = async (act) => {
    const began = performance.now();
    for (let at = 0; at < 20; at += 1) await act();
    return (performance.now() - began) / 20;
  };
  const how = { name: 'RSA-PSS', hash: 'SHA-384' };
  const size = { ...how, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const pair = await crypto.subtle.generateKey(size, false, ['sign', 'verify']);
  const text = new Uint8Array(98);
  return [
    await times(() => askForToken(read, bytes(challenge))),
    await times(() => crypto.subtle.sign({ ...how, saltLength: 48 }, pair.privateKey, text)),
  ];
}"""


# -- the server's arithmetic --------------------------------------------------------------------------
def tokens(issuing: Figure, checking: Figure) -> None:
    """One round of each: two tokens for twenty people; one token looked at."""
    bare = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    quiet = QuietRounds()
    told = quiet.open(MEETING, "s1")
    view = {"round": told.round_id, "key": base64.urlsafe_b64encode(told.key).decode().rstrip("=")}
    asked: list[tuple[bytes, ...]] = []

    def note(_name: str, wanted: tuple[bytes, ...]) -> list[bytes]:
        asked.append(wanted)
        raise InterruptedError

    for _ in range(PEOPLE):
        try:
            QuietPage(MEETING, view, note).ask()
        except InterruptedError:
            continue
    seats = iter(range(PEOPLE))
    every = iter(asked)
    issuing.ours.append(
        cpu_ms(
            lambda: [
                quiet.issue(MEETING, f"seat{at}", told.round_id, one)
                for at, one in zip(seats, every, strict=True)
            ]
        )
    )
    signing = cpu_ms(lambda: bare.sign(b"x" * 98, PSS, hashes.SHA384()), TOKENS_EACH * PEOPLE)
    issuing.bare.append(signing * TOKENS_EACH * PEOPLE)

    page = QuietPage(MEETING, view, lambda name, wanted: quiet.issue(MEETING, "one", name, wanted))
    page.ask()
    token, cover = page.tokens[0], Post("", "0" * 64, False, False)
    quiet.open_window(MEETING, ["one"])
    quiet.take(MEETING, token, cover, b"")
    checking.ours.append(cpu_ms(lambda: quiet.takes(MEETING, token), 400))
    signature = bare.sign(b"x" * 98, PSS, hashes.SHA384())
    known = bare.public_key()
    checking.bare.append(cpu_ms(lambda: known.verify(signature, b"x" * 98, PSS, hashes.SHA384()), 400))


# -- a browser ----------------------------------------------------------------------------------------
class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Nothing."""


def blinding(page: Page, figure: Figure) -> None:
    """One token asked for, in the page."""
    told = QuietRounds().open(MEETING, "s1")
    given = {
        "key": base64.b64encode(told.key).decode(),
        "challenge": base64.b64encode(challenge_of(MEETING, told.round_id)).decode(),
    }
    ours, bare = page.evaluate(BLINDING, given)
    figure.ours.append(ours)
    figure.bare.append(bare)


# -- twenty people and a server -----------------------------------------------------------------------
class Circle:
    """A real server by the real clock, and twenty people at its table."""

    def __init__(self, folder: Path) -> None:
        own = {"CIRCLE_TEST_CONTROL": "", "CIRCLE_TEST_NOW": ""}
        self.server = Server(folder, environment=own).start()
        self.meeting, door = ids(self.server)
        browser = sign_in(self.server)
        browser.open(f"/meet/{self.meeting}")
        self.host = sit(browser, self.meeting)
        self.host.command("open_door", {})
        self.phones = [Browser(address_of(self.server)) for _ in range(PEOPLE)]
        self.people: list[Recorder] = []
        for at, phone in enumerate(self.phones):
            phone.come_in(door, f"Person {chr(65 + at)}")
            self.people.append(sit(phone, self.meeting))
        self.host.command("admit_all", {})
        self.host.wait("the open door", lambda screen: screen.phase == "open")
        assert go_on(self.host)["ok"]
        self.host.wait("the first step", lambda screen: screen.phase == "live")
        self.asked = 0
        self.over = threading.Event()
        self.beating = threading.Thread(target=self._beat, daemon=True)
        self.beating.start()

    def _beat(self) -> None:
        while not self.over.wait(4):
            for line in (self.host, *self.people):
                line.ask("beat", {})

    def close(self) -> None:
        """Everybody goes."""
        self.over.set()
        self.beating.join()
        for line in (self.host, *self.people):
            line.close()
        self.server.stop()

    def collect_to_wall(self, figure: Figure) -> None:
        """A round: from the press of *collect* until the wall stands on twenty pages."""
        self._ask()
        parts = [
            TakingPart(phone, line, time.sleep) for phone, line in zip(self.phones, self.people, strict=True)
        ]
        with ThreadPoolExecutor(PEOPLE) as everybody:
            list(everybody.map(lambda part: part.keep(), parts))
            for at, part in enumerate(parts):
                part.ready({"text": f"Line {at} of {self.asked}."} if at % 2 else {})
            began = time.perf_counter()
            assert go_on(self.host)["ok"]
            list(everybody.map(self._posts, self.people, parts))
            self.host.wait("the lines", lambda s: s.shared is not None and bool(s.shared.view["batch"]))
            assert go_on(self.host)["ok"]
            list(everybody.map(self._reads, self.people))
            figure.ours.append((time.perf_counter() - began) * 1000)
            figure.bare.append(self._bare(everybody))

    def _ask(self) -> None:
        self.asked += 1
        question = {"text": f"Number {self.asked}?", "sharing": "unnamed_wall", "minutes": 5}
        answer = self.host.command("ask_question", question, expected_seq=self.host.screen.stage["seq"])
        assert answer["ok"], answer
        for line in (self.host, *self.people):
            line.wait("the question", lambda s: s.stage["step"]["part"] == "wall_write")

    @staticmethod
    def _posts(line: Recorder, part: TakingPart) -> None:
        line.wait("the collecting", lambda s: s.stage["quiet_round"]["collecting"])
        part.keep()

    @staticmethod
    def _reads(line: Recorder) -> None:
        line.wait("the wall", lambda s: s.shared is not None and len(s.shared.view["lines"]) == PEOPLE // 2)

    def _bare(self, everybody: ThreadPoolExecutor) -> float:
        """Twenty posts of the same length at once, to an address that refuses them; plus the window."""
        address = f"{self.server.url}/quiet/nowhere/post"
        began = time.perf_counter()
        list(
            everybody.map(lambda _: requests.post(address, data=bytes(BODY_BYTES), timeout=10), range(PEOPLE))
        )
        return (time.perf_counter() - began + COLLECT_SECONDS) * 1000


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="at least 3")
    rounds = max(3, parser.parse_args().rounds)
    issuing = Figure(f"CPU of two tokens for {PEOPLE} people", "so many bare RSA-PSS signatures", 150)
    checking = Figure("CPU of looking at one token", "one bare RSA-PSS check", 0.2)
    asking = Figure("Asking for one token, in Chromium", "one bare WebCrypto signature", 10)
    wall = Figure(
        f"{PEOPLE} people, from collect to wall", "the window and 20 bare posts", (COLLECT_SECONDS + 1) * 1000
    )
    root = Path(__file__).parents[1] / "static"
    files = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(root)))
    threading.Thread(target=files.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{files.server_port}/js/")
        circle = Circle(Path(folder))
        for _ in range(rounds):
            tokens(issuing, checking)
            blinding(page, asking)
            circle.collect_to_wall(wall)
        circle.close()
        chromium.close()
    files.shutdown()
    print(table((issuing, checking, asking, wall), rounds))
    raw = {f.name: {"ours": f.ours, "bare": f.bare} for f in (issuing, checking, asking, wall)}
    print("\n" + json.dumps(raw))


if __name__ == "__main__":
    main()
