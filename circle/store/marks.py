"""By which keys what is stored was sealed, told by the first four bytes of each value (`KeyRing.has`).

Browsers' sessions count for nothing here: under a key that is gone they are a sign-in lost, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, LargeBinary, Select, delete, func, select, union_all
from sqlalchemy.orm import Session

from circle.store.crypto import KeyRing
from circle.store.models import Base, WebSession

_FEW = 20  # rows of a column that a quick look takes; with another key altogether, the first one tells


def all_open(db: Session, keys: KeyRing) -> bool:
    """Whether a key is here for everything that is sealed. Reads every sealed value once."""
    return all(keys.has(mark) for column in _columns() for mark in db.scalars(_marks(column).distinct()))


def some_open(db: Session, keys: KeyRing) -> bool:
    """The same for a few rows of each column, in one question, whatever their number."""
    few = [_marks(column).limit(_FEW).subquery() for column in _columns()]
    found = db.execute(union_all(*(select(each.c.mark) for each in few)))
    return all(keys.has(mark) for (mark,) in found)


def forget_unknown_browsers(db: Session, keys: KeyRing) -> None:
    """Browsers' sessions that no key here opens go."""
    mark = func.substr(WebSession.data_ct, 1, 4, type_=LargeBinary)
    unknown = [found for found in db.scalars(select(mark).distinct()) if not keys.has(found)]
    db.execute(delete(WebSession).where(mark.in_(unknown)).execution_options(synchronize_session=False))


def _columns() -> Iterator[Column[bytes]]:
    for table in Base.metadata.tables.values():
        if table is not WebSession.__table__:
            yield from (column for column in table.columns if column.name.endswith("_ct"))


def _marks(column: Column[bytes]) -> Select[bytes]:
    mark: Select[bytes] = select(func.substr(column, 1, 4, type_=LargeBinary).label("mark"))
    return mark.where(column.is_not(None))
