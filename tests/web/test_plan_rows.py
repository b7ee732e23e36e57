"""What a plan's minutes add up to, in words."""

from __future__ import annotations

from dataclasses import replace

from circle.content.loader import load_library
from circle.web.plan_rows import sums

T3 = load_library().templates["T3"]


def test_the_way_down_of_one_minute_and_of_many() -> None:
    short = replace(T3, steps=(*T3.steps[:10], replace(T3.steps[-1], minutes=1)))
    assert sums(short).endswith("The last minute is for coming down.")
    assert sums(T3).endswith("are for coming down.")
