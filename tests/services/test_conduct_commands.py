"""The live path with a real database: once, in order, whole or not at all."""

from __future__ import annotations

from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from circle.domain import commands as c
from circle.domain.errors import CircleError, Invalid, NoRoom, NotAllowed, NotFound, NotNow
from circle.domain.meeting import Meeting, Phase, Place
from circle.domain.plan import Sharing
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import AnswerWhisper, Say, SetAside, SetLineAside, Warn, Whisper
from circle.store.committer import Committer
from circle.store.models import MeetingRow, Member
from circle.store.words import Words
from tests.domain.scene import GOODBYE, ROUND, WORD
from tests.domain.test_permissions import HOST_ONLY, SAMPLES, TICKER_ONLY
from tests.sitting import ANA, BO, CY, DI, HOST, MEETING, STRANGER, Sitting


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """A round is on."""
    sitting = Sitting(committer, words, clock, ROUND, WORD, GOODBYE)
    sitting.go_to("round")
    return sitting


def refuses(
    sitting: Sitting, who: str, command: c.Command, kind: type[CircleError], code: str, **how: Any
) -> None:
    """Refused like this: nothing saved, nothing sent; at most a line in the audit."""
    before = sitting.trace()
    with pytest.raises(kind) as refusal:
        sitting.do(who, command, **how)
    assert refusal.value.code == code
    after = sitting.trace()
    noted = 1 if kind is NotAllowed else 0
    assert after == (*before[:3], before[3] + noted, before[4])


def change_member(sitting: Sitting, who: str, **values: object) -> None:
    """Set columns of a member's row."""
    sitting.committer.submit(lambda db: db.execute(update(Member).where(Member.id == who).values(**values)))


# -- once ---------------------------------------------------------------------------------------------
def test_sent_again_a_command_gets_the_first_answer_and_does_nothing(sitting: Sitting) -> None:
    command_id = str(uuid4())
    first = sitting.do(HOST, c.Next(), command_id=command_id)
    before = sitting.trace()
    # The page sends the same frame, with the number it had then.
    again = sitting.do(HOST, c.Next(), command_id=command_id, seq=1)
    assert again == first == {"ok": True, "kept": True}
    assert sitting.trace() == before


def test_words_sent_again_are_said_once(sitting: Sitting) -> None:
    sitting.go_to("word")
    command_id = str(uuid4())
    sitting.say(ANA, Say("word", "tired"), command_id=command_id)
    sitting.say(ANA, Whisper("may I"))
    before = sitting.trace()
    assert sitting.say(ANA, Say("word", "tired"), command_id=command_id) == {"ok": True, "kept": True}
    assert sitting.trace() == before


def test_somebody_elses_command_id_is_refused(sitting: Sitting) -> None:
    command_id = str(uuid4())
    sitting.do(HOST, c.HandOn(HOST), command_id=command_id)
    refuses(sitting, ANA, c.HandOn(ANA), Invalid, "invalid", command_id=command_id)
    assert sitting.meeting.piece is not None
    assert sitting.meeting.piece.holder == ANA


def test_a_refused_command_may_be_sent_again_later(sitting: Sitting) -> None:
    command_id = str(uuid4())
    refuses(sitting, ANA, c.HandOn(ANA), NotNow, "stale", command_id=command_id)
    sitting.do(HOST, c.HandOn(HOST))
    assert sitting.do(ANA, c.HandOn(ANA), command_id=command_id)["ok"]


# -- in order -----------------------------------------------------------------------------------------
def test_a_stage_command_for_another_stage_is_refused(sitting: Sitting) -> None:
    assert sitting.meeting.moves == 2
    before = sitting.trace()
    commands = (c.Next(), c.StartBreak(3), c.AskQuestion("What?", Sharing.NONE, 3), c.EndSession())
    for command, seq in product(commands, (None, 0, 1, 3, 99)):
        with pytest.raises(NotNow, match="stale"):
            sitting.conduct.perform(Caller(HOST), MEETING, command, command_id=str(uuid4()), expected_seq=seq)
    assert sitting.trace() == before


def test_other_commands_carry_no_number(sitting: Sitting) -> None:
    sitting.do(HOST, c.ExtendStep(2), c.PauseClock(), c.HandOn(HOST), seq=0)


def test_the_number_of_an_audience_rises_by_one_with_each_message(sitting: Sitting) -> None:
    sitting.do(HOST, c.HandOn(HOST), c.Next())
    for who in (HOST, ANA, BO):
        for audience in {frame["audience"] for frame in sitting.pages.to(who)}:
            seqs = [frame["seq"] for frame in sitting.pages.to(who) if frame["audience"] == audience]
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    sitting.check_pages()


def test_the_feed_follows_the_versions_and_names_nobody(sitting: Sitting) -> None:
    sitting.do(HOST, c.HandOn(HOST))
    sitting.do(ANA, c.PassPiece())
    rows = sorted(sitting.feed, key=lambda row: (row.version, row.at))
    assert rows[-1].version == sitting.meeting.version
    assert [row.name for row in rows[-3:]] == ["step_started", "piece_moved", "piece_moved"]
    assert {row.step for row in rows} <= {"", "round"}


