"""What made-up people do next, from what their page shows."""

from __future__ import annotations

import pytest

from circle.simulate.acts import Act, member_acts
from circle.simulate.cast import Person
from tests.simulate.screens import piece, screen

NADIA = Person(
    "Nadia", pace_s=6, says={"word": "Long.", "wall": "A flat.", "round": "Mine."}, spare=("Yes.",)
)


def names(acts: list[Act]) -> list[str]:
    """What would be sent."""
    return [wish.name for act in acts for wish in act.wishes]


def with_turn(turn: str) -> Person:
    """Somebody who does this in the round."""
    return Person("Somebody", pace_s=1, says={"round": "Mine."}, turn=turn)


@pytest.mark.parametrize("phase", ["planned", "open", "break", "held", "ended"])
def test_nobody_does_anything_while_nothing_is_asked(phase: str) -> None:
    assert member_acts(NADIA, screen(phase=phase)) == []


def test_nobody_answers_before_they_sit() -> None:
    assert member_acts(NADIA, screen("word", "answer", me={"place": "waiting"})) == []


def test_an_answer_is_given_once() -> None:
    assert names(member_acts(NADIA, screen("word", "answer"))) == ["say"]
    assert member_acts(NADIA, screen("word", "answer", said={"s": {"seat": "n"}})) == []


def test_a_question_asked_on_the_spot_is_answered_too() -> None:
    (act,) = member_acts(NADIA, screen("own7", "answer"))
    assert act.wishes[0].data["text"] == "Yes."


def test_what_stays_on_a_page_is_not_sent() -> None:
    assert member_acts(NADIA, screen("own7", "write")) == []


def test_a_step_without_words_of_theirs_is_passed_in_silence() -> None:
    assert member_acts(NADIA, screen("agree", "answer")) == []
    assert names(member_acts(NADIA, screen("agree", "round", piece=piece("n")))) == ["pass_piece"]


def test_only_the_holder_speaks_and_hands_on() -> None:
    assert member_acts(NADIA, screen("round", "round", piece=piece("o"))) == []
    assert names(member_acts(NADIA, screen("round", "round", piece=piece("n")))) == ["say", "hand_on"]


@pytest.mark.parametrize(
    ("turn", "at", "does"),
    [
        ("pass", {}, "pass_piece"),
        ("later", {}, "later"),
        ("later", {"later_used": ["n"]}, "say"),
        ("silence", {}, "hold_silence"),
        ("silence", {"silent": True}, "hand_on"),
    ],
)
def test_the_turns_of_the_round(turn: str, at: dict[str, object], does: str) -> None:
    (act,) = member_acts(with_turn(turn), screen("round", "round", piece=piece("n", **at)))
    assert act.wishes[0].name == does


def test_in_a_round_of_the_hosts_own_everybody_speaks() -> None:
    quiet = Person("Somebody", pace_s=1, spare=("Yes.",), turn="pass")
    assert names(member_acts(quiet, screen("own3", "round", piece=piece("n")))) == ["say", "hand_on"]


def test_whoever_stepped_out_only_comes_back() -> None:
    assert names(member_acts(NADIA, screen("word", "answer", me={"status": "out"}))) == ["status"]


def test_volunteers_ask_for_the_piece_once() -> None:
    kofi = Person("Kofi", pace_s=1, says={"offer": "Leave to be poor company."})
    lying = piece(None, open=True)
    assert names(member_acts(kofi, screen("offer", "volunteer", piece=lying))) == ["take_piece"]
    assert member_acts(kofi, screen("offer", "volunteer", piece=piece("o", open=True, queue=["n"]))) == []
    assert member_acts(NADIA, screen("offer", "volunteer", piece=lying)) == []


def test_a_host_writes_no_line_in_a_quiet_round_and_a_member_does() -> None:
    here = {"quiet": {"round": "r", "collect": 0, "collecting": False}}
    for role, quiet, said in (
        ("host", here, []),
        ("member", here, ["hold_line"]),
        ("host", {}, ["hold_line"]),  # the unnamed wall takes a host's line too
    ):
        assert names(member_acts(NADIA, screen("wall", "wall_write", me={"role": role}, **quiet))) == said
