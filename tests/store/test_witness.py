"""What was read may be believed exactly as long as nobody has written what can be seen in a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from circle.domain.errors import NotNow
from circle.store.committer import Committer
from circle.store.engine import open_engine, sessions
from circle.store.models import Base, Circle, Member, ShareRow, User, WebSession
from tests.domain.scene import START

Work = Callable[[Session], Any]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'c.sqlite'}")
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def committer(engine: Engine) -> Committer:
    committer = Committer(sessions(engine))
    committer.submit(people)
    return committer


def people(db: Session) -> None:
    db.add(User(id="u", address="u@example.org", name="Mira", created_at=START))
    db.flush()
    db.add(Circle(id="c", name="C", door_token="d", agreements=[], owner_id="u", created_at=START))
    db.flush()
    db.add(Member(id="m", circle_id="c", name="Ana", created_at=START))


def mark(committer: Committer) -> Any:
    return committer.read(committer.witness.mark)


def rename(db: Session) -> None:
    db.get_one(Member, "m").name = "Bo"


def visit(db: Session) -> None:
    db.add(WebSession(id_hash="h", data_ct=b"", created_at=START, seen_at=START))


@pytest.mark.parametrize(
    "work",
    [
        rename,
        lambda db: db.execute(update(Member).values(banned=True)),
        lambda db: db.execute(update(ShareRow).values(set_aside=True)),
        lambda db: db.execute(text("  update circles set name = 'D'")),
        lambda db: db.execute(text("DELETE FROM users")),
        lambda db: db.execute(
            text('INSERT OR REPLACE INTO "agreement_versions" VALUES (:c, 1, 1, 1)'), {"c": "c"}
        ),
        lambda db: db.execute(text("WITH one AS (SELECT 1) DELETE FROM members")),
    ],
)
def test_whatever_writes_what_is_seen_is_noticed(committer: Committer, work: Work) -> None:
    before = mark(committer)
    committer.submit(work)
    assert mark(committer) != before


def test_what_writes_nothing_that_is_seen_changes_nothing(committer: Committer) -> None:
    before = mark(committer)
    committer.submit(visit)
    committer.read(lambda db: db.get(Member, "m"))
    assert mark(committer) == before is not None


def test_another_process_is_noticed(committer: Committer, engine: Engine) -> None:
    before = mark(committer)
    other = Committer(sessions(open_engine(str(engine.url))))
    other.read(lambda db: db.get(Member, "m"))
    assert mark(committer) == before
    other.submit(visit)
    assert mark(committer) != before


def test_a_unit_of_work_of_one_session_leaves_the_others_alone(committer: Committer) -> None:
    before = mark(committer)

    def unit(db: Session) -> frozenset[str]:
        committer.witness.begin_unit(db)
        db.execute(update(ShareRow).values(set_aside=True))
        return committer.witness.wrote(db)

    assert committer.submit(unit) == {"shares"}
    assert mark(committer) == before
    committer.submit(lambda db: (committer.witness.begin_unit(db), rename(db)))
    assert mark(committer) != before, "a name can be seen in every session of the circle"


def test_what_was_undone_was_never_there(committer: Committer) -> None:
    before = mark(committer)

    def fail(db: Session) -> None:
        rename(db)
        db.flush()
        raise NotNow("stale")

    with pytest.raises(NotNow):
        committer.submit(fail)
    assert mark(committer) != before


def test_another_connection_begins_anew(committer: Committer, engine: Engine) -> None:
    before = mark(committer)
    engine.dispose()
    assert mark(committer) != before


def test_elsewhere_nothing_is_believed(postgres_url: str) -> None:
    committer = Committer(sessions(open_engine(postgres_url)))
    assert mark(committer) is None
