"""What happened, past tense. Stored without words and without people: ids of steps at most."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Happened(StrEnum):
    """The kinds of event in a meeting's feed."""

    DOOR_OPENED = "door_opened"
    DOOR_LOCKED = "door_locked"
    DOOR_UNLOCKED = "door_unlocked"
    START_MOVED = "start_moved"
    SEATS_CHANGED = "seats_changed"
    STEP_STARTED = "step_started"
    PART_STARTED = "part_started"
    WENT_BACK = "went_back"
    CLOCK_CHANGED = "clock_changed"
    BREAK_STARTED = "break_started"
    BREAK_RANG = "break_rang"
    COLLECTED = "collected"
    BREAK_ENDED = "break_ended"
    PLAN_CHANGED = "plan_changed"
    STEP_ADDED = "step_added"
    PIECE_MOVED = "piece_moved"
    PAIRS_CHANGED = "pairs_changed"
    BELL_RANG = "bell_rang"
    BELL_ENDED = "bell_ended"
    ROOM_TAKEN = "room_taken"
    HELD = "held"
    RELEASED = "released"
    ENDED = "ended"
    LINGER_RANG = "linger_rang"
    LINGER_CLOSED = "linger_closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the feed. `step` is a step id, never a member's (docs/privacy.md)."""

    name: Happened
    step: str = ""
