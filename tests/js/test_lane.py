"""The lane stays on the device; in the listening lane the page passes like a person, and once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.js.conftest import Run

pytestmark = pytest.mark.browser

KEEPER = """
let passed = 0;
const keeper = () => new m.LaneKeeper('m1', () => { passed += 1; }, () => 20);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
"""
LISTENS = "const k = keeper(); k.choose('listening'); k.see(true); "


def test_the_pause_is_one_a_person_takes(run: Run) -> None:
    body = "return [[0, 0], [1, 1], [0.5, 0.5], [0.1, 0.9], [0, 1]].map(m.pauseMs)"
    assert run("meeting/lane.js", body) == [5000, 15000, 10000, 10000, 10000]


def test_no_two_pauses_are_alike(run: Run) -> None:
    body = "const k = new m.LaneKeeper('m1', () => {}); return Array.from({ length: 50 }, () => k.pause())"
    pauses = run("meeting/lane.js", body)
    assert len(set(pauses)) == len(pauses)
    assert min(pauses) >= 5000
    assert max(pauses) <= 15000


@pytest.mark.parametrize(("lane", "times"), [("full", 0), ("gentle", 0), ("listening", 1)])
def test_only_the_listening_lane_passes_and_once(run: Run, lane: str, times: int) -> None:
    body = "const k = keeper(); k.choose(a); k.see(true); k.see(true); await wait(80); return passed"
    assert run("meeting/lane.js", KEEPER + body, lane) == times


def test_a_wish_to_speak_stops_it(run: Run) -> None:
    assert run("meeting/lane.js", KEEPER + LISTENS + "k.choose('full'); await wait(80); return passed") == 0


def test_a_piece_that_is_taken_back_is_not_passed(run: Run) -> None:
    body = (
        "const k = keeper(); k.choose('listening'); k.see(true); k.see(false); await wait(80); return passed"
    )
    assert run("meeting/lane.js", KEEPER + body) == 0


def test_it_survives_a_reload_and_goes_at_the_end(run: Run, page: Page) -> None:
    run("meeting/lane.js", KEEPER + "keeper().choose('listening')")
    page.reload()
    assert run("meeting/lane.js", KEEPER + "return keeper().lane") == "listening"
    run("meeting/drafts.js", "m.forgetDrafts('m1')")
    assert run("meeting/lane.js", KEEPER + "return keeper().lane") == "full"
