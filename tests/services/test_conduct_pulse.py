"""The pulse on the live path: asked by the clock, told in rough numbers, and left nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from circle.domain import commands as c
from circle.domain.errors import NotAllowed, NotFound
from circle.domain.pulse import Where
from circle.domain.signs import KeepPulse, PutCardAway, SayWhere, Signal, Signs
from circle.live import ticker
from circle.services.change import HELD
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.store.committer import Committer
from circle.store.models import AuditRow, EventRow, Receipt
from circle.store.words import Words
from tests.domain.scene import BREAK, GOODBYE, WORD
from tests.sitting import ANA, BO, CO, CY, HOST, MEETING, STRANGER, Sitting

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MEMBERS = (ANA, BO, CY, "eve", "fay")


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """Five members and two hosts; the hosts want the pulse, and the first step is on."""
    steps = (replace(WORD, minutes=20), BREAK, GOODBYE)
    sitting = Sitting(committer, words, clock, *steps, members=MEMBERS, hosts=(HOST, CO))
    sign(sitting, HOST, KeepPulse(True))
    sitting.go_to("word")
    ticker.tick_once(sitting.conduct)
    return sitting


def sign(sitting: Sitting, who: str, signal: Signal) -> None:
    """A page sends a sign."""
    assert sitting.conduct.sign(Caller(who), MEETING, signal) == HELD


def say(sitting: Sitting, *places: Where) -> None:
    """One after the other."""
    for who, where in zip(MEMBERS, places, strict=False):
        sign(sitting, who, SayWhere(where))


def let_pass(sitting: Sitting, seconds: int) -> None:
    """Second by second, for everybody."""
    for _ in range(seconds):
        sitting.clock.advance(1)
        sitting.beat(HOST, CO, *MEMBERS)
        ticker.tick_once(sitting.conduct)


def stage(sitting: Sitting, who: str = HOST) -> dict[str, Any]:
    """The stage on somebody's page."""
    views = sitting.pages.pages[who].views
    shared = next(view for name, view in views.items() if name != "self:")
    found: dict[str, Any] = shared["stage"]["stage"]
    return found


def test_it_opens_for_everybody_closes_after_25_seconds_and_hosts_learn_bands(sitting: Sitting) -> None:
    until = stage(sitting, ANA)["pulse"]["until"]
    assert until is not None
    assert stage(sitting)["pulse"] == stage(sitting, ANA)["pulse"] == {"until": until, "counted": True}
    say(sitting, Where.SETTLED, Where.SETTLED, Where.SETTLED, Where.SETTLED, Where.FLOODED)
    let_pass(sitting, 24)
    assert stage(sitting)["felt"]["told"] is None
    let_pass(sitting, 1)
    assert stage(sitting, ANA)["pulse"]["until"] is None
    told = stage(sitting)["felt"]["told"]
    assert (told["card"], told["far"]) == ("Q3", False)
    assert told["bands"] == {
        "settled": "several",
        "stirred": "none",
        "flooded": "one_or_two",
        "numb": "none",
    }
    sitting.check_pages()


def test_nobody_is_sent_a_frame_while_people_answer(sitting: Sitting) -> None:
    before = len(sitting.pages.sent)
    say(sitting, *list(Where))
    assert len(sitting.pages.sent) == before


def test_when_it_closes_members_are_sent_one_frame_alike(sitting: Sitting) -> None:
    say(sitting, *[Where.FLOODED] * 5)
    before = {who: len(sitting.pages.to(who)) for who in MEMBERS}
    let_pass(sitting, 25)
    last = {who: sitting.pages.to(who)[before[who] :] for who in MEMBERS}
    assert all(len(frames) == 1 for frames in last.values())
    assert all(frames == last[ANA] for frames in last.values())
    assert "flooded" not in str(last[ANA])


