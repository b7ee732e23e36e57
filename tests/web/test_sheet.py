"""The run sheet: everything a host needs on paper, and only for hosts."""

from __future__ import annotations

from dataclasses import replace

from circle.domain.drafting import Change
from circle.services.numbers import help_book
from tests.support import PASSWORD
from tests.web.conftest import House


def test_the_run_sheet_is_for_the_circles_hosts(house: House) -> None:
    path = f"/prepare/{house.meeting_id}/sheet"
    assert house.browser().open(path, follow=False).status == 303
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    jo = house.browser()
    jo.send(jo.open("/signin"), address="jo@example.org", password=PASSWORD)
    assert jo.open(path).status == 404
    assert house.signed_in().open("/prepare/nothing/sheet").status == 404


def test_the_whole_evening_stands_on_it(house: House) -> None:
    page = house.signed_in().open(f"/prepare/{house.meeting_id}/sheet")
    assert page.status == 200
    assert "Thursday circle, Thursday 12 March, 19:30 to 21:00. Host: Mira" in page.text
    evening = house.hub.planning.evening(house.mira, house.meeting_id)
    for step in evening.meeting.plan.steps:
        assert step.prompt is not None
        for words in (
            step.title,
            step.script,
            step.note,
            step.prompt.text,
            step.prompt.gentle,
            step.prompt.facilitator_note,
        ):
            assert " ".join(words.split()) in page.text
        assert all(line.text in page.text for line in step.prompt.lines)
    for clause in evening.circle.agreements:
        assert clause in page.text
    for card in house.hub.library.if_then:
        assert f"If {card.when}" in page.text
        assert card.say in page.text
        assert card.do in page.text
    here = help_book(house.hub.library, "GB", house.hub.clock.now().date()).here
    assert here is not None
    assert all(line.name in page.text for line in here.lines)


def test_a_note_for_hosts_stands_there_once(house: House) -> None:
    evening = house.hub.planning.evening(house.mira, house.meeting_id)
    with_note = next(s for s in evening.meeting.plan.steps if s.prompt and s.prompt.facilitator_note)
    assert with_note.prompt is not None
    words = with_note.prompt.facilitator_note
    louder = Change(with_note, replace(with_note, note=words.upper()))
    house.hub.builder.edit(house.mira, house.meeting_id, "say it twice", lambda _plan: louder)
    for path in (f"/prepare/{house.meeting_id}/sheet", f"/prepare/{house.meeting_id}/{with_note.id}/read"):
        page = house.signed_in().open(path)
        assert words not in page.text
        assert page.text.count(words.upper()) == 1
        assert "<dt>Note</dt>" not in page.html


def test_a_country_without_numbers_has_the_directories(house: House) -> None:
    circles = house.hub.planning.circles
    form = circles.get(house.mira, house.circle_id).form
    circles.change(house.mira, house.circle_id, type(form)(form.name, form.zone, ""))
    page = house.signed_in().open(f"/prepare/{house.meeting_id}/sheet")
    assert all(place.name in page.text for place in house.hub.library.helplines.elsewhere.directories)


def test_the_hosts_own_cards_are_on_it_too(house: House) -> None:
    house.hub.builder.add_card(house.mira, house.meeting_id, "the lamp goes out", "We go on in the dark.")
    page = house.signed_in().open(f"/prepare/{house.meeting_id}/sheet")
    assert "If the lamp goes out We go on in the dark." in page.text
