"""Pages that belong to nobody: the first one, the numbers, and what machines ask for."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from circle.services.numbers import guess_country, help_book
from circle.web.drawing import mini_ribbon, mini_ring, ribbon_path
from circle.web.login import is_signed_in
from circle.web.support import hub, settings

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str | AnyResponse:
    """For hosts, Tonight; for everybody else a few plain words."""
    if is_signed_in():
        return redirect(url_for("tonight.tonight"), 303)
    return render_template("pages/home.html")


@blueprint.get("/help")
def numbers() -> str:
    """Numbers one can call, by country. Nobody watches this page, and it says so."""
    library = hub().library
    known = tuple(library.helplines.countries)
    wanted = request.args.get("country")
    if wanted is None:
        wanted = guess_country([language for language, _ in request.accept_languages], known)
    book = help_book(library, wanted if wanted.upper() in known else "", hub().clock.now().date())
    return render_template("pages/help.html", book=book)


@blueprint.get("/offline")
def offline() -> str:
    """What the service worker keeps: shown when there is no line. The same for everybody."""
    return render_template("pages/offline.html", book=help_book(hub().library, "", hub().clock.now().date()))


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker. At the top level, as it may only serve addresses below its own."""
    shelf = sha256(offline().encode()).hexdigest()[:12]  # changed numbers make a changed worker
    answer = Response(render_template("pages/sw.js", shelf=shelf), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/healthz")
def health() -> tuple[str, int, dict[str, str]]:
    """Whether this process serves and its database answers, for whoever runs it."""
    try:
        hub().committer.read(lambda db: db.execute(text("SELECT 1")))
    except SQLAlchemyError:
        return "the database does not answer\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/patterns")
def patterns() -> str:
    """Every component on one page, for whoever builds on them. Not in production."""
    if settings().production:
        abort(404)
    return render_template(
        "patterns.html", mini_ring=mini_ring, mini_ribbon=mini_ribbon, ribbon_path=ribbon_path
    )
