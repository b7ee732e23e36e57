"""Made-up circles in a database, and the keys of their browsers: nobody has to walk in by the door.

Circles with few members share without names by the unnamed wall, the others by the quiet round.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from flask.json.tag import TaggedJSONSerializer
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from bench.stack import SECRET
from circle.domain.meeting import Meeting, Place, Role, Seat
from circle.domain.plan import Kind, Plan, Sharing, Step
from circle.services.identity import MEMBERS
from circle.store import meetings
from circle.store.crypto import KeyRing
from circle.store.models import Circle, Member, User, WebSession
from tests.domain.scene import step

_CSRF = "0" * 40


@dataclass(frozen=True, slots=True)
class Ident:
    """Somebody's place and their browser. cookie, csrf: as the browser sends them."""

    seat: str
    meeting: str
    host: bool
    cookie: str
    csrf: str


def evening(repeats: int = 4) -> tuple[Step, ...]:
    """Every way of sharing, again and again, so that nobody comes to the end before the time is over."""
    kinds = (
        ("word", Kind.CHECK_IN, Sharing.CHAT_WORD),
        ("wall", Kind.WALL, Sharing.UNNAMED_WALL),
        ("round", Kind.ROUND, Sharing.SPOKEN_ROUND),
        ("pause", Kind.BREAK, Sharing.NONE),
        ("pair", Kind.PAIR, Sharing.PAIR),
        ("offer", Kind.VOLUNTEER, Sharing.SPOKEN_VOLUNTEER),
    )
    middle = [step(f"{name}{at}", kind, sharing) for at in range(repeats) for name, kind, sharing in kinds]
    return (*middle, step("goodbye", Kind.CLOSING, minutes=3))


def write_circle(db: Session, number: int, members: int, keys: KeyRing) -> list[Ident]:
    """A circle with a host and so many members, all seated and their session planned for now."""
    now, steps = datetime.now(UTC), evening()
    circle, meeting = f"circle-{number}", f"meeting-{number}"
    owner = User(id=f"user-{number}", address=f"host{number}@example.org", name="Mira", created_at=now)
    db.add(owner)
    db.flush()
    more = {"name": f"Circle {number}", "agreements": ["We listen."], "owner_id": owner.id}
    db.add(Circle(id=circle, door_token=circle, created_at=now, **more))
    db.flush()
    seats = [Seat(f"{meeting}-h", "Mira", Role.HOST, Place.SEATED, sat=True)]
    seats += [
        Seat(f"{meeting}-m{at}", f"Member {at}", Role.MEMBER, Place.SEATED, sat=True) for at in range(members)
    ]
    for seat in seats:
        role = "host" if seat.role is Role.HOST else "member"
        db.add(Member(id=seat.id, circle_id=circle, role=role, name=seat.name, created_at=now))
    db.flush()
    meetings.add(db, Meeting(meeting, circle, Plan("Evening", "grief", steps), now, seats=tuple(seats)))
    return [_browser(db, circle, meeting, seat, keys, now) for seat in seats]


def _browser(db: Session, circle: str, meeting: str, seat: Seat, keys: KeyRing, now: datetime) -> Ident:
    cookie = secrets.token_urlsafe(32)
    hashed = sha256(cookie.encode()).hexdigest()
    data = TaggedJSONSerializer().dumps({MEMBERS: {circle: seat.id}, "csrf_token": _CSRF})
    sealed = keys.seal(data, f"web_sessions.data.{hashed}")
    db.add(WebSession(id_hash=hashed, data_ct=sealed, created_at=now, seen_at=now))
    csrf = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(_CSRF)
    return Ident(seat.id, meeting, seat.role is Role.HOST, cookie, str(csrf))
