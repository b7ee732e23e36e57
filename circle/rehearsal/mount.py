"""Where the pages of a rehearsal are: `/rehearsal/<token>/desk/...` and `/rehearsal/<token>/seat/...`.

The same small application under two names, so that one browser is the host in one frame and a member in the
other. It has no cookies: who somebody is there follows from the frame, and that they may be there from the
sign-in of the outer application, looked up for every request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from circle.rehearsal.frames import FRAME, FRAMES
from circle.rehearsal.rehearsals import PREFIX, Begun, RehearsalsOfProcess
from circle.settings import Settings
from circle.web.login import load_account
from circle.web.security import behind_proxies

QUIET = "/quiet/"  # posted without a cookie, on purpose; the token of the rehearsal is in the path
_THERE = ("/meet/", "/live/", "/socket.io/", QUIET, "/help")  # nothing else of the application is there
_NOWHERE = "/not-in-a-rehearsal"

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def mounted(outer: Flask, inner: Wsgi, rehearsals: RehearsalsOfProcess, settings: Settings) -> Wsgi:
    """`inner` (all of the outer application), with the rehearsals before it."""

    def there(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found = _find(environ["PATH_INFO"], rehearsals)
        if found is None:
            return inner(environ, start_response)
        begun, frame, path = found
        house = begun.house
        if house is None or not (path.startswith(QUIET) or _may_look(outer, environ, begun)):
            return inner(environ, start_response)
        if not path.startswith(QUIET):  # that address refuses cookies itself
            environ.pop("HTTP_COOKIE", None)
        environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}{PREFIX}{begun.token}/{frame}"
        environ["PATH_INFO"] = path if path.startswith(_THERE) else _NOWHERE
        environ[FRAME] = frame
        return house.app(environ, start_response)

    known = behind_proxies(there, settings)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        inside = environ.get("PATH_INFO", "").startswith(PREFIX)
        return known(environ, start_response) if inside else inner(environ, start_response)

    return answer


def _find(path: str, rehearsals: RehearsalsOfProcess) -> tuple[Begun, str, str] | None:
    token, _, rest = path.removeprefix(PREFIX).partition("/")
    frame, _, inside = rest.partition("/")
    begun = rehearsals.at(token)
    if begun is None or frame not in FRAMES:
        return None
    return begun, frame, f"/{inside}"


def _may_look(outer: Flask, environ: dict[str, Any], begun: Begun) -> bool:
    with outer.request_context(dict(environ)) as context:
        account = load_account(context.request)
    return account is not None and account.id == begun.user_id
