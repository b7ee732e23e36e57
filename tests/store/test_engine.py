"""Nobody waits for ever for a database, nor for somebody who stands still in it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError

from circle.store.engine import open_engine

pytestmark = [
    pytest.mark.servers,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


def setting(engine: Engine, name: str) -> str:
    """What the database goes by."""
    with engine.connect() as line:
        return str(line.exec_driver_sql(f"SHOW {name}").scalar_one())


def test_a_row_is_waited_for_as_long_as_a_page_waits(engine: Engine) -> None:
    assert setting(engine, "lock_timeout") == "5s"
    assert setting(engine, "idle_in_transaction_session_timeout") == "30s"
    with engine.connect() as one, engine.connect() as other:
        one.exec_driver_sql("LOCK TABLE meetings")
        other.exec_driver_sql("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            other.exec_driver_sql("SELECT 1 FROM meetings FOR UPDATE")
        other.rollback()


def test_what_an_address_says_counts(database_url: str) -> None:
    url = make_url(database_url).update_query_dict({"options": "-c lock_timeout=7s"})
    engine = open_engine(url.render_as_string(hide_password=False))
    assert setting(engine, "lock_timeout") == "7s"
    engine.dispose()


def test_a_line_that_is_not_fit_to_be_used_is_left(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with engine.connect() as line:
        first = line.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    ping, faults = engine.dialect.do_ping, iter([psycopg.ProgrammingError("not now")])

    def asks(line: Any) -> bool:
        for fault in faults:
            raise fault
        return bool(ping(line))

    monkeypatch.setattr(engine.dialect, "do_ping", asks)
    with engine.connect() as line:
        assert line.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != first
