"""The talking piece: the ring, the three equal choices, volunteers, and people who come and go."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.errors import NotNow
from circle.domain.events import Happened
from circle.domain.piece import Piece, advance, hold_back, join_table, leave_table, start_round, take
from tests.domain.scene import (
    ANA,
    BO,
    CO,
    CY,
    GOODBYE,
    HOST,
    ROUND,
    SOLO_ROUND,
    VOLUNTEER,
    WORD,
    Scene,
    at_door,
    begun,
    make_meeting,
)


def in_round(holder: str = ANA) -> Scene:
    """A round of four; the piece has come to `holder`."""
    scene = begun(ROUND, GOODBYE)
    while scene.piece.holder != holder:
        assert scene.piece.holder is not None
        scene.do(HOST, c.HandOn(scene.piece.holder))
    return scene


def rest_of(scene: Scene) -> list[str]:
    """Who still gets the piece, in order, when everybody hands it on."""
    offered = []
    while scene.piece.holder is not None:
        offered.append(scene.piece.holder)
        scene.do(HOST, c.HandOn(scene.piece.holder))
    return offered


# -- refusals -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "command", [c.HandOn(ANA), c.PassPiece(), c.Later(), c.HoldSilence(), c.TakePiece(), c.PutHandDown()]
)
def test_without_a_piece(command: c.Command) -> None:
    begun(WORD, GOODBYE).refuses(ANA, command, NotNow, "no_piece")


def test_it_is_not_your_turn() -> None:
    scene = in_round(ANA)
    scene.refuses(BO, c.HandOn(ANA), NotNow, "not_your_turn")
    scene.refuses(BO, c.Later(), NotNow, "not_your_turn")
    scene.refuses(BO, c.HoldSilence(), NotNow, "not_your_turn")
    scene.refuses(BO, c.TakePiece(), NotNow, "not_volunteer")


def test_pressing_twice_hands_on_once() -> None:
    scene = in_round(ANA)
    scene.do(ANA, c.HandOn(ANA))
    scene.refuses(ANA, c.HandOn(ANA), NotNow, "stale")
    assert scene.piece.holder == BO


def test_a_host_and_the_holder_press_at_once() -> None:
    scene = in_round(ANA)
    scene.do(HOST, c.HandOn(ANA))
    scene.refuses(ANA, c.HandOn(ANA), NotNow, "stale")
    scene.do(BO, c.HandOn(BO))
    scene.refuses(HOST, c.HandOn(BO), NotNow, "stale")


def test_nobody_holds_it_after_the_round() -> None:
    scene = in_round()
    rest_of(scene)
    assert scene.piece.round_is_over
    scene.refuses(HOST, c.HandOn(CY), NotNow, "stale")


# -- the round ----------------------------------------------------------------------------------------
def test_a_host_begins_and_the_ring_follows_in_the_order_of_sitting_down() -> None:
    scene = at_door(make_meeting(ROUND, GOODBYE, members=(), hosts=(HOST, CO)))
    for who in (CY, ANA, BO):
        scene.do(who, c.TakeSeat(who, who.title()))
    scene.do(HOST, c.AdmitAll(), c.Next())
    assert scene.piece.order == (HOST, CO, CY, ANA, BO)
    assert (scene.piece.holder, scene.piece.next) == (HOST, CO)
    assert rest_of(scene) == [HOST, CO, CY, ANA, BO]


def test_the_ring_turns_so_that_a_host_begins() -> None:
    scene = at_door(make_meeting(ROUND, hosts=(HOST, CO)))
    scene.do(HOST, c.LeaveSeat())  # comes back later, and sits after the others
    scene.do(CO, c.Next())
    assert scene.piece.order == (CO, ANA, BO, CY)


def test_three_choices_are_told_alike() -> None:
    """The feed says that the piece moved, and neither who nor why."""
    for choice in (c.PassPiece(), c.Later(), c.HoldSilence(), c.HandOn(ANA)):
        outcome = in_round(ANA).do(ANA, choice)
        assert [(event.name, event.step) for event in outcome.events] == [(Happened.PIECE_MOVED, "round")]


def test_pass_is_final_for_this_round() -> None:
    scene = in_round(ANA)
    scene.do(ANA, c.PassPiece())
    assert rest_of(scene) == [BO, CY]
    scene.ignores(ANA, c.PassPiece())


def test_passing_ahead_of_ones_turn() -> None:
    scene = in_round(ANA)
    scene.do(CY, c.PassPiece())
    scene.ignores(CY, c.PassPiece())
    assert rest_of(scene) == [ANA, BO]


def test_passing_after_later_gives_the_later_up() -> None:
    scene = in_round(ANA)
    scene.do(ANA, c.Later())
    assert scene.piece.later == (ANA,)
    scene.do(ANA, c.PassPiece())
    assert rest_of(scene) == [BO, CY]


def test_a_new_round_asks_everybody_anew() -> None:
    scene = begun(ROUND, SOLO_ROUND, GOODBYE)
    scene.do(ANA, c.PassPiece())
    scene.do(HOST, c.Next(), c.Next())
    assert rest_of(scene) == [HOST, ANA, BO, CY]


def test_later_comes_back_once_after_everybody_else() -> None:
    scene = in_round(ANA)
    scene.do(ANA, c.Later())
    assert (scene.piece.holder, scene.piece.next) == (BO, CY)
    scene.do(BO, c.Later())
    scene.do(CY, c.HandOn(CY))
    assert scene.piece.holder == ANA
    scene.refuses(ANA, c.Later(), NotNow, "later_once")
    assert rest_of(scene) == [ANA, BO]


def test_later_of_the_last_one_is_now() -> None:
    scene = in_round(CY)
    scene.do(CY, c.HoldSilence(), c.Later())
    assert (scene.piece.holder, scene.piece.silent) == (CY, False)
    scene.refuses(CY, c.Later(), NotNow, "later_once")
    scene.do(CY, c.HandOn(CY))
    assert scene.piece.round_is_over


def test_holding_silence_is_a_turn_that_one_ends_oneself() -> None:
    scene = in_round(ANA)
    scene.do(ANA, c.HoldSilence())
    scene.ignores(ANA, c.HoldSilence())
    assert (scene.piece.holder, scene.piece.silent) == (ANA, True)
    scene.do(ANA, c.HandOn(ANA))
    assert (scene.piece.holder, scene.piece.silent) == (BO, False)


# -- coming and going ---------------------------------------------------------------------------------
def test_somebody_who_stepped_out_is_not_waited_for_and_comes_back_once() -> None:
    scene = in_round(HOST)
    scene.away = {ANA}
    scene.do(HOST, c.HandOn(HOST))
    assert scene.piece.holder == BO
    assert scene.piece.order == (HOST, ANA, BO, CY), "the ring looks as before"
    scene.away = set()
    assert rest_of(scene) == [BO, CY, ANA]


def test_somebody_still_out_at_the_end_does_not_hold_the_round_up() -> None:
    scene = in_round(HOST)
    scene.away = {ANA, CY}
    assert rest_of(scene) == [HOST, BO]
    assert scene.piece.round_is_over


def test_a_round_that_begins_while_the_host_is_out() -> None:
    scene = at_door(make_meeting(ROUND))
    scene.away = {HOST, ANA}
    scene.do(HOST, c.Next())
    assert scene.piece.holder == BO
    scene.away = set()
    assert rest_of(scene) == [BO, CY, HOST, ANA]


def test_late_in_the_middle_of_a_round_is_last_in_it() -> None:
    scene = in_round(ANA)
    scene.do("di", c.TakeSeat("di", "Di"))
    assert "di" not in scene.piece.order, "waiting is not sitting"
    scene.do(HOST, c.Admit("di"))
    assert rest_of(scene) == [ANA, BO, CY, "di"]


def test_late_after_the_round_starts_nothing() -> None:
    scene = in_round(ANA)
    rest_of(scene)
    scene.do("di", c.TakeSeat("di", "Di"))
    scene.do(HOST, c.Admit("di"))
    assert scene.piece.round_is_over
    assert "di" in scene.piece.order


def test_the_holder_goes_home() -> None:
    scene = in_round(ANA)
    scene.do(ANA, c.LeaveSeat())
    assert scene.piece.holder == BO
    assert rest_of(scene) == [BO, CY]


def test_somebody_goes_home_before_their_turn_or_their_later() -> None:
    scene = in_round(ANA)
    scene.do(ANA, c.Later())
    scene.do(CY, c.LeaveSeat())
    scene.do(ANA, c.LeaveSeat())
    assert rest_of(scene) == [BO]


# -- volunteers ---------------------------------------------------------------------------------------
def test_the_piece_lies_on_the_table_until_somebody_takes_it() -> None:
    scene = begun(VOLUNTEER, GOODBYE)
    assert (scene.piece.holder, scene.piece.open) == (None, True)
    assert not scene.piece.round_is_over
    scene.refuses(ANA, c.HandOn(ANA), NotNow, "stale")
    scene.do(ANA, c.TakePiece())
    scene.ignores(ANA, c.TakePiece())
    scene.do(CY, c.TakePiece())
    scene.do(HOST, c.TakePiece())
    scene.ignores(CY, c.TakePiece())
    assert (scene.piece.holder, scene.piece.waiting) == (ANA, (CY, HOST))
    assert rest_of(scene) == [ANA, CY, HOST]
    scene.do(ANA, c.TakePiece())
    assert scene.piece.holder == ANA, "one may speak again"


def test_volunteers_have_no_later_and_may_change_their_mind() -> None:
    scene = begun(VOLUNTEER, GOODBYE)
    scene.do(ANA, c.TakePiece())
    scene.do(BO, c.TakePiece())
    scene.do(CY, c.TakePiece())
    scene.refuses(ANA, c.Later(), NotNow, "no_later")
    scene.do(BO, c.PassPiece())
    scene.do(ANA, c.HoldSilence(), c.PassPiece())
    assert (scene.piece.holder, scene.piece.silent) == (CY, False)


def test_a_hand_can_be_taken_down_and_the_others_keep_their_row() -> None:
    scene = begun(VOLUNTEER, GOODBYE)
    for who in (ANA, BO, CY):
        scene.do(who, c.TakePiece())
    scene.do(BO, c.PutHandDown())
    scene.ignores(BO, c.PutHandDown())
    assert (scene.piece.holder, scene.piece.waiting) == (ANA, (CY,))
    scene.ignores(ANA, c.PutHandDown())  # the piece has come to her already: hers to put down or to keep
    scene.do(BO, c.TakePiece())
    assert scene.piece.waiting == (CY, BO), "a hand that goes up again comes after those that stayed up"
    scene.do(HOST, c.TakePieceBack(ANA))
    scene.do(ANA, c.PutHandDown())
    scene.do(HOST, c.OfferPiece(CY))
    assert rest_of(scene) == [CY, BO]


def test_in_a_round_there_are_no_hands() -> None:
    scene = in_round(HOST)
    scene.refuses(ANA, c.PutHandDown(), NotNow, "not_volunteer")


def test_a_volunteer_who_stepped_out_is_not_waited_for() -> None:
    scene = begun(VOLUNTEER, GOODBYE)
    for who in (ANA, BO, CY):
        scene.do(who, c.TakePiece())
    scene.away = {BO}
    assert rest_of(scene) == [ANA, CY]


# -- the pure functions -------------------------------------------------------------------------------
def test_a_round_of_nobody_is_over() -> None:
    assert start_round([], []).round_is_over
    assert start_round([ANA], [ANA]).round_is_over


def test_holding_back_needs_a_holder_and_an_order() -> None:
    for piece in (Piece(), Piece(holder=ANA, open=True)):
        with pytest.raises(NotNow, match="no_later"):
            hold_back(piece, [])


def test_taking_needs_an_open_piece() -> None:
    with pytest.raises(NotNow, match="not_volunteer"):
        take(Piece(), ANA)


def test_joining_twice_and_leaving_twice_are_once() -> None:
    piece = start_round([HOST, ANA], [])
    assert join_table(piece, ANA) == piece
    assert leave_table(piece, BO, []) == piece
    assert join_table(Piece(open=True), BO) == Piece(open=True)


def test_advancing_at_the_end_ends() -> None:
    over = advance(Piece(order=(ANA,), holder=ANA, silent=True), [])
    assert (over.holder, over.silent, over.round_is_over) == (None, False, True)


# -- what a host may do for a round -------------------------------------------------------------------
def test_only_whoever_holds_it_is_skipped_or_relieved() -> None:
    scene = in_round(ANA)
    scene.refuses(HOST, c.SkipTurn(BO), NotNow, "stale")
    scene.refuses(HOST, c.TakePieceBack(BO), NotNow, "stale")
    scene.do(HOST, c.TakePieceBack(ANA))
    scene.refuses(HOST, c.TakePieceBack(ANA), NotNow, "stale")


def test_skipped_comes_back_once_at_the_end() -> None:
    scene = in_round(ANA)
    scene.do(HOST, c.SkipTurn(ANA))
    assert rest_of(scene)[:2] == [BO, CY]
    scene = in_round(ANA)
    scene.do(HOST, c.SkipTurn(ANA))
    scene.do(BO, c.HandOn(BO))
    scene.do(CY, c.HandOn(CY))
    assert scene.piece.holder == ANA
    scene.do(HOST, c.SkipTurn(ANA))
    assert scene.piece.round_is_over


def test_a_piece_that_was_taken_back_rests_until_a_host_gives_it() -> None:
    scene = in_round(ANA)
    scene.do(HOST, c.TakePieceBack(ANA))
    assert (scene.piece.holder, scene.piece.waiting) == (None, (ANA, BO, CY))
    assert not scene.piece.round_is_over
    scene.refuses(HOST, c.HandOn(ANA), NotNow, "stale")
    scene.do(HOST, c.OfferPiece(BO))
    scene.ignores(HOST, c.OfferPiece(BO))
    assert rest_of(scene) == [BO, ANA, CY]


def test_nobody_is_asked_who_has_had_a_turn_or_stepped_out() -> None:
    scene = in_round(BO)
    scene.refuses(HOST, c.OfferPiece(ANA), NotNow, "not_to_come")
    scene.away = {CY}
    scene.refuses(HOST, c.OfferPiece(CY), NotNow, "not_to_come")


def test_a_host_orders_those_still_to_come() -> None:
    scene = in_round(HOST)
    scene.do(HOST, c.ReorderRound((CY, ANA, BO)))
    assert scene.piece.order == (HOST, CY, ANA, BO), "the ring on every page follows"
    scene.ignores(HOST, c.ReorderRound((CY, ANA, BO)))
    for other in ((CY, ANA), (CY, ANA, ANA), (CY, ANA, BO, HOST)):
        scene.refuses(HOST, c.ReorderRound(other), NotNow, "stale")
    assert rest_of(scene) == [HOST, CY, ANA, BO]


def test_chance_orders_by_its_salt_and_loses_nobody() -> None:
    orders = set()
    for salt in "abcdefgh":
        scene = in_round(HOST)
        scene.do(HOST, c.ShuffleRound(salt))
        orders.add(scene.piece.waiting)
        assert sorted(scene.piece.waiting) == sorted((ANA, BO, CY))
    assert len(orders) > 2


def test_hands_have_their_own_order_and_a_host_may_change_it() -> None:
    scene = begun(VOLUNTEER, GOODBYE)
    scene.do(ANA, c.TakePiece())
    scene.do(BO, c.TakePiece())
    scene.do(CY, c.TakePiece())
    scene.refuses(HOST, c.ShuffleRound("a"), NotNow, "no_order")
    scene.do(HOST, c.ReorderRound((CY, BO)), c.TakePieceBack(ANA))
    assert (scene.piece.holder, scene.piece.waiting) == (None, (ANA, CY, BO))
    scene.do(HOST, c.TakePiece())
    assert scene.piece.holder is None, "a hand that goes up now comes after those that are up"
    scene.do(HOST, c.OfferPiece(CY))
    assert rest_of(scene) == [CY, ANA, BO, HOST]


def test_going_home_and_coming_back_asks_nobody_again() -> None:
    scene = in_round(BO)
    scene.do(ANA, c.LeaveSeat(), c.TakeSeat(ANA, "Ana"))
    scene.do(HOST, c.Admit(ANA))
    assert rest_of(scene) == [BO, CY]
