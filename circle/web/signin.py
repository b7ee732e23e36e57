"""Facilitators come in: address and password, a one-use link, or the very first account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.services.accounts import FIRST, SignedIn
from circle.services.conduct import Conduct
from circle.services.identity import GENERATION
from circle.web import limits
from circle.web.login import account, is_signed_in, login_required, safe_next
from circle.web.sessions import delete_session
from circle.web.support import browser_session, came_by_link, field_errors, hub, sentence, start_sign_in

blueprint = Blueprint("signin", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/signin")
def sign_in() -> Page:
    """Address and password."""
    if is_signed_in():
        return redirect(url_for("tonight.tonight"), 303)
    return _form()


@blueprint.post("/signin")
@limits.sign_in_per_line
@limits.sign_in_per_account
def take_sign_in() -> Page:
    """Signed in, under a new session id, or the form again with the address kept."""
    try:
        who = hub().accounts.sign_in(request.form.get("address", ""), request.form.get("password", ""))
    except Invalid as refusal:
        return _form(field_errors(refusal)), refusal.status
    start_sign_in(who)
    return redirect(safe_next(request.form.get("next", ""), url_for("tonight.tonight")), 303)


def _form(errors: dict[str, str] | None = None) -> str:
    return render_template(
        "signin/sign_in.html",
        address=request.form.get("address", ""),
        next=safe_next(request.values.get("next", ""), ""),
        errors=errors or {},
    )


@blueprint.get("/signin/link/<token>")
def link(token: str) -> Page:
    """One button. Opening the link does nothing yet, as previews open links too."""
    return render_template("signin/link.html", token=token)


@blueprint.post("/signin/link/<token>")
@limits.one_use
def use_link(token: str) -> Page:
    """The link is used up; this browser is the facilitator's. For a while they may choose a password."""
    accounts = hub().accounts
    start_sign_in(accounts.signed_in(accounts.consume(token, "signin")), by_link=True)
    return redirect(url_for("tonight.tonight"), 303)


@blueprint.get("/first/<token>")
def first(token: str) -> Page:
    """The very first account. Works with the link that starting the program prints, once."""
    if hub().accounts.anybody():
        return redirect(url_for("signin.sign_in"), 303)
    return _first_form(token)


@blueprint.post("/first/<token>")
@limits.one_use
def make_first(token: str) -> Page:
    """The account is made and signed in, or the form again with name and address kept."""
    accounts = hub().accounts
    form = request.form
    try:
        user_id = accounts.create_first(
            token, form.get("address", ""), form.get("name", ""), form.get("password", "")
        )
    except Invalid as refusal:
        return _first_form(token, field_errors(refusal)), refusal.status
    start_sign_in(accounts.signed_in(user_id))
    return redirect(url_for("tonight.tonight"), 303)


def _first_form(token: str, errors: dict[str, str] | None = None) -> str:
    return render_template("signin/first.html", token=token, errors=errors or {}, purpose=FIRST)


@blueprint.get("/account")
@login_required
def own() -> Page:
    """Who is signed in here, another password, and the ways out."""
    return _own_page()


@blueprint.post("/account/password")
@login_required
@limits.password_per_person
def change_password() -> Page:
    """Another password, or the page again. Every other browser is signed out; this one stays, under a new
    session id.
    """
    accounts, form = hub().accounts, request.form
    if not came_by_link() and "current" not in form:  # the page did not ask for it when it was opened
        return _own_page({"current": sentence("link_is_old")}), Invalid.status
    current = None if came_by_link() else form.get("current", "")
    browser = browser_session()
    who = SignedIn(account().id, browser[GENERATION])
    try:
        who = accounts.change_password(who, current, form.get("new", ""))
    except Invalid as refusal:
        return _own_page(field_errors(refusal, "current", "new")), refusal.status
    start_sign_in(who)
    flash("Your password is changed. Every other browser of yours is signed out; this one stays.")
    answer = redirect(url_for("signin.own"), 303)
    conduct = hub().conduct
    mine = accounts.members_of(who.user_id)
    # Only then: a page of this very browser that is cut off asks for a ticket at once, by its new cookie.
    answer.call_on_close(lambda: _cut(conduct, mine))
    return answer


def _own_page(errors: dict[str, str] | None = None) -> str:
    return render_template(
        "signin/account.html", account=account(), by_link=came_by_link(), errors=errors or {}
    )


@blueprint.post("/signout")
@login_required
def sign_out() -> Page:
    """This browser forgets everything; live connections of the person are cut.

    The session ends first: a page that is cut off asks for another ticket at once.
    """
    mine = hub().accounts.members_of(account().id)
    delete_session(hub(), browser_session().key)
    _cut(hub().conduct, mine)
    return _out()


@blueprint.post("/signout/everywhere")
@login_required
def sign_out_everywhere() -> Page:
    """Every sign-in of this person ends, in every browser."""
    _cut(hub().conduct, hub().accounts.end_everywhere(account().id))
    return _out()


def _cut(conduct: Conduct, member_ids: list[str]) -> None:
    for member_id in member_ids:
        conduct.revoke(member_id)


def _out() -> Response:
    browser_session().clear()
    answer = redirect(url_for("signin.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer
