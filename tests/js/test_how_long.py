"""How much fits into a box, as the server counts it; what is too long stays whole."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from circle.services.speech import TEXT_MAX
from tests.js.conftest import Run

pytestmark = pytest.mark.browser

SHOW = """
const { render, html } = await import('/static/js/vendor/preact-htm.js');
const draft = { text: '', set: (words) => { draft.text = words; draw(); } };
const draw = () => render(html`<${m.Box} draft=${draft} label="Your words" who="who" own=${a.own} />`,
  document.querySelector('#main'));
draw();
window.draft = draft;
"""
WORDS = """
const of = (text) => [m.roomFor(text), m.isTooLong(text), m.howLongWords(text)];
return a.map(([unit, many]) => of(unit.repeat(many)));
"""


def test_the_limit_is_the_servers(run: Run) -> None:
    assert run("meeting/views/howlong.js", "return m.WORDS_MAX;") == TEXT_MAX


def test_letters_are_counted_as_the_server_counts_them(run: Run) -> None:
    few, near, full, over, faces, accents = run(
        "meeting/views/howlong.js",
        WORDS,
        [["a", 3], ["a", 3999], ["a", 4000], ["a", 4001], ["\U0001f642", 4000], ["e\u0301", 4002]],
    )
    assert few[1:] == [False, ""]
    assert near == [1, False, "One more letter fits here."]
    assert full == [0, False, "It fits, to the last letter."]
    assert over[:2] == [-1, True]
    assert over[2].startswith("One letter is more than fits here. All of it is still in the box")
    assert faces[:2] == [0, False], "a face is one letter"
    assert accents[:2] == [-2, True], "a letter and its accent are one"


def test_a_box_keeps_all_of_a_long_text_and_says_how_much_is_too_much(run: Run, page: Page) -> None:
    run("meeting/views/box.js", SHOW, {"own": False})
    page.locator("#words").fill("a" * 10_000)
    expect(page.locator("#words")).to_have_value("a" * 10_000)
    expect(page.locator("#how-long")).to_contain_text("6000 letters are more than fits here.")
    said = page.get_by_role("status")
    expect(said).to_have_text("That is longer than fits here. All of it is still in the box.")
    page.locator("#words").fill("a" * 3_900)
    expect(page.locator("#how-long")).to_have_text("100 more letters fit here.")
    expect(said).to_be_empty()


def test_what_stays_in_the_page_may_be_as_long_as_it_likes(run: Run, page: Page) -> None:
    run("meeting/views/box.js", SHOW, {"own": True})
    page.locator("#words").fill("a" * 10_000)
    expect(page.locator("#words")).to_have_value("a" * 10_000)
    expect(page.locator("#how-long")).to_have_count(0)