def test_what_changes_nothing_saves_nothing_but_its_answer(sitting: Sitting) -> None:
    before = sitting.trace()
    sitting.do(HOST, c.UnlockDoor())
    version, feed, receipts, audit, frames = sitting.trace()
    assert (version, feed, audit, frames) == (before[0], before[1], before[3], before[4])
    assert receipts == before[2] + 1


# -- who ----------------------------------------------------------------------------------------------
def test_a_member_calls_every_command_of_hosts(sitting: Sitting) -> None:
    seq = sitting.meeting.moves
    for kind in HOST_ONLY:
        refuses(sitting, ANA, SAMPLES[kind], NotAllowed, "not_allowed", seq=seq)
    lines = [row for row in sitting.audit if row.action == "refused"]
    assert {line.actor_id for line in lines} == {ANA}
    assert sorted(line.object_id for line in lines) == sorted(map(c.wire_name, HOST_ONLY))
    assert {line.reason_ct for line in lines} == {None}, "what they wrote is not kept"


def test_nobody_calls_the_tickers_commands(sitting: Sitting) -> None:
    for kind in TICKER_ONLY:
        refuses(sitting, HOST, SAMPLES[kind], NotAllowed, "not_allowed")


def test_a_member_calls_what_hosts_do_with_words(sitting: Sitting) -> None:
    sitting.go_to("word")
    sitting.say(BO, Say("word", "fine"))
    share = next(iter(sitting.refresh(BO).views["room"]["said"]))
    for number, speech in enumerate(
        (SetAside(share, True), SetLineAside("x", True), AnswerWhisper(BO, "no"), Warn(BO, "no")), start=1
    ):
        before = sitting.trace()
        with pytest.raises(NotAllowed, match="not_allowed"):
            sitting.say(ANA, speech)
        after = sitting.trace()
        assert (after[0], after[1], after[2], after[4]) == (before[0], before[1], before[2], before[4])
        assert len([row for row in sitting.audit if row.action == "refused"]) == number


def test_people_of_elsewhere_find_nothing(sitting: Sitting) -> None:
    for who in ("nobody", STRANGER):
        refuses(sitting, who, c.Next(), NotFound, "not_found", seq=2)
        with pytest.raises(NotFound, match="not_found"):
            sitting.say(who, Whisper("let me in"))
        with pytest.raises(NotFound, match="not_found"):
            sitting.conduct.snapshot(Caller(who), MEETING)
        with pytest.raises(NotFound, match="not_found"):
            sitting.conduct.arrive(Caller(who), MEETING, "x")


def test_an_unknown_meeting_is_not_found(sitting: Sitting) -> None:
    with pytest.raises(NotFound):
        sitting.conduct.perform(Caller(HOST), "elsewhere", c.Next(), command_id=str(uuid4()), expected_seq=0)


def test_whoever_was_banned_since_is_looked_up_again(sitting: Sitting) -> None:
    change_member(sitting, ANA, banned=True)
    refuses(sitting, ANA, c.PassPiece(), NotFound, "not_found")
    with pytest.raises(NotFound):
        sitting.refresh(ANA)


def test_whoever_is_banned_is_cut_off_and_stays_out(sitting: Sitting) -> None:
    sitting.do(HOST, c.Ban(ANA, "PRIVATE-REASON"))
    assert sitting.pages.cut == [ANA]
    assert sitting.committer.read(lambda db: db.get_one(Member, ANA).banned)
    refuses(sitting, ANA, c.TakeSeat(ANA, "Ana"), NotFound, "not_found")
    assert sitting.refresh(HOST).views["hosts"]["removed"] == {ANA: {"name": "Ana", "banned": True}}
    line = next(row for row in sitting.audit if row.action == "ban")
    assert (line.actor_id, line.object_id) == (HOST, ANA)
    assert line.reason_ct is not None
    assert b"PRIVATE-REASON" not in line.reason_ct


def test_a_host_who_became_a_member_since_is_looked_up_again(sitting: Sitting) -> None:
    change_member(sitting, HOST, role="member")
    refuses(sitting, HOST, c.Next(), NotAllowed, "not_allowed")


# -- the door and its audiences -----------------------------------------------------------------------
def test_somebody_waits_is_let_in_and_removed(sitting: Sitting) -> None:
    sitting.do(DI, c.TakeSeat(DI, "Di"))
    page = sitting.join(DI)
    assert set(page.views) == {"door", "self:"}
    sitting.do(HOST, c.HandOn(HOST))
    assert page.frames == [], "what happens inside is not told at the door"
    sitting.do(HOST, c.Admit(DI))
    assert page.stale
    assert sitting.pages.listening[DI] == "room"
    sitting.check_pages()
    sitting.do(HOST, c.Remove(DI, "PRIVATE-REASON"))
    assert sitting.pages.cut == [DI]
    last = page.frames[-1]
    assert (last["audience"], last["changes"][0]["item"]["place"]) == ("self:", "removed")
    frames = len(page.frames)
    sitting.do(HOST, c.HandOn(ANA))
    assert len(page.frames) == frames
    with pytest.raises(NotFound):
        sitting.join(DI)
    line = next(row for row in sitting.audit if row.action == "remove")
    assert (line.actor_id, line.object_id) == (HOST, DI)
    assert line.reason_ct is not None
    assert b"PRIVATE-REASON" not in line.reason_ct


