"""Facilitators' accounts: making one, signing in, one-use links. Members have none."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from circle.domain.errors import Invalid, NotAllowed, NotFound
from circle.services.passwords import Passwords, check_password
from circle.services.ports import Clock, new_id
from circle.services.tidy import clean_address, clean_name
from circle.store.committer import Committer
from circle.store.models import Member, OneUseLink, User, WebSession

# purpose -> how long its link works. A sign-in opens everything: it is short. A personal invitation is
# written into somebody's letter and opens one circle's door; so is the wish that somebody hosts along.
LIFETIMES = {
    "signin": timedelta(minutes=10),
    "first": timedelta(hours=1),
    "invite": timedelta(days=14),
    "host": timedelta(days=14),
}
FIRST = "first"  # purpose and subject of the link that makes the very first account


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser's session keeps of a sign-in. generation: see `store.models.User`."""

    user_id: str
    generation: int


class Accounts:
    """Facilitators' accounts. Hashing happens while no database session is open."""

    def __init__(self, committer: Committer, clock: Clock, passwords: Passwords | None = None) -> None:
        self._committer = committer
        self._clock = clock
        self._passwords = passwords or Passwords()

    # -- making an account ----------------------------------------------------------------------------
    def anybody(self) -> bool:
        """Whether there is any account yet."""
        return self._committer.read(_anybody)

    def oldest(self) -> str | None:
        """The id of the first account that was made; None while there is none."""
        return self._committer.read(lambda db: db.scalar(select(User.id).order_by(User.created_at, User.id)))

    def by_address(self, address: str) -> str | None:
        """The id of the account with this address, as people type it; None when there is none."""
        wanted = address.strip().lower()
        return self._committer.read(lambda db: db.scalar(select(User.id).where(User.address == wanted)))

    def create(self, address: str, name: str, password: str) -> str:
        """A new account; returns its id.

        Raises Invalid for the address, the name (1 to 24 characters) or the password, with `fields`.
        """
        row = self.new_user(address, name, password)
        return self._committer.submit(lambda db: add_user(db, row))

    def create_first(self, token: str, address: str, name: str, password: str) -> str:
        """The very first account, by the one-use link that starting the program prints.

        Raises NotFound("expired") for a spent link, NotAllowed when somebody has an account already,
        Invalid as `create` does; the link stays good after an Invalid.
        """
        row = self.new_user(address, name, password)

        def work(db: Session) -> str:
            self.spend(db, token, FIRST)
            if _anybody(db):
                raise NotAllowed("not_allowed")
            return add_user(db, row)

        return self._committer.submit(work)

    def new_user(self, address: str, name: str, password: str) -> User:
        """A row that is in no database yet (`add_user`). Raises Invalid as `create` does.

        It hashes the password: call it while no session is open.
        """
        clean = clean_address(address)
        called = clean_name(name)
        check_password(password, address=clean)
        return User(
            id=new_id(),
            address=clean,
            name=called,
            password_hash=self._passwords.hash(password),
            generation=1,
            created_at=self._clock.now(),
        )

    # -- signing in -----------------------------------------------------------------------------------
    def sign_in(self, address: str, password: str) -> SignedIn:
        """Who this is. Raises Invalid("wrong_password"): the same answer, after the same time, for an
        address nobody has. A hash made with older parameters is renewed on the way.
        """
        wanted = address.strip().lower()
        user = self._committer.read(lambda db: db.scalar(select(User).where(User.address == wanted)))
        known = user.password_hash if user is not None else ""
        fits = self._passwords.fits(password[:1024], known)  # a novel for a password is not hashed
        if user is None or not fits:
            raise Invalid("wrong_password", {"password": "wrong_password"})
        if self._passwords.is_dated(known):
            self._renew(user.id, known, self._passwords.hash(password))
        return SignedIn(user.id, user.generation)

    def _renew(self, user_id: str, old: str, new: str) -> None:
        mine = update(User).where(User.id == user_id, User.password_hash == old)
        self._committer.submit(lambda db: db.execute(mine.values(password_hash=new)))

    def signed_in(self, user_id: str) -> SignedIn:
        """The same for somebody who came by a one-use link. Raises NotFound."""

        def work(db: Session) -> SignedIn:
            user = db.get(User, user_id)
            if user is None:
                raise NotFound("expired")
            return SignedIn(user.id, user.generation)

        return self._committer.read(work)

    # -- another password -----------------------------------------------------------------------------
    def change_password(self, who: SignedIn, current: str | None, new: str) -> SignedIn:
        """Another password (12 to 256 characters). Every sign-in of this person ends, in every browser, and
        so does every link to sign in that was not used; returns the sign-in that counts from here on.

        current: the password they have now; None for somebody who just came by such a link because it is
        lost. Raises Invalid with `fields` "current" (wrong_current) and "new" (as `check_password`), and
        NotAllowed("sign_in") when the sign-in that asks ended meanwhile; nothing has changed then.
        """
        user = self._committer.read(lambda db: db.get(User, who.user_id))
        if user is None or user.generation != who.generation:
            raise NotAllowed("sign_in")
        wrong: dict[str, str] = {}
        if current is not None and not self._passwords.fits(current[:1024], user.password_hash):
            wrong["current"] = "wrong_current"
        try:
            check_password(new, address=user.address, field="new")
        except Invalid as refusal:
            wrong |= refusal.fields
        if wrong:
            raise Invalid(next(iter(wrong.values())), wrong)
        made = self._passwords.hash(new)

        def work(db: Session) -> SignedIn:
            mine = update(User).where(User.id == who.user_id, User.generation == who.generation)
            done = db.execute(mine.values(password_hash=made, generation=who.generation + 1))
            if done.rowcount != 1:  # type: ignore[attr-defined]
                raise NotAllowed("sign_in")
            db.execute(delete(WebSession).where(WebSession.user_id == who.user_id))
            lost = OneUseLink.purpose == "signin", OneUseLink.subject == who.user_id
            db.execute(delete(OneUseLink).where(*lost))
            return SignedIn(who.user_id, who.generation + 1)

        return self._committer.submit(work)

    # -- signing out ----------------------------------------------------------------------------------
    def end_everywhere(self, user_id: str) -> list[str]:
        """Every sign-in of this person ends, in every browser. Returns their member ids, for
        `conduct.revoke`: a live connection does not notice by itself.
        """

        def work(db: Session) -> list[str]:
            mine = update(User).where(User.id == user_id)
            db.execute(mine.values(generation=User.generation + 1))
            db.execute(delete(WebSession).where(WebSession.user_id == user_id))
            return _member_ids(db, user_id)

        return self._committer.submit(work)

    def members_of(self, user_id: str) -> list[str]:
        """The person's member ids, one for each circle they host or have hosted."""
        return self._committer.read(lambda db: _member_ids(db, user_id))

    # -- one-use links --------------------------------------------------------------------------------
    def one_use_link(self, subject: str, purpose: str = "signin") -> str:
        """A token that works once within its time (LIFETIMES). Only its hash is stored.

        purpose: "signin" (subject: user id), "invite" (subject: member id), "host" (subject: circle id)
        or "first".
        """
        return self._committer.submit(lambda db: self.add_link(db, subject, purpose))

    def add_link(self, db: Session, subject: str, purpose: str) -> str:
        """The same, together with what else is done in this transaction."""
        token = secrets.token_urlsafe(32)
        db.add(
            OneUseLink(
                token_hash=_hash(token),
                purpose=purpose,
                subject=subject,
                expires_at=self._clock.now() + LIFETIMES[purpose],
            )
        )
        return token

    def peek(self, db: Session, token: str, purpose: str) -> str:
        """The subject of a link that is still good; nothing is spent. Raises NotFound("expired")."""
        subject = db.scalar(select(OneUseLink.subject).where(*self._good(token, purpose)))
        if subject is None:
            raise NotFound("expired")
        return subject

    def consume(self, token: str, purpose: str) -> str:
        """The subject of a link, which is spent by this.

        Raises NotFound("expired"): one answer for a link that is unknown, spent, too old or for
        something else. Call it for a POST only: programs that preview links open them with GET.
        """
        return self._committer.submit(lambda db: self.spend(db, token, purpose))

    def spend(self, db: Session, token: str, purpose: str) -> str:
        """The same, together with what else is done in this transaction: rolled back, the link is good."""
        subject = db.execute(
            delete(OneUseLink)
            .where(*self._good(token, purpose))
            .returning(OneUseLink.subject)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if subject is None:
            raise NotFound("expired")
        return subject

    def _good(self, token: str, purpose: str) -> tuple[ColumnElement[bool], ...]:
        return (
            OneUseLink.token_hash == _hash(token),
            OneUseLink.purpose == purpose,
            OneUseLink.expires_at > self._clock.now(),
        )


def _anybody(db: Session) -> bool:
    return bool(db.scalar(select(func.count()).select_from(User)))


def add_user(db: Session, row: User) -> str:
    """Put a new account there; returns its id. Raises Invalid("address_taken")."""
    if db.scalar(select(User.id).where(User.address == row.address)) is not None:
        raise Invalid("address_taken", {"address": "address_taken"})
    try:
        with db.begin_nested():  # another process may just have taken it: nobody has seen that one yet
            db.add(row)
    except IntegrityError:
        raise Invalid("address_taken", {"address": "address_taken"}) from None
    return row.id


def _member_ids(db: Session, user_id: str) -> list[str]:
    return list(db.scalars(select(Member.id).where(Member.user_id == user_id)))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
