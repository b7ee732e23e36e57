"""The plan builder's pages, without script: every button, and what people typed is never lost."""

from __future__ import annotations

import re

import pytest

from circle.domain.plan import Kind, Sharing
from circle.services.pieces import PIECES
from circle.web.edits import ACTS
from tests.support import PASSWORD, Browser
from tests.web.conftest import House
from tests.web.pressing import Plan


@pytest.fixture
def mira(house: House) -> Browser:
    return house.signed_in()


@pytest.fixture
def jo(house: House) -> Browser:
    """Another host, of other circles."""
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    browser = house.browser()
    browser.send(browser.open("/signin"), address="jo@example.org", password=PASSWORD)
    return browser


@pytest.fixture
def plan(house: House, mira: Browser) -> Plan:
    return Plan(house, mira)


ORDER = [f"s{number}" for number in range(1, 15)]


# -- refusals ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("do", "fields", "words"),
    [
        ("fly", {}, "did not fit"),
        ("take", {"step": "s99"}, "took this step out"),
        ("up", {"step": "s99"}, "took this step out"),
        ("put", {"kind": "dance", "after": "s1"}, "did not fit"),
        ("put", {"kind": "arrive", "after": "s1"}, "did not fit"),
        ("put", {"kind": "break", "after": "s99"}, "took this step out"),
        ("put_question", {"prompt": "GF-999", "after": "s1"}, "Choose one of the questions first"),
        ("put_question", {"prompt": "GF-01", "after": "s99"}, "took this step out"),
        ("put_own", {"text": "What now?", "after": "s99"}, "took this step out"),
        ("move", {"step": "s4", "after": "s99"}, "took this step out"),
        ("library", {"step": "s4"}, "Choose one of the questions first"),
        ("own", {"step": "s1", "text": " "}, "What would you like to ask?"),
        ("put_own", {"text": " ", "after": "s1"}, "What would you like to ask?"),
        ("step", {"step": "s4", "minutes": "0"}, "between 1 and 60"),
        ("step", {"step": "s4", "minutes": "ten"}, "between 1 and 60"),
        ("step", {"step": "s4", "minutes": "9" * 5000}, "between 1 and 60"),
        ("step", {"step": "s4", "minutes": "10", "solo_minutes": "11"}, "between 1 and 60"),
        ("step", {"step": "s4", "title": " "}, "one to forty letters"),
        ("step", {"step": "s4", "script": "x" * 1300}, "Up to 1,200 letters fit here"),
        ("head", {"name": "N", "group": "all", "participants": "8", "linger_min": "0"}, "did not fit"),
        ("head", {"name": "N", "group": "open", "participants": "1", "linger_min": "0"}, "between 2 and 20"),
        ("head", {"name": "N", "group": "open", "participants": "8", "linger_min": "31"}, "30 minutes"),
        ("own", {"step": "s4", "text": "word " * 200}, "Up to 600 letters fit into one question"),
        ("answer", {"step": "s4", "answer": "dance"}, "not made for that way"),
        ("lighter", {"step": "s8"}, "nothing softer"),
        ("mend", {"rule": "P06", "step": "s10", "way": "0"}, "Somebody else changed"),
        ("mend", {"rule": "P11", "step": "s10", "way": "x"}, "Somebody else changed"),
        ("mend", {"rule": "P11", "step": "s10", "way": "9" * 5000}, "Somebody else changed"),
        ("reason", {"rule": "P11", "step": "s10", "reason": " "}, "A few words belong here"),
        ("not_yet", {"step": "s99"}, "took this step out"),
        ("card", {"when": "someone leaves", "say": " "}, "A few words belong here"),
        ("reason", {"rule": "P11", "step": "s10", "reason": "x" * 301}, "Up to 300 characters fit here."),
        ("reason", {"rule": "P31", "step": "", "reason": "Because."}, "Somebody else changed"),
        ("seen", {"rule": "P08", "step": "s99"}, "Somebody else changed"),
        ("card", {"when": "x" * 81, "say": "Wait."}, "Up to 80 characters fit here."),
        ("ready", {}, "Something is still open"),
        ("undo", {}, "nothing more of yours"),
        ("redo", {}, "nothing more of yours"),
    ],
)
def test_what_does_not_go_through_says_why_and_changes_nothing(
    plan: Plan, do: str, fields: dict[str, str], words: str
) -> None:
    before = plan.steps
    page = plan.press(do, at=fields.get("step", ""), **fields)
    assert page.status in (409, 422)
    assert "data-builder" in page.html, "the plan is still there"
    assert words in page.text
    assert plan.steps == before


