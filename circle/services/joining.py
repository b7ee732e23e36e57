"""How people come in: by the circle's permanent link or a personal one, without an account.

A guest is recognised by the browser's server-side session alone (`identity.MEMBERS`); a member row is
made when they first take a seat, so that looking at the door leaves nothing behind.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain.errors import CircleError, Invalid, NotAllowed, NotFound, NotNow
from circle.domain.meeting import Meeting, Phase, Place, Seat, planned_start
from circle.domain.names import likeness
from circle.services import identity
from circle.services.accounts import Accounts
from circle.services.agreements import affirm
from circle.services.evenings import Performs, sit_down, upcoming
from circle.services.hosting import host_names
from circle.services.ports import Caller, Clock, new_id
from circle.services.speech import Whisper
from circle.services.tidy import clean_address, clean_name, clean_zone
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import Circle, Member, User

EARLY = timedelta(hours=2)  # how long before its time people may come and wait at the door
MAIL_KINDS = ("full", "date", "none")


@dataclass(frozen=True, slots=True)
class Door:
    """What the permanent link shows to one browser. Texts are the circle's own.

    host keeps the circle; hosts: what all of them are called.
    meeting: the session that is on or comes next, even if it is days away; see `is_tonight`.
    member_id, name, role: who this browser is here, "" for a stranger. agreements_print names the
    present wording of the agreements.
    """

    token: str
    circle_id: str
    circle_name: str
    zone: str
    country: str
    host: str
    agreements: tuple[str, ...]
    agreements_version: int
    in_a_call: bool
    meeting: Meeting | None
    is_tonight: bool
    hosts: tuple[str, ...] = ()
    member_id: str = ""
    name: str = ""
    role: str = ""
    banned: bool = False

    @property
    def agreements_print(self) -> str:
        """Changes with every word of the agreements, so that a yes holds for what was read."""
        return sha256("\n".join(self.agreements).encode()).hexdigest()[:16]

    @property
    def seat(self) -> Seat | None:
        """This browser's chair tonight, in whatever place."""
        return self.meeting.seat(self.member_id) if self.meeting and self.member_id else None

    @property
    def is_sitting(self) -> bool:
        """A chair, or a place among those who wait: the way leads straight back to it."""
        return self.seat is not None and self.seat.place in (Place.SEATED, Place.WAITING)

    @property
    def is_shut(self) -> bool:
        """Whether this browser cannot come in now. Why (locked, removed, banned) is never said."""
        removed = self.seat is not None and self.seat.place is Place.REMOVED
        locked = self.meeting is not None and self.meeting.locked and not self.is_sitting
        return self.banned or removed or (locked and self.role != "host")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody on the way to a chair. member_id is chosen before there is a row, so that pressing
    twice sits one person down. agreed: said yes to the agreements. word: what the hosts are told
    privately, such as the wish to talk first; "" for nothing."""

    member_id: str
    name: str
    agreed: bool
    word: str = ""


@dataclass(frozen=True, slots=True)
class NoteWish:
    """What somebody wants by mail afterwards. kind: "full", "date" or "none"."""

    name: str
    circle_name: str
    kind: str
    address: str
    zone: str


class Joining:
    """The way in, personal links, and wishes about notes by mail."""

    def __init__(
        self,
        committer: Committer,
        clock: Clock,
        conduct: Performs,
        accounts: Accounts,
        keys: KeyRing,
        secret: str,
    ) -> None:
        self._committer = committer
        self._clock = clock
        self._conduct = conduct
        self._accounts = accounts
        self._keys = keys
        self._stop_key = hmac.digest(secret.encode(), b"circle: stop the mail", "sha256")

    # -- the permanent link ---------------------------------------------------------------------------
    def door(self, token: str, cookie: Mapping[str, Any]) -> Door:
        """What this link shows to this browser. Raises NotFound for an unknown link."""

        def work(db: Session) -> Door:
            circle = db.scalar(select(Circle).where(Circle.door_token == token))
            if circle is None:
                raise NotFound("not_found")
            return self._door(db, circle, cookie)

        return self._committer.read(work)

    def _door(self, db: Session, circle: Circle, cookie: Mapping[str, Any]) -> Door:
        now = self._clock.now()
        owner = db.get(User, circle.owner_id)
        meeting = upcoming(db, circle.id, now)
        member = identity.member_of(db, cookie, circle.id)
        return Door(
            token=circle.door_token,
            circle_id=circle.id,
            circle_name=circle.name,
            zone=circle.zone,
            country=circle.country,
            host=owner.name if owner is not None else "",
            hosts=tuple(host_names(db, circle.id)),
            agreements=_lines(circle.agreements),
            agreements_version=circle.agreements_version,
            in_a_call=bool(circle.call_url),
            meeting=meeting,
            is_tonight=meeting is not None
            and (meeting.phase is not Phase.PLANNED or planned_start(meeting) - EARLY <= now),
            member_id=member.id if member is not None else "",
            name=member.name if member is not None else "",
            role=member.role if member is not None else "",
            banned=member is not None and member.banned,
        )

    def arriving(self, door: Door, name: str, member_id: str) -> str:
        """The name as it will stand on the chair. Raises Invalid: name_empty, name_long, name_taken.

        member_id: the chair that may have this name already. Asked when the name is given, so that nobody
        learns it two screens later, and again when the seat is taken. Nobody else is called as a host is,
        who comes last where people wait early.
        """
        called = clean_name(name)
        if door.role == "host":
            return called
        seats = door.meeting.seats if door.meeting else ()
        here = [s.name for s in seats if s.id != member_id and s.place in (Place.SEATED, Place.WAITING)]
        if likeness(called) in map(likeness, [*here, *door.hosts]):
            raise Invalid("name_taken", {"name": "name_taken"})
        return called

    def take_seat(self, door: Door, arrival: Arrival) -> str:
        """Sit down, or wait at the door; returns the meeting's id.

        Raises NotNow("door_closed") when nothing is on tonight, NotAllowed or NotNow when this person
        cannot come in, Invalid for the name. A refusal leaves no new member behind.
        """
        if door.meeting is None or not door.is_tonight:
            raise NotNow("door_closed")
        if door.is_shut:
            raise NotAllowed("removed")
        name = self.arriving(door, arrival.name, arrival.member_id)
        is_new = self._keep_member(door, arrival, name)
        try:
            sit_down(self._conduct, Caller(arrival.member_id), name, door.meeting.id)
        except CircleError:
            if is_new:
                self._forget_member(arrival.member_id)
            raise
        if arrival.word:
            self._tell_hosts(door.meeting.id, arrival)
        return door.meeting.id

    def _tell_hosts(self, meeting_id: str, arrival: Arrival) -> None:
        """One private word to the hosts, however often the button is pressed."""
        once = uuid5(NAMESPACE_URL, f"circle:arrival:{meeting_id}:{arrival.member_id}")
        self._conduct.speak(
            Caller(arrival.member_id), meeting_id, Whisper(arrival.word), command_id=str(once)
        )

    def _keep_member(self, door: Door, arrival: Arrival, name: str) -> bool:
        """Write the name down; True if the person is new here."""
        today = self._clock.now().date().isoformat() if arrival.agreed else ""

        def work(db: Session) -> bool:
            member = db.get(Member, arrival.member_id)
            if member is not None and member.circle_id != door.circle_id:
                raise NotFound("not_found")
            if member is not None:
                member.name = name
                if arrival.agreed:
                    affirm(db, member.id, door.agreements_version, self._clock.now())
                return False
            db.add(
                Member(
                    id=arrival.member_id,
                    circle_id=door.circle_id,
                    role="member",
                    name=name,
                    affirmed_on=today,
                    affirmed_version=door.agreements_version if arrival.agreed else 0,
                    created_at=self._clock.now(),
                )
            )
            return True

        return self._committer.submit(work)

    def _forget_member(self, member_id: str) -> None:
        def work(db: Session) -> None:
            member = db.get(Member, member_id)
            if member is not None:
                db.delete(member)

        self._committer.submit(work)

    # -- personal links -------------------------------------------------------------------------------
    def invite(self, circle_id: str, name: str) -> str:
        """A personal link's token for somebody called `name`; works once, within 14 days.

        The caller has checked that a host of this circle asks. Raises Invalid for the name.
        """
        member = Member(
            id=new_id(),
            circle_id=circle_id,
            role="member",
            name=clean_name(name),
            created_at=self._clock.now(),
        )
        self._committer.submit(lambda db: db.add(member))
        return self._accounts.one_use_link(member.id, "invite")

    def accept(self, token: str) -> tuple[str, str, str]:
        """Spend a personal link: (circle id, member id, the circle's door token).

        Raises NotFound("expired"), also for somebody who is not welcome any more: the answer is the
        same.
        """
        member_id = self._accounts.consume(token, "invite")

        def work(db: Session) -> tuple[str, str, str]:
            member = db.get(Member, member_id)
            if member is None or member.banned:
                raise NotFound("expired")
            circle = db.get_one(Circle, member.circle_id)
            return circle.id, member.id, circle.door_token

        return self._committer.read(work)

    # -- notes by mail --------------------------------------------------------------------------------
    def note_wish(self, member_id: str) -> NoteWish:
        """What this person has asked for. Raises NotFound."""

        def work(db: Session) -> NoteWish:
            member = _existing(db, member_id)
            circle = db.get_one(Circle, member.circle_id)
            sealed = member.address_ct
            address = self._keys.open(sealed, _address_place(member.id)) if sealed else ""
            zone = member.zone or circle.zone
            return NoteWish(member.name, circle.name, member.mail, address, zone)

        return self._committer.read(work)

    def wish_notes(self, member_id: str, kind: str, address: str, zone: str) -> None:
        """Keep the wish. "none" deletes the address as well: what is not needed is not kept.

        Raises Invalid with `fields` for an unknown kind, an address or a zone.
        """
        if kind not in MAIL_KINDS:
            raise Invalid("invalid", {"kind": "invalid"})
        if kind == "none":
            self._stop(member_id)
            return
        clean = clean_address(address)
        where = clean_zone(zone)

        def work(db: Session) -> None:
            member = _existing(db, member_id)
            member.mail, member.zone = kind, where
            member.address_ct = self._keys.seal(clean, _address_place(member.id))

        self._committer.submit(work)

    def stop_token(self, _db: Session, member: Member) -> str:
        """The token of this person's "no more mail" link. It can do nothing else and never expires.

        It follows from the member's id and the server's secret, so it is not stored anywhere.
        """
        return f"{member.id}.{self._stop_mark(member.id)}"

    def stop(self, token: str) -> None:
        """No more mail, and the address is deleted. Raises NotFound; asking twice is fine."""
        member_id, _, mark = token.partition(".")
        if not hmac.compare_digest(mark.encode(), self._stop_mark(member_id).encode()):
            raise NotFound("not_found")
        self._stop(member_id)

    def _stop_mark(self, member_id: str) -> str:
        mark = hmac.digest(self._stop_key, member_id.encode(), "sha256")[:18]
        return base64.urlsafe_b64encode(mark).decode()

    def _stop(self, member_id: str) -> None:
        def work(db: Session) -> None:
            member = db.get(Member, member_id)
            if member is not None:  # a person who is gone gets no mail either
                member.mail, member.address_ct = "none", None

        self._committer.submit(work)


def _existing(db: Session, member_id: str) -> Member:
    member = db.get(Member, member_id)
    if member is None:
        raise NotFound("not_found")
    return member


def _address_place(member_id: str) -> str:
    return f"members.address.{member_id}"


def _lines(clauses: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(clause) for clause in clauses)
