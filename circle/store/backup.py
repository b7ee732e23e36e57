"""Copies of the SQLite file, and putting one in its place. PostgreSQL has tools of its own.

A copy holds what stood in the database when it was made, whatever goes afterwards: docs/operators.md says
how long to keep one. Words and addresses in it are sealed; the keys are never in it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from circle.store.migrate import is_known

BEFORE_RESTORE = ".before-restore"  # purged like the copies made before a migration
_WAIT_SECONDS = 2.0


class BackupError(Exception):
    """A copy that cannot be made or used; the message says why."""


def make_copy(database: Path, target: Path) -> None:
    """A consistent copy, also while a server writes; readable by its owner only, without what was deleted.

    The target is there as a whole or not at all. Raises BackupError, OSError.
    """
    if not database.exists():
        raise BackupError(f"there is no database at {database}")
    if target.exists():
        raise BackupError(f"{target} is there already; nothing was changed")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(database)) as source:
            source.execute("VACUUM INTO ?", (str(part),))
        check_copy(part)
        _to_disk(part)
        os.link(part, target)  # unlike a renaming, this never takes the place of a file that came meanwhile
    except sqlite3.Error as problem:
        raise BackupError(f"the database cannot be copied: {problem}") from None
    except FileExistsError:
        raise BackupError(f"{target} is there already; nothing was changed") from None
    finally:
        part.unlink(missing_ok=True)
    _to_disk(target.parent)


def check_copy(copy: Path) -> None:
    """Raises BackupError for what is no whole copy of a Circle this program knows."""
    if not copy.is_file():
        raise BackupError(f"there is no file {copy}")
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as found:
            sound = found.execute("PRAGMA integrity_check").fetchone()[0]
            row = found.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        raise BackupError(f"{copy} is no copy of a Circle's database") from None
    if sound != "ok":
        raise BackupError(f"{copy} is damaged")
    if row is None or not is_known(row[0]):
        raise BackupError(f"{copy} was made by a newer program; restore it with that one")


def put_in_place(copy: Path, database: Path, prepare: Callable[[str], None]) -> None:
    """The copy becomes the database. What stood there is kept beside it for a week.

    prepare: is given the URL of a working copy and brings it to the present; if it raises, nothing was
    changed. Raises BackupError, also while a server has the database open.
    """
    check_copy(copy)
    database.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".restore-", dir=database.parent))  # readable by its owner only
    try:
        work = folder / database.name
        shutil.copyfile(copy, work)
        work.chmod(0o600)
        with _nobody_else(database):
            prepare(f"sqlite:///{work}")
            _fold(work)
            _to_disk(work)
            _keep_old(database)
            os.replace(work, database)
            _to_disk(database.parent)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _nobody_else(database: Path) -> Iterator[None]:
    """Alone with the database: its log is folded in, and nobody else can open it meanwhile."""
    if not database.exists():
        yield
        return
    with closing(sqlite3.connect(database, timeout=_WAIT_SECONDS, isolation_level=None)) as alone:
        try:
            alone.execute("PRAGMA journal_mode=DELETE")
            alone.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise BackupError("a server uses the database; stop it first") from None
        except sqlite3.DatabaseError:  # what stands there is no database any more: that is why one restores
            yield
            return
        yield
        alone.execute("ROLLBACK")


def _fold(work: Path) -> None:
    """Everything into the one file: the log beside it will not come along."""
    with closing(sqlite3.connect(work, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _keep_old(database: Path) -> None:
    if not database.exists():
        return
    kept = database.with_name(database.name + BEFORE_RESTORE)
    kept.unlink(missing_ok=True)
    try:
        os.link(database, kept)
    except OSError:  # a file system without links
        shutil.copyfile(database, kept)
    kept.chmod(0o600)
    os.utime(kept, (time.time(),) * 2)  # its week begins now


def _to_disk(path: Path) -> None:
    with suppress(OSError):  # some file systems refuse it for folders
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
