"""What the plan builder says when something was done, and what it offers where nothing was."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from circle.domain.drafting import Change
from circle.domain.plan import Kind, Prompt
from tests.web.conftest import House
from tests.web.pressing import Plan


@pytest.fixture
def plan(house: House) -> Plan:
    return Plan(house, house.signed_in())


def test_an_evening_with_nothing_softer_says_so_on_its_page(plan: Plan) -> None:
    for _ in range(40):
        page = plan.press("lighter")
        if page.status != 200:
            break
    assert (page.status, "There is nothing softer to put here" in page.text) == (409, True)
    assert "Undo" in page.text


def test_what_was_typed_after_a_step_that_has_gone_can_be_put_at_the_beginning(plan: Plan) -> None:
    page = plan.press("put_own", text="What now?", after="s99")
    assert "At the beginning" in page.text
    form = next(form for form in page.forms if "text" in form.fields)
    assert (form.fields["text"], form.fields["after"]) == ("What now?", "")


def test_what_is_put_into_the_evening_comes_before_its_closing(plan: Plan) -> None:
    closing = next(at for at, step in enumerate(plan.steps) if step.kind is Kind.CLOSING)
    page = plan.browser.open(plan.path)
    before = plan.steps[closing - 1]
    assert f'/add?after={before.id}"' in page.html
    plan.press("put_own", text="What now?", after=before.id)
    assert plan.steps[closing].title == "A question from the host"
    assert plan.steps[closing + 1].kind is Kind.CLOSING


def test_an_evening_that_begins_with_its_closing_takes_more_at_its_beginning(plan: Plan) -> None:
    for step in plan.steps:
        if step.kind is Kind.CLOSING:
            break
        plan.press("take", step=step.id)
    assert '/add?after="' in plan.browser.open(plan.path).html


def test_an_empty_question_is_said_once_and_beside_its_box(plan: Plan) -> None:
    for page in (plan.press("put_own", text=" ", after="s5"), plan.press("own", at="s4", step="s4", text="")):
        assert page.text.count("What would you like to ask?") == 1
        assert '<p class="field__error" id="text-error">What would you like to ask?' in page.html
        assert "pass" not in page.text.split("What would you like to ask?")[1].split(".")[0]


@pytest.mark.parametrize(
    ("do", "name", "long", "most"),
    [("put_own", "text", 3000, "Up to 600 letters"), ("own", "text", 3000, "Up to 600 letters"),
     ("step", "script", 5000, "Up to 1,200 letters"), ("step", "note", 5000, "Up to 1,200 letters"),
     ("card", "say", 900, "Up to 300 characters"), ("card", "when", 900, "Up to 80 characters")],
)  # fmt: skip
def test_what_is_too_long_comes_back_whole_with_what_fits(
    plan: Plan, do: str, name: str, long: int, most: str
) -> None:
    at = "s4" if do in ("own", "step") else ""
    words = {"when": "it rains", "say": "Wait."} if do == "card" else {}
    page = plan.press(do, at=at, **({"step": at} if at else {"after": "s5"}), **(words | {name: "x" * long}))
    assert page.status == 422
    assert "x" * long in page.html, "all of it is still in its box"
    assert most in page.text
    assert f'id="{name}" name="{name}" maxlength' not in page.html


SAID = [
    ("up", {"step": "s4"}, "Place 3 of 14."),
    ("down", {"step": "s4"}, "Place 5 of 14."),
    ("move", {"step": "s4", "after": ""}, "Place 1 of 14."),
    ("move", {"step": "s4", "after": "s4"}, "Place 4 of 14."),
    ("put", {"kind": "break", "after": "s5"}, "It is in."),
    ("put_question", {"prompt": "GF-01", "after": "s5"}, "It is in."),
    ("put_own", {"text": "What now?", "after": "s5"}, "It is in."),
    ("twice", {"step": "s5"}, "It is in twice now."),
    ("seen", {"rule": "P61", "step": ""}, "Seen."),
    ("no_reason", {"rule": "P11", "step": "s10"}, "The reason is taken back."),
    ("no_card", {"when": "case"}, "Taken away."),
    ("not_ready", {}, "It is not marked ready any more."),
]


@pytest.mark.parametrize(("do", "fields", "words"), SAID)
def test_every_act_says_what_it_did(plan: Plan, do: str, fields: dict[str, str], words: str) -> None:
    page = plan.press(do, **fields)
    assert page.status == 200
    assert words in page.text


def test_what_is_typed_is_kept_without_a_word(plan: Plan) -> None:
    head = {"name": "Evening", "group": "closed", "participants": "8", "linger_min": "0"}
    step = {"step": "s4", "title": "Hello"}
    for do, fields in (("step", step), ("may_go", {"step": "s4"}), ("head", head)):
        assert 'class="calm"' not in plan.press(do, **fields).html


def test_a_mend_says_what_it_did(plan: Plan) -> None:
    one = plan.press("step", step="s2", minutes="1")
    assert "People have 1 minute here to agree how to be together." in one.text
    assert "Five minutes now." in plan.press("mend", rule="P02", step="", way="0").text
    none = plan.press("take", step="s2")
    assert "There is no time here in which people agree how to be together." in none.text
    assert "It is in." in plan.press("mend", rule="P02", step="", way="0").text


def test_lighter_names_the_question_that_stands_there_now(plan: Plan) -> None:
    gentle = plan.press("lighter", step="s6")
    prompt = plan.step("s6").prompt
    assert prompt is not None
    assert f"Now: “{prompt.title}”, in its gentler form. Undo brings yours back." in gentle.text
    plan.press("own", step="s10", text="What have you never told anyone?")
    page = plan.press("lighter", step="s10")
    prompt = plan.step("s10").prompt
    assert prompt is not None
    assert re.search(rf"Now: “{re.escape(prompt.title)}”, \w+ softer. Undo brings yours back.", page.text)
    plan.press("undo")
    own = plan.step("s10").prompt
    assert own is not None
    assert own.text == "What have you never told anyone?"


def test_a_step_without_a_question_can_be_given_one(plan: Plan, house: House) -> None:
    for name in ("s4", "s8"):
        edit = Change(plan.step(name), replace(plan.step(name), prompt=None))
        house.hub.builder.edit(house.mira, house.meeting_id, "wrote", lambda _, edit=edit: edit)
    page = plan.browser.open(f"{plan.path}/s4")
    assert "Nothing is asked here yet." in page.text
    assert "Ask something from the library" in page.text
    assert "Ask in your own words" in page.text
    plan.press("own", at="s4", step="s4", text="What brought you here?")
    assert plan.step("s4").prompt == Prompt(text="What brought you here?")
    quiet = plan.browser.open(f"{plan.path}/s8")
    assert plan.step("s8").kind in (Kind.BREAK, Kind.REGATHER, Kind.GROUNDING, Kind.SILENCE)
    assert "Ask in your own words" not in quiet.text
    refused = plan.press("own", at="s8", step="s8", text="What now?")
    assert (refused.status, "Nothing is asked in this step" in refused.text) == (422, True)


def test_a_second_silence_has_a_name_of_its_own(plan: Plan) -> None:
    plan.press("put", kind="silence", after="s5")
    assert [step.title for step in plan.steps if step.kind is Kind.SILENCE] == ["Silence", "Shared quiet"]
    plan.press("take", step="s7")
    plan.press("put", kind="silence", after="s5")
    assert plan.steps[5].title == "Shared quiet"
