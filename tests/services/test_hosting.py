"""Who hosts a circle: asking, saying yes, ending; on both databases. Refusals first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow
from circle.services.accounts import Accounts
from circle.services.circles import CircleForm, Circles
from circle.services.clock import SettableClock
from circle.services.hosting import Hosting
from circle.services.identity import MEMBERS
from circle.services.joining import Joining
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import AuditRow, Circle, Member, OneUseLink, User
from tests.services.test_conduct_races import at_once
from tests.support import PASSWORD, FakeConduct, cheap_passwords, make_circles

DAY_S = 86_400.0


@dataclass
class Hall:
    """Mira's circle, and Jo with nothing of their own."""

    committer: Committer
    accounts: Accounts
    circles: Circles
    conduct: FakeConduct
    hosting: Hosting
    joining: Joining
    mira: str
    jo: str
    circle: str

    def member(self, user_id: str) -> Member | None:
        """This account's chair."""
        mine = select(Member).where(Member.user_id == user_id, Member.circle_id == self.circle)
        return self.committer.read(lambda db: db.scalar(mine))

    def chair(self, user_id: str) -> str:
        """Its id."""
        member = self.member(user_id)
        assert member is not None
        return member.id

    def join(self, user_id: str, name: str, cookie: dict[str, Any] | None = None) -> None:
        """This account says yes to a link of Mira's."""
        self.hosting.accept(user_id, self.hosting.ask(self.mira, self.circle), name, cookie or {})

    def names(self) -> list[str]:
        """Who hosts, as Mira sees it."""
        return [host.name for host in self.hosting.hosts(self.mira, self.circle).people]

    def links(self) -> list[OneUseLink]:
        """Links that are out."""
        return self.committer.read(lambda db: list(db.scalars(select(OneUseLink))))


@pytest.fixture
def hall(committer: Committer, clock: SettableClock, keys: KeyRing) -> Hall:
    accounts = Accounts(committer, clock, cheap_passwords())
    circles, conduct = make_circles(committer, clock), FakeConduct(committer, clock)
    mira = accounts.create("mira@example.org", "Mira", PASSWORD)
    return Hall(
        committer=committer,
        accounts=accounts,
        circles=circles,
        conduct=conduct,
        hosting=Hosting(committer, clock, accounts, conduct),
        joining=Joining(committer, clock, conduct, accounts, keys, "a secret"),
        mira=mira,
        jo=accounts.create("jo@example.org", "Jo", PASSWORD),
        circle=circles.create(mira, CircleForm("Thursday circle", "Europe/Dublin")),
    )


def refused(*calls: Callable[[], Any]) -> list[str]:
    """The refusals among calls that are made at once."""
    return sorted(answer for answer in at_once(*calls).elements() if answer.startswith(("Not", "Invalid")))


# -- asking -------------------------------------------------------------------------------------------
def test_who_does_not_host_is_told_nothing(hall: Hall) -> None:
    mira = hall.chair(hall.mira)
    for call in (
        lambda: hall.hosting.hosts(hall.jo, hall.circle),
        lambda: hall.hosting.ask(hall.jo, hall.circle),
        lambda: hall.hosting.close_links(hall.jo, hall.circle),
        lambda: hall.hosting.ending(hall.jo, hall.circle, mira),
        lambda: hall.hosting.end(hall.jo, hall.circle, mira),
        lambda: hall.hosting.ask(hall.mira, "nowhere"),
    ):
        with pytest.raises(NotFound, match="not_found"):
            call()
    assert (hall.links(), hall.names()) == ([], ["Mira"])


def test_a_circle_of_made_up_people_asks_nobody(hall: Hall) -> None:
    demo = hall.circles.create(hall.mira, CircleForm("Made up", "UTC"), demo=True)
    with pytest.raises(NotFound):
        hall.hosting.ask(hall.mira, demo)


