"""A circle, a member and an account are forgotten, with everything that hangs on them; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from circle.domain.errors import NotFound
from circle.domain.meeting import Meeting, Phase, Place, Role, Seat
from circle.domain.room import PrivateWord
from circle.domain.summary import Notes
from circle.services.forgetting import Forgetting, Guest, KeepsCircles, LastingCircle, UnderWay
from circle.services.ports import Caller, Clock
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.models import (
    AgreementVersion,
    AuditRow,
    Base,
    Circle,
    MailboxRow,
    MeetingRow,
    Member,
    NotYetRow,
    OneUseLink,
    OutboxRow,
    OwnPromptRow,
    PreparationRow,
    SummaryRow,
    User,
    WebSession,
)
from circle.store.words import Words
from tests.evening import ENDED, HOST, MEETING, Evening

DAY = timedelta(days=1)
LATER = ENDED + timedelta(days=1)
JO = "h2"  # hosts with Mira


@pytest.fixture
def forgetting(engine: Engine, committer: Committer, words: Words, clock: Clock) -> Forgetting:
    """What is being tested."""
    return Forgetting(engine, committer, words, clock)


@pytest.fixture
def held(evening: Evening) -> Evening:
    """An evening with something in every table, in a circle that Mira keeps and Jo hosts too."""
    evening.hold(members=6)
    evening.wall("a line without a name")
    evening.said("m1", "said by name", allowed=False)
    evening.closing.release(HOST, MEETING)
    evening.committer.submit(lambda db: _more(db, evening))
    return evening


def _more(db: Session, evening: Evening) -> None:
    now = ENDED
    mine = {"circle_id": "c1"}
    db.add(User(id="u2", address="jo@hosts.example", name="Jo", created_at=now))
    db.flush()
    db.add(Member(id=JO, role="host", user_id="u2", name="Jo K.", mail="full", created_at=now, **mine))
    db.add(AgreementVersion(version=1, clauses=["We listen."], replaced_at=now, **mine))
    db.add(OwnPromptRow(id="q1", record_ct=b"-", changed_at=now, **mine))
    db.add(NotYetRow(prompt_id="GF-01", noted_on="2026-03-12", **mine))
    db.add(PreparationRow(meeting_id=MEETING, data_ct=b"-"))
    evening.words.add_word(db, MEETING, PrivateWord("w1", "m2", "a private word"))
    meetings.claim_receipt(db, "command-1", MEETING, "m1", {"ok": True})
    links = [("host", "c1"), ("invite", "m1"), ("invite", JO), ("signin", "u2"), ("signin", "u1")]
    for at, (purpose, subject) in enumerate(links):
        expires = now + DAY
        db.add(OneUseLink(token_hash=f"t{at}", purpose=purpose, subject=subject, expires_at=expires))
    for at, user in enumerate(("u1", "u2", "")):
        db.add(WebSession(id_hash=f"s{at}", data_ct=b"-", user_id=user, created_at=now, seen_at=now))
    for at, (actor, about) in enumerate([("h1", "m1"), (JO, "m1"), ("h1", JO)]):
        row = AuditRow(id=f"a{at}", actor_id=actor, object_id=about, action="rest", happened_at=now, **mine)
        row.reason_ct = b"a reason"
        db.add(row)
    for row in db.scalars(select(OutboxRow)):
        db.add(_kept_mail(row.message_id))
    db.add(_kept_mail("<of another circle>"))


def _kept_mail(message_id: str) -> MailboxRow:
    return MailboxRow(id=message_id[:32], message_id=message_id, message_ct=b"-", sent_at=ENDED)


def another_circle(held: Evening, circle_id: str = "c2", *, owner: str = "u2", demo: bool = False) -> None:
    """A circle of Jo's with somebody in it."""

    def work(db: Session) -> None:
        made = {"agreements": [], "owner_id": owner, "created_at": ENDED, "demo": demo}
        db.add(Circle(id=circle_id, name="Jo's own", door_token=circle_id, **made))
        db.flush()
        db.add(Member(id=f"{circle_id}-h", circle_id=circle_id, role="host", user_id=owner, created_at=ENDED))
        db.add(
            AuditRow(id=f"{circle_id}-a", circle_id=circle_id, actor_id="x", action="x", happened_at=ENDED)
        )

    held.committer.submit(work)


def tables(held: Evening) -> dict[str, int]:
    """How many rows each table has."""

    def work(db: Session) -> dict[str, int]:
        return {
            name: db.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }

    return held.committer.read(work)


