"""Who may see what. The ONLY place that decides visibility, for page, socket, mail and export.

A view is plain data: `stage` (replaced whole) and collections of items by id (upserted, removed). The
live path sends the difference between two views of one audience; an audience whose view did not change
gets no frame and no number, so nothing can be read from silence or noise (ADR 3).

Views hold instants, never "now": the same room gives the same view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from circle.domain.attendance import few
from circle.domain.audience_pairs import between, counted, pair_of
from circle.domain.difference import View
from circle.domain.meeting import Meeting, Place, Role, Seat, holder_of, turn_seconds
from circle.domain.pacing import is_landing, options
from circle.domain.plan import Part, Step
from circle.domain.room import Presence, PrivateWord, Room, Status, WallLine
from circle.domain.stage_view import host_name, iso, stage_of
from circle.domain.step_view import prompt_of

ROOM = "room"  # everybody at the table who is not a host
HOSTS = "hosts"
STAND_IN = "stand_in"  # whoever holds the room for a host: what leading needs, and nobody's secrets
DOOR = "door"  # people who wait to be let in, or rest for a while
LINGER = "linger"  # members who stay a while after the closing: they see each other, and nobody else does
SELF = "self:"  # followed by a seat id: one person alone


def audience_of(seat: Seat | None) -> str | None:
    """The shared audience of a seat: hosts, the room, the door, or none.

    Whoever is asked to rest for a while hears what is told at the door: nothing of the room.
    """
    if seat is None or seat.place in (Place.REMOVED, Place.LEFT):
        return None
    if seat.place is Place.WAITING or seat.apart:
        return DOOR
    if seat.stays and seat.role is not Role.HOST:
        return LINGER
    return {Role.HOST: HOSTS, Role.STAND_IN: STAND_IN}.get(seat.role, ROOM)


def audiences(meeting: Meeting) -> tuple[str, ...]:
    """Every audience a meeting has now."""
    return (*shared_audiences(meeting), *(SELF + seat.id for seat in meeting.seats if seat.screen))


def shared_audiences(meeting: Meeting) -> tuple[str, ...]:
    """Those of them that several people are in."""
    standing = (STAND_IN,) if meeting.stand_in() else ()
    staying = (LINGER,) if meeting.linger_until is not None else ()
    return (ROOM, HOSTS, *standing, *staying, DOOR)


def view(room: Room, audience: str) -> View:
    """What this audience sees. Raises KeyError for an unknown audience."""
    if audience.startswith(SELF):
        return _self_view(room, audience.removeprefix(SELF))
    return _SHARED[audience](room)


def meeting_shows_wall(meeting: Meeting) -> bool:
    """Whether unnamed lines stand on everybody's screen now (not while they are written or read)."""
    return meeting.part_now is Part.WALL_SHOW


# -- the shared views ---------------------------------------------------------------------------------
def _room_view(room: Room) -> View:
    return {
        "stage": {"stage": stage_of(room)},
        "people": {s.id: _person(s) for s in room.meeting.placed(Place.SEATED)},
        "said": said(room),
        "mailbox": _mailbox(room),
        "lines": _lines(room) if meeting_shows_wall(room.meeting) else {},
        "outline": {step.id: {"at": i, "title": step.title} for i, step in enumerate(_steps(room))},
    }


def _hosts_view(room: Room) -> View:
    meeting = room.meeting
    stage = stage_of(room) | {
        "script": meeting.step.script if meeting.step else "",
        "note": meeting.step.note if meeting.step else "",
        "facilitator_note": prompt_of(meeting.step).facilitator_note,
        "intensity": meeting.step.intensity if meeting.step else 0,
        "locked": meeting.locked,
        "read_first": meeting.read_first,
        "savings": [
            {"saving": way.saving.value, "minutes": way.saves_min, "dropped": list(way.dropped)}
            for way in options(meeting)
        ],
        "planned_min": meeting.planned_min or meeting.plan.minutes,
        "made_up": meeting.ahead_before is not None,
        "to_come": list(meeting.piece.to_come) if meeting.piece else [],
        "turn": _turn(meeting),
        "pairs": counted(meeting),
        "few": asdict(came) if (came := few(meeting)) else None,
        "wishes": sorted(room.signs.wishes),
        "back": len(room.signs.back),
        "advice": _advice(room),
        "felt": _felt(room),
        "landing": meeting.step is not None and is_landing(meeting.plan.steps, meeting.index),
        "agreed": _agreed(room),
        "lead": meeting.lead,
        "guardian": {"seat": meeting.guardian, "said": meeting.guardian_said} if meeting.guardian else None,
    }
    return {
        "stage": {"stage": stage},
        "people": people_for_hosts(room),
        "waiting": {s.id: {"name": s.name, "at_next": s.at_next} for s in meeting.placed(Place.WAITING)},
        "removed": {s.id: {"name": s.name, "banned": s.banned} for s in meeting.placed(Place.REMOVED)},
        "said": said(room),
        "mailbox": _mailbox(room),
        "lines": _lines(room, to_hosts=True),
        "batch": {line.id: _to_read(line) for line in room.batch},
        "words": {w.id: {"seat": w.seat_id} | _word(w) for w in room.words},
        "backstage": _backstage(room),
        "outline": {step.id: _outline(i, step) for i, step in enumerate(_steps(room))},
    }