def test_only_the_links_hash_is_stored_for_fourteen_days(hall: Hall, clock: SettableClock) -> None:
    token = hall.hosting.ask(hall.mira, hall.circle)
    [row] = hall.links()
    assert row.token_hash == sha256(token.encode()).hexdigest()
    assert (row.purpose, row.subject) == ("host", hall.circle)
    clock.advance(14 * DAY_S - 1)
    assert hall.hosting.offer(hall.jo, token).circle_name == "Thursday circle"
    assert hall.hosting.hosts(hall.mira, hall.circle).open_links == 1
    clock.advance(2)
    with pytest.raises(NotFound, match="expired"):
        hall.hosting.accept(hall.jo, token, "Jo", {})
    assert hall.hosting.hosts(hall.mira, hall.circle).open_links == 0


@pytest.mark.parametrize("purpose", ["signin", "invite", "first"])
def test_a_link_for_something_else_makes_nobody_a_host(hall: Hall, purpose: str) -> None:
    token = hall.accounts.one_use_link(hall.circle, purpose)
    for call in (
        lambda: hall.hosting.offer(hall.jo, token),
        lambda: hall.hosting.accept(hall.jo, token, "Jo", {}),
        lambda: hall.hosting.accept_new(token, "di@example.org", "Di", PASSWORD, {}),
    ):
        with pytest.raises(NotFound, match="expired"):
            call()
    assert len(hall.links()) == 1


def test_links_that_are_taken_back(hall: Hall) -> None:
    tokens = [hall.hosting.ask(hall.mira, hall.circle) for _ in range(2)]
    invited = hall.joining.invite(hall.circle, "Rowan")
    assert hall.hosting.hosts(hall.mira, hall.circle).open_links == 2
    hall.hosting.close_links(hall.mira, hall.circle)
    for token in tokens:
        with pytest.raises(NotFound, match="expired"):
            hall.hosting.accept(hall.jo, token, "Jo", {})
    hall.joining.accept(invited)  # a member's link is not a host's


# -- saying yes ---------------------------------------------------------------------------------------
def test_a_second_host_sees_the_circle_and_may_ask_the_next(hall: Hall) -> None:
    hall.join(hall.jo, "Jo")
    assert [circle.id for circle in hall.circles.of(hall.jo)] == [hall.circle]
    assert hall.names() == ["Mira", "Jo"]
    [mira, jo] = hall.hosting.hosts(hall.jo, hall.circle).people
    assert (mira.keeps, mira.me, jo.keeps, jo.me) == (True, False, False, True)
    hall.hosting.ask(hall.jo, hall.circle)
    rows = hall.committer.read(lambda db: list(db.scalars(select(AuditRow).order_by(AuditRow.action))))
    told = sorted((row.action, row.actor_id, row.object_id) for row in rows)
    mira_id, jo_id = hall.chair(hall.mira), hall.chair(hall.jo)
    assert told == sorted(
        [("host_asked", mira_id, ""), ("host_joined", jo_id, jo_id), ("host_asked", jo_id, "")]
    )


def test_who_hosts_already_spends_nothing(hall: Hall) -> None:
    token = hall.hosting.ask(hall.mira, hall.circle)
    assert hall.hosting.offer(hall.mira, token).mine
    hall.hosting.accept(hall.mira, token, "Somebody", {})
    assert hall.names() == ["Mira"]
    hall.hosting.accept(hall.jo, token, "Jo", {})
    assert hall.names() == ["Mira", "Jo"]


@pytest.mark.parametrize(
    ("name", "code"), [(" ", "name_empty"), ("J" * 25, "name_long"), ("MIRA", "name_taken")]
)
def test_a_name_that_does_not_fit_leaves_the_link_good(hall: Hall, name: str, code: str) -> None:
    token = hall.hosting.ask(hall.mira, hall.circle)
    for call in (
        lambda: hall.hosting.accept(hall.jo, token, name, {}),
        lambda: hall.hosting.accept_new(token, "di@example.org", name, PASSWORD, {}),
    ):
        with pytest.raises(Invalid) as refusal:
            call()
        assert refusal.value.fields == {"name": code}
    assert hall.hosting.hosts(hall.mira, hall.circle).open_links == 1
    assert len(hall.committer.read(lambda db: list(db.scalars(select(User))))) == 2


