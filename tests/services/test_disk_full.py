"""A full disk: a kind refusal, nothing half done, and all is well once there is room."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from circle.domain import commands as c
from circle.domain.errors import NoRoom
from circle.services import speech as s
from circle.services.clock import SettableClock
from circle.store.committer import Committer
from circle.store.models import ShareRow
from circle.store.words import Words
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.sitting import ANA, BO, CY, HOST, Sitting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LONG = "water " * 600  # sealed, it takes four pages
MANY_PAGES = 1_000_000


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """Somebody may answer; a wall comes after it."""
    sitting = Sitting(committer, words, clock, WORD, WALL, GOODBYE)
    sitting.go_to(WORD.id)
    return sitting


@pytest.fixture
def room_for(engine: Engine) -> Callable[[int], None]:
    """Sets how many more pages the database may grow by. Its one connection keeps the limit."""

    def limit(pages: int) -> None:
        with engine.connect() as connection:
            count = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={count + pages}")

    return limit


def line(number: int) -> s.HoldLine:
    """Something without a name."""
    return s.HoldLine(WALL.id, f"{LONG} {number}", sha256(bytes([number])).hexdigest())


def test_words_are_refused_kindly_and_kept_once_there_is_room(
    sitting: Sitting, room_for: Callable[[int], None]
) -> None:
    said, once = s.Say(WORD.id, LONG), str(uuid4())
    before = sitting.trace()
    room_for(0)
    with pytest.raises(NoRoom, match="disk_full"):
        sitting.say(ANA, said, command_id=once)
    assert sitting.trace() == before
    assert sitting.rows(ShareRow) == []
    room_for(MANY_PAGES)
    assert sitting.say(ANA, said, command_id=once) == {"ok": True, "kept": True}  # the page sends it again
    assert len(sitting.rows(ShareRow)) == 1
    sitting.check_pages()


def test_a_wall_that_cannot_be_stored_waits_whole(sitting: Sitting, room_for: Callable[[int], None]) -> None:
    sitting.go_to(WALL.id)
    for number, who in enumerate((ANA, BO, CY)):
        assert sitting.say(who, line(number))["held"]
    sitting.do(HOST, c.Next())
    room_for(0)
    for _ in range(2):
        with pytest.raises(NoRoom):
            sitting.do(HOST, c.Next())
    assert sitting.lines == []
    assert len(sitting.pages.pages[HOST].views["hosts"]["batch"]) == 3
    room_for(MANY_PAGES)
    sitting.do(HOST, c.Next())
    assert len(sitting.lines) == 3
    sitting.check_pages()


def test_what_needs_no_room_goes_on(sitting: Sitting, room_for: Callable[[int], None]) -> None:
    sitting.go_to(WALL.id)
    room_for(0)
    assert sitting.say(ANA, line(1)) == {"ok": True, "held": True}
    sitting.beat(HOST, ANA)
    assert sitting.join(BO).place == "seated"
