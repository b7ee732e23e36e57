"""Refusals and faults over HTTP, in one place: a kind page, or JSON for a page's own requests."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from circle.domain.errors import CircleError
from circle.logs import say_fault
from circle.web.support import sentence

Answer = tuple[Any, int]

_HTTP_CODES = {
    403: "not_allowed",
    404: "not_found",
    405: "not_found",
    413: "too_long",
    429: "too_many",
}


def register_errors(app: Flask) -> None:
    """Every way a request can end without its page."""
    app.register_error_handler(CircleError, on_refusal)
    app.register_error_handler(CSRFError, on_old_page)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_fault)
    app.log_exception = _unfinished  # type: ignore[method-assign]


def wants_json() -> bool:
    """Whether a script asks rather than a person's browser."""
    if request.headers.get("X-Requested-With") == "fetch":
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def on_refusal(refusal: CircleError) -> Answer:
    """A typed refusal, in its sentence."""
    return _answer(refusal.code, refusal.status, refusal.fields)


def on_old_page(_error: CSRFError) -> Answer:
    """A form without its token: most often a page from before a sign-in or a long sleep."""
    return _answer("page_old", 400)


def on_http(error: HTTPException) -> Any:
    """What Flask itself refuses. Redirects go their way."""
    status = error.code or 500
    if status < 400:
        return error
    return _answer(_HTTP_CODES.get(status, "invalid" if status < 500 else "our_side"), status)


def on_fault(error: Exception) -> Answer:
    """A fault of ours. Logged by kind and place only: the message may hold somebody's words, and the
    address may hold the token of a door."""
    say_fault(error, page=request.endpoint)
    return _answer("our_side", 500)


def _unfinished(exc_info: Any) -> None:
    """In place of Flask's own line about a request that could not be finished (a session that could not
    be written, say): it would hold the request's address."""
    say_fault(exc_info[1], page=request.endpoint)


def _answer(code: str, status: int, fields: dict[str, str] | None = None) -> Answer:
    message = sentence(code, status)
    if wants_json():
        error = {"code": code, "message": message, "fields": fields or {}}
        return {"ok": False, "error": error}, status
    return render_template("errors/refusal.html", message=message, status=status), status
