"""The notes after an evening: what may stand in them, and when they may arrive. Pure.

What a mail says and what it never does: docs/privacy.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from circle.domain.meeting import Meeting, Place, Role, Seat

WRITERS_MIN = 5  # below, a line from the room may as well carry its writer's name
LINES_MAX = 3
MORNING, NIGHT = time(9), time(20)  # mail arrives from 09:00, and before 20:00
NOON = time(12)
DAY_TURNS = timedelta(hours=5)  # an evening that runs past midnight still belongs to its evening
DRAFT_KEPT = timedelta(days=7)  # after the end: a draft nobody released goes, and what was kept for it
NOTES_KEPT = timedelta(days=14)  # after the end: the lines behind the sign-in go, and who got a mail
ADVISED_WORDS = range(40, 91)  # for the host's own words; advice, never a condition


@dataclass(frozen=True, slots=True)
class Notes:
    """A host's short form. Empty parts are left out of the mail, heading and all.

    titles: what we did, one line each. host: the name under "From ...". reply_to: an address that is
    read, shown to everybody. line_ids: lines from the room a host picked; `lines_to_send` decides.
    """

    titles: tuple[str, ...] = ()
    from_host: str = ""
    practice: str = ""
    next_text: str = ""
    host: str = ""
    reply_to: str = ""
    line_ids: tuple[str, ...] = ()


# -- people -------------------------------------------------------------------------------------------
def attendees(meeting: Meeting) -> tuple[Seat, ...]:
    """Everybody who sat at the table and was not removed: those who may get notes.

    Somebody who only waited at the door was never let in, and gets nothing of the room.
    """
    return tuple(seat for seat in meeting.seats if seat.sat and seat.place is not Place.REMOVED)


def possible_writers(meeting: Meeting) -> int:
    """How many people a reader could take for the writer of a line without a name.

    Counted low, because a number that is too high exposes somebody: members who sat from the beginning to
    the end with a page of their own, and so could have written whenever that was. Hosts read the lines first
    and everybody knows it, so they hide nobody.
    """
    seats = (seat for seat in meeting.placed(Place.SEATED) if seat.role is Role.MEMBER)
    return sum(1 for seat in seats if seat.screen and not seat.came_late)


# -- lines from the room ------------------------------------------------------------------------------
def lines_to_send(allowed: Iterable[str], picked: Collection[str], writers: int) -> tuple[str, ...]:
    """Ids of the lines that go out: allowed by their writers, picked by a host, at most three.

    None at all with fewer than five possible writers; no role and no setting lowers it.
    """
    if writers < WRITERS_MIN:
        return ()
    return tuple(line for line in allowed if line in picked)[:LINES_MAX]


# -- time ---------------------------------------------------------------------------------------------
def zone_of(*names: str) -> tzinfo:
    """The first of these IANA zones that exists, else UTC."""
    for name in names:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # unknown, malformed, or a folder such as "Europe"
            continue
    return UTC


def evening_of(ended_at: datetime, zone: tzinfo) -> date:
    """The local day an evening belongs to; until 05:00 it is still the day before."""
    return (ended_at.astimezone(zone) - DAY_TURNS).date()


def hold_until(asked_at: datetime, ended_at: datetime, zone: tzinfo) -> datetime:
    """The first instant, not before `asked_at`, at which notes may arrive. Aware UTC.

    That is the day after the evening or later, from 09:00 and before 20:00 on the reader's clock: the
    same evening is a poor moment after tender things, and nobody is to be woken.
    """
    next_day = _at(evening_of(ended_at, zone) + timedelta(days=1), MORNING, zone)
    moment = max(asked_at, next_day)
    local = moment.astimezone(zone)
    if local.time() < MORNING:
        moment = _at(local.date(), MORNING, zone)
    elif local.time() >= NIGHT:
        moment = _at(local.date() + timedelta(days=1), MORNING, zone)
    return max(asked_at, moment).astimezone(UTC)


def nudge_at(ended_at: datetime, zone: tzinfo) -> datetime:
    """When a host is reminded of a draft: at noon of the day after the evening. Aware UTC."""
    return _at(evening_of(ended_at, zone) + timedelta(days=1), NOON, zone)


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


# -- advice on the host's words -----------------------------------------------------------------------
def names_in(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Which of these names stand in the text as words. Notes speak of the room, not of persons."""
    words = {word.strip(".,;:!?()\"'“”‘’").removesuffix("'s").removesuffix("’s") for word in text.split()}
    folded = {word.casefold() for word in words}
    return tuple(name for name in names if name and set(name.casefold().split()) <= folded)
