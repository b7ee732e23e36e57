"""When the pulse is asked: at set moments, five times at most, and never while somebody has the piece."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from circle.domain import commands as c
from circle.domain.pulse import BETWEEN, MOST, NO_PULSE, Card, Occasion, Where, closes_at
from tests.domain.pulsed import AFTER, CLOSING, FIRST, LANDING, ON, STILL_CLOSING, TENDER, Evening
from tests.domain.scene import BREAK, PAIR, VOLUNTEER


def test_it_is_asked_on_arrival_and_closes_after_twenty_five_seconds() -> None:
    evening = Evening(FIRST, STILL_CLOSING)
    assert evening.invitations == [], "not before it begins"
    evening.do(c.Next())
    assert evening.invitations == [(Occasion.ARRIVAL, "first")]
    assert closes_at(evening.pulse) == evening.scene.now + timedelta(seconds=25)
    evening.wait(24)
    assert evening.pulse.open is not None
    evening.wait(1)
    assert evening.pulse.open is None
    assert evening.pulse.told is not None


def test_hosts_who_do_not_want_it_ask_nothing() -> None:
    evening = Evening(FIRST, STILL_CLOSING, pulse=NO_PULSE)
    evening.do(c.Next())
    evening.wait(400)
    assert evening.pulse is NO_PULSE


def test_it_is_asked_after_a_break_and_not_during_it() -> None:
    evening = Evening(AFTER, AFTER, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    evening.do(c.Next(), c.StartBreak(5))
    evening.wait(60)
    assert evening.invitations == []
    evening.do(c.EndBreak())
    assert evening.invitations == [(Occasion.BREAK, "after")]
    planned = Evening(FIRST, BREAK, AFTER, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    planned.do(c.Next(), c.Next())
    assert planned.invitations == []
    planned.do(c.Next())
    assert planned.invitations == [(Occasion.BREAK, "after")]


def tender_evening() -> Evening:
    """Arrived long ago; the landing after a tender step is on."""
    evening = Evening(FIRST, TENDER, LANDING, AFTER, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    evening.do(c.Next(), c.Next(), c.Next())
    assert evening.meeting.step == LANDING
    return evening


def test_it_is_asked_in_the_last_minute_of_a_landing_or_right_after_it() -> None:
    evening = tender_evening()
    evening.wait(239)
    assert evening.invitations == []
    evening.wait(1)
    assert evening.invitations == [(Occasion.LANDING, "landing")]
    evening.do(c.Next())
    evening.wait(280)
    assert evening.invitations == [(Occasion.LANDING, "landing")], "once"
    quick = tender_evening()
    quick.do(c.Next())
    assert quick.invitations == [(Occasion.LANDING, "after")]


def test_a_grounding_that_follows_nothing_tender_is_no_occasion() -> None:
    evening = Evening(FIRST, AFTER, LANDING, AFTER, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    evening.do(c.Next(), c.Next(), c.Next())
    evening.wait(290)
    evening.do(c.Next())
    assert evening.invitations == []


def test_it_is_asked_before_the_closing_round_and_not_in_it() -> None:
    evening = Evening(FIRST, AFTER, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    evening.do(c.Next(), c.Next())
    evening.wait(299)
    assert evening.invitations == []
    evening.wait(1)
    assert evening.invitations == [(Occasion.CLOSING, "after")]
    early = Evening(FIRST, AFTER, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    early.do(c.Next(), c.Next(), c.Next())
    assert early.meeting.piece is not None
    while early.meeting.piece.holder is not None:
        early.do(c.HandOn(early.meeting.piece.holder))
    early.wait(120)
    assert early.invitations == [], "the round has been held, and the goodbye is not interrupted"
    still = Evening(FIRST, AFTER, STILL_CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    still.do(c.Next(), c.Next(), c.Next())
    assert still.invitations == [(Occasion.CLOSING, "still")]


def test_it_is_never_open_while_somebody_has_the_piece() -> None:
    evening = Evening(FIRST, VOLUNTEER, CLOSING)
    evening.do(c.Next())
    assert evening.pulse.open is not None
    evening.do(c.Next())
    assert evening.pulse.open is not None, "nobody speaks yet"
    evening.say(*[Where.SETTLED] * 5)
    evening.do(c.TakePiece(), who="m1")
    assert evening.pulse.open is None, "what has been said until then is told"
    assert evening.pulse.told is not None
    assert evening.pulse.told.card is Card.Q1
    evening.wait(9 * 60)
    assert len(evening.invitations) == 1, "the closing is near, and somebody speaks"
    evening.do(c.HandOn("m1"))
    assert evening.invitations[1:] == [(Occasion.CLOSING, "volunteer")]


@pytest.mark.parametrize("what", ["pair", "bell", "held"])
def test_it_waits_for_pairs_for_the_bell_and_for_a_lost_host(what: str) -> None:
    evening = Evening(PAIR if what == "pair" else VOLUNTEER, AFTER, AFTER, CLOSING, pulse=NO_PULSE)
    evening.do(c.Next())
    if what == "bell":
        evening.do(c.RingBell())
    if what == "held":
        evening.do(c.Hold(45_000), who="")
    evening.pulse = ON
    evening.wait(60)
    assert evening.invitations == []
    if what != "pair":
        evening.do(c.EndBell()) if what == "bell" else evening.do(c.Release(), who="")
        assert evening.invitations == [(Occasion.ARRIVAL, "volunteer")]


def test_at_most_five_in_a_session_and_the_last_is_kept_for_the_closing() -> None:
    evening = Evening(AFTER, AFTER, CLOSING)
    evening.do(c.Next())
    for _ in range(9):
        evening.do(c.StartBreak(5))
        evening.wait(10)
        evening.do(c.EndBreak())
        evening.wait(250)
    assert [occasion for occasion, _ in evening.invitations] == [
        Occasion.ARRIVAL,
        *[Occasion.BREAK] * (MOST - 2),
    ]
    evening.do(c.Next())
    evening.wait(6 * 60)
    assert evening.invitations[MOST - 1 :] == [(Occasion.CLOSING, "after")]


def test_one_card_in_four_minutes_so_no_question_sooner() -> None:
    evening = Evening(FIRST, *[AFTER] * 3, STILL_CLOSING)
    evening.do(c.Next())
    for _ in range(16):
        evening.do(c.StartBreak(1), c.EndBreak())
        evening.wait(70)
    assert len(evening.closings) == MOST - 1
    assert all(later - earlier >= BETWEEN for earlier, later in pairwise(evening.closings))


def test_one_question_answers_all_occasions_of_its_moment() -> None:
    evening = Evening(TENDER, LANDING, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    evening.do(c.Next(), c.Next())
    evening.wait(240)
    assert evening.invitations == [(Occasion.CLOSING, "landing")]
    evening.wait(600)
    assert len(evening.invitations) == 1


def test_going_back_asks_nobody_twice() -> None:
    evening = Evening(FIRST, AFTER, CLOSING)
    evening.do(c.Next())
    evening.wait(300)
    evening.do(c.Next(), c.GoBack())
    evening.wait(30)
    assert evening.invitations == [(Occasion.ARRIVAL, "first")]
