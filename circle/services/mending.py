"""One-tap ways to mend what a pacing rule found. Pure: a plan and a remark in, edits out.

A mend is an offer, never done by itself. Where none is listed the host knows better than a button.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from circle.content.loader import Library
from circle.content.pacing import Remark
from circle.domain.drafting import Change, Edit, Move, Put, Take, Together, apply, before, upto
from circle.domain.pacing import tail
from circle.domain.plan import Kind, Plan, Sharing, Step, StepClass
from circle.domain.rules.look import CALM, LANDS, Look
from circle.services import questions
from circle.services.pieces import landing, piece
from circle.services.ports import new_id

MINUTES_MAX = 60


@dataclass(frozen=True, slots=True)
class Mend:
    """What a button says, and what it does."""

    words: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything a way to mend may look at. step: the one the remark is about, None for the plan."""

    look: Look
    library: Library
    remark: Remark
    step: Step | None

    @property
    def plan(self) -> Plan:
        return self.look.plan

    @property
    def values(self) -> Mapping[str, float]:
        return self.remark.rule.values

    def new(self, kind: Kind) -> Step:
        return piece(kind, self.plan, self.library, new_step_id())


def new_step_id() -> str:
    """An id for a step that is put in: 10 random characters, at most 16 are kept of any."""
    return f"n-{new_id()[:8]}"


def mends(look: Look, remark: Remark, library: Library) -> list[Mend]:
    """The ways to mend this, best first; [] where there is no button for it."""
    step = next((step for step in look.steps if step.id == remark.step), None)
    make = _WAYS.get(remark.rule.id)
    return list(make(_Case(look, library, remark, step))) if make is not None else []


def lighter(plan: Plan, library: Library, step_id: str = "") -> Edit | None:
    """This step, or the deepest of the evening, one softer: its gentle form, else another question of its
    kind. Steps that ask the same question go with it. None where nothing softer is known.
    """
    peak = _peak(plan) if not step_id else next((s for s in plan.steps if s.id == step_id), None)
    if peak is None or peak.prompt is None:
        return None
    asked = peak.prompt
    changes: list[Edit] = []
    for step in plan.steps:
        if step is peak or (asked.id and step.prompt is not None and step.prompt.id == asked.id):
            softer = _softer(step, plan, library)
            if softer is None:
                return None
            changes.append(Change(step, softer))
    return Together(tuple(changes)) if changes else None


def _peak(plan: Plan) -> Step | None:
    asking = [step for step in plan.steps if step.prompt is not None and step.intensity > CALM - 1]
    return max(asking, key=lambda step: step.intensity, default=None)


def _softer(step: Step, plan: Plan, library: Library) -> Step | None:
    if step.prompt is not None and step.prompt.gentle:
        return questions.ask_gently(step)
    for record in questions.alternatives(step, plan, library):
        if record.intensity < step.intensity:
            return questions.ask_from_library(step, plan, record.id, library)
    return None


def _longer(step: Step, minutes: int) -> Mend | None:
    """More minutes for a step, as far as a step goes."""
    then = replace(step, minutes=min(MINUTES_MAX, step.minutes + minutes))
    words = "Add a minute" if minutes == 1 else f"Add {minutes} minutes"
    return Mend(words, Change(step, then)) if minutes > 0 and then != step else None


def _of_length(step: Step, minutes: int) -> Mend:
    then = replace(step, minutes=minutes, solo_minutes=min(step.solo_minutes, minutes))
    return Mend(f"Make it {minutes} minutes", Change(step, then))


def _agree(case: _Case) -> Iterator[Mend]:
    need = int(case.values["first_min" if case.look.session == 1 else "later_min"])
    there = [step for step in case.plan.steps if step.cls is StepClass.AGREEMENTS]
    if there:
        yield _of_length(there[0], there[0].minutes + need - int(_minutes(there)))
        return
    first = next((step for step in case.plan.steps if step.cls is not StepClass.ARRIVE), None)
    place = before(case.plan, first.id) if first is not None else ()
    new = replace(case.new(Kind.AGREEMENTS), minutes=need)
    yield Mend("Put the agreements in", Put(new, place))


