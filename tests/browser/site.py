"""A site in this process, with Mira, her circle and tonight; its room is a line of text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.hub import Hub
from circle.settings import Settings
from tests.support import PASSWORD, make_app, make_hub

ROOM = '<link rel="icon" href="data:,">the room'


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@dataclass
class Site:
    """A running site with Mira, her circle and tonight; and the browsers looking at it."""

    origin: str
    hub: Hub
    app: Flask
    browser: Browser
    door: str = ""
    meeting_id: str = ""
    circle_id: str = ""
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, size: tuple[int, int] = (360, 740), *, script: bool = True) -> Page:
        """A new browser's page; what its console complains about is kept."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=self.origin,
            locale="en-GB",
            timezone_id="Europe/Dublin",
            java_script_enabled=script,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        return page

    def mira(self, size: tuple[int, int]) -> Page:
        """Mira's browser, signed in."""
        return self._signed_in("mira@example.org", size)

    def jo(self, size: tuple[int, int]) -> Page:
        """The browser of Jo, who hosts the circle too from now on."""
        user = self.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
        self.hub.hosting.accept(user, self.host_token(), "Jo", {})
        return self._signed_in("jo@example.org", size)

    def host_token(self) -> str:
        """A link of Mira's for somebody who is to host with her."""
        mira = self.hub.accounts.sign_in("mira@example.org", PASSWORD)
        return self.hub.hosting.ask(mira.user_id, self.circle_id)

    def _signed_in(self, address: str, size: tuple[int, int]) -> Page:
        page = self.page(size)
        page.goto("/signin")
        sign_in(page, address)
        page.wait_for_url("**/tonight")
        return page


def sign_in(page: Page, address: str) -> None:
    """Fill in the sign-in page, and press its button."""
    page.fill("#address", address)
    page.fill("#password", PASSWORD)
    page.click("text=Sign in")


@contextmanager
def running_site(folder: Path, clock: SettableClock, chromium: Browser) -> Iterator[Site]:
    """The site on a free port of this machine."""
    hub = make_hub(f"sqlite:///{folder / 'circle.sqlite'}", clock)
    with_port = make_server("localhost", 0, Flask("port"))
    port = with_port.server_port
    with_port.server_close()
    app = make_app(hub, Settings(env="test", port=port))
    app.view_functions["live.room"] = lambda meeting_id: ROOM
    server = make_server("localhost", port, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = Site(f"http://localhost:{port}", hub, app, chromium)
    mira = hub.accounts.create("mira@example.org", "Mira", PASSWORD)
    found.circle_id = hub.planning.circles.create(mira, CircleForm("Thursday circle", "UTC", "GB"))
    found.meeting_id = hub.planning.plan(mira, found.circle_id, "T3", date(2026, 3, 12), time(19, 30))
    found.door = f"/c/{hub.planning.circles.get(mira, found.circle_id).door_token}"
    yield found
    for context in found.contexts:
        context.close()
    server.shutdown()
    server.server_close()
    hub.engine.dispose()
