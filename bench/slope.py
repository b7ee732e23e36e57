"""How fast something grows, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Slope:
    """Of a straight line through points, per unit of x. margin: half of the 95 % confidence interval, if
    what is left over is independent from point to point; memory is not quite so, and the real one is wider.
    """

    value: float
    margin: float


def slope_of(points: list[tuple[float, float]]) -> Slope:
    """Least squares. Raises ValueError for fewer than three points."""
    if len(points) < 3:
        raise ValueError("a slope takes three points")
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    value = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - value * (x - mean_x)) ** 2 for x, y in points)
    return Slope(value, 1.96 * sqrt(left / (count - 2) / spread))
