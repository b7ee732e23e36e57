"""A restart of the server in every state: break, clocks and order are as they were, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from circle.domain import commands as c
from circle.domain.meeting import Phase, left_ms
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.speech import Say
from circle.store.committer import Committer
from circle.store.words import Words
from tests.domain.scene import BREAK, GOODBYE, LAST_ROUND, ROUND, SOLO_ROUND, VOLUNTEER, WALL, WORD
from tests.sitting import ANA, BO, CY, HOST, Sitting

DOWN_S = 7
PEOPLE = (HOST, ANA, BO, CY)


def _rest(s: Sitting) -> None:
    s.go_to("round")
    s.do(HOST, c.PauseClock())


def _called_break(s: Sitting) -> None:
    s.go_to("round")
    s.do(HOST, c.HandOn(HOST), c.StartBreak(5))


def _rung_break(s: Sitting) -> None:
    _called_break(s)
    s.clock.advance(301)
    s.beat(*PEOPLE)
    ticker.tick_once(s.conduct)


def _held(s: Sitting, prepare: Callable[[Sitting], None]) -> None:
    prepare(s)
    s.clock.advance(46)
    ticker.tick_once(s.conduct)
    assert s.meeting.phase is Phase.HELD


def _bell(s: Sitting) -> None:
    s.go_to("round")
    s.do(HOST, c.RingBell())


def _piece_with_a_later(s: Sitting) -> None:
    s.go_to("round")
    s.do(HOST, c.HandOn(HOST))
    s.do(ANA, c.Later())
    s.do(BO, c.HoldSilence())


def _ordered(s: Sitting) -> None:
    s.go_to("round")
    s.do(HOST, c.ReorderRound((CY, ANA, BO)), c.HandOn(HOST))


def _hands(s: Sitting) -> None:
    s.go_to("volunteer")
    for who in (CY, ANA, BO):
        s.do(who, c.TakePiece())


def _answers(s: Sitting) -> None:
    s.go_to("word")
    s.say(ANA, Say("word", "tired"))


def _made_up_time(s: Sitting) -> None:
    s.go_to("volunteer")
    s.do(HOST, c.ExtendStep(3))


def _longer_break(s: Sitting) -> None:
    s.go_to("break")
    s.do(HOST, c.ExtendStep(2))


STATES: dict[str, Callable[[Sitting], None]] = {
    "the door": lambda s: None,
    "a round begins": lambda s: s.go_to("round"),
    "a round with a later and a silence": _piece_with_a_later,
    "a round in another order": _ordered,
    "writing before a round": lambda s: s.go_to("solo"),
    "volunteers in a row": _hands,
    "a wall is written": lambda s: s.go_to("wall"),
    "answers": _answers,
    "a clock at rest": _rest,
    "more time": _made_up_time,
    "a planned break": lambda s: s.go_to("break"),
    "a longer break": _longer_break,
    "a called break": _called_break,
    "a break that has rung": _rung_break,
    "the pause bell": _bell,
    "held in a round": lambda s: _held(s, _piece_with_a_later),
    "held in a break": lambda s: _held(s, _called_break),
    "held in a pause": lambda s: _held(s, _bell),
    "the closing": lambda s: s.go_to("last"),
}


def views(sitting: Sitting) -> dict[str, Any]:
    """What everybody's fresh page shows; what is known of lines lives in memory."""
    for who in PEOPLE:
        sitting.join(who)
    seen: dict[str, Any] = {who: deepcopy(sitting.refresh(who).views) for who in PEOPLE}
    for view in (view for page in seen.values() for view in page.values()):
        view.get("stage", {}).get("stage", {}).pop("epoch", None)
        for person in view.get("people", {}).values():
            person.pop("quiet", None)
    return seen


@pytest.mark.parametrize("state", STATES)
def test_everything_is_as_it_was(
    committer: Committer, words: Words, clock: SettableClock, state: str
) -> None:
    steps = (WORD, ROUND, WALL, VOLUNTEER, BREAK, SOLO_ROUND, LAST_ROUND, GOODBYE)
    sitting = Sitting(committer, words, clock, *steps)
    STATES[state](sitting)
    before, stored, left = views(sitting), sitting.meeting, left_ms(sitting.meeting, clock.now())
    sitting.clock.advance(DOWN_S)
    sitting.start_process()
    ticker.tick_once(sitting.conduct)
    assert sitting.meeting == stored, "a restart moves nothing"
    assert views(sitting) == before
    runs = stored.ends_at is not None
    expected = None if left is None else max(0, left - DOWN_S * 1000) if runs else left
    assert left_ms(sitting.meeting, clock.now()) == expected
    _goes_on(sitting)


def _goes_on(sitting: Sitting) -> None:
    """And the evening can go on from there to its end, whatever the state was."""
    for who in PEOPLE:
        sitting.beat(who)
    ticker.tick_once(sitting.conduct)
    presses = 0
    while sitting.meeting.phase is not Phase.ENDED:
        sitting.do(HOST, c.EndBreak() if sitting.meeting.phase is Phase.BREAK else c.Next())
        presses += 1
        assert presses < 40
    assert isinstance(sitting.meeting.ended_at, datetime)
