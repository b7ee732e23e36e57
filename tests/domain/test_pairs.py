"""Pairs: nobody alone, nobody twice, a way back at any time, and nothing of it seen by others."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain import commands as c
from circle.domain.audience import HOSTS, ROOM, SELF, audiences, view
from circle.domain.difference import difference
from circle.domain.errors import Invalid, NotAllowed, NotNow
from circle.domain.meeting import Phase, Place
from circle.domain.pairs import form, group_of
from circle.domain.plan import Kind, Part, Sharing, StepClass, parts
from circle.domain.room import CircleFacts, PairWord, Presence, Room, Status
from tests.domain.scene import (
    ANA,
    BO,
    BREAK,
    CO,
    CY,
    GOODBYE,
    HOST,
    PAIR,
    ROUND,
    START,
    Scene,
    at_door,
    make_meeting,
    step,
)

DI, EVE = "di", "eve"
FOUR = (ANA, BO, CY, DI)
names = st.lists(st.text("abcdefgh", min_size=1, max_size=3), unique=True, max_size=20)


def in_pairs(*members: str, hosts: tuple[str, ...] = (HOST,), away: tuple[str, ...] = ()) -> Scene:
    """These people are in pairs, with a round after it."""
    scene = at_door(make_meeting(PAIR, ROUND, GOODBYE, members=members or FOUR, hosts=hosts))
    scene.away = set(away)
    scene.do(HOST, c.Next())
    return scene


def groups(scene: Scene) -> list[tuple[str, ...]]:
    """Who sits with whom."""
    return [group.seats for group in scene.meeting.pairs]


def partner(scene: Scene, who: str) -> str:
    """The other one."""
    group = group_of(scene.meeting.pairs, who)
    assert group is not None
    assert len(group.seats) == 2
    return next(seat for seat in group.seats if seat != who)


def room_of(scene: Scene, *said: PairWord, **presence: Presence) -> Room:
    """The room as it is now."""
    return Room(scene.meeting, CircleFacts("Circle"), between=said, presence=presence)


def told(before: Room, after: Room) -> set[str]:
    """Which audiences get a frame."""
    return {name for name in audiences(after.meeting) if difference(view(before, name), view(after, name))}


def pair_seen(scene: Scene, who: str) -> dict[str, object] | None:
    """What somebody's own page has of their pair."""
    found: dict[str, object] | None = view(room_of(scene), SELF + who)["me"]["me"]["pair"]
    return found


