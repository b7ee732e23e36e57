"""Forgetting: what goes when, and that it is gone from the files as well."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import DeclarativeBase, Session

from circle.domain.errors import NotFound
from circle.domain.meeting import FORGOTTEN_AFTER, Phase, Place, Role, Seat
from circle.domain.room import PrivateWord
from circle.domain.summary import Notes
from circle.services.ports import Caller, Clock
from circle.services.retention import Purged, Retention
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.models import (
    EventRow,
    LineRow,
    MailboxRow,
    MeetingRow,
    OneUseLink,
    OutboxRow,
    Receipt,
    ShareRow,
    SummaryRow,
    WebSession,
    WordRow,
)
from circle.store.words import Words
from tests.evening import ENDED, HOST, MEETING, MORNING, Evening

DAY = timedelta(days=1)


@pytest.fixture
def retention(engine: Engine, committer: Committer, words: Words, clock: Clock) -> Retention:
    """What is being tested."""
    return Retention(engine, committer, words, clock)


@pytest.fixture
def held(evening: Evening) -> Evening:
    """An evening with words of every kind: allowed and not, by name, without, and private."""
    evening.hold(members=6)
    evening.wall("an allowed line")
    evening.wall("a line for the room only", allowed=False)
    evening.said("m1", "said for the room only", allowed=False)

    def more(db: Session) -> None:
        evening.words.add_word(db, MEETING, PrivateWord("w1", "m2", "a private word"))
        meetings.claim_receipt(db, "command-1", MEETING, "m1", {"ok": True})

    evening.committer.submit(more)
    return evening


def count(evening: Evening, table: type[DeclarativeBase]) -> int:
    return evening.committer.read(lambda db: db.scalar(select(func.count()).select_from(table)) or 0)


def left(evening: Evening) -> dict[str, int]:
    tables = (EventRow, Receipt, WordRow, LineRow, ShareRow, SummaryRow, OutboxRow)
    return {table.__tablename__: count(evening, table) for table in tables}


def purge(evening: Evening, retention: Retention, at: datetime) -> Purged:
    evening.clock.set(at)
    return retention.purge()


def stored(evening: Evening) -> MeetingRow:
    return evening.committer.read(lambda db: db.get_one(MeetingRow, MEETING))


# -- what stays ---------------------------------------------------------------------------------------
def test_nothing_goes_within_a_day(held: Evening, retention: Retention) -> None:
    before = left(held)
    assert purge(held, retention, ENDED + DAY - timedelta(seconds=1)) == Purged()
    assert left(held) == before


def test_meetings_that_are_on_are_left_alone(held: Evening, retention: Retention) -> None:
    def go_on(db: Session) -> None:
        db.get_one(MeetingRow, MEETING).ended_at = None

    held.committer.submit(go_on)
    assert purge(held, retention, ENDED + 30 * DAY) == Purged()


def test_who_came_to_a_door_nobody_opened_goes(held: Evening, retention: Retention) -> None:
    held.change_meeting(phase=Phase.PLANNED, ended_at=None)

    def planned(db: Session) -> None:
        row = db.get_one(MeetingRow, MEETING)
        row.phase, row.ended_at = Phase.PLANNED.value, None

    held.committer.submit(planned)
    begins = stored(held).starts_at
    assert purge(held, retention, begins + FORGOTTEN_AFTER + DAY - timedelta(seconds=1)) == Purged()
    assert purge(held, retention, begins + FORGOTTEN_AFTER + DAY).words == 1
    assert (left(held)["words"], left(held)["receipts"]) == (0, 0)
    meeting = meetings.from_json(stored(held).state)
    assert (meeting.phase, meeting.seats) == (Phase.PLANNED, ())
    assert retention.purge() == Purged()


# -- what goes ----------------------------------------------------------------------------------------
def test_after_a_day_only_what_the_notes_wait_for_is_left(held: Evening, retention: Retention) -> None:
    assert purge(held, retention, ENDED + DAY).words == 3
    assert left(held) == {
        "meeting_events": 0,
        "receipts": 0,
        "words": 0,
        "lines": 1,
        "shares": 0,
        "summaries": 1,
        "outbox": 0,
    }
    assert [line for _, line in held.closing.get(HOST, MEETING).lines] == ["an allowed line"]
    assert stored(held).purged_at is None


def test_a_draft_nobody_releases_goes_after_a_week(held: Evening, retention: Retention) -> None:
    purge(held, retention, ENDED + 7 * DAY)
    assert set(left(held).values()) == {0}
    assert meetings.from_json(stored(held).state).seats == ()
    assert stored(held).purged_at == ENDED + 7 * DAY
    with pytest.raises(NotFound):
        held.closing.get(HOST, MEETING)


def test_released_lines_can_be_read_for_two_weeks(held: Evening, retention: Retention) -> None:
    (line, _), *_ = held.closing.get(HOST, MEETING).lines
    held.closing.save(HOST, MEETING, Notes(line_ids=(line,)), 0)
    held.closing.release(HOST, MEETING)
    held.deliver()
    purge(held, retention, ENDED + 13 * DAY)
    assert held.closing.lines(Caller("m1"), MEETING) == ("an allowed line",)
    purge(held, retention, ENDED + 14 * DAY)
    assert set(left(held).values()) == {0}


def test_lines_that_were_not_picked_go_with_the_next_purge(held: Evening, retention: Retention) -> None:
    held.closing.release(HOST, MEETING)
    purge(held, retention, ENDED + DAY)
    assert left(held)["lines"] == 0


def test_names_of_seats_go_once_the_notes_are_let_go(held: Evening, retention: Retention) -> None:
    purge(held, retention, ENDED + DAY)
    assert len(meetings.from_json(stored(held).state).seats) == 7  # the notes still need to know for whom
    held.closing.release(HOST, MEETING)
    purge(held, retention, ENDED + DAY + timedelta(minutes=1))
    assert meetings.from_json(stored(held).state).seats == ()


def test_mail_still_goes_out_after_names_of_seats_are_gone(held: Evening, retention: Retention) -> None:
    held.clock.set(ENDED + 2 * DAY)  # at 20:30, so it waits for the next morning
    held.closing.release(HOST, MEETING)
    purge(held, retention, ENDED + 2 * DAY)
    assert len(held.deliver(MORNING + 2 * DAY)) == 6


def test_purging_again_finds_nothing(held: Evening, retention: Retention) -> None:
    assert purge(held, retention, ENDED + 7 * DAY) != Purged()
    assert retention.purge() == Purged()


def test_own_questions_of_hosts_stay_in_the_plan(held: Evening, retention: Retention) -> None:
    before = meetings.from_json(stored(held).state).plan
    purge(held, retention, ENDED + 7 * DAY)
    assert meetings.from_json(stored(held).state).plan == before


@pytest.mark.parametrize(
    ("user", "made", "seen", "stays"),
    [
        ("", 29 * DAY, 29 * DAY, True),  # a guest, recognised from week to week
        ("", 30 * DAY, timedelta(0), False),
        ("u1", 13 * DAY, timedelta(hours=11), True),
        ("u1", 13 * DAY, timedelta(hours=12), False),
        ("u1", 14 * DAY, timedelta(0), False),
    ],
)
def test_sign_ins_end(
    evening: Evening, retention: Retention, user: str, made: timedelta, seen: timedelta, stays: bool
) -> None:
    row = WebSession(
        id_hash="a", data_ct=b"", user_id=user, created_at=MORNING - made, seen_at=MORNING - seen
    )
    evening.committer.submit(lambda db: db.add(row))
    purge(evening, retention, MORNING)
    assert count(evening, WebSession) == int(stays)


def test_old_links_and_old_mails_in_the_mailbox_go(evening: Evening, retention: Retention) -> None:
    def write(db: Session) -> None:
        for name, age in (("new", timedelta(seconds=1)), ("old", timedelta(seconds=-1))):
            expires = MORNING + age
            db.add(OneUseLink(token_hash=name, purpose="signin", subject="u1", expires_at=expires))
            db.add(MailboxRow(id=name, message_id="m", message_ct=b"", sent_at=expires - 14 * DAY))

    evening.committer.submit(write)
    assert purge(evening, retention, MORNING).others == 2
    assert (count(evening, OneUseLink), count(evening, MailboxRow)) == (1, 1)


# -- and is gone --------------------------------------------------------------------------------------
def test_no_deleted_word_or_name_is_left_in_any_file(
    held: Evening, retention: Retention, engine: Engine, tmp_path: Path
) -> None:
    if engine.dialect.name != "sqlite":
        assert purge(held, retention, ENDED + 7 * DAY).meetings == 1  # VACUUM runs without a fault
        return
    wanted = "Aunt Ro who sat with us"
    guest = Seat("call-1", wanted, Role.MEMBER, Place.SEATED, screen=False, sat=True)
    held.change_meeting(seats=(*meetings.from_json(stored(held).state).seats, guest))
    sealed = held.committer.read(
        lambda db: [
            *db.scalars(select(LineRow.body_ct)),
            *db.scalars(select(ShareRow.body_ct)),
            *db.scalars(select(WordRow.body_ct)),
            *db.scalars(select(SummaryRow.form_ct)),
        ]
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert wanted.encode() in _bytes(tmp_path)
    assert all(part[:64] in _bytes(tmp_path) for part in sealed if part)

    purge(held, retention, ENDED + 7 * DAY)

    everything = _bytes(tmp_path)
    assert wanted.encode() not in everything
    assert not any(part[at : at + 32] in everything for part in sealed if part for at in (0, 64, 128))


def _bytes(folder: Path) -> bytes:
    """The database with everything SQLite keeps beside it."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("circle.sqlite*")))
