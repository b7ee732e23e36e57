"""Whose half it is: a soft word that only ever goes on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.conftest import Run

pytestmark = pytest.mark.browser

PAIR = "meeting/views/pair.js"
THEO, ADA, ME = {"id": "t", "name": "Theo"}, {"id": "a", "name": "Ada"}, {"id": "me", "name": "Rowan"}


@pytest.mark.parametrize(
    ("many", "run_of_step", "at"),
    [(2, 0, 0), (2, 0.49, 0), (2, 0.5, 1), (2, 1, 1), (3, 0.34, 1), (3, 0.67, 2), (3, 1, 2), (1, 0.9, 0)],
)
def test_the_time_is_shared_alike(run: Run, many: int, run_of_step: float, at: int) -> None:
    assert run(PAIR, "return m.halfAt(a.many, a.run);", {"many": many, "run": run_of_step}) == at


@pytest.mark.parametrize(
    ("now", "rest"),
    [("A little.", ""), ("A little. And you?", "And you?"), ("Another thing.", "Another thing."), ("", "")],
)
def test_what_is_typed_while_words_are_on_their_way_stays(run: Run, now: str, rest: str) -> None:
    assert run(PAIR, "return m.unsent(a.now, 'A little.');", {"now": now}) == rest


@pytest.mark.parametrize(
    ("there", "at", "left", "hidden", "words"),
    [
        ([THEO, ME], 0, 240_000, False, "Theo begins."),
        ([ME, THEO], 0, 240_000, False, "You begin."),
        ([THEO, ME], 1, 200_000, False, "About half-time: now you, if you like."),
        ([ME, THEO, ADA], 1, 200_000, False, "About time to change over: now Theo, if you like."),
        ([THEO, ME], 1, 60_000, False, "About a minute more, for a last word."),
        ([THEO, ME], 1, -5, False, "The time is round. There is no hurry."),
        ([THEO, ME], 1, -5, True, "Theo begins. Change over when you like."),
        ([THEO, ME], 0, None, False, "Theo begins."),
    ],
)
def test_words_for_it(
    run: Run, there: list[dict[str, Any]], at: int, left: int | None, hidden: bool, words: str
) -> None:
    body = "return m.halfWords(a.there, a.at, { me: { id: 'me' }, hidden: a.hidden, left: a.left });"
    assert run(PAIR, body, {"there": there, "at": at, "left": left, "hidden": hidden}) == words
