"""Setting the table of a rehearsal: the planned evening again, elsewhere, with made-up people at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy.orm import Session

from circle.domain.meeting import Meeting
from circle.domain.names import likeness
from circle.domain.preparation import Card, Preparation
from circle.rehearsal.ears import Ears
from circle.rehearsal.frames import DESK, SEAT, FrameSessions
from circle.rehearsal.hands import Hands
from circle.rehearsal.play import Play, Seat
from circle.services.circles import hosted
from circle.services.hub import Hub
from circle.services.identity import GENERATION, MEMBERS, USER
from circle.services.planning import Evening
from circle.services.ports import Caller, Clock, new_id
from circle.simulate.ensemble import PHONE, Player, load_ensemble
from circle.store import meetings
from circle.store.models import Circle, Member, User
from circle.store.preparations import Preparations

NOWHERE = "rehearsal.invalid"  # RFC 2606: no mail can ever arrive there


@dataclass(frozen=True, slots=True)
class House:
    """A whole Circle in memory. `app` and everything under it goes when nobody holds it any more."""

    app: Flask
    hub: Hub
    ears: Ears
    close: Callable[[], None]


Build = Callable[[Clock], House]


@dataclass(frozen=True, slots=True)
class Table:
    """The evening as it stands in that house."""

    meeting_id: str
    host: Caller
    reader: str  # member id of somebody who asked for the whole mail
    phone: str  # whose page is shown, by name
    play: Play


def set_table(house: House, evening: Evening, cards: tuple[Card, ...] = ()) -> Table:
    """The planned evening with its own plan, day and circle's ways, and people of ours at the table."""
    hub, everybody = house.hub, load_ensemble()
    players = _named_apart(everybody.of_size(evening.meeting.plan.participants), evening.circle.host_name)
    user_id, meeting_id, ids = new_id(), new_id(), [new_id() for _ in players]
    hub.committer.submit(lambda db: db.add(_account(hub, user_id, evening.circle.host_name)))
    circle_id = hub.planning.circles.create(user_id, evening.circle.form)
    meeting = _again(evening.meeting, meeting_id, circle_id)

    def work(db: Session) -> Caller:
        db.get_one(Circle, circle_id).agreements = list(evening.circle.agreements)
        db.add_all(_member(hub, circle_id, who, player) for who, player in zip(ids, players, strict=True))
        meetings.add(db, meeting)
        db.flush()
        Preparations(hub.keys).save(db, meeting_id, Preparation(cards=cards))
        return hosted(db, user_id, circle_id).caller

    host = hub.committer.submit(work)
    seats = [
        Seat(player, Hands(hub, house.ears, meeting_id, Caller(who), player.name))
        for who, player in zip(ids, players, strict=True)
    ]
    desk = Hands(hub, house.ears, meeting_id, host, evening.circle.host_name)
    watched = next(at for at, player in enumerate(players) if player.role == PHONE)
    house.app.session_interface = FrameSessions(
        {DESK: {USER: user_id, GENERATION: 1}, SEAT: {MEMBERS: {circle_id: ids[watched]}}}
    )
    return Table(
        meeting_id=meeting_id,
        host=host,
        reader=ids[watched],
        phone=players[watched].name,
        play=Play(hub, meeting.plan, desk, seats, everybody),
    )


def _again(meeting: Meeting, meeting_id: str, circle_id: str) -> Meeting:
    """The same evening, before anybody has come."""
    return Meeting(
        id=meeting_id,
        circle_id=circle_id,
        plan=meeting.plan,
        starts_at=meeting.starts_at,
        admit=meeting.admit,
        read_first=meeting.read_first,
    )


def _named_apart(players: tuple[Player, ...], host: str) -> tuple[Player, ...]:
    """Nobody has the host's name."""
    return tuple(
        replace(player, name=f"{player.name} B.") if likeness(player.name) == likeness(host) else player
        for player in players
    )


def _account(hub: Hub, user_id: str, name: str) -> User:
    return User(id=user_id, address=f"you@{NOWHERE}", name=name, created_at=hub.clock.now())


def _member(hub: Hub, circle_id: str, member_id: str, player: Player) -> Member:
    sealed = hub.keys.seal(f"somebody@{NOWHERE}", f"members.address.{member_id}")
    return Member(
        id=member_id,
        circle_id=circle_id,
        role="member",
        name=player.name,
        mail=player.mail,
        address_ct=sealed if player.mail != "none" else None,
        created_at=hub.clock.now(),
    )
