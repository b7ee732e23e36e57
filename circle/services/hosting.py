"""Who hosts a circle: asking somebody by a one-use link, saying yes to it, and ending it.

Every lookup is for one account: foreign ids are not found. Hosts may do the same things, but one of them
keeps the circle (`Circle.owner_id`): whoever does ends the hosting of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from circle.domain.commands import LeaveSeat
from circle.domain.errors import CircleError, Invalid, NotAllowed, NotFound, NotNow
from circle.domain.meeting import Meeting, Phase, Place, Role
from circle.domain.names import likeness
from circle.services import identity
from circle.services.accounts import Accounts, add_user
from circle.services.circles import hosted
from circle.services.evenings import Performs
from circle.services.ports import Caller, Clock, new_id
from circle.services.tidy import clean_name
from circle.store import audit
from circle.store.committer import Committer
from circle.store.meetings import ACTIVE, from_json
from circle.store.models import Circle, MeetingRow, Member, OneUseLink

HOSTING = "host"  # the purpose of the links; their subject is the circle
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Host:
    """One of a circle's hosts. keeps: ends the hosting of others. me: the one who asks."""

    member_id: str
    name: str
    keeps: bool
    me: bool


@dataclass(frozen=True, slots=True)
class Hosts:
    """Who hosts, whoever keeps the circle first. open_links: how many were given out and not used."""

    people: tuple[Host, ...]
    open_links: int

    @property
    def i_keep(self) -> bool:
        """Whether the one who asks keeps the circle."""
        return any(host.me and host.keeps for host in self.people)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link offers to somebody signed in. hosts: names. mine: this account hosts the circle already."""

    circle_name: str
    hosts: tuple[str, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends. me: the one who asks. others: who hosts afterwards. heir: who keeps the circle then, ""
    where that stays as it is.
    """

    circle_name: str
    name: str
    me: bool
    others: tuple[str, ...]
    heir: str


