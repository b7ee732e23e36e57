"""Pairs on a real database: words are in memory alone, the pairs outlast the process."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from circle.domain import commands as c
from circle.domain.audience import SELF
from circle.domain.errors import Invalid, NotFound, NotNow, TooMany
from circle.domain.pairs import group_of
from circle.domain.room import Status
from circle.services import between
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import SayInPair, TakePairWordBack
from circle.store.committer import Committer
from circle.store.models import MeetingRow
from circle.store.words import Words
from tests.domain.scene import GOODBYE, PAIR, ROUND
from tests.sitting import ANA, BO, CY, HOST, MEETING, Sitting

EVE = "eve"
FOUR = (ANA, BO, CY, EVE)


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """Four people in two pairs."""
    held = Sitting(committer, words, clock, PAIR, ROUND, GOODBYE, members=FOUR)
    held.go_to("pair")
    return held


def partner(sitting: Sitting, who: str) -> str:
    """The other one."""
    group = group_of(sitting.meeting.pairs, who)
    assert group is not None
    return next(seat for seat in group.seats if seat != who)


def heard(sitting: Sitting, who: str) -> list[tuple[str, str]]:
    """What somebody's page has of their pair, in order: (seat, words)."""
    words = sitting.pages.pages[who].views[SELF]["between"].values()
    return [(word["seat"], word["text"]) for word in sorted(words, key=lambda word: word["at"])]


def test_words_reach_the_pair_and_are_written_nowhere(sitting: Sitting) -> None:
    other = partner(sitting, ANA)
    trace, frames = sitting.trace(), {who: len(page.frames) for who, page in sitting.pages.pages.items()}
    ack = sitting.say(ANA, SayInPair("pair", "Is it raining where you are?"))
    sitting.say(other, SayInPair("pair", "A little."))
    assert ack == {"ok": True, "held": True}
    assert (
        heard(sitting, ANA)
        == heard(sitting, other)
        == [
            (ANA, "Is it raining where you are?"),
            (other, "A little."),
        ]
    )
    told = {who for who, page in sitting.pages.pages.items() if len(page.frames) > frames[who]}
    assert told == {ANA, other}
    assert sitting.trace()[:4] == trace[:4], "no version, no feed, no receipt, no audit"
    assert "raining" not in json.dumps([row.state for row in sitting.rows(MeetingRow)])
    sitting.check_pages()


def test_a_resend_is_one_word_and_ones_own_word_can_be_taken_back(sitting: Sitting) -> None:
    other, command_id = partner(sitting, ANA), str(uuid4())
    for _ in range(2):
        sitting.say(ANA, SayInPair("pair", "Once."), command_id=command_id)
    assert heard(sitting, other) == [(ANA, "Once.")]
    (word,) = sitting.pages.pages[other].views[SELF]["between"]
    for foreign in (other, BO if BO not in (ANA, other) else CY, HOST):
        with pytest.raises(NotFound):
            sitting.say(foreign, TakePairWordBack(word))
    sitting.say(ANA, TakePairWordBack(word))
    assert heard(sitting, other) == heard(sitting, ANA) == []


def test_who_is_not_in_a_pair_says_nothing_there(sitting: Sitting) -> None:
    with pytest.raises(NotNow, match="no_pair"):
        sitting.say(HOST, SayInPair("pair", "Hello?"))
    sitting.do(ANA, c.LeavePair())
    with pytest.raises(NotNow, match="no_pair"):
        sitting.say(ANA, SayInPair("pair", "Hello?"))
    with pytest.raises(NotNow, match="step_moved"):
        sitting.say(BO, SayInPair("round", "Hello?"))
    with pytest.raises(Invalid, match="empty"):
        sitting.say(BO, SayInPair("pair", "\u200b"))


def test_words_are_bounded(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(between, "WORDS_MAX", 2)
    for words in ("one", "two"):
        sitting.say(ANA, SayInPair("pair", words))
    with pytest.raises(TooMany, match="pair_full"):
        sitting.say(ANA, SayInPair("pair", "three"))
    sitting.say(partner(sitting, ANA), SayInPair("pair", "I still can."))
    assert len(heard(sitting, ANA)) == 3


def test_they_are_gone_when_the_step_ends_also_after_one_step_back(sitting: Sitting) -> None:
    other = partner(sitting, ANA)
    sitting.say(ANA, SayInPair("pair", "Gone soon."))
    sitting.do(HOST, c.StartBreak(3), c.EndBreak())
    assert heard(sitting, other) == [(ANA, "Gone soon.")], "a break is not the end of the step"
    sitting.do(HOST, c.Next())
    assert heard(sitting, other) == heard(sitting, ANA) == []
    assert sitting.memories.of(MEETING).between.words == []
    sitting.do(HOST, c.GoBack())
    assert heard(sitting, other) == []
    assert partner(sitting, ANA) == other
    sitting.say(ANA, SayInPair("pair", "Again."))
    sitting.do(HOST, c.EndSession())
    assert sitting.memories.of(MEETING).between.words == []


def test_stepping_out_looks_like_going_back_to_the_circle(sitting: Sitting) -> None:
    other = partner(sitting, ANA)
    sitting.conduct.say_status(Caller(ANA), MEETING, Status.OUT)
    stepped_out = sitting.pages.pages[other].views
    sitting.conduct.say_status(Caller(ANA), MEETING, Status.HERE)
    sitting.do(ANA, c.ReturnToPair(), c.LeavePair())
    assert sitting.pages.pages[other].views == stepped_out
    sitting.check_pages()


def test_stepping_out_in_a_held_room_leaves_nobody_waiting(sitting: Sitting) -> None:
    sitting.clock.advance(50)
    sitting.conduct.tick(sitting.meeting)
    sitting.conduct.say_status(Caller(ANA), MEETING, Status.OUT)
    assert ANA in {seat for group in sitting.meeting.pairs for seat in group.back}


def test_a_lost_line_is_told_to_the_other_alone(sitting: Sitting) -> None:
    other = partner(sitting, ANA)
    frames = {who: len(page.frames) for who, page in sitting.pages.pages.items()}
    sitting.conduct.part(Caller(ANA), MEETING, f"connection-of-{ANA}")
    told = {who for who, page in sitting.pages.pages.items() if len(page.frames) > frames[who]}
    assert told == {HOST, other}
    people = sitting.pages.pages[other].views[SELF]["me"]["me"]["pair"]["people"]
    assert {person["id"] for person in people if person["lost"]} == {ANA}
    sitting.join(ANA)
    people = sitting.pages.pages[other].views[SELF]["me"]["me"]["pair"]["people"]
    assert not [person for person in people if person["lost"]]


def test_the_pairs_outlast_a_restart_and_the_words_do_not(sitting: Sitting) -> None:
    other, formed = partner(sitting, ANA), sitting.meeting.pairs
    sitting.say(ANA, SayInPair("pair", "In memory."))
    sitting.do(CY if CY not in (ANA, other) else BO, c.LeavePair())
    left = sitting.meeting.pairs
    sitting.start_process()
    for who in (HOST, *FOUR):
        sitting.join(who)
    assert sitting.meeting.pairs == left != formed
    assert heard(sitting, other) == []
    sitting.say(other, SayInPair("pair", "We go on."))
    assert heard(sitting, ANA) == [(other, "We go on.")]
    sitting.check_pages()
