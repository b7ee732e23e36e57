"""Sharing the air: whether everybody who wants to can speak, and how (P40-P52)."""

from __future__ import annotations

from collections.abc import Iterator

from circle.domain.plan import Kind, Sharing, StepClass
from circle.domain.rules.look import Found, Look, Values, sharing_minutes

SECONDS = 60


def p40(look: Look, values: Values) -> Iterator[Found]:
    """A round in which a turn is too short."""
    for step in look.steps:
        if step.sharing is not Sharing.SPOKEN_ROUND:
            continue
        each = sharing_minutes(step) / max(1, look.people)
        short = step.kind is Kind.CHECK_IN or step.cls is StepClass.CLOSING
        least = values["word_min" if short else "turn_min"]
        if each < least:
            yield Found(
                step.id,
                round(SECONDS * each),
                grave=each < values["grave_word_min" if short else "grave_turn_min"],
            )


def p40v(look: Look, values: Values) -> Iterator[Found]:
    """A volunteer step in which few will have time."""
    for step in look.steps:
        each = sharing_minutes(step) / (values["take_part"] * max(1, look.people))
        if step.sharing is Sharing.SPOKEN_VOLUNTEER and each < values["turn_min"]:
            yield Found(step.id)


def p41(look: Look, _: Values) -> Iterator[Found]:
    """The minutes do not add up to what was promised."""
    if look.promised_min and look.plan.minutes != look.promised_min:
        yield Found(number=look.plan.minutes - look.promised_min)


def p42(look: Look, values: Values) -> Iterator[Found]:
    """An evening too long to hold online."""
    if look.total > values["minutes"]:
        yield Found(number=look.total, grave=look.total > values["grave_minutes"])


def p42b(look: Look, values: Values) -> Iterator[Found]:
    """An evening too short to open something tender."""
    if look.tender and look.total < values["minutes"]:
        yield Found(look.tender[0].id, look.total)


def p43(look: Look, values: Values) -> Iterator[Found]:
    """So many people that some will disappear."""
    small = any(step.sharing is Sharing.PAIR for step in look.steps)
    if look.people > values["people"]:
        yield Found(number=look.people, grave=look.people > values["grave_people"] and not small)


def p44(look: Look, values: Values) -> Iterator[Found]:
    """Writing alone for too long."""
    for step in look.steps:
        if step.solo_minutes > values["minutes"]:
            yield Found(step.id, step.solo_minutes)


def p45(look: Look, values: Values) -> Iterator[Found]:
    """A silence of which nobody says how long it will be: its step has no words for the host to say."""
    for step in look.steps:
        if step.kind is Kind.SILENCE and step.minutes * SECONDS > values["seconds"] and not step.script:
            yield Found(step.id, step.minutes)


def p50(look: Look, values: Values) -> Iterator[Found]:
    """Lines without names where people may guess."""
    for step in look.steps:
        if step.sharing is Sharing.UNNAMED_WALL and look.people < values["people"]:
            yield Found(step.id, look.people, grave=look.people < values["grave_people"])


def p51(look: Look, _: Values) -> Iterator[Found]:
    """Something tender that goes round."""
    for step in look.tender:
        if step.sharing is Sharing.SPOKEN_ROUND:
            yield Found(step.id)


def p52(look: Look, values: Values) -> Iterator[Found]:
    """Pairs at a first session. (Above intensity 3 a pair cannot be made at all: `plan.Step`.)"""
    for step in look.steps:
        if step.sharing is Sharing.PAIR and look.session < values["from_session"]:
            yield Found(step.id)
