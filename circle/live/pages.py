"""The room's page, the socket ticket, and the slow line for where websockets are blocked.

The slow line is the same path in other clothes: an authenticated GET for the snapshot and a POST for
each command, every few seconds. Everything here acts for the person whose server-side
session asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from circle.domain.errors import CircleError, NotFound
from circle.domain.meeting import LEADING, OVER, Meeting, Place, Role
from circle.domain.room import Status
from circle.live import wire
from circle.live.connections import Connection
from circle.live.handlers import carry_out, refusal_ack
from circle.live.pace import Pace
from circle.live.tokens import parse_tokens, tokens_ack
from circle.services.change import Ack
from circle.services.clock import rate_of
from circle.services.evenings import sit_down
from circle.services.hub import Hub
from circle.services.identity import caller, member_of
from circle.services.numbers import help_book
from circle.services.ports import Caller
from circle.services.ready import ready_prompts
from circle.store import meetings
from circle.store.models import Circle, MeetingRow, Member

blueprint = Blueprint("live", __name__)
slow_line = Blueprint("slow", __name__)  # refusals look like acks there, and like a page elsewhere


@blueprint.get("/meet/<meeting_id>")
def room(meeting_id: str) -> str | Response:
    """The room: the host's desk or the member's page, by who asks.

    Strangers are told nothing, not even the way to the door: this address stands in mails, and those
    lie open to others.
    """
    hub = _hub()
    found = _find(meeting_id)
    if found is None or found.who is None:
        abort(404)
    meeting, circle, who, name = found.meeting, found.circle, found.who, found.name
    seat = meeting.seat(who.member_id)
    if seat is None and not who.host:
        return redirect(url_for("door.name", door_token=circle.door_token))
    gone = seat is not None and (seat.place in (Place.REMOVED, Place.LEFT) or seat.role is Role.HOST)
    if gone and not who.host:  # in a host's chair: they have hosted here, and do no more
        return redirect(url_for("door.name", door_token=circle.door_token))
    if who.host and meeting.phase not in OVER and (seat is None or seat.place is not Place.SEATED):
        sit_down(hub.conduct, who, name, meeting_id)
    leads = who.host or (seat is not None and seat.role in LEADING)
    return render_template(
        "room/room.html",
        meeting=meeting,
        circle=circle,
        host=leads,
        rate=rate_of(hub.clock),
        ready=ready_prompts(hub.library) if leads else [],
        advice=[card.model_dump() for card in hub.library.advice] if leads else [],
        pulse=[card.model_dump() for card in hub.library.pulse] if leads else [],
        dip={"title": hub.library.dip_title, "text": hub.library.dip},
        after_care=hub.library.after_care,
        cards=_cards(hub, meeting_id, own=who.host) if leads else [],
        debrief=list(hub.library.debrief) if who.host else [],
        book=help_book(hub.library, circle.country, hub.clock.now().date()),
        first=_first_look(hub, who, meeting_id),
    )


def _first_look(hub: Hub, who: Caller, meeting_id: str) -> Ack | None:
    """The room as this person may see it now, so that their page draws it before its line is open.

    Nobody is told of it: the page arrives with its line. None where there is nothing to see.
    """
    try:
        return hub.conduct.snapshot(who, meeting_id)
    except NotFound:
        return None


def _cards(hub: Hub, meeting_id: str, *, own: bool) -> list[dict[str, str]]:
    """Prepared answers for hard moments: the hosts' own first, then the library's. Never for members."""
    theirs = hub.builder.cards(meeting_id) if own else ()
    return [{"when": card.when, "say": card.say, "do": ""} for card in theirs] + [
        {"when": card.when, "say": card.say, "do": card.do} for card in hub.library.if_then
    ]


@slow_line.post("/live/<meeting_id>/ticket")
def ticket(meeting_id: str) -> Ack:
    """A socket ticket for this browser's person."""
    return {
        "ok": True,
        "ticket": current_app.extensions["circle.tickets"].issue(_who(meeting_id), meeting_id),
    }


@slow_line.get("/live/<meeting_id>/snapshot")
def snapshot(meeting_id: str) -> Ack:
    """The slow line: everything this person may see; also says that their page is there."""
    who = _who(meeting_id)
    conduct = _hub().conduct
    conduct.arrive(who, meeting_id, f"slow:{who.member_id}")
    return {"ok": True} | conduct.snapshot(who, meeting_id)


@slow_line.post("/live/<meeting_id>/command")
def command(meeting_id: str) -> Ack:
    """The slow line: one command."""
    hub = _hub()
    frame = wire.parse_frame(request.get_json(silent=True))
    connection = Connection("", _who(meeting_id), meeting_id)
    return carry_out(hub.conduct, hub.library, _pace(), connection, frame)


@slow_line.post("/live/<meeting_id>/status")
def status(meeting_id: str) -> Ack:
    """The slow line: step out, in the call, or back."""
    said = Status(wire.parse_status(request.get_json(silent=True)).status)
    _hub().conduct.say_status(_who(meeting_id), meeting_id, said)
    return {"ok": True}


@slow_line.post("/live/<meeting_id>/tokens")
def tokens(meeting_id: str) -> Ack:
    """The slow line: tokens of a quiet round. What is sent with them comes by another way."""
    round_id, requests = parse_tokens(request.get_json(silent=True))
    return tokens_ack(_hub().conduct.give_tokens(_who(meeting_id), meeting_id, round_id, requests))


@slow_line.errorhandler(CircleError)
def refused(refusal: CircleError) -> tuple[Ack, int]:
    """As on a socket."""
    return refusal_ack(refusal, _hub().library), refusal.status


def _hub() -> Hub:
    hub: Hub = current_app.extensions["circle"]
    return hub


@dataclass(frozen=True, slots=True)
class _Found:
    """A session, and who this browser is in it (None: nobody yet)."""

    meeting: Meeting
    circle: Circle
    who: Caller | None
    name: str


def _find(meeting_id: str) -> _Found | None:
    def work(db: Session) -> _Found | None:
        try:
            meeting = meetings.load(db, meeting_id)
        except NotFound:
            return None
        circle = db.get_one(Circle, meeting.circle_id)
        member = member_of(db, session, circle.id)
        return _Found(meeting, circle, caller(member) if member else None, member.name if member else "")

    return _hub().committer.read(work)


def _who(meeting_id: str) -> Caller:
    """Who asks, by as little reading as can be: a thousand may come back at once. Raises NotFound."""

    def work(db: Session) -> Member | None:
        circle_id = db.scalar(select(MeetingRow.circle_id).where(MeetingRow.id == meeting_id))
        return member_of(db, session, circle_id) if circle_id else None

    member = _hub().committer.read(work)
    if member is None:
        raise NotFound("not_found")
    _pace().check(member.id)
    return caller(member)


def _pace() -> Pace:
    pace: Pace = current_app.extensions["circle.pace"]
    return pace