def test_a_members_name_is_taken_but_not_by_oneself(hall: Hall) -> None:
    personal = hall.joining.invite(hall.circle, "Rowan")
    _, rowan, _ = hall.joining.accept(personal)
    with pytest.raises(Invalid, match="name_taken"):
        hall.join(hall.jo, "rowan")
    hall.join(hall.jo, "rowan", {MEMBERS: {hall.circle: rowan}})
    guest = hall.committer.read(lambda db: db.get_one(Member, rowan))
    assert (guest.role, guest.user_id) == ("member", None)  # what was said from there has no account


def test_a_new_account_in_one_step(hall: Hall) -> None:
    token = hall.hosting.ask(hall.mira, hall.circle)
    with pytest.raises(Invalid) as refusal:
        hall.hosting.accept_new(token, " JO@example.org", "Di", PASSWORD, {})
    assert refusal.value.fields == {"address": "address_taken"}
    user_id, name = hall.hosting.accept_new(token, "di@example.org", "Di", PASSWORD, {})
    assert name == "Thursday circle"
    assert hall.accounts.sign_in("di@example.org", PASSWORD).user_id == user_id
    assert hall.names() == ["Mira", "Di"]


def test_without_a_good_link_nobody_learns_whether_an_address_has_an_account(hall: Hall) -> None:
    for address in ("jo@example.org", "nobody@example.org"):
        with pytest.raises(NotFound, match="expired"):
            hall.hosting.accept_new("guessed", address, "Di", PASSWORD, {})


def test_who_is_not_to_come_back_reads_that_the_link_is_used(hall: Hall) -> None:
    _, rowan, _ = hall.joining.accept(hall.joining.invite(hall.circle, "Rowan"))

    def ban(db: Any) -> None:
        db.get_one(Member, rowan).banned = True

    hall.committer.submit(ban)
    with pytest.raises(NotFound, match="expired"):
        hall.join(hall.jo, "Jo", {MEMBERS: {hall.circle: rowan}})


def test_two_people_press_at_once_and_one_hosts(hall: Hall) -> None:
    token = hall.hosting.ask(hall.mira, hall.circle)
    di = hall.accounts.create("di@example.org", "Di", PASSWORD)
    answers = refused(
        lambda: hall.hosting.accept(hall.jo, token, "Jo", {}),
        lambda: hall.hosting.accept(di, token, "Di", {}),
        lambda: hall.hosting.accept_new(token, "cy@example.org", "Cy", PASSWORD, {}),
    )
    assert answers == ["NotFound expired", "NotFound expired"]
    assert len(hall.names()) == 2


def test_two_links_and_one_name(hall: Hall) -> None:
    tokens = [hall.hosting.ask(hall.mira, hall.circle) for _ in range(2)]
    answers = refused(
        lambda: hall.hosting.accept(hall.jo, tokens[0], "Sam", {}),
        lambda: hall.hosting.accept_new(tokens[1], "di@example.org", "sam", PASSWORD, {}),
    )
    assert answers == ["Invalid name_taken"]
    assert [name.lower() for name in hall.names()] == ["mira", "sam"]


def test_one_account_with_two_links_has_one_chair(hall: Hall) -> None:
    tokens = [hall.hosting.ask(hall.mira, hall.circle) for _ in range(2)]
    calls = [lambda t=token: hall.hosting.accept(hall.jo, t, "Jo", {}) for token in tokens]
    assert refused(*calls) == []
    assert hall.names() == ["Mira", "Jo"]
    assert hall.hosting.hosts(hall.mira, hall.circle).open_links == 1


# -- ending -------------------------------------------------------------------------------------------
def test_hosts_end_nobodys_hosting_but_their_own(hall: Hall) -> None:
    di = hall.accounts.create("di@example.org", "Di", PASSWORD)
    hall.join(hall.jo, "Jo")
    hall.join(di, "Di")
    for who in (hall.mira, di):
        with pytest.raises(NotAllowed, match="owner_only"):
            hall.hosting.end(hall.jo, hall.circle, hall.chair(who))
    hall.hosting.end(di, hall.circle, hall.chair(di))
    assert hall.names() == ["Mira", "Jo"]
    with pytest.raises(NotFound):
        hall.hosting.end(hall.mira, hall.circle, hall.chair(di))  # they host no more


