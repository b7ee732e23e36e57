"""The chapter of `make screens` in which a host prepares: all its pages, with things to mend and without."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol

from playwright.sync_api import Page

OUTLINE = "19:00 Welcome\n19:10 Check-in round\n19:20 Writing: What did you carry here today?\nbring candles"
OPENED = ("Look closer", "If it gets hard", "Name and people")


class Pictures(Protocol):
    """Whoever takes them: the desk, and a picture of this state."""

    desk: Page

    def take(self, name: str, *only: Page) -> None:
        """This state, in both sizes and colours."""


def prepare(pictures: Pictures) -> None:
    """From choosing a plan to its run sheet."""
    desk = pictures.desk

    def look(path: str, name: str) -> None:
        desk.goto(desk.evaluate("path => new URL(path, location.href).href", path))
        pictures.take(f"prepare-{name}", desk)

    look("/prepare", "choose")
    look("/prepare/from/T4", "date")
    desk.locator("#day").fill(f"{datetime.now(UTC).year + 1}-03-14")  # two years ahead are the most
    desk.get_by_role("button", name="Plan it").click()
    desk.wait_for_url(re.compile("/prepare/[^/]+$"))
    plan = desk.evaluate("location.pathname")
    pictures.take("prepare-builder-to-mend", desk)
    for words in OPENED:
        desk.locator("summary", has_text=words).click()
    pictures.take("prepare-builder-opened", desk)
    look(f"{plan}/s10", "step")
    desk.get_by_role("button", name=re.compile("^Move Regather")).press("Enter")
    pictures.take("prepare-moving", desk)
    desk.keyboard.press("Escape")
    look(f"{plan}/add?after=s5", "add")
    look(f"{plan}/sheet", "sheet")
    look(f"{plan}/s10/read", "aloud")
    look(f"{plan}/rehearse", "rehearse")
    look("/library", "library")
    look("/library/GF-07", "library-question")
    look("/prepare/paste", "outline")
    desk.locator("#text").fill(OUTLINE)
    desk.get_by_role("button", name="Look at it as a plan").click()
    pictures.take("prepare-outline-understood", desk)