def put_seats(held: Evening, *more: Seat, **changed: object) -> None:
    """More chairs in the evening, and other fields of it."""

    def work(db: Session) -> None:
        row = db.get_one(MeetingRow, MEETING)
        meeting = meetings.from_json(row.state)
        meeting = replace(meeting, seats=(*meeting.seats, *more), **changed)  # type: ignore[arg-type]
        row.state, row.phase = meetings.to_json(meeting), meeting.phase.value

    held.committer.submit(work)


def meeting_of(held: Evening) -> Meeting:
    return meetings.from_json(held.committer.read(lambda db: db.get_one(MeetingRow, MEETING)).state)


def jo_sat() -> Seat:
    return Seat(JO, "Jo K.", Role.HOST, Place.SEATED, sat=True)


# -- a circle: refused ---------------------------------------------------------------------------------
@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.LIVE, Phase.BREAK, Phase.HELD, Phase.CLOSING])
def test_a_circle_is_not_forgotten_while_people_are_together(
    held: Evening, forgetting: Forgetting, phase: Phase
) -> None:
    put_seats(held, phase=phase)
    before = tables(held)
    with pytest.raises(UnderWay) as refusal:
        forgetting.forget_circle("c1")
    assert refusal.value.circles == ("Grief after work",)
    assert tables(held) == before


def test_nor_while_somebody_may_stay_after_the_closing(held: Evening, forgetting: Forgetting) -> None:
    put_seats(held, linger_until=ENDED + timedelta(minutes=10))
    with pytest.raises(UnderWay):
        forgetting.forget_circle("c1")
    held.clock.set(ENDED + timedelta(minutes=10))
    forgetting.forget_circle("c1")


def test_a_circle_that_is_not_there_and_one_of_made_up_people(held: Evening, forgetting: Forgetting) -> None:
    another_circle(held, "made-up", demo=True)
    before = tables(held)
    for circle_id in ("nowhere", "made-up"):
        with pytest.raises(NotFound):
            forgetting.forget_circle(circle_id)
    assert tables(held) == before
    assert forgetting.circles_called("made-up") == []


# -- a circle: gone ------------------------------------------------------------------------------------
def test_circles_are_found_by_name_or_id_and_two_may_have_one_name(
    held: Evening, forgetting: Forgetting
) -> None:
    mine = LastingCircle("c1", "Grief after work", "mira@hosts.example", people=8, evenings=1, questions=1)
    assert forgetting.circles_called("c1") == forgetting.circles_called(" grief AFTER work ") == [mine]
    assert forgetting.circles_called("Grief") == forgetting.circles_called("") == []
    another_circle(held)
    another_circle(held, "c3", owner="u1")
    assert [one.id for one in forgetting.circles_called("Jo's own")] == ["c2", "c3"]
    assert [one.id for one in forgetting.circles_called("c3")] == ["c3"]


def test_everything_of_a_circle_goes_and_nothing_else(held: Evening, forgetting: Forgetting) -> None:
    before = tables(held)
    assert all(before.values()), f"the evening has something in every table: {before}"
    another_circle(held)
    forgetting.forget_circle("c1")
    left = {name: count for name, count in tables(held).items() if count}
    one_each = ("circles", "members", "audit", "mailbox")
    assert left == dict.fromkeys(one_each, 1) | {"users": 2, "web_sessions": 3, "one_use_links": 2}
    assert held.committer.read(lambda db: db.scalar(select(MailboxRow.message_id))) == "<of another circle>"
    assert held.committer.read(lambda db: set(db.scalars(select(OneUseLink.purpose)))) == {"signin"}
    with pytest.raises(NotFound):
        forgetting.forget_circle("c1")


def test_no_column_leads_to_what_is_gone(engine: Engine, held: Evening, forgetting: Forgetting) -> None:
    """Every text in every row is looked at, so that a new table cannot be left out."""
    forgetting.forget_circle("c1")
    gone = {"c1", MEETING, "h1", JO, *(f"m{number}" for number in range(1, 7))}
    assert gone.isdisjoint(_texts(engine))


