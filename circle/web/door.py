"""The door: a circle's permanent link. Three screens (name, agreements, seat), plain forms, no account.

What somebody has chosen on the way stands in their server-side session under `DOOR`, so that each
screen can be loaded again, and pressed twice.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid, NotAllowed, NotNow
from circle.services.joining import Arrival, Door
from circle.services.ports import new_id
from circle.web import limits
from circle.web.support import field_errors, hub, remember_member

blueprint = Blueprint("door", __name__)
Page = str | Response | tuple[str, int]

# What hosts read, in the person's own voice.
TALK_FIRST = "I would like to talk with you before I say yes to the agreements."
_SHUT = frozenset({"door_locked", "full", "removed"})  # refusals that all read the same
DOOR = "door"  # session key: circle id -> {"print", "agreed"}, and until one sits {"member", "name"}


@blueprint.get("/c/<door_token>")
def name(door_token: str) -> Page:
    """Where the link leads: the first question, or straight back to one's own chair."""
    door = _door(door_token)
    return _elsewhere(door) or _name_page(door, _chosen(door).get("name", door.name))


@blueprint.post("/c/<door_token>")
@limits.join_per_line
@limits.join_per_browser
def give_name(door_token: str) -> Page:
    """First screen: the name. Known people who have said yes to these agreements skip the second."""
    door = _door(door_token)
    if (other := _elsewhere(door)) is not None:
        return other
    typed = request.form.get("name", "")
    member_id = door.member_id or _chosen(door).get("member") or new_id()
    try:
        called = hub().joining.arriving(door, typed, member_id)
    except Invalid as refusal:
        return _name_page(door, typed, field_errors(refusal)), refusal.status
    _choose(door, name=called, member=member_id)
    return redirect(url_for(_next_screen(door), door_token=door_token), 303)


@blueprint.get("/c/<door_token>/agreements")
def agreements(door_token: str) -> Page:
    """Second screen: how we want to be together, one thought per line."""
    door = _door(door_token)
    if (other := _elsewhere(door)) is not None:
        return other
    if not _chosen(door).get("name"):
        return redirect(url_for("door.name", door_token=door_token), 303)
    return render_template("door/agreements.html", door=door)


@blueprint.post("/c/<door_token>/agreements")
@limits.join_per_line
@limits.join_per_browser
def answer(door_token: str) -> Page:
    """ "I can do this", or "I would like to talk first": both lead on to the door."""
    door = _door(door_token)
    if (other := _elsewhere(door)) is not None:
        return other
    if request.form.get("answer") not in ("yes", "talk"):
        return redirect(url_for("door.agreements", door_token=door_token), 303)
    _choose(door, print=door.agreements_print, agreed=request.form["answer"] == "yes")
    return redirect(url_for("door.seat", door_token=door_token), 303)


@blueprint.get("/c/<door_token>/seat")
def seat(door_token: str) -> Page:
    """Third screen: a chair, and what happens next."""
    door = _door(door_token)
    if (other := _elsewhere(door)) is not None:
        return other
    screen = _next_screen(door)
    if screen != "door.seat":
        return redirect(url_for(screen, door_token=door_token), 303)
    return render_template("door/seat.html", door=door, arrival=_arrival(door))


@blueprint.post("/c/<door_token>/seat")
@limits.join_per_line
@limits.join_per_browser
def take_seat(door_token: str) -> Page:
    """Sit down, and go to the room."""
    door = _door(door_token)
    if (other := _elsewhere(door)) is not None:
        return other
    screen = _next_screen(door)
    if screen != "door.seat":
        return redirect(url_for(screen, door_token=door_token), 303)
    arrival = _arrival(door)
    try:
        meeting_id = hub().joining.take_seat(door, arrival)
    except Invalid as refusal:  # somebody with this name was quicker: back to the first screen
        return _name_page(door, arrival.name, field_errors(refusal)), refusal.status
    except (NotAllowed, NotNow) as refusal:
        if refusal.code not in _SHUT:
            raise
        return _shut_page(door)
    remember_member(door.circle_id, arrival.member_id)
    again = door.agreements_print if arrival.agreed else ""  # or they are offered again next time
    session[DOOR] = {**session.get(DOOR, {}), door.circle_id: {"print": again, "agreed": arrival.agreed}}
    return _to_the_room(meeting_id)


@blueprint.get("/in/<token>")
def personal(token: str) -> Page:
    """A personal link: one button. Opening it does nothing yet, as previews open links too."""
    return render_template("door/personal.html", token=token)


@blueprint.post("/in/<token>")
@limits.one_use
def accept(token: str) -> Page:
    """The link is used up; this browser is that person from here on."""
    circle_id, member_id, door_token = hub().joining.accept(token)
    remember_member(circle_id, member_id)
    return redirect(url_for("door.name", door_token=door_token), 303)


# -- what stands in the session -----------------------------------------------------------------------
def _door(door_token: str) -> Door:
    return hub().joining.door(door_token, session)


def _chosen(door: Door) -> dict[str, Any]:
    chosen: dict[str, Any] = session.get(DOOR, {}).get(door.circle_id, {})
    return chosen


def _choose(door: Door, **values: Any) -> None:
    session[DOOR] = {**session.get(DOOR, {}), door.circle_id: {**_chosen(door), **values}}


def _next_screen(door: Door) -> str:
    """The endpoint of the first screen that is still open."""
    chosen = _chosen(door)
    if not chosen.get("name"):
        return "door.name"
    return "door.seat" if chosen.get("print") == door.agreements_print else "door.agreements"


def _arrival(door: Door) -> Arrival:
    chosen = _chosen(door)
    agreed = bool(chosen.get("agreed"))
    member_id = door.member_id or chosen["member"]
    return Arrival(member_id, chosen["name"], agreed, word="" if agreed else TALK_FIRST)


# -- pages --------------------------------------------------------------------------------------------
def _elsewhere(door: Door) -> Page | None:
    """Where this browser belongs instead of the form, if anywhere."""
    tonight = door.meeting if door.is_tonight else None
    if door.role == "host":
        return _to_the_room(tonight.id) if tonight else redirect(url_for("tonight.tonight"), 303)
    if door.is_shut:
        return _shut_page(door)
    if tonight is None:
        return render_template("door/quiet.html", door=door, now=hub().clock.now())
    return _to_the_room(tonight.id) if door.is_sitting else None


def _to_the_room(meeting_id: str) -> Response:
    return redirect(url_for("live.room", meeting_id=meeting_id), 303)


def _name_page(door: Door, typed: str, errors: dict[str, str] | None = None) -> str:
    return render_template("door/name.html", door=door, name=typed, errors=errors or {})


def _shut_page(door: Door) -> Page:
    """One page for locked, full, removed and not welcome: nobody reads from it which of them it is."""
    return render_template("door/shut.html", door=door), 409
