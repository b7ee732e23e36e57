"""Putting the pages, and what guards them, on a Flask app."""

from __future__ import annotations

from flask import Flask

from circle.settings import Settings
from circle.web.circles import blueprint as circles
from circle.web.door import blueprint as door
from circle.web.errors import register_errors
from circle.web.hosts import blueprint as hosts
from circle.web.library import blueprint as library
from circle.web.limits import limiter
from circle.web.login import login_manager
from circle.web.mine import blueprint as mine
from circle.web.notes import blueprint as notes
from circle.web.notyet import blueprint as not_yet
from circle.web.outline import blueprint as outline
from circle.web.ownfiles import blueprint as ownfiles
from circle.web.ownprompts import blueprint as own
from circle.web.pages import blueprint as pages
from circle.web.prepare import blueprint as prepare
from circle.web.read import blueprint as read_aloud
from circle.web.rehearse import blueprint as rehearse
from circle.web.security import guard
from circle.web.sessions import ServerSessions
from circle.web.sheet import blueprint as sheet
from circle.web.signin import blueprint as signin
from circle.web.support import template_words
from circle.web.tonight import blueprint as tonight
from circle.web.watch import blueprint as watch

BODY_MAX = 64 * 1024  # bytes of a form: four times the longest text anybody may send


def install(app: Flask, settings: Settings, *, framed: bool = False) -> None:
    """Sessions, guards, error pages and blueprints.

    framed: for the application inside a rehearsal's frames. It has no door of its own to count at, and
    the counts, which are one for the process, stay those of the outer application.

    `app.secret_key` has to be set and to outlive a restart: it signs the tokens of forms that stand
    open. `app.extensions["circle"]` (the Hub) may come later, but before the first request.
    """
    if not app.secret_key:
        raise RuntimeError("app.secret_key is not set")
    app.config["CIRCLE_SETTINGS"] = settings
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX
    app.session_interface = ServerSessions(always_secure=settings.production)
    guard(app, settings, framed=framed)
    if not framed:
        limiter.init_app(app)
    login_manager.init_app(app)
    register_errors(app)
    app.context_processor(template_words)
    for blueprint in (
        pages,
        door,
        mine,
        notes,
        signin,
        tonight,
        circles,
        hosts,
        prepare,
        rehearse,
        outline,
        sheet,
        read_aloud,
        not_yet,
        library,
        own,
        ownfiles,
        watch,
    ):
        app.register_blueprint(blueprint)