def _texts(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        rows = [row for table in Base.metadata.tables.values() for row in connection.execute(select(table))]
    return {value for row in rows for value in row if isinstance(value, str)}


def test_no_name_is_left_in_any_file(
    held: Evening, forgetting: Forgetting, engine: Engine, tmp_path: Path
) -> None:
    wanted = "Aunt Ro who sat with us"
    held.change_member("m3", name=wanted)
    forgetting.forget_circle("c1")  # on PostgreSQL: VACUUM of every table runs without a fault
    if engine.dialect.name == "sqlite":
        everything = b"".join(file.read_bytes() for file in tmp_path.glob("circle.sqlite*"))
        assert b"jo@hosts.example" in everything, "what stays is there to be found"
        assert wanted.encode() not in everything
        assert b"Grief after work" not in everything


# -- a member ------------------------------------------------------------------------------------------
def test_members_are_found_by_name_or_id_and_hosts_are_not(held: Evening, forgetting: Forgetting) -> None:
    held.change_member("m2", name="Rowan", banned=True)
    held.change_member("m3", name="rowan ")
    since = held.committer.read(lambda db: db.get_one(Member, "m2").created_at.date())
    rowan = Guest("m2", "Rowan", since, stays_out=True)
    assert forgetting.guests_called("c1", " m2 ") == [rowan]
    assert [one.id for one in forgetting.guests_called("c1", "ROWAN")] == ["m2", "m3"]
    for nobody in ("", "Row", JO, "Jo K.", "h1"):
        assert forgetting.guests_called("c1", nobody) == []
    assert forgetting.guests_called("c2", "Rowan") == []


def test_a_member_goes_with_all_that_is_personal(
    held: Evening, forgetting: Forgetting, engine: Engine
) -> None:
    held.change_member("m1", name="Aunt Ro")
    before = tables(held)
    forgetting.forget_member("m1")
    after = tables(held)
    gone = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    one_each = ("members", "shares", "receipts", "outbox", "mailbox", "one_use_links")
    assert gone == dict.fromkeys(one_each, 1)
    assert {"Aunt Ro", "said by name"}.isdisjoint(_texts(engine))
    assert after["lines"] == 1, "nobody can lead it back"
    meeting = meeting_of(held)
    assert meeting.seat("m1") is None
    assert len(meeting.seats) == 6
    reasons = held.committer.read(lambda db: dict(db.execute(select(AuditRow.id, AuditRow.reason_ct)).all()))
    assert [reasons[which] for which in ("a0", "a1", "a2")] == [None, None, b"a reason"]
    assert len(held.deliver()) == 5
    with pytest.raises(NotFound):
        forgetting.forget_member("m1")


@pytest.mark.parametrize("who", ["h1", JO, "nobody"])
def test_who_has_an_account_does_not_go_as_a_member(held: Evening, forgetting: Forgetting, who: str) -> None:
    before = tables(held)
    with pytest.raises(NotFound):
        forgetting.forget_member(who)
    assert tables(held) == before


def test_nobody_is_forgotten_while_they_sit_in_a_room(held: Evening, forgetting: Forgetting) -> None:
    put_seats(held, phase=Phase.LIVE)
    before = tables(held)
    with pytest.raises(UnderWay):
        forgetting.forget_member("m1")
    assert tables(held) == before


# -- an account: refused -------------------------------------------------------------------------------
def test_an_account_that_keeps_circles_is_not_forgotten(held: Evening, forgetting: Forgetting) -> None:
    another_circle(held, owner="u1")
    before = tables(held)
    with pytest.raises(KeepsCircles) as refusal:
        forgetting.forget_account("u1")
    assert refusal.value.circles == (("c1", "Grief after work"), ("c2", "Jo's own"))
    assert tables(held) == before


def test_nor_one_with_a_chair_in_an_evening_that_is_on(held: Evening, forgetting: Forgetting) -> None:
    put_seats(held, jo_sat(), phase=Phase.LIVE)
    before = tables(held)
    with pytest.raises(UnderWay) as refusal:
        forgetting.forget_account("u2")
    assert refusal.value.circles == ("Grief after work",)
    assert tables(held) == before


def test_an_account_that_is_not_there(forgetting: Forgetting) -> None:
    with pytest.raises(NotFound):
        forgetting.forget_account("nobody")


# -- an account: gone ----------------------------------------------------------------------------------
def test_an_account_goes_with_all_that_is_personal_and_the_circle_goes_on(
    held: Evening, forgetting: Forgetting, engine: Engine
) -> None:
    put_seats(held, jo_sat(), lead=JO)
    another_circle(held, "watched", demo=True)
    held.said(JO, "said by Jo", allowed=False)

    def more(db: Session) -> None:
        held.words.add_word(db, MEETING, PrivateWord("w2", JO, "a private word of Jo's"))
        meetings.claim_receipt(db, "command-2", MEETING, JO, {"ok": True})
        mail = {"kind": "notes", "message_id": "<to Jo>", "due_at": ENDED}
        db.add(OutboxRow(id="o", meeting_id=MEETING, member_id=JO, **mail))
        db.add(_kept_mail("<to Jo>"))

    held.committer.submit(more)
    before, version = tables(held), meeting_of(held).version
    forgetting.forget_account("u2")

    after = tables(held)
    gone = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    one_each = ("users", "web_sessions", "shares", "words", "receipts", "outbox", "mailbox")
    assert gone == dict.fromkeys(one_each, 1) | {
        "circles": 1,  # the evening that was watched
        "members": 2,
        "audit": 1,
        "one_use_links": 3,  # to sign in, to the chair, and to host along: they may hold it
    }
    texts = _texts(engine)
    assert {"u2", "jo@hosts.example", "Jo K.", "<to Jo>"}.isdisjoint(texts)
    meeting = meeting_of(held)
    assert (meeting.seat(JO), meeting.lead, meeting.version) == (None, "", version + 1)
    assert len(meeting.seats) == 7
    assert "Jo K." not in str(held.committer.read(lambda db: db.get_one(MeetingRow, MEETING)).state)
    reasons = held.committer.read(lambda db: dict(db.execute(select(AuditRow.id, AuditRow.reason_ct)).all()))
    assert [reasons[which] for which in ("a0", "a1", "a2")] == [b"a reason", None, None]


def test_what_comes_after_the_evening_still_comes(held: Evening, forgetting: Forgetting) -> None:
    put_seats(held, jo_sat())
    forgetting.forget_account("u2")
    assert len(held.deliver()) == 6


def test_hosts_are_reminded_though_one_of_them_is_forgotten(evening: Evening, forgetting: Forgetting) -> None:
    evening.hold(members=2)
    evening.committer.submit(lambda db: _more(db, evening))
    put_seats(evening, jo_sat())
    forgetting.forget_account("u2")
    evening.clock.set(LATER)
    assert evening.closing.nudge() == 1
    assert evening.row("h1", "nudge").due_at


@pytest.mark.parametrize("name", ["Jo", "Jo K."])
def test_notes_that_wait_name_them_no_more(evening: Evening, forgetting: Forgetting, name: str) -> None:
    evening.hold(members=2)
    evening.committer.submit(lambda db: _more(db, evening))
    evening.change_member(JO, name=name)
    notes = Notes(from_host="Until Thursday.", reply_to="jo@hosts.example")
    evening.closing.save(Caller(JO, host=True), MEETING, notes, 0)
    assert evening.closing.get(HOST, MEETING).notes == replace(notes, host=name)
    forgetting.forget_account("u2")
    assert evening.closing.get(HOST, MEETING).notes == Notes(from_host="Until Thursday.")


def test_notes_of_somebody_else_stay_as_they_are(evening: Evening, forgetting: Forgetting) -> None:
    evening.hold(members=2)
    evening.committer.submit(lambda db: _more(db, evening))
    notes = Notes(from_host="Until Thursday.", host="Mira", reply_to="mira@hosts.example")
    evening.closing.save(HOST, MEETING, notes, evening.closing.get(HOST, MEETING).version)
    before = evening.committer.read(lambda db: db.scalar(select(SummaryRow.form_ct)))
    forgetting.forget_account("u2")
    assert evening.closing.get(HOST, MEETING).notes == notes
    assert evening.committer.read(lambda db: db.scalar(select(SummaryRow.form_ct))) == before


def test_a_form_that_no_key_opens_keeps_nobody_from_going(held: Evening, forgetting: Forgetting) -> None:
    def seal_elsewhere(db: Session) -> None:
        db.scalars(select(SummaryRow)).one().form_ct = b"\x00" * 80

    held.committer.submit(seal_elsewhere)
    forgetting.forget_account("u2")
    assert held.committer.read(lambda db: db.get(User, "u2")) is None


def test_their_address_can_have_a_new_account_that_knows_nothing(
    held: Evening, forgetting: Forgetting
) -> None:
    forgetting.forget_account("u2")

    def come_again(db: Session) -> None:
        db.add(User(id="u3", address="jo@hosts.example", name="Jo", created_at=LATER))

    held.committer.submit(come_again)
    assert held.committer.read(lambda db: db.scalar(select(Member).where(Member.user_id == "u3"))) is None
    assert [tables(held)[name] for name in ("shares", "words", "receipts")] == [1, 1, 1]
