"""The pulse: what hosts are told of where people are, and that it is never who, never a count below five."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from circle.domain import commands as c
from circle.domain.audience import DOOR, HOSTS, LINGER, ROOM, SELF, STAND_IN, audiences, view
from circle.domain.errors import NotAllowed
from circle.domain.meeting import Role
from circle.domain.pulse import (
    BETWEEN,
    FADES,
    GRAVE,
    K_TOTAL,
    PLACES,
    STAYS_OPEN,
    Card,
    Counts,
    Occasion,
    Where,
    band,
    bands,
    card,
    count,
    holds_cards_back,
    left_heavier,
    more_far_than_flooded,
    passed,
    put_away,
    reaches_hosts,
    switched,
)
from circle.domain.signs import KeepPulse, SayWhere, Signs, heed
from tests.domain.pulsed import AFTER, CLOSING, FIRST, MEMBERS, ON, Evening
from tests.domain.scene import HOST
from tests.domain.test_audience import room_of, told

SECOND = timedelta(seconds=1)


def every_count(most: int = 20) -> Iterator[Counts]:
    """All ways in which up to so many people can answer."""
    for total in range(most + 1):
        for settled in range(total + 1):
            for stirred in range(total - settled + 1):
                for flooded in range(total - settled - stirred + 1):
                    yield Counts(settled, stirred, flooded, total - settled - stirred - flooded)


# -- numbers into bands and cards ---------------------------------------------------------------------
def test_below_five_answers_nothing_is_shown_and_from_five_on_never_a_small_number() -> None:
    seen = 0
    for counts in every_count():
        shown = bands(counts)
        seen += 1
        if counts.answers < 5:
            assert shown == {}
            continue
        assert list(shown) == ["settled", "stirred", "flooded", "numb"]
        for place, told_as in shown.items():
            real = getattr(counts, place)
            if real == 0:
                assert told_as == "none"
            elif real <= 2:
                assert told_as == "one_or_two"
            elif counts.answers < 8:
                assert told_as == "several"
            else:
                assert told_as == str(real)
    assert seen == 10626, "all of them"


def test_what_a_band_says_fits_more_than_one_room_wherever_few_are_somewhere() -> None:
    """One and two look alike; below eight answers so do three and more."""
    assert band(1, 5) == band(2, 20) == "one_or_two"
    assert band(3, 7) == band(7, 7) == "several"
    assert (band(3, 8), band(20, 20)) == ("3", "20")
    assert band(0, 5) == band(0, 20) == "none"


def by_the_table(counts: Counts, closing: bool) -> Card:
    """The table of the content rules, read from its worst row up, with fractions as they stand there."""
    a, f, m, s = counts.answers, counts.flooded, counts.numb, counts.stirred
    if a < 5:
        return Card.Q0
    if (f + m) / a >= 0.4 or f >= 4:
        return Card.Q5
    if f + m >= 2 and ((f + m) / a >= 0.25 or (f + m >= 3 and a >= 9)):
        return Card.Q4
    if closing and f + m >= 1:
        return Card.Q7
    if f + m == 1 or (f + m == 2 and a >= 9):
        return Card.Q3
    assert f + m == 0, "the table leaves no room without a card"
    return Card.Q2 if s / a > 0.6 else Card.Q1


def test_every_room_of_up_to_twenty_gets_the_card_of_the_table() -> None:
    for counts in every_count():
        for occasion in Occasion:
            assert card(counts, occasion) is by_the_table(counts, occasion is Occasion.CLOSING), counts


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(4, 0, 0, 0), Card.Q0),
        (Counts(5, 0, 0, 0), Card.Q1),
        (Counts(2, 3, 0, 0), Card.Q1),  # three of five are 0.6, and not more
        (Counts(1, 4, 0, 0), Card.Q2),
        (Counts(4, 6, 0, 0), Card.Q1),
        (Counts(3, 7, 0, 0), Card.Q2),
        (Counts(4, 0, 1, 0), Card.Q3),
        (Counts(4, 0, 0, 1), Card.Q3),
        (Counts(7, 0, 1, 1), Card.Q3),  # two of nine
        (Counts(6, 0, 1, 1), Card.Q4),  # two of eight are a quarter
        (Counts(4, 0, 1, 1), Card.Q4),
        (Counts(3, 0, 1, 1), Card.Q5),  # two of five are 0.4
        (Counts(17, 0, 2, 1), Card.Q4),  # three of twenty
        (Counts(16, 0, 3, 1), Card.Q4),
        (Counts(16, 0, 4, 0), Card.Q5),  # four flooded, however large the room
        (Counts(16, 0, 0, 4), Card.Q4),
        (Counts(12, 0, 0, 8), Card.Q5),
        (Counts(13, 0, 0, 7), Card.Q4),
    ],
)
def test_cards_at_their_edges(counts: Counts, expected: Card) -> None:
    assert card(counts, Occasion.LANDING) is expected


def test_before_the_goodbye_one_or_two_are_worth_a_card_of_their_own() -> None:
    assert card(Counts(4, 0, 1, 0), Occasion.CLOSING) is Card.Q7
    assert card(Counts(3, 0, 2, 0), Occasion.CLOSING) is Card.Q5, "the gravest card wins"
    assert card(Counts(5), Occasion.CLOSING) is Card.Q1


def test_more_far_away_than_flooded_accompanies_and_never_stands_alone() -> None:
    for counts in every_count():
        for occasion in Occasion:
            which = card(counts, occasion)
            shown = more_far_than_flooded(counts, which)
            assert shown == (
                counts.numb >= 2 and counts.numb > counts.flooded and which in (Card.Q3, Card.Q4, Card.Q5)
            )
    assert more_far_than_flooded(Counts(7, 0, 0, 2), Card.Q3)
    assert not more_far_than_flooded(Counts(6, 0, 2, 2), Card.Q4)
    assert not more_far_than_flooded(Counts(8, 0, 0, 1), Card.Q3)


@pytest.mark.parametrize(
    ("counts", "arrival", "heavier"),
    [
        (Counts(6, 0, 2, 0), 0, True),  # two of eight
        (Counts(6, 0, 2, 0), 1, False),
        (Counts(7, 0, 2, 0), 0, False),  # two of nine
        (Counts(2, 0, 2, 0), 0, False),  # four answers say nothing
        (Counts(3, 0, 2, 0), None, False),  # what was on arrival is not known
        (Counts(8), 3, False),
    ],
)
def test_people_who_left_less_settled_than_they_came(
    counts: Counts, arrival: int | None, heavier: bool
) -> None:
    assert left_heavier(counts, arrival) is heavier


def test_rather_not_say_is_no_answer() -> None:
    assert count([Where.NO_ANSWER] * 9).answers == 0
    assert count([Where.FLOODED, Where.NO_ANSWER, Where.NUMB]) == Counts(0, 0, 1, 1)


# -- what is told, and when ---------------------------------------------------------------------------
def test_what_is_told_is_a_card_and_bands_and_nothing_of_anybody_is_left() -> None:
    evening = Evening(FIRST, AFTER, CLOSING)
    evening.do(c.Next())
    evening.say(Where.SETTLED, Where.SETTLED, Where.STIRRED, Where.FLOODED, Where.NO_ANSWER, Where.SETTLED)
    assert evening.pulse.told is None, "nothing while it is open"
    evening.wait(25)
    assert evening.pulse.told is not None
    assert evening.pulse.told.card is Card.Q3
    assert evening.pulse.told.bands == {
        "settled": "several",
        "stirred": "one_or_two",
        "flooded": "one_or_two",
        "numb": "none",
    }
    assert evening.pulse.answers == {}
    assert not any(f"'{who}'" in repr(evening.pulse) for who in MEMBERS)


def test_silence_counts_as_rather_not_say() -> None:
    evening = Evening(FIRST, CLOSING)
    evening.do(c.Next())
    evening.say(*[Where.FLOODED] * 4)
    evening.wait(25)
    assert evening.pulse.told is not None
    assert (evening.pulse.told.card, evening.pulse.told.bands) == (Card.Q0, {})


def test_whoever_says_it_again_is_counted_once_and_at_the_last() -> None:
    evening = Evening(FIRST, CLOSING)
    evening.do(c.Next())
    evening.say(*[Where.FLOODED] * 6)
    evening.say(*[Where.SETTLED] * 6)
    evening.wait(25)
    assert evening.pulse.told is not None
    assert evening.pulse.told.card is Card.Q1


def test_what_is_said_outside_an_invitation_waits_for_the_next_one() -> None:
    evening = Evening(FIRST, AFTER, CLOSING, pulse=replace(ON, asked=frozenset({"arrival"})))
    evening.do(c.Next())
    evening.say(*[Where.NUMB] * 5)
    evening.wait(120)
    assert evening.pulse.told is None
    evening.do(c.Next())
    evening.wait(325)
    assert evening.pulse.told is not None
    assert (evening.pulse.told.card, evening.pulse.told.far) == (Card.Q5, True)
    assert evening.pulse.answers == {}


def test_whoever_is_not_at_the_table_any_more_is_not_counted() -> None:
    evening = Evening(FIRST, CLOSING)
    evening.do(c.Next())
    evening.say(*[Where.SETTLED] * 5)
    evening.do(c.LeaveSeat(), who="m1")
    evening.wait(25)
    assert evening.pulse.told is not None
    assert evening.pulse.told.card is Card.Q0


def test_the_arrival_and_the_closing_are_compared() -> None:
    evening = Evening(FIRST, AFTER, CLOSING)
    evening.do(c.Next())
    evening.say(*[Where.SETTLED] * 5)
    evening.wait(260)
    evening.do(c.Next())
    evening.say(*[Where.FLOODED] * 2, *[Where.SETTLED] * 3)
    evening.wait(325)
    assert evening.pulse.lighter
    assert [occasion for occasion, _ in evening.invitations] == [Occasion.ARRIVAL, Occasion.CLOSING]


def test_it_fades_and_can_be_put_away() -> None:
    evening = Evening(FIRST, AFTER, CLOSING)
    evening.do(c.Next())
    evening.wait(25)
    shown = evening.pulse.told
    assert shown is not None
    assert put_away(evening.pulse, "pulse:7") is evening.pulse
    assert put_away(evening.pulse, shown.key).told is None
    assert passed(evening.pulse, evening.meeting, shown.at + FADES - SECOND).told == shown
    assert passed(evening.pulse, evening.meeting, shown.at + FADES).told is None


def test_other_cards_wait_for_four_minutes_and_for_a_grave_one_until_it_is_put_away() -> None:
    evening = Evening(FIRST, AFTER, CLOSING)
    assert not holds_cards_back(evening.pulse, evening.scene.now)
    evening.do(c.Next())
    evening.wait(25)
    now, shown = evening.scene.now, evening.pulse.told
    assert shown is not None
    assert holds_cards_back(evening.pulse, now + BETWEEN - SECOND)
    assert not holds_cards_back(evening.pulse, now + BETWEEN)
    for which in Card:
        grave = replace(evening.pulse, told=replace(shown, card=which))
        assert holds_cards_back(grave, now + BETWEEN) is (which in GRAVE)


# -- private below five -------------------------------------------------------------------------------
@pytest.mark.parametrize("members", range(1, 7))
def test_with_fewer_than_five_members_nothing_is_kept_or_told(members: int) -> None:
    evening = Evening(FIRST, CLOSING, members=MEMBERS[:members])
    evening.do(c.Next())
    evening.say(*[Where.FLOODED] * members)
    assert bool(evening.pulse.answers) is (members >= K_TOTAL)
    assert evening.pulse.open is not None, "everybody may ask themselves"
    evening.wait(25)
    assert (evening.pulse.told is None) is (members < K_TOTAL)


def test_chairs_without_a_screen_hosts_and_whoever_leads_for_one_are_not_counted() -> None:
    evening = Evening(FIRST, CLOSING, members=MEMBERS[:4])
    evening.do(c.Next(), c.AddSeat("x", "Theo"))
    assert not reaches_hosts(evening.pulse, evening.meeting)
    five = Evening(FIRST, CLOSING, members=MEMBERS[:5])
    assert reaches_hosts(five.pulse, five.meeting)
    seats = tuple(replace(s, role=Role.STAND_IN) if s.id == "m1" else s for s in five.meeting.seats)
    assert not reaches_hosts(five.pulse, replace(five.meeting, seats=seats))


def test_whose_line_is_lost_or_who_stepped_out_changes_nothing_that_is_seen() -> None:
    """`reaches_hosts` takes no presence at all: it cannot tell."""
    evening = Evening(FIRST, CLOSING)
    evening.do(c.Next(), c.SetApart("m1"), c.SetApart("m2"))
    assert reaches_hosts(evening.pulse, evening.meeting)


def test_hosts_who_want_it_no_more_drop_what_was_said() -> None:
    evening = Evening(FIRST, CLOSING)
    evening.do(c.Next())
    evening.say(*[Where.FLOODED] * 6)
    off = switched(evening.pulse, False)
    assert (off.open, off.answers, off.told) == (None, {}, None)
    assert switched(off, False) is off
    assert switched(off, True).asked == evening.pulse.asked, "turning it on again asks nobody twice"


# -- who may know -------------------------------------------------------------------------------------
def test_members_say_where_they_are_and_hosts_whether_it_is_asked() -> None:
    meeting = Evening(FIRST).meeting
    with pytest.raises(NotAllowed):
        heed(Signs(pulse=ON), SayWhere(Where.FLOODED), HOST, meeting, frozenset())
    with pytest.raises(NotAllowed):
        heed(Signs(), KeepPulse(True), "m1", meeting, frozenset())
    assert heed(Signs(), KeepPulse(True), HOST, meeting, frozenset()).pulse.on
    said = heed(Signs(pulse=ON), SayWhere(Where.FLOODED), "m1", meeting, frozenset())
    assert said.pulse.answers == {"m1": Where.FLOODED}


def test_an_answer_is_told_to_nobody_and_looks_the_same_whichever_it_is() -> None:
    evening = Evening(FIRST, CLOSING)
    evening.do(c.Next())
    before = room_of(evening.scene, signs=Signs(pulse=evening.pulse))
    for where in Where:
        evening.say(where)
        assert told(before, replace(before, signs=Signs(pulse=evening.pulse))) == set()


def test_the_question_is_the_same_for_everybody_and_what_came_of_it_is_for_hosts() -> None:
    evening = Evening(FIRST, CLOSING)
    calm = room_of(evening.scene)
    evening.do(c.Next())
    asked = room_of(evening.scene, signs=Signs(pulse=evening.pulse))
    stages = {name: view(asked, name)["stage"]["stage"] for name in (ROOM, HOSTS)}
    assert stages[ROOM]["pulse"] == stages[HOSTS]["pulse"]
    assert stages[ROOM]["pulse"]["until"]
    assert view(calm, ROOM)["stage"]["stage"]["pulse"] == {"until": None, "counted": False}
    evening.say(*[Where.FLOODED] * 6)
    evening.wait(25)
    after = room_of(evening.scene, signs=Signs(pulse=evening.pulse))
    away = replace(after, signs=Signs(pulse=replace(evening.pulse, told=None, lighter=True)))
    assert told(after, away) == {HOSTS}
    for name in set(audiences(after.meeting)) - {HOSTS}:
        assert "Q5" not in str(view(after, name))
        assert "bands" not in str(view(after, name))
    assert "pulse" not in view(after, DOOR)["stage"]["stage"]
    assert view(after, HOSTS)["stage"]["stage"]["felt"]["told"]["bands"]["flooded"] == "several"
    assert (LINGER in audiences(after.meeting), SELF + "m1" in audiences(after.meeting)) == (False, True)


def test_a_closed_pulse_is_seen_by_whoever_stands_in_as_wishes_are() -> None:
    evening = Evening(FIRST, CLOSING)
    evening.do(c.Next())
    evening.say(*[Where.FLOODED] * 6)
    evening.wait(25)
    room = room_of(evening.scene, signs=Signs(pulse=evening.pulse))
    assert view(room, STAND_IN)["stage"]["stage"]["felt"] == view(room, HOSTS)["stage"]["stage"]["felt"]


def test_the_places_are_four_and_a_way_not_to_say() -> None:
    assert [where.value for where in Where] == ["settled", "stirred", "flooded", "numb", "no_answer"]
    assert len(PLACES) == 4
    assert STAYS_OPEN.total_seconds() == 25
