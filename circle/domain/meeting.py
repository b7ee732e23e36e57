"""A meeting's state, and what can be read from it. How it changes stands in `transition.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from circle.domain.pairs import Groups
from circle.domain.piece import Piece
from circle.domain.plan import Kind, Part, Plan, Step, part_seconds, parts
from circle.domain.quiet import Unnamed


class Phase(StrEnum):
    """Where a session is."""

    PLANNED = "planned"
    OPEN = "open"
    LIVE = "live"
    BREAK = "break"
    HELD = "held"
    CLOSING = "closing"
    ENDED = "ended"
    CANCELLED = "cancelled"


RUNNING = frozenset({Phase.LIVE, Phase.CLOSING})
# A session nobody opened, or nobody ended, is left behind after so long: the next one is meant then.
FORGOTTEN_AFTER = timedelta(hours=12)
OVER = frozenset({Phase.ENDED, Phase.CANCELLED})


class Role(StrEnum):
    """Who somebody is in a session. The ticker is the program itself, never a person.

    STAND_IN: the guardian, while they hold the room because no host can be reached.
    """

    HOST = "host"
    STAND_IN = "stand_in"
    MEMBER = "member"
    TICKER = "ticker"


LEADING = frozenset({Role.HOST, Role.STAND_IN})


class Place(StrEnum):
    """Where a person is, as far as the door is concerned."""

    WAITING = "waiting"
    SEATED = "seated"
    REMOVED = "removed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Seat:
    """A chair. id: the member's random public id. screen: False for somebody only in the call.

    sat: was at the table at some time, also when they went home since; who only waited never was.
    banned: removed for good tonight, and not only from this evening. at_next: waits, and comes in when the
    step ends. apart: a host has asked them to rest for a while, on a page of their own; going home and coming
    back changes nothing of it, being let in does. stays: is in the quiet room after the closing. came_late:
    sat down while something was on.
    """

    id: str
    name: str
    role: Role
    place: Place
    screen: bool = True
    sat: bool = False
    banned: bool = False
    at_next: bool = False
    stays: bool = False
    apart: bool = False
    came_late: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """The part the last move left, so that going back undoes it: nobody is asked a second time.

    step: its id. ms: what was left of its clock; gone_ms: how long it had been on. rested: a host had
    put the clock to rest. rested_at: when the last break had ended.
    """

    step: str
    part: int
    piece: Piece | None
    ms: int
    gone_ms: int
    rested: bool
    rested_at: datetime | None = None
    pairs: Groups = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session, frozen. Instants are aware UTC.

    index, part: position in the plan (-1 before the first step). moves counts stage moves by hosts:
    a host's command names the move it was made for (ADR 3). Exactly one of ends_at (clock
    runs) and remaining_ms (clock rests) is set while a step is on. clock_rests: a host put the clock
    to rest, so it stays at rest after a break or a hold. called_break: the break was called in the
    middle of a step and goes back to it. held_from, held_at: the phase before holding and when the
    host was lost. unnamed: how the present step takes words without a name; ways: how
    earlier ones did. left: what `GoBack` goes back
    to. ahead_before: the steps ahead before time was made up in the present step. late_min: minutes it
    begins later than planned, 0 to 30; `starts_at` has moved
    with them. planned_min: minutes of the whole plan when the door opened, whatever was put in or left out
    since. read_first: hosts read unnamed lines before the room does. piece_at: when the piece came to its
    holder, None without one. heard: seats that have had a turn with words tonight, for the hosts' *not yet
    heard* alone; emptied at the end. pairs: who sits with whom, in a part held in pairs. clock_hidden:
    members' pages say no word of time. lead: the seat that leads now ("" before the door opens).
    guardian: the seat that is asked to keep the bell; guardian_said: and has said yes. ran_from: when the
    present part began, moved on by every rest of its clock; stopped_at: when that clock stopped, None while
    it runs. What goes slowly on every screen (lines, a breath) goes by these two. bell_at: when the pause
    bell rang, while it pauses the room. rested_at: when the last break ended. linger_until: until when people
    may stay after the end, None when that room is closed; linger_rang: those in it know that it closes soon.
    end_reason: a word of ours ("closed", "early", "cancelled", "forgotten"), never a host's.
    """

    id: str
    circle_id: str
    plan: Plan
    starts_at: datetime
    late_min: int = 0
    phase: Phase = Phase.PLANNED
    index: int = -1
    part: int = 0
    moves: int = 0
    version: int = 0
    admit: bool = True
    read_first: bool = True
    locked: bool = False
    seats: tuple[Seat, ...] = ()
    piece: Piece | None = None
    piece_at: datetime | None = None
    heard: frozenset[str] = frozenset()
    pairs: Groups = ()
    linger_until: datetime | None = None
    linger_rang: bool = False
    step_started_at: datetime | None = None
    ran_from: datetime | None = None
    stopped_at: datetime | None = None
    ends_at: datetime | None = None
    remaining_ms: int | None = None
    clock_rests: bool = False
    clock_hidden: bool = False
    lead: str = ""
    guardian: str = ""
    guardian_said: bool = False
    bell_at: datetime | None = None
    rested_at: datetime | None = None
    break_ends_at: datetime | None = None
    break_rang: bool = False
    called_break: bool = False
    held_from: Phase | None = None
    held_break_ms: int | None = None
    held_at: datetime | None = None
    unnamed: Unnamed | None = None
    ways: tuple[Unnamed, ...] = ()
    left: Left | None = None
    ahead_before: tuple[Step, ...] | None = None
    planned_min: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""

    @property
    def step(self) -> Step | None:
        """The step that is on, or None before the first."""
        return self.plan.steps[self.index] if 0 <= self.index < len(self.plan.steps) else None

    @property
    def part_now(self) -> Part | None:
        """What the room is doing in the present step."""
        return parts(self.step)[self.part] if self.step else None

    def seat(self, seat_id: str) -> Seat | None:
        """The chair with this id, in whatever place."""
        return next((seat for seat in self.seats if seat.id == seat_id), None)

    def placed(self, place: Place) -> tuple[Seat, ...]:
        """All chairs in this place, in the order people came."""
        return tuple(seat for seat in self.seats if seat.place is place)

    def apart(self) -> frozenset[str]:
        """Seats at the table whose people a host has asked to rest for a while."""
        return frozenset(seat.id for seat in self.placed(Place.SEATED) if seat.apart)

    def hosts(self) -> tuple[str, ...]:
        """Seats of the circle's hosts at the table; a stand-in is none of them."""
        return tuple(seat.id for seat in self.placed(Place.SEATED) if seat.role is Role.HOST)

    def stand_in(self) -> Seat | None:
        """Whoever holds the room for a host whose line is lost."""
        return next((seat for seat in self.seats if seat.role is Role.STAND_IN), None)

    def first_closing(self) -> int:
        """Index of the first closing step; the number of steps if a plan has none."""
        kinds = [step.kind for step in self.plan.steps]
        return kinds.index(Kind.CLOSING) if Kind.CLOSING in kinds else len(kinds)


