"""Meetings, circles and people in the database: round trips, and two who save at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from circle.content.loader import freeze_prompt, load_library
from circle.domain.errors import Invalid, NotFound, NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import Meeting, Phase, Place, Role, Seat
from circle.domain.piece import start_round
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.engine import open_engine
from circle.store.models import Circle, EventRow, Member, OutboxRow, User

NOW = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)
PLAN = load_library().templates["T3"]


@pytest.fixture
def committer(committer: Committer) -> Committer:
    """The way to a database that has a circle in it."""

    def work(db: Session) -> None:
        db.add(User(id="u1", address="mira@hosts.example", name="Mira", created_at=NOW))
        db.flush()
        db.add(Circle(id="c1", name="c", door_token="d", agreements=["a"], owner_id="u1", created_at=NOW))
        db.flush()
        db.add(Member(id="anna", circle_id="c1", name="Anna", created_at=NOW))

    committer.submit(work)
    return committer


def planned(meeting_id: str = "m", days: int = 0, phase: Phase = Phase.PLANNED) -> Meeting:
    return Meeting(meeting_id, "c1", PLAN, NOW + timedelta(days=days), phase=phase)


# -- meetings -----------------------------------------------------------------------------------------
def test_a_meeting_comes_back_whole() -> None:
    breath = replace(PLAN.steps[2], prompt=freeze_prompt(load_library().prompts["GR-05"]))
    meeting = replace(
        planned(),
        plan=replace(PLAN, steps=(*PLAN.steps, breath)),
        phase=Phase.LIVE,
        index=3,
        part=1,
        seats=(
            Seat("h", "Mira", Role.HOST, Place.SEATED),
            Seat("c", "On call", Role.MEMBER, Place.LEFT, False),
        ),
        piece=start_round(["h", "a"], frozenset()),
        ends_at=NOW,
        remaining_ms=None,
        held_from=Phase.BREAK,
    )
    assert meetings.from_json(meetings.to_json(meeting)) == meeting


def test_a_meeting_is_stored_and_found(committer: Committer) -> None:
    committer.submit(lambda db: meetings.add(db, planned()))
    assert committer.read(lambda db: meetings.load(db, "m", lock=True)) == planned()
    with pytest.raises(NotFound):
        committer.read(lambda db: meetings.load(db, "elsewhere"))


def test_what_is_known_is_good_for_one_version(committer: Committer) -> None:
    meeting = Meeting("m1", "c1", PLAN, NOW)
    committer.submit(lambda db: meetings.add(db, meeting))
    known = committer.read(lambda db: meetings.load(db, "m1"))
    for lock in (False, True):
        assert committer.read(lambda db, lock=lock: meetings.load(db, "m1", lock=lock, known=known)) is known
    opened = replace(known, phase=Phase.OPEN)
    committer.submit(lambda db: meetings.save(db, opened, [], NOW))
    for lock in (False, True):
        now = committer.read(lambda db, lock=lock: meetings.load(db, "m1", lock=lock, known=known))
        assert now == replace(opened, version=known.version + 1)
    with pytest.raises(NotFound):
        committer.read(lambda db: meetings.load(db, "m2", known=replace(known, id="m2")))


def test_saving_counts_versions_and_writes_the_feed(committer: Committer) -> None:
    committer.submit(lambda db: meetings.add(db, planned()))
    events = [Event(Happened.STEP_STARTED, "s1"), Event(Happened.PIECE_MOVED, "s1")]
    committer.submit(lambda db: meetings.save(db, planned(phase=Phase.LIVE), events, NOW))
    later = NOW + timedelta(minutes=1)
    committer.submit(lambda db: meetings.save(db, meetings.load(db, "m"), [Event(Happened.ENDED)], later))
    assert committer.read(lambda db: meetings.load(db, "m")).version == 2
    assert committer.read(lambda db: meetings.feed(db, "m")) == [
        ("step_started", "s1", NOW),
        ("piece_moved", "s1", NOW),
        ("ended", "", later),
    ]
    assert committer.submit(lambda db: meetings.forget_trace(db, "m")) == 3


def test_of_two_who_save_at_once_one_is_refused_and_leaves_nothing(committer: Committer) -> None:
    committer.submit(lambda db: meetings.add(db, planned()))
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def save(name: Happened) -> None:
        old = committer.read(lambda db: meetings.load(db, "m"))
        both.wait()
        try:
            committer.submit(lambda db: meetings.save(db, old, [Event(name)], NOW))
            outcomes.append("kept")
        except NotNow:
            outcomes.append("refused")

    for _ in range(10):
        threads = [threading.Thread(target=save, args=(name,)) for name in (Happened.ENDED, Happened.HELD)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcomes) == ["kept"] * 10 + ["refused"] * 10
    assert committer.read(lambda db: db.query(EventRow).count()) == 10
    assert committer.read(lambda db: meetings.load(db, "m")).version == 10


def test_meetings_that_are_on_are_found_for_the_ticker(committer: Committer) -> None:
    """Those that have just ended too: people may still be there."""
    past = replace(planned("past", 0, Phase.ENDED), ended_at=NOW - timedelta(minutes=31))
    just = replace(planned("just", 0, Phase.ENDED), ended_at=NOW - timedelta(minutes=29))
    for meeting in (past, just, planned("next", 7), planned("on", 0, Phase.BREAK)):
        committer.submit(lambda db, m=meeting: meetings.add(db, m))  # type: ignore[misc]
    found = committer.read(lambda db: meetings.active(db, NOW - timedelta(minutes=30)))
    assert sorted(found) == [("just", 0), ("on", 0)]


def test_a_receipt_answers_only_its_own_person(committer: Committer) -> None:
    committer.submit(lambda db: meetings.add(db, planned()))

    def claim(command: str, who: str, ack: dict[str, Any]) -> dict[str, Any] | None:
        return committer.submit(lambda db: meetings.claim_receipt(db, command, "m", who, ack))

    assert claim("command", "anna", {"ok": True}) is None
    assert claim("command", "anna", {"ok": "another"}) == {"ok": True}
    assert claim("other", "anna", {"ok": True}) is None
    with pytest.raises(Invalid):
        claim("command", "theo", {"ok": True})


# -- people -------------------------------------------------------------------------------------------
def test_people_come_back(committer: Committer) -> None:
    member = committer.read(lambda db: db.get_one(Member, "anna"))
    assert (member.role, member.mail, member.banned, member.address_ct) == ("member", "none", False, None)
    assert committer.read(lambda db: db.get_one(Circle, "c1")).agreements == ["a"]


def test_a_circle_takes_its_people_and_meetings_with_it(committer: Committer) -> None:
    committer.submit(lambda db: meetings.add(db, planned()))
    committer.submit(lambda db: db.delete(db.get_one(User, "u1")))
    assert committer.read(lambda db: db.get(Member, "anna")) is None
    with pytest.raises(NotFound):
        committer.read(lambda db: meetings.load(db, "m"))


def test_a_mail_can_be_queued_once(committer: Committer) -> None:
    committer.submit(lambda db: meetings.add(db, planned()))

    def queue(row_id: str) -> None:
        row = OutboxRow(
            id=row_id, meeting_id="m", member_id="anna", kind="notes", message_id=row_id, due_at=NOW
        )
        committer.submit(lambda db: db.add(row))

    queue("1")
    with pytest.raises(IntegrityError):
        queue("2")


# -- the ground it stands on --------------------------------------------------------------------------
def test_instants_keep_their_zone_and_are_utc(committer: Committer) -> None:
    dublin = timezone(timedelta(hours=1))
    committer.submit(lambda db: setattr(db.get_one(User, "u1"), "created_at", NOW.astimezone(dublin)))
    found = committer.read(lambda db: db.get_one(User, "u1")).created_at
    assert (found, found.tzinfo) == (NOW, UTC)


def test_an_instant_without_a_zone_is_refused(committer: Committer) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        committer.submit(lambda db: setattr(db.get_one(User, "u1"), "created_at", NOW.replace(tzinfo=None)))


def test_a_piece_of_work_that_fails_leaves_nothing(committer: Committer) -> None:
    def work(db: Session) -> None:
        meetings.add(db, planned())
        db.flush()
        raise NotNow("not_now")

    with pytest.raises(NotNow):
        committer.submit(work)
    with pytest.raises(NotFound):
        committer.read(lambda db: meetings.load(db, "m"))


def test_the_sqlite_file_is_its_owners_and_forgets_what_is_deleted(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'data' / 'circle.sqlite'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("secure_delete", "foreign_keys", "journal_mode", "trusted_schema")
        }
    engine.dispose()
    assert pragmas == {"secure_delete": 1, "foreign_keys": 1, "journal_mode": "wal", "trusted_schema": 0}
    assert (tmp_path / "data" / "circle.sqlite").stat().st_mode & 0o777 == 0o600


def test_statements_never_show_what_they_carry(engine: Engine) -> None:
    assert engine.hide_parameters
    assert not engine.echo


def test_two_writers_on_sqlite_take_turns(tmp_path: Path) -> None:
    """A second process holds the file for a moment: the work is tried again, not lost."""
    first = open_engine(f"sqlite:///{tmp_path / 'circle.sqlite'}")
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    second = open_engine(f"sqlite:///{tmp_path / 'circle.sqlite'}")
    holder = second.connect()
    holder.execute(text("INSERT INTO t VALUES (1)"))
    threading.Timer(0.2, lambda: (holder.commit(), holder.close())).start()
    with first.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (2)"))
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 2
    first.dispose()
    second.dispose()
