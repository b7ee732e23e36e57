"""The notes of an evening: the host's form, its preview and release, the lines behind the sign-in, the
mailbox where no mail server is set."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from circle.domain.errors import Invalid, NotFound
from circle.domain.meeting import Meeting
from circle.domain.summary import NOTES_KEPT, Notes
from circle.services.closing import Draft, NotesChanged
from circle.services.identity import caller, member_of
from circle.services.letters import NOWHERE
from circle.services.mailbox import Mailbox, body, unwrapped
from circle.services.notes_form import advice
from circle.services.ports import Caller
from circle.store import meetings
from circle.store.models import Circle
from circle.web.login import account, login_required
from circle.web.support import field_errors, hub, settings

blueprint = Blueprint("notes", __name__)
Page = str | AnyResponse | tuple[str, int]

FIELDS = ("titles", "from_host", "practice", "next_text", "reply_to", "line_ids")
# A mail's HTML as a page of its own: no script, no request to anywhere, links that lead nowhere.
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


# -- the draft ----------------------------------------------------------------------------------------
@blueprint.get("/meet/<meeting_id>/summary")
@login_required
def summary(meeting_id: str) -> Page:
    """The form; once released, how each mail fares."""
    who = _caller(meeting_id)
    draft = hub().closing.get(who, meeting_id)
    if draft.state != "draft":
        return render_template(
            "notes/sent.html",
            draft=draft,
            deliveries=hub().closing.deliveries(who, meeting_id),
            to_mailbox=not settings().smtp_url,
        )
    return _form_page(draft, draft.notes, draft.version)


@blueprint.post("/meet/<meeting_id>/summary")
@login_required
def keep(meeting_id: str) -> Page:
    """Keep the form, and look at it if asked; a form that does not fit comes back with its words."""
    who, form = _caller(meeting_id), read_form(request.form, _practices())
    closing = hub().closing
    try:
        closing.save(who, meeting_id, form, request.form.get("version", 0, type=int))
    except Invalid as refusal:
        draft = closing.get(who, meeting_id)
        page = _form_page(draft, form, draft.version, errors=field_errors(refusal, *FIELDS))
        return page, refusal.status
    except NotesChanged as conflict:
        draft = closing.get(who, meeting_id)
        page = _form_page(draft, conflict.yours, conflict.version, other=conflict.stored)
        return page, conflict.status
    if request.form.get("then") == "look":
        return redirect(url_for("notes.preview", meeting_id=meeting_id), 303)
    flash("Kept. Nothing has gone out.")
    return redirect(url_for("notes.summary", meeting_id=meeting_id), 303)


@blueprint.get("/meet/<meeting_id>/summary/preview")
@login_required
def preview(meeting_id: str) -> Page:
    """The mail as one person gets it (`as`, the first by default), and the button that sends all."""
    who = _caller(meeting_id)
    draft = hub().closing.get(who, meeting_id)
    if draft.state != "draft":
        return redirect(url_for("notes.summary", meeting_id=meeting_id), 303)
    chosen = request.args.get("as") or next((member for member, _ in draft.people), "")
    mail = hub().closing.preview(who, meeting_id, chosen) if chosen else None
    if mail is not None and request.args.get("form") == "html":
        return _as_page(body(mail, "html"))
    return render_template(
        "notes/preview.html",
        draft=draft,
        chosen=chosen,
        mail=mail,
        text=_readable(mail) if mail is not None else "",
        now=hub().clock.now(),
    )


@blueprint.post("/meet/<meeting_id>/summary/release")
@login_required
def release(meeting_id: str) -> Page:
    """Send what was looked at, by its version. Pressing twice changes nothing."""
    version = request.form.get("version", -1, type=int)  # one that cannot be read was looked at by nobody
    hub().closing.release(_caller(meeting_id), meeting_id, version)
    return redirect(url_for("notes.summary", meeting_id=meeting_id), 303)


@blueprint.post("/meet/<meeting_id>/summary/again")
@login_required
def again(meeting_id: str) -> Page:
    """One mail that is stuck goes back into the queue."""
    hub().closing.try_again(_caller(meeting_id), meeting_id, request.form.get("id", ""))
    return redirect(url_for("notes.summary", meeting_id=meeting_id), 303)


# -- for members --------------------------------------------------------------------------------------
@blueprint.get("/meet/<meeting_id>/lines")
def lines(meeting_id: str) -> Page:
    """The lines a mail only points to, for people who were there, in the browser they came with."""
    who = _caller(meeting_id)
    found = hub().closing.lines(who, meeting_id)

    def about(db: Session) -> tuple[Meeting, Circle]:
        meeting = meetings.load(db, meeting_id)
        return meeting, db.get_one(Circle, meeting.circle_id)

    meeting, circle = hub().committer.read(about)
    until = (meeting.ended_at or meeting.starts_at) + NOTES_KEPT
    return render_template(
        "notes/lines.html", lines=found, circle=circle, meeting=meeting, until=until, now=hub().clock.now()
    )


# -- without SMTP -------------------------------------------------------------------------------------
@blueprint.get("/mailbox")
@login_required
def mailbox() -> Page:
    """What would have been sent, for the circles this facilitator hosts."""
    kept = _mailbox().all(account().id)
    return render_template("notes/mailbox.html", kept=kept, smtp=bool(settings().smtp_url))


@blueprint.get("/mailbox/<mail_id>")
@login_required
def mail(mail_id: str) -> Page:
    """One of them, as text; as HTML with `form=html`."""
    found = _mailbox().one(account().id, mail_id)
    if request.args.get("form") == "html":
        return _as_page(found.html)
    return render_template("notes/mail.html", mail=found, text=unwrapped(found.text))


# -- inside -------------------------------------------------------------------------------------------
def read_form(form: Mapping[str, str], practices: Mapping[str, str]) -> Notes:
    """The notes as the form sent them. `practices`: the library's texts by id."""
    lines = form.getlist("line_ids") if hasattr(form, "getlist") else ()
    return Notes(
        titles=tuple(form.get("titles", "").splitlines()),
        from_host=form.get("from_host", ""),
        # One that is chosen comes first; words typed below are never dropped unread.
        practice=practices.get(form.get("practice", ""), form.get("practice_own", "")),
        next_text=form.get("next_text", ""),
        reply_to=form.get("reply_to", ""),
        line_ids=tuple(lines),
    )


