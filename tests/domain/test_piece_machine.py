"""The talking piece under any order of what people do: one holder at most, nobody lost, nobody asked twice
more than the rules say. The counting here is a second, slower way to say what `piece.py` does.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from circle.domain import piece as talking
from circle.domain.errors import NotNow
from circle.domain.piece import Piece

FULL = bool(os.environ.get("CIRCLE_TEST_FULL"))
SEATS = ("ana", "bo", "cy", "di", "eve")
seats = st.sampled_from(SEATS)


class Round(RuleBasedStateMachine):
    """A round, and a record of what was asked of whom."""

    @initialize(ring=st.permutations(SEATS), size=st.integers(1, 5), away=st.sets(seats, max_size=2))
    def begin(self, ring: list[str], size: int, away: set[str]) -> None:
        self.away = set(away)
        self.been_away = set(away)
        self.asked: Counter[str] = Counter()
        self.allowed: Counter[str] = Counter(dict.fromkeys(SEATS, 1))
        self.passed: set[str] = set()
        self.too_late: set[str] = set()
        self.piece = Piece()
        self.becomes(talking.start_round(ring[:size], self.away))

    def becomes(self, piece: Piece) -> None:
        if piece.holder is not None and piece.holder != self.piece.holder:
            self.asked[piece.holder] += 1
        self.piece = piece

    # -- the holder -----------------------------------------------------------------------------------
    @rule()
    def hands_on(self) -> None:
        if self.piece.holder is not None:
            self.becomes(talking.advance(self.piece, self.away))

    @rule()
    def passes(self) -> None:
        if self.piece.holder is not None:
            self.passed.add(self.piece.holder)
            self.becomes(talking.advance(self.piece, self.away))

    @rule()
    def would_rather_later(self) -> None:
        self.deferred(talking.hold_back)

    # -- those still to come --------------------------------------------------------------------------
    @rule(who=seats)
    def passes_ahead(self, who: str) -> None:
        if who in self.piece.to_come:
            self.passed.add(who)
            self.becomes(talking.give_up(self.piece, who))

    # -- a host ---------------------------------------------------------------------------------------
    @rule()
    def is_skipped(self) -> None:
        holder = self.piece.holder
        if holder is not None and holder in self.piece.returned:
            self.becomes(talking.skip(self.piece, self.away))
        else:
            self.deferred(talking.skip)

    def deferred(self, how: object) -> None:
        holder = self.piece.holder
        if holder is None or holder in self.piece.returned:
            return
        self.allowed[holder] += 1
        self.becomes(how(self.piece, self.away))  # type: ignore[operator]

    @rule()
    def is_taken_back(self) -> None:
        if self.piece.holder is not None:
            self.allowed[self.piece.holder] += 1
            self.becomes(talking.rest(self.piece))

    @rule(who=seats)
    def is_offered(self, who: str) -> None:
        to_come = set(self.piece.to_come) - self.away
        try:
            self.becomes(talking.offer(self.piece, who, self.away))
        except NotNow:
            assert who not in to_come
        else:
            assert self.piece.holder == who

    @rule(chance=st.randoms(use_true_random=False))
    def order_changes(self, chance: Random) -> None:
        mixed = sorted(self.piece.to_come, key=lambda _: chance.random())
        self.becomes(talking.reorder(self.piece, mixed))
        assert list(self.piece.to_come) == mixed

    # -- coming and going -----------------------------------------------------------------------------
    @rule(who=seats)
    def goes_home(self, who: str) -> None:
        if who in self.piece.order:
            self.becomes(talking.leave_table(self.piece, who, self.away))

    @rule(who=seats)
    def comes_to_the_table(self, who: str) -> None:
        if who not in self.piece.order:
            if self.piece.round_is_over:
                self.too_late.add(who)
            self.becomes(talking.join_table(self.piece, who))

    @rule(who=seats)
    def steps_out_or_in(self, who: str) -> None:
        self.away ^= {who}
        self.been_away.add(who)

    # -- what always holds ----------------------------------------------------------------------------
    @invariant()
    def everybody_is_in_one_place(self) -> None:
        piece = self.piece
        held = [piece.holder] if piece.holder is not None else []
        places = [*held, *piece.waiting, *piece.later]
        assert len(places) == len(set(places))
        assert set(places) <= set(piece.order)
        assert not set(places) & piece.done
        assert len(piece.order) == len(set(piece.order))

    @invariant()
    def nobody_is_lost(self) -> None:
        piece = self.piece
        known = {piece.holder, *piece.waiting, *piece.later, *piece.done, *self.too_late}
        assert set(piece.order) <= known

    @invariant()
    def a_turn_is_over_for_a_reason(self) -> None:
        for who in self.piece.done:
            assert self.asked[who] or who in self.passed or who in self.been_away

    @invariant()
    def nobody_is_asked_more_often_than_the_rules_say(self) -> None:
        for who in SEATS:
            assert self.asked[who] <= self.allowed[who], who

    @invariant()
    def it_comes_to_an_end(self) -> None:
        """Handing on alone brings the round to its end, past everybody who is at the table."""
        piece, offered = self.piece, []
        if piece.holder is None and piece.to_come:
            piece = talking.advance(piece, ())
            offered.append(piece.holder)
        while piece.holder is not None and len(offered) <= 2 * len(SEATS):
            piece = talking.advance(piece, ())
            offered.append(piece.holder)
        assert piece.round_is_over
        assert set(offered) - {None} <= set(self.piece.to_come)
        assert set(self.piece.to_come) <= set(offered)


TestAnyRound = Round.TestCase
TestAnyRound.settings = settings(
    max_examples=1_000 if FULL else 150, stateful_step_count=60 if FULL else 40, deadline=None
)
