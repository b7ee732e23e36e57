"""Breaks and the way down: when bodies pause, and how an evening ends (P20-P34)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from circle.domain.pacing import tail
from circle.domain.plan import Sharing, StepClass
from circle.domain.rules.look import SPOKEN, STIRRING, TENDER, Found, Look, Values

_HEARS_EVERYBODY = SPOKEN | {Sharing.CHAT_WORD}


def p20(look: Look, values: Values) -> Iterator[Found]:
    """A long stretch without a break."""
    if look.total <= values["none_needed_min"]:
        return
    longest = stretch = 0
    for step in look.steps:
        stretch = 0 if step.cls is StepClass.BREAK else stretch + step.minutes
        longest = max(longest, stretch)
    if longest > values["minutes"]:
        yield Found(number=longest, grave=longest > values["grave_minutes"])


def p21(look: Look, values: Values) -> Iterator[Found]:
    """Breaks too short to get up in."""
    breaks = [step for step in look.steps if step.cls is StepClass.BREAK]
    for step in breaks:
        if step.minutes < values["shortest_min"]:
            yield Found(step.id, step.minutes)
    enough = any(step.minutes >= values["one_min"] for step in breaks)
    if look.total >= values["from_total_min"] and not enough:
        yield Found(breaks[0].id if breaks else "", values["one_min"])


def p22(look: Look, values: Values) -> Iterator[Found]:
    """A break after which everything goes on at once."""
    for step, then in pairwise((*look.steps, None)):
        if step is None or step.cls is not StepClass.BREAK:
            continue
        if then is None or then.cls is not StepClass.REGATHER or then.minutes < values["minutes"]:
            yield Found(step.id)


def p23(look: Look, _: Values) -> Iterator[Found]:
    """A break that leaves people alone with what was stirred."""
    for before, step in pairwise(look.steps):
        if step.cls is StepClass.BREAK and before.intensity >= STIRRING:
            yield Found(step.id, grave=before.intensity >= TENDER)


def p30(look: Look, values: Values) -> Iterator[Found]:
    """The way down at the end is short."""
    need = max(values["minutes"], values["share"] * look.total)
    have = sum(step.minutes for step in look.steps[tail(look.steps) :])
    if have < need:
        yield Found(number=-(-need // 1))


def p31(look: Look, _: Values) -> Iterator[Found]:
    """An ending in which not everybody may speak."""
    closings = (step for step in look.steps if step.cls is StepClass.CLOSING)
    if not any(step.sharing in _HEARS_EVERYBODY for step in closings):
        yield Found()


def p32(look: Look, values: Values) -> Iterator[Found]:
    """Something stirring so late."""
    for step, start in zip(look.steps, look.starts, strict=True):
        if step.intensity >= STIRRING and start + step.minutes > values["share"] * look.total:
            yield Found(step.id)


def p33(look: Look, values: Values) -> Iterator[Found]:
    """The peak lies at the edge."""
    peak = max((step.intensity for step in look.steps), default=0)
    if peak < STIRRING:
        return
    at = next(i for i, step in enumerate(look.steps) if step.intensity == peak)
    middle = (look.starts[at] + look.steps[at].minutes / 2) / max(1, look.total)
    if not values["from_share"] <= middle <= values["to_share"]:
        yield Found(look.steps[at].id)


def p34(look: Look, values: Values) -> Iterator[Found]:
    """No time to choose what becomes of the words."""
    for step, then in pairwise(look.steps):
        writes = step.solo_minutes > 0 and step.sharing is Sharing.PRIVATE
        if writes and then.sharing in SPOKEN and step.minutes - step.solo_minutes < values["minutes"]:
            yield Found(step.id)
