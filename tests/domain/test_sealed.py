"""Sealed answers: the same mailbox for everybody at the table, bounded, and nothing in it says for whom."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from circle.domain.audience import DOOR, HOSTS, ROOM, SELF, STAND_IN, view
from circle.domain.errors import NotAllowed, TooMany
from circle.domain.meeting import Phase
from circle.domain.sealed import KEPT, SealedAnswer, dropped_in
from circle.domain.signs import NO_SIGNS, SendSealed, after_moving, heed
from tests.domain.scene import ANA, CY, HOST, begun
from tests.domain.test_audience import room_of, told


def test_everybody_at_the_table_gets_the_same_and_nobody_else_anything() -> None:
    before = room_of(begun())
    signs = heed(NO_SIGNS, SendSealed("a1", "sealed"), HOST, before.meeting, frozenset())
    after = replace(before, signs=signs)
    assert told(before, after) == {ROOM, HOSTS}
    for name in (ROOM, HOSTS, STAND_IN):
        assert view(after, name)["mailbox"] == {"a1": {"sealed": "sealed"}}
    for name in (DOOR, SELF + ANA, SELF + CY):
        assert "sealed" not in str(view(after, name))


def test_an_answer_names_no_line_and_no_host() -> None:
    assert {field.name for field in fields(SealedAnswer)} == {"id", "sealed"}
    signs = heed(NO_SIGNS, SendSealed("a1", "sealed"), HOST, begun().meeting, frozenset())
    assert HOST not in repr(signs)


def test_sent_twice_it_is_one() -> None:
    once = dropped_in((), SealedAnswer("a1", "sealed"))
    assert dropped_in(once, SealedAnswer("a1", "other")) == once


def test_a_full_mailbox_takes_no_more_and_loses_nothing() -> None:
    mailbox: tuple[SealedAnswer, ...] = ()
    for at in range(KEPT):
        mailbox = dropped_in(mailbox, SealedAnswer(str(at), "sealed"))
    with pytest.raises(TooMany, match="mailbox_full"):
        dropped_in(mailbox, SealedAnswer("one more", "sealed"))
    assert dropped_in(mailbox, SealedAnswer("0", "sealed")) == mailbox, "what came before is known"


def test_it_stays_through_breaks() -> None:
    signs = heed(NO_SIGNS, SendSealed("a1", "sealed"), HOST, begun().meeting, frozenset())
    assert after_moving(signs, Phase.LIVE, Phase.BREAK).mailbox == signs.mailbox
    assert after_moving(signs, Phase.BREAK, Phase.LIVE).mailbox == signs.mailbox


def test_a_member_answers_nobody() -> None:
    with pytest.raises(NotAllowed, match="not_allowed"):
        heed(NO_SIGNS, SendSealed("a1", "sealed"), ANA, begun().meeting, frozenset())
