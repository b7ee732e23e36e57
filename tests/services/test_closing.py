"""The notes: draft, two pages at once, preview, release, who gets one and who reads the lines."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow
from circle.domain.meeting import Phase, Place, Role, Seat
from circle.domain.summary import Notes
from circle.services.closing import NotesChanged
from circle.services.notes_form import advice
from circle.services.ports import Caller
from circle.store import meetings
from circle.store.models import OutboxRow, SummaryRow
from tests.evening import BASE, ENDED, HOST, MEETING, MORNING, Evening, html_of, text_of

NOTES = Notes(titles=("wrote for a while",), from_host="There was a lot of quiet in the room.")


# -- refusals first -----------------------------------------------------------------------------------
@pytest.mark.parametrize("stranger", [Caller("m1"), Caller("m1", host=True)])
def test_members_reach_none_of_it_whatever_they_claim(evening: Evening, stranger: Caller) -> None:
    evening.hold()
    closing = evening.closing
    for call in (
        lambda: closing.get(stranger, MEETING),
        lambda: closing.save(stranger, MEETING, NOTES, 0),
        lambda: closing.preview(stranger, MEETING, "m2"),
        lambda: closing.release(stranger, MEETING),
        lambda: closing.deliveries(stranger, MEETING),
        lambda: closing.try_again(stranger, MEETING, "m2"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_people_of_other_circles_find_nothing(evening: Evening) -> None:
    evening.hold()
    for meeting_id in (MEETING, "elsewhere"):
        with pytest.raises(NotFound):
            evening.closing.get(Caller("nobody", host=True), meeting_id)


def test_a_session_that_was_cancelled_has_no_notes(evening: Evening) -> None:
    evening.hold()

    def cancel() -> None:
        def work(db: object) -> None:
            meeting = meetings.load(db, MEETING)  # type: ignore[arg-type]
            cancelled = replace(meeting, id="other", phase=Phase.CANCELLED)
            evening.closing.meeting_ended(db, cancelled)  # type: ignore[arg-type]

        evening.committer.submit(work)

    cancel()
    assert evening.committer.read(lambda db: db.get(SummaryRow, "other")) is None


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (Notes(from_host="a" * 2001), "from_host"),
        (Notes(titles=("a" * 121,)), "titles"),
        (Notes(titles=("a",) * 13), "titles"),
        (Notes(practice="a" * 401), "practice"),
        (Notes(next_text="a" * 301), "next_text"),
        (Notes(reply_to="not an address"), "reply_to"),
        (Notes(reply_to="mira@hosts.example\r\nBcc: x@y.example"), "reply_to"),
        (Notes(line_ids=("1", "2", "3", "4")), "line_ids"),
    ],
)
def test_a_form_that_does_not_fit_says_where(evening: Evening, form: Notes, field: str) -> None:
    evening.hold()
    with pytest.raises(Invalid) as refusal:
        evening.closing.save(HOST, MEETING, form, 0)
    assert set(refusal.value.fields) == {field}
    assert evening.closing.get(HOST, MEETING).version == 0


# -- the draft ----------------------------------------------------------------------------------------
def test_the_draft_holds_neutral_words_for_what_we_did_and_nothing_else(evening: Evening) -> None:
    evening.hold()
    evening.wall("I came back sooner than last time.")
    draft = evening.closing.get(HOST, MEETING)
    assert draft.notes.titles[0] == "arrived slowly"
    assert draft.notes.titles[-1] == "came back down together"
    assert replace(draft.notes, titles=(), reply_to="") == Notes()
    titles = " ".join(draft.notes.titles).casefold()
    assert not any(word in titles for word in ("grief", "loss", "grounding", "security"))


def test_the_draft_is_not_made_twice(evening: Evening) -> None:
    evening.hold()
    evening.closing.save(HOST, MEETING, NOTES, 0)
    evening.committer.submit(lambda db: evening.closing.meeting_ended(db, meetings.load(db, MEETING)))
    assert evening.closing.get(HOST, MEETING).notes.from_host == NOTES.from_host


def test_saving_keeps_the_words_and_who_wrote_them(evening: Evening) -> None:
    evening.hold()
    assert evening.closing.save(HOST, MEETING, NOTES, 0) == 1
    draft = evening.closing.get(HOST, MEETING)
    assert (draft.version, draft.notes) == (1, replace(NOTES, host="Mira"))


def test_the_same_words_again_change_nothing(evening: Evening) -> None:
    evening.hold()
    assert evening.closing.save(HOST, MEETING, NOTES, 0) == 1
    assert evening.closing.save(HOST, MEETING, NOTES, 0) == 1


def test_two_pages_lose_no_word(evening: Evening) -> None:
    evening.hold()
    evening.closing.save(HOST, MEETING, NOTES, 0)
    other = replace(NOTES, from_host="Other words.")
    with pytest.raises(NotesChanged) as conflict:
        evening.closing.save(HOST, MEETING, other, 0)
    assert conflict.value.stored.from_host == NOTES.from_host
    assert conflict.value.yours.from_host == "Other words."
    assert evening.closing.save(HOST, MEETING, other, conflict.value.version) == 2


def test_the_hosts_words_are_sealed_in_the_database(evening: Evening) -> None:
    evening.hold()
    evening.closing.save(HOST, MEETING, NOTES, 0)
    row = evening.committer.read(lambda db: db.get_one(SummaryRow, MEETING))
    assert b"quiet" not in (row.form_ct or b"")


def test_advice_stands_in_nobodys_way() -> None:
    found = advice(Notes(from_host="Thank you, Theo.", next_text="Jo hosts."), ("Jo", "Theo", "Ana"))
    assert (found.words, found.short, found.long, found.names) == (3, True, False, ("Theo",))
    assert advice(Notes(from_host="word " * 91), ()).long
    assert not advice(Notes(), ()).short


# -- lines from the room ------------------------------------------------------------------------------
def test_lines_need_the_writers_switch(evening: Evening) -> None:
    evening.hold()
    (allowed,) = evening.wall("A line that may go.")
    evening.wall("A line that stays.", allowed=False)
    said = evening.said("m1", "Said by name, and may go.", allowed=True)
    evening.said("m2", "Said by name, and stays.", allowed=False)
    assert {line for line, _ in evening.closing.get(HOST, MEETING).lines} == {allowed, said}


def test_fewer_than_five_writers_show_no_lines_even_to_hosts(evening: Evening) -> None:
    evening.hold(members=4)
    (line,) = evening.wall("A line that may go.")
    draft = evening.closing.get(HOST, MEETING)
    assert (draft.lines, draft.lines_possible) == ((), False)
    evening.closing.save(HOST, MEETING, Notes(line_ids=(line,)), 0)
    evening.closing.release(HOST, MEETING)
    assert evening.closing.lines(Caller("m1"), MEETING) == ()
    assert "From the room" not in text_of(evening.deliver()[0])


def test_a_line_taken_back_before_release_leaves_the_draft(evening: Evening) -> None:
    evening.hold()
    kept = evening.said("m1", "This one stays.", allowed=True)
    gone = evening.said("m2", "This one goes.", allowed=True)
    evening.closing.save(HOST, MEETING, Notes(line_ids=(kept, gone)), 0)
    evening.committer.submit(lambda db: evening.words.drop_share(db, MEETING, gone))
    assert [line for line, _ in evening.closing.get(HOST, MEETING).lines] == [kept]
    evening.closing.release(HOST, MEETING)
    assert evening.closing.lines(Caller("m1"), MEETING) == ("This one stays.",)


def test_only_picked_lines_are_read_and_only_after_release(evening: Evening) -> None:
    evening.hold()
    picked, _ = evening.wall("Picked.", "Allowed, and not picked.")
    evening.closing.save(HOST, MEETING, Notes(line_ids=(picked,)), 0)
    with pytest.raises(NotFound):
        evening.closing.lines(Caller("m1"), MEETING)
    evening.closing.release(HOST, MEETING)
    assert evening.closing.lines(Caller("m1"), MEETING) == ("Picked.",)


def test_lines_are_for_those_who_were_there(evening: Evening) -> None:
    evening.hold()
    evening.change_meeting(
        seats=(
            Seat("m1", "Name1", Role.MEMBER, Place.SEATED, sat=True),
            Seat("m2", "Name2", Role.MEMBER, Place.REMOVED, sat=True),
            Seat("m3", "Name3", Role.MEMBER, Place.LEFT),
        )
    )
    evening.closing.release(HOST, MEETING)
    for outside in ("m2", "m3", "m4", "nobody"):
        with pytest.raises(NotFound):
            evening.closing.lines(Caller(outside), MEETING)
    evening.change_member("m1", banned=True)
    with pytest.raises(NotFound):
        evening.closing.lines(Caller("m1"), MEETING)
    assert evening.closing.lines(HOST, MEETING) == ()


# -- preview ------------------------------------------------------------------------------------------
def test_the_preview_is_what_the_person_gets_without_what_is_only_theirs(evening: Evening) -> None:
    evening.hold(mail="full")
    evening.change_member("m1", country="NZ")
    evening.closing.save(HOST, MEETING, NOTES, 0)
    mail = evening.closing.preview(HOST, MEETING, "m1")
    text, html = text_of(mail), html_of(mail)
    assert "Hello Name1," in text
    assert NOTES.from_host in text
    for secret in ("members.example", "stop-m1", BASE, "1737"):
        assert secret not in mail.as_string()
        assert secret not in text + html


def test_the_preview_follows_each_persons_wish(evening: Evening) -> None:
    evening.hold(mail="date")
    evening.closing.save(HOST, MEETING, NOTES, 0)
    assert NOTES.from_host not in text_of(evening.closing.preview(HOST, MEETING, "m1"))
    evening.change_member("m2", mail="none")
    with pytest.raises(NotFound):
        evening.closing.preview(HOST, MEETING, "m2")


# -- release ------------------------------------------------------------------------------------------
def test_nothing_goes_out_by_itself(evening: Evening) -> None:
    evening.hold()
    assert evening.deliver(MORNING + timedelta(minutes=30)) == []


def test_pressing_ten_times_at_once_writes_one_row_each(evening: Evening) -> None:
    evening.hold(members=3)
    results: list[object] = []

    def press() -> None:
        results.append(evening.closing.release(HOST, MEETING))

    presses = [threading.Thread(target=press) for _ in range(10)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert len(results) == 10
    assert all(result == results[0] for result in results)
    assert evening.committer.read(lambda db: db.scalar(select(func.count()).select_from(OutboxRow))) == 3
    assert len(evening.deliver()) == 3
    assert len(evening.deliver(MORNING + timedelta(hours=1))) == 3


def test_release_is_for_the_words_that_were_read(evening: Evening) -> None:
    evening.hold()
    evening.closing.save(HOST, MEETING, NOTES, 0)
    with pytest.raises(NotNow):
        evening.closing.release(HOST, MEETING, version=0)
    evening.closing.release(HOST, MEETING, version=1)


def test_after_release_the_words_stand(evening: Evening) -> None:
    evening.hold()
    evening.closing.release(HOST, MEETING)
    with pytest.raises(NotNow, match="released"):
        evening.closing.save(HOST, MEETING, NOTES, 0)


def test_whoever_asked_for_nothing_gets_nothing(evening: Evening) -> None:
    evening.hold(members=2)
    evening.change_member("m1", mail="none", address_ct=None)
    evening.closing.release(HOST, MEETING)
    assert [d.name for d in evening.closing.deliveries(HOST, MEETING)] == ["Name2"]


def test_when_nobody_asked_the_words_go_at_once(evening: Evening) -> None:
    evening.hold(members=2, mail="none")
    evening.closing.save(HOST, MEETING, NOTES, 0)
    assert evening.closing.release(HOST, MEETING) == []
    row = evening.committer.read(lambda db: db.get_one(SummaryRow, MEETING))
    assert (row.state, row.form_ct) == ("sent", None)


def test_removed_people_and_people_at_the_door_get_nothing(evening: Evening) -> None:
    evening.hold(members=3)
    evening.change_meeting(
        seats=(
            Seat("m1", "Name1", Role.MEMBER, Place.LEFT, sat=True),
            Seat("m2", "Name2", Role.MEMBER, Place.REMOVED, sat=True),
            Seat("m3", "Name3", Role.MEMBER, Place.WAITING),
        )
    )
    assert [d.member_id for d in evening.closing.release(HOST, MEETING)] == ["m1"]


def test_each_mail_is_held_in_its_readers_zone(evening: Evening) -> None:
    evening.hold(members=2, circle_zone="Europe/Dublin")
    evening.change_member("m2", zone="America/Los_Angeles")
    evening.closing.release(HOST, MEETING)
    assert evening.row("m1").due_at == MORNING
    # The evening ended there at 13:30; the next day's morning is 16:00 UTC (summer time since 8 March).
    assert evening.row("m2").due_at == MORNING + timedelta(hours=7)


# -- the one reminder ---------------------------------------------------------------------------------
def test_a_forgotten_release_brings_one_mail_to_the_host(evening: Evening) -> None:
    evening.hold()
    evening.clock.set(MORNING + timedelta(hours=2, minutes=59))
    assert evening.closing.nudge() == 0
    evening.clock.set(MORNING + timedelta(hours=3))
    assert evening.closing.nudge() == 1
    assert evening.closing.nudge() == 0
    (mail,) = evening.deliver(MORNING + timedelta(hours=3))
    assert mail["To"] == "mira@hosts.example"
    assert f"{BASE}/meet/{MEETING}/summary" in text_of(mail)
    assert "List-Unsubscribe" not in mail


def test_a_reminder_that_is_late_is_not_sent_after_release(evening: Evening) -> None:
    evening.hold(members=1)
    evening.clock.set(MORNING + timedelta(hours=3))
    evening.closing.nudge()
    evening.closing.release(HOST, MEETING)
    assert [mail["To"] for mail in evening.deliver(MORNING + timedelta(hours=4))] == ["m1@members.example"]
    assert evening.row("h1", "nudge").state == "dropped"


def test_who_hosts_no_more_is_not_reminded(evening: Evening) -> None:
    evening.hold()
    evening.clock.set(MORNING + timedelta(hours=3))
    assert evening.closing.nudge() == 1
    evening.change_member("h1", role="member")
    assert evening.deliver(MORNING + timedelta(hours=3)) == []
    assert evening.row("h1", "nudge").state == "dropped"


def test_released_notes_bring_no_reminder(evening: Evening) -> None:
    evening.hold()
    evening.closing.release(HOST, MEETING)
    evening.clock.set(ENDED + timedelta(days=2))
    assert evening.closing.nudge() == 0