def _ground_before(case: _Case) -> Iterator[Mend]:
    if case.step is not None:
        yield Mend(
            "Put a grounding before it", Put(case.new(Kind.GROUNDING), before(case.plan, case.step.id))
        )


def _land(case: _Case) -> Iterator[Mend]:
    """A landing after a tender step: what is there becomes longer, or a grounding comes in."""
    if case.step is None:
        return
    at = case.plan.steps.index(case.step)
    then = case.plan.steps[at + 1] if at + 1 < len(case.plan.steps) else None
    missing = int(case.remark.number)
    if then is not None and then.cls in LANDS and then.intensity <= CALM:
        longer = _longer(then, missing)
        if longer is not None:
            yield Mend(f"{longer.words} to “{then.title}”", longer.edit)
        return
    new = replace(case.new(Kind.GROUNDING), minutes=max(missing, case.new(Kind.GROUNDING).minutes))
    yield Mend("Put a grounding after it", Put(new, upto(case.plan, case.step.id)))
    yield from _lighter(case)


def _air(case: _Case) -> Iterator[Mend]:
    if case.step is not None:
        yield Mend("Put a quiet step before it", Put(case.new(Kind.SILENCE), before(case.plan, case.step.id)))


def _lighter(case: _Case) -> Iterator[Mend]:
    edit = lighter(case.plan, case.library, case.remark.step)
    if edit is not None:
        yield Mend("Make this lighter", edit)


def _shorter(case: _Case) -> Iterator[Mend]:
    if case.step is not None:
        yield _of_length(
            case.step, int(case.values["most_tender_min" if case.step.intensity > 4 else "tender_min"])
        )


def _pause(case: _Case) -> Iterator[Mend]:
    """A break, and a minute to gather, in the middle of the longest stretch, after something calm."""
    at = _middle_of_longest(case.plan)
    calm = [i for i in range(1, len(case.plan.steps)) if case.plan.steps[i - 1].intensity <= CALM]
    if not calm:
        return
    after = case.plan.steps[min(calm, key=lambda i: abs(_start(case.plan, i) - at)) - 1]
    pause = Put(case.new(Kind.BREAK), upto(case.plan, after.id))
    paused, _ = apply(case.plan, pause)
    gather = Put(case.new(Kind.REGATHER), upto(paused, pause.step.id))
    yield Mend(f"Put a break after “{after.title}”", Together((pause, gather)))


def _break_length(case: _Case) -> Iterator[Mend]:
    if case.step is not None:
        yield _of_length(case.step, int(max(case.values["shortest_min"], case.values["one_min"])))
    else:
        yield from _pause(case)


def _gather(case: _Case) -> Iterator[Mend]:
    if case.step is not None:
        new = replace(case.new(Kind.REGATHER), minutes=max(1, int(case.values["minutes"])))
        yield Mend("Put a minute to gather after it", Put(new, upto(case.plan, case.step.id)))


def _come_down(case: _Case) -> Iterator[Mend]:
    """What stands behind the closing moves before it; else the last calm step becomes longer, or a quiet end
    is put in.
    """
    yield from _before_closing(case.plan)
    last = case.plan.steps[-1]
    missing = int(case.remark.number - _minutes(case.plan.steps[tail(case.plan.steps) :]))
    if last.cls in LANDS or last.cls is StepClass.CLOSING:
        longer = _longer(last, missing)
        if longer is not None:
            yield Mend(f"{longer.words} to “{last.title}”", longer.edit)
    else:
        new = replace(landing(case.plan, case.library, new_step_id()), minutes=max(1, missing))
        yield Mend("Put a quiet end", Put(new, upto(case.plan, last.id)))


def _before_closing(plan: Plan) -> Iterator[Mend]:
    """What stands behind the goodbye and is no coming down, moved to where people are still together."""
    kinds = [step.kind for step in plan.steps]
    closing = kinds.index(Kind.CLOSING) if Kind.CLOSING in kinds else len(kinds)
    late = [step for step in plan.steps[closing:] if step.cls not in (*LANDS, StepClass.CLOSING)]
    if not late:
        return
    place = before(plan, plan.steps[closing].id)
    moves: list[Edit] = []
    for step in late:  # each behind the one before, so that they keep their order
        moves.append(Move(step.id, place))
        place = (step.id, *place)
    if len(late) == 1:
        words = f"Move “{late[0].title}” before the closing"
    else:
        words = "Move what stands after the closing to before it"
    yield Mend(words, Together(tuple(moves)))