def test_what_stood_there_can_be_no_number(plan: Plan) -> None:
    page = plan.press("step", step="s4", minutes="7", was_minutes="9" * 5000)
    assert (page.status, plan.step("s4").minutes) == (200, 7)


def test_a_day_no_calendar_reaches_is_answered_beside_its_field(plan: Plan) -> None:
    for way in ("/move", "/again"):
        page = plan.browser.open(plan.path)
        fields = page.form("/again").fields | {"day": "9999-12-31", "at": "23:30"}
        refused = plan.browser.post(f"{plan.path}{way}", fields)
        assert (refused.status, "more than two years ahead" in refused.text) == (422, True)
        assert refused.form("/again").fields["day"] == "9999-12-31"


def test_words_too_long_or_late_are_still_in_their_boxes(plan: Plan) -> None:
    page = plan.press("own", at="s4", step="s4", text="word " * 200)
    assert "word word" in page.html
    first = plan.press("step", at="s4", step="s4", script="By Jo.", was_script=plan.step("s4").script)
    assert first.status == 200
    late = plan.press("step", at="s4", step="s4", script="By Mira.", was_script="Something old.")
    assert late.status == 409
    assert "Somebody else changed the same thing" in late.text
    assert late.form("/edit").fields is not None
    boxes = [form.fields["script"] for form in late.forms if "script" in form.fields]
    assert boxes == ["By Mira."]
    assert "By Jo." in late.text
    assert plan.step("s4").script == "By Jo."
    again = plan.press("step", at="s4", step="s4", script="By Mira.", was_script="By Jo.")
    assert again.status == 200
    assert plan.step("s4").script == "By Mira."


def test_strangers_find_nothing(house: House, jo: Browser, plan: Plan) -> None:
    for path in ("", "/s4", "/add", "/version"):
        assert jo.open(plan.path + path).status == 404
    token = jo.open("/circle/new").forms[-1].fields["csrf_token"]
    for do in ACTS:
        answer = jo.post(f"{plan.path}/edit", {"do": do, "step": "s4", "csrf_token": token})
        assert (do, answer.status) in {(do, 404), (do, 422)}
    assert plan.order == ORDER


def test_without_its_token_nothing_is_changed(plan: Plan) -> None:
    assert plan.browser.post(f"{plan.path}/edit", {"do": "take", "step": "s4"}).status == 400
    assert plan.order == ORDER


# -- every button --------------------------------------------------------------------------------------
def test_steps_move_go_and_come_back(plan: Plan) -> None:
    plan.press("down", at="s4", step="s4")
    assert plan.order[3:5] == ["s5", "s4"]
    plan.press("up", at="s4", step="s4")
    plan.press("move", step="s4", after="")
    assert plan.order[0] == "s4"
    plan.press("move", step="s4", after="s3")
    assert plan.order == ORDER
    page = plan.press("take", at="s4", step="s4")
    assert "Taken out. Undo brings it back." in page.text
    assert "s4" not in plan.order
    page = plan.press("undo")
    assert "Undone." in page.text
    assert plan.order == ORDER
    plan.press("redo")
    assert "s4" not in plan.order


@pytest.mark.parametrize("kind", PIECES)
def test_pieces_can_be_put_in_with_their_words(plan: Plan, kind: Kind) -> None:
    assert f'value="{kind.value}"' in plan.browser.open(f"{plan.path}/add?after=s5").html
    page = plan.press("put", kind=kind.value, after="s5")
    new = plan.steps[5]
    assert (new.kind, page.path) == (kind, f"{plan.path}/{new.id}")
    assert new.script
    assert len(new.id) <= 16


def test_questions_can_be_put_in(plan: Plan) -> None:
    plan.press("put_question", prompt="GF-01", after="s5")
    assert plan.steps[5].prompt is not None
    assert plan.steps[5].prompt.id == "GF-01"
    page = plan.press("put_own", text="What did the day <b>smell</b> of?", after="s5")
    assert "What did the day &lt;b&gt;smell&lt;/b&gt; of?" in page.html
    assert (plan.steps[5].kind, plan.steps[5].sharing) == (Kind.ASK, Sharing.SPOKEN_VOLUNTEER)
    plan.press("twice", step="s5")
    assert plan.steps[5].title == plan.step("s5").title


