"""Times and lengths as people write them in an outline: clocks, "(10 min)", "5'", "half an hour". Pure.

English, German, French and Spanish. Every function takes words and gives back what it found and the words
that are left, so that nothing goes by being read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

HALF_DAY = 720  # minutes; twelve-hour clocks say nothing else
LONGEST = 300  # minutes between two lines of an outline; more is another day

_CLOCK = (
    r"(?:(?:[01]?\d|2[0-3])(?:[:h][0-5]\d|\.[0-5]\d(?![\d.]))(?:\s*(?:uhr|hrs|h|[ap]\.?m\b\.?))?"
    r"|(?:1[0-2]|0?[1-9])\s*[ap]\.?m\b\.?|(?:[01]?\d|2[0-3])\s*uhr|(?:[7-9]|1\d|2[0-3])\s*h)(?!\w)"
)
_TO = r"\s*(?:-|–|—|to|till|until|bis|à|a|hasta|jusqu[’']à)\s*"
_FROM = r"(?:(?:at|from|um|ab|von|gegen|de|à|vers|a\s+las?)\s+)?"
_SPAN = rf"(?P<at>{_CLOCK})(?:{_TO}(?P<until>{_CLOCK}))?"
_EDGE = r"[\s:|,;.–—-]*"
_CLOCK_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^[(\[]?{_FROM}{_SPAN}[)\]]?{_EDGE}",
        rf"\s*[(\[]\s*{_FROM}{_SPAN}\s*[)\]]",
        rf"(?:^|[\s,–—-]+){_FROM}{_SPAN}\s*$",
    )
)

_ABOUT = (
    r"(?:(?:about|approx\.?|around|ca\.?|circa|etwa|environ|unos|aprox\.?|max\.?|for|für|pendant|durante)\s*"
    r"|[~≈]\s*)"
)
_MINUTE = r"(?:minut(?:e|es|en|os|o)|mins?|mn)\b\.?|[’'′](?!\w)|m\b"
_HOUR = r"(?:hours?|hrs?|h|std|stunden?|heures?|horas?)\b\.?"
_SECOND = r"(?:seconds?|secs?|sekunden?|sek|secondes?|segundos?|s)\b\.?"
_NUMBERS = {
    1: "one eine une un una uno", 2: "two zwei deux dos", 3: "three drei trois tres",
    4: "four vier quatre cuatro",
    5: "five fünf cinq cinco", 6: "six sechs seis", 7: "seven sieben sept siete", 8: "eight acht huit ocho",
    9: "nine neun neuf nueve", 10: "ten zehn dix diez", 12: "twelve zwölf douze doce",
    15: "fifteen fünfzehn quinze quince", 20: "twenty zwanzig vingt veinte",
    30: "thirty dreißig trente treinta",
    45: "forty-five", 60: "sixty sechzig soixante sesenta",
}  # fmt: skip
_IN_WORDS = {word: number for number, words in _NUMBERS.items() for word in words.split()}
_FIXED = {
    "half an hour": 30, "half hour": 30, "eine halbe stunde": 30, "halbe stunde": 30, "une demi-heure": 30,
    "demi-heure": 30, "media hora": 30, "quarter of an hour": 15, "a quarter of an hour": 15,
    "viertelstunde": 15, "eine viertelstunde": 15, "un quart d'heure": 15, "un quart d’heure": 15,
    "un cuarto de hora": 15, "an hour": 60,
    "three quarters of an hour": 45, "dreiviertelstunde": 45, "eine dreiviertelstunde": 45,
    "trois quarts d'heure": 45, "trois quarts d’heure": 45, "tres cuartos de hora": 45, "quart d'heure": 15,
    "quart d’heure": 15, "an hour and a half": 90, "one and a half hours": 90, "anderthalb stunden": 90,
    "eineinhalb stunden": 90, "une heure et demie": 90, "una hora y media": 90, "hora y media": 90,
}  # fmt: skip
_PARTS = {"½": 0.5, "1/2": 0.5, "¼": 0.25, "1/4": 0.25, "¾": 0.75, "3/4": 0.75}
_WORD_NUMBER = "|".join(sorted(_IN_WORDS, key=len, reverse=True))
_LENGTH = (
    rf"{_ABOUT}?(?:(?P<fixed>{'|'.join(sorted(map(re.escape, _FIXED), key=len, reverse=True))})\b"
    rf"|(?:(?P<whole>\d)(?:\s+|(?=[½¼¾])))?(?P<part>{'|'.join(_PARTS)})\s*(?:(?:of\s+)?an?\s+)?"
    rf"(?:(?P<of_hour>{_HOUR})|(?:{_MINUTE}))"
    rf"|(?P<hours>\d{{1,2}}(?:[.,]\d)?)\s*{_HOUR}(?:\s*(?P<and>[0-5]?\d)(?!\d)\s*(?:{_MINUTE})?)?"
    rf"|(?:(?P<times>\d)\s*[x×]\s*)?(?:\d{{1,3}}\s*(?:-|–|—|to|bis|à|a)\s*)?(?P<minutes>\d{{1,3}})[\s-]?(?:{_MINUTE})"
    rf"|(?P<spelt>{_WORD_NUMBER})[\s-](?:{_MINUTE})"
    rf"|(?P<seconds>\d{{1,3}})\s*{_SECOND})"
)
_LENGTH_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"[\s,;–—-]*[(\[]\s*{_LENGTH}\s*[)\]]",
        rf"^{_LENGTH}(?:\s+of\b)?{_EDGE}",
        rf"(?:^|(?:[\s,;:|–—-]|(?<!\d)/)+){_LENGTH}\s*\.?$",
    )
)
_LENGTH_INSIDE = re.compile(rf"(?<![\w/]){_LENGTH}", re.IGNORECASE)
_OFFSETS = re.compile(r"^(\d{1,3})\s*[-–—]\s*(\d{1,3})(?=[\s:|,;.]+\D)[\s:|,;.–—-]*")
_BARE_LAST = re.compile(r"(?P<edge>\s*[-–—,:|/(\[]\s*|\s+)(?P<minutes>\d{1,3})\s*[)\]]?$")
_BARE_FIRST = re.compile(r"^(?P<minutes>\d{1,3})\s+(?=[^\W\d])")
_SCALE = re.compile(r"\d\s*(?:to|bis|à|a|-|–)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """at, until: minutes after midnight as written, on whatever clock; None where there is none."""

    at: int | None = None
    until: int | None = None


NO_CLOCK = Clock()


def take_clock(words: str) -> tuple[Clock, str]:
    """The time or span of time at the beginning, in brackets or at the end; and the words without it."""
    for place in _CLOCK_PLACES:
        found = place.search(words)
        if found:
            until = found["until"]
            clock = Clock(_minutes_of(found["at"]), _minutes_of(until) if until else None)
            return clock, _without(words, found)
    return NO_CLOCK, words


def between(earlier: int, later: int) -> int | None:
    """Minutes from one time to another, also over noon and midnight; None where that makes no step."""
    passed = (later - earlier) % HALF_DAY
    return passed if 0 < passed <= LONGEST else None


def take_length(words: str) -> tuple[int | None, str]:
    """A length in brackets, at the beginning or at the end, in whole minutes; and the words without it."""
    for place in _LENGTH_PLACES:
        found = place.search(words)
        if found:
            return _length_of(found), _without(words, found)
    return None, words


def length_inside(words: str) -> int | None:
    """A length in the middle of a sentence; the sentence stays as it is."""
    found = _LENGTH_INSIDE.search(words)
    return _length_of(found) if found else None


def take_offsets(words: str, last: int) -> tuple[int | None, int, str]:
    """ "15-25 Writing": minutes since the beginning. (length, end, words left); only where `last` fits."""
    found = _OFFSETS.match(words)
    if found:
        begins, ends = int(found[1]), int(found[2])
        if begins == last and 0 < ends - begins <= LONGEST:
            return ends - begins, ends, words[found.end() :]
    return None, last, words


def take_bare(words: str, *, at_any_edge: bool) -> tuple[int | None, str]:
    """A number that stands for minutes without saying so: "Welcome - 5", and "Break 5" if `at_any_edge`."""
    found = _BARE_LAST.search(words)
    if found and (at_any_edge or found["edge"].strip()) and not _SCALE.search(words[: found.start()]):
        minutes = int(found["minutes"])
        return (minutes, words[: found.start()]) if 0 < minutes <= LONGEST else (None, words)
    found = _BARE_FIRST.match(words) if at_any_edge else None
    if found and 0 < int(found["minutes"]) <= LONGEST:
        return int(found["minutes"]), words[found.end() :]
    return None, words


def _minutes_of(clock: str) -> int:
    digits = [int(number) for number in re.findall(r"\d+", clock)]
    return digits[0] * 60 + (digits[1] if len(digits) > 1 else 0)


def _length_of(found: re.Match[str]) -> int:
    if found["fixed"]:
        return _FIXED[found["fixed"].lower()]
    if found["part"]:
        units = int(found["whole"] or 0) + _PARTS[found["part"]]
        return ceil(units * 60 if found["of_hour"] else units)
    if found["hours"]:
        return round(float(found["hours"].replace(",", ".")) * 60) + int(found["and"] or 0)
    if found["spelt"]:
        return _IN_WORDS[found["spelt"].lower()]
    if found["seconds"]:
        return -(-int(found["seconds"]) // 60)
    return int(found["minutes"]) * int(found["times"] or 1)


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}".strip()
