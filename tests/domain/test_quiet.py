"""When lines without an author may be shown: the border cases, one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain.quiet import ELIGIBLE_MIN, can_hold, may_give_name, may_show, one_of


@pytest.mark.parametrize(
    ("eligible", "named", "real", "shown"),
    [
        (5, 0, 2, True),
        (5, 1, 2, True),  # four could have written, and a reader chooses from three
        (5, 2, 2, False),
        (6, 2, 2, True),
        (6, 3, 2, False),
        (4, 0, 4, False),
        (7, 0, 1, False),  # a single line is "the one who wrote"
        (7, 0, 0, False),
        (20, 16, 9, True),
        (20, 17, 9, False),
    ],
)
def test_when_a_batch_is_shown(eligible: int, named: int, real: int, shown: bool) -> None:
    assert may_show(eligible, named, real) is shown


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_more_people_or_fewer_names_never_hide_a_batch(eligible: int, named: int, real: int) -> None:
    if may_show(eligible, named, real):
        assert may_show(eligible + 1, named, real)
        assert may_show(eligible, max(0, named - 1), real)
        assert one_of(eligible, named) >= 3


@pytest.mark.parametrize(("eligible", "quiet"), [(0, False), (4, False), (5, True), (12, True)])
def test_whether_a_round_can_be_quiet_is_known_before_anyone_writes(eligible: int, quiet: bool) -> None:
    assert can_hold(eligible) is quiet


def test_the_number_said_beside_the_box() -> None:
    assert (one_of(7), one_of(5, 1), one_of(0)) == (6, 3, 0)


@pytest.mark.parametrize(
    ("named", "shown", "may"),
    [(0, True, True), (1, True, False), (2, True, False), (4, False, True)],
)
def test_a_name_beside_lines_leaves_a_reader_as_many_to_choose_from(
    named: int, shown: bool, may: bool
) -> None:
    assert may_give_name(named, shown) is may
    if may and shown:
        assert may_show(ELIGIBLE_MIN, named + 1, 2), "no way around the rule of showing"