def test_everybody_who_may_be_revoked_is_cut_before_the_door_opens_too(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    sitting = Sitting(committer, words, clock, WORD, GOODBYE)
    committer.submit(lambda db: db.execute(update(MeetingRow).values(phase=Phase.PLANNED.value)))
    sitting.conduct.revoke(ANA)
    assert sitting.pages.cut == [ANA]
    sitting.conduct.revoke("nobody")
    assert sitting.pages.cut == [ANA]


# -- whole or not at all ------------------------------------------------------------------------------
def test_when_the_end_fails_nothing_has_ended(sitting: Sitting) -> None:
    def fail(_db: Session, _meeting: Meeting) -> None:
        raise RuntimeError("the draft cannot be made")

    sitting.on_end = fail
    before = sitting.trace()
    with pytest.raises(RuntimeError):
        sitting.do(HOST, c.EndSession())
    assert sitting.trace() == before
    assert sitting.presence.of(MEETING), "nothing is forgotten in memory either"
    sitting.on_end = lambda _db, meeting: sitting.ended.append(meeting)
    sitting.do(HOST, c.EndSession())
    assert [meeting.phase for meeting in sitting.ended] == [Phase.ENDED]
    assert sitting.presence.of(MEETING) == {}
    sitting.check_pages()


def test_pages_that_stay_after_the_end_leave_no_presence(sitting: Sitting) -> None:
    sitting.do(HOST, c.EndSession())
    sitting.join(ANA, "another-page")
    sitting.beat(ANA, BO)
    sitting.conduct.part(Caller(BO), MEETING, "connection-of-bo")
    assert sitting.presence.of(MEETING) == {}
    assert sitting.refresh(ANA).views["room"]["stage"]["stage"]["phase"] == "ended"


def test_a_full_disk_is_a_refusal_and_nothing_half_done(
    sitting: Sitting, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    if sitting.committer.read(lambda db: db.get_bind().dialect.name) != "sqlite":
        return  # PostgreSQL's disk cannot be filled from here
    long = "word " * 799
    before = sitting.trace()
    set_size(sitting, full=True)
    with pytest.raises(NoRoom, match="disk_full"):
        say_until_it_stops(sitting, long)
    assert "word word" not in caplog.text + "".join(capfd.readouterr()), "what people write is in no log"
    set_size(sitting, full=False)
    notes = sitting.refresh(ANA).views["self:"]["notes"]
    assert len(sitting.receipts) - before[2] == len(notes), "a receipt for each word that was kept, no more"
    sitting.check_pages()
    assert sitting.say(ANA, Whisper(long))["ok"]


def set_size(sitting: Sitting, *, full: bool) -> None:
    """Let the database's file not grow any more, or grow again."""

    def work(db: Session) -> None:
        connection = db.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages if full else 1_000_000}")

    sitting.committer.submit(work)


def say_until_it_stops(sitting: Sitting, text: str) -> None:
    """Private words, one after the other."""
    for _ in range(30):
        sitting.say(ANA, Whisper(text))


def test_after_a_kill_in_mid_round_everything_stands_where_it_stood(sitting: Sitting) -> None:
    sitting.do(HOST, c.HandOn(HOST))
    sitting.do(ANA, c.HoldSilence())
    before = {who: sitting.refresh(who).views for who in (HOST, ANA, BO, CY)}
    run_id, meeting = sitting.pages.pages[HOST].run, sitting.meeting
    sitting.clock.advance(7)
    sitting.start_process()
    assert sitting.meeting == meeting, "same step, same holder, same end of the clock"
    for who, views in before.items():
        after = sitting.join(who)
        assert after.run != run_id, "pages notice, and take a snapshot"
        for audience, view in after.views.items():
            was = views[audience]
            if audience != "self:":
                was["stage"]["stage"]["epoch"] = view["stage"]["stage"]["epoch"]
            if who != HOST:  # hosts see who has come back
                assert view == was
    sitting.check_pages()
    sitting.do(ANA, c.HandOn(ANA))


def test_leaving_and_coming_back(sitting: Sitting) -> None:
    sitting.do(ANA, c.LeaveSeat())
    assert sitting.pages.cut == [ANA]
    sitting.do(ANA, c.TakeSeat(ANA, "Ana"))
    sitting.join(ANA)
    seat = sitting.meeting.seat(ANA)
    assert seat is not None
    assert seat.place is Place.WAITING
    sitting.do(HOST, c.Admit(ANA))
    sitting.check_pages()
