"""Forgetting what lasts, because somebody asks for it: a circle, a member of it, or a facilitator's account.

Whoever runs the server does it (`circle forget-circle`, `forget-member`, `forget-account`). What goes by
itself stands in `services.retention`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, delete, func, or_, select, update
from sqlalchemy.orm import Session

from circle.domain.errors import NotFound
from circle.domain.meeting import Meeting
from circle.domain.names import likeness
from circle.services.hosting import HOSTING
from circle.services.letters import forget_sender
from circle.services.ports import Clock
from circle.services.watching import clear_of
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.engine import forget_deleted
from circle.store.lasting import delete_circles, delete_kept_mails
from circle.store.models import (
    AuditRow,
    Base,
    Circle,
    MeetingRow,
    Member,
    OneUseLink,
    OutboxRow,
    OwnPromptRow,
    Receipt,
    ShareRow,
    SummaryRow,
    User,
    WebSession,
    WordRow,
)
from circle.store.words import Words


class UnderWay(Exception):
    """People are together at this moment. circles: the names of theirs."""

    def __init__(self, *circles: str) -> None:
        super().__init__(*circles)
        self.circles = circles


class KeepsCircles(Exception):
    """The account keeps lasting circles, which would go with it. circles: (id, name)."""

    def __init__(self, circles: Sequence[tuple[str, str]]) -> None:
        super().__init__(*circles)
        self.circles = tuple(circles)


@dataclass(frozen=True, slots=True)
class LastingCircle:
    """A circle as whoever runs the server may know it. keeper: the address of whoever keeps it.

    people: how many have a chair of their own in it, hosts too. evenings: planned and past. questions: of
    its own.
    """

    id: str
    name: str
    keeper: str
    people: int
    evenings: int
    questions: int


@dataclass(frozen=True, slots=True)
class Guest:
    """A member without an account. since: the day (UTC) they first came. stays_out: a host asked them not to
    come back; whoever is forgotten could.
    """

    id: str
    name: str
    since: date
    stays_out: bool


class Forgetting:
    """Deletes circles, members and accounts with everything that hangs on them."""

    def __init__(self, engine: Engine, committer: Committer, words: Words, clock: Clock) -> None:
        self._engine = engine
        self._committer = committer
        self._words = words
        self._clock = clock

    # -- a circle -------------------------------------------------------------------------------------
    def circles_called(self, wanted: str) -> list[LastingCircle]:
        """Lasting circles with this id or this name, in whatever case; several may have one name."""
        called = wanted.strip()

        def work(db: Session) -> list[LastingCircle]:
            query = select(Circle, User.address).join(User, User.id == Circle.owner_id)
            rows = db.execute(query.where(Circle.demo.is_(False)).order_by(Circle.created_at, Circle.id))
            return [
                _described(db, circle, address)
                for circle, address in rows
                if called == circle.id or called.casefold() == circle.name.casefold()
            ]

        return self._committer.read(work)

    def forget_circle(self, circle_id: str) -> None:
        """The circle is gone with its people, evenings, words, notes, mails, links and questions, and so are
        their traces in the database's own files.

        Raises NotFound("not_found"), also for a circle of made-up people; UnderWay while one of its evenings
        is on, or people stay after one.
        """

        def work(db: Session) -> None:
            circle = db.get(Circle, circle_id, with_for_update=True)
            if circle is None or circle.demo:
                raise NotFound("not_found")
            now = self._clock.now()
            if any(_is_under_way(meeting, now) for _, meeting in _evenings(db, [circle_id])):
                raise UnderWay(circle.name)
            delete_circles(db, [circle_id])

        self._committer.submit(work)
        self._without_traces()

    # -- a member -------------------------------------------------------------------------------------
    def guests_called(self, circle_id: str, wanted: str) -> list[Guest]:
        """Members without an account with this id, or with a name that looks like this, the newest first.
        One person may be several: another browser, where no personal link was used, is another member.
        """

        def work(db: Session) -> list[Guest]:
            query = select(Member).where(Member.circle_id == circle_id, Member.user_id.is_(None))
            rows = db.scalars(query.order_by(Member.created_at.desc(), Member.id))
            like = likeness(wanted)
            return [
                Guest(row.id, row.name, row.created_at.date(), row.banned)
                for row in rows
                if row.id == wanted.strip() or (like and likeness(row.name) == like)
            ]

        return self._committer.read(work)

    def forget_member(self, member_id: str) -> None:
        """The member is gone from their circle: name, address for notes, personal link, what was said by
        name or privately from their chair. Words without a name stay, as nobody can lead them back.

        Raises NotFound("not_found"), also for who has an account; UnderWay while they have a chair in an
        evening that is on. Nothing is deleted then.
        """

        def work(db: Session) -> None:
            member = db.get(Member, member_id, with_for_update=True)
            if member is None or member.user_id is not None:
                raise NotFound("not_found")
            self._leave_circles(db, [member])
            db.execute(delete(Member).where(Member.id == member_id))  # mails to them go with it

        self._committer.submit(work)
        self._without_traces()

    # -- an account -----------------------------------------------------------------------------------
    def forget_account(self, user_id: str) -> None:
        """The account is gone: its sign-ins and links, its chair in every circle it has hosted, with the name
        there, the address for notes, what was said by name or privately from it. The circles go on.

        What nobody can lead back to it stays: words without a name, and lines of the audit with an id that
        is nobody's any more. So do notes of an evening as they stand, but for its name and address in them.

        Raises NotFound("not_found"); KeepsCircles, and UnderWay while it has a chair in an evening that is
        on. Nothing is deleted then.
        """

        def work(db: Session) -> None:
            user = db.get(User, user_id, with_for_update=True)
            if user is None:
                raise NotFound("not_found")
            mine = select(Circle.id, Circle.name).where(Circle.owner_id == user_id, Circle.demo.is_(False))
            if kept := db.execute(mine.order_by(Circle.created_at, Circle.id)).all():
                raise KeepsCircles([(row.id, row.name) for row in kept])
            clear_of(db, user_id)
            chairs = db.scalars(select(Member).where(Member.user_id == user_id)).all()
            self._leave_circles(db, chairs)
            self._leave_notes(db, user, chairs)
            db.execute(delete(WebSession).where(WebSession.user_id == user_id))
            db.execute(delete(OneUseLink).where(OneUseLink.subject == user_id))
            db.execute(delete(User).where(User.id == user_id))  # the chairs, and mails to them, go with it

        self._committer.submit(work)
        self._without_traces()

    def _leave_circles(self, db: Session, members: Sequence[Member]) -> None:
        """These chairs, at most one in a circle, and what came from them."""
        chairs = {member.circle_id: member.id for member in members}
        evenings = [
            (row, meeting)
            for row, meeting in _evenings(db, list(chairs))
            if meeting.seat(chairs[row.circle_id]) is not None
        ]
        now = self._clock.now()
        if on := {row.circle_id for row, meeting in evenings if _is_under_way(meeting, now)}:
            raise UnderWay(*db.scalars(select(Circle.name).where(Circle.id.in_(on)).order_by(Circle.name)))
        for row, meeting in evenings:
            without = _without(meeting, chairs[row.circle_id])
            row.state, row.version = meetings.to_json(without), without.version
        ids = list(chairs.values())
        for table in (ShareRow, WordRow, Receipt):
            db.execute(delete(table).where(table.member_id.in_(ids)))
        about = or_(AuditRow.actor_id.in_(ids), AuditRow.object_id.in_(ids))
        db.execute(update(AuditRow).where(about).values(reason_ct=None))
        delete_kept_mails(db, select(OutboxRow.message_id).where(OutboxRow.member_id.in_(ids)))
        db.execute(delete(OneUseLink).where(OneUseLink.subject.in_(ids)))

    def _leave_notes(self, db: Session, user: User, chairs: Sequence[Member]) -> None:
        """Who hosts sends notes, and may hold a link by which somebody else would host."""
        names = {member.circle_id: {user.name, member.name} for member in chairs}
        notes = select(SummaryRow, MeetingRow.circle_id).join(MeetingRow)
        for summary, circle_id in db.execute(notes.where(MeetingRow.circle_id.in_(names))):
            forget_sender(self._words, summary, names[circle_id], user.address)
        to_host = OneUseLink.purpose == HOSTING, OneUseLink.subject.in_(names)
        db.execute(delete(OneUseLink).where(*to_host))

    def _without_traces(self) -> None:
        forget_deleted(self._engine, list(Base.metadata.tables))


def _described(db: Session, circle: Circle, keeper: str) -> LastingCircle:
    def count(table: type[Member] | type[MeetingRow] | type[OwnPromptRow]) -> int:
        return db.scalar(select(func.count()).select_from(table).where(table.circle_id == circle.id)) or 0

    counts = count(Member), count(MeetingRow), count(OwnPromptRow)
    return LastingCircle(circle.id, circle.name, keeper, *counts)


def _evenings(db: Session, circles: list[str]) -> list[tuple[MeetingRow, Meeting]]:
    """Locked: none of them begins, and nobody sits down, until this is done."""
    query = select(MeetingRow).where(MeetingRow.circle_id.in_(circles)).order_by(MeetingRow.id)
    return [(row, meetings.from_json(row.state)) for row in db.scalars(query.with_for_update())]


def _is_under_way(meeting: Meeting, now: datetime) -> bool:
    stays = meeting.linger_until is not None and meeting.linger_until > now
    return meeting.phase in meetings.ACTIVE or stays


def _without(meeting: Meeting, seat_id: str) -> Meeting:
    """The evening, planned or over, as if this chair had never been there."""
    seats = tuple(seat for seat in meeting.seats if seat.id != seat_id)
    lead = "" if meeting.lead == seat_id else meeting.lead
    return replace(meeting, seats=seats, lead=lead, piece=None, version=meeting.version + 1)
