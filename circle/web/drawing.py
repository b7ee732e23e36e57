"""Drawings for pages made on the server: the cue line and the small table.

Python twin of `static/js/draw/cue.js` and `static/js/draw/geometry.js`; the vectors in
`tests/js/draw_vectors.json` keep the two equal. Everything returned is SVG without style
attributes, coloured by the classes of `static/css/ring.css` and `static/css/desk.css`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

WIDTHS = (1.5, 5.0, 10.5, 17.5, 26.0, 36.0)
"""Width of the ribbon in px for intensity 0 to 5."""

NAMES_UP_TO = 10
ONE_ROW_UP_TO = 12
_TWO_ROW_TABLE = 92.0
_MIDDLE = 22.0
_TURNS = (0, 4, -3, 5, -5, 2, -4, 3, -2, 5, -3, 4, 0, -4, 3, -5, 4, -2, 5, -3)
_CHAIRS = (
    '<path class="chair__seat" d="M-11-10.5Q-11-13-8-13H3Q12-12 12 0Q12 12 3 13H-8Q-11 13-11 10.5Z"/>'
    '<path class="chair__back" d="M7-14.5Q18.5-9.5 18.5 0Q18.5 9.5 7 14.5"/>',
    '<rect class="chair__seat" x="-11" y="-12" width="22" height="24" rx="4.5"/>'
    '<path class="chair__back" d="M13.5-12.5Q15 0 13.5 12.5"/>',
    '<rect class="chair__seat" x="-11" y="-12" width="22" height="24" rx="6"/>'
    '<path class="chair__back" d="M-2-15.5H6Q15.5-15.5 15.5-6V6Q15.5 15.5 6 15.5H-2"/>',
    '<circle class="chair__seat" r="11.5"/><path class="chair__back" d="M11-8.5Q16 0 11 8.5"/>',
)
_HIDDEN = 'aria-hidden="true" focusable="false"'


def _tenth(value: float) -> str:
    """One decimal, half up like JavaScript's rounding, without a trailing ".0"."""
    return f"{math.floor(value * 10 + 0.5) / 10:g}"


def _width(intensity: int) -> float:
    return WIDTHS[max(0, min(5, intensity))]


def _edges(prev: int | None, own: int, after: int | None) -> tuple[float, float, float]:
    """Half widths of a row's piece at its top, middle and bottom."""
    width = _width(own)
    top = (_width(own if prev is None else prev) + width) / 4
    bottom = (_width(own if after is None else after) + width) / 4
    return top, width / 2, bottom


def ribbon_path(prev: int | None, own: int, after: int | None) -> str:
    """Path of one row's piece of the cue line in a box of 44 x 100.

    It runs from the mean with the row before to its own width and on to the mean with the row
    after, so that rows of any height join. Intensities 0 to 5; None where there is no neighbour.
    """
    top, half, bottom = _edges(prev, own, after)

    def right(x: float) -> str:
        return _tenth(_MIDDLE + x)

    def left(x: float) -> str:
        return _tenth(_MIDDLE - x)

    return (
        f"M{right(top)} 0Q{right(half)} 22 {right(half)} 44L{right(half)} 56"
        f"Q{right(half)} 78 {right(bottom)} 100"
        f"L{left(bottom)} 100Q{left(half)} 78 {left(half)} 56L{left(half)} 44"
        f"Q{left(half)} 22 {left(top)} 0Z"
    )


def mini_ribbon(intensities: Sequence[int]) -> Markup:
    """A whole evening as one small ribbon, 124 x 124, equal heights for all steps.

    An empty plan gives an empty picture.
    """
    size, scale = 124.0, 1.24
    height = size / max(1, len(intensities))
    pieces = []
    for index, own in enumerate(intensities):
        prev = intensities[index - 1] if index else None
        after = intensities[index + 1] if index + 1 < len(intensities) else None
        top, half, bottom = (edge * scale for edge in _edges(prev, own, after))
        pieces.append(_mini_piece(size / 2, index * height, height, (top, half, bottom)))
    path = "".join(pieces)
    svg = f'<svg viewBox="0 0 124 124" {_HIDDEN}><path class="cue__mini" d="{path}"/></svg>'
    return Markup(svg)  # noqa: S704 - numbers and constants only


def _mini_piece(middle: float, y: float, height: float, edges: tuple[float, float, float]) -> str:
    top, half, bottom = edges
    y0, y1, y2, y3, y4 = (_tenth(y + height * part) for part in (0, 0.22, 0.44, 0.56, 0.78))
    y5 = _tenth(y + height)

    def right(x: float) -> str:
        return _tenth(middle + x)

    def left(x: float) -> str:
        return _tenth(middle - x)

    return (
        f"M{right(top)} {y0}Q{right(half)} {y1} {right(half)} {y2}L{right(half)} {y3}"
        f"Q{right(half)} {y4} {right(bottom)} {y5}L{left(bottom)} {y5}"
        f"Q{left(half)} {y4} {left(half)} {y3}L{left(half)} {y2}Q{left(half)} {y1} {left(top)} {y0}Z"
    )


