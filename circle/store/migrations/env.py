"""What Alembic runs. `migrate` hands in a connection; from the shell the configured database is opened.

A new revision, after a change in `models`: `alembic revision --autogenerate -m "What it adds"` on a
database that is current. Forward only, expand then contract; going back is restoring the copy.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from circle.settings import read_settings
from circle.store.engine import open_engine
from circle.store.models import Base, UtcDateTime


def _plain_types(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Revisions name the database's own types, so that they stay true when our classes change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    """Bring this database to the revision asked for, inside the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter most things in place: a batch copies the table
        render_item=_plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with open_engine(read_settings().database).begin() as opened:
        run(opened)
