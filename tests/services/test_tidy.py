"""What people type, before anything else looks at it."""

from __future__ import annotations

import pytest

from circle.domain.errors import Invalid
from circle.services.tidy import clean_address, clean_link, clean_name, clean_zone, plain_line, plain_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Bea \t  M ", "Bea M"),
        ("R\u202eowan\u2066", "Rowan"),
        ("A\u200bd\ufeffa\u00ad", "Ada"),
        ("Zoe\u0308", "Zoë"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner belongs to the word
        ("a\x00b\x1b[31m", "ab[31m"),
        ("line\none", "line one"),
    ],
)
def test_a_line_holds_what_it_shows(typed: str, kept: str) -> None:
    assert plain_line(typed) == kept


def test_text_keeps_its_lines() -> None:
    assert plain_text("\r\n one\r\n\r\n\r\n two \u202e\n") == "one\n\ntwo"


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u202e\u202c"])
def test_a_name_of_nothing(typed: str) -> None:
    with pytest.raises(Invalid, match="name_empty"):
        clean_name(typed)


@pytest.mark.parametrize("typed", ["", "mira", "@example.org", "a b@example.org", "a@b", "a@b.org, c@d.org"])
def test_no_address(typed: str) -> None:
    with pytest.raises(Invalid, match="address"):
        clean_address(typed)


@pytest.mark.parametrize("typed", ["", "Mars/Olympus", "../../etc/passwd", "europe/dublin "])
def test_no_zone(typed: str) -> None:
    with pytest.raises(Invalid, match="zone"):
        clean_zone(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//call.example/room",
        "call.example/room",
        "https://user@call.example/",
        "https://call.example/a b",
        "https://",
        "http://[",
        "https://call.example/" + "x" * 500,
    ],
)
def test_no_link_to_a_call(typed: str) -> None:
    with pytest.raises(Invalid, match="link"):
        clean_link(typed)


def test_what_fits() -> None:
    assert clean_link(" https://call.example/room?x=1 ") == "https://call.example/room?x=1"
    assert clean_link("") == ""
    assert clean_zone("Europe/Dublin") == "Europe/Dublin"
    assert clean_address(" Mira@Example.org ") == "mira@example.org"
