"""Strokes as digits and back, and lines made from nothing but numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from circle.domain.sketch import SKETCH_MAX, STROKES
from tests.js.conftest import Run

pytestmark = pytest.mark.browser

SKETCH = "draw/sketch.js"
SHOW = """
const { html, render } = await import('/static/js/vendor/preact-htm.js');
const sketch = { strokes: m.toStrokes(a.text), label: 'A sketch by Rowan' };
render(html`<${m.SketchPage} ...${sketch} />`, document.querySelector('#main'));
return [...document.querySelectorAll('#main path')].map((path) => path.getAttribute('d'));
"""


def test_there_and_back(run: Run) -> None:
    strokes = [[[0, 0], [255, 16], [128, 200]], [[7, 9]]]
    text = run(SKETCH, "return m.toText(a);", strokes)
    assert text == "0000ff1080c8.0709"
    assert re.fullmatch(STROKES, text)
    assert run(SKETCH, "return m.toStrokes(a.text);", {"text": text}) == strokes
    assert run(SKETCH, "return m.MOST;", {}) == SKETCH_MAX


@pytest.mark.parametrize("text", ["", "000", "FFFF", "0000..0000", "<path d='M0'/>", "0000\n", "0" * 2052])
def test_anything_else_is_drawn_as_nothing(run: Run, text: str) -> None:
    assert run(SKETCH, SHOW, {"text": text}) == []


def test_what_is_drawn_is_numbers(run: Run, page: Page) -> None:
    paths = run(SKETCH, SHOW, {"text": "0000ff1080c8.0709"})
    assert paths == ["M0 0Q255 16 191.5 108L128 200", "M7 9h.1"]
    assert page.get_by_role("img", name="A sketch by Rowan").count() == 1


@pytest.mark.parametrize(
    ("x", "y", "point"),
    [(0, 0, [0, 0]), (267, 267, [255, 255]), (133.5, 6, [128, 0]), (-900, 9000, [0, 255])],
)
def test_a_touch_is_a_point_of_the_page(run: Run, x: float, y: float, point: list[int]) -> None:
    event: dict[str, Any] = {"clientX": x, "clientY": y}
    body = "return m.pointAt(a.event, { left: 0, top: 0, width: 267, height: 267 });"
    assert run(SKETCH, body, {"event": event}) == point


def test_points_that_cannot_be_told_apart_are_one(run: Run) -> None:
    assert run(SKETCH, "return m.longer([[5, 5]], [7, 7]);", {}) == [[5, 5]]
    assert run(SKETCH, "return m.longer([[5, 5]], [9, 5]);", {}) == [[5, 5], [9, 5]]
