"""The pulse: "Where are you right now?", asked of everybody and told to hosts in rough numbers, never who.

What it promises: docs/anonymity.md, *The pulse*. Pure. The answers of the pulse that is coming
are by seat, so that whoever changes their mind is counted once; they are dropped in the moment it closes,
and what is left of them is a card and bands. Nothing of it is ever stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from circle.domain.meeting import RUNNING, Meeting, Place, Role, holder_of, is_collecting, left_ms
from circle.domain.pacing import is_landing
from circle.domain.plan import Part, parts

K_TOTAL = 5  # answers, and members at the table: with fewer nothing is told
EXACT_FROM = 8  # answers from which on three and more are told as they are
ONE_OR_TWO = 2
STAYS_OPEN = timedelta(seconds=25)
MOST = 5  # invitations in one session
BETWEEN = timedelta(minutes=4)  # a card at most every four minutes, so no invitation sooner
NEAR_THE_END_MS = 60_000  # the end of a step is its last minute
AFTER_BREAK = timedelta(minutes=5)  # later than that it is not "after the break" any more
JUST_BEGUN = timedelta(seconds=60)  # of a closing that is no round
FADES = timedelta(minutes=10)  # what was so then may not be so now


class Where(StrEnum):
    """The four places, and a way not to say. Silence counts as the last."""

    SETTLED = "settled"
    STIRRED = "stirred"
    FLOODED = "flooded"
    NUMB = "numb"
    NO_ANSWER = "no_answer"


PLACES = tuple(where for where in Where if where is not Where.NO_ANSWER)


class Occasion(StrEnum):
    """When it is asked, the one that counts most first."""

    CLOSING = "closing"
    LANDING = "landing"
    BREAK = "break"
    ARRIVAL = "arrival"


class Card(StrEnum):
    """What hosts may like to know, gravest first. Q6 accompanies, Q8 belongs to the debrief."""

    Q5 = "Q5"
    Q4 = "Q4"
    Q7 = "Q7"
    Q3 = "Q3"
    Q2 = "Q2"
    Q1 = "Q1"
    Q0 = "Q0"


GRAVE = frozenset({Card.Q5, Card.Q4, Card.Q7, Card.Q3})
WITH_Q6 = frozenset({Card.Q5, Card.Q4, Card.Q3})


class Band(StrEnum):
    """Instead of a count; from `EXACT_FROM` answers on, three and more are told in figures."""

    NONE = "none"
    FEW = "one_or_two"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open question."""

    occasion: Occasion
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What hosts see of a pulse that has closed. number: which one of the session, from 1.

    bands: by place, empty with fewer than five answers. far: more are far away than flooded (Q6).
    """

    number: int
    at: datetime
    card: Card
    bands: Mapping[str, str] = field(default_factory=dict)
    far: bool = False

    @property
    def key(self) -> str:
        """Names it when a host puts it away."""
        return f"pulse:{self.number}"


@dataclass(frozen=True, slots=True)
class Pulse:
    """The pulse of one session, in memory alone. on: hosts want it tonight (decisions, 1).

    answers: by seat, of the pulse that is open or comes next; nobody is shown who, or how many. asked:
    occasions that have been. number: invitations so far. told: what stands on the hosts' desk. outside:
    how many were flooded or far away on arrival, None if that was not safe to know. lighter: at the
    closing it was more by a quarter (Q8).
    """

    on: bool = False
    open: Invitation | None = None
    answers: Mapping[str, Where] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    number: int = 0
    closed_at: datetime | None = None
    told: Told | None = None
    outside: int | None = None
    lighter: bool = False


NO_PULSE = Pulse()


# -- numbers into cards and bands ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Counts:
    """Real counts: they come in here, and nothing but a card and bands goes out."""

    settled: int = 0
    stirred: int = 0
    flooded: int = 0
    numb: int = 0

    @property
    def answers(self) -> int:
        """A: *rather not say* is no answer."""
        return self.settled + self.stirred + self.flooded + self.numb

    @property
    def outside(self) -> int:
        """F + M."""
        return self.flooded + self.numb


def count(answers: Collection[Where]) -> Counts:
    """How many are in which place."""
    given = list(answers)
    return Counts(*(given.count(where) for where in PLACES))


def band(number: int, answers: int) -> str:
    """What is told instead of this number, of so many answers."""
    if number == 0:
        return Band.NONE
    if number <= ONE_OR_TWO:
        return Band.FEW
    return str(number) if answers >= EXACT_FROM else Band.SEVERAL


def bands(counts: Counts) -> dict[str, str]:
    """Bands by place; nothing at all with fewer than five answers. *One or two* flooded or far away
    is told all the same: help matters more there, and members know it beforehand.
    """
    if counts.answers < K_TOTAL:
        return {}
    return {where.value: band(getattr(counts, where.value), counts.answers) for where in PLACES}


def card(counts: Counts, occasion: Occasion) -> Card:
    """The gravest card that holds. Thresholds in whole numbers: 0.25 A, 0.4 A and 0.6 A."""
    answers, outside = counts.answers, counts.outside
    if answers < K_TOTAL:
        return Card.Q0
    if 5 * outside >= 2 * answers or counts.flooded >= 4:
        return Card.Q5
    if outside >= 2 and (4 * outside >= answers or outside >= 3):
        return Card.Q4
    if outside:
        return Card.Q7 if occasion is Occasion.CLOSING else Card.Q3
    return Card.Q2 if 5 * counts.stirred > 3 * answers else Card.Q1


def more_far_than_flooded(counts: Counts, beside: Card) -> bool:
    """Q6: two or more are far away, and more than are flooded."""
    return beside in WITH_Q6 and counts.numb >= 2 and counts.numb > counts.flooded


def left_heavier(counts: Counts, outside_on_arrival: int | None) -> bool:
    """Q8: at the closing more are outside than on arrival, by a quarter of the answers."""
    if counts.answers < K_TOTAL or outside_on_arrival is None:
        return False
    return 4 * (counts.outside - outside_on_arrival) >= counts.answers


# -- answering ----------------------------------------------------------------------------------------
def reaches_hosts(pulse: Pulse, meeting: Meeting) -> bool:
    """Whether an answer is counted for hosts; otherwise the pulse is private to each.

    By who sits at the table, which everybody sees: not by whose line is lost or who stepped out, which
    nobody is to learn from it.
    """
    return pulse.on and len(_members(meeting)) >= K_TOTAL


def answered(pulse: Pulse, seat: str, where: Where, meeting: Meeting) -> Pulse:
    """Somebody says where they are, at any time; outside an invitation it waits for the next one."""
    if not reaches_hosts(pulse, meeting):
        return pulse
    return replace(pulse, answers={**pulse.answers, seat: where})


def switched(pulse: Pulse, on: bool) -> Pulse:
    """Hosts want it tonight, or no more: then whatever has been said so far is dropped."""
    if pulse.on is on:
        return pulse
    return replace(pulse, on=on, open=None, answers={}, told=None)


def put_away(pulse: Pulse, key: str) -> Pulse:
    """A host has read it."""
    return replace(pulse, told=None) if pulse.told and pulse.told.key == key else pulse


# -- opening and closing ------------------------------------------------------------------------------
def passed(pulse: Pulse, meeting: Meeting, now: datetime) -> Pulse:
    """The pulse as time alone makes it: opened, closed, faded. The same one when nothing is due."""
    if pulse.told is not None and now - pulse.told.at >= FADES:
        pulse = replace(pulse, told=None)
    if pulse.open is not None:
        over = now - pulse.open.at >= STAYS_OPEN or not _is_free(meeting)
        return _closed(pulse, pulse.open, meeting, now) if over else pulse
    due = _due(pulse, meeting, now)
    if not due:
        return pulse
    first = min(due.values(), key=list(Occasion).index)
    return replace(
        pulse,
        open=Invitation(first, now),
        asked=pulse.asked | frozenset(due),
        number=pulse.number + 1,
        told=None,
    )


def closes_at(pulse: Pulse) -> datetime | None:
    """Until when the open question stands."""
    return pulse.open.at + STAYS_OPEN if pulse.open else None


def holds_cards_back(pulse: Pulse, now: datetime) -> bool:
    """Whether other advice waits (L04): one card at a time, and none for four minutes."""
    told = pulse.told
    return told is not None and (told.card in GRAVE or now - told.at < BETWEEN)


def _closed(pulse: Pulse, was: Invitation, meeting: Meeting, now: datetime) -> Pulse:
    """The answers are dropped; where five or more may be told, a card and bands are what is left."""
    closed = replace(pulse, open=None, answers={}, closed_at=now)
    if not reaches_hosts(pulse, meeting):
        return closed
    members = _members(meeting)
    counts = count([where for seat, where in pulse.answers.items() if seat in members])
    which = card(counts, was.occasion)
    told = Told(pulse.number, now, which, bands(counts), more_far_than_flooded(counts, which))
    if was.occasion is Occasion.ARRIVAL and counts.answers >= K_TOTAL:
        return replace(closed, told=told, outside=counts.outside)
    heavier = was.occasion is Occasion.CLOSING and left_heavier(counts, pulse.outside)
    return replace(closed, told=told, lighter=pulse.lighter or heavier)


def _members(meeting: Meeting) -> frozenset[str]:
    """Seats whose people may answer: no hosts, nobody who leads for one, no chairs without a screen."""
    seated = meeting.placed(Place.SEATED)
    return frozenset(seat.id for seat in seated if seat.role is Role.MEMBER and seat.screen)


def _is_free(meeting: Meeting) -> bool:
    """Never while somebody has the piece, in pairs, in a pause, or while pages post."""
    goes_on = meeting.phase in RUNNING and meeting.bell_at is None and meeting.part_now is not Part.PAIR
    return goes_on and holder_of(meeting) is None and not is_collecting(meeting)


def _due(pulse: Pulse, meeting: Meeting, now: datetime) -> dict[str, Occasion]:
    """What it could be asked for now: occasions by the names they are remembered by."""
    if not pulse.on or meeting.step is None or not _is_free(meeting):
        return {}
    if pulse.closed_at is not None and now - pulse.closed_at < BETWEEN:
        return {}
    due = {name: o for name, o in _occasions(meeting, now).items() if name not in pulse.asked}
    most = MOST if Occasion.CLOSING in due.values() else MOST - 1  # one is kept for the closing
    return due if pulse.number < most else {}


def _occasions(meeting: Meeting, now: datetime) -> dict[str, Occasion]:
    """The occasions this moment belongs to."""
    steps, at, found = meeting.plan.steps, meeting.index, dict[str, Occasion]()
    if at == 0:
        found["arrival"] = Occasion.ARRIVAL
    if meeting.rested_at is not None and now - meeting.rested_at <= AFTER_BREAK:
        found[f"break:{meeting.rested_at.isoformat()}"] = Occasion.BREAK
    near_its_end = _is_near_its_end(meeting, now)
    if is_landing(steps, at) and near_its_end:
        found[f"landing:{steps[at].id}"] = Occasion.LANDING
    elif at > 0 and is_landing(steps, at - 1):
        found[f"landing:{steps[at - 1].id}"] = Occasion.LANDING
    closing = meeting.first_closing()
    began = meeting.step_started_at or now
    enters = at == closing and meeting.piece is None and now - began <= JUST_BEGUN
    if enters or (at + 1 == closing and near_its_end):
        found["closing"] = Occasion.CLOSING
    return found


def _is_near_its_end(meeting: Meeting, now: datetime) -> bool:
    """The last minute of the step's last part, or over."""
    left = left_ms(meeting, now)
    last = meeting.step is not None and meeting.part == len(parts(meeting.step)) - 1
    return last and left is not None and left <= NEAR_THE_END_MS
