"""A house with one host (Mira), one circle and one planned evening, 12 March 2026 at 19:30 UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.hub import Hub
from circle.store.models import Circle, Member
from tests.support import PASSWORD, Browser, make_app, make_hub


@dataclass
class House:
    """Who and what is there."""

    hub: Hub
    app: Flask
    mira: str
    circle_id: str
    door: str
    meeting_id: str

    def browser(self) -> Browser:
        """A browser nobody has used."""
        return Browser(self.app)

    def signed_in(self) -> Browser:
        """Mira's browser."""
        browser = self.browser()
        browser.send(browser.open("/signin"), address="mira@example.org", password=PASSWORD)
        return browser

    def members(self) -> list[Member]:
        """Everybody in the circle who is not its host."""
        query = select(Member).where(Member.role == "member").order_by(Member.created_at, Member.id)
        return self.hub.committer.read(lambda db: list(db.scalars(query)))


@pytest.fixture
def hub(tmp_path: Path, clock: SettableClock) -> Iterator[Hub]:
    """Use cases on a fresh SQLite file."""
    made = make_hub(f"sqlite:///{tmp_path / 'circle.sqlite'}", clock)
    yield made
    made.engine.dispose()


@pytest.fixture
def app(hub: Hub) -> Flask:
    """The pages."""
    return make_app(hub)


@pytest.fixture
def house(hub: Hub, app: Flask) -> House:
    """Mira, her circle, and tonight."""
    mira = hub.accounts.create("mira@example.org", "Mira", PASSWORD)
    circle_id = hub.planning.circles.create(mira, CircleForm("Thursday circle", "UTC", "GB"))
    meeting_id = hub.planning.plan(mira, circle_id, "T3", date(2026, 3, 12), time(19, 30))
    door = hub.committer.read(lambda db: db.get_one(Circle, circle_id).door_token)
    return House(hub, app, mira, circle_id, f"/c/{door}", meeting_id)


@pytest.fixture
def come_in(house: House) -> Callable[[str], Browser]:
    """Somebody comes by the circle's link and takes a seat."""

    def arrive(name: str) -> Browser:
        browser = house.browser()
        page = browser.send(browser.open(house.door), name=name)
        page = browser.send(page, answer="yes")
        browser.send(page, follow=False)
        return browser

    return arrive
