"""A circle's own pages: making one, its settings, its link, and a personal link for somebody.

Who hosts it stands on the page of its settings, and is changed in `hosts`.
"""

from __future__ import annotations

import re
from zoneinfo import available_timezones

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from circle.domain.errors import Invalid
from circle.services.circles import CircleForm, Circles, HostedCircle
from circle.services.numbers import guess_country
from circle.web.login import account, login_required
from circle.web.support import field_errors, hub, public_url

blueprint = Blueprint("circles", __name__)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
Page = str | Response | tuple[str, int]


@blueprint.get("/circle/new")
@login_required
def new() -> Page:
    """A circle's name, its clock, its country, and where people speak."""
    known = tuple(hub().library.helplines.countries)
    country = guess_country([language for language, _ in request.accept_languages], known)
    return form_page(None, CircleForm(name="", zone="", country=country))


@blueprint.post("/circle/new")
@login_required
def create() -> Page:
    """The circle is there, and its link with it."""
    form = _read_form()
    try:
        circle_id = _circles().create(account().id, form)
    except Invalid as refusal:
        return form_page(None, form, field_errors(refusal)), refusal.status
    return redirect(url_for("circles.link", circle_id=circle_id), 303)


@blueprint.get("/circle/<circle_id>")
@login_required
def settings(circle_id: str) -> Page:
    """The same, later."""
    circle = _circles().get(account().id, circle_id)
    return form_page(circle, circle.form)


@blueprint.post("/circle/<circle_id>")
@login_required
def change(circle_id: str) -> Page:
    """Keep the settings."""
    circle = _circles().get(account().id, circle_id)
    form = _read_form()
    try:
        _circles().change(account().id, circle_id, form)
    except Invalid as refusal:
        return form_page(circle, form, field_errors(refusal)), refusal.status
    flash("Kept.")
    return redirect(url_for("circles.settings", circle_id=circle_id), 303)


@blueprint.post("/circle/<circle_id>/again")
@login_required
def welcome_again(circle_id: str) -> Page:
    """Somebody who was not to come back may come again."""
    _circles().welcome_again(account().id, circle_id, request.form.get("member", ""))
    flash("They may come again, from the next evening on.")
    return redirect(url_for("circles.settings", circle_id=circle_id), 303)


@blueprint.get("/circle/<circle_id>/link")
@login_required
def link(circle_id: str) -> Page:
    """The circle's permanent link, to copy or to hold a phone up to."""
    return _link_page(_circles().get(account().id, circle_id))


@blueprint.post("/circle/<circle_id>/link")
@login_required
def invite(circle_id: str) -> Page:
    """A personal link for somebody: shown once, as only its hash is kept."""
    circle = _circles().get(account().id, circle_id)
    name = request.form.get("name", "")
    try:
        token = hub().joining.invite(circle.id, name)
    except Invalid as refusal:
        return _link_page(circle, name=name, errors=field_errors(refusal)), refusal.status
    return _link_page(circle, personal=public_url("door.personal", token=token), name=name)


def _circles() -> Circles:
    return hub().planning.circles


def _read_form() -> CircleForm:
    form = request.form
    call_url = with_scheme(form.get("call_url", "")) if form.get("where") == "call" else ""
    return CircleForm(
        name=form.get("name", ""),
        zone=form.get("zone", ""),
        country=form.get("country", ""),
        call_url=call_url,
        admit="admit" in form,
        hosts_read_first="hosts_read_first" in form,
    )


def with_scheme(link: str) -> str:
    """A link as people paste it ("call.example/room"), with https:// where it names no scheme."""
    link = link.strip()
    return link if not link or _SCHEME.match(link) else f"https://{link}"


def form_page(
    circle: HostedCircle | None, form: CircleForm, errors: dict[str, str] | None = None, host_link: str = ""
) -> str:
    """The page of a circle's settings, or of a circle to be made. host_link: one that was made just now."""
    lasting = circle is not None and not circle.demo
    return render_template(
        "circles/form.html",
        circle=circle,
        form=form,
        hosts=hub().hosting.hosts(account().id, circle.id) if circle and lasting else None,
        host_link=host_link,
        not_welcome=_circles().not_welcome(account().id, circle.id) if circle else [],
        where=request.form.get("where", "call" if form.call_url else "write"),
        countries=[("", "Another country"), *sorted(_countries(), key=lambda item: item[1])],
        zones=sorted(zone for zone in available_timezones() if "/" in zone),
        errors=errors or {},
    )


def _countries() -> list[tuple[str, str]]:
    return list(hub().library.helplines.countries.items())


def _link_page(
    circle: HostedCircle, personal: str = "", name: str = "", errors: dict[str, str] | None = None
) -> str:
    address = public_url("door.name", door_token=circle.door_token)
    return render_template(
        "circles/link.html",
        circle=circle,
        link=address,
        picture=_picture(address),
        personal=personal,
        name=name,
        errors=errors or {},
    )


def _picture(address: str) -> Markup:
    """The address as a QR code: an inline SVG of paths, without styles."""
    drawn: str = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=2, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704  # drawn by the library from modules, no text of anybody in it
