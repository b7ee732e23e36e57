"""Rehearsal: a planned evening walked through with made-up people. What it is stands in circle/rehearsal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import CircleError, Invalid, NotNow
from circle.domain.meeting import Phase
from circle.services.letters import NOWHERE
from circle.services.mailbox import body, unwrapped
from circle.services.planning import Evening
from circle.services.rehearsing import SPEEDS, Rehearsal, Rehearsals, RehearsalState
from circle.web.errors import wants_json
from circle.web.login import account, login_required
from circle.web.notes import MAIL_POLICY
from circle.web.security import content_policy
from circle.web.support import hub, sentence, settings
from circle.web.wording import clock_time

blueprint = Blueprint("rehearse", __name__)
Page = str | Response | tuple[str, int]
Data = dict[str, Any]


@blueprint.get("/prepare/<meeting_id>/rehearse")
@login_required
def ask(meeting_id: str) -> Page:
    """What a rehearsal is, and the button."""
    return _ask_page(_planned(meeting_id))


@blueprint.post("/prepare/<meeting_id>/rehearse")
@login_required
def begin(meeting_id: str) -> Page:
    """The curtain goes up; the same page with a kind line where there is no room for it now."""
    evening = _planned(meeting_id)
    try:
        begun = _all().begin(account().id, evening, hub().builder.cards(meeting_id))
    except CircleError as refusal:
        return _ask_page(evening, sentence(refusal.code, refusal.status)), refusal.status
    return redirect(url_for("rehearse.look", token=begun.token), 303)


@blueprint.get("/rehearse/<token>")
@login_required
def look(token: str) -> Response:
    """The desk and a member's page side by side, and what moves the evening."""
    begun = _mine(token)
    page = render_template(
        "rehearse/rehearse.html", rehearsal=begun, state=_said(begun, begun.state()), speeds=SPEEDS
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = content_policy(settings(), frames=True)
    return answer


@blueprint.get("/rehearse/<token>/now")
@login_required
def now(token: str) -> Data:
    """Where it is, for the page's script."""
    begun = _mine(token)
    return _said(begun, begun.state())


@blueprint.post("/rehearse/<token>/set")
@login_required
def change(token: str) -> Data | Response:
    """Speed, pause, whether the desk goes on by itself, the way to the tender part. `do` says which."""
    begun = _mine(token)
    match request.form.get("do", ""):
        case "pause" | "go" as what:
            begun.pause(what == "pause")
        case "lead" | "leave" as what:
            begun.lead(what == "leave")
        case "jump":
            begun.jump()
        case speed if speed.isascii() and speed.isdigit() and len(speed) <= 3:
            begun.run_at(int(speed))
        case _:
            raise Invalid("invalid")
    if wants_json():
        return _said(begun, begun.state())
    return redirect(url_for("rehearse.look", token=token), 303)


@blueprint.get("/rehearse/<token>/mail")
@login_required
def mail(token: str) -> Page:
    """The mail this evening would send; as HTML with `form=html`."""
    begun = _mine(token)
    message = begun.mail()
    if request.args.get("form") == "html":
        policy = {"Content-Security-Policy": MAIL_POLICY}
        return Response(body(message, "html"), mimetype="text/html", headers=policy)
    text = unwrapped(body(message, "plain")).replace(NOWHERE, "a link of their own")
    return render_template("rehearse/mail.html", rehearsal=begun, mail=message, text=text)


@blueprint.post("/rehearse/<token>/end")
@login_required
def end(token: str) -> Response:
    """Everything in it is gone."""
    begun = _mine(token)
    meeting_id = begun.evening.meeting.id
    begun.end()
    flash("The rehearsal is over. Nothing of it was kept.")
    return redirect(url_for("prepare.look", meeting_id=meeting_id), 303)


# -- inside -------------------------------------------------------------------------------------------
def _all() -> Rehearsals:
    found: Rehearsals = current_app.extensions["circle.rehearsals"]
    return found


def _mine(token: str) -> Rehearsal:
    return _all().of(account().id, token)


def _planned(meeting_id: str) -> Evening:
    """Raises NotFound, NotNow once the door was open."""
    evening = hub().planning.evening(account().id, meeting_id)
    if evening.meeting.phase is not Phase.PLANNED:
        raise NotNow("plan_frozen")
    return evening


def _ask_page(evening: Evening, refusal: str = "") -> str:
    return render_template("rehearse/ask.html", evening=evening, refusal=refusal)


def _said(begun: Rehearsal, state: RehearsalState) -> Data:
    """The state as the page shows it, on the circle's clock; instants are for its script."""
    zone = begun.evening.circle.form.zone

    def at(instant: datetime) -> str:
        return clock_time(instant, zone)

    return {
        "ok": True,
        "clock": at(state.now),
        "now": state.now.isoformat(),
        "speed": state.speed,
        "paused": state.paused,
        "rate": 0 if state.paused else state.speed,
        "leads": state.leads,
        "over": state.over,
        "before_tender": state.before_tender,
        "happened": [
            {"at": at(one.at), "instant": one.at.isoformat(), "words": one.words} for one in state.happened
        ],
    }
