"""How long commits take, whoever makes them."""

from __future__ import annotations

import time

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from circle.services.meter import Meter

_BEGAN = "circle.commit_began"


def watch_commits(maker: sessionmaker[Session], meter: Meter) -> None:
    """Count every commit of these sessions; savepoints are none."""
    if not meter.counts:
        return

    def began(db: Session) -> None:
        if not db.in_nested_transaction():
            db.info[_BEGAN] = time.perf_counter()

    def ended(db: Session) -> None:
        if not db.in_nested_transaction() and _BEGAN in db.info:
            meter.committed(time.perf_counter() - db.info.pop(_BEGAN))

    event.listen(maker, "before_commit", began)
    event.listen(maker, "after_commit", ended)
