"""What time alone does to a session: the ticker's only wishes. Nothing else is ever done by itself."""

from __future__ import annotations

from datetime import datetime

from circle.domain import commands as c
from circle.domain.changes.linger import LAST_WORD
from circle.domain.meeting import LEADING, OVER, Meeting, Phase, Place, is_left_behind
from circle.services.presence import PresenceTable

CAN_BE_HELD = frozenset({Phase.LIVE, Phase.CLOSING, Phase.BREAK})


def due(meeting: Meeting, presence: PresenceTable, now: datetime) -> c.Command | None:
    """What is due now, or None: end what everybody has left behind, hold a room without hosts, let it go
    on, ring at the end of a break, close the window in which pages post; after the closing, see to the
    quiet room.
    """
    if meeting.phase in OVER:
        return _after_the_end(meeting, presence, now)
    if is_left_behind(meeting, now) and presence.is_deserted(meeting.id):
        return c.EndSession("forgotten")  # nobody ended it; its words are to go like all others
    if (until := meeting.unnamed.until if meeting.unnamed else None) and until <= now:
        return c.CollectIsOver()  # also in a held room: pages post by themselves
    hosts = [seat.id for seat in meeting.placed(Place.SEATED) if seat.role in LEADING]
    lost = presence.hosts_lost_for(meeting.id, hosts)
    if meeting.phase is Phase.HELD:
        return c.Release() if lost is None and presence.is_heard(meeting.id, hosts) else None
    if lost is not None and meeting.phase in CAN_BE_HELD:
        return c.Hold(since_ms=round(lost.total_seconds() * 1000))
    over = meeting.break_ends_at is not None and meeting.break_ends_at <= now
    rings = meeting.phase is Phase.BREAK and over and not meeting.break_rang
    return c.BreakIsOver() if rings else None


def _after_the_end(meeting: Meeting, presence: PresenceTable, now: datetime) -> c.Command | None:
    """A word before the room closes, and its closing; a chair whose page has gone is not kept meanwhile."""
    until = meeting.linger_until
    if until is None:
        return None
    if until <= now:
        return c.CloseLinger()
    if until - now <= LAST_WORD and not meeting.linger_rang:
        return c.RingLinger()
    staying = (seat.id for seat in meeting.seats if seat.stays)
    return next((c.SeeOff(seat) for seat in staying if presence.is_gone(meeting.id, seat)), None)
