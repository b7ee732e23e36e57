"""Who is here, who is lost, and what time alone does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from circle.domain import commands as c
from circle.domain.errors import NotFound, NotNow
from circle.domain.meeting import FORGOTTEN_AFTER, Meeting, Phase, left_ms
from circle.domain.room import Status
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.presence import HOST_LOST, HOST_LOST_IN_CALL, RESTART_GRACE, SILENT
from circle.store.committer import Committer
from circle.store.models import AuditRow
from circle.store.words import Words
from tests.domain.scene import GOODBYE, ROUND, VOLUNTEER, WORD
from tests.sitting import ANA, BO, CO, CY, DI, HOST, MEETING, Sitting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """A round is on; two hosts."""
    sitting = Sitting(committer, words, clock, ROUND, VOLUNTEER, WORD, GOODBYE, hosts=(HOST, CO))
    sitting.go_to("round")
    return sitting


def tick(sitting: Sitting, seconds: float = 0) -> None:
    """Time passes, and the ticker looks around once."""
    sitting.clock.advance(seconds)
    ticker.tick_once(sitting.conduct)


def status(sitting: Sitting, who: str, of: str) -> tuple[str, bool]:
    """How somebody is, on a host's page."""
    item = sitting.pages.pages[who].views["hosts"]["people"][of]
    return item["status"], item["connected"]


def say(sitting: Sitting, who: str, how: Status) -> None:
    """A page says how its person is."""
    sitting.conduct.say_status(Caller(who), MEETING, how)


def phase(sitting: Sitting) -> Phase:
    """Where the session is."""
    return sitting.meeting.phase


# -- pages --------------------------------------------------------------------------------------------
def test_two_tabs_are_one_person(sitting: Sitting) -> None:
    sitting.join(ANA, "second-tab")
    assert [seat.id for seat in sitting.meeting.seats].count(ANA) == 1
    sitting.conduct.part(Caller(ANA), MEETING, "connection-of-ana")
    assert status(sitting, HOST, ANA) == ("here", True)
    sitting.conduct.part(Caller(ANA), MEETING, "second-tab")
    assert status(sitting, HOST, ANA) == ("here", False)
    sitting.conduct.part(Caller(ANA), MEETING, "second-tab")
    sitting.check_pages()


def test_coming_and_going_of_pages_is_told_to_hosts_alone(sitting: Sitting) -> None:
    frames = {who: len(sitting.pages.to(who)) for who in (ANA, BO, CY)}
    sitting.conduct.part(Caller(ANA), MEETING, "connection-of-ana")
    sitting.join(ANA)
    sitting.beat(ANA)
    assert {who: len(sitting.pages.to(who)) for who in frames} == frames
    assert "connection-of" not in str(sitting.pages.sent), "connection ids stay on the server"


def test_a_page_that_fell_silent_is_given_up_and_comes_back_with_a_beat(sitting: Sitting) -> None:
    tick(sitting, SILENT.total_seconds() - 1)
    sitting.beat(HOST, CO, BO, CY)
    assert status(sitting, HOST, ANA) == ("here", True)
    tick(sitting, 1)
    assert status(sitting, HOST, ANA) == ("here", False)
    assert status(sitting, CO, BO) == ("here", True)
    sitting.check_pages()
    sitting.beat(ANA)
    assert status(sitting, HOST, ANA) == ("here", True)
    sitting.check_pages()


# -- stepping out -------------------------------------------------------------------------------------
def test_stepping_out_is_seen_by_hosts_and_oneself(sitting: Sitting) -> None:
    frames = {who: len(sitting.pages.to(who)) for who in (BO, CY)}
    for how in (Status.OUT, Status.CALL, Status.HERE):
        say(sitting, ANA, how)
        assert status(sitting, HOST, ANA)[0] == how.value
        assert sitting.pages.pages[ANA].views["self:"]["me"]["me"]["status"] == how.value
    assert {who: len(sitting.pages.to(who)) for who in frames} == frames
    sitting.check_pages()


def test_stepping_out_before_ones_turn_keeps_the_place_in_the_round(sitting: Sitting) -> None:
    before = sitting.trace()
    say(sitting, BO, Status.OUT)
    version, feed, receipts, audit, _ = sitting.trace()
    assert (version, feed, receipts, audit) == before[:4]
    sitting.do(HOST, c.HandOn(HOST), c.HandOn(CO), c.HandOn(ANA))
    assert sitting.meeting.piece is not None
    assert (sitting.meeting.piece.holder, sitting.meeting.piece.later) == (CY, (BO,))
    say(sitting, BO, Status.HERE)
    sitting.do(HOST, c.HandOn(CY))
    assert sitting.meeting.piece.holder == BO