def test_people_of_other_circles_and_members_are_not_found(hall: Hall) -> None:
    other = hall.circles.create(hall.mira, CircleForm("Tuesday circle", "UTC"))
    hall.join(hall.jo, "Jo")
    _, rowan, _ = hall.joining.accept(hall.joining.invite(hall.circle, "Rowan"))
    for circle, member in ((other, hall.chair(hall.jo)), (hall.circle, rowan), (hall.circle, "nobody")):
        with pytest.raises(NotFound):
            hall.hosting.end(hall.mira, circle, member)
    assert hall.names() == ["Mira", "Jo"]


def test_the_only_host_stays(hall: Hall) -> None:
    with pytest.raises(NotNow, match="only_host"):
        hall.hosting.end(hall.mira, hall.circle, hall.chair(hall.mira))
    assert hall.names() == ["Mira"]


def test_the_end_of_hosting_here_is_no_end_elsewhere(hall: Hall) -> None:
    own = hall.circles.create(hall.jo, CircleForm("Jo’s circle", "UTC"))
    hall.join(hall.jo, "Jo")
    chair, kept = hall.chair(hall.jo), hall.hosting.ask(hall.jo, hall.circle)
    what = hall.hosting.ending(hall.mira, hall.circle, chair)
    assert (what.name, what.me, what.others, what.heir) == ("Jo", False, ("Mira",), "")
    hall.hosting.end(hall.mira, hall.circle, chair)
    assert hall.conduct.revoked == [chair]
    assert [circle.id for circle in hall.circles.of(hall.jo)] == [own]
    assert hall.accounts.sign_in("jo@example.org", PASSWORD).user_id == hall.jo
    with pytest.raises(NotFound, match="expired"):
        hall.hosting.accept(hall.jo, kept, "Jo", {})  # no way back with a link of one's own
    [row] = [r for r in _audit(hall) if r.action == "host_ended"]
    assert (row.actor_id, row.object_id) == (hall.chair(hall.mira), chair)


def test_who_hosted_before_gets_the_same_chair_back(hall: Hall) -> None:
    hall.join(hall.jo, "Jo")
    chair = hall.chair(hall.jo)
    hall.hosting.end(hall.jo, hall.circle, chair)
    member = hall.member(hall.jo)
    assert member is not None
    assert (member.id, member.role) == (chair, "member")
    hall.join(hall.jo, "Jo")
    assert (hall.chair(hall.jo), hall.names()) == (chair, ["Mira", "Jo"])


def test_the_circle_passes_to_whoever_has_hosted_longest(hall: Hall, clock: SettableClock) -> None:
    di = hall.accounts.create("di@example.org", "Di", PASSWORD)
    clock.advance(60)
    hall.join(hall.jo, "Jo")
    clock.advance(60)
    hall.join(di, "Di")
    assert hall.hosting.ending(hall.mira, hall.circle, hall.chair(hall.mira)).heir == "Jo"
    hall.hosting.end(hall.mira, hall.circle, hall.chair(hall.mira))
    with pytest.raises(NotFound):
        hall.hosting.hosts(hall.mira, hall.circle)
    people = hall.hosting.hosts(di, hall.circle).people
    assert [(host.name, host.keeps) for host in people] == [("Jo", True), ("Di", False)]
    hall.hosting.end(hall.jo, hall.circle, hall.chair(di))


def test_two_hosts_leave_at_once_and_one_stays(hall: Hall) -> None:
    hall.join(hall.jo, "Jo")
    chairs = {who: hall.chair(who) for who in (hall.mira, hall.jo)}
    calls = [lambda w=who, m=chair: hall.hosting.end(w, hall.circle, m) for who, chair in chairs.items()]
    assert refused(*calls) == ["NotNow only_host"]
    left = hall.committer.read(lambda db: list(db.scalars(select(Member).where(Member.role == "host"))))
    circle = hall.committer.read(lambda db: db.get_one(Circle, hall.circle))
    assert [member.user_id for member in left] == [circle.owner_id]


def _audit(hall: Hall) -> list[AuditRow]:
    return hall.committer.read(lambda db: list(db.scalars(select(AuditRow))))