@sqlite
def test_it_leaves_no_row_no_receipt_and_no_name_anywhere(
    sitting: Sitting, committer: Committer, capfd: pytest.CaptureFixture[str]
) -> None:
    before = {table: len(sitting.rows(table)) for table in (Receipt, AuditRow, EventRow)}
    stored = dump(committer)
    version = sitting.meeting.version
    say(sitting, *[Where.FLOODED] * 5)
    let_pass(sitting, 25)
    assert stage(sitting)["felt"]["told"]["card"] == "Q5"
    assert {table: len(sitting.rows(table)) for table in before} == before
    assert dump(committer) == stored, "not a byte of the database has changed"
    assert sitting.meeting.version == version
    pulse = sitting.presence.signs(MEETING).pulse
    assert not any(f"'{who}'" in repr(pulse) for who in MEMBERS)
    assert "flooded" not in "".join(capfd.readouterr())


def dump(committer: Committer) -> str:
    """Everything the database holds."""
    return committer.read(lambda db: str(list(db.connection().connection.driver_connection.iterdump())))  # type: ignore[union-attr]


def test_a_host_puts_it_away_and_members_may_not_turn_it_on(sitting: Sitting) -> None:
    let_pass(sitting, 25)
    sign(sitting, CO, PutCardAway(stage(sitting)["felt"]["told"]["key"]))
    assert stage(sitting)["felt"]["told"] is None
    for who, signal in ((ANA, KeepPulse(False)), (HOST, SayWhere(Where.NUMB))):
        with pytest.raises(NotAllowed):
            sitting.conduct.sign(Caller(who), MEETING, signal)
    with pytest.raises(NotFound):
        sitting.conduct.sign(Caller(STRANGER), MEETING, SayWhere(Where.NUMB))


def test_with_four_members_it_is_private_and_the_server_keeps_nothing(sitting: Sitting) -> None:
    sitting.do(HOST, c.Remove("fay"))
    assert stage(sitting, ANA)["pulse"]["counted"] is False
    say(sitting, *[Where.FLOODED] * 4)
    assert sitting.presence.signs(MEETING).pulse.answers == {}
    let_pass(sitting, 25)
    assert stage(sitting)["felt"]["told"] is None


def test_it_goes_with_the_session(sitting: Sitting) -> None:
    say(sitting, *[Where.FLOODED] * 5)
    sitting.do(HOST, c.EndSession("early"))
    let_pass(sitting, 30)
    signs = sitting.presence.signs(MEETING)
    assert (signs.pulse.answers, signs.pulse.told, signs.pulse.on) == ({}, None, False)


def test_an_answer_that_comes_while_the_ticker_looks_is_not_lost(
    sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting.clock.advance(25)
    notice, answered = sitting.conduct._notice, [False]

    def late(meeting_id: str, change: Any, caller: Any = None) -> None:
        if caller is None and not answered[0]:
            answered[0] = True
            say(sitting, *[Where.NUMB] * 5)
        notice(meeting_id, change, caller)

    monkeypatch.setattr(sitting.conduct, "_notice", late)
    ticker.tick_once(sitting.conduct)
    assert answered[0]
    assert stage(sitting)["felt"]["told"]["card"] == "Q5"


def test_several_processes_carry_it_as_json(sitting: Sitting) -> None:
    shape = TypeAdapter(Signs)
    say(sitting, *list(Where))
    for seconds in (0, 25):
        let_pass(sitting, seconds)
        signs = sitting.presence.signs(MEETING)
        assert shape.validate_json(shape.dump_json(signs)) == signs
    assert signs.pulse.told is not None


def test_what_was_said_in_the_break_is_counted_after_it(sitting: Sitting) -> None:
    let_pass(sitting, 25)
    sitting.do(HOST, c.StartBreak(5))
    say(sitting, *[Where.STIRRED] * 5)
    let_pass(sitting, 240)
    sitting.do(HOST, c.EndBreak())
    let_pass(sitting, 1)
    assert stage(sitting, ANA)["pulse"]["until"] is not None
    let_pass(sitting, 25)
    assert stage(sitting)["felt"]["told"]["card"] == "Q2"
    sitting.check_pages()
