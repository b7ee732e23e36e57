"""Circles: the lasting groups, their settings, and who hosts them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain.errors import Invalid, NotFound
from circle.services.ports import Caller, Clock, new_id
from circle.services.tidy import clean_link, clean_name, clean_zone
from circle.store import audit
from circle.store.committer import Committer
from circle.store.models import Circle, Member, User

CIRCLE_NAME_MAX = 60


@dataclass(frozen=True, slots=True)
class CircleForm:
    """A circle as its host describes it. call_url: "" where people write. country: ISO-2 or ""."""

    name: str
    zone: str
    country: str = ""
    call_url: str = ""
    admit: bool = True
    hosts_read_first: bool = True


@dataclass(frozen=True, slots=True)
class HostedCircle:
    """A circle as one of its hosts sees it. member_id, host_name: this host's chair in it.

    demo: a circle of made-up people.
    """

    id: str
    door_token: str
    form: CircleForm
    agreements: tuple[str, ...]
    member_id: str
    host_name: str
    demo: bool

    @property
    def caller(self) -> Caller:
        """This host as somebody who gives commands."""
        return Caller(self.member_id, host=True)


class Circles:
    """Making and changing circles. Every lookup is for one account: foreign ids are not found."""

    def __init__(
        self, committer: Committer, clock: Clock, agreements: tuple[str, ...], countries: Collection[str]
    ) -> None:
        self._committer = committer
        self._clock = clock
        self._agreements = agreements
        self._countries = countries

    def create(self, user_id: str, form: CircleForm, *, demo: bool = False) -> str:
        """A new circle with this account as its host; returns its id.

        It starts with the library's agreements. demo: for made-up people (`services.watching`). Raises
        Invalid with `fields`, NotFound for the account.
        """
        clean = self._clean(form)

        def work(db: Session) -> str:
            user = db.get(User, user_id)
            if user is None:
                raise NotFound("not_found")
            circle = Circle(
                id=new_id(),
                door_token=secrets.token_urlsafe(16),
                agreements=list(self._agreements),
                owner_id=user.id,
                demo=demo,
                created_at=self._clock.now(),
            )
            _fill(circle, clean)
            db.add(circle)
            db.flush()  # the member's row points at it
            db.add(
                Member(
                    id=new_id(),
                    circle_id=circle.id,
                    role="host",
                    user_id=user.id,
                    name=user.name,
                    created_at=self._clock.now(),
                )
            )
            return circle.id

        return self._committer.submit(work)

    def change(self, user_id: str, circle_id: str, form: CircleForm) -> None:
        """Other settings. Raises Invalid, NotFound.

        Whether people are let in one by one (`admit`) and whether hosts read first go into a session when
        it is planned, so they count from the next one. Name, place for the clock, country and the link to
        the call are the circle's own: they are read wherever they are shown, also for sessions that are
        planned or on. A session keeps the instant it was planned for, whatever the clock.
        """
        clean = self._clean(form)

        def work(db: Session) -> None:
            hosted(db, user_id, circle_id)
            _fill(db.get_one(Circle, circle_id), clean)

        self._committer.submit(work)

    def get(self, user_id: str, circle_id: str) -> HostedCircle:
        """The circle as this host sees it. Raises NotFound for anybody else."""
        return self._committer.read(lambda db: hosted(db, user_id, circle_id))

    def of(self, user_id: str) -> list[HostedCircle]:
        """All circles this account hosts, the newest first."""
        return self._committer.read(lambda db: all_hosted(db, user_id))

    def not_welcome(self, user_id: str, circle_id: str) -> list[tuple[str, str]]:
        """(member id, name) of everybody who may not come back, by name. Raises NotFound."""

        def work(db: Session) -> list[tuple[str, str]]:
            hosted(db, user_id, circle_id)
            query = select(Member).where(Member.circle_id == circle_id, Member.banned)
            return [(member.id, member.name) for member in db.scalars(query.order_by(Member.name, Member.id))]

        return self._committer.read(work)

    def welcome_again(self, user_id: str, circle_id: str, member_id: str) -> None:
        """They may come again from the next evening on; twice is fine. Raises NotFound."""

        def work(db: Session) -> None:
            host = hosted(db, user_id, circle_id)
            member = db.get(Member, member_id)
            if member is None or member.circle_id != circle_id:
                raise NotFound("not_found")
            if member.banned:
                member.banned = False
                audit.welcome_again(db, circle_id, host.member_id, member_id, self._clock.now())

        self._committer.submit(work)

    def _clean(self, form: CircleForm) -> CircleForm:
        if form.country and form.country not in self._countries:
            raise Invalid("country", {"country": "country"})
        return CircleForm(
            name=clean_name(form.name, most=CIRCLE_NAME_MAX),
            zone=clean_zone(form.zone),
            country=form.country,
            call_url=clean_link(form.call_url),
            admit=form.admit,
            hosts_read_first=form.hosts_read_first,
        )


def hosted(db: Session, user_id: str, circle_id: str) -> HostedCircle:
    """The circle as this host sees it. Raises NotFound for anybody else."""
    for circle, member in _rows(db, user_id):
        if circle.id == circle_id:
            return _seen(circle, member)
    raise NotFound("not_found")


def all_hosted(db: Session, user_id: str) -> list[HostedCircle]:
    """All circles this account hosts, the newest first; those of made-up people stand in no list."""
    return [_seen(circle, member) for circle, member in _rows(db, user_id) if not circle.demo]


def _rows(db: Session, user_id: str) -> list[tuple[Circle, Member]]:
    query = (
        select(Circle, Member)
        .join(Member, Member.circle_id == Circle.id)
        .where(Member.user_id == user_id, Member.role == "host")
        .order_by(Circle.created_at.desc(), Circle.id)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def _seen(circle: Circle, member: Member) -> HostedCircle:
    form = CircleForm(
        name=circle.name,
        zone=circle.zone,
        country=circle.country,
        call_url=circle.call_url,
        admit=circle.admit,
        hosts_read_first=circle.hosts_read_first,
    )
    agreements = tuple(str(clause) for clause in circle.agreements)
    return HostedCircle(circle.id, circle.door_token, form, agreements, member.id, member.name, circle.demo)


def _fill(circle: Circle, form: CircleForm) -> None:
    circle.name = form.name
    circle.zone = form.zone
    circle.country = form.country
    circle.call_url = form.call_url
    circle.admit = form.admit
    circle.hosts_read_first = form.hosts_read_first
