"""The library's pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from circle.domain.meeting import Phase
from circle.store import meetings
from tests.web.conftest import House


def test_the_library_is_for_hosts(house: House) -> None:
    for path in ("/library", "/library/GF-01"):
        assert house.browser().open(path, follow=False).status == 303


def test_questions_are_found_by_words_and_by_what_they_are(house: House) -> None:
    browser = house.signed_in()
    everything = browser.open("/library")
    assert "questions, the quieter ones first" in everything.text
    assert "/library/GF-01" in everything.html
    few = browser.open("/library?theme=grief&kind=check_in&intensity=2")
    assert "/library/GF-01" in few.html
    assert "/library/OG-01" not in few.html
    assert 'value="check_in" selected' in few.html
    nothing = browser.open("/library?words=nobody-ever-wrote-this")
    assert "No question is all of that." in nothing.text
    odd = browser.open("/library?theme=<script>&intensity=999&layer=x&minutes=-1&kind=odd")
    assert odd.status == 200
    assert "<script>&" not in odd.html
    assert odd.text.count("library/") == everything.text.count("library/")


def test_a_question_is_shown_as_members_see_it_with_what_hosts_know(house: House) -> None:
    browser = house.signed_in()
    library = house.hub.library
    for prompt_id, one in library.prompts.items():
        page = browser.open(f"/library/{prompt_id}")
        assert page.status == 200
        assert " ".join(one.text.split()) in page.text
        assert one.title in page.text
    stirring = next(one for one in library.prompts.values() if one.gentle_alternative and one.after_care)
    page = browser.open(f"/library/{stirring.id}")
    assert "Gentler:" in page.text
    assert library.prompts[stirring.after_care.grounding_id].title in page.text  # type: ignore[union-attr]
    assert browser.open("/library/GF-99").status == 404


def test_what_a_circle_has_met_is_said(house: House) -> None:
    browser = house.signed_in()
    assert "None of your circles has met it yet." in browser.open("/library/GR-12").text

    def happened(db: object) -> None:
        meeting = meetings.load(db, house.meeting_id)  # type: ignore[arg-type]
        plan = house.hub.library.templates["T3"]
        before = replace(
            meeting,
            id="before",
            plan=plan,
            starts_at=meeting.starts_at - timedelta(weeks=1),
            phase=Phase.ENDED,
        )
        meetings.add(db, before)  # type: ignore[arg-type]

    house.hub.committer.submit(happened)
    assert "Your circles have met it" in browser.open("/library/GR-12").text


def test_a_theme_is_a_ramp_from_quiet_to_tender(house: House) -> None:
    page = house.signed_in().open("/library?theme=grief")
    depths = re.findall(r"<h3[^>]*>(\w+(?: \w+)?)</h3>", page.html)
    assert depths == ["Quiet", "Light", "Stirring", "Tender", "Very tender"]
    found = house.signed_in().open("/library?theme=grief&words=letter")
    assert "<h3" not in found.html
