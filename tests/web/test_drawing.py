"""Pictures drawn on the server: the same as the browser's, whole, and without anything the policy refuses."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from circle.web import drawing

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "js" / "draw_vectors.json").read_text(),
)


@pytest.mark.parametrize(("prev", "own", "after", "path"), VECTORS["ribbons"])
def test_ribbon_path(prev: int | None, own: int, after: int | None, path: str) -> None:
    assert drawing.ribbon_path(prev, own, after) == path


@pytest.mark.parametrize("table", VECTORS["tables"], ids=lambda table: str(table["n"]))
def test_tables(table: dict[str, Any]) -> None:
    assert drawing.table_radius(table["n"]) == table["radius"]
    assert drawing.chair_size(table["n"]) == table["size"]


@pytest.mark.parametrize("seat", VECTORS["seats"], ids=lambda seat: f"{seat['k']} of {seat['n']}")
def test_seats(seat: dict[str, Any]) -> None:
    k, n = seat["k"], seat["n"]
    assert drawing.seat_angle(k, n) == pytest.approx(seat["angle"], abs=1e-6)
    assert drawing.seat_reach(k, n) == pytest.approx(seat["reach"], abs=1e-6)
    assert drawing.chair_form(k) == seat["form"]


def place(k: int, n: int) -> tuple[float, float]:
    """Middle of a chair."""
    angle, reach = math.radians(drawing.seat_angle(k, n)), drawing.seat_reach(k, n)
    return math.cos(angle) * reach, math.sin(angle) * reach


@pytest.mark.parametrize("n", range(2, 21))
def test_chairs_stand_apart_and_inside_the_picture(n: int) -> None:
    """A chair is 26 units deep and 24 wide before its scale; its back reaches 21 units outwards."""
    size = drawing.chair_size(n)
    places = [place(k, n) for k in range(n)]
    gaps = [math.dist(a, b) for index, a in enumerate(places) for b in places[:index]]
    assert min(gaps) > 31 * size
    assert max(drawing.seat_reach(k, n) for k in range(n)) + 21 * size < 176


@pytest.mark.parametrize("n", range(2, 21))
def test_the_table_is_even_to_your_left_and_right(n: int) -> None:
    for k in range(1, n):
        x, y = place(k, n)
        assert place(n - k, n) == pytest.approx((-x, y))


@pytest.mark.parametrize(("n", "holder"), [(1, 0), (3, None), (8, 3), (16, 5), (20, None)])
def test_mini_ring(n: int, holder: int | None) -> None:
    picture = str(drawing.mini_ring(n, holder))
    ElementTree.fromstring(picture)  # noqa: S314 - our own markup
    assert len(re.findall(r'class="chair[ "]', picture)) == n
    assert picture.count("chair--lit") == (holder is not None)
    assert "style=" not in picture
    assert 'aria-hidden="true"' in picture


def test_mini_ribbon_covers_the_picture() -> None:
    picture = str(drawing.mini_ribbon([1, 2, 3, 0, 4, 1]))
    ElementTree.fromstring(picture)  # noqa: S314 - our own markup
    assert picture.count("Z") == 6
    assert "124L" in picture


def test_an_empty_plan_is_an_empty_picture() -> None:
    assert 'd=""' in str(drawing.mini_ribbon([]))
