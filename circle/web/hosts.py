"""Who hosts a circle: the link that asks somebody, the page behind it, and the end of hosting.

Before somebody is signed in, the page behind the link says nothing of the circle and is the same for every
token: links are opened by previews, and forwarded.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.services.hosting import Hosting
from circle.web import limits
from circle.web.circles import form_page
from circle.web.login import account, is_signed_in, login_required
from circle.web.support import field_errors, hub, public_url, sentence, start_sign_in

blueprint = Blueprint("hosts", __name__)
Page = str | Response | tuple[str, int]


# -- on the circle's page -----------------------------------------------------------------------------
@blueprint.post("/circle/<circle_id>/hosts")
@login_required
def ask(circle_id: str) -> Page:
    """A link that makes one person a host: shown once, as only its hash is kept."""
    token = _hosting().ask(account().id, circle_id)
    circle = hub().planning.circles.get(account().id, circle_id)
    return form_page(circle, circle.form, host_link=public_url("hosts.offer", token=token))


@blueprint.post("/circle/<circle_id>/hosts/take-back")
@login_required
def take_back(circle_id: str) -> Page:
    """Links that nobody has used yet stop working."""
    _hosting().close_links(account().id, circle_id)
    flash("Those links lead nowhere now.")
    return _who_hosts(circle_id)


@blueprint.get("/circle/<circle_id>/hosts/<member_id>/end")
@login_required
def ending(circle_id: str, member_id: str) -> Page:
    """What happens when this person hosts no more, before it does."""
    what = _hosting().ending(account().id, circle_id, member_id)
    return render_template("hosts/end.html", what=what, circle_id=circle_id, member_id=member_id)


@blueprint.post("/circle/<circle_id>/hosts/<member_id>/end")
@login_required
def end(circle_id: str, member_id: str) -> Page:
    """They host here no more."""
    what = _hosting().ending(account().id, circle_id, member_id)
    _hosting().end(account().id, circle_id, member_id)
    if what.me:
        flash(f"You do not host {what.circle_name} any more.")
        return redirect(url_for("tonight.tonight"), 303)
    flash(f"{what.name} does not host here any more.")
    return _who_hosts(circle_id)


# -- behind the link ----------------------------------------------------------------------------------
@blueprint.get("/host/<token>")
@limits.one_use_look
def offer(token: str) -> Page:
    """One button, or a new account. Opening the link does nothing yet, as previews open links too."""
    return _offer_page(token) if is_signed_in() else _account_page(token)


@blueprint.post("/host/<token>")
@limits.one_use
def accept(token: str) -> Page:
    """The link is used up; the one who is signed in hosts the circle."""
    if not is_signed_in():
        return redirect(url_for("signin.sign_in", next=url_for("hosts.offer", token=token)), 303)
    try:
        circle_name = _hosting().accept(account().id, token, request.form.get("name", ""), session)
    except Invalid as refusal:
        return _offer_page(token, field_errors(refusal)), refusal.status
    return _welcome(circle_name)


@blueprint.post("/host/<token>/account")
@limits.one_use
def accept_new(token: str) -> Page:
    """The link is used up; the account is made, signed in, and hosts the circle."""
    if is_signed_in():  # in another tab meanwhile: nobody else's account takes this up by itself
        return redirect(url_for("hosts.offer", token=token), 303)
    form = request.form
    try:
        user_id, circle_name = _hosting().accept_new(
            token, form.get("address", ""), form.get("name", ""), form.get("password", ""), session
        )
    except Invalid as refusal:
        return _account_page(token, field_errors(refusal)), refusal.status
    start_sign_in(hub().accounts.signed_in(user_id))
    return _welcome(circle_name)


# -- inside -------------------------------------------------------------------------------------------
def _hosting() -> Hosting:
    return hub().hosting


def _who_hosts(circle_id: str) -> Response:
    return redirect(url_for("circles.settings", circle_id=circle_id, _anchor="hosts"), 303)


def _welcome(circle_name: str) -> Response:
    flash(f"You host {circle_name}. It is here, with everything that is planned.")
    return redirect(url_for("tonight.tonight"), 303)


def _offer_page(token: str, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "hosts/offer.html",
        token=token,
        offer=_hosting().offer(account().id, token),
        name=request.form.get("name", account().name),
        address=account().address,
        errors=errors or {},
    )


def _account_page(token: str, errors: dict[str, str] | None = None) -> str:
    known = (errors or {}).get("address") == sentence("address_taken")
    return render_template("hosts/account.html", token=token, errors=errors or {}, known=known)
