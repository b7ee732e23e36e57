"""Facilitators' pages, through Flask-Login, kept thin: who is signed in stands in our own session alone.

Flask-Login's session keys, its remember cookie and its address-bound protection are not used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Request, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin
from flask_login import current_user as _current
from flask_login import login_required as _login_required
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from circle.services.identity import signed_in_user
from circle.web.support import hub

View = TypeVar("View", bound=Callable[..., Any])

login_manager = LoginManager()
login_manager.session_protection = None  # it would keep a hash of the person's address


@dataclass(frozen=True)
class Account(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The facilitator who asks."""

    id: str
    name: str
    address: str


@login_manager.request_loader  # type: ignore[untyped-decorator]
def load_account(_request: Request) -> Account | None:
    """Who is signed in, looked up again for every request."""

    def work(db: Session) -> Account | None:
        user = signed_in_user(db, session)
        return Account(user.id, user.name, user.address) if user is not None else None

    return hub().committer.read(work)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> Response:
    """To the sign-in page, and back afterwards if the page can be opened again."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("signin.sign_in", next=wanted or None), 303)


def login_required(view: View) -> View:
    """A page for signed-in facilitators only (Flask-Login's decorator, with its type)."""
    return cast(View, _login_required(view))


def account() -> Account:
    """The signed-in facilitator, on pages under `login_required`."""
    found: Account = _current._get_current_object()
    return found


def is_signed_in() -> bool:
    """Whether this browser is a facilitator's."""
    return bool(_current.is_authenticated)


def safe_next(target: str, otherwise: str) -> str:
    """A path of ours to go on to; `otherwise` for anything that could lead to another site."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith("//") and not parts.scheme and not parts.netloc
    return target if ours and "\\" not in target and target.isprintable() else otherwise