def test_stepping_out_with_the_piece_lets_it_go_on_and_come_back_once(sitting: Sitting) -> None:
    sitting.do(HOST, c.HandOn(HOST), c.HandOn(CO))
    say(sitting, ANA, Status.OUT)
    assert sitting.meeting.piece is not None
    assert (sitting.meeting.piece.holder, sitting.meeting.piece.later) == (BO, (ANA,))
    say(sitting, ANA, Status.HERE)
    sitting.do(HOST, c.HandOn(BO), c.HandOn(CY))
    assert sitting.meeting.piece.holder == ANA
    say(sitting, ANA, Status.OUT)
    assert sitting.meeting.piece.round_is_over
    sitting.check_pages()


def test_stepping_out_as_a_volunteer_and_in_a_break(sitting: Sitting) -> None:
    sitting.go_to("volunteer")
    sitting.do(ANA, c.TakePiece())
    sitting.do(BO, c.TakePiece())
    sitting.do(CY, c.TakePiece())
    say(sitting, CY, Status.OUT)
    assert sitting.meeting.piece is not None
    assert sitting.meeting.piece.waiting == (BO, CY), "in the row as before: it is on everybody's page"
    sitting.do(HOST, c.StartBreak(3))
    say(sitting, ANA, Status.OUT)
    sitting.do(HOST, c.EndBreak())
    assert sitting.meeting.piece.holder == ANA, "a break changes nothing; a host lets it travel on"
    say(sitting, ANA, Status.OUT)
    assert sitting.meeting.piece.holder == BO


def test_stepping_out_at_the_door_is_no_command(sitting: Sitting) -> None:
    sitting.do(DI, c.TakeSeat(DI, "Di"))
    sitting.join(DI)
    say(sitting, DI, Status.OUT)
    assert [row for row in sitting.audit if row.action == "refused"] == []
    with pytest.raises(NotFound):
        say(sitting, "nobody", Status.OUT)


# -- a host is lost -----------------------------------------------------------------------------------
def test_without_hosts_for_45_seconds_the_room_is_held_as_of_the_loss(sitting: Sitting) -> None:
    tick(sitting, 10)
    sitting.beat(CO)
    tick(sitting, 20)
    sitting.beat(HOST)
    lost, left = sitting.clock.now(), left_ms(sitting.meeting, sitting.clock.now())
    tick(sitting, HOST_LOST.total_seconds() - 0.001)
    assert phase(sitting) is Phase.LIVE
    tick(sitting, 0.001)
    assert phase(sitting) is Phase.HELD
    assert (sitting.meeting.held_at, sitting.meeting.remaining_ms) == (lost, left)
    assert sitting.pages.pages[ANA].views["room"]["stage"]["stage"]["phase"] == "held"
    before = sitting.trace()
    for _ in range(3):
        tick(sitting, 30)
    assert sitting.trace()[:4] == before[:4], "ticking on changes nothing"
    sitting.join(CO)
    tick(sitting)
    assert phase(sitting) is Phase.LIVE
    assert left_ms(sitting.meeting, sitting.clock.now()) == left
    assert [row.action for row in sitting.audit if row.actor_id == ""] == ["hold", "release"]
    sitting.check_pages()


def test_a_closed_page_and_a_black_hole_are_alike(sitting: Sitting) -> None:
    sitting.conduct.part(Caller(HOST), MEETING, "connection-of-host")
    sitting.conduct.part(Caller(CO), MEETING, "connection-of-co")
    tick(sitting, 44)
    assert phase(sitting) is Phase.LIVE
    tick(sitting, 1)
    assert phase(sitting) is Phase.HELD


def test_one_host_is_enough(sitting: Sitting) -> None:
    for _ in range(10):
        sitting.clock.advance(40)
        sitting.beat(CO)
        tick(sitting)
    assert phase(sitting) is Phase.LIVE


