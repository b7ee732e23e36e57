"""After a database came back from a copy: what may not come back with it.

A copy knows nothing of what happened after it was made. Sign-ins that were ended and links that were used
would be good again, words whose time has come would be there again. What people took back or had deleted
since cannot be known any more; docs/operators.md says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from circle.services.ports import Clock
from circle.services.retention import Purged, Retention
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.engine import forget_deleted, sessions
from circle.store.marks import all_open, forget_unknown_browsers
from circle.store.migrate import upgrade
from circle.store.models import OneUseLink, WebSession
from circle.store.words import Words


class KeysAreMissing(Exception):
    """Some of what is in there was sealed with keys that are not here."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many sign-ins and links were ended, and what was purged."""

    sign_ins: int
    links: int
    purged: Purged


def settle(engine: Engine, keys: KeyRing, clock: Clock) -> Settled:
    """Bring it to the present: tables, sign-ins, retention. Safe to repeat. Raises KeysAreMissing before
    anything was ended or purged. Sessions of browsers that no key here opens go without a word.
    """
    upgrade(engine)
    committer = Committer(sessions(engine))
    if not committer.read(lambda db: all_open(db, keys)):
        raise KeysAreMissing
    sign_ins, links = committer.submit(_end_sign_ins)
    committer.submit(lambda db: forget_unknown_browsers(db, keys))
    purged = Retention(engine, committer, Words(keys), clock).purge()
    forget_deleted(engine)
    return Settled(sign_ins, links, purged)


def _end_sign_ins(db: Session) -> tuple[int, int]:
    """Hosts sign in again; guests stay known to their browsers."""
    hosts = delete(WebSession).where(WebSession.user_id != "")
    return tuple(db.execute(query).rowcount for query in (hosts, delete(OneUseLink)))  # type: ignore[attr-defined]
