"""The question on a member's page: opened by the person when it is tender, with its why one tap away."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import Run

pytestmark = pytest.mark.browser

STEP: dict[str, Any] = {
    "id": "s1",
    "text": "What is the door?",
    "title": "The door",
    "gentle": "Is there a door?",
    "content_note": "This one touches doors.",
    "why": "Doors can be looked at from afar.",
    "tender": True,
    "part": "write",
    "parts": ["write", "volunteer"],
}
DIP = {"title": "It can feel heavier", "text": "Many people know that."}
SHOW = """
const { render, html } = await import('/static/js/vendor/preact-htm.js');
const store = {
  said: {},
  page: { host: Boolean(a.host), dip: a.dip, afterCare: 'Be kind.', debrief: [], meeting: 'm' },
  lane: () => a.lane ?? 'full', setLane() {}, forget() {}, act() {},
  remember(key, value) { store.said[key] = value; draw(); },
};
const main = document.querySelector('#main');
const draw = () => render(html`<${m.Question} store=${store} step=${a.step} />`, main);
draw();
"""


def show(run: Run, step: dict[str, Any] | None = None, **more: Any) -> None:
    run("meeting/views/prompt.js", SHOW, {"step": STEP | (step or {}), "dip": DIP, **more})


def test_a_tender_question_is_opened_by_the_person(page: Page, run: Run) -> None:
    show(run)
    expect(page.get_by_text("This one touches doors.")).to_be_visible()
    expect(page.get_by_text("It can feel heavier. Many people know that.")).to_be_visible()
    expect(page.get_by_role("heading", name="Before this question")).to_be_visible()
    expect(page.get_by_text("What is the door?")).to_have_count(0)
    page.get_by_role("button", name="Open the question").click()
    expect(page.get_by_role("heading", name="What is the door?")).to_be_focused()
    expect(page.get_by_text("Many people know that.")).to_be_hidden()  # folded away, and still there
    page.get_by_text("What this touches").click()
    expect(page.get_by_text("Many people know that.")).to_be_visible()


def test_the_gentler_way_is_as_near_and_is_not_held_back(page: Page, run: Run) -> None:
    show(run)
    page.get_by_role("button", name="A gentler way in").click()
    expect(page.get_by_role("heading", name="Is there a door?")).to_be_visible()
    page.get_by_role("button", name="The first question").click()
    expect(page.get_by_role("button", name="Open the question")).to_be_visible()


@pytest.mark.parametrize(
    ("step", "more", "shown"),
    [
        ({"tender": False}, {}, "What is the door?"),
        ({"part": "volunteer"}, {}, "What is the door?"),  # others speak of it already
        ({}, {"host": True}, "What is the door?"),
        ({}, {"lane": "gentle"}, "Is there a door?"),
    ],
)
def test_where_nothing_stands_before_it(
    page: Page, run: Run, step: dict[str, Any], more: dict[str, Any], shown: str
) -> None:
    show(run, step, **more)
    expect(page.get_by_role("heading", name=shown)).to_be_visible()
    expect(page.get_by_role("button", name="Open the question")).to_have_count(0)


def test_why_we_do_this_is_folded_under_the_question(page: Page, run: Run) -> None:
    show(run, {"tender": False})
    why = page.get_by_role("button", name="Why we do this")
    expect(why).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_text("Doors can be looked at from afar.")).to_have_count(0)
    why.click()
    expect(page.get_by_text("Doors can be looked at from afar.")).to_be_visible()
    why.click()
    expect(page.get_by_text("Doors can be looked at from afar.")).to_have_count(0)


def test_a_question_without_a_why_has_no_button_for_it(page: Page, run: Run) -> None:
    show(run, {"tender": False, "why": ""})
    expect(page.get_by_role("button", name="Why we do this")).to_have_count(0)


AFTER = """
const { render, html } = await import('/static/js/vendor/preact-htm.js');
const store = {
  said: {}, lines: [], state: { offset: 0 }, forget() {}, act() {}, tell() {}, statusNow: () => 'here',
  page: { host: false, circle: 'c', dip: a.dip, afterCare: 'Be kind.', debrief: [], meeting: 'm' },
};
const stage = { phase: a.phase, tender: a.tender, linger: null };
render(html`<${m.After} ...${{ store, stage, me: { role: 'member' }, people: [], offset: 0 }} />`,
  document.querySelector('#main'));
"""


@pytest.mark.parametrize("tender", [True, False])
def test_after_a_tender_evening_the_last_page_says_what_may_come(page: Page, run: Run, tender: bool) -> None:
    run("meeting/views/after.js", AFTER, {"dip": DIP, "phase": "ended", "tender": tender})
    expect(page.get_by_text("Be kind.")).to_be_visible()
    expect(page.get_by_text("Many people know that.")).to_have_count(int(tender))
