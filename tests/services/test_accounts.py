"""Accounts, signing in, one-use links; on both databases. Refusals first."""

from __future__ import annotations

import threading
from hashlib import sha256

import pytest
from sqlalchemy import select

from circle.domain.errors import CircleError, Invalid, NotAllowed, NotFound
from circle.services.accounts import FIRST, Accounts
from circle.services.clock import SettableClock
from circle.services.passwords import Passwords
from circle.store.committer import Committer
from circle.store.models import Circle, Member, OneUseLink, User, WebSession
from tests.support import PASSWORD, cheap_passwords


@pytest.fixture
def accounts(committer: Committer, clock: SettableClock) -> Accounts:
    return Accounts(committer, clock, cheap_passwords())


@pytest.mark.parametrize(
    ("address", "name", "password", "fields"),
    [
        ("mira", "Mira", PASSWORD, {"address": "address"}),
        ("mira@example.org\r\nBcc: a@b.cd", "Mira", PASSWORD, {"address": "address"}),
        ("a" * 250 + "@example.org", "Mira", PASSWORD, {"address": "address"}),
        ("mira@example.org", " ", PASSWORD, {"name": "name_empty"}),
        ("mira@example.org", "M" * 25, PASSWORD, {"name": "name_long"}),
        ("mira@example.org", "Mira", "short", {"password": "password_short"}),
    ],
)
def test_what_cannot_be_an_account(
    accounts: Accounts, address: str, name: str, password: str, fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        accounts.create(address, name, password)
    assert refusal.value.fields == fields
    assert not accounts.anybody()


def test_an_address_has_one_account_in_any_case(accounts: Accounts) -> None:
    accounts.create("mira@example.org", "Mira", PASSWORD)
    with pytest.raises(Invalid) as refusal:
        accounts.create(" Mira@Example.ORG ", "Mira", PASSWORD)
    assert refusal.value.fields == {"address": "address_taken"}


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("mira@example.org", "a lamp and six chairs"),
        ("nobody@example.org", PASSWORD),
        ("", ""),
        ("mira@example.org", "x" * 100_000),
    ],
)
def test_one_answer_for_a_wrong_password_and_for_nobody(
    accounts: Accounts, address: str, password: str
) -> None:
    accounts.create("mira@example.org", "Mira", PASSWORD)
    with pytest.raises(Invalid) as refusal:
        accounts.sign_in(address, password)
    assert (refusal.value.code, refusal.value.fields) == ("wrong_password", {"password": "wrong_password"})


def test_signing_in(accounts: Accounts) -> None:
    user_id = accounts.create("mira@example.org", "Mira", PASSWORD)
    who = accounts.sign_in(" MIRA@example.org ", PASSWORD)
    assert (who.user_id, who.generation) == (user_id, 1)
    assert accounts.signed_in(user_id) == who


def test_an_older_hash_is_renewed_by_signing_in(committer: Committer, clock: SettableClock) -> None:
    Accounts(committer, clock, Passwords()).create("mira@example.org", "Mira", PASSWORD)
    accounts = Accounts(committer, clock, cheap_passwords())
    accounts.sign_in("mira@example.org", PASSWORD)
    known = committer.read(lambda db: db.scalar(select(User.password_hash)))
    assert known is not None
    assert "m=8," in known
    accounts.sign_in("mira@example.org", PASSWORD)


def test_the_first_account_asks_for_the_printed_link(accounts: Accounts) -> None:
    with pytest.raises(NotFound, match="expired"):
        accounts.create_first("guessed", "mira@example.org", "Mira", PASSWORD)
    token = accounts.one_use_link(FIRST, FIRST)
    with pytest.raises(Invalid):
        accounts.create_first(token, "mira@example.org", "Mira", "short")
    accounts.create_first(token, "mira@example.org", "Mira", PASSWORD)  # the slip did not spend it
    with pytest.raises(NotFound, match="expired"):
        accounts.create_first(token, "jo@example.org", "Jo", PASSWORD)


def test_there_is_one_first_account(accounts: Accounts) -> None:
    token = accounts.one_use_link(FIRST, FIRST)
    accounts.create("mira@example.org", "Mira", PASSWORD)
    with pytest.raises(NotAllowed):
        accounts.create_first(token, "jo@example.org", "Jo", PASSWORD)


def test_a_link_works_once_for_its_purpose_and_its_time(accounts: Accounts, clock: SettableClock) -> None:
    token = accounts.one_use_link("somebody")
    with pytest.raises(NotFound, match="expired"):
        accounts.consume(token, "invite")
    assert accounts.consume(token, "signin") == "somebody"
    with pytest.raises(NotFound, match="expired"):
        accounts.consume(token, "signin")
    late = accounts.one_use_link("somebody")
    clock.advance(601)
    with pytest.raises(NotFound, match="expired"):
        accounts.consume(late, "signin")


def test_only_the_links_hash_is_stored(accounts: Accounts, committer: Committer) -> None:
    token = accounts.one_use_link("somebody")
    [row] = committer.read(lambda db: list(db.scalars(select(OneUseLink))))
    assert row.token_hash == sha256(token.encode()).hexdigest()
    assert len(token) == 43  # 32 random bytes


