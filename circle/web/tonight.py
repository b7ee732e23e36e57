"""Tonight: what a facilitator lands on. Watch, hold, prepare; open the next door."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.services.planning import SHORT, door_is_near
from circle.web.drawing import mini_ribbon, mini_ring
from circle.web.login import account, login_required
from circle.web.support import field_errors, hub, public_url, settings

blueprint = Blueprint("tonight", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/tonight")
@login_required
def tonight() -> Page:
    """Three ways on, and the next evening at one's own table."""
    library = hub().library
    overview = hub().planning.overview(account().id)
    link = public_url("door.name", door_token=overview.next.circle.door_token) if overview.next else ""
    return render_template(
        "tonight/tonight.html",
        me=account(),
        overview=overview,
        now=hub().clock.now(),
        link=link,
        door_is_near=door_is_near,
        sends_mail=bool(settings().smtp_url),
        ring=mini_ring,
        ribbon=mini_ribbon([step.intensity for step in library.templates["T3"].steps]),
    )


@blueprint.get("/hold")
@login_required
def hold() -> Page:
    """The second tap: which circle, or a new one made on the spot."""
    return _hold_page()


@blueprint.post("/hold")
@login_required
def hold_now() -> Page:
    """Forty-five minutes, now; the door is open and the host sits."""
    form = request.form
    try:
        meeting_id = hub().planning.hold_now(
            account().id, form.get("circle", ""), form.get("zone", "UTC"), form.get("name", "")
        )
    except Invalid as refusal:
        return _hold_page(field_errors(refusal)), refusal.status
    return redirect(url_for("live.room", meeting_id=meeting_id), 303)


def _hold_page(errors: dict[str, str] | None = None) -> str:
    me = account()
    overview = hub().planning.overview(me.id)
    circles, near = overview.circles, overview.next.circle.id if overview.next else ""
    return render_template(
        "tonight/hold.html",
        circles=circles,
        choices=[(circle.id, circle.form.name) for circle in circles],
        chosen=near or (circles[0].id if circles else ""),  # the table one sits at next is meant
        plan=hub().library.templates[SHORT],
        name=request.form.get("name", f"{me.name}’s circle"),
        zone=request.form.get("zone", "UTC"),
        errors=errors or {},
    )


@blueprint.post("/open/<meeting_id>")
@login_required
def open_door(meeting_id: str) -> Page:
    """Open the door of a planned evening and sit down."""
    hub().planning.open_door(account().id, meeting_id)
    return redirect(url_for("live.room", meeting_id=meeting_id), 303)