def test_a_question_is_found_in_the_library_for_a_place_in_the_plan(plan: Plan, jo: Browser) -> None:
    found = plan.browser.open(f"/library?plan={plan.house.meeting_id}&after=s5&words=ceremony")
    assert "A question for “The grief nobody mentions”" in found.text
    page = plan.browser.send(found, "/edit", do="put_question")
    assert plan.steps[5].prompt is not None
    assert page.path == f"{plan.path}/{plan.steps[5].id}"
    assert jo.open(f"/library?plan={plan.house.meeting_id}").status == 404


def test_a_circles_own_question_can_be_put_in(plan: Plan, house: House) -> None:
    words = {"title": "A door", "text": "Which door would you open?", "depth": "2"}
    own = house.hub.own.write(house.mira, house.circle_id, words).id
    plan.press("put_question", prompt=own, after="s5")
    assert plan.steps[5].prompt is not None
    assert plan.steps[5].prompt.id == own


def test_a_question_that_waits_stands_on_the_circles_list(plan: Plan, house: House) -> None:
    asked = plan.step("s10").prompt
    assert asked is not None
    page = plan.press("not_yet", at="s10", step="s10")
    assert "It waits on your circle’s list." in page.text
    assert "s10" not in plan.order
    listed = [waiting.prompt_id for waiting in house.hub.not_yet.of(house.mira, house.circle_id)]
    assert listed == [asked.id]
    plan.press("undo")
    assert plan.order == ORDER


def test_a_question_that_has_been_deleted_meanwhile_does_not_wait(plan: Plan, house: House) -> None:
    words = {"title": "A door", "text": "Which door would you open?", "depth": "2"}
    own = house.hub.own.write(house.mira, house.circle_id, words)
    plan.press("put_question", prompt=own.id, after="s5")
    house.hub.own.delete(house.mira, house.circle_id, own.id, own.prompt.version)
    before = plan.order
    page = plan.press("not_yet", step=before[5])
    assert (page.status, plan.order) == (409, before)
    assert "data-builder" in page.html


def test_a_question_is_changed_lighter_own_and_from_the_library(plan: Plan) -> None:
    page = plan.browser.open(f"{plan.path}/s4")
    assert page.html.count('class="cue__row') == 14
    assert "19:41" in page.text  # the fifth step, if all takes as long as planned
    lighter = plan.press("lighter", at="s6", step="s6")
    assert "Name one small thing you miss" in lighter.text
    prompt = re.search(r'name="prompt" value="(CK-\d+)"', page.html)
    assert prompt is not None
    page = plan.press("library", at="s4", step="s4", prompt=prompt.group(1))
    assert plan.house.hub.library.prompts[prompt.group(1)].title in page.text
    page = plan.press("answer", at="s4", step="s4", answer="word")
    assert "Everybody here, with the name." in page.text
    plan.press("own", at="s4", step="s4", text="What now?")
    assert plan.step("s4").title == "A question from the host"
    for _ in range(4):
        plan.press("undo")
    assert plan.order == ORDER
    assert plan.step("s6").prompt == plan.house.hub.library.templates["T3"].steps[5].prompt


def test_fields_of_a_step_and_of_the_evening(plan: Plan) -> None:
    plan.press("step", at="s4", step="s4", title="Hello", minutes="12", solo_minutes="3", note="Slowly.")
    step = plan.step("s4")
    assert (step.title, step.minutes, step.solo_minutes, step.note) == ("Hello", 12, 3, "Slowly.")
    plan.press("may_go", at="s4", step="s4", may_go="y")
    assert (plan.step("s4").optional, plan.step("s4").droppable_rank) == (True, 9)
    plan.press("may_go", at="s4", step="s4")
    assert not plan.step("s4").optional
    page = plan.press("head", name="Our own", group="open", participants="5", linger_min="10")
    assert "Our own" in page.text
    assert "This asks for a closed group" in page.text
    assert "Five, as planned" in page.text


def test_what_is_found_can_be_mended_looked_at_or_kept_with_a_reason(plan: Plan) -> None:
    page = plan.press("head", name="Evening", group="open", participants="8", linger_min="0")
    assert "Keep it, with a reason" in page.text
    kept = plan.press("reason", rule="P11", step="s10", reason="They have met for years.")
    assert "They have met for years." in kept.text
    assert "Take the reason back" in kept.text
    back = plan.press("no_reason", rule="P11", step="s10")
    assert "They have met for years." not in back.text
    mended = plan.press("mend", rule="P11", step="s10", way="0")
    assert "This asks for a closed group" not in mended.text
    for rule, step in (("P02", ""), ("P12", "s10"), ("P61", "")):
        plan.press("seen", rule=rule, step=step)
    assert "I have asked myself" not in plan.browser.open(plan.path).text