class Hosting:
    """Hosts come and go; the circle stays."""

    def __init__(self, committer: Committer, clock: Clock, accounts: Accounts, conduct: Performs) -> None:
        self._committer = committer
        self._clock = clock
        self._accounts = accounts
        self._conduct = conduct

    # -- looking and asking ---------------------------------------------------------------------------
    def hosts(self, user_id: str, circle_id: str) -> Hosts:
        """Who hosts this circle. Raises NotFound for anybody but its hosts."""

        def work(db: Session) -> Hosts:
            circle = _of_host(db, user_id, circle_id)
            links = select(func.count()).select_from(OneUseLink).where(*self._open_links(circle_id))
            people = (
                Host(host.id, host.name, host.user_id == circle.owner_id, host.user_id == user_id)
                for host in _hosts(db, circle)
            )
            return Hosts(tuple(people), db.scalar(links) or 0)

        return self._committer.read(work)

    def ask(self, user_id: str, circle_id: str) -> str:
        """The token of a link that makes one person a host; works once, within 14 days.

        Only its hash is stored. Raises NotFound.
        """

        def work(db: Session) -> str:
            _of_host(db, user_id, circle_id, lock=True)
            me = hosted(db, user_id, circle_id)
            audit.hosting(db, circle_id, me.member_id, "host_asked", "", self._clock.now())
            return self._accounts.add_link(db, circle_id, HOSTING)

        return self._committer.submit(work)

    def close_links(self, user_id: str, circle_id: str) -> None:
        """Links that were given out and not used stop working. Raises NotFound."""

        def work(db: Session) -> None:
            _of_host(db, user_id, circle_id, lock=True)
            db.execute(delete(OneUseLink).where(*self._open_links(circle_id)))

        self._committer.submit(work)

    # -- saying yes -----------------------------------------------------------------------------------
    def offer(self, user_id: str, token: str) -> Offer:
        """What this link offers to this account; nothing is spent. Raises NotFound("expired")."""

        def work(db: Session) -> Offer:
            circle = self._behind(db, token)
            hosts = _hosts(db, circle)
            return Offer(
                circle.name, tuple(host.name for host in hosts), user_id in {host.user_id for host in hosts}
            )

        return self._committer.read(work)

    def accept(self, user_id: str, token: str, name: str, cookie: Mapping[str, Any]) -> str:
        """This account hosts the circle, under this name; returns the circle's name.

        The link is spent, but not by somebody who hosts already. cookie: the browser's session, for who it
        is in the circle as a guest. Raises NotFound("expired"), Invalid for the name, NotNow("sitting_now");
        the link stays good after Invalid and NotNow.
        """
        called = clean_name(name)

        def work(db: Session) -> str:
            circle = self._behind(db, token, lock=True)
            if all(host.user_id != user_id for host in _hosts(db, circle)):
                self._accounts.spend(db, token, HOSTING)
                self._begin(db, circle, user_id, called, cookie)
            return circle.name

        return self._committer.submit(work)

    def accept_new(
        self, token: str, address: str, name: str, password: str, cookie: Mapping[str, Any]
    ) -> tuple[str, str]:
        """A new account that hosts the circle: (user id, the circle's name).

        Raises as `Accounts.create` and `accept` do; there is no account then, and the link stays good after
        Invalid and NotNow.
        """
        row = self._accounts.new_user(address, name, password)

        def work(db: Session) -> tuple[str, str]:
            circle = self._behind(db, token, lock=True)
            self._accounts.spend(db, token, HOSTING)
            user_id = add_user(db, row)
            db.flush()  # the member's row points at it
            self._begin(db, circle, user_id, row.name, cookie)
            return user_id, circle.name

        return self._committer.submit(work)

    def _begin(self, db: Session, circle: Circle, user_id: str, name: str, cookie: Mapping[str, Any]) -> None:
        """Whoever has hosted before gets the same chair back. A guest's chair is left as it is: what was
        said from it stays without an account.
        """
        before = db.scalar(select(Member).where(Member.circle_id == circle.id, Member.user_id == user_id))
        known = [who for who in (before, identity.guest_of(db, cookie, circle.id)) if who is not None]
        own = {who.id for who in known}
        if any(who.banned for who in known):
            raise NotFound("expired")  # the answer of a personal link to somebody who is not to come back
        if any(_sits_as_guest(meeting, own) for meeting in _open_evenings(db, circle.id, lock=True)):
            raise NotNow("sitting_now")
        people = db.scalars(select(Member).where(Member.circle_id == circle.id, Member.id.not_in(own)))
        if likeness(name) in {likeness(who.name) for who in people}:
            raise Invalid("name_taken", {"name": "name_taken"})
        now = self._clock.now()
        member = before or Member(id=new_id(), circle_id=circle.id, user_id=user_id, created_at=now)
        member.role, member.name = "host", name
        db.add(member)
        audit.hosting(db, circle.id, member.id, "host_joined", member.id, now)

    # -- ending ---------------------------------------------------------------------------------------
    def ending(self, user_id: str, circle_id: str, member_id: str) -> Ending:
        """What `end` would do. Raises as it does, but for what depends on a running evening."""

        def work(db: Session) -> Ending:
            circle, target, others = _may_end(db, user_id, circle_id, member_id)
            heir = others[0].name if target.user_id == circle.owner_id else ""
            names = tuple(other.name for other in others)
            return Ending(circle.name, target.name, target.user_id == user_id, names, heir)

        return self._committer.read(work)

    def end(self, user_id: str, circle_id: str, member_id: str) -> None:
        """This person hosts the circle no more; whatever else they host stays, and so does their account.

        They give up their chair in an evening that is on, and their pages there are cut off. Links to become
        a host stop working, as they may hold one. When the one who keeps the circle goes, whoever has hosted
        longest keeps it.

        Raises NotFound, NotAllowed("owner_only"), NotNow("only_host"), NotNow("last_host" or
        "alone_in_room") where a room would be left without a host.
        """

        def unless_seated(db: Session) -> bool:
            circle, target, others = _may_end(db, user_id, circle_id, member_id, lock=True)
            if _hosting_now(db, circle_id, member_id, lock=True):
                return False
            target.role = "member"
            if target.user_id == circle.owner_id and others[0].user_id is not None:
                circle.owner_id = others[0].user_id
            db.execute(delete(OneUseLink).where(*self._open_links(circle_id)))
            actor = target.id if target.user_id == user_id else hosted(db, user_id, circle_id).member_id
            audit.hosting(db, circle_id, actor, "host_ended", target.id, self._clock.now())
            return True

        for _ in range(_TRIES):  # a page of theirs may sit down again in between
            self._stand_up(user_id, circle_id, member_id)
            if self._committer.submit(unless_seated):
                self._conduct.revoke(
                    member_id
                )  # afterwards: a page that is cut off asks for a ticket at once
                return
        raise NotNow("not_now")

    def _stand_up(self, user_id: str, circle_id: str, member_id: str) -> None:
        def work(db: Session) -> tuple[bool, list[str]]:
            _, target, _ = _may_end(db, user_id, circle_id, member_id)
            return target.user_id == user_id, _hosting_now(db, circle_id, member_id)

        me, evenings = self._committer.read(work)
        for meeting_id in evenings:
            try:
                caller = Caller(member_id, host=True)
                self._conduct.perform(caller, meeting_id, LeaveSeat(), command_id=str(uuid4()))
            except CircleError as refusal:  # any other: it ended, or they left, a moment ago
                if refusal.code == "last_host":
                    raise NotNow("last_host" if me else "alone_in_room") from None

    # -- inside ---------------------------------------------------------------------------------------
    def _behind(self, db: Session, token: str, *, lock: bool = False) -> Circle:
        circle = _circle(db, self._accounts.peek(db, token, HOSTING), lock=lock)
        if circle is None:
            raise NotFound("expired")
        return circle

    def _open_links(self, circle_id: str) -> tuple[ColumnElement[bool], ...]:
        return (
            OneUseLink.purpose == HOSTING,
            OneUseLink.subject == circle_id,
            OneUseLink.expires_at > self._clock.now(),
        )


