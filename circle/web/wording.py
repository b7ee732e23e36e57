"""Times and numbers as people say them. Pure, English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from circle.services.when import local

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SMALL = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_ONES = tuple(_SMALL.split())
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def clock_time(moment: datetime, zone: str) -> str:
    """What clocks in `zone` show: "19:00"."""
    return f"{local(moment, zone):%H:%M}"


def day_words(moment: datetime, zone: str, now: datetime) -> str:
    """The day as one says it: "Tonight", "Today", "Tomorrow", "Thursday 12 March", with the year if it is
    not this one."""
    day, today = local(moment, zone), local(now, zone).date()
    if day.date() == today:
        return "Tonight" if day.hour >= 17 else "Today"
    if day.date() == today + timedelta(days=1):
        return "Tomorrow"
    return _date_words(day.date(), today)


def date_words(day: date) -> str:
    """A day by its number and month, with the year: "12 March 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _date_words(day: date, today: date) -> str:
    year = f" {day.year}" if day.year != today.year else ""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def minutes_words(minutes: int) -> str:
    """ "Ninety minutes": a length in words, capital first. Above 99 in digits."""
    if minutes > 99:
        return f"{minutes} minutes"
    unit = "minute" if minutes == 1 else "minutes"
    return f"{number_words(minutes).capitalize()} {unit}"


def number_words(number: int) -> str:
    """0 to 99 in words: "forty-five"."""
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def names_words(names: Sequence[str]) -> str:
    """ "Mira", "Mira and Jo", "Mira, Jo and Ana"."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last
