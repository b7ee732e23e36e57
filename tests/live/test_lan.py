"""`circle run --lan`: phones in the house come over https, or over plain http with less in the browser.

Browsers and clients here come from other addresses than localhost; where a browser has to think that it
is not on this machine, a made-up host name leads back to it.
"""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from socketio import Client
from socketio.exceptions import ConnectionError as Refused
from socketio.exceptions import SocketIOError

from circle.lan import addresses, certificate_path, for_the_house, own_certificate
from circle.settings import Settings
from circle.simulate.browser import Address, Browser
from scripts.chromium import SWITCHES, find_chromium
from tests.live.house import eventually
from tests.live.server import ROOT, Server, free_port
from tests.simulate.watcher import Recorder, door_of, names, take_over, watch

ELSEWHERE = "127.0.0.2"  # not localhost, and every machine has it
HOUSE = "house.test"  # for Chromium, which trusts all of 127.0.0.0/8
NOW = datetime(2026, 11, 20, tzinfo=UTC)

expect.set_options(timeout=20_000)  # two cores, shared with the rest of the suite
pytestmark = pytest.mark.xdist_group("lan")  # one server serves many tests


@contextmanager
def in_the_house(folder: Path, scheme: str, *arguments: str) -> Iterator[Server]:
    """A server on the network, also known as ELSEWHERE and HOUSE."""
    port = free_port()
    origins = f"{scheme}://{ELSEWHERE}:{port} {scheme}://{HOUSE}:{port}"
    settings = {"CIRCLE_ORIGINS": origins, "CIRCLE_TEST_SPEED": "10"}
    server = Server(folder, port=port, environment=settings, arguments=("--lan", *arguments)).start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`circle run --lan`."""
    with in_the_house(tmp_path_factory.mktemp("https"), "https") as server:
        yield server


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`circle run --lan --plain`."""
    with in_the_house(tmp_path_factory.mktemp("plain"), "http", "--plain") as server:
        yield server


@pytest.fixture(scope="module")
def plainly(plain: Server) -> Browser:
    """The host's browser over plain http."""
    return from_elsewhere(plain, "http")


def from_elsewhere(server: Server, scheme: str) -> Browser:
    """A signed-in browser that came by the other address."""
    origin = f"{scheme}://{ELSEWHERE}:{server.port}"
    trusted = certificate_path(server.folder / "data") if scheme == "https" else None
    browser = Browser(Address(origin, origin, trusted))
    browser.press(browser.open(server.sign_in))
    return browser


def cookie_of(browser: Browser) -> tuple[str, bool]:
    """The session cookie: its name, and whether it only travels over https."""
    (cookie,) = browser.http.cookies
    return cookie.name, cookie.secure


def is_let_in(server: Server, origin: str) -> bool:
    """Whether a socket from this origin is welcomed as far as the question for its ticket."""
    client = Client(reconnection=False, handle_sigint=False, websocket_extra_options={"origin": origin})
    told: list[object] = []
    client.on("connect_error", told.append)
    with pytest.raises(Refused):
        client.connect(f"http://{ELSEWHERE}:{server.port}", transports=["websocket"], wait_timeout=5)
    return "reload_please" in str(told)


# -- https --------------------------------------------------------------------------------------------
@pytest.mark.servers
def test_over_https_pages_cookies_and_sockets_work_from_another_address(https: Server) -> None:
    browser = from_elsewhere(https, "https")
    assert cookie_of(browser) == ("__Host-circle", True)
    desk = watch(browser)
    desk.wait("made-up people, who came over https too", lambda screen: len(names(screen)) >= 4)
    desk.drop()


@pytest.mark.servers
def test_the_certificate_is_trusted_by_nobody_who_was_not_given_it(https: Server) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"https://{ELSEWHERE}:{https.port}/", timeout=5)
    kept = requests.get(
        f"https://{ELSEWHERE}:{https.port}/", verify=certificate_path(https.folder / "data"), timeout=5
    )
    assert kept.ok  # and hanging up at the warning did no harm
    assert "Traceback" not in https.log


@pytest.mark.servers
def test_what_it_prints(https: Server, plain: Server) -> None:
    for server, scheme in ((https, "https"), (plain, "http")):
        assert f"Circle is open: {scheme}://{ELSEWHERE}:{server.port}" in server.log
        assert re.search(rf"Phones in this house.*{scheme}://\S+/c/\S+", server.log)
        assert "█" in server.log  # the door as a picture
    assert "warns once" in https.log
    assert "read along" in plain.log
    assert "warns once" not in plain.log


# -- plain http ---------------------------------------------------------------------------------------
@pytest.mark.servers
def test_over_plain_http_the_cookie_travels_without_secure_and_sockets_work(plainly: Browser) -> None:
    assert cookie_of(plainly) == ("circle", False)
    desk = watch(plainly)
    here = desk.wait("made-up people", lambda screen: len(names(screen)) >= 4)
    assert desk.command("end_session", {}, here.seq)["ok"]
    desk.wait("the end", lambda screen: screen.is_over)
    desk.drop()


@pytest.mark.servers
def test_a_made_up_persons_line_that_breaks_is_closed(plainly: Browser) -> None:
    desk = watch(plainly)
    line = desk._client.eio.ws
    sock = line.sock

    def breaks() -> str:
        raise ConnectionResetError

    line.recv = breaks  # next time: whoever reads waits in the real one, for this answer or a word before it
    with suppress(SocketIOError):
        desk._client.emit("join", {}, callback=lambda *_: None)
    # Broken while something is being sent, the library misses that once, and looks again after 30 s.
    eventually("nothing of it stays open", lambda: sock.fileno() == -1, seconds=40)
    eventually("it knows", lambda: not desk.is_up)