def _form_page(
    draft: Draft,
    notes: Notes,
    version: int,
    errors: dict[str, str] | None = None,
    other: Notes | None = None,
) -> str:
    practices = _practices()
    chosen = next((key for key, text in practices.items() if text == notes.practice), "")
    return render_template(
        "notes/summary.html",
        draft=draft,
        notes=notes,
        version=version,
        other=other,
        errors=errors or {},
        advice=advice(notes, draft.names),
        practices=[("", "None of these"), *practices.items()],
        practice=chosen,
        practice_own="" if chosen else notes.practice,
    )


def _readable(mail: EmailMessage) -> str:
    """The text of a preview, for a page of any width."""
    return unwrapped(body(mail, "plain")).replace(NOWHERE, "a link of their own")


def _practices() -> dict[str, str]:
    return {practice.id: practice.text for practice in hub().library.practices}


def _caller(meeting_id: str) -> Caller:
    """Who this browser is in that session's circle. Raises NotFound."""

    def work(db: Session) -> Caller:
        member = member_of(db, session, meetings.load(db, meeting_id).circle_id)
        if member is None:
            raise NotFound("not_found")
        return caller(member)

    return hub().committer.read(work)


def _mailbox() -> Mailbox:
    return Mailbox(hub().committer, hub().keys)


def _as_page(html: str) -> Response:
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY})
