"""People x minutes x rounds: what becomes of a plan when others come than were thought of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.content.loader import Library, load_library
from circle.content.pacing import facts_of, findings
from circle.domain.plan import Sharing
from circle.domain.rules.look import Look
from circle.services.feasible import _time, when_they_come
from circle.services.pieces import step_asking

LIBRARY: Library = load_library()


def look(template: str, **more: object) -> Look:
    plan = LIBRARY.templates[template]
    return Look(plan, plan.minutes, people=plan.participants, session=5, prompts=facts_of(LIBRARY), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2, "5 seconds"),
        (33, "35 seconds"),
        (54, "55 seconds"),
        (60, "a minute"),
        (80, "a minute and a half"),
        (150, "two and a half minutes"),
        (780, "13 minutes"),
    ],
)
def test_times_one_can_feel(seconds: float, words: str) -> None:
    assert _time(seconds) == words


def test_four_seven_twelve_and_as_many_as_planned() -> None:
    seen = look("T3")
    comings = when_they_come(seen, list(findings(LIBRARY, seen)), LIBRARY)
    assert [coming.people for coming in comings] == [4, 7, 8, 12]
    times = {coming.people: dict(coming.times) for coming in comings}
    assert times[4]["Closing round"] == "two minutes each"
    assert times[12]["Closing round"] == "45 seconds each"
    wall = "Losses without a ceremony"
    assert times[4][wall] == "so few that everybody would know who wrote"  # two hosts, two members
    assert times[7][wall] == "a quiet round: nobody can look up who wrote"
    assert times[8]["The one who got you here"] == "time for 8 of 8 to speak"
    assert times[12]["The one who got you here"] == "time for 8 of 12 to speak"


def test_what_rules_say_only_then() -> None:
    seen = look("T3")
    few, _seven, planned, _many = when_they_come(seen, list(findings(LIBRARY, seen)), LIBRARY)
    assert "With 4 people others may guess who wrote a line. The page says so; say it too." in few.new
    assert planned.new == ()
    short = look("T2")
    many = when_they_come(short, list(findings(LIBRARY, short)), LIBRARY)[-1]
    assert any("30 seconds each" in say for say in many.new)


def test_an_odd_number_has_one_three_in_pairs() -> None:
    seen = look("T9")
    pairs = step_asking(LIBRARY.prompts["OG-05"], "n1")
    assert pairs.sharing is Sharing.PAIR
    two = replace(seen, plan=replace(seen.plan, steps=(*seen.plan.steps, pairs)))
    times = {coming.people: dict(coming.times)[pairs.title] for coming in when_they_come(two, [], LIBRARY)}
    assert times[7].endswith("each, and one three")
    assert times[4].endswith("each")
