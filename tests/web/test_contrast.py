"""Every pair of colours that meets on a page: words 4.5 : 1, shapes that carry meaning 3 : 1.

Source: WCAG 2.2, 1.4.3 and 1.4.11.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"

WORDS = [
    ("text", "ground"),
    ("text", "surface"),
    ("text", "surface-2"),
    ("text", "page"),
    ("text", "seat"),
    ("text-soft", "ground"),
    ("text-soft", "surface"),
    ("text-soft", "page"),
    ("on-act", "act"),
    ("lamp-text", "ground"),
    ("lamp-text", "surface"),
    ("place-lit", "seat-lit"),
]
SHAPES = [
    ("chair", "ground"),
    ("chair", "surface"),
    ("chair-you", "ground"),
    ("lamp", "ground"),
    ("lamp", "surface"),
    ("control", "ground"),
    ("control", "surface"),
    ("control", "page"),
    ("clay", "ground"),
    ("cue", "ground"),
    ("cue-here", "surface"),
    ("cue-here", "page"),
    ("note-rule", "ground"),
    ("note-rule", "surface"),
    ("focus", "ground"),
    ("focus", "surface"),
    ("focus", "page"),
    ("act", "page"),
]
MAIL = [("#1A2A27", "#FFFFFF"), ("#4F5F5A", "#FFFFFF"), ("#1F4D45", "#FFFFFF")]

Colour = tuple[float, float, float]


def tokens(theme: str) -> dict[str, str]:
    """Colours and opacities by name, as the theme ends up with them."""
    read = _declarations((CSS / "tokens.css").read_text(), r":root \{")
    if theme == "day":
        read |= _declarations((CSS / "day.css").read_text(), r":root[^{]*\{")
    return read


def _declarations(css: str, opening: str) -> dict[str, str]:
    block = re.search(opening + r"(.*?)\n\}", css, re.DOTALL)
    assert block, f"no block {opening}"
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6}|\.\d+)\b", block[1]))


def colour(value: str) -> Colour:
    """Red, green and blue from 0 to 1."""
    red, green, blue = (int(value[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`other` laid over `one` with an opacity of `share`."""
    red, green, blue = (a * (1 - share) + b * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def luminance(value: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in value]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def ratio(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def table_in_light(theme: dict[str, str], radii: float) -> Colour:
    """The table's colour at `radii` of the pool's radius from its middle (the gradient of ring.css)."""
    inner = radii < 0.45
    alpha = 1 - 0.58 * radii / 0.45 if inner else 0.42 * (1 - (radii - 0.45) / 0.55)
    light = mix(colour(theme["pool"]), colour(theme["pool-2"]), min(1, radii / 0.45))
    return mix(colour(theme["surface"]), light, alpha * float(theme["pool-table"]))


@pytest.mark.parametrize("theme", ["night", "day"])
def test_words(theme: str) -> None:
    values = tokens(theme)
    low = {pair: ratio(colour(values[pair[0]]), colour(values[pair[1]])) for pair in WORDS}
    assert {pair: figure for pair, figure in low.items() if figure < 4.5} == {}


@pytest.mark.parametrize("theme", ["night", "day"])
def test_shapes(theme: str) -> None:
    values = tokens(theme)
    low = {pair: ratio(colour(values[pair[0]]), colour(values[pair[1]])) for pair in SHAPES}
    assert {pair: figure for pair, figure in low.items() if figure < 3} == {}


@pytest.mark.parametrize("theme", ["night", "day"])
@pytest.mark.parametrize(("words", "radii"), [("text-soft", 0.46), ("lamp-text", 0.42)])
def test_words_in_the_pool_of_light(theme: str, words: str, radii: float) -> None:
    """The neighbour's name, and the sentence in the middle of the table."""
    values = tokens(theme)
    assert ratio(colour(values[words]), table_in_light(values, radii)) >= 4.5


@pytest.mark.parametrize(("words", "paper"), MAIL)
def test_mail(words: str, paper: str) -> None:
    assert ratio(colour(words), colour(paper)) >= 4.5


def test_a_pair_that_is_too_faint_is_found() -> None:
    assert ratio(colour("#777777"), colour("#888888")) < 3
    assert ratio(colour("#000000"), colour("#FFFFFF")) == pytest.approx(21)
