"""Signs without words: refusals first, then who may know what."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from circle.domain import commands as c
from circle.domain.audience import HOSTS, SELF, STAND_IN, view
from circle.domain.backstage import KEPT, LONGEST
from circle.domain.errors import CircleError, Invalid, NotAllowed, NotFound, NotNow
from circle.domain.meeting import Meeting, Phase, Role
from circle.domain.outcome import Actor, Moment
from circle.domain.pulse import Where
from circle.domain.signs import (
    NO_SIGNS,
    AmBack,
    AmWell,
    AskIfWell,
    AskPause,
    AskSlower,
    CheckUp,
    KeepPulse,
    PutWishAway,
    RefuseCheckUps,
    SayWhere,
    SendSealed,
    Signal,
    Signs,
    TellHosts,
    Wish,
    after_moving,
    came_back,
    heed,
)
from circle.domain.transition import transition
from tests.domain.scene import ANA, BO, CY, HOST, begun, in_phase
from tests.domain.test_audience import room_of, told

OUT = frozenset({ANA})
EVERYTHING: tuple[Signal, ...] = (
    *(AskSlower(), AskPause(), PutWishAway(Wish.PAUSE), AmBack()),
    *(AskIfWell(ANA), AmWell(), RefuseCheckUps(True), TellHosts("n1", "slower?")),
    *(SayWhere(Where.NUMB), KeepPulse(True)),
    SendSealed("a1", "sealed"),
)


def refuses(
    signal: Signal, who: str, meeting: Meeting, kind: type[CircleError], code: str, signs: Signs = NO_SIGNS
) -> None:
    """The sign is refused like this."""
    with pytest.raises(kind) as refusal:
        heed(signs, signal, who, meeting, OUT)
    assert refusal.value.code == code


@pytest.mark.parametrize("signal", EVERYTHING, ids=lambda signal: type(signal).__name__)
def test_signs_are_for_people_at_the_table_while_it_lasts(signal: Signal) -> None:
    scene = begun()
    refuses(signal, "nobody", scene.meeting, NotAllowed, "not_seated")
    refuses(signal, HOST, in_phase(Phase.ENDED).meeting, NotNow, "ended")
    scene.do("di", c.TakeSeat("di", "Di"))
    refuses(signal, "di", scene.meeting, NotAllowed, "not_seated")
    scene.do(HOST, c.Remove(BO))
    refuses(signal, BO, scene.meeting, NotAllowed, "not_seated")


@pytest.mark.parametrize(
    "signal",
    [
        *(PutWishAway(Wish.SLOWER), AskIfWell(ANA), TellHosts("n1", "slower?"), KeepPulse(True)),
        SendSealed("a1", "sealed"),
    ],
)
def test_some_are_for_hosts_alone(signal: Signal) -> None:
    refuses(signal, BO, begun().meeting, NotAllowed, "not_allowed")


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.BREAK, Phase.HELD])
def test_wishes_are_for_the_time_when_something_goes_on(phase: Phase) -> None:
    for wish in (AskSlower(), AskPause()):
        refuses(wish, ANA, in_phase(phase).meeting, NotNow, "not_now")


def test_back_is_for_breaks_and_the_thumb_for_the_question() -> None:
    refuses(AmBack(), ANA, begun().meeting, NotNow, "not_now")
    refuses(AmWell(), ANA, begun().meeting, NotNow, "not_now")
    refuses(AmWell(), ANA, begun().meeting, NotNow, "not_now", Signs(checks={ANA: CheckUp.REFUSED}))


def test_only_somebody_who_stepped_out_and_does_not_mind_is_asked() -> None:
    meeting = begun().meeting
    refuses(AskIfWell("nobody"), HOST, meeting, NotFound, "not_found")
    refuses(AskIfWell(BO), HOST, meeting, NotNow, "not_out")
    refuses(AskIfWell(ANA), HOST, meeting, NotNow, "rather_not", Signs(checks={ANA: CheckUp.REFUSED}))


def test_a_wish_has_no_person_beside_it_and_a_second_one_changes_nothing() -> None:
    meeting = begun().meeting
    once = heed(NO_SIGNS, AskSlower(), ANA, meeting, OUT)
    assert once == Signs(wishes=frozenset({Wish.SLOWER}))
    assert heed(NO_SIGNS, AskSlower(), BO, meeting, OUT) == once, "nothing in it tells whose wish it was"
    assert heed(once, AskSlower(), BO, meeting, OUT) == once
    assert not any(ANA in repr(getattr(once, field.name)) for field in fields(once))
    both = heed(once, AskPause(), CY, meeting, OUT)
    assert heed(both, PutWishAway(Wish.SLOWER), HOST, meeting, OUT).wishes == {Wish.PAUSE}


def test_wishes_are_for_hosts_alone_and_nobody_else_gets_a_frame() -> None:
    before = room_of(begun())
    after = replace(before, signs=heed(NO_SIGNS, AskPause(), ANA, before.meeting, OUT))
    assert told(before, after) == {HOSTS}
    assert view(after, HOSTS)["stage"]["stage"]["wishes"] == ["pause"]


def test_hosts_see_how_many_are_back_and_not_who() -> None:
    before = room_of(in_phase(Phase.BREAK))
    ana = replace(before, signs=heed(NO_SIGNS, AmBack(), ANA, before.meeting, OUT))
    bo = replace(before, signs=heed(NO_SIGNS, AmBack(), BO, before.meeting, OUT))
    assert told(before, ana) == {HOSTS, SELF + ANA}
    assert view(ana, HOSTS) == view(bo, HOSTS)
    twice = heed(heed(ana.signs, AmBack(), ANA, before.meeting, OUT), AmBack(), BO, before.meeting, OUT)
    assert view(replace(before, signs=twice), HOSTS)["stage"]["stage"]["back"] == 2
    assert view(ana, SELF + ANA)["me"]["me"]["back"] is True


def test_a_question_is_put_once_for_each_time_somebody_steps_out() -> None:
    meeting = begun().meeting
    asked = heed(NO_SIGNS, AskIfWell(ANA), HOST, meeting, OUT)
    assert asked.checks == {ANA: CheckUp.ASKED}
    well = heed(asked, AmWell(), ANA, meeting, OUT)
    assert well.checks == {ANA: CheckUp.WELL}
    assert heed(well, AskIfWell(ANA), HOST, meeting, OUT) == well, "asked once, answered: never again"
    assert came_back(well, ANA) == NO_SIGNS
    assert came_back(asked, BO) == asked


def test_who_would_rather_not_be_asked_is_not_asked_until_they_say_otherwise() -> None:
    meeting = begun().meeting
    never = heed(NO_SIGNS, RefuseCheckUps(True), ANA, meeting, OUT)
    assert came_back(never, ANA) == never
    assert heed(never, RefuseCheckUps(False), ANA, meeting, OUT) == NO_SIGNS


def test_the_question_is_between_the_hosts_and_one_person() -> None:
    before = room_of(begun())
    after = replace(before, signs=heed(NO_SIGNS, AskIfWell(ANA), HOST, before.meeting, OUT))
    assert told(before, after) == {HOSTS, SELF + ANA}


def test_a_break_answers_the_wishes_and_its_end_forgets_who_was_back() -> None:
    signs = Signs(wishes=frozenset(Wish), back=frozenset({ANA}), checks={BO: CheckUp.REFUSED})
    begins = after_moving(signs, Phase.LIVE, Phase.BREAK)
    assert begins == Signs(checks={BO: CheckUp.REFUSED})
    assert after_moving(signs, Phase.BREAK, Phase.LIVE) == replace(signs, back=frozenset())
    assert after_moving(signs, Phase.LIVE, Phase.LIVE) == signs
    for before, now in ((Phase.BREAK, Phase.HELD), (Phase.HELD, Phase.BREAK)):
        assert after_moving(signs, before, now) == signs, "a hold in the middle of a break changes nothing"


# -- between hosts ------------------------------------------------------------------------------------
def test_a_note_between_hosts_is_short_sent_once_and_for_hosts_alone() -> None:
    meeting = begun().meeting
    refuses(TellHosts("n1", "x" * (LONGEST + 1)), HOST, meeting, Invalid, "note_long")
    before = room_of(begun())
    one = heed(NO_SIGNS, TellHosts("n1", "x" * LONGEST), HOST, meeting, OUT)
    assert heed(one, TellHosts("n1", "x" * LONGEST), HOST, meeting, OUT) == one, "a resend is no second note"
    two = heed(one, TellHosts("n2", "slower?"), HOST, meeting, OUT)
    assert told(before, replace(before, signs=two)) == {HOSTS}
    notes = view(replace(before, signs=two), HOSTS)["backstage"]
    assert [(key, note["name"], note["at"]) for key, note in notes.items()] == [
        ("n1", "Host", 0),
        ("n2", "Host", 1),
    ]


def test_the_oldest_notes_between_hosts_go() -> None:
    signs, meeting = NO_SIGNS, begun().meeting
    for number in range(KEPT + 3):
        signs = heed(signs, TellHosts(f"n{number}", "on we go"), HOST, meeting, OUT)
    assert (len(signs.backstage), signs.backstage[0].id) == (KEPT, "n3")


def test_whoever_stands_in_does_not_read_what_hosts_write() -> None:
    scene = begun()
    scene.do(HOST, c.AskGuardian(ANA))
    scene.do(ANA, c.AnswerGuardian(True))
    quiet = Moment(scene.now, quiet=frozenset({HOST}))
    standing = transition(scene.meeting, c.TakeRoom(), Actor(ANA, Role.MEMBER), quiet).meeting
    refuses(TellHosts("n1", "slower?"), ANA, standing, NotAllowed, "not_allowed")
    signs = heed(NO_SIGNS, TellHosts("n1", "BETWEEN-HOSTS"), HOST, standing, OUT)
    seen = view(replace(room_of(begun()), meeting=standing, signs=signs), STAND_IN)
    assert "BETWEEN-HOSTS" not in str(seen)
