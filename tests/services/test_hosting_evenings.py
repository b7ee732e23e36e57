"""Hosting begins and ends while an evening is on: nobody changes sides, no room is left alone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from circle.domain import commands as c
from circle.domain.errors import CircleError, NotFound, NotNow
from circle.domain.meeting import Place, Role
from circle.services.accounts import Accounts
from circle.services.clock import SettableClock
from circle.services.hosting import Hosting
from circle.services.identity import MEMBERS
from circle.services.ports import Caller
from circle.services.speech import Whisper
from circle.store.committer import Committer
from circle.store.models import Member, User
from circle.store.words import Words
from tests.domain.scene import EVENING, ROUND, WORD
from tests.services.test_conduct_races import at_once
from tests.sitting import ANA, CIRCLE, CO, HOST, MEETING, Sitting
from tests.support import cheap_passwords


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """Mira (who keeps the circle) and Co host; Ana, Bo and Cy are there; a word is asked."""
    sitting = Sitting(committer, words, clock, WORD, ROUND, *EVENING[3:], hosts=(HOST, CO))

    def sign_up(db: Any) -> None:
        now = clock.now()
        db.add(User(id="u2", address="co@hosts.example", name="Co", created_at=now))
        db.flush()
        db.get_one(Member, HOST).user_id, db.get_one(Member, CO).user_id = "u1", "u2"

    committer.submit(sign_up)
    sitting.go_to("word")
    return sitting


@pytest.fixture
def hosting(sitting: Sitting, committer: Committer, clock: SettableClock) -> Hosting:
    return Hosting(committer, clock, Accounts(committer, clock, cheap_passwords()), sitting.conduct)


def test_a_room_is_not_left_without_a_host(sitting: Sitting, hosting: Hosting) -> None:
    sitting.do(HOST, c.LeaveSeat())
    with pytest.raises(NotNow, match="alone_in_room"):
        hosting.end("u1", CIRCLE, CO)
    with pytest.raises(NotNow, match="last_host"):
        hosting.end("u2", CIRCLE, CO)
    assert sitting.meeting.hosts() == (CO,)
    assert CO in sitting.pages.listening


def test_whoever_hosts_no_more_is_out_of_the_room_at_once(sitting: Sitting, hosting: Hosting) -> None:
    hosting.end("u1", CIRCLE, CO)
    seat = sitting.meeting.seat(CO)
    assert seat is not None
    assert seat.place is Place.LEFT
    assert CO in sitting.pages.cut
    assert CO not in sitting.pages.listening
    heard = len(sitting.pages.to(CO))
    sitting.do(HOST, c.Next())
    assert len(sitting.pages.to(CO)) == heard
    with pytest.raises(NotFound):
        sitting.conduct.arrive(Caller(CO, host=True), MEETING, "the same page again")
    for command in (c.Next(), c.EndSession(), c.Ban(ANA)):
        with pytest.raises(CircleError):
            sitting.do(CO, command)
    sitting.do(CO, c.TakeSeat(CO, "Co"))  # by the circle's link: as a member, through the door
    seat = sitting.meeting.seat(CO)
    assert seat is not None
    assert (seat.role, seat.place) == (Role.MEMBER, Place.WAITING)
    sitting.check_pages()


def test_a_page_that_sits_down_at_that_moment_gets_no_hosts_chair(sitting: Sitting, hosting: Hosting) -> None:
    """Whoever is quicker: afterwards they have no seat as a host, and no rights of one."""

    def sit_down() -> None:
        for _ in range(5):
            sitting.conduct.perform(Caller(CO), MEETING, c.TakeSeat(CO, "Co"), command_id=str(uuid4()))

    answers = at_once(lambda: hosting.end("u1", CIRCLE, CO), sit_down)
    member = sitting.committer.read(lambda db: db.get_one(Member, CO))
    if member.role == "host":  # sat down again each time: nothing was done, and that was said
        assert "NotNow not_now" in answers
        hosting.end("u1", CIRCLE, CO)
    seat = sitting.meeting.seat(CO)
    assert seat is not None
    assert not (seat.role is Role.HOST and seat.place is Place.SEATED)
    with pytest.raises(CircleError):
        sitting.do(CO, c.EndSession())


def test_a_member_of_this_evening_hosts_once_it_is_over(sitting: Sitting, hosting: Hosting) -> None:
    """Hosts read first what was written without a name: nobody changes sides in between."""
    sitting.committer.submit(lambda db: db.add(_account("u3", sitting.clock)))
    token, cookie = hosting.ask("u1", CIRCLE), {MEMBERS: {CIRCLE: ANA}}
    for leaves_before in (False, True):
        if leaves_before:
            sitting.do(ANA, c.LeaveSeat())
        with pytest.raises(NotNow, match="sitting_now"):
            hosting.accept("u3", token, "Ana", cookie)
    sitting.do(HOST, c.EndSession())
    sitting.clock.advance(60)
    hosting.accept("u3", token, "Ana", cookie)
    assert [host.name for host in hosting.hosts("u1", CIRCLE).people] == ["Host", "Co", "Ana"]


def test_the_desk_of_an_evening_that_is_over_is_for_hosts_of_now(sitting: Sitting, hosting: Hosting) -> None:
    sitting.say(ANA, Whisper("for you two"))
    sitting.do(HOST, c.EndSession())
    co = Caller(CO)
    assert "for you two" in str(sitting.conduct.snapshot(co, MEETING))
    hosting.end("u1", CIRCLE, CO)
    for look in (sitting.conduct.snapshot, lambda *who: sitting.conduct.arrive(*who, "the same page again")):
        with pytest.raises(NotFound):
            look(co, MEETING)
    assert "for you two" in str(sitting.conduct.snapshot(Caller(HOST), MEETING))
    assert sitting.conduct.snapshot(Caller(ANA), MEETING)["audiences"]


def _account(user_id: str, clock: SettableClock) -> User:
    return User(id=user_id, address=f"{user_id}@hosts.example", name="Ana", created_at=clock.now())