def _stand_in_view(room: Room) -> View:
    """The desk without private words, without who stepped out, and without who said yes to what. Without
    cards too: one of them comes because several people stepped out. And without keys to answer a line with:
    a stand-in is a member.
    """
    shown = _hosts_view(room)
    shown["stage"]["stage"]["advice"] = None
    for person in shown["people"].values():
        status = Status.HERE.value if person["status"] != "no_screen" else "no_screen"
        person.update(status=status, connected=True, check="", heard=False, quiet=False, apart=False)
        person.pop("since", None)
    for line in shown["lines"].values():
        line.pop("mailbox", None)
    shown["batch"] = {i: {"text": line["text"], "aside": line["aside"]} for i, line in shown["batch"].items()}
    return shown | {"words": {}, "removed": {}, "backstage": {}}


def _linger_view(room: Room) -> View:
    """Each has the place of their chair at the table, which says nothing of who stayed first, nor of anybody
    who is not at it.
    """
    chairs = enumerate(room.meeting.placed(Place.SEATED))
    staying = {seat.id: _person(seat) | {"at": at} for at, seat in chairs if seat.stays}
    return {"stage": {"stage": stage_of(room)}, "people": staying}


def _door_view(room: Room) -> View:
    meeting = room.meeting
    return {
        "stage": {
            "stage": {
                "phase": meeting.phase.value,
                "circle": room.circle.name,
                "host": host_name(room),
                "agreements": list(room.circle.agreements),  # read on the way in, and again while waiting
                "starts_at": iso(meeting.starts_at),
                "late": meeting.late_min,
            }
        }
    }


def _self_view(room: Room, seat_id: str) -> View:
    return {
        "me": me(room, seat_id),
        "notes": {w.id: _word(w) for w in room.words if w.seat_id == seat_id},
        "mine": mine(room, seat_id),
        "between": between(room, seat_id),
    }


def me(room: Room, seat_id: str) -> dict[str, Any]:
    """What a page knows of its own person."""
    seat = room.meeting.seat(seat_id)
    presence = room.presence.get(seat_id, Presence())
    me: dict[str, Any] = {"id": seat_id, "place": "none"}
    if seat is not None:
        me |= {"name": seat.name, "role": seat.role.value, "place": seat.place.value}
        me["status"] = presence.status.value
        me["at_next"] = seat.at_next
        me["came_late"] = seat.came_late
        me["apart"] = seat.apart and seat.place is Place.SEATED
        me["stays"] = seat.stays
        me["check"] = room.signs.checks.get(seat_id, "")
        me["back"] = seat_id in room.signs.back
        me["agreed"] = seat_id in room.agreed
        me["bell"] = _bell(room, seat_id)
        me["turn"] = (
            _turn(room.meeting) if room.meeting.piece and room.meeting.piece.holder == seat_id else None
        )
        me["pair"] = pair_of(room, seat_id) if seat.place is Place.SEATED and not seat.apart else None
    return {"me": me}


def mine(room: Room, seat_id: str) -> dict[str, Any]:
    """Which words by name are one's own."""
    return {s.id: {"set_aside": s.set_aside} for s in room.shares if s.seat_id == seat_id}


_SHARED: dict[str, Callable[[Room], View]] = {
    ROOM: _room_view,
    HOSTS: _hosts_view,
    STAND_IN: _stand_in_view,
    LINGER: _linger_view,
    DOOR: _door_view,
}


def people_for_hosts(room: Room) -> dict[str, Any]:
    """Everybody at the table, and how they are there."""
    meeting = room.meeting
    return {
        s.id: _person(s)
        | _presence(room.presence.get(s.id), s)
        | {
            "heard": s.id in meeting.heard,
            "check": room.signs.checks.get(s.id, ""),
            "quiet": s.id in room.quiet,
            "apart": s.apart,
            "stays": s.stays,
        }
        for s in meeting.placed(Place.SEATED)
    }


