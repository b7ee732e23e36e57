"""Advice cards: when each comes, that one comes at a time, and that none comes twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain.advice import (
    BETWEEN_CARDS,
    NOT_ADVISED,
    SILENCE,
    Advice,
    Advised,
    Facts,
    advise,
    cards,
    put_away,
)
from tests.domain.scene import START

CALM = Facts(step="s1", intensity=2)


def ids(facts: Facts, **more: object) -> list[str]:
    """The cards that hold."""
    return [card.advice.value for card in cards(replace(facts, **more), START)]  # type: ignore[arg-type]


def shown(advised: Advised) -> str:
    """The card on the desk."""
    return advised.card.advice.value if advised.card else ""


def test_in_a_calm_step_there_is_nothing_to_say() -> None:
    assert ids(CALM) == []
    assert advise(NOT_ADVISED, CALM, START) == NOT_ADVISED


@pytest.mark.parametrize(
    ("card", "holds", "does_not"),
    [
        ("L01", {"run": 1.2}, {"run": 1.19}),
        ("L02", {"left_min": 15.4, "total_min": 90}, {"left_min": 15.6, "total_min": 90}),
        (
            "L02",
            {"left_min": 9.9, "total_min": 45},
            {"left_min": 9.9, "total_min": 45, "in_containment": True},
        ),
        ("L03", {"rested_min": 45}, {"rested_min": 44.9}),
        ("L05", {"grown_min": 5, "later_min": 3}, {"grown_min": 5, "later_min": 2}),
        ("L05", {"grown_min": 1, "later_min": 9}, {"grown_min": 0, "later_min": 9}),
        ("L07", {"turn": 1.5}, {"turn": 1.49}),
        ("L10", {"second_host_lost": True, "intensity": 4}, {"second_host_lost": True, "intensity": 3}),
    ],
)
def test_each_card_at_its_threshold(card: str, holds: dict[str, object], does_not: dict[str, object]) -> None:
    assert ids(CALM, **holds) == [card]
    assert ids(CALM, **does_not) == []


def test_what_the_pulse_told_goes_first_and_a_card_that_made_room_comes_again() -> None:
    long = replace(CALM, run=1.3)
    first = advise(NOT_ADVISED, long, START)
    assert shown(first) == "L01"
    away = advise(first, replace(long, felt=True), START + timedelta(minutes=1))
    assert shown(away) == ""
    assert shown(advise(away, replace(long, felt=True), START + timedelta(minutes=30))) == ""
    assert shown(advise(away, long, START + timedelta(minutes=3))) == "", "one card in four minutes"
    assert shown(advise(away, long, START + BETWEEN_CARDS)) == "L01"


def test_several_who_left_within_two_minutes() -> None:
    just, before = START - timedelta(seconds=120), START - timedelta(seconds=121)
    assert ids(CALM, out_at=(just, START)) == ["L09"]
    assert ids(CALM, out_at=(before, START)) == []


def test_silence_is_counted_from_when_the_piece_was_put_down_in_this_step() -> None:
    quiet = replace(CALM, nobody_speaks=True)
    first = advise(NOT_ADVISED, quiet, START)
    assert shown(first) == ""
    assert shown(advise(first, quiet, START + SILENCE - timedelta(seconds=1))) == ""
    assert shown(advise(first, quiet, START + SILENCE)) == "L08"
    spoke = advise(first, CALM, START + timedelta(seconds=60))
    assert shown(advise(spoke, quiet, START + SILENCE)) == ""
    elsewhere = replace(quiet, step="s2")
    assert shown(advise(first, elsewhere, START + SILENCE)) == ""


def test_a_long_step_is_said_once_and_once_again() -> None:
    now, advised, seen = START, NOT_ADVISED, []
    for run in (1.2, 1.3, 1.4, 1.5, 1.7, 2.0, 3.0):
        advised = advise(advised, replace(CALM, run=run), now)
        if advised.card:
            seen.append((run, advised.card.key))
            advised = put_away(advised, advised.card.key)
        now += BETWEEN_CARDS
    assert seen == [(1.2, "L01:s1:once"), (1.5, "L01:s1:again")]


def test_the_gravest_comes_first_and_the_next_four_minutes_later() -> None:
    both = replace(CALM, rested_min=50.0, second_host_lost=True, intensity=5)
    first = advise(NOT_ADVISED, both, START)
    assert shown(first) == "L10"
    assert first.card is not None
    away = put_away(first, first.card.key)
    almost = START + BETWEEN_CARDS - timedelta(seconds=1)
    assert shown(advise(away, both, almost)) == ""
    assert shown(advise(away, both, START + BETWEEN_CARDS)) == "L03"


def test_a_card_goes_by_itself_when_it_is_not_so_any_more() -> None:
    lost = replace(CALM, second_host_lost=True, intensity=4)
    advised = advise(NOT_ADVISED, lost, START)
    assert shown(advise(advised, CALM, START)) == ""


def test_putting_another_card_away_changes_nothing() -> None:
    advised = advise(NOT_ADVISED, replace(CALM, run=1.2), START)
    assert put_away(advised, "L03:1") == advised


FACTS = st.builds(
    Facts,
    step=st.sampled_from(["s1", "s2"]),
    intensity=st.integers(0, 5),
    run=st.floats(0, 3),
    left_min=st.floats(-10, 100),
    rested_min=st.floats(0, 100),
    grown_min=st.integers(0, 20),
    later_min=st.integers(0, 20),
    turn=st.floats(0, 3),
    nobody_speaks=st.booleans(),
    second_host_lost=st.booleans(),
)


@given(st.lists(st.tuples(FACTS, st.integers(1, 300), st.booleans()), max_size=60))
def test_at_most_one_new_card_in_four_minutes_and_none_twice(happens: list[tuple[Facts, int, bool]]) -> None:
    now, advised = START, NOT_ADVISED
    came: list[tuple[datetime, str]] = []
    for facts, seconds, puts_away in happens:
        now += timedelta(seconds=seconds)
        before, advised = advised.card, advise(advised, facts, now)
        if advised.card is not None and advised.card != before:
            assert before is None, "a card is not pushed away by another"
            came.append((now, advised.card.key))
        if puts_away and advised.card is not None:
            advised = put_away(advised, advised.card.key)
    assert len({key for _, key in came}) == len(came)
    times = [at for at, _key in came]
    assert all(later - earlier >= BETWEEN_CARDS for earlier, later in pairwise(times))


def test_every_card_of_the_rules_is_accounted_for() -> None:
    """L04 is the pulse's, L12 the host's own page's, L06 and L11 are the desk's (see the module)."""
    assert {card.value for card in Advice} | {"L04", "L06", "L11", "L12"} == {
        f"L{n:02}" for n in range(1, 13)
    }
