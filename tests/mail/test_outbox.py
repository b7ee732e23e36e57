"""The outbox: at least once, one Message-ID, by day only, never lost, and nobody else's words or address."""

from __future__ import annotations

import smtplib
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from circle.domain.summary import Notes
from circle.mail.outbox import BACK_OFF, LEASE, Outbox
from circle.services.ports import Caller, Mail
from circle.store.crypto import KeyRing
from circle.store.models import OutboxRow, SummaryRow
from tests.evening import HOST, MEETING, MORNING, Evening, FakeCarrier, parsed, text_of


@pytest.fixture
def carrier(evening: Evening) -> FakeCarrier:
    """The fake at the end of the line."""
    assert isinstance(evening.carrier, FakeCarrier)
    return evening.carrier


def release(evening: Evening, members: int = 1, notes: Notes | None = None, **how: str) -> None:
    evening.hold(members=members, **how)  # type: ignore[arg-type]
    evening.closing.save(HOST, MEETING, notes or Notes(from_host="Good quiet."), 0)
    evening.closing.release(HOST, MEETING)


def summary(evening: Evening) -> SummaryRow:
    return evening.committer.read(lambda db: db.get_one(SummaryRow, MEETING))


# -- what arrives -------------------------------------------------------------------------------------
def test_one_mail_each_and_nobody_elses_address_in_any_byte(evening: Evening, carrier: FakeCarrier) -> None:
    evening.hold(members=6)
    spoken = evening.wall("The kitchen is where I count.", "He never asked twice.", "I came back sooner.")
    evening.closing.save(HOST, MEETING, Notes(from_host="Good quiet.", line_ids=tuple(spoken)), 0)
    evening.closing.release(HOST, MEETING)
    evening.deliver()
    assert sorted(mail.recipient for mail in carrier.mails) == [f"m{n}@members.example" for n in range(1, 7)]
    for mail in carrier.mails:
        own = mail.recipient.partition("@")[0]
        others = [f"m{n}" for n in range(1, 7) if f"m{n}" != own]
        text = text_of(parsed(mail.raw))
        for other in others:
            assert f"{other}@members".encode() not in mail.raw  # a Message-ID may end in "m4" by chance
            assert f"stop-{other}" not in text
            assert f"Name{other[1:]}" not in text
        assert "Three lines are behind your sign-in." in text
        for line in ("kitchen", "asked twice", "sooner", "Grief after work"):
            assert line.encode() not in mail.raw
            assert line not in text
    assert len({mail.message_id for mail in carrier.mails}) == 6


def test_never_more_than_three_lines(evening: Evening) -> None:
    evening.hold(members=6)
    spoken = evening.wall("One.", "Two.", "Three.", "Four.")
    evening.closing.save(HOST, MEETING, Notes(line_ids=tuple(spoken[:3])), 0)
    evening.closing.release(HOST, MEETING)
    assert "Three lines" in text_of(evening.deliver()[0])
    assert len(evening.closing.lines(Caller("m1"), MEETING)) == 3


def test_each_gets_the_form_they_chose(evening: Evening) -> None:
    evening.hold(members=3)
    evening.change_member("m2", mail="date")
    evening.closing.save(HOST, MEETING, Notes(from_host="Good quiet."), 0)
    evening.closing.release(HOST, MEETING)
    evening.change_member("m3", mail="none", address_ct=None)  # changed their mind in the night
    mails = {mail["To"]: text_of(mail) for mail in evening.deliver()}
    assert set(mails) == {"m1@members.example", "m2@members.example"}
    assert "Good quiet." in mails["m1@members.example"]
    assert "Good quiet." not in mails["m2@members.example"]
    assert evening.row("m3").state == "dropped"
    assert summary(evening).state == "sent"


def test_numbers_are_those_of_the_readers_country(evening: Evening) -> None:
    evening.hold(members=3)
    evening.change_member("m2", country="NZ")
    evening.change_member("m3", country="JP")
    evening.closing.release(HOST, MEETING)
    mails = {mail["To"]: text_of(mail) for mail in evening.deliver()}
    assert "116 123" in mails["m1@members.example"]
    assert "1737" in mails["m2@members.example"]
    assert "Befrienders" in mails["m3@members.example"]