# -- who sits with whom -------------------------------------------------------------------------------
@given(people=names, hosts=st.lists(st.sampled_from(["H1", "H2"]), unique=True), salt=st.text(max_size=5))
def test_everybody_once_two_by_two_and_three_at_most_once(
    people: list[str], hosts: list[str], salt: str
) -> None:
    formed = form(people, hosts, salt)
    sizes = sorted(len(group.seats) for group in formed)
    sitting = [seat for group in formed for seat in group.seats]
    assert len(sitting) == len(set(sitting))
    if len(people) > 1:
        assert set(sitting) == set(people), "hosts are not needed"
        assert sizes == [2] * (len(people) // 2 - len(people) % 2) + [3] * (len(people) % 2)
    elif people and hosts:
        assert set(sitting) == {*people, hosts[0]}, "so that nobody is alone"
    else:
        assert formed == ()
    assert form(list(reversed(people)), hosts, salt) == formed, "chance does not depend on who came first"


def test_chance_differs_from_step_to_step() -> None:
    people = [f"p{n}" for n in range(10)]
    assert len({form(people, (), f"m s{n}") for n in range(8)}) == 8


def test_members_sit_together_and_the_host_keeps_the_room() -> None:
    scene = in_pairs()
    assert sorted(seat for group in groups(scene) for seat in group) == sorted(FOUR)
    assert len(groups(scene)) == 2


def test_an_odd_number_makes_one_three() -> None:
    assert [len(group) for group in groups(in_pairs(ANA, BO, CY))] == [3]


def test_a_host_comes_along_only_where_somebody_would_be_alone() -> None:
    assert [set(group) for group in groups(in_pairs(ANA, hosts=(HOST, CO)))] == [{ANA, HOST}]
    assert groups(in_pairs(ANA, BO, away=(ANA, BO))) == [], "hosts do not sit with each other"


def test_who_stepped_out_or_has_no_screen_is_left_in_peace() -> None:
    scene = at_door(make_meeting(PAIR, GOODBYE, members=(*FOUR, EVE)))
    scene.away = {EVE}
    scene.do(HOST, c.AddSeat("x1", "Theo"), c.Next())
    assert sorted(seat for group in groups(scene) for seat in group) == sorted(FOUR)


def test_who_comes_late_stays_with_the_whole_room() -> None:
    scene = in_pairs()
    scene.do(EVE, c.TakeSeat(EVE, "Eve"))
    scene.do(HOST, c.Admit(EVE))
    assert pair_seen(scene, EVE) is None
    scene.refuses(EVE, c.ReturnToPair(), NotNow, "no_pair")


def test_writing_for_oneself_comes_first() -> None:
    own = step("own", Kind.PAIR, Sharing.PAIR, minutes=10, solo=2)
    assert parts(own) == (Part.WRITE, Part.PAIR)
    scene = at_door(make_meeting(own, GOODBYE, members=FOUR))
    scene.do(HOST, c.Next())
    assert groups(scene) == []
    scene.do(HOST, c.Next())
    assert len(groups(scene)) == 2
    assert scene.left == 8 * 60_000


# -- never above intensity 3 --------------------------------------------------------------------------
@pytest.mark.parametrize("intensity", [4, 5])
def test_a_tender_pair_cannot_be_made(intensity: int) -> None:
    with pytest.raises(Invalid) as refusal:
        replace(PAIR, intensity=intensity)
    assert refusal.value.code == "pair_tender"
    assert refusal.value.fields == {"sharing": "pair_tender"}


def test_an_own_question_can_be_asked_in_pairs() -> None:
    scene = in_pairs()
    scene.do(HOST, c.AskQuestion("What holds you?", Sharing.PAIR, 6))
    assert scene.meeting.step is not None
    assert (scene.meeting.step.intensity, scene.meeting.step.cls) == (2, StepClass.EXPLORE)
    assert len(groups(scene)) == 2


# -- the way back -------------------------------------------------------------------------------------
def test_back_to_the_circle_and_again_to_the_pair() -> None:
    scene = in_pairs()
    other = partner(scene, ANA)
    before = room_of(scene)
    scene.do(ANA, c.LeavePair())
    assert told(before, room_of(scene)) == {HOSTS, SELF + ANA, SELF + other}
    scene.ignores(ANA, c.LeavePair())
    assert pair_seen(scene, other) == {
        "there": True,
        "people": [
            {"id": seat, "name": seat.title(), "there": seat != ANA, "lost": False}
            for seat in groups(scene)[[ANA in g for g in groups(scene)].index(True)]
        ],
    }
    assert view(room_of(scene), HOSTS)["stage"]["stage"]["pairs"] == {"talking": 1, "of": 2}
    scene.do(ANA, c.ReturnToPair())
    scene.ignores(ANA, c.ReturnToPair())
    assert view(room_of(scene), HOSTS)["stage"]["stage"]["pairs"] == {"talking": 2, "of": 2}


def test_nobody_comes_back_to_an_empty_place() -> None:
    scene = in_pairs()
    scene.do(partner(scene, ANA), c.LeavePair())
    scene.do(ANA, c.LeavePair())
    scene.refuses(ANA, c.ReturnToPair(), NotNow, "pair_over")


def test_three_become_two() -> None:
    scene = in_pairs(ANA, BO, CY)
    scene.do(BO, c.LeavePair())
    assert view(room_of(scene), HOSTS)["stage"]["stage"]["pairs"] == {"talking": 1, "of": 1}


@pytest.mark.parametrize(
    ("who", "gone"),
    [(ANA, c.LeavePair()), (ANA, c.LeaveSeat()), (HOST, c.Remove(ANA, "")), (HOST, c.SetApart(ANA))],
    ids=["back", "home", "removed", "rests"],
)
def test_the_one_who_stays_cannot_tell_why(who: str, gone: c.Command) -> None:
    """Going back, going home, being removed or asked to rest are one and the same on the other's page."""
    scene = in_pairs()
    other = partner(scene, ANA)
    scene.do(who, gone)
    reference = in_pairs()
    reference.do(ANA, c.LeavePair())
    assert view(room_of(scene), SELF + other) == view(room_of(reference), SELF + other)
    if gone != c.LeavePair():
        assert view(room_of(scene), SELF + ANA)["me"]["me"]["pair"] is None
        rests = isinstance(gone, c.SetApart)
        refusal = (NotNow, "apart") if rests else (NotAllowed, "not_seated")
        scene.refuses(ANA, c.ReturnToPair(), *refusal)


def test_the_way_back_is_open_in_a_break_and_in_a_held_room() -> None:
    for who, stop in ((HOST, c.StartBreak(5)), ("", c.Hold(0)), (HOST, c.RingBell())):
        scene = in_pairs()
        scene.do(who, stop)
        scene.do(ANA, c.LeavePair())
        assert [g.there for g in scene.meeting.pairs if ANA in g.back] == [(partner(scene, ANA),)]
    scene = in_pairs()
    scene.do(ANA, c.LeavePair())
    scene.do(HOST, c.StartBreak(5))
    scene.refuses(ANA, c.ReturnToPair(), NotNow, "not_now")


# -- with the stage -----------------------------------------------------------------------------------
def test_next_gathers_everybody_and_one_step_back_finds_them_as_they_were() -> None:
    scene = in_pairs()
    formed = groups(scene)
    scene.do(ANA, c.LeavePair())
    scene.wait(60)
    scene.do(HOST, c.Next())
    assert scene.meeting.pairs == ()
    assert pair_seen(scene, BO) is None
    scene.do(BO, c.LeaveSeat())
    scene.do(HOST, c.GoBack())
    assert groups(scene) == formed
    back = {seat for group in scene.meeting.pairs for seat in group.back}
    assert back == {ANA, BO}, "nobody is asked twice, and nobody waits for somebody who went home"
    assert scene.left == 7 * 60_000


def test_pairs_outlast_a_called_break_and_a_hold_and_not_the_end() -> None:
    scene = in_pairs()
    formed = scene.meeting.pairs
    scene.do(HOST, c.StartBreak(5), c.EndBreak())
    scene.do("", c.Hold(0), c.Release())
    assert scene.meeting.pairs == formed
    scene.do(HOST, c.InsertStep(BREAK))
    assert scene.meeting.phase is Phase.BREAK
    assert scene.meeting.pairs == ()
    scene = in_pairs()
    scene.do(HOST, c.EndSession())
    assert scene.meeting.pairs == ()


# -- who sees what ------------------------------------------------------------------------------------
def test_words_are_for_the_pair_alone_and_only_while_one_is_there() -> None:
    scene = in_pairs()
    other = partner(scene, ANA)
    said = PairWord("w1", ANA, "BETWEEN-US", 1)
    silent, spoken = room_of(scene), room_of(scene, said)
    assert told(silent, spoken) == {SELF + ANA, SELF + other}
    for name in audiences(scene.meeting):
        assert ("BETWEEN-US" in json.dumps(view(spoken, name))) == (name in (SELF + ANA, SELF + other))
    scene.do(other, c.LeavePair())
    assert view(room_of(scene, said), SELF + other)["between"] == {}
    scene.do(other, c.ReturnToPair())
    assert view(room_of(scene, said), SELF + other)["between"] == {
        "w1": {"seat": ANA, "text": "BETWEEN-US", "at": 1}
    }


def test_the_room_and_the_hosts_do_not_learn_who_sits_with_whom() -> None:
    """However chance falls, nobody's page but the pair's own differs."""
    one = in_pairs()
    other = Scene(replace(one.meeting, pairs=tuple(reversed(form(FOUR, (), "another chance")))))
    assert {frozenset(g) for g in groups(one)} != {frozenset(g) for g in groups(other)}
    assert not told(room_of(one), room_of(other)) & {ROOM, HOSTS, SELF + HOST}


def test_a_lost_line_is_told_to_whoever_waits_and_stepping_out_to_nobody() -> None:
    scene = in_pairs()
    other = partner(scene, ANA)
    there = room_of(scene, **{ANA: Presence()})
    lost = room_of(scene, **{ANA: Presence(Status.HERE, connected=False)})
    out = room_of(scene, **{ANA: Presence(Status.OUT, since=START)})
    call = room_of(scene, **{ANA: Presence(Status.CALL)})
    assert told(there, lost) == {HOSTS, SELF + other}
    assert told(there, out) == told(there, call) == {HOSTS, SELF + ANA}
    scene.do(ANA, c.LeavePair())
    assert told(replace(there, meeting=scene.meeting), replace(lost, meeting=scene.meeting)) == {HOSTS}


def test_nothing_is_said_of_pairs_elsewhere() -> None:
    scene = in_pairs()
    scene.do(HOST, c.Next())
    assert view(room_of(scene), HOSTS)["stage"]["stage"]["pairs"] is None
    scene.refuses(ANA, c.LeavePair(), NotNow, "no_pair")
    assert all(seat.place is Place.SEATED for seat in scene.meeting.seats)
