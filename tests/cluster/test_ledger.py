"""The ledger of the chaos run finds what it is there to find: a run without breaches says something."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.ledger import HELD, KEPT, Ledger, Said
from circle.domain import commands as c
from circle.services.clock import SettableClock
from circle.services.speech import HoldLine, Say
from circle.store.committer import Committer
from circle.store.models import Receipt
from circle.store.words import Words
from tests.domain.scene import ANA, HOST, WALL, WORD
from tests.sitting import MEETING, Sitting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANSWER, LINE = "w:an answer", "w:a line"


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """Ana has answered by name, and her line without a name stands on the wall."""
    sitting = Sitting(committer, words, clock, WORD, WALL, read_first=False)
    sitting.go_to(WORD.id)
    sitting.say(ANA, Say(WORD.id, ANSWER))
    sitting.go_to(WALL.id)
    sitting.say(ANA, HoldLine(WALL.id, LINE, "0" * 64), command_id="unseen")
    while not sitting.lines:
        sitting.do(HOST, c.Next())
    return sitting


def breaches(sitting: Sitting, engine: Engine, ledger: Ledger) -> list[str]:
    """What the ledger makes of the rows."""
    with Session(engine) as db:
        ledger.compare_with_rows(db, sitting.words)
        ledger.look_for_traces(db, [])
    return sorted(ledger.breaches)


def ledger_of(*said: Said) -> Ledger:
    """What was promised, and the line."""
    ledger = Ledger(lines={LINE: ANA}, unseen={"unseen"})
    for one in said:
        ledger.said[one.text] = one
        ledger.keeps(one)
    return ledger


def answer(text: str = ANSWER) -> Said:
    """Ana's answer."""
    return Said(MEETING, ANA, WORD.id, text, answers=True)


def test_where_everything_agrees_it_says_nothing(sitting: Sitting, engine: Engine) -> None:
    ledger = ledger_of(answer())
    assert breaches(sitting, engine, ledger) == []
    assert ledger.counts["shares stored"] == ledger.counts["lines shown"] == 1
    assert ledger.report() == ""


def test_words_that_were_promised_and_are_not_there(sitting: Sitting, engine: Engine) -> None:
    ledger = ledger_of(answer("w:earlier"), answer())
    assert breaches(sitting, engine, ledger) == [], "the earlier answer is replaced"
    ledger = ledger_of(answer(), answer("w:later"))
    assert breaches(sitting, engine, ledger) == [
        "kept and not stored once",
        "stored though replaced, taken back or refused",
    ]
    assert breaches(sitting, engine, ledger_of()) == ["stored words nobody sent"]


def test_a_trace_of_a_lines_writer(sitting: Sitting, engine: Engine) -> None:
    with Session(engine) as db, db.begin():
        db.add(Receipt(command_id="unseen", meeting_id=MEETING, member_id=ANA, ack=HELD))
    assert breaches(sitting, engine, ledger_of(answer())) == ["a trace of a line's writer"]
    ledger = Ledger(lines={LINE: ANA})
    ledger.look_for_traces(Session(engine), [f"event=fault words={LINE}"])
    assert list(ledger.breaches) == ["words in a log"]


def message(**item: Any) -> dict[str, Any]:
    """A message that brings one thing."""
    return {"run": "r", "audience": "room", "seq": 1, "changes": [{"in": "lines", "id": "i", "item": item}]}


def test_two_truths_with_one_number(database_url: str) -> None:
    ledger = Ledger()
    for raw in ("one", "one", "another"):
        ledger.heard(MEETING, HOST, message(text="w"), raw)
    for text in ("a", "a", "b"):
        part = {"seq": 1, "view": {"said": {"s": {"text": text}}, "lines": {}}}
        ledger.seen(MEETING, HOST, {"run": "r", "audiences": {"room": part}})
    assert {kind: len(found) for kind, found in ledger.breaches.items()} == {
        "one number, two messages": 1,
        "one number, two views": 1,
    }


def test_a_line_beside_its_writer(database_url: str) -> None:
    ledger = Ledger(lines={LINE: ANA})
    ledger.heard(MEETING, HOST, message(text=LINE), "one")
    assert not ledger.breaches
    ledger.heard(MEETING, HOST, message(text=LINE, seat=f"{MEETING}-m1") | {"seq": 2}, "two")
    assert list(ledger.breaches) == ["a line with its writer"]


def test_two_answers_to_one_command_and_a_line_that_is_kept(database_url: str) -> None:
    ledger, frame = Ledger(), {"command_id": "c", "name": "hold_line"}
    refusal = {"ok": False, "error": {"code": "our_side"}}
    for reply in (refusal, HELD, HELD):
        ledger.answered(frame, reply)
    assert not ledger.breaches, "what is refused may be asked again"
    ledger.answered(frame, KEPT)
    assert sorted(ledger.breaches) == ["kept what may only be held", "two answers to one command"]