def _say_goodbye(case: _Case) -> Iterator[Mend]:
    last = case.plan.steps[-1]
    lands = last.cls is StepClass.GROUNDING
    place = before(case.plan, last.id) if lands else upto(case.plan, last.id)
    yield Mend("Put a closing round in", Put(case.new(Kind.CLOSING), place))


def _fewer_seconds(case: _Case) -> Iterator[Mend]:
    """A round in which turns are short: a word on the page, or the minutes it takes."""
    step = case.step
    if step is None:
        return
    keys = [answer.key for answer in questions.answers_for(step, case.library)]
    if "word" in keys:
        yield Mend(
            "A word each, on the page",
            Change(step, questions.answer_by(step, case.plan, "word", case.library)),
        )
    short = step.kind is Kind.CHECK_IN or step.cls is StepClass.CLOSING
    need = case.values["word_min" if short else "turn_min"] * case.look.people + step.solo_minutes
    longer = _longer(step, int(-(-(need - step.minutes) // 1)))
    if longer is not None:
        yield longer


def _more_turns(case: _Case) -> Iterator[Mend]:
    if case.step is None:
        return
    need = case.values["turn_min"] * case.values["take_part"] * case.look.people + case.step.solo_minutes
    longer = _longer(case.step, int(-(-(need - case.step.minutes) // 1)))
    if longer is not None:
        yield longer


def _write_less(case: _Case) -> Iterator[Mend]:
    if case.step is not None:
        most = int(case.values["minutes"])
        yield Mend(f"Make it {most} minutes", Change(case.step, replace(case.step, solo_minutes=most)))


def _volunteers(case: _Case) -> Iterator[Mend]:
    step = case.step
    if step is not None:
        then = replace(step, sharing=Sharing.SPOKEN_VOLUNTEER, kind=Kind.VOLUNTEER)
        yield Mend("Let it be whoever would like to", Change(step, then))


def _look_round(case: _Case) -> Iterator[Mend]:
    """A grounding through the eyes, after the one that is there."""
    if case.step is not None:
        new = piece(Kind.GROUNDING, replace(case.plan, template=""), case.library, new_step_id())
        yield Mend("Put another grounding in", Put(new, upto(case.plan, case.step.id)))


def _not_heard(case: _Case) -> Iterator[Mend]:
    """What would be read aloud stays what it was: lines on the wall."""
    if case.step is not None and len(case.plan.steps) > 1:
        yield Mend("Take it out", Take(case.step.id))


def _minutes(steps: list[Step] | tuple[Step, ...]) -> int:
    return sum(step.minutes for step in steps)


def _start(plan: Plan, at: int) -> int:
    return _minutes(plan.steps[:at])


def _middle_of_longest(plan: Plan) -> float:
    """Minute in the middle of the longest stretch without a break."""
    edges = [0.0]
    for at, step in enumerate(plan.steps):
        if step.cls is StepClass.BREAK:
            edges += [_start(plan, at), _start(plan, at + 1)]
    edges.append(plan.minutes)
    begin, end = max(zip(edges[::2], edges[1::2], strict=True), key=lambda span: span[1] - span[0])
    return (begin + end) / 2


_WAYS: dict[str, Callable[[_Case], Iterator[Mend]]] = {
    "P01": _lighter,
    "P02": _agree,
    "P04": _ground_before,
    "P05": _lighter,
    "P06": _land,
    "P07": _air,
    "P08": _lighter,
    "P09": _shorter,
    "P10": _lighter,
    "P11": _lighter,
    "P12": _lighter,
    "P14": _air,
    "P15": _air,
    "P20": _pause,
    "P21": _break_length,
    "P22": _gather,
    "P23": _ground_before,
    "P30": _come_down,
    "P31": _say_goodbye,
    "P32": _lighter,
    "P40": _fewer_seconds,
    "P40v": _more_turns,
    "P42b": _lighter,
    "P44": _write_less,
    "P51": _volunteers,
    "P55": _look_round,
    "P64": _lighter,
    "P67": _not_heard,
    "P70": _lighter,
    "P71": _lighter,
    "P72": _lighter,
}