def host_names(db: Session, circle_id: str) -> list[str]:
    """What hosts are called in this circle, in the order they came; for its hosts' own pages."""
    here = Member.circle_id == circle_id, Member.role == "host", Member.name != ""
    return list(db.scalars(select(Member.name).where(*here).order_by(Member.created_at, Member.id)))


def _circle(db: Session, circle_id: str, *, lock: bool = False) -> Circle | None:
    """Locked where hosts may change, so that two changes come one after the other (PostgreSQL)."""
    query = select(Circle).where(Circle.id == circle_id)
    return db.scalar(query.with_for_update() if lock else query)


def _of_host(db: Session, user_id: str, circle_id: str, *, lock: bool = False) -> Circle:
    """A lasting circle of this host's; one of made-up people has nobody to ask. Raises NotFound."""
    circle = _circle(db, circle_id, lock=lock)
    hosted(db, user_id, circle_id)
    if circle is None or circle.demo:
        raise NotFound("not_found")
    return circle


def _hosts(db: Session, circle: Circle) -> list[Member]:
    """Everybody with an account who hosts: whoever keeps the circle first, then in the order they came."""
    here = Member.circle_id == circle.id, Member.role == "host", Member.user_id.is_not(None)
    rows = db.scalars(select(Member).where(*here).order_by(Member.created_at, Member.id))
    return sorted(rows, key=lambda host: host.user_id != circle.owner_id)


def _may_end(
    db: Session, user_id: str, circle_id: str, member_id: str, *, lock: bool = False
) -> tuple[Circle, Member, list[Member]]:
    """The circle, whose hosting ends, and the other hosts, if this account may end it."""
    circle = _of_host(db, user_id, circle_id, lock=lock)
    hosts = _hosts(db, circle)
    target = next((host for host in hosts if host.id == member_id), None)
    if target is None:
        raise NotFound("not_found")
    if user_id not in (target.user_id, circle.owner_id):
        raise NotAllowed("owner_only")
    others = [host for host in hosts if host is not target]
    if not others:
        raise NotNow("only_host")
    return circle, target, others


def _open_evenings(db: Session, circle_id: str, *, lock: bool = False) -> list[Meeting]:
    """What is planned and what is on."""
    phases = [phase.value for phase in (Phase.PLANNED, *ACTIVE)]
    here = MeetingRow.circle_id == circle_id, MeetingRow.phase.in_(phases)
    query = select(MeetingRow).where(*here).order_by(MeetingRow.id)
    rows = db.scalars(query.with_for_update() if lock else query)
    return [from_json(row.state) for row in rows]


def _hosting_now(db: Session, circle_id: str, member_id: str, *, lock: bool = False) -> list[str]:
    """Evenings with this person in a host's chair. Locked, nobody sits down there until the commit."""
    return [
        meeting.id
        for meeting in _open_evenings(db, circle_id, lock=lock)
        if (seat := meeting.seat(member_id)) is not None
        and seat.role is Role.HOST
        and seat.place is Place.SEATED
    ]


def _sits_as_guest(meeting: Meeting, members: set[str]) -> bool:
    """Whether one of them came to this evening as a member. They may have written without a name there, and
    hosts read such lines first.
    """
    return any(
        seat.id in members
        and seat.role is not Role.HOST
        and (meeting.phase is not Phase.PLANNED or seat.place is Place.WAITING)
        for seat in meeting.seats
    )
