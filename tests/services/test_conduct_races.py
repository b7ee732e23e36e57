"""Real threads: two presses at once, fifty resends at once, writers from two processes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import sessionmaker

from circle.domain import commands as c
from circle.domain.errors import CircleError
from circle.domain.meeting import Phase
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.conduct import Conduct
from circle.services.memory import OwnMemories
from circle.services.pending import PendingLines
from circle.services.ports import Caller
from circle.services.presence import PresenceTable
from circle.services.speech import HoldLine, Say, Whisper
from circle.services.unnamed import UnnamedWords
from circle.store.committer import Committer
from circle.store.engine import open_engine, sessions
from circle.store.words import Words
from tests.domain.scene import EVENING, GOODBYE, ROUND, WALL, WORD
from tests.sitting import ANA, BO, CO, CY, HOST, MEETING, Pages, Sitting


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """Two hosts; a word is asked."""
    sitting = Sitting(committer, words, clock, WORD, ROUND, WALL, *EVENING[3:], hosts=(HOST, CO))
    sitting.go_to("word")
    return sitting


def at_once(*calls: Callable[[], Any]) -> Counter[str]:
    """Run all calls in threads that start together; how often each answer came."""
    barrier = threading.Barrier(len(calls))
    answers: list[str] = []

    def run(call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            answers.append(str(call()))
        except CircleError as refusal:
            answers.append(f"{type(refusal).__name__} {refusal.code}")

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return Counter(answers)


KEPT = str({"ok": True, "kept": True})
HELD = str({"ok": True, "held": True})


def press_next(conduct: Conduct, who: str, seq: int) -> Callable[[], Any]:
    """This host's page presses Next, having seen stage `seq`."""
    return lambda: conduct.perform(Caller(who), MEETING, c.Next(), command_id=str(uuid4()), expected_seq=seq)


def test_two_hosts_press_next_at_once(sitting: Sitting) -> None:
    for at in range(6):
        before = sitting.meeting
        calls = [press_next(sitting.conduct, who, before.moves) for who in (HOST, CO)]
        assert at_once(*calls) == {KEPT: 1, "NotNow stale": 1}, at
        assert sitting.meeting.moves == before.moves + 1
    sitting.check_pages()


def test_fifty_resends_at_once_are_one_command(sitting: Sitting) -> None:
    command_id, before = str(uuid4()), sitting.trace()

    def resend() -> Any:
        return sitting.conduct.perform(Caller(HOST), MEETING, c.ExtendStep(5), command_id=command_id)

    left = sitting.meeting.ends_at
    assert at_once(*[resend] * 50) == {KEPT: 50}
    assert sitting.meeting.version == before[0] + 1
    assert len(sitting.receipts) == before[2] + 1
    assert left is not None
    assert sitting.meeting.ends_at is not None
    assert (sitting.meeting.ends_at - left).total_seconds() == 300
    assert [name for name, _ in sitting.pages.sent[before[4] :]] == ["room", "hosts"]


def test_fifty_resends_of_words_and_of_a_line_are_one(sitting: Sitting) -> None:
    command_id = str(uuid4())
    assert at_once(
        *[lambda: sitting.conduct.speak(Caller(ANA), MEETING, Whisper("x"), command_id=command_id)] * 50
    ) == {KEPT: 50}
    assert len(sitting.pages.pages[ANA].views["self:"]["notes"]) == 1
    sitting.go_to("wall")
    line = HoldLine("wall", "one", "a" * 64)
    assert at_once(
        *[lambda: sitting.conduct.speak(Caller(ANA), MEETING, line, command_id=command_id)] * 50
    ) == {HELD: 50}
    sitting.do(HOST, c.Next())
    assert len(sitting.pages.pages[HOST].views["hosts"]["batch"]) == 1


def test_everybody_at_once_and_no_page_misses_anything(sitting: Sitting) -> None:
    def speak(who: str, text: str) -> Callable[[], Any]:
        return lambda: sitting.say(who, Say("word", text))

    def come_and_go(who: str) -> Callable[[], Any]:
        return lambda: (sitting.join(who, "second"), sitting.conduct.part(Caller(who), MEETING, "second"))

    calls = [speak(who, str(n)) for n in range(4) for who in (ANA, BO, CY, HOST)]
    calls += [come_and_go(who) for who in (ANA, BO, CY)]
    at_once(*calls)
    assert len(sitting.pages.pages[BO].views["room"]["said"]) == 4
    for who in sitting.listening():
        sitting.refresh(who)
    sitting.check_pages()


def test_the_holder_and_a_host_let_go_at_once(sitting: Sitting) -> None:
    sitting.go_to("round")
    for holder, after in ((HOST, CO), (CO, ANA), (ANA, BO)):
        found = at_once(
            lambda holder=holder: sitting.do(HOST, c.HandOn(holder)),
            lambda holder=holder: sitting.do(holder, c.HandOn(holder)),
        )
        assert found == {KEPT: 1, "NotNow stale": 1}
        assert sitting.meeting.piece is not None
        assert sitting.meeting.piece.holder == after


def test_removed_and_arriving_at_once_listens_nowhere(sitting: Sitting) -> None:
    """However the two fall: whoever is removed never ends up listening."""
    people = [ANA, BO, CY]
    for who in people:
        sitting.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
        sitting.pages.listening.pop(who)
        at_once(
            lambda who=who: sitting.conduct.arrive(Caller(who), MEETING, "new"),
            lambda who=who: sitting.do(HOST, c.Remove(who)),
        )
        assert who not in sitting.pages.listening


def test_two_processes_on_one_database(
    database_url: str, committer: Committer, words: Words, clock: SettableClock
) -> None:
    """Without a common lock in memory the database decides: one step, one kind refusal."""
    sitting = Sitting(committer, words, clock, *EVENING, GOODBYE, hosts=(HOST, CO))
    sitting.do(HOST, c.Next())
    engine = open_engine(database_url)
    other = _process(sessions(engine), words, clock)
    for _ in range(5):
        before = sitting.meeting
        found = at_once(press_next(sitting.conduct, HOST, before.moves), press_next(other, CO, before.moves))
        assert found == {KEPT: 1, "NotNow stale": 1}
        assert sitting.meeting.moves == before.moves + 1
    command_id = str(uuid4())
    calls = [
        lambda conduct=conduct: conduct.perform(Caller(HOST), MEETING, c.LockDoor(), command_id=command_id)
        for conduct in (sitting.conduct, other) * 5
    ]
    assert at_once(*calls) == {KEPT: 10}
    assert [row.command_id for row in sitting.receipts].count(command_id) == 1
    engine.dispose()


def _process(maker: sessionmaker[Any], words: Words, clock: SettableClock) -> Conduct:
    memories = OwnMemories()
    presence = PresenceTable(clock, memories)
    unnamed = UnnamedWords(words, PendingLines(memories), presence, None)
    return Conduct(
        Committer(maker), words, clock, Pages(), memories, presence, unnamed, lambda _db, _meeting: None
    )


def test_a_process_that_comes_into_a_held_room_is_no_host(sitting: Sitting) -> None:
    sitting.clock.advance(600)
    ticker.tick_once(sitting.conduct)
    assert sitting.meeting.phase is Phase.HELD
    new = sitting.another_process()
    for _ in range(90):
        sitting.clock.advance(1)
        ticker.tick_once(new.conduct)
        assert sitting.meeting.phase is Phase.HELD
    sitting.join(HOST)
    ticker.tick_once(new.conduct)
    assert sitting.meeting.phase is Phase.LIVE
