"""Words in the database: sealed, erasable, and for unnamed lines without any order of arrival."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from circle.domain.meeting import Meeting
from circle.domain.plan import Plan
from circle.domain.room import PrivateWord, Share
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.crypto import KeyRing, key_file, new_key, read_keys
from circle.store.models import Circle, LineRow, ShareRow, SummaryRow, User, WordRow
from circle.store.words import NewLine, Words

NOW = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)


@pytest.fixture
def committer(committer: Committer) -> Committer:
    """The way to a database that has a meeting in it."""

    def work(db: Session) -> None:
        db.add(User(id="u1", address="mira@hosts.example", name="Mira", created_at=NOW))
        db.flush()
        db.add(Circle(id="c1", name="c", door_token="d", agreements=[], owner_id="u1", created_at=NOW))
        db.flush()
        for meeting_id in ("m", "other"):
            meetings.add(db, Meeting(meeting_id, "c1", Plan("p", "grief", ()), NOW))

    committer.submit(work)
    return committer


def line(words: str, *, summary: bool = False, aside: bool = False) -> NewLine:
    return NewLine(str(uuid4()), words, "", False, summary, aside)


# -- by name ------------------------------------------------------------------------------------------
def test_words_by_name_come_back_in_order_and_can_be_changed(committer: Committer, words: Words) -> None:
    def write(db: Session) -> None:
        for number in range(3):
            share = Share(f"s{number}", "s1", "anna", f"words {number}")
            words.put_share(db, "m", share, summary=False)
        words.put_share(db, "m", Share("s1", "s1", "anna", "other words"), summary=True)
        words.set_share_aside(db, "m", "s2", True)
        words.set_share_aside(db, "other", "s0", True)  # not of that meeting: nothing happens

    committer.submit(write)
    found = committer.read(lambda db: words.shares(db, "m", "s1"))
    assert [(s.text, s.set_aside) for s in found] == [
        ("words 0", False),
        ("other words", False),
        ("words 2", True),
    ]
    assert committer.read(lambda db: words.shares(db, "m", "s2")) == ()


def test_words_taken_back_are_gone(committer: Committer, words: Words) -> None:
    committer.submit(lambda db: words.put_share(db, "m", Share("s", "s1", "anna", "w"), summary=True))
    committer.submit(lambda db: words.drop_share(db, "other", "s"))
    assert committer.read(lambda db: db.get(ShareRow, "s")) is not None
    committer.submit(lambda db: words.drop_share(db, "m", "s"))
    assert committer.read(lambda db: db.get(ShareRow, "s")) is None


# -- without a name -----------------------------------------------------------------------------------
def test_lines_come_back_in_an_order_that_means_nothing(committer: Committer, words: Words) -> None:
    batch = [line(f"line {number}") for number in range(6)]
    committer.submit(lambda db: words.show_lines(db, "m", "s1", batch))
    found = committer.read(lambda db: words.lines(db, "m", "s1"))
    assert [shown.id for shown in found] == sorted(new.id for new in batch)
    assert {shown.text for shown in found} == {new.text for new in batch}


def test_lines_are_written_shuffled(committer: Committer, words: Words, engine: Engine) -> None:
    """Over twenty batches of eight the order of writing follows the order of posting no more than chance.

    PostgreSQL keeps the order of writing (ctid); SQLite without a rowid keeps none.
    """
    follows = 0
    for step in (f"s{number}" for number in range(20)):
        batch = [line("words") for _ in range(8)]
        posted = [new.id for new in batch]
        committer.submit(partial(words.show_lines, meeting_id="m", step_id=step, batch=batch))
        written = _as_written(engine, step)
        follows += sum(posted.index(one) < posted.index(two) for one, two in pairwise(written))
    # 140 neighbours, half of them in order by chance; 100 would be five standard deviations off.
    assert 40 < follows < 100


def _as_written(engine: Engine, step: str) -> list[str]:
    order = "ORDER BY ctid" if engine.dialect.name == "postgresql" else ""
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT id FROM lines WHERE step_id = '{step}' {order}")  # noqa: S608 - ours
        return [row.id for row in found]


def test_sqlite_keeps_no_order_of_arrival_for_lines(committer: Committer, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        assert committer.read(lambda db: db.scalar(text("SHOW track_commit_timestamp"))) == "off"
        return
    with pytest.raises(OperationalError, match="rowid"), engine.connect() as connection:
        connection.execute(text("SELECT rowid FROM lines"))


def test_a_line_belongs_to_its_meeting(committer: Committer, words: Words) -> None:
    new = line("words")
    committer.submit(lambda db: words.show_lines(db, "m", "s1", [new]))
    assert committer.read(lambda db: words.line(db, "m", new.id)) is not None
    assert committer.read(lambda db: words.line(db, "other", new.id)) is None


# -- for the notes ------------------------------------------------------------------------------------
def test_the_notes_may_hold_what_was_allowed_and_not_set_aside(committer: Committer, words: Words) -> None:
    allowed = line("allowed", summary=True)

    def write(db: Session) -> None:
        batch = [allowed, line("not allowed"), line("set aside", summary=True, aside=True)]
        words.show_lines(db, "m", "s1", batch)
        words.put_share(db, "m", Share("s1", "s1", "anna", "said"), summary=True)
        words.put_share(db, "m", Share("s2", "s1", "anna", "said aside", True), summary=True)
        words.set_share_aside(db, "m", "s2", True)

    committer.submit(write)
    found = committer.read(lambda db: words.lines_for_notes(db, "m"))
    assert sorted(found) == sorted([(allowed.id, "allowed"), ("s1", "said")])
    committer.submit(lambda db: words.keep_for_notes(db, "m", ["s1"]))
    assert committer.read(lambda db: words.lines_for_notes(db, "m")) == [("s1", "said")]


def test_forgetting_can_leave_what_the_notes_wait_for(committer: Committer, words: Words) -> None:
    def write(db: Session) -> None:
        words.show_lines(
            db, "m", "s1", [line("a", summary=True), line("b"), line("c", summary=True, aside=True)]
        )
        words.put_share(db, "m", Share("s1", "s1", "anna", "said"), summary=False)
        words.show_lines(db, "other", "s1", [line("d")])

    committer.submit(write)
    assert committer.submit(lambda db: words.forget_said(db, "m", except_notes=True)) == 3
    assert committer.submit(lambda db: words.forget_said(db, "m")) == 1
    assert len(committer.read(lambda db: words.lines(db, "other", "s1"))) == 1


def test_the_hosts_form_is_sealed(committer: Committer, words: Words) -> None:
    def write(db: Session) -> None:
        row = SummaryRow(meeting_id="m")
        words.seal_notes(row, "quiet words")
        db.add(row)

    committer.submit(write)
    row = committer.read(lambda db: db.get_one(SummaryRow, "m"))
    assert words.notes_text(row) == "quiet words"
    assert words.notes_text(SummaryRow(meeting_id="m")) == ""


# -- private ------------------------------------------------------------------------------------------
def test_private_words_keep_their_order_and_go_together(committer: Committer, words: Words) -> None:
    said = [PrivateWord(f"w{n}", "anna", f"word {n}", from_host=n == 1) for n in range(3)]

    def write(db: Session) -> None:
        for word in said:
            words.add_word(db, "m", word)

    committer.submit(write)
    assert committer.read(lambda db: words.private_words(db, "m")) == tuple(said)
    assert committer.submit(lambda db: words.forget_private(db, "m")) == 3
    assert committer.read(lambda db: words.private_words(db, "m")) == ()


# -- at rest ------------------------------------------------------------------------------------------
def test_no_word_stands_in_the_database_in_clear(committer: Committer, words: Words) -> None:
    def write(db: Session) -> None:
        words.put_share(db, "m", Share("s", "s1", "anna", "my brother's boat"), summary=False)
        words.show_lines(db, "m", "s1", [line("my brother's boat")])
        words.add_word(db, "m", PrivateWord("w", "anna", "my brother's boat"))

    committer.submit(write)
    for table in (ShareRow, LineRow, WordRow):
        query = select(table.body_ct)
        for sealed in committer.read(lambda db, q=query: list(db.scalars(q))):  # type: ignore[misc]
            assert b"brother" not in sealed
            assert len(sealed) == 4 + 12 + 256 + 16  # every short text has the same length


def test_words_cannot_be_moved_to_another_row(keys: KeyRing) -> None:
    sealed = keys.seal("words", "shares.body.1")
    assert keys.open(sealed, "shares.body.1") == "words"
    with pytest.raises(ValueError, match="another place"):
        keys.open(sealed, "shares.body.2")
    with pytest.raises(ValueError, match="not in the ring"):
        KeyRing([b"x" * 32]).open(sealed, "shares.body.1")


def test_a_new_first_key_opens_what_the_old_one_sealed(keys: KeyRing) -> None:
    sealed = keys.seal("words", "here")
    assert KeyRing([b"n" * 32, b"k" * 32]).open(sealed, "here") == "words"


@pytest.mark.parametrize("bad", [[], [b"short"]])
def test_keys_have_one_length(bad: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(bad)


@pytest.mark.parametrize(
    ("length", "bucket"), [(0, 256), (252, 256), (253, 1024), (4000, 4096), (16381, 32768)]
)
def test_lengths_are_hidden_in_buckets(keys: KeyRing, length: int, bucket: int) -> None:
    sealed = keys.seal("a" * length, "here")
    assert len(sealed) == 4 + 12 + bucket + 16
    assert keys.open(sealed, "here") == "a" * length


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keys"
    assert key_file(path) == key_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_keys(f"{new_key()}, {new_key()}\n") != []
