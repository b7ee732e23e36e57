"""Cleaning what people type before anything else looks at it. Pure."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from circle.domain.errors import Invalid
from circle.domain.names import likeness

# Joiners are part of words in Persian and Hindi; everything else of their category only hides things.
_KEPT_INVISIBLE = frozenset("\u200c\u200d")
NAME_MAX = 24  # as in the domain's door
ADDRESS_MAX = 254


def plain_line(text: str) -> str:
    """One line of visible text in NFC: no control characters, no hidden or turned-around letters.

    A name that shows other letters than it holds could pass for somebody else's.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = (char if _is_visible(char) else " " if char.isspace() else "" for char in composed)
    return " ".join("".join(visible).split())


def plain_text(text: str) -> str:
    """The same for several lines: line breaks stay, at most one empty line in a row."""
    lines = [plain_line(line) for line in text.replace("\r\n", "\n").split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()


def _is_visible(char: str) -> bool:
    return char in _KEPT_INVISIBLE or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def clean_name(text: str, field: str = "name", most: int = NAME_MAX) -> str:
    """A name of 1 to `most` characters. Raises Invalid("name_empty" or "name_long")."""
    name = plain_line(text)
    if not likeness(name):
        raise Invalid("name_empty", {field: "name_empty"})
    if len(name) > most:
        raise Invalid("name_long", {field: "name_long"})
    return name


def clean_address(text: str, field: str = "address") -> str:
    """A mail address in lower case; nobody is asked whether it exists. Raises Invalid("address")."""
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise Invalid("address", {field: "address"}) from None
    address = found.normalized.lower()
    if len(address) > ADDRESS_MAX:
        raise Invalid("address", {field: "address"})
    return address


def clean_zone(text: str, field: str = "zone") -> str:
    """A time zone by its IANA name, such as "Europe/Dublin". Raises Invalid("zone")."""
    zone = text.strip()
    if zone not in available_timezones():
        raise Invalid("zone", {field: "zone"})
    return zone


def clean_link(text: str, field: str = "call_url", most: int = 500) -> str:
    """A https or http address, or "" for none. Raises Invalid("link").

    Other schemes (javascript:, data:, an app's own) could do more than open a call.
    """
    link = text.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        host = None
    usable = host and parts.scheme in ("http", "https") and parts.username is None
    if not usable or len(link) > most or any(char.isspace() or ord(char) < 32 for char in link):
        raise Invalid("link", {field: "link"})
    return link
