"""What goes into a transition and what comes out. The changes themselves stand in `changes/`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from circle.domain.errors import NotNow
from circle.domain.events import Event
from circle.domain.meeting import Meeting, Phase, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as the server knows it (never from a payload). id: seat id, "" for the ticker."""

    id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Moment:
    """What surrounds a command. now: aware UTC. away: seat ids of people who stepped out. quiet: seat ids
    of hosts whose pages have been silent for long enough that somebody else may take the room. writers: how
    many members' pages are here and could take part in a quiet round.
    """

    now: datetime
    away: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    writers: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The meeting afterwards and what happened. No events: nothing changed."""

    meeting: Meeting
    events: tuple[Event, ...] = ()


def require_phase(meeting: Meeting, *phases: Phase) -> None:
    """Return quietly, or raise NotNow("not_now")."""
    if meeting.phase not in phases:
        raise NotNow("not_now")


def step_id(meeting: Meeting) -> str:
    """The present step's id for the feed; "" before the first step."""
    return meeting.step.id if meeting.step else ""