@pytest.mark.servers
def test_only_pages_of_these_addresses_reach_the_socket(plain: Server) -> None:
    assert is_let_in(plain, f"http://{HOUSE}:{plain.port}")
    assert not is_let_in(plain, "http://elsewhere.example")
    assert not is_let_in(plain, f"https://{HOUSE}:{plain.port}")


@pytest.fixture
def phone(chromium: Chromium) -> Iterator[Page]:
    """A phone whose Chromium reaches this machine by a name that is not this machine's."""
    browser = chromium.browser_type.launch(
        executable_path=find_chromium(),
        args=[*SWITCHES, f"--host-resolver-rules=MAP {HOUSE} 127.0.0.1"],
    )
    yield browser.new_page(viewport={"width": 360, "height": 640})
    browser.close()


@pytest.mark.browser
@pytest.mark.servers
def test_without_webcrypto_a_line_without_a_name_still_reaches_the_wall(
    plain: Server, plainly: Browser, phone: Page
) -> None:
    desk = watch(plainly)
    take_over(desk)
    come_in(phone, f"http://{HOUSE}:{plain.port}{door_of(desk)}", "Robin")
    assert phone.evaluate("[isSecureContext, typeof crypto.subtle]") == [False, "undefined"]
    ask_for_lines(desk)
    phone.get_by_role("button", name="To the table").click()  # Robin has come late

    phone.get_by_label("Your words").fill("The garden nobody else saw.")
    expect(phone.get_by_text("came without https")).to_be_visible()
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator("#app").get_by_text("Received.")).to_be_visible()
    expect(phone.get_by_role("button", name="Take it back")).to_have_count(0)

    go_on(desk, "wall_read")
    go_on(desk, "wall_show")
    expect(phone.get_by_role("button", name="The garden nobody else saw.")).to_be_visible()
    expect(phone.get_by_role("button", name="Take mine back")).to_have_count(0)
    desk.drop()


def come_in(phone: Page, door: str, name: str) -> None:
    """Name, agreements, seat."""
    phone.goto(door)
    phone.get_by_label("What shall we call you").fill(name)
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("button", name="I can do this").click()
    phone.get_by_role("button", name="Take a seat").click()
    phone.wait_for_url("**/meet/*")


def ask_for_lines(desk: Recorder) -> None:
    """Let everybody in who waits, and ask for lines without names."""
    desk.wait("Robin at the door", lambda screen: "Robin" in str(screen.items("waiting")))
    assert desk.command("admit_all", {})["ok"]
    here = desk.wait("Robin at the table", lambda screen: "Robin" in names(screen))
    question = {"text": "What went without a goodbye?", "sharing": "unnamed_wall", "minutes": 4}
    assert desk.command("ask_question", question, here.seq)["ok"]
    desk.wait("the bare page", lambda screen: screen.part == "wall_write")


def go_on(desk: Recorder, part: str) -> None:
    """Next, until the desk shows it."""
    assert desk.command("next", {}, desk.screen.seq)["ok"]
    desk.wait(part, lambda screen: screen.part == part)


# -- what it stands on --------------------------------------------------------------------------------
def test_addresses_are_those_others_can_reach() -> None:
    assert not [found for found in addresses() if found.startswith(("127.", "169.254.", "0."))]


def test_the_house_and_this_machine_may_come_and_nobody_else() -> None:
    made = for_the_house(Settings(port=8123), ["192.168.1.20"], plain=False)
    assert made.host == "0.0.0.0"  # noqa: S104
    assert made.allowed_origins == (
        "https://192.168.1.20:8123",
        "https://localhost:8123",
        "https://127.0.0.1:8123",
    )
    assert made.own_address == "https://127.0.0.1:8123"
    assert for_the_house(Settings(port=8123), [], plain=True).own_address == "http://127.0.0.1:8123"


def test_the_certificate_is_kept_until_an_address_is_new_or_it_is_old(tmp_path: Path) -> None:
    here = ["https://192.168.1.20:8000", "https://localhost:8000"]
    first = own_certificate(tmp_path, here, NOW).certificate.read_bytes()
    assert own_certificate(tmp_path, here[:1], NOW).certificate.read_bytes() == first
    moved = own_certificate(tmp_path, ["https://192.168.1.21:8000"], NOW).certificate.read_bytes()
    assert moved != first
    later = NOW + timedelta(days=395)
    assert own_certificate(tmp_path, ["https://192.168.1.21:8000"], later).certificate.read_bytes() != moved


def test_nobody_else_reads_its_key(tmp_path: Path) -> None:
    made = own_certificate(tmp_path, ["https://192.168.1.20:8000"], NOW)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    made.certificate.write_text("not a certificate")
    assert own_certificate(tmp_path, ["https://192.168.1.20:8000"], NOW).context()


@pytest.mark.servers
@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["--plain"], {}, "--plain goes with --lan"),
        (["--lan"], {"CIRCLE_ENV": "production"}, "CIRCLE_ENV"),
    ],
)
def test_what_it_does_not_do(
    arguments: list[str], environment: dict[str, str], says: str, tmp_path: Path
) -> None:
    strict = {
        "CIRCLE_DATA_DIR": str(tmp_path),
        "CIRCLE_ORIGINS": "https://circle.example",
        "CIRCLE_SECRET_KEY": "7" * 40,
        "CIRCLE_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE",
        "PYTHONPATH": str(ROOT),
    }
    refused = subprocess.run(
        [sys.executable, "-m", "circle.cli", "run", *arguments],
        env=strict | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert refused.returncode != 0
    assert says in refused.stderr
