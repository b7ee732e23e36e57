"""The numbers one can call, country by country, all of them in the page: a line may be gone when they
are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from circle.content.helplines import HelpNumber, offered
from circle.content.loader import Library
from circle.content.schema import Directory


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One touch: what it is, and where it leads (tel:, sms: or https:)."""

    name: str
    note: str
    number: str
    href: str


@dataclass(frozen=True, slots=True)
class CountryNumbers:
    """The numbers of one country, in the order in which they are offered."""

    code: str
    name: str
    lines: tuple[NumberLine, ...]


@dataclass(frozen=True, slots=True)
class HelpBook:
    """All numbers. here: the country shown first; None where nobody has chosen one we know."""

    here: CountryNumbers | None
    countries: tuple[CountryNumbers, ...]
    elsewhere: str
    directories: tuple[Directory, ...]


def help_book(library: Library, country: str, today: date) -> HelpBook:
    """The numbers as of `today`, those of `country` (ISO-2, or "" for none) first."""
    book = library.helplines
    countries = tuple(
        CountryNumbers(code, name, _lines(offered(book, code, today)))
        for code, name in sorted(book.countries.items(), key=lambda item: item[1])
    )
    here = next((one for one in countries if one.code == country.upper()), None)
    return HelpBook(here, countries, book.elsewhere.text, book.elsewhere.directories)


def guess_country(languages: Sequence[str], known: Sequence[str]) -> str:
    """A country from the browser's languages ("en-IE" -> "IE"); "" if they name none we know.

    Never from an address: that would be looking somebody up.
    """
    for language in languages:
        region = language.rpartition("-")[2].upper()
        if "-" in language and region in known:
            return region
    return ""


def _lines(numbers: Sequence[HelpNumber]) -> tuple[NumberLine, ...]:
    return tuple(line for number in numbers for line in _touches(number))


def _touches(number: HelpNumber) -> list[NumberLine]:
    """A service that can be called and written to is two lines: one touch does one thing."""
    if number.kind == "emergency":
        name, _, note = number.purpose.replace(",", ";", 1).partition(";")
        return [NumberLine(name, note.strip(), number.call, number.call_href)]
    when = ", ".join(part for part in (number.cost, number.hours) if part)
    about = _sentences(number.purpose, when)
    found = []
    if number.call:
        found.append(NumberLine(number.name, about, number.call, number.call_href))
    if number.text:
        note = _sentences(f"Send {number.text_body}" if number.text_body else "", about)
        found.append(NumberLine(f"{number.name}, by text", note, number.text, number.text_href))
    if number.chat_url and not found:
        found.append(NumberLine(number.name, about, "chat", number.chat_url))
    return found


def _sentences(*parts: str) -> str:
    """Short parts one after the other, each with a capital first letter; the last without a stop."""
    return ". ".join(part[:1].upper() + part[1:] for part in parts if part)
