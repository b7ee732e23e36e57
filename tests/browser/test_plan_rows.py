"""A plan's rows say how long a step takes and how it is answered, on a narrow phone as on a desk."""

from __future__ import annotations

import pytest

from tests.browser.site import Site


@pytest.mark.parametrize("size", [(320, 640), (390, 780), (1280, 800)], ids=["320", "390", "1280"])
def test_minutes_and_how_it_is_answered_are_seen_everywhere(site: Site, size: tuple[int, int]) -> None:
    page = site.mira(size)
    for path in (f"/prepare/{site.meeting_id}", "/prepare/from/T3"):
        page.goto(path)
        rows = page.locator(".plan > .cue__row")
        assert rows.count() > 5
        for row in rows.all():
            name, minutes = row.locator(".cue__name").bounding_box(), row.locator(".cue__m").bounding_box()
            assert name is not None
            assert minutes is not None
            assert name["width"] >= 80
            assert name["x"] + name["width"] <= minutes["x"]
            assert minutes["x"] + minutes["width"] <= size[0]
            overflow = row.locator(".cue__name").evaluate("name => name.scrollWidth - name.clientWidth")
            assert overflow <= 0, row.inner_text()
        assert all(small.is_visible() for small in page.locator(".plan .cue__name small").all())
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
