"""What `circle backup` and `circle restore` do."""

from __future__ import annotations

from pathlib import Path

from circle.services.clock import SystemClock
from circle.services.restoring import KeysAreMissing, Settled, settle
from circle.settings import Settings
from circle.store.backup import BackupError, make_copy, put_in_place
from circle.store.crypto import KeyRing, key_file, read_keys
from circle.store.engine import open_engine, read_url

_NO_KEYS = (
    "the copy was sealed with keys that are not here: put them into CIRCLE_KEYS, or into words.key in the "
    "data folder, below the present ones, and restore again"
)


def back_up(settings: Settings, file: Path) -> None:
    """Copy the SQLite database to this file. Raises BackupError, OSError."""
    make_copy(_sqlite_file(settings, "pg_dump"), file)


def bring_back(settings: Settings, file: Path | None) -> Settled:
    """Put this copy in place of the SQLite database; None: the rows are back already, by pg_restore.

    Raises BackupError and OSError, and then nothing was changed.
    """
    keys = _keys(settings)
    if file is None:
        return _settled(settings.database, keys)
    done: list[Settled] = []
    put_in_place(file, _sqlite_file(settings, "pg_restore"), lambda url: done.append(_settled(url, keys)))
    return done[0]


def _settled(url: str, keys: KeyRing) -> Settled:
    engine = open_engine(url)
    try:
        return settle(engine, keys, SystemClock())
    except KeysAreMissing:
        raise BackupError(_NO_KEYS) from None
    finally:
        engine.dispose()


def _keys(settings: Settings) -> KeyRing:
    """Those that are there; a new one would open nothing."""
    file = settings.data_dir / "words.key"
    if not settings.keys and not file.exists():
        raise BackupError(_NO_KEYS)
    return KeyRing(read_keys(settings.keys) if settings.keys else key_file(file))


def _sqlite_file(settings: Settings, instead: str) -> Path:
    url = read_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BackupError(f"this database is PostgreSQL: use {instead}, as docs/operators.md says")
    return Path(url.database)