def test_a_host_in_the_call_has_three_minutes(sitting: Sitting) -> None:
    say(sitting, HOST, Status.CALL)
    lost = sitting.clock.now()
    tick(sitting, HOST_LOST_IN_CALL.total_seconds() - 1)
    assert phase(sitting) is Phase.LIVE
    tick(sitting, 1)
    assert phase(sitting) is Phase.HELD
    assert sitting.meeting.held_at == lost


def test_our_own_restart_is_nobodys_absence(sitting: Sitting) -> None:
    sitting.clock.advance(3600)  # the machine was off for an hour
    sitting.start_process()
    tick(sitting, RESTART_GRACE.total_seconds() + HOST_LOST.total_seconds() - 1)
    assert phase(sitting) is Phase.LIVE
    tick(sitting, 1)
    assert phase(sitting) is Phase.HELD
    assert sitting.meeting.held_at == sitting.clock.now() - HOST_LOST


def test_a_break_is_held_and_goes_on(sitting: Sitting) -> None:
    sitting.do(HOST, c.StartBreak(5))
    tick(sitting, 60)
    assert phase(sitting) is Phase.HELD
    sitting.join(HOST)
    tick(sitting)
    assert sitting.meeting.phase is Phase.BREAK
    assert sitting.meeting.break_ends_at == sitting.clock.now() + timedelta(minutes=5)


def test_before_it_begins_and_after_it_ends_nothing_is_held(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE)
    tick(sitting, 3600)
    assert phase(sitting) is Phase.OPEN
    sitting.do(HOST, c.EndSession())
    before = sitting.trace()
    tick(sitting, 3600)
    sitting.conduct.tick(sitting.meeting)
    assert sitting.trace() == before
    assert sitting.conduct.active() == []


# -- the bell -----------------------------------------------------------------------------------------
def test_the_bell_rings_once(sitting: Sitting) -> None:
    sitting.do(HOST, c.StartBreak(1))
    for _ in range(3):
        tick(sitting, 19)
        sitting.beat(HOST, CO, ANA, BO, CY)
    assert not sitting.meeting.break_rang
    for _ in range(5):
        tick(sitting, 3)
        sitting.beat(HOST, CO, ANA, BO, CY)
    assert [row.name for row in sitting.feed].count("break_rang") == 1
    told = [m for who, m in sitting.pages.sent if who == "room" and "'rang': True" in str(m)]
    assert len(told) == 1
    assert phase(sitting) is Phase.BREAK


def test_a_fault_in_one_meeting_does_not_stop_the_ticker(sitting: Sitting) -> None:
    class Faulty:
        ticked: list[str] = []  # noqa: RUF012 (one test's own)

        def active(self, _looks: object) -> list[Meeting]:
            return [replace(sitting.meeting, id=name) for name in ("a", "b")]

        def tick(self, meeting: Meeting) -> None:
            self.ticked.append(meeting.id)
            if meeting.id == "a":
                raise RuntimeError("words that people wrote")

    ticker.tick_once(Faulty())  # type: ignore[arg-type]
    assert Faulty.ticked == ["a", "b"]


# -- left behind --------------------------------------------------------------------------------------
def test_a_session_everybody_has_left_behind_is_ended_by_the_ticker(sitting: Sitting) -> None:
    sitting.do(HOST, c.Next())
    began = sitting.meeting.step_started_at
    for who in sitting.listening():
        sitting.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
    sitting.clock.advance(FORGOTTEN_AFTER.total_seconds())
    sitting.conduct.tick(sitting.meeting)
    assert sitting.meeting.phase is Phase.HELD  # hosts are gone, and it may still be tonight
    sitting.clock.advance(1)
    sitting.conduct.tick(sitting.meeting)
    over = sitting.meeting
    assert (over.phase, over.end_reason, over.ended_at) == (Phase.ENDED, "forgotten", began)
    assert [meeting.id for meeting in sitting.ended] == [MEETING]
    assert [(row.action, row.actor_id) for row in sitting.audit][-1] == ("end_session", "")


@pytest.mark.parametrize("page", [HOST, ANA])
def test_it_is_not_ended_while_somebody_is_there(sitting: Sitting, page: str) -> None:
    sitting.do(HOST, c.Next())
    sitting.clock.advance(FORGOTTEN_AFTER.total_seconds() + 1)
    sitting.beat(page)
    sitting.conduct.tick(sitting.meeting)
    assert sitting.meeting.phase is not Phase.ENDED