# -- pieces of views ----------------------------------------------------------------------------------
def _turn(meeting: Meeting) -> dict[str, Any] | None:
    """When this turn began and what it may take: for its speaker and the hosts, and no others."""
    seconds = turn_seconds(meeting)
    if seconds is None or holder_of(meeting) is None:
        return None
    return {"since": iso(meeting.piece_at), "seconds": seconds}


def _bell(room: Room, seat_id: str) -> str:
    """What the bell is to this person: "", "asked", "kept", or "room": they may take the room now."""
    meeting = room.meeting
    if meeting.guardian != seat_id:
        return ""
    if not meeting.guardian_said:
        return "asked"
    return "room" if room.quiet.issuperset(meeting.hosts()) else "kept"


def _advice(room: Room) -> dict[str, Any] | None:
    card = room.signs.advised.card
    return {"id": card.advice.value, "key": card.key, "number": card.number} if card else None


def _felt(room: Room) -> dict[str, Any]:
    """Where people are, once the pulse has closed: a card and bands, never a count, never a person."""
    pulse, told = room.signs.pulse, room.signs.pulse.told
    shown = (
        {"key": told.key, "card": told.card.value, "far": told.far, "bands": dict(told.bands)}
        if told
        else None
    )
    return {"on": pulse.on, "told": shown, "lighter": pulse.lighter}


def _agreed(room: Room) -> dict[str, int]:
    """How many of the members at the table have said yes to the present agreements; never who."""
    members = [s for s in room.meeting.placed(Place.SEATED) if s.role is Role.MEMBER and s.screen]
    return {"yes": sum(s.id in room.agreed for s in members), "of": len(members)}


def _person(seat: Seat) -> dict[str, Any]:
    # Nothing here changes when somebody steps out, opens the call or loses the line.
    return {"name": seat.name, "host": seat.role is Role.HOST}


def _presence(presence: Presence | None, seat: Seat) -> dict[str, Any]:
    if not seat.screen:
        return {"status": "no_screen", "connected": True}
    if presence is None:
        return {"status": Status.HERE.value, "connected": False}
    out = {"since": iso(presence.since)} if presence.status is Status.OUT else {}
    return {"status": presence.status.value, "connected": presence.connected} | out


def _word(word: PrivateWord) -> dict[str, Any]:
    return {"text": word.text, "from_host": word.from_host, "asks": word.asks}


def _backstage(room: Room) -> dict[str, Any]:
    """Hosts' notes to one another, under the names of their chairs."""
    names = {seat.id: seat.name for seat in room.meeting.seats}
    return {
        note.id: {"seat": note.seat, "name": names.get(note.seat, ""), "text": note.text, "at": at}
        for at, note in enumerate(room.signs.backstage)
    }


def _mailbox(room: Room) -> dict[str, Any]:
    """Sealed answers: the same for everybody at the table, whoever can open one."""
    return {answer.id: {"sealed": answer.sealed} for answer in room.signs.mailbox}


def _to_read(line: WallLine) -> dict[str, Any]:
    commit = {"commit": line.commit} if line.mailbox else {}
    return {"text": line.text, "aside": line.set_aside} | _key_of(line) | commit


def _key_of(line: WallLine) -> dict[str, Any]:
    """What a host's page seals an answer with; lines of the unnamed wall have none."""
    return {"mailbox": line.mailbox} if line.mailbox else {}


def said(room: Room) -> dict[str, Any]:
    """Words by name in this step, as everybody at the table sees them."""
    return {
        share.id: {
            "seat": share.seat_id,
            "step": share.step_id,
            "text": share.text,
            "sketch": share.sketch,
            "at": share.at,
        }
        for share in room.shares
        if not share.set_aside
    }


def _lines(room: Room, *, to_hosts: bool = False) -> dict[str, Any]:
    """The wall. Hosts also keep what was set aside, so that they can put it back."""
    return {
        line.id: {
            "step": line.step_id,
            "text": line.text,
            "commit": line.commit,
            "received": line.received,
            "read_aloud": line.read_aloud,
        }
        | ({"aside": line.set_aside} | _key_of(line) if to_hosts else {})
        for line in room.lines
        if to_hosts or not line.set_aside
    }


def _outline(at: int, step: Step) -> dict[str, Any]:
    return {
        "at": at,
        "title": step.title,
        "minutes": step.minutes,
        "intensity": step.intensity,
        "kind": step.kind.value,
    }


def _steps(room: Room) -> tuple[Step, ...]:
    return room.meeting.plan.steps
