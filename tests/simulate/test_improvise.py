"""What made-up people do in a rehearsal, whatever the plan is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.content.loader import load_library
from circle.domain.meeting import Phase
from circle.domain.plan import Part, Plan, Sharing
from circle.simulate import ensemble as e
from circle.simulate.acts import DROP, LINE, Act, Wish
from circle.simulate.agenda import TRIES, Agenda
from circle.simulate.ensemble import Player, Score, load_ensemble, score_of, tender_at
from circle.simulate.improvise import arrival, player_acts, return_to_line, words_of
from circle.simulate.screen import Screen, Seen

EVERYBODY = load_ensemble()
PLANS = load_library().templates
NONE = Score()


def who(role: str) -> Player:
    """The person with this role."""
    return next(player for player in EVERYBODY.players if player.role == role)


def page(part: Part, *, me: dict[str, object] | None = None, step: dict[str, object] | None = None,
         piece: dict[str, object] | None = None, phase: str = "live", **stage: object) -> Screen:  # fmt: skip
    """A page in this part of step s1."""
    what = {"id": "s1", "at": 0, "kind": "check_in", "part": part.value, "number": False, **(step or {})}
    view = {"stage": {"stage": {"phase": phase, "seq": 4, "step": what, "piece": piece, **stage}}}
    mine = {"id": "me", "place": "seated", "role": "member", **(me or {})}
    return Screen("run", Seen("room", 1, view), Seen("self:me", 1, {"me": {"me": mine}}))


def do(player: Player, screen: Screen, score: Score = NONE) -> list[Act]:
    """What they would do."""
    return player_acts(player, screen, score, EVERYBODY)


def test_everybody_with_a_role_comes_however_few_there_are() -> None:
    for people in range(1, 30):
        players = EVERYBODY.of_size(people)
        assert e.FEWEST <= len(players) <= e.MOST
        assert {e.PHONE, e.HAND, e.LATE, e.DROPS, e.LONG, e.SILENT} <= {player.role for player in players}
    assert len({player.name for player in EVERYBODY.players}) == e.MOST


def test_nobody_says_anything_a_circle_would_not() -> None:
    for player in EVERYBODY.players:
        for words in (player.word, *player.lines):
            assert "!" not in words
            assert "'" not in words
    assert max(len(line) for line in who(e.LONG).lines) > 2 * max(
        len(line) for player in EVERYBODY.players if player.role != e.LONG for line in player.lines
    )


@pytest.mark.parametrize("template", sorted(PLANS))
def test_every_plan_has_room_for_what_is_to_be_practised(template: str) -> None:
    plan = PLANS[template]
    score = score_of(plan)
    ids = [step.id for step in plan.steps]
    assert {score.flood, score.drop, score.hand} <= set(ids)
    tender = plan.steps[tender_at(plan)]
    assert score.hand == tender.id
    assert tender.intensity == max(step.intensity for step in plan.steps)


def test_an_empty_plan_asks_for_nothing() -> None:
    empty = Plan("", "grief", ())
    assert score_of(empty) == Score()
    assert tender_at(empty) == 0


def test_a_plan_that_a_host_changed_is_followed() -> None:
    plan = PLANS["T9"]
    steps = tuple(replace(step, sharing=Sharing.NONE, prompt=None) for step in plan.steps)
    quiet = replace(plan, steps=steps)
    assert score_of(quiet).flood == ""
    assert score_of(quiet).hand


def test_one_comes_when_the_first_step_is_over() -> None:
    late = who(e.LATE)
    assert arrival(late, 7, page(Part.STILL)) == []
    (act,) = arrival(late, 7, page(Part.STILL, step={"at": 1}))
    assert "late" in act.tells
    assert arrival(who(e.PHONE), 0, page(Part.STILL))
    assert arrival(who(e.PHONE), 0, page(Part.STILL))[0].tells == ""


def test_one_line_drops_and_comes_back() -> None:
    drops = who(e.DROPS)
    assert [wish.name for act in do(drops, page(Part.STILL), Score(drop="s1")) for wish in act.wishes] == [
        DROP
    ]
    assert do(drops, page(Part.STILL), Score(drop="s2")) == []
    assert "back" in return_to_line(drops)[0].tells


def test_one_asks_for_a_hand_and_only_the_hosts_hear_it() -> None:
    (act,) = do(who(e.HAND), page(Part.STILL), Score(hand="s1"))
    assert act.wishes == (Wish("whisper", {"text": EVERYBODY.whisper}),)
    assert EVERYBODY.whisper not in act.tells


def test_many_answer_at_the_same_moment_once() -> None:
    flood = Score(flood="s1")
    many = [player for player in EVERYBODY.players if player.role not in (e.PHONE, e.SILENT)]
    at_once = {do(player, page(Part.ANSWER), flood)[-1].after_s for player in many}
    assert at_once == {EVERYBODY.flood_s}
    one_by_one = {do(player, page(Part.ANSWER))[-1].after_s for player in many}
    assert len(one_by_one) > 2
    assert do(who(e.PHONE), page(Part.ANSWER), flood)[-1].after_s > EVERYBODY.flood_s


def test_nobody_says_a_thing_twice() -> None:
    screen = page(Part.ANSWER)
    assert screen.shared is not None
    screen.shared.view["said"] = {"x": {"seat": "me", "text": "that"}}
    assert do(who(e.HAND), screen) == []


def test_the_silent_one_is_silent_and_holds_silence() -> None:
    silent = who(e.SILENT)
    for part in (Part.ANSWER, Part.WALL_WRITE, Part.PAIR):
        assert do(silent, page(part, me={"pair": {"there": True}})) == []
    mine = {"holder": "me", "later_used": [], "silent": False}
    assert do(silent, page(Part.ROUND, piece=mine))[0].wishes[0].name == "hold_silence"
    assert do(silent, page(Part.ROUND, piece=mine | {"silent": True}))[0].wishes[0].name == "hand_on"


def test_turns_of_all_kinds() -> None:
    mine = {"holder": "me", "later_used": [], "silent": False}
    ways = {
        player.turn: do(player, page(Part.ROUND, piece=mine))[0].wishes[-1].name
        for player in EVERYBODY.players
    }
    assert ways == {"speak": "hand_on", "pass": "pass_piece", "later": "later", "silence": "hold_silence"}
    later = next(player for player in EVERYBODY.players if player.turn == "later")
    again = mine | {"later_used": ["me"]}
    assert [wish.name for wish in do(later, page(Part.ROUND, piece=again))[0].wishes] == ["say", "hand_on"]
    assert do(later, page(Part.ROUND, piece=mine | {"holder": "you"})) == []


def test_the_page_that_is_looked_at_sends_no_line_by_itself() -> None:
    assert do(who(e.PHONE), page(Part.WALL_WRITE)) == []
    assert do(who(e.HAND), page(Part.WALL_WRITE))[0].wishes[0].name == LINE


def test_of_lines_without_a_name_nobody_learns_whose_they_are() -> None:
    for player in EVERYBODY.players:
        for score in (NONE, Score(flood="s1")):
            for act in do(player, page(Part.WALL_WRITE), score):
                assert player.name not in act.tells


def test_a_number_is_answered_with_one() -> None:
    screen = page(Part.ANSWER, step={"number": True})
    assert {words_of(player, screen) for player in EVERYBODY.players if player.lines} <= set("0123456789")


def test_the_pulse_the_break_and_the_agreements_are_answered() -> None:
    hand = who(e.HAND)
    pulse = do(hand, page(Part.STILL, pulse={"until": "2026-03-12T19:10:00+00:00"}))
    assert [wish.name for act in pulse for wish in act.wishes] == ["say_where"]
    rest = do(hand, page(Part.PAUSE, phase=Phase.BREAK.value))
    assert [wish.name for act in rest for wish in act.wishes] == ["am_back"]
    agree = page(Part.STILL, step={"kind": "agreements"}, agreements_version=3)
    assert do(hand, agree)[0].wishes == (Wish("affirm", {"version": 3}),)
    assert do(hand, page(Part.STILL, me={"agreed": True}, step={"kind": "agreements"})) == []


@pytest.mark.parametrize("me", [{"place": "waiting"}, {"place": "removed"}, {"apart": True}])
def test_whoever_is_not_at_the_table_does_nothing(me: dict[str, object]) -> None:
    for player in EVERYBODY.players:
        assert do(player, page(Part.ANSWER, me=me), Score("s1", "s1", "s1")) == []


def test_an_act_waits_is_done_once_and_tried_again_when_refused() -> None:
    agenda, act = Agenda(), Act("a", 10.0, ())
    assert agenda.due([act], 100.0) is None
    assert agenda.due([act], 109.0) is None
    assert agenda.due([act], 110.0) is act
    agenda.settle(act, done=False)
    assert agenda.due([act], 111.0) is None
    assert agenda.due([act], 121.0) is act
    agenda.settle(act, done=True)
    assert agenda.due([act], 999.0) is None
    other = Act("b", 0.0, ())
    for _ in range(TRIES):
        assert agenda.due([other], 0.0) is other
        agenda.settle(other, done=False)
    assert agenda.due([other], 0.0) is None


def test_what_does_not_come_up_any_more_is_forgotten() -> None:
    agenda, act = Agenda(), Act("a", 10.0, ())
    agenda.due([act], 0.0)
    agenda.due([], 5.0)
    assert agenda.due([act], 12.0) is None
