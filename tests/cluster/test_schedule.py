"""What the chaos and soak runs go by: the same seed gives the same faults, and a slope is a slope."""

from __future__ import annotations

import pytest

from bench.faults import KINDS, schedule
from bench.slope import slope_of


def test_the_same_seed_gives_the_same_faults() -> None:
    assert schedule(5, 600, 15, 30) == schedule(5, 600, 15, 30)
    assert schedule(5, 600, 15, 30) != schedule(6, 600, 15, 30)


def test_every_kind_comes_before_any_comes_again_and_none_lasts_too_long() -> None:
    planned = schedule(5, 600, 15, 30)
    assert len(planned) == 600 / 15
    assert {fault.kind for fault in planned[: len(KINDS)]} == set(KINDS)
    assert all(fault.lasts_s <= (30 if fault.kind.startswith("redis") else 15) for fault in planned)
    assert all(0 < fault.at_s < 600 for fault in planned)


def test_a_slope_and_how_sure_it_is() -> None:
    line = [(float(at), 100.0 + 3 * at) for at in range(20)]
    assert slope_of(line).value == pytest.approx(3)
    assert slope_of(line).margin == pytest.approx(0, abs=1e-6)
    restless = [(x, y + (5 if at % 2 else -5)) for at, (x, y) in enumerate(line)]
    found = slope_of(restless)
    assert abs(found.value - 3) < found.margin < 1
    with pytest.raises(ValueError, match="three points"):
        slope_of(line[:2])