def test_the_last_delivery_deletes_the_hosts_words(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening, members=2)
    evening.committer.submit(
        lambda db: db.execute(
            update(OutboxRow).where(OutboxRow.member_id == "m2").values(due_at=MORNING + timedelta(hours=1))
        )
    )
    evening.deliver()
    assert (summary(evening).state, summary(evening).form_ct is None) == ("released", False)
    evening.deliver(MORNING + timedelta(hours=1))
    assert (summary(evening).state, summary(evening).form_ct) == ("sent", None)


def test_a_banned_person_gets_nothing(evening: Evening) -> None:
    release(evening)
    evening.change_member("m1", banned=True)
    assert evening.deliver() == []


# -- night --------------------------------------------------------------------------------------------
def test_nothing_arrives_before_nine(evening: Evening) -> None:
    release(evening)
    assert evening.deliver(MORNING - timedelta(seconds=1)) == []
    assert len(evening.deliver(MORNING)) == 1


def test_a_row_that_was_late_waits_for_the_next_morning(evening: Evening) -> None:
    release(evening)
    assert evening.deliver(MORNING.replace(hour=20)) == []
    assert evening.row("m1").due_at == MORNING + timedelta(days=1)
    assert evening.row("m1").attempts == 0
    assert len(evening.deliver(MORNING + timedelta(days=1))) == 1


def test_a_zone_changed_after_release_counts_at_sending(evening: Evening) -> None:
    release(evening)
    evening.change_member("m1", zone="America/Los_Angeles")  # 02:00 there
    assert evening.deliver() == []
    assert len(evening.deliver(MORNING + timedelta(hours=7))) == 1


# -- what goes wrong ----------------------------------------------------------------------------------
def test_mail_waits_while_the_line_is_down(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening)
    carrier.fail = ConnectionRefusedError()
    now = MORNING
    for tries, pause in enumerate([*BACK_OFF[:4], BACK_OFF[3]], start=1):
        evening.deliver(now)
        row = evening.row("m1")
        assert (row.state, row.attempts, row.problem) == ("waiting", tries, "no line")
        assert row.due_at == now + BACK_OFF[min(tries, 5) - 1]
        now = now + pause if tries < 5 else row.due_at
    carrier.fail = None
    assert len(evening.deliver(now)) == 1
    assert evening.row("m1").problem == ""


def test_mail_is_never_given_up(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening)
    carrier.fail = smtplib.SMTPRecipientsRefused({"m1@members.example": (451, b"later")})
    now = MORNING
    for _ in range(30):
        evening.deliver(now)
        now = evening.row("m1").due_at
    assert evening.row("m1").state == "waiting"
    carrier.fail = None
    assert len(evening.deliver(now.replace(hour=12))) == 1


def test_a_refusal_for_good_is_shown_to_hosts_and_can_be_tried_again(
    evening: Evening, carrier: FakeCarrier
) -> None:
    release(evening, members=2)
    carrier.fail = smtplib.SMTPRecipientsRefused({"m1@members.example": (550, b"no such user m1")})
    evening.deliver()
    found = {d.member_id: (d.state, d.problem) for d in evening.closing.deliveries(HOST, MEETING)}
    assert found == {"m1": ("stuck", "smtp 550"), "m2": ("stuck", "smtp 550")}
    assert evening.deliver(MORNING + timedelta(hours=3)) == []
    assert summary(evening).form_ct is not None
    carrier.fail = None
    evening.closing.try_again(HOST, MEETING, "m1")
    assert [mail["To"] for mail in evening.deliver(MORNING + timedelta(hours=3))] == ["m1@members.example"]


def test_an_unknown_outcome_goes_again_under_the_same_message_id(
    evening: Evening, carrier: FakeCarrier
) -> None:
    release(evening)
    carrier.fail_after = smtplib.SMTPServerDisconnected("gone before the answer")
    evening.deliver()
    carrier.fail_after = None
    evening.deliver(MORNING + timedelta(minutes=1))
    assert len(carrier.mails) == 2
    assert len({mail.message_id for mail in carrier.mails}) == 1
    (delivery,) = evening.closing.deliveries(HOST, MEETING)
    assert (delivery.state, delivery.again) == ("sent", True)


class Killed(BaseException):
    """The process ends here."""


def test_a_kill_between_the_servers_yes_and_the_mark(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening)
    carrier.fail_after = Killed()
    with pytest.raises(Killed):
        evening.deliver()
    carrier.fail_after = None
    assert len(evening.deliver(MORNING + LEASE)) == 1  # still somebody's
    mails = evening.deliver(MORNING + LEASE + timedelta(seconds=1))
    assert [mail["Message-ID"] for mail in mails] == [mails[0]["Message-ID"]] * 2
    assert evening.closing.deliveries(HOST, MEETING)[0].again


