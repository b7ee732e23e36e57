"""The stage as everybody at the table sees it, hosts too. Who that is stands in `audience` alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from circle.domain.meeting import OVER, Meeting, Phase, Place, Role
from circle.domain.pacing import TENDER
from circle.domain.plan import Part
from circle.domain.pulse import closes_at, reaches_hosts
from circle.domain.quiet import may_give_name, one_of
from circle.domain.room import Room
from circle.domain.step_view import step_in_words

_VISIBILITY = {
    Part.STILL: "nothing",
    Part.PAUSE: "nothing",
    Part.WRITE: "private",
    Part.ANSWER: "named",
    Part.ROUND: "named",
    Part.VOLUNTEER: "named",
    Part.PAIR: "pair",
    Part.WALL_WRITE: "unnamed",
    Part.WALL_READ: "unnamed",
    Part.WALL_SHOW: "unnamed",
}


def visibility(part: Part | None) -> str:
    """Who sees an answer given now: nothing, private, named, pair or unnamed (docs/anonymity.md)."""
    return _VISIBILITY[part] if part else "nothing"


def stage_of(room: Room) -> dict[str, Any]:
    """Phase, step, clocks, piece: the same for everybody at the table."""
    meeting = room.meeting
    seated = meeting.placed(Place.SEATED)
    return {
        "phase": meeting.phase.value,
        "seq": meeting.moves,
        "circle": room.circle.name,
        "host": host_name(room),
        "call_url": room.circle.call_url,
        "agreements": list(room.circle.agreements),
        "agreements_version": room.circle.agreements_version,
        "agreements_new": list(room.circle.agreements_new),
        "starts_at": iso(meeting.starts_at),
        "late": meeting.late_min,
        "held_at": iso(meeting.held_at),
        "bell": meeting.bell_at is not None,
        "stand_in": standing.name if (standing := meeting.stand_in()) else "",
        "step": None if meeting.phase in OVER else step_in_words(meeting),
        "tender": meeting.phase in OVER and _was_tender(meeting),
        "visibility": visibility(meeting.part_now),
        "possible": len(seated),
        "started_at": iso(meeting.step_started_at),
        "ran_from": iso(meeting.ran_from),
        "stopped_at": iso(meeting.stopped_at),
        "ends_at": iso(meeting.ends_at),
        "remaining_ms": meeting.remaining_ms,
        "clock_hidden": meeting.clock_hidden,
        "break": _break(meeting),
        "linger": linger_of(meeting),
        "piece": _piece(meeting),
        "epoch": room.epoch,
        "quiet_round": _quiet_round(room),
        "pulse": _pulse(room),
    }


def _was_tender(meeting: Meeting) -> bool:
    """Whether a tender step was come to; told when all is over, as its weight may be felt only then."""
    return any(step.intensity >= TENDER for step in meeting.plan.steps[: meeting.index + 1])


def _pulse(room: Room) -> dict[str, Any]:
    """Until when the question stands, and whether answers are counted for hosts; the same for everybody."""
    pulse = room.signs.pulse
    return {"until": iso(closes_at(pulse)), "counted": reaches_hosts(pulse, room.meeting)}


def _quiet_round(room: Room) -> dict[str, Any] | None:
    """The quiet round, the same for everybody; None where lines go to the unnamed wall, or nowhere."""
    way = room.meeting.unnamed
    if way is None or not way.quiet:
        return None
    shown = room.meeting.part_now is Part.WALL_SHOW  # before that nothing may follow from what stands there
    return {
        "round": room.round_id,
        "key": room.round_key,
        "one_of": one_of(way.writers, len(room.named)),
        "by_name": shown and may_give_name(len(room.named), bool(room.lines)),
        "collect": way.collects,
        "collecting": way.until is not None,
    }


def _break(meeting: Meeting) -> dict[str, Any] | None:
    if meeting.phase is not Phase.BREAK:
        return None
    return {"ends_at": iso(meeting.break_ends_at), "rang": meeting.break_rang}


def linger_of(meeting: Meeting) -> dict[str, Any] | None:
    """Until when people may stay after the closing; None when nobody may."""
    until = meeting.linger_until
    return {"until": iso(until), "rang": meeting.linger_rang} if until else None


def _piece(meeting: Meeting) -> dict[str, Any] | None:
    piece = meeting.piece
    if piece is None:
        return None
    return {
        "holder": piece.holder,
        "next": piece.next,
        "order": list(piece.order),
        "queue": list(piece.waiting) if piece.open else [],
        "open": piece.open,
        "silent": piece.silent,
        "over": piece.round_is_over,
        "later_used": sorted(piece.returned & {piece.holder}) if piece.holder else [],
    }


def host_name(room: Room) -> str:
    """Whoever hosts tonight; before anybody sits, whoever made the circle."""
    return next((s.name for s in room.meeting.seats if s.role is Role.HOST), room.circle.host)


def iso(instant: datetime | None) -> str | None:
    """An instant for the wire."""
    return instant.isoformat() if instant else None
