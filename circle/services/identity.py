"""Who is asking, from a browser's server-side session. Looked up again at every use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.services.ports import Caller
from circle.store.models import Member, User

# Keys of the server-side session.
USER, GENERATION, MEMBERS = "user_id", "generation", "members"
BY_LINK = "by_link"  # when this browser came in by a one-use link, in seconds; nowhere else


def signed_in_user(db: Session, cookie: Mapping[str, Any]) -> User | None:
    """The facilitator signed in in this browser; None after a sign-out everywhere."""
    user = db.get(User, cookie.get(USER, ""))
    return user if user is not None and user.generation == cookie.get(GENERATION) else None


def member_of(db: Session, cookie: Mapping[str, Any], circle_id: str) -> Member | None:
    """The person this browser is in this circle: by account who hosts it or has hosted it, else a guest
    who came in here.
    """
    user = signed_in_user(db, cookie)
    if user is not None:
        known = db.scalar(select(Member).where(Member.circle_id == circle_id, Member.user_id == user.id))
        if known is not None:
            return known
    return guest_of(db, cookie, circle_id)


def guest_of(db: Session, cookie: Mapping[str, Any], circle_id: str) -> Member | None:
    """Who came into this circle in this browser without an account."""
    member = db.get(Member, dict(cookie.get(MEMBERS) or {}).get(circle_id, ""))
    return member if member is not None and member.circle_id == circle_id else None


def caller(member: Member) -> Caller:
    """This member as somebody who gives commands."""
    return Caller(member.id, host=member.role == "host")