def test_it_is_not_ended_before_pages_can_come_back_after_our_own_start(sitting: Sitting) -> None:
    sitting.do(HOST, c.Next())
    sitting.clock.advance(FORGOTTEN_AFTER.total_seconds() + 1)
    sitting.start_process()
    sitting.conduct.tick(sitting.meeting)
    assert sitting.meeting.phase is not Phase.ENDED
    sitting.clock.advance(RESTART_GRACE.total_seconds())
    sitting.conduct.tick(sitting.meeting)
    assert sitting.meeting.end_reason == "forgotten"


# -- who may hold the room ----------------------------------------------------------------------------
def guarded(sitting: Sitting) -> None:
    """Ana keeps the bell."""
    sitting.do(HOST, c.AskGuardian(ANA))
    sitting.do(ANA, c.AnswerGuardian(True))


def bell(sitting: Sitting) -> str:
    """What the bell is on Ana's page."""
    return str(sitting.pages.pages[ANA].views["self:"]["me"]["me"]["bell"])


def silence(sitting: Sitting, seconds: float) -> None:
    """Both hosts are silent for so long; the others are there."""
    sitting.clock.advance(seconds)
    sitting.beat(ANA, BO, CY)
    ticker.tick_once(sitting.conduct)


def test_after_20_seconds_those_who_may_take_the_room_are_told_and_nobody_else(sitting: Sitting) -> None:
    guarded(sitting)
    frames = {who: len(sitting.pages.to(who)) for who in (BO, CY)}
    silence(sitting, 19)
    assert bell(sitting) == "kept"
    silence(sitting, 1)
    assert bell(sitting) == "room"
    assert sitting.pages.pages[HOST].views["hosts"]["people"][CO]["quiet"]
    assert {who: len(sitting.pages.to(who)) for who in frames} == frames
    sitting.beat(CO)
    ticker.tick_once(sitting.conduct)
    assert bell(sitting) == "kept", "one host is back"
    sitting.check_pages()


def test_one_silent_host_of_two_is_seen_by_the_other(sitting: Sitting) -> None:
    guarded(sitting)
    sitting.clock.advance(20)
    sitting.beat(CO, ANA, BO, CY)
    ticker.tick_once(sitting.conduct)
    people = sitting.pages.pages[CO].views["hosts"]["people"]
    assert (people[HOST]["quiet"], people[CO]["quiet"]) == (True, False)
    assert bell(sitting) == "kept"


def test_hosts_in_the_call_have_three_minutes_before_anybody_is_told(sitting: Sitting) -> None:
    guarded(sitting)
    for who in (HOST, CO):
        say(sitting, who, Status.CALL)
    silence(sitting, HOST_LOST_IN_CALL.total_seconds() - 1)
    assert (bell(sitting), phase(sitting)) == ("kept", Phase.LIVE)
    silence(sitting, 1)
    assert (bell(sitting), phase(sitting)) == ("room", Phase.HELD)


def test_our_own_restart_is_nobodys_silence(sitting: Sitting) -> None:
    guarded(sitting)
    sitting.start_process()
    for who in (ANA, BO, CY):
        sitting.join(who)
    silence(sitting, RESTART_GRACE.total_seconds() + 19)
    assert (bell(sitting), phase(sitting)) == ("kept", Phase.LIVE)
    silence(sitting, 1)
    assert bell(sitting) == "room"


def test_the_guardian_takes_the_room_and_it_goes_on_and_goes_back(sitting: Sitting) -> None:
    guarded(sitting)
    with pytest.raises(NotNow, match="host_is_here"):
        sitting.do(ANA, c.TakeRoom())
    silence(sitting, 46)
    assert phase(sitting) is Phase.HELD
    sitting.do(ANA, c.TakeRoom())
    ticker.tick_once(sitting.conduct)
    assert phase(sitting) is Phase.LIVE
    sitting.refresh(ANA)
    assert "hosts" not in sitting.pages.pages[ANA].views
    sitting.do(ANA, c.Next())
    sitting.beat(HOST)
    sitting.do(HOST, c.TakeRoom())
    sitting.refresh(ANA)
    assert set(sitting.pages.pages[ANA].views) == {"room", "self:"}
    audited = [(row.action, row.actor_id) for row in sitting.rows(AuditRow)]
    assert ("take_room", ANA) in audited
    assert ("take_room", HOST) in audited
    sitting.check_pages()