def test_prepared_answers_have_an_end(plan: Plan) -> None:
    page = plan.press("card", when="the line of <one> is bad", say="Type, we wait.")
    assert "If the line of &lt;one&gt; is bad" in page.html
    for number in range(11):
        plan.press("card", when=f"case {number}", say="Wait.")
    full = plan.press("card", when="one too many", say="Wait.")
    assert (full.status, "Twelve prepared answers" in full.text) == (422, True)
    plan.press("no_card", when="case 3")
    own = plan.house.hub.builder.cards(plan.house.meeting_id)
    assert [card.when for card in own][:4] == ["the line of <one> is bad", "case 0", "case 1", "case 2"]
    assert len(own) == 11


def test_what_is_prepared_for_hosts_is_on_no_page_of_a_member(plan: Plan) -> None:
    plan.press("card", when="WHEN-FOR-HOSTS", say="SAY-FOR-HOSTS")
    plan.press("step", at="s4", step="s4", script="SCRIPT-FOR-HOSTS", note="NOTE-FOR-HOSTS")
    plan.press("reason", rule="P02", step="", reason="REASON-FOR-HOSTS")
    everything = plan.browser.open(plan.path).html + plan.browser.open(f"{plan.path}/s4").html
    assert all(f"{word}-FOR-HOSTS" in everything for word in ("WHEN", "SAY", "SCRIPT", "NOTE", "REASON"))
    plan.browser.send(plan.browser.open("/tonight"), f"/open/{plan.house.meeting_id}", follow=False)
    room = f"/meet/{plan.house.meeting_id}"
    assert "SAY-FOR-HOSTS" in plan.browser.open(room).html
    member = plan.house.browser()
    seat = member.send(member.send(member.open(plan.house.door), name="Ada"), answer="yes")
    member.send(seat, follow=False)
    assert "Ada" in {found.name for found in plan.house.members()}
    seen = [
        seat.html,
        *(member.open(path).html for path in (plan.house.door, room, f"{room}/notes", "/help")),
    ]
    for path in (plan.path, f"{plan.path}/s4", f"{plan.path}/add", f"{plan.path}/version"):
        answer = member.open(path, follow=False)
        assert answer.status in (302, 303, 401, 404)
        seen.append(answer.html)
    assert not [page for page in seen if "FOR-HOSTS" in page or "We can slow down here." in page]


def test_ready_is_said_and_taken_back(house: House, mira: Browser) -> None:
    page = mira.send(mira.open("/prepare/from/T9"), day="2026-07-07", at="19:00")
    while "Make it 5 minutes" in page.text or "minutes to “" in page.text:
        page = mira.send(
            page, "/edit", do="mend", rule="P02" if "Make it 5" in page.text else "P30", step="", way="0"
        )
    page = mira.send(page, "/edit", do="seen", rule="P61", step="")
    assert "Mark ready" in page.text, page.text
    page = mira.send(page, "/edit", do="ready")
    assert "Ready. Mira said so" in page.text
    mira.send(page, "/edit", do="take", step="s7")
    page = mira.send(mira.open(page.path), "/edit", do="undo")
    assert "It was marked ready, and has been changed since" in page.text
    assert "Ready. Mira said so" not in page.text
    page = mira.send(page, "/edit", do="ready")
    assert "Ready. Mira said so" in page.text
    page = mira.send(page, "/edit", do="not_ready")
    assert "Nothing stands in the way" in page.text


def test_another_hosts_page_can_ask_whether_something_changed(plan: Plan) -> None:
    def version() -> int:
        answer = plan.browser.client.get(f"{plan.path}/version", base_url="http://localhost:8000")
        return int(answer.get_json()["version"])

    before = version()
    plan.press("take", step="s4")
    assert version() == before + 1


def test_an_open_door_freezes_the_plan(plan: Plan) -> None:
    plan.browser.open(f"{plan.path}/s4")
    token = plan.browser.open(plan.path).form("/edit").fields["csrf_token"]
    plan.browser.send(plan.browser.open("/tonight"), f"/open/{plan.house.meeting_id}", follow=False)
    refused = plan.browser.post(f"{plan.path}/edit", {"do": "take", "step": "s4", "csrf_token": token})
    assert (refused.status, "the plan stays as it is" in refused.text) == (409, True)
    frozen = plan.browser.open(f"{plan.path}/s4")
    assert not frozen.forms
    assert "this plan stays as it is" in frozen.text
    assert plan.order == ORDER


def test_every_button_has_a_test(request: pytest.FixtureRequest) -> None:
    source = request.path.read_text()
    assert [do for do in ACTS if f'"{do}"' not in source] == []
