"""Notes by mail, stopping them, and personal links; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from circle.domain.errors import Invalid, NotFound
from circle.services.accounts import Accounts
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.joining import Joining
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import Member
from tests.support import PASSWORD, FakeConduct, cheap_passwords, make_circles


@pytest.fixture
def accounts(committer: Committer, clock: SettableClock) -> Accounts:
    return Accounts(committer, clock, cheap_passwords())


@pytest.fixture
def joining(committer: Committer, clock: SettableClock, accounts: Accounts, keys: KeyRing) -> Joining:
    return Joining(committer, clock, FakeConduct(committer, clock), accounts, keys, "a secret")


@pytest.fixture
def rowan(committer: Committer, clock: SettableClock, accounts: Accounts, joining: Joining) -> Member:
    mira = accounts.create("mira@example.org", "Mira", PASSWORD)
    circle_id = make_circles(committer, clock).create(mira, CircleForm("Thursday circle", "Europe/Dublin"))
    joining.invite(circle_id, "Rowan")
    return committer.read(lambda db: db.scalars(select(Member).where(Member.name == "Rowan")).one())


def _now(committer: Committer, member: Member) -> Member:
    return committer.read(lambda db: db.get_one(Member, member.id))


@pytest.mark.parametrize(
    ("kind", "address", "zone", "fields"),
    [
        ("everything", "r@example.org", "UTC", {"kind": "invalid"}),
        ("full", "rowan", "UTC", {"address": "address"}),
        ("full", "r@example.org\nBcc: x@example.org", "UTC", {"address": "address"}),
        ("date", "r@example.org", "Mars", {"zone": "zone"}),
    ],
)
def test_a_wish_that_cannot_be_kept(
    joining: Joining, committer: Committer, rowan: Member, kind: str, address: str, zone: str, fields: object
) -> None:
    with pytest.raises(Invalid) as refusal:
        joining.wish_notes(rowan.id, kind, address, zone)
    assert refusal.value.fields == fields
    assert _now(committer, rowan).address_ct is None


def test_nobody_gets_mail_unasked(joining: Joining, rowan: Member) -> None:
    wish = joining.note_wish(rowan.id)
    assert (wish.kind, wish.address, wish.zone) == ("none", "", "Europe/Dublin")
    with pytest.raises(NotFound):
        joining.note_wish("somebody else")


def test_the_address_is_sealed_for_its_own_row(
    joining: Joining, committer: Committer, rowan: Member, keys: KeyRing
) -> None:
    joining.wish_notes(rowan.id, "full", " Rowan@Example.org ", "Asia/Tokyo")
    sealed = _now(committer, rowan).address_ct
    assert sealed is not None
    assert b"rowan" not in sealed.lower()
    assert keys.open(sealed, f"members.address.{rowan.id}") == "rowan@example.org"
    wish = joining.note_wish(rowan.id)
    assert (wish.kind, wish.address, wish.zone) == ("full", "rowan@example.org", "Asia/Tokyo")


def test_nothing_deletes_the_address(joining: Joining, committer: Committer, rowan: Member) -> None:
    joining.wish_notes(rowan.id, "date", "r@example.org", "UTC")
    joining.wish_notes(rowan.id, "none", "", "")
    member = _now(committer, rowan)
    assert (member.mail, member.address_ct) == ("none", None)


def test_a_stop_link_of_somebody_elses_making(joining: Joining, committer: Committer, rowan: Member) -> None:
    joining.wish_notes(rowan.id, "full", "r@example.org", "UTC")
    token = committer.read(lambda db: joining.stop_token(db, rowan))
    member_id, mark = token.split(".")
    other = "y" if mark.endswith("x") else "x"
    forgeries = (
        "",
        ".",
        member_id,
        f"{member_id}.",
        f"{member_id}.{mark[:-1]}{other}",
        f"x{token}",
        f".{mark}",
    )
    for forged in forgeries:
        with pytest.raises(NotFound):
            joining.stop(forged)
    assert _now(committer, rowan).mail == "full"


def test_a_stop_link_stops_and_may_be_pressed_again(
    joining: Joining, committer: Committer, rowan: Member
) -> None:
    joining.wish_notes(rowan.id, "full", "r@example.org", "UTC")
    token = committer.read(lambda db: joining.stop_token(db, rowan))
    for _press in range(2):
        joining.stop(token)
    member = _now(committer, rowan)
    assert (member.mail, member.address_ct) == ("none", None)


def test_another_servers_stop_links_mean_nothing_here(
    joining: Joining,
    committer: Committer,
    clock: SettableClock,
    accounts: Accounts,
    keys: KeyRing,
    rowan: Member,
) -> None:
    other = Joining(committer, clock, FakeConduct(committer, clock), accounts, keys, "another secret")
    with pytest.raises(NotFound):
        joining.stop(committer.read(lambda db: other.stop_token(db, rowan)))
