"""What the pacing rules are told of an evening."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from circle.content.loader import Library, load_library
from circle.domain.meeting import Meeting, Phase
from circle.domain.rules.look import Look
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.looking import look_at
from circle.store import meetings
from circle.store.committer import Committer
from tests.domain.scene import CO, HOST
from tests.sitting import CIRCLE, OTHER_CIRCLE, write_people

FORM = CircleForm("Circle", "Europe/Berlin", "DE")


def seen(committer: Committer, clock: SettableClock, *before: Meeting, form: CircleForm = FORM) -> Look:
    library: Library = load_library()
    tonight = Meeting("tonight", CIRCLE, library.templates["T4"], clock.now())

    def write(db: object) -> None:
        write_people(db, tonight, hosts=(HOST, CO))  # type: ignore[arg-type]
        for meeting in before:
            meetings.add(db, meeting)  # type: ignore[arg-type]

    committer.submit(write)
    return committer.read(lambda db: look_at(db, tonight, form, library, clock.now()))


def earlier(clock: SettableClock, weeks: int, template: str, phase: Phase = Phase.ENDED) -> Meeting:
    plan = load_library().templates[template]
    then = clock.now() - timedelta(weeks=weeks)
    return replace(Meeting(f"before-{weeks}-{phase.value}", CIRCLE, plan, then), phase=phase)


def test_a_first_evening(committer: Committer, clock: SettableClock) -> None:
    look = seen(committer, clock)
    assert (look.session, look.hosts, look.people, look.before, look.ago) == (1, 2, 8, 0, {})
    assert look.ends_at == (20 + 1) * 60 + 30, "on the circle's clock"
    assert look.total == look.plan.minutes == 90
    assert look.numbers_days is not None


@pytest.mark.parametrize("call_url", ["", "https://call.example/x"])
def test_whether_people_hear_each_other(committer: Committer, clock: SettableClock, call_url: str) -> None:
    assert seen(committer, clock, form=CircleForm("Circle", "UTC", "", call_url)).call == bool(call_url)


def test_what_came_before_counts_if_it_took_place(committer: Committer, clock: SettableClock) -> None:
    elsewhere = replace(earlier(clock, 4, "T4"), id="elsewhere", circle_id=OTHER_CIRCLE)
    called_off = earlier(clock, 3, "T4", Phase.CANCELLED)
    look = seen(committer, clock, earlier(clock, 1, "T3"), earlier(clock, 2, "T1"), called_off, elsewhere)
    assert look.session == 3
    assert look.before == 4, "T3 was tender"
    first = next(s.prompt.id for s in look.plan.steps if s.prompt and s.prompt.id in look.ago)
    assert look.ago[first] in (1, 2)
    met = {s.prompt.id for s in load_library().templates["T1"].steps if s.prompt}
    again = met & {s.prompt.id for s in load_library().templates["T3"].steps if s.prompt}
    assert all(look.ago[key] == 1 for key in again), "the last time counts"


def test_past_midnight_is_late_and_no_country_has_no_numbers(
    committer: Committer, clock: SettableClock
) -> None:
    clock.advance(4.5 * 3600)  # half past eleven; half past midnight in Berlin
    look = seen(committer, clock, form=CircleForm("Circle", "Atlantic/Azores", ""))
    assert look.numbers_days is None
    assert look.ends_at == 24 * 60, "half past ten there, and ninety minutes"
