"""A circle's own questions, by a host with a phone: written, looked at again, saved as a file and brought."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.people import PHONE, Person
from tests.live.server import Server

SOFTER = "Write a softer way in, or make the question quieter."


def test_a_question_is_written_mended_saved_and_brought(chromium: Browser, server: Server) -> None:
    server.start()
    mira = Person(chromium, server.url, PHONE)
    mira.page.goto(server.sign_in)
    mira.presses("Sign in here")
    mira.page.wait_for_url("**/tonight")
    mira.goes_to("/library")
    mira.presses("Your circle’s own questions")
    mira.sees("No question of your own yet.")
    mira.finds_no_barrier("own: none yet")
    mira.presses("Write one")
    writes(mira)
    translates(mira)
    mira.presses("A call")
    mira.presses("Your circle’s own questions")
    mira.finds_no_barrier("own: list")
    with mira.page.expect_download() as saving:
        mira.presses("Save as a table (CSV)")
    brings(mira, Path(saving.value.path()).read_text(encoding="utf-8-sig"))
    mira.presses("Your circle’s own questions")
    mira.sees("2 questions")
    assert mira.complaints == []


def writes(mira: Person) -> None:
    """A stirring question; what is missing is said beside its field, and so is what could be said better."""
    page = mira.page
    mira.finds_no_barrier("own: form")
    page.locator("#text").fill("Whom should you have called?")
    page.locator("#title").fill("A call")
    page.get_by_label("Stirring").check()
    mira.presses("Keep")
    expect(page.locator("#gentle-error")).to_contain_text(SOFTER)
    expect(page.locator("#gentle")).to_have_attribute("aria-describedby", "gentle-hint gentle-error")
    expect(page.locator("#text")).to_have_value("Whom should you have called?")
    mira.finds_no_barrier("own: form with errors")
    page.locator("#gentle").fill("Whose voice do you like?")
    page.get_by_label("What follows").select_option("GR-01")
    mira.presses("Keep")
    mira.lands_on("A call")
    expect(page.locator("#text-hint")).to_contain_text("Members may stumble over “should”.")
    mira.finds_no_barrier("own: form with advice")
    page.get_by_role("link", name="The question", exact=True).click()
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Whom would you have liked to call?")
    mira.presses("Keep")
    mira.sees("Kept.")
    expect(page.locator("#text-hint")).not_to_contain_text("stumble")


def translates(mira: Person) -> None:
    """The same in German."""
    mira.page.get_by_label("Translate into").fill("de")
    mira.presses("Translate")
    mira.lands_on("In Deutsch")
    mira.page.locator("#title").fill("Ein Anruf")
    mira.page.locator("#text").fill("Wen hättest du gern angerufen?")
    mira.finds_no_barrier("own: translation")
    mira.presses("Keep")
    mira.sees("Kept.")


def brings(mira: Person, table: str) -> None:
    """The saved table with two rows more, one of them not yet good."""
    assert "Wen hättest du gern angerufen?" in table
    mira.presses("Bring a file")
    mira.finds_no_barrier("own: bring a file")
    head, row = table.splitlines()
    rows = [
        ",".join(
            {"title": title, "text": "What else?", "depth": depth}.get(name, "") for name in head.split(",")
        )
        for title, depth in (("Good", "1"), ("Bad", "7"))
    ]
    data = "\n".join([head, row, *rows]).encode()
    chosen = mira.page.get_by_label("A file with questions")
    chosen.set_input_files([{"name": "ours.csv", "mimeType": "text/csv", "buffer": data}])
    mira.presses("Bring it")
    mira.sees("Line 4, depth: One of these fits here: 1, 2, 3, 4, 5.")
    mira.finds_no_barrier("own: file with slips")
    mira.presses("Take the good one")
    mira.sees("1 taken")
