"""`circle demo --cluster` with real browsers: one web process goes, and hardly anybody notices."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from playwright.sync_api import Browser, WebSocket, expect

from circle.cluster.front import bucket_of, order_of
from tests.browser.people import Host, Member, Person
from tests.browser.test_desk import asks
from tests.browser.test_lines import sits
from tests.live.server import ROOT, free_port

START_SECONDS = 90
BACK_WITHIN_SECONDS = 5.0
QUESTION, HALF = "What is still warm?", "The kettle, and the"
GONE = '"connected":false'
DROPPED = "The line dropped. Your words are kept on this device. We will bring you back to the same place."
WATCH = """() => {
  window.shown = new Set();
  const look = () => document.querySelectorAll('.calm, h1').forEach((e) => window.shown.add(e.textContent));
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}"""


@dataclass
class Cluster:
    """One that runs. web: the web processes' ids by their ports, as they were printed."""

    process: subprocess.Popen[bytes]
    printed: Path
    folder: Path
    url: str
    web: dict[int, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What it has said."""
        return self.printed.read_text()

    def waits_for(self, words: str, count: int = 1) -> re.Match[str]:
        """Until it has said this so often; the last time it did."""
        until = time.monotonic() + START_SECONDS
        while len(found := list(re.finditer(words, self.text))) < count:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < until, self.text
            time.sleep(0.05)
        return found[-1]

    def serves(self, meeting: str) -> int:
        """The port whose process this session's people go to."""
        return order_of(bucket_of(f"GET /meet/{meeting} ".encode()), list(self.web))[0]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """The one command, in a folder of its own (not pytest's: PostgreSQL may run as somebody else)."""
    folder = Path(mkdtemp(prefix="circle-demo-test-"))
    kept, port, printed = folder / "tmp", free_port(), folder / "printed"
    kept.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")}
    environment |= {"PORT": str(port), "TMPDIR": str(kept), "PYTHONPATH": str(ROOT)}
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "circle.cli", "demo", "--cluster"], env=environment, stdout=out, stderr=out
        )
    cluster = Cluster(process, printed, kept, f"http://localhost:{port}")
    try:
        cluster.waits_for("Ctrl-C ends")
        found = re.findall(r"(\d+) \(port (\d+)\)", cluster.text)
        cluster.web = {int(port): int(pid) for pid, port in found}
        yield cluster
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)
        rmtree(folder, ignore_errors=True)


class Lines:
    """The websockets of one page."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.opened: list[WebSocket] = []
        self.heard: list[str] = []
        person.page.on("websocket", self._open)

    def _open(self, line: WebSocket) -> None:
        self.opened.append(line)
        line.on("framereceived", lambda frame: self.heard.append(str(frame)))

    def is_another(self, than: WebSocket) -> bool:
        """Whether the line is up, and is not that one."""
        return self.opened[-1] is not than and than.is_closed() and not self.opened[-1].is_closed()


def runs_out(person: Person) -> tuple[float, float]:
    """Between which two moments the page believes the time is up, of our clock; it tells whole seconds."""
    before = time.monotonic()
    seconds = int(person.page.evaluate("window.circleRoom.secondsLeft()"))
    return before + seconds - 1, time.monotonic() + seconds + 1


def goes_unnoticed(people: list[Lines], end: Callable[[], object]) -> set[str]:
    """A process ends; everybody is back in time, at the same step with as much time. What pages showed."""
    before = [(lines.opened[-1], runs_out(lines.person)) for lines in people]
    for lines in people:
        lines.person.page.evaluate(WATCH)
    end()
    began = time.monotonic()
    for lines, (line, _) in zip(people, before, strict=True):
        while not lines.is_another(line):
            lines.person.page.wait_for_timeout(50)
            assert time.monotonic() - began < BACK_WITHIN_SECONDS, lines.person
        expect(lines.person.page.get_by_text(DROPPED)).to_have_count(0)
    print(f"back after {time.monotonic() - began:.1f} s")
    assert time.monotonic() - began < BACK_WITHIN_SECONDS
    shown: set[str] = set()
    for lines, (_, (earliest, latest)) in zip(people, before, strict=True):
        since, until = runs_out(lines.person)
        assert since <= latest
        assert earliest <= until
        lines.person.sees(QUESTION)
        shown |= set(lines.person.page.evaluate("[...window.shown]"))
    return shown


def test_one_process_of_two_goes_in_the_middle_of_a_round(cluster: Cluster, chromium: Browser) -> None:
    host = Host(chromium, cluster.url)
    host.signs_in_by(cluster.waits_for(r"http\S+/signin/link/\S+")[0])
    host.presses(re.compile("^Hold a circle now"))
    host.presses(re.compile("^Open the door"))
    host.page.wait_for_url("**/meet/*")
    door = host.page.evaluate("JSON.parse(document.getElementById('page').textContent).door")
    rowan, theo = Member(chromium, cluster.url, "Rowan"), Member(chromium, cluster.url, "Theo")
    people = [Lines(person) for person in (host, rowan, theo)]
    host.page.reload()
    for member in (rowan, theo):
        sits(host, member, door)
    host.goes_on("Begin", re.compile("."))
    expect(host.next_button).not_to_have_text("Begin")
    asks(host, QUESTION, "spoken_round")
    host.hands_on()
    rowan.has_the_piece()
    rowan.writes(HALF)
    port = cluster.serves(host.page.url.rsplit("/", 1)[-1])
    (other,) = set(cluster.web) - {port}

    heard = len(people[0].heard)
    usual = goes_unnoticed(people, lambda: os.kill(cluster.web[port], signal.SIGKILL))
    assert heard < len(people[0].heard)
    assert DROPPED in usual, "and the page says calmly what it is"
    expect(rowan.box).to_have_value(HALF)
    rowan.has_the_piece()

    again = int(cluster.waits_for(r"Web process \d had ended, and starts again as (\d+)")[1])
    assert again != cluster.web[port]
    _until_it_listens(port)
    heard = len(people[0].heard)
    shown = goes_unnoticed(people, lambda: os.kill(cluster.web[other], signal.SIGTERM))
    assert GONE not in "".join(people[0].heard[heard:]), "hosts see nobody leave"
    assert DROPPED not in shown, "asked to move, nobody even sees that"
    assert shown <= usual
    expect(rowan.box).to_have_value(HALF)
    rowan.hands_on(f"{HALF} stairs.")
    theo.has_the_piece()
    host.sees(f"{HALF} stairs.")
    assert host.complaints == rowan.complaints == theo.complaints == []
    for person in (host, rowan, theo):
        person.context.close()

    cluster.process.send_signal(signal.SIGINT)
    assert cluster.process.wait(30) == 0
    assert list(cluster.folder.iterdir()) == [], "nothing stays"
    assert "Traceback" not in cluster.text
    for pid in (again, *cluster.web.values()):
        assert not Path(f"/proc/{pid}/exe").exists()


def _until_it_listens(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("it did not start again")


def test_the_demo_with_one_process_leaves_nothing_either(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")}
    environment |= {"PORT": str(free_port()), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment |= {"DATABASE_URL": "postgres://nobody@nowhere/nothing", "REDIS_URL": "redis://nowhere"}
    command = [sys.executable, "-m", "circle.cli", "demo"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("/signin/link/" in line for line in process.stdout)
        (folder,) = tmp_path.iterdir()
        assert (folder / "circle.sqlite").exists()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert list(tmp_path.iterdir()) == []
