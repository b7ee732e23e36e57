"""Pasting an outline: from a text to a planned evening, with nothing lost on the way."""

from __future__ import annotations

from circle.domain.meeting import Phase
from circle.domain.outline import TEXT_MAX
from tests.support import Browser, Page
from tests.web.conftest import House

TEXT = """Evening of letters

18:30 Welcome
18:35 Check-in round: What is with you tonight?
18:45 Writing <b>a letter</b>, 15 minutes
Bring paper & pens, please.
Break 5
Closing round 10 min
"""


def looked_at(browser: Browser, text: str = TEXT) -> Page:
    return browser.send(browser.open("/prepare/paste"), "/prepare/paste", text=text, do="look")


def test_pasting_is_for_hosts_and_is_offered_where_plans_are_chosen(house: House) -> None:
    assert house.browser().open("/prepare/paste", follow=False).status == 303
    page = house.signed_in().open(f"/prepare?circle={house.circle_id}")
    assert f"/prepare/paste?circle={house.circle_id}" in page.html


def test_what_was_understood_and_what_was_not_stand_side_by_side(house: House) -> None:
    page = looked_at(house.signed_in())
    assert "Forty-five minutes, 5 steps" in page.text
    assert "What is with you tonight? (round)" in page.text
    assert "Writing a letter" not in page.text
    assert "<b>a letter" not in page.html
    assert page.form("/prepare/paste").fields["name"] == "Evening of letters"
    assert "Not in the plan" in page.text
    assert "Bring paper & pens, please." in page.text
    assert page.form("/prepare/paste").fields["at"] == "18:30"
    assert "No length was found" not in page.text


def test_the_text_can_be_changed_and_is_still_there(house: House) -> None:
    browser = house.signed_in()
    page = browser.send(looked_at(browser), "/prepare/paste", do="change")
    assert page.form("/prepare/paste").fields["text"].strip() == TEXT.strip()
    guessed = looked_at(browser, "1. Welcome\n2. Tea\n3. Closing")
    assert "No length was found for Welcome, Tea, Closing." in guessed.text
    assert "Every line has found its place." in guessed.text


def test_it_is_planned_and_lines_that_fit_nowhere_are_kept_for_hosts(house: House) -> None:
    browser = house.signed_in()
    page = browser.send(
        looked_at(browser), "/prepare/paste", do="plan", day="2026-03-20", at="18:30", theme="grief"
    )
    assert page.status == 200
    meeting_id = page.path.removeprefix("/prepare/")
    meeting = house.hub.planning.evening(house.mira, meeting_id).meeting
    assert (meeting.phase, meeting.circle_id) == (Phase.PLANNED, house.circle_id)
    assert (meeting.plan.name, meeting.plan.theme, meeting.plan.template) == (
        "Evening of letters",
        "grief",
        "",
    )
    assert [step.minutes for step in meeting.plan.steps] == [5, 10, 15, 5, 10]
    note = meeting.plan.steps[0].note
    assert note.splitlines() == ["Also in the outline:", "Evening of letters", "Bring paper & pens, please."]
    fields = looked_at(browser).form("/prepare/paste").fields
    del fields["keep"]
    page = browser.post("/prepare/paste", fields | {"do": "plan", "day": "2026-03-21", "at": "18:30"})
    other = house.hub.planning.evening(house.mira, page.path.removeprefix("/prepare/")).meeting
    assert other.plan.steps[0].note == ""


def test_lines_that_name_somebody_are_shown_and_not_kept(house: House) -> None:
    browser = house.signed_in()
    text = "> On 12 Nov, Ann <ann@example.org> wrote:\n> Tea 5 min\n> Bring pens.\n"
    page = looked_at(browser, text)
    assert "Left out: they name somebody On 12 Nov, Ann <ann@example.org> wrote:" in page.text
    page = browser.send(page, "/prepare/paste", do="plan")
    (step,) = house.hub.planning.evening(house.mira, page.path.removeprefix("/prepare/")).meeting.plan.steps
    assert step.note == "Also in the outline:\nBring pens."
    assert "ann@example" not in browser.open(f"{page.path}/sheet").text
    alone = looked_at(browser, "Tea 5 min (ann@example.org)")
    assert "Every line has found its place." not in alone.text
    assert "Not in the plan" not in alone.text


def test_refusals_leave_everything_on_the_page(house: House) -> None:
    browser = house.signed_in()
    for text, sentence in (
        ("dear all\nsee you soon", "No line here looks like a step yet."),
        ("", "No line here looks like a step yet."),
        ("x" * (TEXT_MAX + 1), "Up to 20,000 letters fit"),
        ("Tea 5 min\n" * 61, "That is more than sixty steps."),
    ):
        page = looked_at(browser, text)
        assert page.status == 422
        assert sentence in page.text
        assert page.form("/prepare/paste").fields["text"].strip() == text.strip()
    first = looked_at(browser)
    for field, value, sentence in (
        ("day", "2020-01-01", "That moment has gone by."),
        ("day", "9999-12-31", "more than two years ahead"),
        ("day", "0001-01-01", "That moment has gone by."),
        ("day", "soon", "Which day is it?"),
        ("at", "late", "At what time?"),
        ("name", "x" * 41, "Up to forty letters"),
    ):
        page = browser.send(first, "/prepare/paste", do="plan", **{field: value})
        assert page.status == 422
        assert sentence in page.text
        assert page.form("/prepare/paste").fields["text"].strip() == TEXT.strip()
    assert browser.send(first, "/prepare/paste", do="plan", circle="somebody-elses").status == 404
    assert len(house.hub.planning.overview(house.mira).planned) == 0


def test_a_pasted_plan_has_all_its_pages(house: House) -> None:
    """A step without a question, and a plan without a template, are plans like any other."""
    browser = house.signed_in()
    page = browser.send(looked_at(browser), "/prepare/paste", do="plan")
    assert page.status == 200
    for step in house.hub.planning.evening(
        house.mira, page.path.removeprefix("/prepare/")
    ).meeting.plan.steps:
        assert browser.open(f"{page.path}/{step.id}").status == 200
