"""The facts behind the advice cards: the meeting and who is here, read at one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from circle.domain.advice import Advised, Facts, advise
from circle.domain.meeting import OVER, RUNNING, Meeting, holder_of, left_ms, planned_end, turn_seconds
from circle.domain.pacing import tail
from circle.domain.plan import part_seconds
from circle.domain.pulse import holds_cards_back, passed
from circle.domain.room import Status
from circle.domain.signs import Signs
from circle.services.presence import PresenceTable


def signs_now(meeting: Meeting, presence: PresenceTable, quiet: frozenset[str], now: datetime) -> Signs:
    """The signs as time alone makes them: the pulse opened or closed, another card on the hosts' desk."""
    before = presence.signs(meeting.id)
    if meeting.phase in OVER:
        return before
    signs = replace(before, pulse=passed(before.pulse, meeting, now))
    return replace(signs, advised=_advised(meeting, presence, signs, quiet, now))


def _advised(
    meeting: Meeting, presence: PresenceTable, signs: Signs, quiet: frozenset[str], now: datetime
) -> Advised:
    """What stands on the hosts' desk at this moment; nothing outside the steps."""
    if meeting.phase not in RUNNING or meeting.step is None or meeting.bell_at is not None:
        return signs.advised
    known = replace(facts(meeting, presence, quiet, now), felt=holds_cards_back(signs.pulse, now))
    return advise(signs.advised, known, now)


def facts(meeting: Meeting, presence: PresenceTable, quiet: frozenset[str], now: datetime) -> Facts:
    """Everything a card may depend on. Raises ValueError when no step is on."""
    step = meeting.step
    if step is None:
        raise ValueError("no step is on")
    over_s = _over_seconds(meeting, now)
    total = meeting.planned_min or meeting.plan.minutes
    began = meeting.started_at or now
    ends = planned_end(meeting, now) or now
    people = presence.of(meeting.id).values()
    return Facts(
        step=step.id,
        intensity=step.intensity,
        run=1 + over_s / part_seconds(step, meeting.part) if over_s > 0 else 0.0,
        over_min=round(over_s / 60),
        left_min=total - _minutes(began, now),
        total_min=total,
        in_containment=meeting.index >= min(tail(meeting.plan.steps), meeting.first_closing()),
        rested_min=_minutes(meeting.rested_at or began, now),
        grown_min=max(0, meeting.plan.minutes - total),
        later_min=max(0, round(_minutes(began, ends) - total)),
        turn=_turn(meeting, now),
        holder=holder_of(meeting) or "",
        nobody_speaks=meeting.piece is not None and meeting.piece.open and meeting.piece.holder is None,
        out_at=tuple(p.since for p in people if p.status is Status.OUT and p.since is not None),
        second_host_lost=len(meeting.hosts()) > 1 and bool(quiet),
    )


def _over_seconds(meeting: Meeting, now: datetime) -> float:
    if meeting.ends_at is None or left_ms(meeting, now):
        return 0.0
    return (now - meeting.ends_at).total_seconds()


def _turn(meeting: Meeting, now: datetime) -> float:
    seconds = turn_seconds(meeting)
    if seconds is None or meeting.piece_at is None or holder_of(meeting) in meeting.hosts():
        return 0.0
    return (now - meeting.piece_at).total_seconds() / seconds


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
