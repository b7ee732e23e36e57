"""A simple sketch: strokes on a square page of 256 by 256, as text that can be nothing else. Pure.

A point is four hex digits, xxyy, from the top left; a stroke is its points one after the other; strokes are
parted by a dot. What is drawn from it is drawn by our own pages: never markup, never a
colour, never a word.
"""

from __future__ import annotations

import re

from circle.domain.errors import Invalid

SKETCH_MAX = 2048  # characters: about five hundred points
STROKES = r"^(?:[0-9a-f]{4})+(?:\.(?:[0-9a-f]{4})+)*$"
_STROKES = re.compile(STROKES.removesuffix("$"))


def check_strokes(strokes: str) -> str:
    """The strokes as they are. Raises Invalid("sketch") for anything that is no sketch."""
    if len(strokes) > SKETCH_MAX or not _STROKES.fullmatch(strokes):
        raise Invalid("sketch", {"strokes": "sketch"})
    return strokes
