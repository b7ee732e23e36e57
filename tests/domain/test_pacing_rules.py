"""Every pacing rule: a plan in which it fires, and one in which it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from circle.content.loader import load_library
from circle.domain.plan import Kind, Plan, Prompt, Sharing, Step, StepClass
from circle.domain.rules.check import RULES, check
from circle.domain.rules.look import Look, PromptFacts

Change = Callable[[Look], Look]
VALUES = {rule.id: rule.values for rule in load_library().pacing.values()}


def step(name: str, minutes: int, intensity: int, cls: str, sharing: str = "none", **more: Any) -> Step:
    kinds = {"agreements": Kind.AGREEMENTS, "break": Kind.BREAK, "closing": Kind.CLOSING}
    kind = more.pop("kind", kinds.get(cls, Kind.READING))
    prompt = Prompt(text="...", id=more.pop("prompt", f"p-{name}"), gentle="Softer.")
    more.setdefault("script", "So long.")
    return Step(name, kind, StepClass(cls), name, minutes, intensity, Sharing(sharing), prompt=prompt, **more)


# Ninety minutes, a closed group at its third session, two hosts; one tender step.
CLEAN = (
    step("arrive", 4, 1, "arrive"),
    step("agree", 5, 1, "agreements"),
    step("ground", 4, 1, "grounding"),
    step("check-in", 8, 2, "arrive", "spoken_round", kind=Kind.CHECK_IN),
    step("resource", 6, 1, "resource", "private", solo_minutes=4),
    step("stir", 9, 3, "explore", "unnamed_wall", solo_minutes=4),
    step("quiet", 3, 1, "grounding"),
    step("break", 6, 0, "break"),
    step("back", 2, 1, "regather"),
    step("before", 2, 3, "explore", "private"),
    step("tender", 14, 4, "explore", "spoken_volunteer", solo_minutes=4),
    step("land", 6, 1, "grounding"),
    step("thanks", 5, 1, "integrate", "chat_word"),
    step("end", 11, 1, "closing", "spoken_round"),
    step("soft", 5, 1, "grounding"),
)
FACTS = {f"p-{one.id}": PromptFacts(theme="grief", layer=1) for one in CLEAN}
LOOK = Look(Plan("Evening", "grief", CLEAN, group="closed"), 90, session=5, ends_at=1260, prompts=FACTS)


def with_step(name: str, **changed: Any) -> Change:
    return lambda look: _with(
        look, *(replace(one, **changed) if one.id == name else one for one in look.steps)
    )


def without(*names: str) -> Change:
    return lambda look: _with(look, *(one for one in look.steps if one.id not in names))


def put_in(after: str, *new: Step) -> Change:
    def change(look: Look) -> Look:
        at = next(i for i, one in enumerate(look.steps) if one.id == after) + 1
        return _with(look, *look.steps[:at], *new, *look.steps[at:])

    return change


def look(**changed: Any) -> Change:
    return lambda before: replace(before, **changed)


def prompt(name: str, **changed: Any) -> Change:
    key = f"p-{name}"
    return lambda before: replace(
        before, prompts={**before.prompts, key: replace(before.prompts[key], **changed)}
    )


def every(*changes: Change) -> Change:
    def change(before: Look) -> Look:
        for one in changes:
            before = one(before)
        return before

    return change


def _with(before: Look, *steps: Step) -> Look:
    plan = replace(before.plan, steps=steps)
    return replace(before, plan=plan, promised_min=plan.minutes)


def pair(name: str, minutes: int = 5) -> Step:
    return step(name, minutes, 2, "explore", "pair", kind=Kind.PAIR)


SECOND_PEAK = step("second", 5, 4, "explore", "private")
HEARD = put_in("quiet", step("heard", 3, 1, "integrate", "unnamed_read"))
GRAVE = True
RECENT = frozenset({"recent_loss"})
# rule, what is changed, whether it is the graver form
FIRES: list[tuple[str, Change, bool]] = [
    ("P01", with_step("check-in", intensity=3), False),
    ("P02", without("agree"), False),
    ("P02", every(with_step("agree", minutes=4), look(session=1)), False),
    ("P03", without("arrive", "check-in", "resource", "stir", "quiet", "break", "back", "before"), False),
    ("P04", without("ground"), False),
    ("P05", with_step("before", intensity=2), False),
    ("P05", every(with_step("stir", intensity=1), with_step("before", intensity=1)), GRAVE),
    ("P06", with_step("land", minutes=2), False),
    ("P06", without("land", "thanks"), False),
    ("P07", every(with_step("land", minutes=2), put_in("land", SECOND_PEAK)), False),
    ("P08", with_step("tender", minutes=30), False),
    ("P08", with_step("tender", minutes=50), GRAVE),
    ("P09", with_step("tender", minutes=21), False),
    ("P09", with_step("tender", minutes=16, intensity=5), GRAVE),
    ("P10", put_in("land", SECOND_PEAK, replace(SECOND_PEAK, id="third")), False),
    ("P11", look(session=2), False),
    ("P11", lambda b: replace(b, plan=replace(b.plan, group="open")), False),
    ("P12", look(hosts=1), False),
    ("P12", every(look(hosts=1), with_step("tender", intensity=5)), GRAVE),
    ("P13", with_step("stir", minutes=60), False),
    ("P14", put_in("stir", *(step(f"s{i}", 3, 3, "explore") for i in range(2))), False),
    ("P15", put_in("before", step("poll", 2, 1, "explore", "tiles")), False),
    ("P20", with_step("quiet", minutes=15), False),
    ("P20", with_step("quiet", minutes=30), GRAVE),
    ("P21", with_step("break", minutes=2), False),
    ("P21", with_step("break", minutes=4), False),
    ("P22", without("back"), False),
    ("P23", without("quiet"), False),
    ("P23", put_in("tender", step("out", 5, 0, "break")), GRAVE),
    ("P30", every(with_step("end", minutes=2), without("soft", "thanks")), False),
    ("P31", with_step("end", sharing=Sharing.NONE), False),
    ("P32", put_in("thanks", step("late", 5, 3, "explore")), False),
    ("P33", every(with_step("land", minutes=60), with_step("thanks", minutes=60)), False),
    ("P34", put_in("quiet", step("w", 5, 1, "resource", "private", solo_minutes=4), pair("p"),
                   step("w2", 5, 1, "resource", "private", solo_minutes=4),
                   step("say", 20, 2, "explore", "spoken_round")), False),
    ("P40", with_step("check-in", minutes=5), False),
    ("P40", with_step("check-in", minutes=3), GRAVE),
    ("P40", put_in("quiet", step("turns", 15, 2, "explore", "spoken_round")), False),
    ("P40", put_in("quiet", step("turns", 9, 2, "explore", "spoken_round")), GRAVE),
    ("P40v", with_step("tender", minutes=8), False),
    ("P41", look(promised_min=80), False),
    ("P42", look(promised_min=125), False),
    ("P42", look(promised_min=155), GRAVE),
    ("P42b", look(promised_min=70), False),
    ("P43", look(people=13), False),
    ("P43", look(people=21), GRAVE),
    ("P44", with_step("resource", minutes=25, solo_minutes=21), False),
    ("P45", with_step("quiet", kind=Kind.SILENCE, script=""), False),
    ("P50", look(people=4), False),
    ("P50", look(people=2), GRAVE),
    ("P51", with_step("tender", sharing=Sharing.SPOKEN_ROUND), False),
    ("P52", every(put_in("before", pair("p")), look(session=1)), False),
    ("P53", prompt("stir", gentle=False), False),
    ("P54", every(prompt("stir", not_for=RECENT), look(flags=RECENT)), False),
    ("P55", every(*(prompt(name, body_based=True) for name in ("ground", "quiet", "land", "soft"))), False),
    ("P56", every(prompt("ground", holds=True), look(session=1)), False),
    ("P56", prompt("ground", holds=True, hold_free=False), False),
    ("P57", every(prompt("arrive", theme="security"), prompt("end", theme="outgrowing")), False),
    ("P58", every(*(prompt(name, layer=3) for name in ("check-in", "resource", "stir"))), False),
    ("P59", put_in("back", step("read", 25, 1, "resource")), False),
    ("P60", look(numbers_days=181), False),
    ("P60", look(numbers_days=None), GRAVE),
    ("P61", look(host_ready=False), False),
    ("P62", look(reads_before_sending=False), False),
    ("P63", look(debrief=False), False),
    ("P64", look(ends_at=1291), False),
    ("P65", look(hard_themes=frozenset({"grief"})), False),
    ("P66", look(ago={"p-stir": 4}), False),
    ("P66", every(look(ago={"p-tender": 12}), with_step("tender", intensity=5)), False),
    ("P67", every(look(call=False), HEARD), False),
    ("P70", look(before=4), False),
    ("P71", look(in_series=True, session=2), False),
    ("P72", look(in_series=True, last=True), False),
]  # fmt: skip


def found(at: Look) -> dict[str, set[bool]]:
    rules: dict[str, set[bool]] = {}
    for one in check(at, VALUES):
        rules.setdefault(one.rule, set()).add(one.found.grave)
    return rules


def test_nothing_is_found_in_a_good_plan() -> None:
    assert found(LOOK) == {}


@pytest.mark.parametrize(("rule", "change", "grave"), FIRES, ids=[f"{r}{'!' * g}" for r, _, g in FIRES])
def test_a_rule_fires_where_it_is_meant_to(rule: str, change: Change, grave: bool) -> None:
    assert grave in found(change(LOOK)).get(rule, set())


def test_every_rule_has_its_plan() -> None:
    assert {rule for rule, _, _ in FIRES} == set(RULES)
    graver = {rule.id for rule in load_library().pacing.values() if rule.grave}
    assert {rule for rule, _, grave in FIRES if grave} == graver


EDGES: list[tuple[str, Change]] = [
    ("P02", every(with_step("agree", minutes=5), look(session=1))),
    ("P08", look(promised_min=56)),
    ("P09", with_step("tender", minutes=20)),
    ("P11", look(session=3)),
    ("P20", every(with_step("quiet", minutes=9))),
    ("P21", with_step("break", minutes=5)),
    ("P43", look(people=12)),
    ("P44", with_step("resource", minutes=25, solo_minutes=20)),
    ("P50", look(people=5)),
    ("P60", look(numbers_days=180)),
    ("P64", look(ends_at=1290)),
    ("P66", look(ago={"p-stir": 5})),
    ("P67", HEARD),
    ("P67", look(call=False)),
]


@pytest.mark.parametrize(("rule", "change"), EDGES, ids=[rule for rule, _ in EDGES])
def test_a_rule_is_quiet_at_its_edge(rule: str, change: Change) -> None:
    assert rule not in found(change(LOOK))
