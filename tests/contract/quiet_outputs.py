"""Where the search for leaks of a quiet round looks: everything the server sends, keeps or leaves behind.

A new output is one function that yields its pieces, and one line in `OUTPUTS`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import redis
from sqlalchemy import Engine, text

from circle.store.backup import make_copy
from circle.store.models import Base
from tests.contract.quiet_leaks import ANA, WRITERS, ZEBEDEE, Piece, When
from tests.sitting import CO, HOST

if TYPE_CHECKING:
    from tests.contract.quiet_evening import QuietEvening

Output = Callable[["QuietEvening", When], Iterator[Piece]]
PAGES = (
    *("/meet/{meeting}", "/meet/{meeting}/notes", "/meet/{meeting}/lines", "/live/{meeting}/snapshot"),
    *("/meet/{meeting}/summary", "/meet/{meeting}/summary/preview", "/prepare/{meeting}", "/circle/{circle}"),
    *("/tonight", "/account", "/mailbox", "/help", "/healthz", "/readyz"),
)
_CUT = re.compile(r"</(?:li|p|tr|label|div|section|h\d|option|script|form)>")
_DEEP = 40
HOSTS = (HOST, CO)


def frames(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Every item of every message and snapshot, to everybody."""
    for who, heard in evening.heard_since_last():
        for message in heard:
            for change in message["changes"]:
                yield Piece("frame", f"to {who}", when, _json(change), who in HOSTS)
    for who, phone in evening.phones.items():
        for name, part in phone.ask("join", {}).get("audiences", {}).items():
            for collection, items in part["view"].items():
                for item_id, item in items.items():
                    where = f"{collection} of {name.partition(':')[0]} to {who}"
                    yield Piece("snapshot", where, when, _json([item_id, item]), who in HOSTS)


