"""The line to the database breaks in a commit: it may stand or not, and no page believes either by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from circle.domain import commands as c
from circle.services.clock import SettableClock
from circle.services.speech import Say
from circle.store.committer import Committer, Uncertain
from circle.store.words import Words
from tests.domain.scene import WORD
from tests.sitting import ANA, HOST, Sitting

pytestmark = [
    pytest.mark.servers,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
    pytest.mark.parametrize("stands", [True, False], ids=["it stands", "it does not"]),
]


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """Somebody may answer."""
    sitting = Sitting(committer, words, clock)
    sitting.go_to(WORD.id)
    return sitting


def cut_next_commit(engine: Engine, *, stands: bool) -> None:
    """Of the next commit of something written no answer comes. stands: it is carried out all the same."""
    once = iter([True])

    def cut(connection: Connection) -> None:
        if not connection.info.get("circle.wrote") or not next(once, False):
            return
        line: Any = connection.connection.dbapi_connection
        if stands:
            line.commit()
            line.execute("BEGIN")  # or the library would not ask for a second one
        admin = create_engine(engine.url, isolation_level="AUTOCOMMIT")
        with admin.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({line.info.backend_pid}, 5000)")
        admin.dispose()

    event.listen(engine, "commit", cut)


def _next(s: Sitting, command_id: str) -> object:
    return s.do(HOST, c.Next(), command_id=command_id)


def _say(s: Sitting, command_id: str) -> object:
    return s.say(ANA, Say(WORD.id, "tired"), command_id=command_id)


@pytest.mark.parametrize("asks", [_next, _say])
def test_pages_look_anew_and_whoever_asks_again_is_heard_once(
    sitting: Sitting, engine: Engine, stands: bool, asks: Callable[[Sitting, str], object]
) -> None:
    once, before = partial(asks, sitting, str(uuid4())), sitting.trace()
    cut_next_commit(engine, stands=stands)
    with pytest.raises(Uncertain):
        once()
    assert all(page.stale for page in sitting.pages.pages.values())
    assert (sitting.trace() != before) is stands
    sitting.check_pages()
    assert once() == {"ok": True, "kept": True}
    after = sitting.trace()
    assert after != before
    sitting.check_pages()
    assert once() == {"ok": True, "kept": True}
    assert sitting.trace() == after
