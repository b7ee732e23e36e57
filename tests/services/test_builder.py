"""The plan builder, on both databases: refusals, two hosts at once, reasons and readiness."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import Engine, select

from circle.content.loader import load_library
from circle.domain.drafting import Change, Edit, Take, step_of
from circle.domain.errors import CircleError, Invalid, NotFound, NotNow
from circle.domain.plan import Plan, StepClass
from circle.domain.preparation import Preparation
from circle.services.builder import Builder, Draft
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.ownprompts import OwnPrompts
from circle.services.planning import Planning
from circle.services.readiness import Readiness, mark
from circle.services.retention import Retention
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import Member, PreparationRow, User
from circle.store.preparations import Preparations
from circle.store.words import Words
from tests.support import FakeConduct, make_circles

DAY, AT = date(2026, 7, 2), time(19)
RING = KeyRing([b"k" * 32])


class House:
    """Mira and Jo host one circle; Ann hosts none of it."""

    def __init__(self, committer: Committer, clock: SettableClock) -> None:
        self.committer = committer
        self.clock = clock
        for user_id in ("mira", "jo", "ann"):
            user = User(
                id=user_id,
                address=f"{user_id}@example.org",
                name=user_id.title(),
                generation=1,
                created_at=clock.now(),
            )
            committer.submit(lambda db, user=user: db.add(user))
        library = load_library()
        self.planning = Planning(
            committer, clock, library, FakeConduct(committer, clock), make_circles(committer, clock)
        )
        own = OwnPrompts(committer, RING, clock, library)
        self.builder = Builder(committer, clock, own, Preparations(RING))
        self.circle = self.planning.circles.create("mira", CircleForm("Thursday", "Europe/Dublin", "IE"))
        jo = Member(
            id="m-jo", circle_id=self.circle, role="host", user_id="jo", name="Jo", created_at=clock.now()
        )
        committer.submit(lambda db: db.add(jo))

    def evening(self, template: str = "T2") -> str:
        return self.planning.plan("mira", self.circle, template, DAY, AT)

    def plan(self, meeting_id: str) -> Plan:
        return self.planning.evening("mira", meeting_id).meeting.plan

    def draft(self, meeting_id: str) -> Draft:
        return self.builder.draft("mira", meeting_id)


@pytest.fixture
def house(committer: Committer, clock: SettableClock) -> House:
    return House(committer, clock)


def longer(name: str, minutes: int) -> object:
    def make(plan: Plan) -> Edit:
        now = step_of(plan, name)
        return Change(now, replace(now, minutes=minutes))

    return make


def called(name: str, title: str) -> object:
    def make(plan: Plan) -> Edit:
        now = step_of(plan, name)
        return Change(now, replace(now, title=title))

    return make


def takes(name: str) -> object:
    return lambda plan: Take(step_of(plan, name).id)


# -- refusals ------------------------------------------------------------------------------------------
def test_another_circles_plan_is_not_found(house: House) -> None:
    meeting_id, builder = house.evening(), house.builder
    for attempt in (
        lambda: builder.draft("ann", meeting_id),
        lambda: builder.version("ann", meeting_id),
        lambda: builder.edit("ann", meeting_id, "took", takes("s4")),  # type: ignore[arg-type]
        lambda: builder.lighter("ann", meeting_id),
        lambda: builder.mend("ann", meeting_id, ("P02", ""), 0),
        lambda: builder.undo("ann", meeting_id),
        lambda: builder.redo("ann", meeting_id),
        lambda: builder.give_reason("ann", meeting_id, ("P02", ""), "Because."),
        lambda: builder.take_reason_back("ann", meeting_id, ("P02", "")),
        lambda: builder.look_at("ann", meeting_id, [("P61", "")]),
        lambda: builder.add_card("ann", meeting_id, "tears", "Wait."),
        lambda: builder.drop_card("ann", meeting_id, "tears"),
        lambda: builder.mark_ready("ann", meeting_id),
        lambda: builder.not_ready("ann", meeting_id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert house.planning.evening("mira", meeting_id).meeting.version == 0


def test_an_open_door_freezes_the_plan_and_it_can_still_be_read(house: House) -> None:
    meeting_id, builder = house.evening(), house.builder
    house.planning.open_door("mira", meeting_id)
    for attempt in (
        lambda: builder.edit("mira", meeting_id, "took", takes("s4")),  # type: ignore[arg-type]
        lambda: builder.undo("mira", meeting_id),
        lambda: builder.mend("mira", meeting_id, ("P02", ""), 0),
        lambda: builder.give_reason("mira", meeting_id, ("P02", ""), "Because."),
        lambda: builder.mark_ready("mira", meeting_id),
    ):
        with pytest.raises(NotNow, match="plan_frozen"):
            attempt()
    assert builder.draft("mira", meeting_id).evening.meeting.id == meeting_id


@pytest.mark.parametrize(("words", "code"), [("  ", "few_words"), ("x" * 301, "up_to_three_hundred")])
def test_a_reason_has_words_and_an_end(house: House, words: str, code: str) -> None:
    meeting_id = house.evening()
    with pytest.raises(Invalid) as refusal:
        house.builder.give_reason("mira", meeting_id, ("P02", ""), words)
    assert refusal.value.fields == {"reason": code}


def test_nothing_to_undo_and_nothing_to_mend(house: House) -> None:
    meeting_id = house.evening()
    with pytest.raises(NotNow, match="nothing_to_undo"):
        house.builder.undo("mira", meeting_id)
    with pytest.raises(NotNow, match="nothing_to_undo"):
        house.builder.redo("mira", meeting_id)
    for about, number in ((("P06", "s4"), 0), (("P02", ""), 7), (("P02", ""), -1)):
        with pytest.raises(NotNow, match="changed_meanwhile"):
            house.builder.mend("mira", meeting_id, about, number)


# -- two hosts -----------------------------------------------------------------------------------------
def test_two_hosts_at_once_keep_what_both_did(house: House) -> None:
    meeting_id = house.evening()
    problems: list[CircleError] = []

    def works(who: str, steps: list[str]) -> None:
        for number, name in enumerate(steps):
            try:
                house.builder.edit(who, meeting_id, "wrote", longer(name, 11 + number))  # type: ignore[arg-type]
            except CircleError as problem:
                problems.append(problem)

    hands = [
        threading.Thread(target=works, args=("mira", ["s1", "s3", "s5", "s7"])),
        threading.Thread(target=works, args=("jo", ["s2", "s4", "s6", "s9"])),
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert problems == []
    minutes = {step.id: step.minutes for step in house.plan(meeting_id).steps}
    assert [minutes[name] for name in ("s1", "s2", "s3", "s4")] == [11, 11, 12, 12]
    assert [minutes[name] for name in ("s5", "s6", "s7", "s9")] == [13, 13, 14, 14]
    for _ in range(4):
        assert house.builder.undo("mira", meeting_id)
    minutes = {step.id: step.minutes for step in house.plan(meeting_id).steps}
    template = {step.id: step.minutes for step in load_library().templates["T2"].steps}
    assert [minutes[name] == template[name] for name in ("s1", "s3", "s5", "s7")] == [True] * 4
    assert minutes["s2"] == 11


def test_a_plan_survives_everything_and_its_copy_is_free_of_notes(house: House) -> None:
    meeting_id, builder = house.evening(), house.builder
    whole = house.plan(meeting_id)
    builder.edit("mira", meeting_id, "took", takes("s4"))  # type: ignore[arg-type]
    builder.give_reason("mira", meeting_id, ("P02", ""), "We know them by heart.")
    again = house.planning.duplicate("mira", meeting_id, DAY + timedelta(days=7), AT)
    assert house.plan(again) == house.plan(meeting_id)
    assert house.draft(again).noted.reasons == ()
    builder.undo("mira", meeting_id)
    assert house.plan(meeting_id) == whole
    builder.redo("mira", meeting_id)
    assert len(house.plan(meeting_id).steps) == len(whole.steps) - 1


# -- ready ---------------------------------------------------------------------------------------------
def test_from_open_to_ready_and_back(house: House) -> None:
    meeting_id, builder = house.evening(), house.builder
    before = house.draft(meeting_id)
    assert {mark(one)[0] for one in before.readiness.errors} == {"P02"}  # a first session: five minutes
    assert not before.readiness.can_be_marked
    with pytest.raises(NotNow, match="not_ready"):
        builder.mark_ready("mira", meeting_id)
    builder.mend("mira", meeting_id, ("P02", ""), 0)
    builder.mend("mira", meeting_id, ("P30", ""), 0)  # a longer evening needs a longer end
    unseen = [mark(one) for one in house.draft(meeting_id).readiness.unseen]
    assert ("P61", "") in unseen
    builder.look_at("jo", meeting_id, unseen)
    builder.mark_ready("jo", meeting_id)
    ready = house.draft(meeting_id)
    assert (ready.readiness.is_ready, ready.noted.ready_by) == (True, "Jo")
    assert [line.ok for line in ready.readiness.lines] == [True] * 6
    builder.edit("mira", meeting_id, "took", takes("s2"))  # type: ignore[arg-type]
    open_again = house.draft(meeting_id)
    assert (open_again.readiness.is_ready, open_again.noted.ready_by) == (False, "")
    assert open_again.noted.changed_since
    builder.undo("mira", meeting_id)
    as_before = house.draft(meeting_id)
    assert (as_before.readiness.is_ready, as_before.readiness.can_be_marked) == (False, True)
    builder.mark_ready("mira", meeting_id)
    again = house.draft(meeting_id)
    assert (again.readiness.is_ready, again.noted.ready_by, again.noted.changed_since) == (
        True,
        "Mira",
        False,
    )
    builder.not_ready("mira", meeting_id)
    assert not house.draft(meeting_id).readiness.is_ready
    assert not house.draft(meeting_id).noted.changed_since


@pytest.mark.parametrize("back", ["undo", "redo"])
def test_undoing_what_made_it_ready_takes_the_mark_off(house: House, back: str) -> None:
    meeting_id, builder = house.evening(), house.builder
    builder.mend("mira", meeting_id, ("P02", ""), 0)
    builder.mend("mira", meeting_id, ("P30", ""), 0)
    if back == "redo":
        builder.edit("mira", meeting_id, "took", takes("s2"))  # type: ignore[arg-type]
        builder.undo("mira", meeting_id)
    builder.look_at("mira", meeting_id, [mark(one) for one in house.draft(meeting_id).readiness.unseen])
    builder.mark_ready("mira", meeting_id)
    builder.edit("jo", meeting_id, "wrote", called("s4", "Hello"))  # type: ignore[arg-type]
    assert house.draft(meeting_id).noted.ready_by == "Mira"  # nothing is open by that
    assert getattr(builder, back)("mira", meeting_id)
    noted = house.draft(meeting_id).noted
    assert (noted.ready_by, noted.changed_since) == ("", True)


def test_a_reason_stands_for_an_error_until_it_is_taken_back(house: House) -> None:
    meeting_id, builder = house.evening(), house.builder
    builder.give_reason("mira", meeting_id, ("P02", ""), "  They wrote them\u200b together. ")
    draft = house.draft(meeting_id)
    (reason,) = draft.noted.reasons
    assert (reason.words, reason.by) == ("They wrote them together.", "Mira")
    assert draft.readiness.errors == ()
    assert draft.readiness.lines[1].ok
    assert draft.readiness.lines[1].words == "Agreements, with little time for them, kept with a reason."
    builder.take_reason_back("jo", meeting_id, ("P02", ""))
    assert house.draft(meeting_id).readiness.errors


def test_a_reason_holds_only_while_it_is_no_worse(house: House) -> None:
    meeting_id, builder = house.evening(), house.builder
    step = next(one for one in house.plan(meeting_id).steps if one.cls is StepClass.AGREEMENTS)

    def errors() -> list[str]:
        return [mark(one)[0] for one in house.draft(meeting_id).readiness.errors]

    builder.edit("mira", meeting_id, "wrote", longer(step.id, 2))  # type: ignore[arg-type]
    builder.give_reason("mira", meeting_id, ("P02", ""), "They know them by heart.")
    assert "P02" not in errors()
    builder.edit("mira", meeting_id, "wrote", longer(step.id, 3))  # type: ignore[arg-type]
    assert "P02" not in errors()
    builder.edit("mira", meeting_id, "took", takes(step.id))  # type: ignore[arg-type]
    assert "P02" in errors()
    assert not house.draft(meeting_id).readiness.lines[1].ok
    builder.undo("mira", meeting_id)
    assert "P02" not in errors()


def test_only_what_is_found_now_is_seen_or_kept(house: House) -> None:
    meeting_id, builder = house.evening(), house.builder
    with pytest.raises(NotNow, match="changed_meanwhile"):
        builder.give_reason("mira", meeting_id, ("P31", ""), "It will come.")
    with pytest.raises(NotNow, match="changed_meanwhile"):
        builder.give_reason("mira", meeting_id, ("P61", ""), "A warning asks for a look.")
    with pytest.raises(NotNow, match="changed_meanwhile"):
        builder.look_at("mira", meeting_id, [("P61", ""), ("P08", "")])
    assert house.draft(meeting_id).noted == Preparation()


def test_what_is_locked_takes_no_reason_in_a_tender_plan(house: House) -> None:
    meeting_id = house.evening("T3")
    for name in ("s12", "s13", "s14"):
        house.builder.edit("mira", meeting_id, "wrote", longer(name, 1))  # type: ignore[arg-type]
    assert "P30" in {mark(one)[0] for one in house.draft(meeting_id).readiness.errors}
    with pytest.raises(NotNow, match="held_firm"):
        house.builder.give_reason("mira", meeting_id, ("P30", ""), "It has to be.")
    calm = house.evening("T9")
    for step in house.plan(calm).steps[-2:]:
        house.builder.edit("mira", calm, "wrote", longer(step.id, 1))  # type: ignore[arg-type]
    assert "P30" in {mark(one)[0] for one in house.draft(calm).readiness.errors}
    house.builder.give_reason("mira", calm, ("P30", ""), "Nothing stirs here.")
    readiness = house.draft(calm).readiness
    assert "P30" not in {mark(one)[0] for one in readiness.errors}
    assert line(readiness, "closing") == "An ending with little time to come down, kept with a reason."
    house.builder.edit("mira", calm, "took", takes(house.plan(calm).steps[-1].id))  # type: ignore[arg-type]
    assert "P30" in {mark(one)[0] for one in house.draft(calm).readiness.errors}


def test_lines_say_what_is_kept_with_a_reason(house: House) -> None:
    meeting_id, builder = house.evening("T3"), house.builder
    for step in house.plan(meeting_id).steps:
        if step.cls in (StepClass.BREAK, StepClass.CLOSING):
            builder.edit("mira", meeting_id, "took", takes(step.id))  # type: ignore[arg-type]
    before = house.draft(meeting_id).readiness
    assert line(before, "break") == "No break is planned."
    for rule in ("P20", "P31"):
        builder.give_reason("mira", meeting_id, (rule, ""), "They asked for it.")
    after = house.draft(meeting_id).readiness
    assert line(after, "break") == "No break is planned, kept with a reason."
    assert line(after, "closing") == "No ending in which everybody may say a word, kept with a reason."


def line(readiness: Readiness, key: str) -> str:
    return next(one.words for one in readiness.lines if one.key == key)


# -- what is kept --------------------------------------------------------------------------------------
def test_notes_are_sealed_and_go_with_the_evening(house: House, engine: Engine, committer: Committer) -> None:
    meeting_id = house.evening()
    house.builder.give_reason("mira", meeting_id, ("P02", ""), "A sentence to look for.")
    (row,) = committer.read(lambda db: list(db.scalars(select(PreparationRow))))
    assert b"look for" not in row.data_ct
    starts_at = house.planning.evening("mira", meeting_id).meeting.starts_at
    house.clock.set(starts_at + timedelta(hours=35))
    retention = Retention(engine, committer, Words(RING), house.clock)
    retention.purge()
    assert house.draft(meeting_id).noted.reasons
    house.clock.set(starts_at + timedelta(hours=37))
    retention.purge()
    assert committer.read(lambda db: list(db.scalars(select(PreparationRow)))) == []
