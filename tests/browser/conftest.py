"""Each worker has one Chromium; its tests run one after another."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser

from circle.services.clock import SettableClock
from tests.browser.people import Host
from tests.browser.site import Site, running_site
from tests.live.nest import Nest
from tests.live.server import Server, free_port


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder is done in a browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


class Postbox:
    """A real SMTP server that keeps what it takes: (envelope recipients, message)."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """One mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((list(envelope.rcpt_tos), mail))
        return "250 taken"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """The post box and its SMTP_URL."""
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture(autouse=True)
def nobody_stays_behind(chromium: Browser) -> Iterator[None]:
    """Closes what a test has opened: pages of people who are done would go on asking for their server."""
    yield
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def server(tmp_path: Path, postbox: tuple[Postbox, str], nest: Nest | None) -> Iterator[Server]:
    """A server on the demo circle's Thursday, ten to seven, with real SMTP beside it."""
    running = Server(tmp_path, environment={"SMTP_URL": postbox[1]}, nest=nest)
    yield running
    if running.is_running:
        running.kill()  # nobody is left to say goodbye to


@pytest.fixture
def host(chromium: Browser, server: Server) -> Host:
    """The host at an open table."""
    server.start()
    host = Host(chromium, server.url)
    host.opens_the_door_by(server.sign_in)
    return host


@pytest.fixture
def site(tmp_path: Path, clock: SettableClock, chromium: Browser) -> Iterator[Site]:
    """Mira's site, with tonight's evening from T3."""
    with running_site(tmp_path, clock, chromium) as running:
        yield running
