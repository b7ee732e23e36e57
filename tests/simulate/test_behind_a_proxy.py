"""An evening one watches where circles really meet: cookies for https alone, and a proxy in front."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest

from circle.simulate.browser import Browser
from circle.simulate.cast import load_cast
from circle.store.crypto import new_key
from tests.live.server import Server
from tests.simulate.watcher import Recorder, address_of, names, watch
from tests.support import PASSWORD

pytestmark = pytest.mark.servers
ORIGIN = "https://circle.example.org"


class Production(Server):
    """One `circle run` as on a server of one's own, with nothing in it yet."""

    @property
    def url(self) -> str:
        """Where people go."""
        return ORIGIN

    def _links(self) -> list[str]:
        log = self.folder / "server.log"
        return re.findall(r"https://\S+(/first/\S+)", log.read_text()) if log.exists() else []


def in_production(folder: Path) -> Production:
    """It listens."""
    settings = {
        "CIRCLE_ENV": "production",
        "CIRCLE_ORIGINS": ORIGIN,
        "CIRCLE_SECRET_KEY": secrets.token_hex(32),
        "CIRCLE_KEYS": new_key(),
        "CIRCLE_PROXIES": "1",
        "CIRCLE_TEST_CONTROL": "",
        "CIRCLE_TEST_NOW": "",
    }
    server = Production(folder, environment=settings)
    server.start()
    return server


def first_host(server: Production) -> Browser:
    """Whoever has set it up, with the first account."""
    browser = Browser(address_of(server))
    page = browser.press(
        browser.open(server.sign_in), address="mira@example.org", name="Mira", password=PASSWORD
    )
    assert page.path == "/tonight"
    return browser


def test_made_up_people_take_their_seats_where_cookies_are_for_https_alone(tmp_path: Path) -> None:
    server = in_production(tmp_path)
    try:
        mira = first_host(server)
        (cookie,) = mira.http.cookies
        assert (cookie.name, cookie.secure) == ("__Host-circle", True)
        desk: Recorder = watch(mira)
        early = {person.name for person in load_cast().people if person.arrives_s <= 2}
        desk.wait("somebody at the table", lambda screen: early <= names(screen))
    finally:
        server.stop()
