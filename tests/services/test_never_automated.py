"""What is never automated (ADR 5): the program reminds and holds time, people decide."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from circle.content.loader import load_library
from circle.domain import commands as c
from circle.domain.errors import NotNow
from circle.domain.meeting import OVER, Meeting, Phase, Role
from circle.domain.permissions import PERMISSIONS
from circle.domain.pulse import Where
from circle.domain.room import Status
from circle.domain.signs import AskPause, AskSlower, KeepPulse, SayWhere
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import HoldLine, Say, Whisper
from circle.store.committer import Committer
from circle.store.models import AuditRow
from circle.store.words import Words
from tests.domain.scene import BREAK, GOODBYE, ROUND, VOLUNTEER, WALL, WORD, in_phase
from tests.services.test_conduct_unnamed import commit
from tests.sitting import ANA, BO, CO, CY, HOST, MEETING, Sitting

PACKAGE = Path(__file__).parents[2] / "circle"
STEPS = (WORD, replace(ROUND, intensity=5), WALL, VOLUNTEER, BREAK, GOODBYE)
LIBRARY = load_library()
DREADFUL = "I do not want to live any more. I hate everybody here."

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """A session with two hosts."""
    return Sitting(committer, words, clock, *STEPS, hosts=(HOST, CO))


def everything_goes_wrong(sitting: Sitting) -> None:
    """People say dreadful things, step out, ask for a pause; a host's line is lost."""
    for who in (ANA, BO):
        sitting.say(who, Whisper(DREADFUL))
        sitting.conduct.sign(Caller(who), MEETING, AskPause())
        sitting.conduct.sign(Caller(who), MEETING, AskSlower())
        sitting.conduct.say_status(Caller(who), MEETING, Status.OUT)
    sitting.conduct.part(Caller(CO), MEETING, f"connection-of-{CO}")


def stage_of(meeting: Meeting) -> Meeting:
    """All that must not move by itself: everything but the bell at the end of a break."""
    return replace(meeting, version=0, break_rang=False)


@sqlite
@pytest.mark.parametrize("step", [step.id for step in STEPS])
def test_an_hour_in_which_everything_goes_wrong_moves_nothing(sitting: Sitting, step: str) -> None:
    sitting.go_to(step)
    if step == "word":
        sitting.say(CY, Say("word", DREADFUL))
    if step == "wall":
        sitting.say(CY, HoldLine("wall", DREADFUL, commit("one")))
    if step == "break":
        for who in (ANA, BO):
            sitting.conduct.say_status(Caller(who), MEETING, Status.OUT)
    else:
        everything_goes_wrong(sitting)
    before, audited = sitting.meeting, len(sitting.rows(AuditRow))
    said = {who: len(sitting.pages.pages[who].views["self:"]["notes"]) for who in (ANA, BO, CY)}
    for _minute in range(60):
        sitting.clock.advance(60)
        sitting.beat(HOST, ANA, BO, CY)
        ticker.tick_once(sitting.conduct)
    assert stage_of(sitting.meeting) == stage_of(before)
    assert len(sitting.rows(AuditRow)) == audited
    after = {who: len(sitting.pages.pages[who].views["self:"]["notes"]) for who in (ANA, BO, CY)}
    assert after == said, "nobody is written to because of a signal"
    sitting.check_pages()


@sqlite
def test_a_card_is_shown_to_hosts_alone_and_nothing_follows_it(sitting: Sitting) -> None:
    sitting.go_to("round")
    frames = {who: len(sitting.pages.to(who)) for who in (ANA, BO, CY)}
    before = sitting.meeting
    sitting.clock.advance(timedelta(minutes=20).total_seconds())
    sitting.beat(HOST, CO, ANA, BO, CY)
    ticker.tick_once(sitting.conduct)
    card = sitting.pages.pages[HOST].views["hosts"]["stage"]["stage"]["advice"]
    assert card is not None
    assert {who: len(sitting.pages.to(who)) for who in frames} == frames
    assert stage_of(sitting.meeting) == stage_of(before)


@sqlite
def test_the_gravest_pulse_moves_nothing_and_writes_to_nobody(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    members = (ANA, BO, CY, "eve", "fay")
    sitting = Sitting(committer, words, clock, *STEPS, members=members, hosts=(HOST, CO))
    sitting.conduct.sign(Caller(HOST), MEETING, KeepPulse(True))
    sitting.go_to("word")
    before, audited = sitting.meeting, len(sitting.rows(AuditRow))
    for _minute in range(60):
        for who in members:
            sitting.conduct.sign(Caller(who), MEETING, SayWhere(Where.FLOODED))
        sitting.clock.advance(60)
        sitting.beat(HOST, CO, *members)
        ticker.tick_once(sitting.conduct)
    assert "Q5" in str(sitting.pages.to(HOST)), "hosts were told"
    assert stage_of(sitting.meeting) == stage_of(before)
    assert len(sitting.rows(AuditRow)) == audited
    for who in members:
        assert sitting.pages.pages[who].views["self:"]["notes"] == {}, "nobody is written to"
        assert all(frame["audience"] == "room" for frame in sitting.pages.to(who)[-4:])


def test_no_card_of_the_pulse_offers_more_depth_or_anything_with_one_person() -> None:
    offered = {offer.act for card in LIBRARY.pulse for offer in card.offers}
    assert offered <= {"break", "ground", "close", "longer"}


def test_the_ticker_has_five_wishes_and_three_for_afterwards_and_no_other() -> None:
    its = {command for command, roles in PERMISSIONS.items() if Role.TICKER in roles}
    afterwards = {c.RingLinger, c.CloseLinger, c.SeeOff}
    assert its == {c.BreakIsOver, c.CollectIsOver, c.Hold, c.Release, c.EndSession} | afterwards


@pytest.mark.parametrize("phase", sorted(set(Phase) - OVER))
@pytest.mark.parametrize("wish", [c.RingLinger(), c.CloseLinger(), c.SeeOff(ANA)])
def test_what_the_ticker_does_afterwards_touches_no_session_that_is_on(phase: Phase, wish: c.Command) -> None:
    scene = in_phase(phase)
    before = scene.meeting
    with pytest.raises(NotNow):
        scene.do("", wish)
    assert scene.meeting is before


@sqlite
def test_the_ticker_ends_only_what_everybody_has_left(sitting: Sitting) -> None:
    sitting.go_to("round")
    for who in (HOST, CO, ANA, BO):
        sitting.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
    for _hour in range(30):
        sitting.clock.advance(3600)
        sitting.join(CY)  # one person is still there
        ticker.tick_once(sitting.conduct)
    assert sitting.meeting.phase is Phase.HELD
    assert sitting.meeting.step == STEPS[1]


def test_no_name_in_the_program_scores_ranks_or_unmasks() -> None:
    """Behaviour is tested above; this keeps the words from coming in unnoticed."""
    never = ("unmask", "deanonym", "sentiment", "toxicity", "risk_score", "rank_member", "geoip", "locate")
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            name = getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "attr", None)
            if isinstance(name, str) and any(word in name.lower() for word in never):
                found.append(f"{file.name}: {name}")
    assert found == []
