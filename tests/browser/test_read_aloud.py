"""Reading aloud in a real browser: one line at a time by keys, by touch and by buttons, or all of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from circle.domain.speaking import step_aloud
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def _line(page: Page) -> str:
    (text,) = [line.inner_text() for line in page.locator(".read__line").all() if line.is_visible()]
    return text


def test_a_step_is_read_a_line_at_a_time(site: Site) -> None:
    page = site.mira((1280, 800))
    page.goto(f"/prepare/{site.meeting_id}/s10/read")
    words = [line.text for line in step_aloud(site.hub.library.templates["T3"].steps[9])]
    expect(page.locator("[data-at]")).to_have_text(f"1 of {len(words)}")
    assert _line(page) == words[0]
    expect(page.get_by_text("You say").locator("visible=true")).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    assert _line(page) == words[0]
    page.keyboard.press("Space")
    assert _line(page) == words[1]
    expect(page.locator("p[role=status].sr")).to_contain_text(words[1])
    page.keyboard.press("ArrowRight")
    page.locator(".read__line:visible").click()
    assert _line(page) == words[3]
    page.get_by_role("button", name="Back").click()
    assert _line(page) == words[2]
    go_on = page.get_by_role("button", name="Go on")
    go_on.focus()
    page.keyboard.press("Space")  # a button that has the focus is pressed once, not twice
    assert _line(page) == words[3]
    for _ in words:
        page.keyboard.press("PageDown")
    assert _line(page) == words[-1]
    expect(page.locator("[data-at]")).to_contain_text("These are the last words.")
    expect(go_on).to_have_attribute("aria-disabled", "true")
    page.get_by_role("link", name="Next: The room as it is now").press("Enter")
    page.wait_for_url("**/s11/read")
    assert site.complaints == []


def test_without_script_it_is_the_whole_text(site: Site) -> None:
    page = site.mira((360, 740))
    cookies = page.context.cookies()
    plain = site.page(script=False)
    plain.context.add_cookies(cookies)
    plain.goto(f"/prepare/{site.meeting_id}/s3/read")
    for line in step_aloud(site.hub.library.templates["T3"].steps[2]):
        expect(plain.get_by_text(line.text, exact=True)).to_be_visible()
    expect(plain.get_by_text("eight seconds of quiet").first).to_be_visible()
    expect(plain.get_by_role("button", name="Go on")).to_have_count(0)
