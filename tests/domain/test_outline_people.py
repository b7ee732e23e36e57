"""Whoever is named in a pasted mail is not put into a plan; and no text takes long to look at."""

from __future__ import annotations

import re
from time import process_time

import pytest

from circle.domain.outline import read_outline, with_lines_kept

WITH_PEOPLE = """From: Ann Example <ann@example.org>
To: Mira
Date: Thu, 12 Nov 2026 10:00
*Betreff:* our evening

Hi Mira,
> On 12 Nov, Ann <ann@example.org> wrote:
> * grounding - 3 mins
>   slowly
> 19:00 Welcome (Bo, 0151 23456789)
> check-in 5 min
>   ask jo@example.org for the bell
> call me on +353 1 234 5678
>> Am 12.11.2026 um 10:00 schrieb Ann Beispiel
>> <ann@example.org>:
>> Le jeu. 12 nov. 2026 à 10:00, Ann a écrit :
>> El jue, 12 nov 2026 a las 10:00, Ann escribió:
>> Bring pens.
Closing 09.00-09.15
--
Ann Example
Tree House
"""


def test_lines_that_name_somebody_are_never_kept() -> None:
    found = read_outline(WITH_PEOPLE)
    assert [(step.title, step.note) for step in found.steps] == [
        ("Grounding", "slowly"),
        ("Welcome (Bo)", "The outline says 115 minutes."),
        ("Check-in", ""),
        ("Closing", ""),
    ]
    assert found.not_understood == ("Hi Mira,", "Bring pens.")
    assert len(found.left_out) == 14
    assert found.left_out[-2:] == ("Ann Example", "Tree House")
    kept = " ".join(step.note for step in with_lines_kept(found))
    assert "Bring pens." in kept
    assert not re.search(r"Ann|@|\d{4}", kept)


@pytest.mark.parametrize(
    "line",
    [
        "From: Ann", "Von: Ann Beispiel", "De : Ann", "Asunto: una noche", "Cc: Bo, Cy", "Ann Example wrote:",
        "Ann Beispiel schrieb am 12.11.2026:", "Ring Bo: 06 12 34 56 78", "(030) 1234567", "Tel. 12345678",
        "mailto:ann@example.org", "555-123-4567 is mine",
    ],
)  # fmt: skip
def test_what_names_somebody(line: str) -> None:
    found = read_outline(f"Tea 5 min\n\n{line}")
    assert (found.left_out, found.not_understood, len(found.steps)) == ((line,), (), 1)


@pytest.mark.parametrize(
    "line",
    [
        "From: 19:00 to 20:30", "Share what you wrote:", "10 min, read what you wrote:",
        "12.11.2026 19:00-19:20", "0900 - 0915 Welcome", "19.00 - 19.10 Tea", "Subject: letters, 10 min",
        "Date: Thursday", "call 116 123",
        "--\n19:00 Welcome\n19:05 Tea",
    ],
)  # fmt: skip
def test_what_names_nobody(line: str) -> None:
    assert read_outline(f"Tea 5 min\n\n{line}").left_out == ()


@pytest.mark.parametrize(
    "text",
    ["--\n" * 6_600 + "Tea 5 min", "0123 45" * 2_800 + ":", "a" * 20_000, "a@" * 10_000, "On 1\n" * 4_000],
)
def test_no_text_takes_long(text: str) -> None:
    began = process_time()
    read_outline(text)
    assert process_time() - began < 2
