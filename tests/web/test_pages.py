"""Pages that belong to nobody: numbers, offline, health."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import OperationalError

from circle.content.loader import load_library
from circle.services.numbers import guess_country, help_book
from tests.web.conftest import House


@pytest.mark.parametrize(
    ("languages", "country"),
    [
        (["en-IE", "en"], "IE"),
        (["en", "de-DE"], "DE"),
        (["pt-BR"], ""),
        (["gb"], ""),
        (["zh-Hant-TW"], ""),
        ([], ""),
    ],
)
def test_a_country_is_guessed_from_languages_alone(languages: list[str], country: str) -> None:
    assert guess_country(languages, tuple(load_library().helplines.countries)) == country


def test_the_numbers_of_one_country_are_shown_and_all_are_there(house: House) -> None:
    page = house.browser().open("/help?country=GB")
    assert "Nobody from a circle watches this page." in page.text
    assert '<div data-country="GB">' in page.html
    assert '<div data-country="IE" hidden>' in page.html
    assert 'href="tel:116123"' in page.html
    assert 'href="sms:85258"' in page.html
    assert "Send SHOUT. Someone to write to. Day and night" in page.text


def test_an_unknown_country_gets_the_directories(house: House) -> None:
    page = house.browser().open("/help?country=%3Cscript%3E")
    assert '<div data-country="">' in page.html
    assert "emergency number of your country" in page.text
    assert "<script>" not in page.html


def test_the_browsers_language_chooses_at_first(house: House) -> None:
    page = house.browser().open("/help", **{"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"})
    assert '<div data-country="DE">' in page.html


def test_old_numbers_disappear_and_the_emergency_number_stays() -> None:
    library = load_library()
    old = help_book(library, "GB", date(2028, 1, 1))
    assert old.here is not None
    assert [line.number for line in old.here.lines] == ["999"]
    assert old.here.lines[0].name == "In danger now"
    assert old.here.lines[0].note == "112 works too"
    assert old.directories


def test_the_kept_page_is_the_same_for_everybody(house: House) -> None:
    assert house.browser().open("/offline").html == house.signed_in().open("/offline").html
    page = house.browser().open("/offline")
    for number in ("116 123", "988", "3114", "112"):
        assert number in page.text


def test_the_worker_keeps_that_page_and_nothing_of_a_room(house: House) -> None:
    page = house.browser().open("/sw.js")
    assert page.response.mimetype == "text/javascript"
    assert "'/offline'" in page.html
    for path in ("/meet", "/live", "/c/", "/tonight"):
        assert path not in page.html


def test_health_says_when_the_database_is_gone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(work: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(type(house.hub.committer), "read", lambda _self, work: gone(work))
    page = house.browser().open("/healthz")
    assert (page.status, page.html) == (503, "the database does not answer\n")


def test_the_first_page_sends_hosts_on_and_others_nowhere(house: House) -> None:
    assert "open it: it leads to their door" in house.browser().open("/").text
    assert house.signed_in().open("/").path == "/tonight"


def test_the_patterns_page_shows_every_component(house: House) -> None:
    page = house.browser().open("/patterns")
    assert page.status == 200
    assert "cue__line" in page.html
