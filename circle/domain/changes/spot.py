"""Steps made on the spot: an own question, or a ready step put in and begun at once."""

from __future__ import annotations

from dataclasses import replace

from circle.domain import commands as c
from circle.domain.changes.clock import check_minutes
from circle.domain.changes.stage import enter_step
from circle.domain.errors import Invalid, NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import Meeting, Phase
from circle.domain.outcome import Actor, Moment, Outcome, require_phase
from circle.domain.plan import Kind, Prompt, Sharing, Step, StepClass

STEPS_MAX = 60


def ask(m: Meeting, command: c.AskQuestion, actor: Actor, moment: Moment) -> Outcome:
    text = command.text.strip()
    if not text:
        raise Invalid("empty", {"text": "empty"})
    check_minutes(command.minutes)
    step = Step(
        id=f"own{m.moves + 1}",
        kind=Kind.ASK,
        cls=StepClass.CLOSING if m.phase is Phase.CLOSING else StepClass.EXPLORE,
        title="A question from the host",
        minutes=command.minutes,
        intensity=2,
        sharing=command.sharing,
        prompt=Prompt(text=text),
        solo_minutes=0 if command.sharing is not Sharing.UNNAMED_WALL else max(1, command.minutes // 2),
    )
    return insert(m, c.InsertStep(step), actor, moment)


def insert(m: Meeting, command: c.InsertStep, _actor: Actor, moment: Moment) -> Outcome:
    require_phase(m, Phase.OPEN, Phase.LIVE, Phase.CLOSING)
    if len(m.plan.steps) >= STEPS_MAX:
        raise NotNow("plan_full")
    at = m.index + 1
    step = replace(command.step, id=f"own{m.moves + 1}")
    steps = (*m.plan.steps[:at], step, *m.plan.steps[at:])
    added = replace(m, plan=replace(m.plan, steps=steps))
    begun = enter_step(added, at, moment)
    return Outcome(begun.meeting, (Event(Happened.STEP_ADDED, step.id), *begun.events))