def curve(steps: Sequence[tuple[int, int]]) -> Markup:
    """The evening from left to right, 360 x 84: steps as (minutes, intensity 0 to 5), breaks as gaps.

    Its meaning in words stands beside it (`plan_rows.curve_words`), so it is hidden from readers.
    """
    total = max(1, sum(minutes for minutes, _ in steps))
    x, runs, run = 0.0, [], []
    for minutes, depth in steps:
        width = 360 * minutes / total
        if depth:
            run += [(x, 76 - 14 * depth), (x + width, 76 - 14 * depth)]
        elif run:
            runs.append(run)
            run = []
        x += width
    paths = "".join(_hill(points) for points in (*runs, run) if points)
    lines = "".join(f'<path class="curve__line" d="M0 {76 - 14 * depth}H360"/>' for depth in range(6))
    hills = f'<path class="cue__mini" d="{paths}"/>'
    svg = f'<svg class="curve" viewBox="0 0 360 84" {_HIDDEN}>{lines}{hills}</svg>'
    return Markup(svg)  # noqa: S704 - numbers and constants only


def _hill(points: Sequence[tuple[float, float]]) -> str:
    """From the ground up, along the depths, and down again."""
    along = "".join(f"L{_tenth(x)} {_tenth(y)}" for x, y in points)
    return f"M{_tenth(points[0][0])} 76{along}L{_tenth(points[-1][0])} 76Z"


def table_radius(n: int) -> float:
    """Radius of the table for `n` people, in units of the 352 x 352 box."""
    return _TWO_ROW_TABLE if n > ONE_ROW_UP_TO else min(126.0, 86.0 + 5.0 * n)


def chair_size(n: int) -> float:
    """Scale of a chair for `n` people."""
    if n <= 4:
        return 1.3
    if n <= 8:
        return 1.2
    return 1.12 if n <= ONE_ROW_UP_TO else 1.0


def seat_angle(k: int, n: int) -> float:
    """Direction of seat `k` of `n` in degrees; seat 0 is at the bottom (90), clockwise from there."""
    return 90.0 + 360.0 * k / n


def seat_reach(k: int, n: int) -> float:
    """Distance of seat `k`'s middle from the middle of the table."""
    if n > ONE_ROW_UP_TO:
        in_front = min(k, n - k) % 2 == 1
        return _TWO_ROW_TABLE + (12.0 if in_front else 52.0)
    return table_radius(n) + (16.0 if n > NAMES_UP_TO else 8.0) * chair_size(n)


def chair_form(k: int) -> int:
    """Which of the four chairs stands at seat `k`."""
    if k % 2 == 0:
        return 1 if k % 8 == 4 else 0
    return (1, 2, 3, 1)[(k - 1) // 2 % 4]


def _chair(k: int, n: int, *, lit: bool) -> str:
    kind = "chair" + (" chair--you" if k == 0 else "") + (" chair--lit" if lit else "")
    turn = _TURNS[k % len(_TURNS)] * (0.4 if n > NAMES_UP_TO else 1.0)
    place = (
        f"rotate({seat_angle(k, n):.1f}) translate({seat_reach(k, n):.1f}) "
        f"rotate({turn:g}) scale({chair_size(n):g})"
    )
    return f'<g class="{kind}" transform="{place}">{_CHAIRS[chair_form(k)]}</g>'


def mini_ring(n: int, holder: int | None = None) -> Markup:
    """The table of `n` people (1 to 20) without names, for pictures beside words.

    holder: the seat that has the piece (0 is yours), None for the unlit lamp. Use a picture with
    the same n and holder once per page: its gradients are named after the two.
    """
    edge = table_radius(n)
    chairs = "".join(_chair(k, n, lit=k == holder) for k in range(n))
    table = f'<circle class="table" r="{edge:g}"/><circle class="table-edge" r="{edge - 4:g}"/>'
    if holder is None:
        inner = f'<g class="chairs">{chairs}</g>{table}{_unlit_lamp()}'
    else:
        inner = _lit_table(n, holder, chairs, table)
    svg = f'<svg class="ring__svg" viewBox="-176 -176 352 352" {_HIDDEN}>{inner}</svg>'
    return Markup(svg)  # noqa: S704 - numbers and constants only, nothing from a person


def _lit_table(n: int, holder: int, chairs: str, table: str) -> str:
    edge, name, turn = table_radius(n), f"mini{n}-{holder}", f"rotate({seat_angle(holder, n):.1f})"
    lamp = edge - (19 if n > ONE_ROW_UP_TO else 24)
    return (
        f'<defs><radialGradient id="{name}-pool"><stop class="pool-in" offset="0"/>'
        f'<stop class="pool-mid" offset=".45"/><stop class="pool-out" offset="1"/></radialGradient>'
        f'<clipPath id="{name}-table"><circle r="{edge:g}"/></clipPath></defs>'
        f'<g transform="{turn}"><circle class="pool pool--floor" cx="{edge:g}" r="112" '
        f'fill="url(#{name}-pool)"/></g>'
        f'<g class="chairs">{chairs}</g>{table}'
        f'<g clip-path="url(#{name}-table)"><g transform="{turn}"><circle class="pool pool--table" '
        f'cx="{edge * 0.76:.1f}" r="{edge * 0.98:.1f}" fill="url(#{name}-pool)"/></g></g>'
        f'<g transform="{turn}"><circle class="lamp__shade" cx="{lamp:g}" r="12.5"/></g>'
    )


def _unlit_lamp() -> str:
    """Larger than in the room: this picture is a thumb wide."""
    pleats = "".join(
        f"M{math.cos(a) * 15:.1f} {math.sin(a) * 15:.1f}L{math.cos(a) * 25:.1f} {math.sin(a) * 25:.1f}"
        for a in (index * math.pi / 5 for index in range(10))
    )
    return (
        '<g class="lamp lamp--off"><circle class="lamp__shade" r="27"/>'
        f'<path class="lamp__pleats" d="{pleats}"/><circle class="lamp__mouth" r="12"/>'
        '<circle class="lamp__bulb" r="5.5"/></g>'
    )