def test_ten_presses_spend_a_link_once(accounts: Accounts) -> None:
    token, spent = accounts.one_use_link("somebody"), []

    def press() -> None:
        try:
            spent.append(accounts.consume(token, "signin"))
        except CircleError:
            return

    presses = [threading.Thread(target=press) for _ in range(10)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert spent == ["somebody"]


NEWER = "a kettle and nine cups"


@pytest.mark.parametrize(
    ("current", "new", "fields"),
    [
        ("a lamp and six chairs", NEWER, {"current": "wrong_current"}),
        ("", NEWER, {"current": "wrong_current"}),
        ("x" * 100_000, NEWER, {"current": "wrong_current"}),
        (PASSWORD, "short", {"new": "password_short"}),
        (PASSWORD, "n" * 257, {"new": "password_long"}),
        (PASSWORD, "Mira@Example.org", {"new": "password_common"}),
        (None, "changemechangeme", {"new": "password_common"}),
        ("a lamp and six chairs", "short", {"current": "wrong_current", "new": "password_short"}),
    ],
)
def test_what_cannot_be_the_other_password(
    accounts: Accounts, current: str | None, new: str, fields: dict[str, str]
) -> None:
    who = accounts.signed_in(accounts.create("mira@example.org", "Mira", PASSWORD))
    with pytest.raises(Invalid) as refusal:
        accounts.change_password(who, current, new)
    assert refusal.value.fields == fields
    assert accounts.sign_in("mira@example.org", PASSWORD) == who, "nothing has changed"


@pytest.mark.parametrize("current", [PASSWORD, None])
def test_another_password_ends_every_sign_in_and_every_link_to_one(
    accounts: Accounts, committer: Committer, clock: SettableClock, current: str | None
) -> None:
    who = accounts.signed_in(accounts.create("mira@example.org", "Mira", PASSWORD))
    jo = accounts.signed_in(accounts.create("jo@example.org", "Jo", PASSWORD))
    now, link, hers = clock.now(), accounts.one_use_link(who.user_id), accounts.one_use_link(jo.user_id)

    def come(db: object) -> None:
        for at, owner in enumerate((who.user_id, jo.user_id, "")):
            db.add(WebSession(id_hash=str(at), data_ct=b"", user_id=owner, created_at=now, seen_at=now))

    committer.submit(come)
    after = accounts.change_password(who, current, NEWER)
    assert after == accounts.sign_in("mira@example.org", NEWER) == accounts.signed_in(who.user_id)
    assert after.generation == who.generation + 1
    with pytest.raises(Invalid, match="wrong_password"):
        accounts.sign_in("mira@example.org", PASSWORD)
    with pytest.raises(NotFound, match="expired"):
        accounts.consume(link, "signin")
    assert committer.read(lambda db: set(db.scalars(select(WebSession.user_id)))) == {jo.user_id, ""}
    assert accounts.consume(hers, "signin") == jo.user_id
    assert accounts.sign_in("jo@example.org", PASSWORD) == jo


def test_a_sign_in_that_ended_changes_no_password(accounts: Accounts) -> None:
    who = accounts.signed_in(accounts.create("mira@example.org", "Mira", PASSWORD))
    accounts.end_everywhere(who.user_id)
    for current in (PASSWORD, None):
        with pytest.raises(NotAllowed, match="sign_in"):
            accounts.change_password(who, current, NEWER)
    accounts.sign_in("mira@example.org", PASSWORD)


def test_two_changes_at_once_are_one(accounts: Accounts) -> None:
    who = accounts.signed_in(accounts.create("mira@example.org", "Mira", PASSWORD))
    changed: list[str] = []

    def change(new: str) -> None:
        try:
            accounts.change_password(who, PASSWORD, new)
        except NotAllowed:
            return
        changed.append(new)

    changes = [threading.Thread(target=change, args=(f"{NEWER} {number}",)) for number in range(6)]
    for thread in changes:
        thread.start()
    for thread in changes:
        thread.join()
    assert len(changed) == 1
    assert accounts.sign_in("mira@example.org", changed[0]).generation == who.generation + 1


def test_signing_out_everywhere_ends_every_session(
    accounts: Accounts, committer: Committer, clock: SettableClock
) -> None:
    user_id = accounts.create("mira@example.org", "Mira", PASSWORD)
    now = clock.now()

    def fill(db: object) -> None:
        db.add(Circle(id="c", name="C", door_token="d", agreements=[], owner_id=user_id, created_at=now))
        db.flush()
        db.add(Member(id="m", circle_id="c", role="host", user_id=user_id, created_at=now))
        for at, owner in enumerate((user_id, "")):
            db.add(WebSession(id_hash=str(at), data_ct=b"", user_id=owner, created_at=now, seen_at=now))

    committer.submit(fill)
    assert accounts.end_everywhere(user_id) == ["m"] == accounts.members_of(user_id)
    assert accounts.signed_in(user_id).generation == 2
    assert committer.read(lambda db: list(db.scalars(select(WebSession.user_id)))) == [""]
