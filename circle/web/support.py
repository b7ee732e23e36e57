"""What every page needs: the hub, settings, sentences, addresses that people can pass on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, request, session, url_for

from circle.domain.errors import CircleError, NotAllowed, NotFound, TooMany
from circle.services.accounts import SignedIn
from circle.services.hub import Hub
from circle.services.identity import BY_LINK, GENERATION, MEMBERS, USER
from circle.settings import Settings
from circle.web import wording
from circle.web.sessions import BrowserSession

WITHOUT_THE_OLD = timedelta(minutes=15)  # time for a new password, after coming in by a link
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def hub() -> Hub:
    """The use cases."""
    found: Hub = current_app.extensions["circle"]
    return found


def settings() -> Settings:
    """What the environment decided."""
    found: Settings = current_app.config["CIRCLE_SETTINGS"]
    return found


def sentence(code: str, status: int = 409) -> str:
    """The sentence people read for a refusal's code; a general one of its kind if it has none."""
    known = hub().library.refusals
    general = {
        NotAllowed.status: "not_allowed",
        NotFound.status: "not_found",
        TooMany.status: "too_many",
    }.get(status, "invalid" if status == 422 else "not_now")
    return known.get(code) or known.get(general) or "That did not go through. Your words are still here."


def field_errors(refusal: CircleError, *fields: str) -> dict[str, str]:
    """{field: sentence} for a form that comes back; a refusal about no field raises again.

    With `fields` given, so does one about any other field: the form could not show it.
    """
    if not refusal.fields or (fields and not set(refusal.fields) <= set(fields)):
        raise refusal
    return {field: sentence(code, refusal.status) for field, code in refusal.fields.items()}


def public_url(endpoint: str, **values: Any) -> str:
    """An address to give to others: on the first configured origin that is not this machine itself."""
    path = url_for(endpoint, **values)
    origins = [o for o in settings().allowed_origins if urlsplit(o).hostname not in _LOOPBACK]
    here = request.host_url.rstrip("/")
    return (here if here in origins or not origins else origins[0]) + path


def browser_session() -> BrowserSession:
    """This browser's server-side session."""
    found: object = cast(Any, session)._get_current_object()
    if not isinstance(found, BrowserSession):
        raise TypeError("the pages stand on server-side sessions")
    return found


def start_sign_in(who: SignedIn, *, by_link: bool = False) -> None:
    """This browser is the facilitator's from here on, under a new session id.

    by_link: they came by a one-use link, so that they may choose a password without the one they lost.
    """
    browser = browser_session()
    browser.rotate()
    for old in ("csrf_token", BY_LINK):
        browser.pop(old, None)
    browser.update({USER: who.user_id, GENERATION: who.generation})
    if by_link:
        browser[BY_LINK] = hub().clock.now().timestamp()


def came_by_link() -> bool:
    """Whether this browser's sign-in began with a one-use link within the last quarter of an hour."""
    since = browser_session().get(BY_LINK)
    if since is None:
        return False
    return 0 <= hub().clock.now().timestamp() - float(since) < WITHOUT_THE_OLD.total_seconds()


def remember_member(circle_id: str, member_id: str) -> None:
    """This browser is this person in this circle, and is remembered for another month.

    The session keeps its id: a second press on *Take a seat* arrives with the old cookie, and the
    person would be locked out by their own name. Ids made elsewhere are never taken up (sessions.py).
    """
    browser = browser_session()
    browser[MEMBERS] = {**browser.get(MEMBERS, {}), circle_id: member_id}
    browser.renew()


def template_words() -> dict[str, Any]:
    """What all templates can use."""
    return {
        "numbers_url": url_for("pages.numbers"),
        "clock_time": wording.clock_time,
        "date_words": wording.date_words,
        "day_words": wording.day_words,
        "minutes_words": wording.minutes_words,
        "names_words": wording.names_words,
    }
