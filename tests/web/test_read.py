"""Reading aloud, as the server draws it: everything is in the page, for hosts alone."""

from __future__ import annotations

import pytest

from circle.domain.speaking import step_aloud
from circle.web.read import quiet_words
from tests.support import PASSWORD
from tests.web.conftest import House


def test_reading_aloud_is_for_hosts(house: House) -> None:
    for path in (f"/prepare/{house.meeting_id}/s4/read", "/library/GF-01/read"):
        assert house.browser().open(path, follow=False).status == 303
    house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    jo = house.browser()
    jo.send(jo.open("/signin"), address="jo@example.org", password=PASSWORD)
    assert jo.open(f"/prepare/{house.meeting_id}/s4/read").status == 404
    for path in (f"/prepare/{house.meeting_id}/s99/read", "/library/GF-99/read"):
        assert house.signed_in().open(path).status == 404


def test_every_word_and_pause_stands_in_the_page(house: House) -> None:
    browser = house.signed_in()
    steps = house.hub.planning.evening(house.mira, house.meeting_id).meeting.plan.steps
    for before, step in zip((None, *steps), steps, strict=False):
        page = browser.open(f"/prepare/{house.meeting_id}/{step.id}/read")
        for line in step_aloud(step):
            assert line.text in page.text
            assert quiet_words(line.pause_s) in page.text
        assert " ".join(step.note.split()) in page.text
        assert "130 words a minute" in page.text
        if before is not None:
            assert f"Before: {before.title}" in page.text
    for prompt_id, record in house.hub.library.prompts.items():
        page = browser.open(f"/library/{prompt_id}/read")
        assert page.status == 200
        assert record.facilitator_note in page.text
        assert f"/library/{prompt_id}/read" in browser.open(f"/library/{prompt_id}").html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, ""),
        (1, "one second of quiet"),
        (12, "twelve seconds of quiet"),
        (105, "105 seconds of quiet"),
        (180, "three minutes of quiet"),
    ],
)
def test_a_pause_in_words(seconds: int, words: str) -> None:
    assert quiet_words(seconds) == words
