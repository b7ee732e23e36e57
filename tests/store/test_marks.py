"""Keys that are not here are noticed by the marks of what they sealed, on both kinds of database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.marks import all_open, forget_unknown_browsers, some_open
from circle.store.models import MailboxRow, WebSession

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
OTHER = KeyRing([b"o" * 32])


def _mail(number: int, ring: KeyRing) -> MailboxRow:
    sealed = ring.seal("", f"mailbox.message.{number}")
    return MailboxRow(id=f"{number:04}", message_id=f"<{number}>", message_ct=sealed, sent_at=NOW)


def _browser(key: str, ring: KeyRing) -> WebSession:
    return WebSession(id_hash=key, data_ct=ring.seal("{}", key), created_at=NOW, seen_at=NOW)


@pytest.mark.parametrize("look", [all_open, some_open])
def test_one_row_under_another_key_is_noticed(committer: Committer, keys: KeyRing, look: object) -> None:
    assert callable(look)
    assert committer.read(lambda db: look(db, keys)), "of nothing everything opens"
    committer.submit(lambda db: db.add(_browser("lost", OTHER)))
    committer.submit(lambda db: db.add_all(_mail(number, keys) for number in range(3)))
    assert committer.read(lambda db: look(db, keys))
    committer.submit(lambda db: db.add(_mail(3, OTHER)))
    assert not committer.read(lambda db: look(db, keys))
    both = KeyRing([b"o" * 32, b"k" * 32])
    assert committer.read(lambda db: look(db, both))


def test_a_quick_look_takes_a_few_rows_and_a_whole_one_all(committer: Committer, keys: KeyRing) -> None:
    committer.submit(lambda db: db.add_all(_mail(number, keys) for number in range(50)))
    committer.submit(lambda db: db.add(_mail(50, OTHER)))
    assert committer.read(lambda db: (some_open(db, keys), all_open(db, keys))) == (True, False)


def test_browsers_that_nobody_can_know_go(committer: Committer, keys: KeyRing) -> None:
    def names(db: Session) -> list[str]:
        return [row.id_hash for row in db.query(WebSession)]

    committer.submit(lambda db: db.add_all([_browser("known", keys), _browser("lost", OTHER)]))
    committer.submit(lambda db: forget_unknown_browsers(db, keys))
    assert committer.read(names) == ["known"]
    committer.submit(lambda db: forget_unknown_browsers(db, keys))
    assert committer.read(names) == ["known"]
