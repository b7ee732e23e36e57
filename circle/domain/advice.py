"""Advice cards: what a host may like to know now (circle/content/advice.toml). Advice moves nothing.

Pure: facts in, at most one card out. A card stays while what it says is so, until a host puts it away;
another comes four minutes after it at the earliest. L04 is what the pulse tells (`pulse`): its own card
stands first, and others wait. L12 (a host who is flooded or far away) is answered on that host's own page
and is nobody else's business: nothing of it is sent. L06 (skipping a landing) is a question on the desk,
asked when Next is pressed. L11 (help comes first) is the desk's as well: it shows no card while a private
word waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from circle.domain.pacing import TENDER, containment_need_min

BETWEEN_CARDS = timedelta(minutes=4)
OVER, OVER_AGAIN = 1.2, 1.5  # of a step's minutes
LONG_TURN = 1.5  # of what one turn may take
TURN_TOWARDS_END_MIN = 2  # before the containment has to begin
BREAK_AFTER_MIN = 45
LATER_MIN = 3  # less is not worth a word
SILENCE = timedelta(seconds=90)
LEFT_WITHIN = timedelta(minutes=2)
SEVERAL = 2


class Advice(StrEnum):
    """The cards, gravest first."""

    TURN_TO_END = "L02"
    ALONE = "L10"
    SOME_LEFT = "L09"
    STEP_OVER = "L01"
    NO_BREAK = "L03"
    LONGER = "L05"
    LONG_TURN = "L07"
    SILENCE = "L08"


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be known now. step: the present step's id.

    run: how much of the part's time has gone (1.0 when it is round), over_min: whole minutes over it.
    left_min: until the evening's promised end. total_min: the evening as promised. rested_min: since the
    last break, or the beginning. grown_min: minutes put in on the spot, later_min: by how much the evening
    ends later than promised. turn: how much of a turn's time has gone. nobody_speaks: in a volunteer step
    nobody has the piece. out_at: when each of those who are out stepped out. felt: what the pulse told stands
    on the desk and holds other cards back (L04).
    """

    step: str
    intensity: int
    run: float = 0.0
    over_min: int = 0
    left_min: float = 999.0
    total_min: int = 90
    in_containment: bool = False
    rested_min: float = 0.0
    grown_min: int = 0
    later_min: int = 0
    turn: float = 0.0
    holder: str = ""
    nobody_speaks: bool = False
    out_at: tuple[datetime, ...] = ()
    second_host_lost: bool = False
    felt: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One card. key: what it is about, so that it is not shown twice for the same. number: minutes, 0 where
    the sentence has none.
    """

    advice: Advice
    key: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Advised:
    """What hosts have been shown. seen: keys of cards that have been on the desk. silent: since when
    nobody speaks, in which step.
    """

    card: Card | None = None
    shown_at: datetime | None = None
    seen: frozenset[str] = frozenset()
    silent: tuple[str, datetime] | None = None


NOT_ADVISED = Advised()


def advise(before: Advised, facts: Facts, now: datetime) -> Advised:
    """What is on the desk now."""
    silent = _silence(before, facts, now)
    holding = {card.key: card for card in cards(facts, now, silent)}
    advised = replace(before, silent=silent)
    if facts.felt:  # a card that makes room may come again
        gone = {before.card.key} if before.card else set[str]()
        return replace(advised, card=None, seen=before.seen - gone)
    if before.card is not None:
        still = holding.get(before.card.key)
        return replace(advised, card=before.card if still else None)
    if before.shown_at is not None and now - before.shown_at < BETWEEN_CARDS:
        return advised
    fresh = [card for key, card in holding.items() if key not in before.seen]
    if not fresh:
        return advised
    first = min(fresh, key=lambda card: _GRAVEST.index(card.advice))
    return replace(advised, card=first, shown_at=now, seen=before.seen | {first.key})


def put_away(advised: Advised, key: str) -> Advised:
    """A host has seen the card; it does not come back."""
    return replace(advised, card=None) if advised.card and advised.card.key == key else advised


def cards(facts: Facts, now: datetime, silent: tuple[str, datetime] | None = None) -> Iterator[Card]:
    """All cards whose condition holds."""
    step = facts.step
    need = containment_need_min(facts.total_min)
    if not facts.in_containment and facts.left_min < need + TURN_TOWARDS_END_MIN:
        yield Card(Advice.TURN_TO_END, "L02", max(0, round(facts.left_min)))
    if facts.second_host_lost and facts.intensity >= TENDER:
        yield Card(Advice.ALONE, f"L10:{step}")
    if sum(now - left <= LEFT_WITHIN for left in facts.out_at) >= SEVERAL:
        yield Card(Advice.SOME_LEFT, f"L09:{step}")
    if facts.run >= OVER:
        again = facts.run >= OVER_AGAIN
        yield Card(Advice.STEP_OVER, f"L01:{step}:{'again' if again else 'once'}", facts.over_min)
    if facts.rested_min >= BREAK_AFTER_MIN:
        yield Card(Advice.NO_BREAK, f"L03:{int(facts.rested_min // BREAK_AFTER_MIN)}")
    if facts.grown_min > 0 and facts.later_min >= LATER_MIN:
        yield Card(Advice.LONGER, f"L05:{facts.grown_min}", facts.later_min)
    if facts.turn >= LONG_TURN:
        yield Card(Advice.LONG_TURN, f"L07:{step}:{facts.holder}")
    if silent is not None and now - silent[1] >= SILENCE:
        yield Card(Advice.SILENCE, f"L08:{step}")


def _silence(before: Advised, facts: Facts, now: datetime) -> tuple[str, datetime] | None:
    if not facts.nobody_speaks:
        return None
    if before.silent is not None and before.silent[0] == facts.step:
        return before.silent
    return (facts.step, now)


_GRAVEST = list(Advice)
