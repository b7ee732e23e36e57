"""A sketch is digits and nothing else; everybody sees it with the name."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain.audience import DOOR, HOSTS, ROOM, audiences, view
from circle.domain.errors import Invalid
from circle.domain.room import CircleFacts, Room, Share
from circle.domain.sketch import SKETCH_MAX, check_strokes
from tests.domain.scene import ANA, WORD, begun

POINT = st.text("0123456789abcdef", min_size=4, max_size=4)
STROKE = st.lists(POINT, min_size=1, max_size=30).map("".join)


@given(st.lists(STROKE, min_size=1, max_size=12).map(".".join))
def test_strokes_stay_as_they_are(strokes: str) -> None:
    assert check_strokes(strokes) == strokes


@pytest.mark.parametrize(
    "wrong",
    [
        *("", ".", "000", "00000", "0000.", ".0000", "0000..0000", "0000 0000", "0000,0000", "FFFF", "00g0"),
        *("0000\n", "\n0000", "0000\x00", "<svg>", "M0 0L9 9", "٠٠٠٠", "0000.00", "a" * (SKETCH_MAX + 4)),
    ],
)
def test_anything_else_is_no_sketch(wrong: str) -> None:
    with pytest.raises(Invalid, match="sketch") as refusal:
        check_strokes(wrong)
    assert refusal.value.fields == {"strokes": "sketch"}


@given(st.text(max_size=60))
def test_what_passes_can_be_nothing_but_digits(text: str) -> None:
    try:
        check_strokes(text)
    except Invalid:
        return
    assert set(text) <= set(string.hexdigits.lower()) | {"."}


def test_the_longest_page_fits() -> None:
    assert check_strokes("0" * SKETCH_MAX)
    with pytest.raises(Invalid):
        check_strokes("0" * (SKETCH_MAX + 4))


def test_everybody_sees_it_with_the_name_and_the_door_does_not() -> None:
    share = Share("s1", WORD.id, ANA, "", sketch="00ff80ff")
    room = Room(begun(WORD).meeting, CircleFacts("Circle"), shares=(share,))
    item = {"seat": ANA, "step": WORD.id, "text": "", "sketch": "00ff80ff", "at": 0}
    for name in (ROOM, HOSTS):
        assert view(room, name)["said"] == {"s1": item}
    for name in {*audiences(room.meeting)} - {ROOM, HOSTS}:
        assert "00ff80ff" not in str(view(room, name)), name
    assert "said" not in view(room, DOOR)
