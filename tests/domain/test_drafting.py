"""Edits of a plan: each knows its way back, and leaves alone what somebody else has done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.domain.drafting import (
    STEPS_MAX,
    Change,
    ChangeHead,
    Edit,
    Head,
    Move,
    Put,
    Take,
    Together,
    apply,
    before,
    head_of,
    moved_by,
    step_of,
    upto,
)
from circle.domain.errors import CircleError, Invalid, NotNow
from circle.domain.plan import Kind, Plan, Sharing, Step, StepClass
from circle.domain.preparation import UNDO_MAX, Preparation, Way, edited, redone, undone


def step(name: str, minutes: int = 5, **fields: object) -> Step:
    made = Step(name, Kind.READING, StepClass.EXPLORE, name.upper(), minutes, 1, Sharing.NONE)
    return replace(made, **fields)  # type: ignore[arg-type]


PLAN = Plan("An evening", "shared", tuple(step(name) for name in "abcdef"))


def order(plan: Plan) -> str:
    return "".join(step.id for step in plan.steps)


def done(plan: Plan, *edits: Edit) -> Plan:
    for edit in edits:
        plan, _ = apply(plan, edit)
    return plan


# -- refusals ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (Take("x"), "step_gone"),
        (Move("x"), "step_gone"),
        (Change(step("x"), step("x", 6)), "step_gone"),
        (Put(step("a")), "changed_meanwhile"),
        (Change(step("a", title="Other"), step("a", title="Mine")), "changed_meanwhile"),
        (
            ChangeHead(replace(head_of(PLAN), name="Old"), replace(head_of(PLAN), name="New")),
            "changed_meanwhile",
        ),
        (Change(step("a"), step("a", 61)), "step_minutes"),
        (Change(step("a"), step("a", 0)), "step_minutes"),
        (Change(step("a"), step("a", 5, solo_minutes=6)), "step_minutes"),
        (Put(step("n", 0)), "step_minutes"),
        (Together((Take("a"), Take("x"))), "step_gone"),
    ],
)
def test_what_cannot_be_done_changes_nothing(edit: Edit, code: str) -> None:
    with pytest.raises(CircleError) as refusal:
        apply(PLAN, edit)
    assert refusal.value.code == code


def test_a_plan_is_never_empty_and_never_endless() -> None:
    with pytest.raises(Invalid, match="plan_empty"):
        apply(replace(PLAN, steps=PLAN.steps[:1]), Take("a"))
    full = replace(PLAN, steps=tuple(step(f"s{number}") for number in range(STEPS_MAX)))
    with pytest.raises(Invalid, match="plan_too_long"):
        apply(full, Put(step("n")))


def test_tender_words_do_not_come_into_pairs_by_an_edit() -> None:
    tender = step("a", intensity=4)
    plan = replace(PLAN, steps=(tender, *PLAN.steps[1:]))
    with pytest.raises(Invalid, match="pair_tender"):
        # the two differ in how it is answered only; what makes it wrong is what stands there already
        apply(plan, Change(step("a"), step("a", sharing=Sharing.PAIR)))


# -- one hand ------------------------------------------------------------------------------------------
def test_places() -> None:
    assert order(done(PLAN, Put(step("n"), ("c",)))) == "abcndef"
    assert order(done(PLAN, Put(step("n")))) == "nabcdef"
    assert order(done(PLAN, Move("e", ("a",)))) == "aebcdf"
    assert order(done(PLAN, Move("a", upto(PLAN, "f")))) == "bcdefa"
    assert order(done(PLAN, moved_by(PLAN, "c", -1))) == "acbdef"
    assert order(done(PLAN, moved_by(PLAN, "c", 2))) == "abdecf"
    assert order(done(PLAN, moved_by(PLAN, "a", -1))) == "abcdef"
    assert order(done(PLAN, moved_by(PLAN, "a", 99))) == "bcdefa"
    assert before(PLAN, "c") == ("b", "a")
    assert before(PLAN, "x") == ()


def test_a_place_is_found_when_its_neighbours_have_gone() -> None:
    put = Put(step("n"), upto(PLAN, "d"))
    assert order(done(PLAN, Take("d"), Take("c"), put)) == "abnef"


# -- two hands -----------------------------------------------------------------------------------------
def test_two_hosts_change_different_things_of_one_step() -> None:
    mira = Change(step("a"), step("a", title="By Mira"))
    jo = Change(step("a"), step("a", minutes=9))
    both = step_of(done(PLAN, mira, jo), "a")
    assert (both.title, both.minutes) == ("By Mira", 9)


def test_two_hosts_change_the_same_thing_to_the_same() -> None:
    same = Change(step("a"), step("a", minutes=9))
    assert step_of(done(PLAN, same, same), "a").minutes == 9


def test_a_step_that_one_moves_the_other_can_write() -> None:
    plan = done(PLAN, Move("b", ("e",)), Change(step("b"), step("b", script="Hello.")))
    assert order(plan) == "acdebf"
    assert step_of(plan, "b").script == "Hello."


# -- undo ----------------------------------------------------------------------------------------------
ids = st.sampled_from("abcdef")
edits = st.one_of(
    st.builds(Take, ids),
    st.builds(lambda name, after: Move(name, (after,)), ids, st.sampled_from("abcdefx")),
    st.builds(lambda number, after: Put(step(f"n{number}"), (after,)), st.integers(1, 9), ids),
    st.builds(lambda name, minutes: Change(step(name), step(name, minutes)), ids, st.integers(1, 60)),
    st.builds(lambda name, words: Change(step(name), step(name, script=words)), ids, st.text(max_size=9)),
    st.builds(
        lambda name: ChangeHead(head_of(PLAN), replace(head_of(PLAN), name=name)),
        st.text(min_size=1, max_size=9),
    ),
)


@given(st.lists(edits, max_size=15))
def test_everything_done_can_be_undone_and_redone(wanted: list[Edit]) -> None:
    plan, noted, seen = PLAN, Preparation(), [PLAN]
    for edit in wanted:
        try:
            plan, noted = edited(noted, plan, Way("mira", edit, "did"))
        except CircleError:
            continue
        if plan != seen[-1]:
            seen.append(plan)
    last = plan
    for expected in reversed(seen[:-1]):
        plan, noted, worked = undone(noted, plan, "mira")
        assert (worked, plan) == (True, expected)
    with pytest.raises(NotNow, match="nothing_to_undo"):
        undone(noted, plan, "mira")
    for expected in seen[1:]:
        plan, noted, worked = redone(noted, plan, "mira")
        assert (worked, plan) == (True, expected)
    assert plan == last


def test_undo_is_ones_own_and_leaves_what_others_changed_since() -> None:
    plan, noted = edited(Preparation(), PLAN, Way("mira", Change(step("a"), step("a", 9)), "wrote"))
    plan, noted = edited(noted, plan, Way("jo", Take("f"), "took"))
    with pytest.raises(NotNow, match="nothing_to_undo"):
        undone(noted, plan, "ann")
    plan, noted = edited(noted, plan, Way("jo", Change(step("a", 9), step("a", 12)), "wrote"))
    plan, noted, worked = undone(noted, plan, "mira")
    assert not worked
    assert step_of(plan, "a").minutes == 12
    plan, noted, worked = undone(noted, plan, "jo")
    assert worked
    plan, noted, worked = undone(noted, plan, "jo")
    assert (worked, order(plan)) == (True, "abcdef")


def test_letters_typed_in_one_place_are_undone_together() -> None:
    plan, noted, was = PLAN, Preparation(), step("a")
    for words in ("H", "He", "Hello"):
        then = replace(was, script=words)
        plan, noted = edited(noted, plan, Way("mira", Change(was, then), "wrote", typing=True))
        was = then
    assert len(noted.back) == 1
    plan, noted, _ = undone(noted, plan, "mira")
    assert plan == PLAN
    plan, noted, _ = redone(noted, plan, "mira")
    assert step_of(plan, "a").script == "Hello"


def test_writing_elsewhere_or_by_another_host_is_a_way_back_of_its_own() -> None:
    plan, noted = PLAN, Preparation()
    for by, name, field in (
        ("mira", "a", "script"),
        ("mira", "b", "script"),
        ("mira", "b", "note"),
        ("jo", "b", "title"),
    ):
        now = step_of(plan, name)
        change = Change(now, replace(now, **{field: "New"}))
        plan, noted = edited(noted, plan, Way(by, change, "wrote", typing=True))
    assert len(noted.back) == 4


def test_an_edit_that_changes_nothing_is_no_edit_and_old_ways_back_are_forgotten() -> None:
    plan, noted = edited(Preparation(), PLAN, Way("mira", Move("a"), "moved"))
    assert (plan, noted) == (PLAN, Preparation())
    for number in range(UNDO_MAX + 5):
        now = step_of(plan, "a")
        change = Change(now, replace(now, minutes=1 + number % 60, title=f"T{number}"))
        plan, noted = edited(noted, plan, Way("mira", change, "wrote"))
    assert len(noted.back) == UNDO_MAX


def test_one_host_does_not_use_up_what_is_remembered_of_another() -> None:
    plan, noted = edited(Preparation(), PLAN, Way("jo", Take("f"), "took"))
    for number in range(UNDO_MAX + 5):
        now = step_of(plan, "a")
        change = Change(now, replace(now, title=f"T{number}"))
        plan, noted = edited(noted, plan, Way("mira", change, "wrote"))
    plan, _, worked = undone(noted, plan, "jo")
    assert (worked, order(plan)) == (True, "abcdef")


def test_typed_and_deleted_again_leaves_nothing_to_undo() -> None:
    plan, noted = edited(Preparation(), PLAN, Way("mira", Take("f"), "took"))
    for was, then in (("", "H"), ("H", "")):
        change = Change(step("a", script=was), step("a", script=then))
        plan, noted = edited(noted, plan, Way("mira", change, "wrote", typing=True))
    assert [way.words for way in noted.back] == ["took"]


def test_what_can_never_be_undone_any_more_is_forgotten() -> None:
    two = replace(PLAN, steps=PLAN.steps[:1])
    plan, noted = edited(Preparation(), two, Way("mira", ChangeHead(head_of(two), with_name(two)), "wrote"))
    plan, noted = edited(noted, plan, Way("mira", Put(step("n")), "put"))
    plan, noted = edited(noted, plan, Way("jo", Take("a"), "took"))
    plan, noted, worked = undone(noted, plan, "mira")  # the last step of all stays
    assert (worked, order(plan)) == (False, "n")
    plan, noted, worked = undone(noted, plan, "mira")
    assert (worked, plan.name) == (True, two.name)


def with_name(plan: Plan) -> Head:
    return replace(head_of(plan), name="Another name")


def test_a_place_after_a_step_that_has_gone_is_no_place() -> None:
    assert upto(PLAN, "") == ()
    with pytest.raises(NotNow, match="step_gone"):
        upto(PLAN, "x")
