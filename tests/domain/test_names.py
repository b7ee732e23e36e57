"""Two people at one table never look like one."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.errors import Invalid
from circle.domain.meeting import Phase
from circle.domain.names import likeness
from tests.domain.scene import ANA, BO, in_phase


@pytest.mark.parametrize(
    "name",
    [
        "mira",
        "MIRA ",
        "Mi\u200dra",
        "Mira\u200c",
        "\uff2dira",
        "Mira\ufe0f",
        "Mi\u034fra",
        "Mira\u3164",
    ],
)
def test_names_that_look_alike(name: str) -> None:
    assert likeness(name) == likeness("Mira")


@pytest.mark.parametrize("name", ["Mira B.", "Míra", "Mir", "M ira"])
def test_names_that_can_be_told_apart(name: str) -> None:
    assert likeness(name) != likeness("Mira")


@pytest.mark.parametrize("name", ["", " ", "\u3164", "\u2800\u200d", "\u115f \u1160"])
def test_names_that_show_nothing(name: str) -> None:
    assert likeness(name) == ""
    in_phase(Phase.OPEN).refuses(ANA, c.TakeSeat(ANA, name), Invalid, "name_empty")


def test_nobody_sits_down_under_a_name_that_passes_for_anothers() -> None:
    scene = in_phase(Phase.OPEN)
    bo = next(seat for seat in scene.meeting.seats if seat.id == BO)
    scene.refuses(ANA, c.TakeSeat(ANA, f"{bo.name}\u200d"), Invalid, "name_taken")