def test_a_header_that_cannot_be_written_stops_its_own_mail_only(
    evening: Evening, carrier: FakeCarrier
) -> None:
    release(evening, members=2)
    sealed = evening.keys.seal("m1@members.example\r\nBcc: m2@members.example", "members.address.m1")
    evening.change_member("m1", address_ct=sealed)
    assert [mail["To"] for mail in evening.deliver()] == ["m2@members.example"]
    assert (evening.row("m1").state, evening.row("m1").problem) == ("stuck", "header")


def test_an_address_nobody_can_read_stops_its_own_mail_only(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening, members=3)
    place = "members.address.m1"
    other = KeyRing([b"o" * 32]).seal("m1@members.example", place)
    evening.change_member("m1", address_ct=other)
    evening.change_member("m2", address_ct=other)  # and one that is no sealed address of hers at all
    assert [mail["To"] for mail in evening.deliver()] == ["m3@members.example"]
    found = {d.member_id: (d.state, d.problem) for d in evening.closing.deliveries(HOST, MEETING)}
    assert found["m1"] == found["m2"] == ("stuck", "unreadable")
    assert found["m3"] == ("sent", "")
    assert summary(evening).form_ct is not None
    evening.change_member("m1", address_ct=evening.keys.seal("m1@members.example", place))
    evening.closing.try_again(HOST, MEETING, "m1")
    assert "m1@members.example" in [mail["To"] for mail in evening.deliver()]


def test_what_nobody_could_read_is_tried_again_at_a_start(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening)
    mine = evening.keys.seal("m1@members.example", "members.address.m1")
    theirs = KeyRing([b"o" * 32]).seal("m1@members.example", "members.address.m1")
    evening.change_member("m1", address_ct=theirs)
    evening.deliver()
    assert evening.row("m1").state == "stuck"
    evening.change_member("m1", address_ct=mine)  # as if the key were back
    looks = iter((False, True))
    evening.outbox.wake()
    evening.outbox.run(lambda: next(looks))
    assert [mail.recipient for mail in carrier.mails] == ["m1@members.example"]


def test_a_meeting_purged_in_mid_delivery_is_no_fault(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening)

    class Purging(FakeCarrier):
        def deliver(self, mail: Mail) -> None:
            row_id = evening.row("m1").id
            evening.committer.submit(lambda db: db.delete(db.get_one(OutboxRow, row_id)))
            super().deliver(mail)

    outbox = Outbox(evening.committer, evening.clock, evening.letters, evening.composer, Purging())
    evening.clock.set(MORNING)
    assert outbox.run_once() == 1


# -- several workers ----------------------------------------------------------------------------------
def test_two_workers_never_send_the_same_mail(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening, members=6)
    evening.clock.set(MORNING)
    workers = [
        Outbox(evening.committer, evening.clock, evening.letters, evening.composer, carrier) for _ in range(4)
    ]
    threads = [threading.Thread(target=worker.run_once) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail.recipient for mail in carrier.mails) == [f"m{n}@members.example" for n in range(1, 7)]
    assert summary(evening).state == "sent"


def test_the_worker_works_until_it_is_stopped(evening: Evening, carrier: FakeCarrier) -> None:
    release(evening)
    evening.clock.set(MORNING)
    stop = threading.Event()
    thread = threading.Thread(target=evening.outbox.run, args=(stop.is_set,))
    thread.start()
    while not carrier.mails:
        stop.wait(0.01)
    stop.set()
    evening.outbox.wake()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_no_database_session_is_open_while_mail_is_delivered(evening: Evening) -> None:
    release(evening)
    seen: list[str] = []

    class Looking(FakeCarrier):
        def deliver(self, mail: Mail) -> None:
            # With one connection on SQLite this would wait for ever if the worker still held it.
            seen.append(evening.row("m1").state)

    evening.clock.set(MORNING)
    Outbox(evening.committer, evening.clock, evening.letters, evening.composer, Looking()).run_once()
    assert seen == ["waiting"]


def test_rows_hold_ids_only(evening: Evening) -> None:
    release(evening, notes=replace(Notes(), from_host="Good quiet."))
    row = evening.row("m1")
    values = " ".join(str(value) for name, value in vars(row).items() if not name.startswith("_"))
    for word in ("members.example", "Name1", "quiet"):
        assert word not in values
