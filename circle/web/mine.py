"""A member's own wishes: notes by mail, changed or stopped at any time."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid, NotFound
from circle.services.identity import member_of
from circle.services.joining import MAIL_KINDS
from circle.store import meetings
from circle.web import limits
from circle.web.security import csrf
from circle.web.support import field_errors, hub

blueprint = Blueprint("mine", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/meet/<meeting_id>/notes")
def notes(meeting_id: str) -> Page:
    """Would you like a note afterwards? For this circle, until it is changed."""
    return _notes_page(meeting_id, _me(meeting_id))


@blueprint.post("/meet/<meeting_id>/notes")
@limits.join_per_browser
def keep_notes(meeting_id: str) -> Page:
    """Keep the wish; "nothing" deletes the address."""
    member_id = _me(meeting_id)
    form = request.form
    try:
        hub().joining.wish_notes(
            member_id, form.get("kind", ""), form.get("address", ""), form.get("zone", "")
        )
    except Invalid as refusal:
        return _notes_page(meeting_id, member_id, field_errors(refusal)), refusal.status
    flash("Kept. You can change it here whenever you like.")
    return redirect(url_for("mine.notes", meeting_id=meeting_id), 303)


@blueprint.post("/meet/<meeting_id>/notes/words/<share_id>")
@limits.join_per_browser
def take_out(meeting_id: str, share_id: str) -> Page:
    """Words said by name and allowed for the notes are not to stand there after all; out of a mail that has
    gone nothing comes back. Lines without a name are not among them: nobody knows whose they are.
    """
    me, words = _me(meeting_id), hub().words
    hub().committer.submit(lambda db: words.take_out_of_notes(db, meeting_id, me, share_id))
    flash("These words do not go into the notes.")
    return redirect(url_for("mine.notes", meeting_id=meeting_id), 303)


@blueprint.get("/stop/<token>")
def ask_stop(token: str) -> Page:
    """The link under every mail: one button."""
    return render_template("mine/stop.html", token=token, done=False)


@blueprint.post("/stop/<token>")
@limits.one_use
def stop(token: str) -> Page:
    """No more mail, and the address is deleted. Also for mail programs: no cookie, no form token, no
    sign-in (RFC 8058); the token can do this one thing."""
    hub().joining.stop(token)
    return render_template("mine/stop.html", token=token, done=True)


csrf.exempt(stop)


def _me(meeting_id: str) -> str:
    """The member this browser is in that session's circle. Raises NotFound."""

    def work(db: Session) -> str:
        member = member_of(db, session, meetings.load(db, meeting_id).circle_id)
        if member is None or member.banned:
            raise NotFound("not_found")
        return member.id

    return hub().committer.read(work)


def _notes_page(meeting_id: str, member_id: str, errors: dict[str, str] | None = None) -> str:
    wish = hub().joining.note_wish(member_id)
    form = request.form
    kind = form.get("kind", wish.kind)
    return render_template(
        "mine/notes.html",
        meeting_id=meeting_id,
        wish=wish,
        words=hub().committer.read(lambda db: hub().words.allowed_by(db, meeting_id, member_id)),
        kind=kind if kind in MAIL_KINDS else "none",
        address=form.get("address", wish.address),
        zone=form.get("zone", wish.zone),
        errors=errors or {},
    )
