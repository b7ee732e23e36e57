"""Signs without words, on the live path: what is kept of them, and what is not."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.errors import NotFound
from circle.domain.room import Status
from circle.domain.signs import (
    AmBack,
    AmWell,
    AskIfWell,
    AskPause,
    AskSlower,
    RefuseCheckUps,
    Signal,
    TellHosts,
)
from circle.services.change import HELD
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.store.committer import Committer
from circle.store.models import AuditRow, EventRow, Receipt
from circle.store.words import Words
from tests.domain.scene import BREAK, GOODBYE, ROUND
from tests.sitting import ANA, BO, HOST, MEETING, STRANGER, Sitting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """A round is on."""
    sitting = Sitting(committer, words, clock, ROUND, BREAK, GOODBYE)
    sitting.go_to("round")
    return sitting


def sign(sitting: Sitting, who: str, signal: Signal) -> None:
    """A page sends a sign."""
    assert sitting.conduct.sign(Caller(who), MEETING, signal) == HELD


def stage(sitting: Sitting) -> dict[str, object]:
    """The hosts' stage."""
    found: dict[str, object] = sitting.pages.pages[HOST].views["hosts"]["stage"]["stage"]
    return found


def test_strangers_are_told_nothing(sitting: Sitting) -> None:
    for who in (STRANGER, "nobody"):
        with pytest.raises(NotFound):
            sitting.conduct.sign(Caller(who), MEETING, AskSlower())


def test_a_wish_leaves_nothing_behind(sitting: Sitting) -> None:
    before = {table: len(sitting.rows(table)) for table in (Receipt, AuditRow, EventRow)}
    version = sitting.meeting.version
    sign(sitting, ANA, AskSlower())
    sign(sitting, ANA, AskPause())
    assert stage(sitting)["wishes"] == ["pause", "slower"]
    assert {table: len(sitting.rows(table)) for table in before} == before
    assert sitting.meeting.version == version
    sitting.do(HOST, c.StartBreak(5))
    assert stage(sitting)["wishes"] == [], "the break is the answer"
    sitting.check_pages()


def test_the_hosts_see_how_many_are_back_until_the_break_ends(sitting: Sitting) -> None:
    sitting.do(HOST, c.StartBreak(5))
    for who in (ANA, BO, ANA):
        sign(sitting, who, AmBack())
    assert stage(sitting)["back"] == 2
    sitting.do(HOST, c.EndBreak())
    assert stage(sitting)["back"] == 0
    sitting.go_to("break")
    assert stage(sitting)["back"] == 0, "a planned break begins with nobody back"
    sign(sitting, BO, AmBack())
    assert stage(sitting)["back"] == 1


def test_somebody_who_stepped_out_is_asked_once(sitting: Sitting) -> None:
    out = sitting.conduct.say_status
    out(Caller(ANA), MEETING, Status.OUT)
    sign(sitting, HOST, AskIfWell(ANA))
    sign(sitting, ANA, AmWell())
    sitting.clock.advance(600)
    seen = sitting.pages.pages[HOST].views["hosts"]["people"][ANA]
    assert (seen["status"], seen["check"]) == ("out", "well")
    assert seen["since"] is not None
    out(Caller(ANA), MEETING, Status.HERE)
    seen = sitting.pages.pages[HOST].views["hosts"]["people"][ANA]
    assert (seen["status"], seen["check"], "since" in seen) == ("here", "", False)
    sign(sitting, ANA, RefuseCheckUps(True))
    assert sitting.pages.pages[HOST].views["hosts"]["people"][ANA]["check"] == "refused"
    sitting.check_pages()


def test_signs_go_with_the_session(sitting: Sitting) -> None:
    sign(sitting, ANA, AskPause())
    sitting.do(HOST, c.EndSession("early"))
    assert sitting.presence.signs(MEETING).wishes == frozenset()


def test_notes_between_hosts_are_in_no_row_and_gone_with_the_session(
    sitting: Sitting, committer: Committer
) -> None:
    before = {table: len(sitting.rows(table)) for table in (Receipt, AuditRow, EventRow)}
    others = {who: len(sitting.pages.to(who)) for who in (ANA, BO)}
    sign(sitting, HOST, TellHosts("n1", "BETWEEN-HOSTS shall we go slower?"))
    page = sitting.pages.pages[HOST]
    assert [note["text"] for note in page.views["hosts"]["backstage"].values()] == [
        "BETWEEN-HOSTS shall we go slower?"
    ]
    assert {who: len(sitting.pages.to(who)) for who in (ANA, BO)} == others
    assert {table: len(sitting.rows(table)) for table in before} == before
    dump = committer.read(lambda db: list(db.connection().connection.driver_connection.iterdump()))  # type: ignore[union-attr]
    assert "BETWEEN-HOSTS" not in str(dump)
    sitting.check_pages()
    sitting.do(HOST, c.EndSession())
    assert page.views["hosts"]["backstage"] == {}
