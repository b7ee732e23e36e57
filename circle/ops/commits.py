"""How long commits take, whoever makes them."""

from __future__ import annotations

import time
from weakref import ref

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from circle.services.meter import Meter

_BEGAN = "circle.commit_began"


def watch_commits(maker: sessionmaker[Session], meter: Meter) -> None:
    """Count every commit of these sessions; savepoints are none."""
    if not meter.counts:
        return

    counts = ref(meter)  # the library keeps listeners for good, and with them whatever they hold

    def began(db: Session) -> None:
        if not db.in_nested_transaction():
            db.info[_BEGAN] = time.perf_counter()

    def ended(db: Session) -> None:
        if not db.in_nested_transaction() and _BEGAN in db.info:
            took = time.perf_counter() - db.info.pop(_BEGAN)
            if (still := counts()) is not None:
                still.committed(took)

    event.listen(maker, "before_commit", began)
    event.listen(maker, "after_commit", ended)
