"""Somebody rests for a while: what every page is sent, and what the record keeps."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from circle.domain import commands as c
from circle.domain.errors import NotNow
from circle.domain.room import Status
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import Affirm, AnswerWhisper, HoldLine, Say, Warn, Whisper
from circle.store.committer import Committer
from circle.store.words import Words
from tests.domain.scene import ROUND, WORD
from tests.sitting import ANA, BO, CY, HOST, MEETING, Sitting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """A round is on, and the piece is with Ana."""
    sitting = Sitting(committer, words, clock, ROUND, WORD, replace(ROUND, id="again"))
    sitting.go_to("round")
    sitting.do(HOST, c.HandOn(HOST))
    return sitting


def test_nothing_of_the_room_reaches_them_until_they_are_brought_back(sitting: Sitting) -> None:
    sitting.do(HOST, c.SetApart(ANA))
    sitting.refresh(ANA)
    sent = len(sitting.pages.to(ANA))
    sitting.say(BO, Say("round", "SAID-MEANWHILE the long winter"))
    sitting.do(HOST, c.HandOn(BO), c.HandOn(CY), c.Next(), c.StartBreak(3), c.EndBreak())
    sitting.say(BO, Say("word", "SAID-MEANWHILE tired"))
    page = sitting.join(ANA, "another tab")
    told = json.dumps([page.views, page.frames[sent:]])
    marks = ("SAID-MEANWHILE", rf"\b{BO}\b", r"\bBo\b", "What of", "script")  # two letters can come by chance
    assert not [mark for mark in marks if re.search(mark, told)]
    assert {change["in"] for frame in page.frames[sent:] for change in frame["changes"]} <= {"stage", "me"}
    sitting.do(HOST, c.BringBack(ANA))
    sitting.check_pages()
    assert "SAID-MEANWHILE tired" in json.dumps(sitting.pages.pages[ANA].views), "what is on now"
    assert "the long winter" not in json.dumps(sitting.pages.pages[ANA].views), "and nothing from before"


def test_the_others_cannot_tell_it_from_stepping_out(sitting: Sitting) -> None:
    def told_cy(since: int) -> list[object]:
        return [
            (change["in"], change["id"], change["item"]["piece"])
            for frame in sitting.pages.to(CY)[since:]
            for change in frame["changes"]
        ]

    since = len(sitting.pages.to(CY))
    sitting.do(HOST, c.SetApart(ANA))
    rests = told_cy(since)
    assert len(rests) == 1, "the piece goes on, and no more"
    sitting.do(HOST, c.BringBack(ANA))
    assert told_cy(since) == rests
    sitting.go_to("again")
    sitting.do(HOST, c.HandOn(HOST))
    since = len(sitting.pages.to(CY))
    sitting.conduct.say_status(Caller(ANA), MEETING, Status.OUT)
    assert told_cy(since) == rests
    sitting.conduct.say_status(Caller(ANA), MEETING, Status.HERE)
    since = len(sitting.pages.to(CY))
    sitting.do(HOST, c.SetApart(ANA), c.BringBack(ANA))
    assert told_cy(since) == [], "and nothing at all for somebody who does not have it"


def test_they_reach_the_hosts_and_speak_to_nobody_else(sitting: Sitting) -> None:
    sitting.do(HOST, c.SetApart(ANA))
    for speech in (Say("round", "words"), HoldLine("round", "words", "0" * 64), Affirm(1)):
        with pytest.raises(NotNow, match="apart"):
            sitting.say(ANA, speech)
    sitting.say(ANA, Whisper("May I come back?"))
    sitting.say(HOST, AnswerWhisper(ANA, "In five minutes."))
    sitting.say(HOST, Warn(ANA, "Let the others finish, please."))
    page = sitting.refresh(ANA)
    assert [note["text"] for note in page.views["self:"]["notes"].values()] == [
        "May I come back?",
        "In five minutes.",
        "Let the others finish, please.",
    ]
    sitting.check_pages()


def test_the_record_keeps_who_and_a_sealed_reason(sitting: Sitting) -> None:
    sitting.do(HOST, c.SetApart(ANA, "PRIVATE-REASON was loud"), c.BringBack(ANA))
    asked, back = [row for row in sitting.audit if row.action in ("set_apart", "bring_back")]
    assert (asked.actor_id, asked.object_id, back.object_id) == (HOST, ANA, ANA)
    assert asked.reason_ct is not None
    assert b"PRIVATE-REASON" not in asked.reason_ct
    assert back.reason_ct is None
    assert {row.name for row in sitting.feed[-2:]} == {"seats_changed"}
    told = json.dumps([page.log for page in sitting.pages.pages.values()], default=str)
    assert "PRIVATE-REASON" not in told + json.dumps([row.ack for row in sitting.receipts])


def test_it_survives_our_own_restart(sitting: Sitting) -> None:
    sitting.do(HOST, c.SetApart(ANA))
    sitting.start_process()
    page = sitting.join(ANA)
    assert set(page.views) == {"door", "self:"}
    assert page.views["self:"]["me"]["me"]["apart"] is True
