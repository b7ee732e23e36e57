"""Circles in a database, as they would be at twenty past seven: everybody seated, an answer asked for.

Written with the application's own parts and without its server, so that a thousand people need no
thousand sign-ups; their browsers' sessions are real ones.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path

from flask.json.tag import TaggedJSONSerializer
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from circle.content.loader import load_library
from circle.domain import commands as c
from circle.domain.meeting import Meeting, Phase, Place, Role, Seat
from circle.domain.plan import Sharing
from circle.domain.transition import Actor, Moment, transition
from circle.services.identity import GENERATION, MEMBERS, USER
from circle.services.ports import new_id
from circle.settings import Settings
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.crypto import KeyRing, key_file, read_keys
from circle.store.engine import open_engine, sessions
from circle.store.migrate import upgrade
from circle.store.models import Circle, MeetingRow, Member, User, WebSession
from circle.web.sessions import _hash, _place

_json = TaggedJSONSerializer()
TEMPLATE = "T3"


@dataclass(frozen=True, slots=True)
class Guest:
    """One person's browser: what it sends along."""

    cookie: str
    csrf: str
    host: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One session. step: the one that is on. moves: the stage's count that its host's first command names."""

    meeting_id: str
    step: str
    moves: int
    guests: tuple[Guest, ...]


def build(settings: Settings, circles: int, people: int, *, past: int = 0) -> list[Table]:
    """So many circles of so many people, one of them the host, at an answer by name. A real circle has 24
    chairs at most; here there may be more.

    past: sessions that are over, spread over the circles.
    """
    engine = open_engine(settings.database)
    upgrade(engine)
    ring = KeyRing(read_keys(settings.keys) if settings.keys else key_file(settings.data_dir / "words.key"))
    secret = settings.secret_key or key_file(settings.data_dir / "secret.key")[0].hex()
    built = _Building(ring, secret)
    committer = Committer(sessions(engine))
    tables = [committer.submit(lambda db: built.table(db, people)) for _ in range(circles)]
    for at in range(0, past, 500):
        several = range(at, min(past, at + 500))
        committer.submit(lambda db, several=several: built.pasts(db, tables, several))
    engine.dispose()
    return tables


class _Building:
    def __init__(self, ring: KeyRing, secret: str) -> None:
        self._ring = ring
        self._forms = URLSafeTimedSerializer(
            secret, salt="wtf-csrf-token", signer_kwargs={"digest_method": sha1}
        )
        self._plan = load_library().templates[TEMPLATE]
        self._now = datetime.now(UTC)

    def table(self, db: Session, people: int) -> Table:
        """One circle that meets now."""
        user, circle = new_id(), new_id()
        db.add(User(id=user, address=f"{user.lower()}@example.org", name="Mira", created_at=self._now))
        db.flush()
        clauses = ["What is said here stays here.", "Passing is always fine."]
        more = {"name": "A circle", "agreements": clauses, "owner_id": user}
        db.add(Circle(id=circle, door_token=new_id(), created_at=self._now, **more))
        db.flush()
        ids = [new_id() for _ in range(people)]
        for at, who in enumerate(ids):
            role = {"role": "member"} if at else {"role": "host", "user_id": user}
            db.add(Member(id=who, circle_id=circle, name=f"P{at}", created_at=self._now, **role))
        meeting = self._meeting(circle, ids)
        meetings.add(db, meeting)
        guests = tuple(self._guest(db, circle, user, who, host=not at) for at, who in enumerate(ids))
        assert meeting.step is not None
        return Table(meeting.id, meeting.step.id, meeting.moves, guests)

    def pasts(self, db: Session, tables: list[Table], several: range) -> None:
        """Sessions that are over and purged."""
        for at in several:
            now = meetings.load(db, tables[at % len(tables)].meeting_id)
            ended = self._now - timedelta(days=30 + at)
            past = replace(now, id=new_id(), phase=Phase.ENDED, starts_at=ended, ended_at=ended)
            meetings.add(db, past)
            db.flush()
            db.get_one(MeetingRow, past.id).purged_at = ended

    def _meeting(self, circle: str, ids: list[str]) -> Meeting:
        roles = [Role.HOST] + [Role.MEMBER] * (len(ids) - 1)
        seats = [Seat(who, f"P{at}", roles[at], Place.SEATED) for at, who in enumerate(ids)]
        began = self._now - timedelta(minutes=20)
        meeting = Meeting(new_id(), circle, self._plan, began, seats=tuple(seats))
        host = Actor(ids[0], Role.HOST)
        meeting = _after(meeting, host, self._now, [c.OpenDoor(), c.AdmitAll()])
        while meeting.step is None or meeting.step.sharing is not Sharing.CHAT_WORD:
            meeting = _after(meeting, host, self._now, [c.Next()])
        return meeting

    def _guest(self, db: Session, circle: str, user: str, who: str, *, host: bool) -> Guest:
        raw, cookie = secrets.token_hex(20), secrets.token_urlsafe(32)
        data = {"csrf_token": raw, **({USER: user, GENERATION: 1} if host else {MEMBERS: {circle: who}})}
        row = WebSession(
            id_hash=_hash(cookie),
            data_ct=self._ring.seal(_json.dumps(data), _place(_hash(cookie))),
            user_id=user if host else "",
            created_at=self._now,
            seen_at=self._now,
        )
        db.add(row)
        return Guest(cookie, str(self._forms.dumps(raw)), host)


def _after(meeting: Meeting, actor: Actor, now: datetime, commands: list[c.Command]) -> Meeting:
    for command in commands:
        meeting = transition(meeting, command, actor, Moment(now)).meeting
    return meeting


def settings_in(folder: Path, **more: str) -> Settings:
    """Those that a server with its data in this folder has."""
    return Settings(data_dir=folder, env="test", **more)  # type: ignore[arg-type]
