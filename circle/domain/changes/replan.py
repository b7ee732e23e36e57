"""Making up time in one press, and taking that back. Which ways there are stands in `pacing.py`."""

from __future__ import annotations

from dataclasses import replace

from circle.domain import commands as c
from circle.domain.errors import NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import Meeting, Phase
from circle.domain.outcome import Actor, Moment, Outcome, require_phase, step_id
from circle.domain.pacing import options
from circle.domain.plan import Step


def make_up_time(m: Meeting, command: c.MakeUpTime, _actor: Actor, _moment: Moment) -> Outcome:
    require_phase(m, Phase.LIVE, Phase.BREAK)
    way = next((option for option in options(m) if option.saving is command.saving), None)
    if way is None:
        raise NotNow("no_time_to_make_up")
    before = m.plan.steps[m.index + 1 :]
    return _with_ahead(replace(m, ahead_before=m.ahead_before or before), way.ahead)


def take_time_back(m: Meeting, _command: c.TakeTimeBack, _actor: Actor, _moment: Moment) -> Outcome:
    require_phase(m, Phase.LIVE, Phase.BREAK, Phase.CLOSING)
    if m.ahead_before is None:
        raise NotNow("nothing_made_up")
    return _with_ahead(replace(m, ahead_before=None), m.ahead_before)


def _with_ahead(m: Meeting, ahead: tuple[Step, ...]) -> Outcome:
    steps = m.plan.steps[: m.index + 1] + ahead
    changed = replace(m, plan=replace(m.plan, steps=steps), moves=m.moves + 1)
    return Outcome(changed, (Event(Happened.PLAN_CHANGED, step_id(m)),))
