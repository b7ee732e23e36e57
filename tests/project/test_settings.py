"""What the environment says: what is taken, and which sentence answers what is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from circle.mail.compose import Composer, mail_environment
from circle.services.letters import Form, Letter, Links
from circle.settings import SettingsError, read_settings
from tests.evening import TEMPLATES


# -- mail ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sender", ["notes@localhost", "circle+notes@mail.example.org"])
def test_a_sender_that_is_taken_can_be_written(sender: str) -> None:
    compose = Composer(mail_environment(TEMPLATES), read_settings({"CIRCLE_MAIL_FROM": sender}).mail_from)
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    whom = ("<one@example.org>", "mira@example.org", "Mira")
    mail = compose(Letter(Form.NUDGE, *whom, now.date(), now, Links()))
    assert mail["From"].addresses[0].addr_spec == sender


@pytest.mark.parametrize(
    "sender",
    [
        "Circle <notes@circle.example.org>",
        "<notes@circle.example.org>",
        "notes",
        "notes@",
        "@circle.example.org",
        "a..b@circle.example.org",
        "notes@circle..org",
        "notes@circle.example.org,more@circle.example.org",
        "no tes@circle.example.org",
        "nötes@circle.example.org",
        "notes@circle.example.org\n",
    ],
)
def test_a_sender_that_could_not_be_written_is_refused_at_a_start(sender: str) -> None:
    with pytest.raises(SettingsError, match=r"^CIRCLE_MAIL_FROM takes a plain address like"):
        read_settings({"CIRCLE_MAIL_FROM": sender})


# -- origins -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "origins"),
    [
        ("https://circle.example.org/", ("https://circle.example.org",)),
        ("HTTPS://Circle.Example.org:443", ("https://circle.example.org",)),
        ("http://localhost:80/,http://[::1]:8000", ("http://localhost", "http://[::1]:8000")),
        ("https://a.example/, https://b.example:8443/", ("https://a.example", "https://b.example:8443")),
    ],
)
def test_origins_are_as_browsers_say_them(written: str, origins: tuple[str, ...]) -> None:
    assert read_settings({"CIRCLE_ORIGINS": written}).allowed_origins == origins


@pytest.mark.parametrize(
    "written",
    [
        "https://circle.example.org/circle",
        "https://circle.example.org//",
        "https://circle.example.org?a=b",
        "https://somebody@circle.example.org",
        "circle.example.org",
        "circle.example.org:443",
        "ws://circle.example.org",
        "https://",
        "https://[circle",
        "https://kreis.örg",
        "*",
    ],
)
def test_what_no_browser_says_is_no_origin(written: str) -> None:
    with pytest.raises(SettingsError, match=r"^CIRCLE_ORIGINS takes addresses"):
        read_settings({"CIRCLE_ORIGINS": f"https://first.example {written}"})


# -- several processes ---------------------------------------------------------------------------------
@pytest.mark.parametrize("database", ["", "sqlite:///circle.sqlite", "sqlite://"])
def test_redis_without_postgresql_is_refused(database: str) -> None:
    with pytest.raises(SettingsError, match=r"^REDIS_URL: several processes need PostgreSQL"):
        read_settings({"REDIS_URL": "redis://localhost", "DATABASE_URL": database})


def test_redis_with_postgresql_is_taken() -> None:
    both = {"REDIS_URL": "redis://localhost", "DATABASE_URL": "postgres://circle@localhost/circle"}
    assert read_settings(both).redis_url == "redis://localhost"


# -- numbers -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "PORT takes a number from 0 to 65535"),
        ("PORT", "65536", "PORT takes a number from 0 to 65535"),
        ("CIRCLE_PROXIES", "many", "CIRCLE_PROXIES takes a number from 0 to 5"),
        ("CIRCLE_ENV", "live", "CIRCLE_ENV is development, production or test"),
        ("CIRCLE_TEST_NOW", "noon", "CIRCLE_TEST_NOW takes a time with its zone"),
    ],
)
def test_what_is_no_such_number_is_said_in_our_own_words(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({name: value})
    assert str(refused.value) == sentence
