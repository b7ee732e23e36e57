"""How the mail stands, without a word on whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from circle.services.ports import Clock
from circle.store.models import OutboxRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """due: mails whose time has come and that are not out; oldest_seconds: since the first of them was due,
    0 without any. stuck: mails whose server said no for good, or that cannot be
    read.
    """

    due: int
    oldest_seconds: int
    stuck: int


def waiting(engine: Engine, clock: Clock) -> Waiting:
    """As it is now. Raises SQLAlchemyError."""
    now = clock.now()
    due = select(func.count(), func.min(OutboxRow.due_at)).where(
        OutboxRow.state == "waiting", OutboxRow.due_at <= now
    )
    stuck = select(func.count()).where(OutboxRow.state == "stuck")
    with engine.connect() as connection:
        count, oldest = connection.execute(due).one()
        return Waiting(count, _seconds(oldest, now), connection.scalar(stuck) or 0)


def waiting_or_none(engine: Engine, clock: Clock) -> Waiting | None:
    """None when the database does not answer."""
    try:
        return waiting(engine, clock)
    except SQLAlchemyError:
        return None


def _seconds(oldest: datetime | None, now: datetime) -> int:
    return 0 if oldest is None else round((now - oldest).total_seconds())
