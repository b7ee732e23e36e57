"""The part of `audience` that is about pairs: who sits together, and what is said there."""

from __future__ import annotations

from typing import Any

from circle.domain.meeting import Meeting
from circle.domain.pairs import group_of
from circle.domain.plan import Part
from circle.domain.room import Presence, Room


def counted(meeting: Meeting) -> dict[str, int] | None:
    """For hosts: how many pairs still talk. Never who sits with whom, nor who has gone back."""
    if meeting.part_now is not Part.PAIR:
        return None
    return {"talking": sum(group.talks for group in meeting.pairs), "of": len(meeting.pairs)}


def pair_of(room: Room, seat_id: str) -> dict[str, Any] | None:
    """With whom one sits, for those two or three alone. A lost line is told to whoever waits there for
    words; stepping out, going home and going back to the whole room look the same.
    """
    group = group_of(room.meeting.pairs, seat_id)
    if group is None:
        return None
    people = []
    for other in group.seats:
        seat, there = room.meeting.seat(other), other in group.there
        waits = there and seat_id in group.there and other != seat_id
        lost = waits and not room.presence.get(other, Presence()).connected
        people.append({"id": other, "name": seat.name if seat else "", "there": there, "lost": lost})
    return {"there": seat_id in group.there, "people": people}


def between(room: Room, seat_id: str) -> dict[str, Any]:
    """What was said in one's pair, while one is there."""
    group = group_of(room.meeting.pairs, seat_id)
    if group is None or seat_id not in group.there:
        return {}
    words = [word for word in room.between if word.seat_id in group.seats]
    return {word.id: {"seat": word.seat_id, "text": word.text, "at": word.at} for word in words}
