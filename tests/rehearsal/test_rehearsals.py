"""How many rehearse at once, who may look, how fast it runs, and when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from circle.app import house_in_memory
from circle.domain.errors import Invalid, NotFound, NotNow, TooMany
from circle.domain.meeting import Phase
from circle.rehearsal.house import House
from circle.rehearsal.rehearsals import AT_ONCE, BEFORE, LOOK_S, Begun, RehearsalsOfProcess
from circle.services.ports import Clock
from circle.services.rehearsing import SPEEDS
from circle.simulate.ensemble import tender_at
from tests.rehearsal.stage import SETTINGS, STARTS, evening_of, plan_of

SOON_S = 30.0  # on a busy machine

EVENING = evening_of(plan_of("T9"))


def build(clock: Clock) -> House:
    """A small house."""
    return house_in_memory(SETTINGS, clock)


@pytest.fixture
def rehearsals() -> Iterator[RehearsalsOfProcess]:
    """Of one process; all that is on ends with the test."""
    made = RehearsalsOfProcess(build)
    yield made
    for begun in list(made._on.values()):
        begun.end()


def eventually(what: str, seen: Callable[[], bool]) -> None:
    """Wait until it is so. Fails by name."""
    until = time.monotonic() + SOON_S
    while not seen():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def at(begun: Begun) -> int:
    """Which step is on."""
    assert begun._table is not None
    return int(begun._table.play.table.step.get("at", -1))


def test_few_rehearse_at_once_and_a_second_one_ends_the_first(rehearsals: RehearsalsOfProcess) -> None:
    begun = [rehearsals.begin(f"host {n}", EVENING) for n in range(AT_ONCE)]
    with pytest.raises(TooMany, match="rehearse_full"):
        rehearsals.begin("one more", EVENING)
    again = rehearsals.begin("host 0", EVENING)
    assert not begun[0].is_on
    assert begun[1].is_on
    assert again.is_on
    begun[1].end()
    assert rehearsals.begin("one more", EVENING).is_on


def test_it_is_found_by_whoever_began_it_alone(rehearsals: RehearsalsOfProcess) -> None:
    begun = rehearsals.begin("mira", EVENING)
    assert rehearsals.of("mira", begun.token) is begun
    for user, token in (("jo", begun.token), ("mira", "guessed"), ("mira", "")):
        with pytest.raises(NotFound):
            rehearsals.of(user, token)
    begun.end()
    begun.end()
    with pytest.raises(NotFound):
        rehearsals.of("mira", begun.token)
    with pytest.raises(NotFound):
        begun.state()


def test_a_plan_whose_door_was_open_is_not_rehearsed(rehearsals: RehearsalsOfProcess) -> None:
    opened = replace(EVENING, meeting=replace(EVENING.meeting, phase=Phase.OPEN))
    with pytest.raises(NotNow, match="plan_frozen"):
        rehearsals.begin("mira", opened)
    assert rehearsals.begin("mira", EVENING).is_on


def test_where_several_processes_share_their_evenings_there_is_none() -> None:
    with pytest.raises(NotNow, match="rehearse_apart"):
        RehearsalsOfProcess(build, alone=False).begin("mira", EVENING)


def test_it_ends_by_itself() -> None:
    rehearsals = RehearsalsOfProcess(build, longest_s=0.3)
    begun = rehearsals.begin("mira", EVENING)
    eventually("the end", lambda: not begun.is_on and not rehearsals._on)


def test_a_fault_of_ours_ends_it(rehearsals: RehearsalsOfProcess) -> None:
    begun = rehearsals.begin("mira", EVENING)
    assert begun.house is not None
    with begun.house.hub.committer._turn:  # not in the middle of somebody's transaction
        begun.house.hub.engine.dispose()  # its database is gone
    eventually("the end", lambda: not begun.is_on)


def test_it_runs_as_fast_as_one_likes_and_stands_still(rehearsals: RehearsalsOfProcess) -> None:
    begun = rehearsals.begin("mira", EVENING)
    assert begun.state().now >= STARTS - BEFORE
    begun.pause(True)
    time.sleep(3 * LOOK_S)
    stood = begun.state()
    time.sleep(3 * LOOK_S)
    assert (begun.state().now, begun.state().paused) == (stood.now, True)
    begun.run_at(20)
    eventually("the time passes", lambda: begun.state().now > stood.now)
    assert not begun.state().paused
    for speed in (*SPEEDS,):
        begun.run_at(speed)
        assert begun.state().speed == speed
    with pytest.raises(Invalid):
        begun.run_at(3)


def test_the_way_to_the_tender_part_is_short(rehearsals: RehearsalsOfProcess) -> None:
    evening = evening_of(plan_of("T3"))
    begun = rehearsals.begin("mira", evening)
    begun.lead(False)
    assert begun.state().before_tender
    begun.jump()
    eventually("the tender part", lambda: at(begun) == tender_at(evening.meeting.plan))
    assert not begun.state().before_tender
    eventually("the host's own hand again", lambda: not begun.state().leads)
    assert begun.state().now > STARTS


def test_the_mail_says_what_the_evening_would_do_and_nobodys_words(rehearsals: RehearsalsOfProcess) -> None:
    begun = rehearsals.begin("mira", evening_of(plan_of("T9")))
    message = begun.mail()
    part = message.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert "Hello Cleo" in text
    assert "We arrived slowly" in text
    assert "Thursday 12 March" in text
    assert "rehearsal.invalid" not in text
