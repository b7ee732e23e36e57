"""`circle backup` and `circle restore`: whole, closed to others, and nothing comes back that may not."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from circle.cli import main
from circle.services.clock import SettableClock
from circle.store import backup as copies
from circle.store import migrate
from circle.store.backup import BackupError, make_copy, put_in_place
from circle.store.committer import Committer
from circle.store.crypto import KeyRing, new_key, read_keys
from circle.store.engine import open_engine, sessions
from circle.store.models import MeetingRow, OneUseLink, ShareRow, WebSession
from circle.store.words import Words
from tests.evening import ENDED, MEETING, Evening

SAID = "said-in-the-room"


class Server:
    """A data folder with an evening that ended an hour ago, and what `circle` does there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, new_key()
        self.database = folder / "circle.sqlite"
        self.keys = KeyRing(read_keys(self.key))
        self.engine = open_engine(f"sqlite:///{self.database}")
        migrate.upgrade(self.engine)
        self.committer = Committer(sessions(self.engine))
        clock = SettableClock(ENDED)
        self.evening = Evening(self.committer, self.keys, Words(self.keys), clock)
        self.evening.hold(members=3)
        self.evening.said("m1", SAID, allowed=False)
        self._move_to(datetime.now(UTC) - timedelta(hours=1))

    def _move_to(self, ended: datetime) -> None:
        """The evening ended then: restoring goes by the real clock."""

        def work(db: Any) -> None:
            row = db.get_one(MeetingRow, MEETING)
            row.ended_at = ended
            row.state = {**row.state, "ended_at": ended.isoformat()}

        self.committer.submit(work)

    def ended(self, ago: timedelta) -> None:
        """The evening ended so long ago."""
        self._move_to(datetime.now(UTC) - ago)

    def stop(self) -> None:
        """Nobody has the database open."""
        self.engine.dispose()

    def circle(self, *arguments: str, **environment: str) -> Result:
        """The command line, in this folder."""
        mine = {"CIRCLE_DATA_DIR": str(self.folder), "CIRCLE_KEYS": self.key, "DATABASE_URL": ""}
        return CliRunner().invoke(main, list(arguments), env=mine | environment)

    def dump(self) -> str:
        """Everything that stands in the database."""
        with closing(sqlite3.connect(self.database)) as db:
            return "\n".join(db.iterdump())

    def shares(self, path: Path | None = None) -> int:
        """How many words by name there are."""
        with closing(sqlite3.connect(path or self.database)) as db:
            return int(db.execute("SELECT count(*) FROM shares WHERE body_ct IS NOT NULL").fetchone()[0])


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """What is being backed up."""
    return Server(tmp_path / "data")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the copy goes."""
    return tmp_path / "copy.sqlite"


# -- the copy ------------------------------------------------------------------------------------------
def test_a_copy_of_a_running_server_is_whole_and_its_owners_alone(server: Server, file: Path) -> None:
    done = server.circle("backup", str(file))
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert server.shares(file) == 1
    assert sorted(path.name for path in file.parent.iterdir()) == ["copy.sqlite", "data"]
    copies.check_copy(file)
    server.stop()


def test_a_copy_holds_nothing_that_was_deleted_and_no_key(server: Server, file: Path) -> None:
    with server.engine.begin() as db:
        db.execute(text("CREATE TABLE scraps (words TEXT)"))
        db.execute(text("INSERT INTO scraps VALUES ('MARKER-GONE')"))
    with server.engine.begin() as db:
        db.execute(text("PRAGMA secure_delete = OFF"))
        db.execute(text("DELETE FROM scraps"))
    server.circle("backup", str(file))
    assert b"MARKER-GONE" not in file.read_bytes()
    assert SAID.encode() not in file.read_bytes()
    assert read_keys(server.key)[0] not in file.read_bytes()
    server.stop()


def test_a_copy_made_while_people_write_is_of_one_moment(server: Server, tmp_path: Path) -> None:
    """Pairs are written together; no copy has half of one."""
    with server.engine.begin() as db:
        db.execute(text("CREATE TABLE pairs (half TEXT)"))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with server.engine.begin() as db:
                db.execute(text("INSERT INTO pairs VALUES ('one')"))
                db.execute(text("INSERT INTO pairs VALUES ('other')"))

    writing = threading.Thread(target=write)
    writing.start()
    counts = []
    for at in range(8):
        make_copy(server.database, tmp_path / f"copy-{at}")
        with closing(sqlite3.connect(tmp_path / f"copy-{at}")) as db:
            counts.append(db.execute("SELECT count(*) FROM pairs").fetchone()[0])
    stop.set()
    writing.join()
    assert all(count % 2 == 0 for count in counts)
    assert counts[-1] > counts[0], "it was written meanwhile"
    server.stop()


def test_a_file_that_is_there_is_not_written_over(server: Server, file: Path) -> None:
    file.write_text("somebody's")
    done = server.circle("backup", str(file))
    assert done.exit_code == 1
    assert "is there already" in done.output
    assert file.read_text() == "somebody's"
    server.stop()


def test_a_copy_that_fails_leaves_nothing(
    server: Server, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_copy: Path) -> None:
        raise BackupError("it is damaged")

    monkeypatch.setattr(copies, "check_copy", damaged)
    assert server.circle("backup", str(file)).exit_code == 1
    assert [path.name for path in file.parent.iterdir()] == ["data"]
    assert "there is no database" in server.circle("backup", str(file), CIRCLE_DATA_DIR="/nowhere").output
    server.stop()


# -- bringing it back ----------------------------------------------------------------------------------
def test_what_stood_there_comes_back(server: Server, file: Path) -> None:
    server.circle("backup", str(file))
    with server.engine.begin() as db:
        db.execute(text("DELETE FROM shares"))
    server.stop()
    done = server.circle("restore", str(file))
    assert done.exit_code == 0, done.output
    assert "The database is back." in done.output
    assert server.shares() == 1
    assert stat.S_IMODE(server.database.stat().st_mode) == 0o600
    words = server.committer.read(lambda db: [row.body_ct for row in db.scalars(select(ShareRow))])
    assert len(words) == 1
    assert stat.S_IMODE((server.folder / "circle.sqlite.before-restore").stat().st_mode) == 0o600
    assert not list(server.folder.glob(".restore-*"))
    server.stop()


def test_words_whose_time_has_come_do_not_come_back(server: Server, file: Path) -> None:
    server.ended(timedelta(days=20))
    server.circle("backup", str(file))
    assert server.shares(file) == 1
    server.stop()
    server.circle("restore", str(file))
    assert server.shares() == 0
    raw = server.database.read_bytes()
    with closing(sqlite3.connect(file)) as db:
        sealed = db.execute("SELECT body_ct FROM shares").fetchone()[0]
    assert sealed in file.read_bytes()
    assert sealed not in raw


def test_sign_ins_and_links_of_the_copy_are_over_and_guests_stay_known(server: Server, file: Path) -> None:
    now = datetime.now(UTC)

    def write(db: Any) -> None:
        for key, user in (("host", "u1"), ("guest", "")):
            row = {
                "id_hash": key,
                "user_id": user,
                "data_ct": server.keys.seal("{}", f"web_sessions.data.{key}"),
            }
            db.add(WebSession(**row, created_at=now, seen_at=now))
        link = {"token_hash": "t", "purpose": "signin", "subject": "u1"}
        db.add(OneUseLink(**link, expires_at=now + timedelta(hours=1)))

    server.committer.submit(write)
    server.circle("backup", str(file))
    server.stop()
    done = server.circle("restore", str(file))
    assert "1 sign-ins and 1 links ended" in done.output
    assert server.committer.read(lambda db: list(db.scalars(select(WebSession.id_hash)))) == ["guest"]
    assert server.committer.read(lambda db: list(db.scalars(select(OneUseLink)))) == []
    server.stop()


def test_a_running_server_keeps_its_database(server: Server, file: Path) -> None:
    server.circle("backup", str(file))
    with server.engine.begin() as db:
        db.execute(text("DELETE FROM shares"))
    done = server.circle("restore", str(file))
    assert done.exit_code == 1
    assert "a server uses the database; stop it first" in done.output
    assert server.shares() == 0
    assert not list(server.folder.glob("*before-restore*"))
    server.stop()


def test_without_its_keys_nothing_is_put_in_place(server: Server, file: Path, tmp_path: Path) -> None:
    server.circle("backup", str(file))
    server.stop()
    before = server.dump()
    for done in (
        server.circle("restore", str(file), CIRCLE_KEYS=new_key()),
        server.circle("restore", str(file), CIRCLE_KEYS=""),
    ):
        assert done.exit_code == 1
        assert "sealed with keys that are not here" in done.output
    assert server.dump() == before
    assert not (server.folder / "words.key").exists(), "no new key that would open nothing"
    both = f"{new_key()},{server.key}"
    assert server.circle("restore", str(file), CIRCLE_KEYS=both).exit_code == 0


def test_a_browser_under_a_key_that_is_gone_does_not_stop_a_restore(server: Server, file: Path) -> None:
    now, other = datetime.now(UTC), KeyRing(read_keys(new_key()))

    def write(db: Any) -> None:
        for key, ring in (("known", server.keys), ("unknown", other)):
            sealed = ring.seal("{}", f"web_sessions.data.{key}")
            db.add(WebSession(id_hash=key, data_ct=sealed, created_at=now, seen_at=now))

    server.committer.submit(write)
    server.circle("backup", str(file))
    server.stop()
    done = server.circle("restore", str(file))
    assert done.exit_code == 0, done.output
    assert server.committer.read(lambda db: list(db.scalars(select(WebSession.id_hash)))) == ["known"]
    server.stop()


@pytest.mark.parametrize("kind", ["nothing", "text", "another database", "cut", "newer"])
def test_what_is_no_copy_is_refused(server: Server, file: Path, kind: str) -> None:
    server.circle("backup", str(file))
    if kind == "nothing":
        file.unlink()
    elif kind == "text":
        file.write_text("hello")
    elif kind == "another database":
        file.unlink()
        sqlite3.connect(file).close()
    elif kind == "cut":
        os.truncate(file, file.stat().st_size // 2)
    else:
        with closing(sqlite3.connect(file)) as db, db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
    server.stop()
    before = server.dump()
    done = server.circle("restore", str(file))
    assert done.exit_code == 1, done.output
    assert "Error: " in done.output
    assert server.dump() == before


def test_a_copy_of_an_older_program_is_brought_to_the_present(server: Server, file: Path) -> None:
    _made_at(file, "0003")
    server.stop()
    done = server.circle("restore", str(file))
    assert done.exit_code == 0, done.output
    engine = open_engine(f"sqlite:///{server.database}")
    assert migrate.revision(engine) == migrate.newest()
    engine.dispose()
    assert sorted(path.name for path in server.folder.iterdir()) == [
        "circle.sqlite",
        "circle.sqlite.before-restore",
    ]


def _made_at(file: Path, revision: str) -> None:
    engine = open_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_on_a_fresh_machine_there_is_nothing_to_keep(server: Server, file: Path, tmp_path: Path) -> None:
    server.circle("backup", str(file))
    server.stop()
    fresh = tmp_path / "fresh"
    done = server.circle("restore", str(file), CIRCLE_DATA_DIR=str(fresh))
    assert done.exit_code == 0, done.output
    assert [path.name for path in fresh.iterdir()] == ["circle.sqlite"]


def test_a_database_that_is_none_any_more_gives_way(server: Server, file: Path) -> None:
    server.circle("backup", str(file))
    server.stop()
    server.database.write_bytes(b"not a database at all" * 1000)
    assert server.circle("restore", str(file)).exit_code == 0
    assert server.shares() == 1


def test_a_fault_on_the_way_changes_nothing(server: Server, file: Path) -> None:
    server.circle("backup", str(file))
    server.stop()
    before = server.dump()

    def breaks(_url: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_in_place(file, server.database, breaks)
    assert server.dump() == before
    assert not list(server.folder.glob(".restore-*"))


def test_either_a_file_or_the_finish(server: Server, file: Path) -> None:
    assert server.circle("restore").exit_code == 2
    assert server.circle("restore", str(file), "--finish").exit_code == 2
    server.stop()


def test_a_new_key_is_one(server: Server) -> None:
    assert len(read_keys(server.circle("new-key").output)[0]) == 32
    server.stop()
