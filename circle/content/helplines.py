"""Which numbers a person is shown, and how old they may be. A wrong number can cost a life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from circle.content.schema import HelplineRecord, Helplines

STALE_AFTER_DAYS = 180  # then a host is asked to check it
HIDDEN_AFTER_DAYS = 365  # then it is not shown; emergency numbers always are


@dataclass(frozen=True, slots=True)
class HelpNumber:
    """One line of the help sheet. Empty strings: not offered. `stale`: older than 180 days."""

    kind: str  # helpline | emergency
    name: str
    purpose: str
    call: str
    text: str
    text_body: str
    chat_url: str
    hours: str
    languages: tuple[str, ...]
    cost: str
    official_url: str
    verified_on: date
    stale: bool

    @property
    def call_href(self) -> str:
        """`tel:` address, "" when nobody can call here."""
        return f"tel:{_digits(self.call)}" if self.call else ""

    @property
    def text_href(self) -> str:
        """`sms:` address; the words to send are shown beside it, as phones differ in filling them in."""
        return f"sms:{_digits(self.text)}" if self.text else ""


def offered(book: Helplines, country: str, today: date) -> list[HelpNumber]:
    """The numbers for an ISO-2 country (any case), in the file's order.

    Empty for a country we know none of. Emergency numbers stand last, as someone to talk to is what most
    people look for. Helplines older than 365 days are left out; emergency numbers never are.
    """
    code = country.upper()
    places = {code, "EU"} if code in book.eu_members else {code}
    shown = [
        _shown(record, today)
        for record in book.lines
        if record.country in places and not is_hidden(record, today)
    ]
    return sorted(shown, key=lambda line: line.kind == "emergency")


def is_stale(record: HelplineRecord, today: date) -> bool:
    """Whether somebody is due to look at the official page again."""
    return (today - record.verified_on).days > STALE_AFTER_DAYS


def is_hidden(record: HelplineRecord, today: date) -> bool:
    """Whether a number is too old to be trusted with someone in need."""
    return record.kind == "helpline" and (today - record.verified_on).days > HIDDEN_AFTER_DAYS


def _shown(record: HelplineRecord, today: date) -> HelpNumber:
    return HelpNumber(
        kind=record.kind,
        name=record.name,
        purpose=record.purpose,
        call=record.call,
        text=record.text,
        text_body=record.text_body,
        chat_url=record.chat_url,
        hours=record.hours,
        languages=record.languages,
        cost=record.cost,
        official_url=record.official_url,
        verified_on=record.verified_on,
        stale=is_stale(record, today),
    )


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdigit() or char == "+")
