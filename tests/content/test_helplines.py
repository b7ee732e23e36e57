"""Numbers for people in need: which are shown, in which order, and how old they may be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from circle.content.helplines import HelpNumber, offered
from circle.content.loader import Library, load_library

CHECKED = date(2026, 11, 20)
UNCONFIRMED = {"142", "1813", "188", "143"}


def helplines_for(country: str, today: date) -> list[HelpNumber]:
    return offered(load_library().helplines, country, today)


def by_name(country: str, today: date = CHECKED) -> dict[str, HelpNumber]:
    return {line.name: line for line in helplines_for(country, today)}


def test_someone_to_talk_to_comes_first_and_the_emergency_number_last() -> None:
    assert [line.kind for line in helplines_for("GB", CHECKED)] == ["helpline"] * 3 + ["emergency"]
    assert helplines_for("GB", CHECKED)[-1].call == "999"


def test_a_country_is_known_in_small_letters_too() -> None:
    assert helplines_for("gb", CHECKED) == helplines_for("GB", CHECKED)


@pytest.mark.parametrize(
    ("country", "calls"),
    [
        ("US", {"988", "911"}), ("CA", {"988", "911"}), ("GB", {"116 123", "999", "111"}),
        ("IE", {"116 123", "112"}), ("AU", {"13 11 14", "000"}),
        ("NZ", {"1737", "0508 828 865", "0800 543 354", "111"}),
        ("DE", {"0800 111 0 111", "0800 111 0 222", "112"}), ("FR", {"3114", "112"}), ("ES", {"024", "112"}),
        ("NL", {"113", "0800-0113", "112"}), ("IN", {"14416", "1-800-891-4416"}),
        ("AT", {"112"}), ("BE", {"112"}),
    ],
)  # fmt: skip
def test_each_country_has_the_confirmed_numbers_and_no_others(country: str, calls: set[str]) -> None:
    assert {line.call for line in helplines_for(country, CHECKED) if line.call} == calls


def test_unconfirmed_numbers_are_not_in_the_file(library: Library) -> None:
    assert UNCONFIRMED.isdisjoint({line.call for line in library.helplines.lines})
    assert not [line for line in library.helplines.lines if line.country == "DE" and line.call == "116 123"]


def test_a_country_we_know_nothing_of_has_no_number_but_a_directory(library: Library) -> None:
    assert helplines_for("BR", CHECKED) == []
    assert library.helplines.elsewhere.text
    assert all(directory.url.startswith("https://") for directory in library.helplines.elsewhere.directories)


def test_every_country_to_choose_has_a_name_and_a_number(library: Library) -> None:
    for country in library.helplines.countries:
        assert helplines_for(country, CHECKED), country
    assert set(library.helplines.eu_members) <= set(library.helplines.countries)
    assert len(library.helplines.eu_members) == 27


@pytest.mark.parametrize(
    ("days", "stale", "shown"), [(0, 0, 1), (180, 0, 1), (181, 1, 1), (365, 1, 1), (366, 1, 0)]
)
def test_numbers_age_and_emergency_numbers_stay(days: int, stale: bool, shown: bool) -> None:
    lines = by_name("GB", CHECKED + timedelta(days=days))
    assert ("Samaritans" in lines) == bool(shown)
    assert lines["Emergency"].stale == bool(stale)
    if shown:
        assert lines["Samaritans"].stale == bool(stale)


def test_the_state_of_checking_is_told_as_it_is(library: Library) -> None:
    for line in library.helplines.lines:
        assert "not yet a live call" in line.verified_by
        assert line.seen_on == CHECKED


def test_every_line_can_be_called_or_written_to(library: Library) -> None:
    assert all(line.call or line.text or line.chat_url for line in library.helplines.lines)


def test_addresses_for_a_tap_hold_digits_only() -> None:
    lifeline = by_name("AU")["Lifeline"]
    assert (lifeline.call_href, lifeline.text_href) == ("tel:131114", "sms:0477131114")
    shout = by_name("GB")["Shout"]
    assert (shout.call_href, shout.text_href, shout.text_body) == ("", "sms:85258", "SHOUT")
