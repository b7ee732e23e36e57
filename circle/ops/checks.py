"""What readiness looks at."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from circle.ops.beats import SILENT_SECONDS, WorkerBeats
from circle.ops.readiness import Check, NotRight
from circle.store import migrate
from circle.store.crypto import KeyRing
from circle.store.marks import some_open

_newest = cache(migrate.newest)  # reads the program's own files, which stay what they are


def checks(
    engine: Engine, keys: KeyRing, ping: Callable[[], object] | None, beats: WorkerBeats
) -> dict[str, Check]:
    """By the name of the part. ping: raises when Redis does not answer, or NotRight; None without."""
    found: dict[str, Check] = {
        "database": lambda: _database(engine),
        "tables": lambda: _tables(engine),
        "keys": lambda: _keys(engine, keys),
        "worker": lambda: _worker(beats),
    }
    return found if ping is None else found | {"redis": lambda: _redis(ping)}


def _database(engine: Engine) -> str:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        raise NotRight("does not answer") from None
    return "answers"


def _tables(engine: Engine) -> str:
    """Tables that a newer program made are fine: they only ever grow while an older one still serves."""
    try:
        there = migrate.revision(engine)
    except SQLAlchemyError:
        raise NotRight("cannot be looked at: the database does not answer") from None
    if there == _newest():
        return "as this program expects them"
    if there is not None and not migrate.is_known(there):
        return "newer than this program"
    raise NotRight("older than this program: run `circle migrate`")


def _keys(engine: Engine, keys: KeyRing) -> str:
    try:
        fit = keys_fit(engine, keys)
    except SQLAlchemyError:
        raise NotRight("cannot be tried: the database does not answer") from None
    if not fit:
        raise NotRight("some are missing that words or addresses were sealed with: look at CIRCLE_KEYS")
    return "open what is stored"


def keys_fit(engine: Engine, keys: KeyRing) -> bool:
    """Whether a few rows of everything that is sealed have their key here. Raises SQLAlchemyError."""
    with Session(engine) as db:
        return some_open(db, keys)


def _redis(ping: Callable[[], object]) -> str:
    try:
        ping()
    except NotRight:
        raise
    except Exception:  # whatever it is: the library is an extra, and its errors are not known here
        raise NotRight("does not answer") from None
    return "answers"


def _worker(beats: WorkerBeats) -> str:
    try:
        heard = beats.is_heard()
    except Exception:
        raise NotRight("cannot be asked: where it leaves its beat does not answer") from None
    if not heard:
        minutes = round(SILENT_SECONDS / 60)
        raise NotRight(f"silent for {minutes} minutes or never started: mail and purging wait")
    return "sends mail and purges"
