"""Safety before depth: how an evening goes down, how deep, and for how long (P01-P15)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from circle.domain.plan import Kind, Sharing, Step, StepClass
from circle.domain.rules.look import ALONE, CALM, LANDS, STIRRING, TENDER, Found, Look, Values, settles

MOST_TENDER = 5
_BEFORE_TENDER = frozenset({Sharing.TILES, Sharing.PAIR})


def p01(look: Look, values: Values) -> Iterator[Found]:
    """The first step that explores or is shared goes too deep."""
    for step in look.steps:
        if step.cls is StepClass.EXPLORE or (step.sharing not in ALONE and step.intensity):
            if step.intensity > values["first_at_most"]:
                yield Found(step.id)
            return


def p02(look: Look, values: Values) -> Iterator[Found]:
    """Agreements are missing, or have too little time."""
    minutes = sum(step.minutes for step in look.steps if step.cls is StepClass.AGREEMENTS)
    if minutes < values["first_min" if look.session == 1 else "later_min"]:
        yield Found(number=minutes)


def p03(look: Look, values: Values) -> Iterator[Found]:
    """A tender step comes before the room has landed."""
    earliest = max(values["minutes"], values["share"] * look.total)
    for step, start in zip(look.steps, look.starts, strict=True):
        if step.intensity >= TENDER and start < earliest:
            yield Found(step.id, round(earliest))


def p04(look: Look, _: Values) -> Iterator[Found]:
    """Something stirring without a grounding before it."""
    for step in look.steps:
        if step.cls is StepClass.GROUNDING:
            return
        if step.intensity >= STIRRING:
            yield Found(step.id)
            return


def p05(look: Look, values: Values) -> Iterator[Found]:
    """A big step up between two steps that ask something."""
    asking = [s for s in look.steps if s.cls is StepClass.EXPLORE or s.kind is Kind.CHECK_IN]
    for before, step in pairwise(asking):
        rise = step.intensity - before.intensity
        if rise >= values["rise"]:
            yield Found(step.id, rise, grave=rise >= values["grave_rise"])


def p06(look: Look, values: Values) -> Iterator[Found]:
    """A tender step without a landing that is long enough."""
    for at, step in enumerate(look.steps):
        if step.intensity < TENDER:
            continue
        least = values["most_tender_min" if step.intensity == MOST_TENDER else "tender_min"]
        need = max(least, values["share"] * step.minutes)
        then = look.steps[at + 1] if at + 1 < len(look.steps) else None
        lands = then is not None and then.cls in LANDS and then.intensity <= CALM
        have = then.minutes if then is not None and lands else 0
        if have < need:
            yield Found(step.id, -(-need // 1) - have)


def p07(look: Look, values: Values) -> Iterator[Found]:
    """Two tender steps too near each other."""
    settled: float | None = None
    for step in look.steps:
        if step.intensity >= TENDER:
            if settled is not None and settled < values["settle_min"]:
                yield Found(step.id)
            settled = 0
        elif settled is not None and settles(step):
            settled += step.minutes


def p08(look: Look, values: Values) -> Iterator[Found]:
    """Too much of the evening is tender."""
    share = sum(step.minutes for step in look.tender) / max(1, look.total)
    if share > values["share"]:
        yield Found(number=round(100 * share), grave=share > values["grave_share"])


def p09(look: Look, values: Values) -> Iterator[Found]:
    """A tender step that is long."""
    for step in look.tender:
        most = step.intensity == MOST_TENDER
        if step.minutes > values["most_tender_min" if most else "tender_min"]:
            yield Found(step.id, step.minutes, grave=most)


def p10(look: Look, values: Values) -> Iterator[Found]:
    """More than one peak."""
    peaks = [step for step in look.steps if step.intensity == MOST_TENDER]
    if len(peaks) > values["most_tender"] or len(look.tender) > values["tender"]:
        yield Found(look.tender[-1].id)


def p11(look: Look, values: Values) -> Iterator[Found]:
    """Too deep for a group that does not know each other yet."""
    for step in look.tender:
        first = values["most_tender_from" if step.intensity == MOST_TENDER else "tender_from"]
        if look.plan.group == "open" or look.session < first:
            yield Found(step.id, first)


def p12(look: Look, _: Values) -> Iterator[Found]:
    """Nobody is free to go with a member."""
    if look.hosts < 2:
        for step in look.tender:
            yield Found(step.id, grave=step.intensity == MOST_TENDER)


def p13(look: Look, values: Values) -> Iterator[Found]:
    """More digging than resting."""
    stirs = sum(step.minutes for step in look.steps if step.intensity >= STIRRING)
    rests = sum(step.minutes for step in look.steps if settles(step))
    if stirs and rests / stirs < values["ratio"]:
        yield Found(number=stirs - rests)


def p14(look: Look, values: Values) -> Iterator[Found]:
    """Stirring steps in a row, without air."""

    def stirs(step: Step) -> bool:
        return step.intensity >= STIRRING

    for stirring, run in groupby(look.steps, key=stirs):
        row = list(run)
        if stirring and sum(step.intensity == STIRRING for step in row) >= values["in_a_row"]:
            yield Found(row[int(values["in_a_row"]) - 1].id, len(row))


def p15(look: Look, _: Values) -> Iterator[Found]:
    """A tender step right after something busy."""
    for before, step in pairwise(look.steps):
        busy = before.sharing in _BEFORE_TENDER or before.cls is StepClass.ADMIN
        if step.intensity >= TENDER and busy:
            yield Found(step.id)
