"""What a ticker goes round: what is here in every round, everything else in turn."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from circle.domain import commands as c
from circle.domain.meeting import Meeting, Phase
from circle.live import ticker
from circle.live.connections import Connection, Connections
from circle.live.ticker import ROUNDS_ELSEWHERE, in_round
from circle.services.clock import SettableClock
from circle.services.memory import OwnMemories
from circle.services.ports import Caller
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.words import Words
from tests.domain.scene import GOODBYE, WORD
from tests.sitting import HOST, MEETING, Sitting

EVERYBODYS = [str(UUID(int=number)) for number in range(500)]


def test_what_is_here_comes_in_every_round_and_the_rest_once_in_ten() -> None:
    here = set(EVERYBODYS[:20])
    rounds = [
        set(filter(in_round(number, here.__contains__), EVERYBODYS)) for number in range(ROUNDS_ELSEWHERE)
    ]
    for each in rounds:
        assert here <= each
    for other in set(EVERYBODYS) - here:
        assert sum(other in each for each in rounds) == 1
    sizes = [len(each) for each in rounds]  # not all of them in one round
    assert max(sizes) - len(here) < 2 * 480 / ROUNDS_ELSEWHERE


def test_a_session_is_here_while_one_page_of_it_is() -> None:
    connections = Connections()
    for sid in ("a", "b"):
        assert connections.add(Connection(sid, Caller("ana"), MEETING))
    connections.drop("a")
    assert connections.has_pages(MEETING)
    assert not connections.has_pages("another")
    connections.drop("b")
    connections.drop("b")
    assert not connections.has_pages(MEETING)
    assert connections.add(Connection("c", Caller("ana"), MEETING))
    connections.forget()
    assert not connections.has_pages(MEETING)


def test_what_nobody_looks_at_is_not_read_and_what_has_changed_is_read_anew(
    committer: Committer, words: Words, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE)
    read: list[str] = []

    def load(db: Session, meeting_id: str) -> Meeting:
        read.append(meeting_id)
        return meetings.load(db, meeting_id)

    monkeypatch.setattr(
        "circle.services.ongoing.meetings", SimpleNamespace(active=meetings.active, load=load)
    )
    active = sitting.conduct.active
    assert active(lambda _: False) == []
    assert read == []
    assert [meeting.id for meeting in active()] == [MEETING]
    assert [meeting.id for meeting in active()] == [MEETING]
    assert read == [MEETING]
    sitting.do(HOST, c.Next())
    assert active(lambda _: False) == []
    assert active()[0] == sitting.meeting
    assert read == [MEETING, MEETING]


def test_of_a_session_that_another_process_ended_nothing_is_kept(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE)
    sitting.go_to("word")
    one = sitting.conduct
    one.snapshot(Caller(HOST, host=True), MEETING)
    kept = one._gathering
    one.active()
    assert MEETING in {*kept._known, *kept._stages}
    sitting.take_turns()
    sitting.do(HOST, c.EndSession())
    clock.advance(2 * 3600)
    one.active()
    assert MEETING not in {*kept._known, *kept._stages}


def test_what_is_over_is_looked_at_once_and_nothing_of_it_stays(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE)
    sitting.go_to("word")
    one = sitting.conduct
    assert [meeting.id for meeting in one.active()] == [MEETING]
    sitting.do(HOST, c.EndSession())
    for _ in range(2):  # again, until everything there was to do for it is done
        assert [meeting.phase for meeting in one.active()] == [Phase.ENDED]
    assert ticker.tick_once(one) == 1
    for _ in range(2):
        assert one.active() == []
        assert (one._ongoing._known, one._ongoing.ids) == ({}, {MEETING})
    assert one._memories.known(MEETING), "pages that are still open count on"
    clock.advance(2 * 3600)
    one.active()
    assert (one._ongoing._over, one._ongoing.ids) == ({}, frozenset())
    if isinstance(one._memories, OwnMemories):
        assert one._memories.known(MEETING) is None


def test_who_stays_after_the_end_is_looked_after(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE, linger_min=15)
    sitting.go_to("goodbye")
    sitting.do(HOST, c.EndSession())
    assert sitting.meeting.linger_until is not None
    assert [meeting.id for meeting in sitting.conduct.active()] == [MEETING]
    clock.advance(16 * 60)
    for meeting in sitting.conduct.active():
        sitting.conduct.tick(meeting)
    assert sitting.meeting.linger_until is None
    assert ticker.tick_once(sitting.conduct) == 1
    assert sitting.conduct.active() == []