def answers(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """What commands, posts and withdrawals were answered, headers and all."""
    yield from (Piece("answer", where, when, data) for where, data in evening.answered)
    evening.answered.clear()


def pages(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Every page, to a host, a member, the writer and a stranger, cut where an element or an item ends."""
    for who in ("", HOST, ANA, ZEBEDEE):
        for path in PAGES:
            whole = evening.page(who, path)
            for part in whole.split("}") if path.startswith("/live/") else _cut(whole):
                yield Piece("page", f"{path} to {who}", when, part.encode(), who == HOST)


def _cut(page: str) -> list[str]:
    """The room as it comes with its page is cut as a snapshot is."""
    before, _, rest = page.partition('id="first">')
    first, _, after = rest.partition("</script>")
    return [*_CUT.split(before), *first.split("}"), *_CUT.split(after)]


def figures(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Every line of what a monitor gets that has the token."""
    asked = {"Authorization": f"Bearer {evening.house.settings.metrics_token}"}
    page = evening.house.app.test_client().get("/metrics", headers=asked)
    yield from (Piece("figure", "of the process", when, line) for line in page.get_data().splitlines())


def mails(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """What is sent to people."""
    for recipient, mail in evening.mails():
        yield Piece("mail", f"to {recipient}", when, mail.encode())


def logs(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Each line of the log, of every logger there is."""
    yield from (Piece("log", "of the server", when, line.encode()) for line in evening.log().splitlines())


def rows(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Every row of every table, with what the database adds to it, and with its seals opened: the thief has
    the keys too.
    """
    engine, keys = evening.house.hub.engine, evening.house.hub.keys
    hidden = ", ctid::text, xmin::text" if engine.dialect.name == "postgresql" else ""
    with engine.connect() as connection:
        for table in Base.metadata.tables:
            for row in connection.execute(text(f"SELECT *{hidden} FROM {table}")).mappings():  # noqa: S608
                cells = [_cell(value) for value in row.values()]
                for column, sealed in row.items():
                    owner = row.get("id") or row.get("meeting_id") or row.get("id_hash")
                    with suppress(ValueError, TypeError):
                        place = f"{table}.{column.removesuffix('_ct')}.{owner}"
                        cells.append(keys.open(bytes(sealed), place).encode())
                yield Piece("row", f"of {table}", when, b" | ".join(cells))


def files(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Everything in the data folder, SQLite's log beside it, and PostgreSQL's write-ahead log."""
    for path in sorted(evening.folder.rglob("*")):
        if path.is_file():
            yield Piece("file", path.name, when, path.read_bytes())
    if evening.house.hub.engine.dialect.name == "postgresql":
        yield Piece("file", "write-ahead log", when, write_ahead_log(evening.house.hub.engine, evening.wal))


def write_ahead_log(engine: Engine, since: tuple[str, int] = ("", 0)) -> bytes:
    """What PostgreSQL has written ahead, from the place `since` (`wal_now`) on. It writes into files that are
    full of zeros; those that are left at the end tell nothing, and take long to look through.
    """
    with engine.connect() as connection:
        folder = Path(str(connection.execute(text("SHOW data_directory")).scalar())) / "pg_wal"
    (first, at), (last, _) = since, wal_now(engine)
    paths = [path for path in sorted(folder.glob("0*")) if first <= path.name <= last]
    return b"".join(path.read_bytes()[at if path.name == first else 0 :].rstrip(b"\0") for path in paths)


def wal_now(engine: Engine) -> tuple[str, int]:
    """The file PostgreSQL writes ahead into, and where in it; ("", 0) for another database."""
    if engine.dialect.name != "postgresql":
        return "", 0
    here = text("SELECT file_name, file_offset FROM pg_walfile_name_offset(pg_current_wal_lsn())")
    with engine.connect() as connection:
        name, at = connection.execute(here).one()
    return str(name), int(at)


def dump(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """The database as text: what a nightly backup often is."""
    url = evening.house.hub.engine.url
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(str(url.database)) as connection:
            yield Piece("dump", "of SQLite", when, "\n".join(connection.iterdump()).encode())
        connection.close()
        return
    with evening.house.hub.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for table in Base.metadata.tables:  # what pg_dump runs for each of them
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copied:
                yield Piece("dump", f"of {table}", when, b"".join(bytes(part) for part in copied))


def backup(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """What `circle backup` makes while the server runs."""
    url = evening.house.hub.engine.url
    if url.get_backend_name() != "sqlite":
        return
    copy = evening.folder.parent / "backup.sqlite"
    make_copy(Path(str(url.database)), copy)
    yield Piece("backup", "of SQLite", when, copy.read_bytes())
    copy.unlink()


def shared(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Every key and value of the Redis that several processes share, as it holds them."""
    if not (url := evening.house.settings.redis_url):
        return
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            dumped = client.dump(key) or b""
            yield Piece("shared", str(key), when, bytes(key) + b" | " + dumped)


def memory(evening: QuietEvening, when: When) -> Iterator[Piece]:
    """Every object of ours the running server can reach: its own plain values, and each pair of a key and
    what is kept under it.
    """
    seen: set[int] = set()
    for name, part in evening.house.app.extensions.items():
        for where, cells in _reach(part, str(name), seen, 0):
            yield Piece("memory", where, when, b" | ".join(cells))


OUTPUTS: tuple[Output, ...] = (
    *(frames, answers, pages, figures, mails, logs),
    *(rows, files, dump, backup, shared, memory),
)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _cell(value: object) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return _json(value) if isinstance(value, (dict, list)) else str(value).encode()


# -- memory -------------------------------------------------------------------------------------------
_PLAIN = (str, bytes, bytearray, int, float)


def _reach(thing: Any, where: str, seen: set[int], depth: int) -> Iterator[tuple[str, list[bytes]]]:
    if depth > _DEEP or id(thing) in seen or isinstance(thing, type):
        return
    inside = list(_inside(thing))
    if not inside:
        return
    seen.add(id(thing))
    if own := [_cell(value) for _, value in inside if isinstance(value, _PLAIN)]:
        yield where, own
    for name, value in inside:
        if isinstance(
            thing, dict
        ):  # what is kept under a person's name, however deep; or under anything else
            yield where, [_cell(name), *_flat(value, 3 if name in WRITERS else 1)]
        yield from _reach(value, f"{where}.{name}"[-60:], seen, depth + 1)


def _flat(value: Any, depth: int) -> list[bytes]:
    if isinstance(value, _PLAIN):
        return [_cell(value)]
    return [cell for _, one in _inside(value) for cell in _flat(one, depth - 1)] if depth else []


def _inside(thing: Any) -> Iterator[tuple[str, Any]]:
    """What one object holds: containers and objects of ours; nothing of libraries."""
    if isinstance(thing, dict):
        yield from ((str(key), value) for key, value in list(thing.items()))
    elif isinstance(thing, (list, tuple, set, frozenset)):
        yield from (("", value) for value in list(thing))
    elif type(thing).__module__.startswith("circle"):
        if is_dataclass(thing):
            yield from ((one.name, getattr(thing, one.name, None)) for one in fields(thing))
        yield from getattr(thing, "__dict__", {}).items()