def planned_start(meeting: Meeting) -> datetime:
    """When it was to begin, before hosts let it begin later."""
    return meeting.starts_at - timedelta(minutes=meeting.late_min)


def last_moved(meeting: Meeting) -> datetime:
    """When a session was last known to go on."""
    return max(moment for moment in (meeting.starts_at, meeting.step_started_at) if moment is not None)


def is_left_behind(meeting: Meeting, now: datetime) -> bool:
    """Whether a session stands still for so long that it is not tonight's any more."""
    return now - last_moved(meeting) > FORGOTTEN_AFTER


def is_quiet(meeting: Meeting) -> bool:
    """Whether the present step is a quiet round."""
    return meeting.unnamed is not None and meeting.unnamed.quiet


def is_collecting(meeting: Meeting) -> bool:
    """Whether pages are posting now: a few seconds in which the room stays where it is."""
    return meeting.unnamed is not None and meeting.unnamed.until is not None


def left_ms(meeting: Meeting, now: datetime) -> int | None:
    """Milliseconds left of the present part, never below 0; None when no step is on."""
    if meeting.remaining_ms is not None:
        return meeting.remaining_ms
    if meeting.ends_at is None:
        return None
    return max(0, round((meeting.ends_at - now).total_seconds() * 1000))


TURN_AT_LEAST_S = 30
VOLUNTEER_AT_LEAST_S = 75  # 1.25 minutes (pacing.toml, P40v)


def holder_of(meeting: Meeting) -> str | None:
    """Who has the talking piece: a seat id, or None."""
    return meeting.piece.holder if meeting.piece else None


def with_piece(meeting: Meeting, piece: Piece | None, now: datetime) -> Meeting:
    """The meeting with its piece like this; whoever gets it starts a turn of their own."""
    holder = piece.holder if piece else None
    since = None if holder is None else meeting.piece_at if holder == holder_of(meeting) else now
    return replace(meeting, piece=piece, piece_at=since)


def turn_seconds(meeting: Meeting) -> int | None:
    """What one turn may take, in seconds, if everybody is to have one; None without a piece.

    A hint for the speaker and the hosts, never a limit. None from intensity 4 on: there nobody is
    reminded of time. In a volunteer step about six of ten people speak (P40v).
    """
    step, piece = meeting.step, meeting.piece
    if step is None or piece is None or step.intensity >= 4:
        return None
    seated = max(1, len(meeting.placed(Place.SEATED)))
    whole = part_seconds(step, meeting.part)
    if piece.open:
        return max(VOLUNTEER_AT_LEAST_S, round(whole / max(1.0, 0.6 * seated)))
    return max(TURN_AT_LEAST_S, whole // seated)


def planned_end(meeting: Meeting, now: datetime) -> datetime | None:
    """When the session would end from here, if everything ahead takes its planned time."""
    if meeting.step is None or meeting.phase in OVER:
        return None
    rest = left_ms(meeting, now) or 0
    ahead = enumerate(parts(meeting.step))
    rest_seconds = sum(
        part_seconds(meeting.step, at)
        for at, part in ahead
        if at > meeting.part and part is not Part.WALL_READ  # hosts' reading is not planned time
    )
    rest_seconds += sum(step.minutes * 60 for step in meeting.plan.steps[meeting.index + 1 :])
    start = now
    if meeting.phase is Phase.BREAK and meeting.called_break and meeting.break_ends_at:
        start = max(now, meeting.break_ends_at)
    return start + timedelta(milliseconds=rest) + timedelta(seconds=rest_seconds)
