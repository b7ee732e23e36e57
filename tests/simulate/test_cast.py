"""The words and the shape of the evening one watches."""

from __future__ import annotations

from circle.content.lint import Passage, passage_findings
from circle.content.loader import load_library
from circle.domain.plan import Part, parts
from circle.simulate.cast import Person, evening_plan, load_cast

CAST = load_cast()
PLAN = evening_plan(load_library())


def words_of(person: Person) -> list[str]:
    """Everything this person can say."""
    return [*person.says.values(), *person.spare, person.whispers[1]]


def test_every_line_passes_the_word_lint() -> None:
    spoken = [text for person in (CAST.host.person, *CAST.people) for text in words_of(person)]
    asked = [text for step in PLAN.steps for text in (step.title, step.script, step.prompt.text)]  # type: ignore[union-attr]
    for text in filter(None, [*spoken, *asked, CAST.host.answers]):
        assert list(passage_findings(Passage("evening.toml", "", text))) == [], text


def test_the_intensity_is_one_hill() -> None:
    heights = [step.intensity for step in PLAN.steps]
    top = heights.index(max(heights))
    assert heights[: top + 1] == sorted(heights[: top + 1])
    assert heights[top:] == sorted(heights[top:], reverse=True)
    assert max(heights) == 3


def test_every_part_of_every_step_has_its_time() -> None:
    assert {step.id: len(parts(step)) for step in PLAN.steps} == {
        step: len(holds) for step, holds in CAST.holds.items()
    }


def test_it_takes_about_three_minutes() -> None:
    led = sum(sum(holds) for step, holds in CAST.holds.items() if step != "round")
    assert 90 <= led + CAST.host.break_s <= 130  # the round and the arrivals take the rest


def test_everybody_has_words_where_the_plan_asks_for_some() -> None:
    asked = {Part.ANSWER: "say", Part.WALL_WRITE: "write"}
    for step in PLAN.steps:
        for person in CAST.people if asked.keys() & set(parts(step)) else ():
            assert step.id in person.says or person.arrives_s > 30, (person.name, step.id)


def test_what_everybody_is_there_to_show() -> None:
    assert len(CAST.people) == 6
    assert len(CAST.names) == 7
    assert {person.turn for person in CAST.people} == {"speak", "pass", "later", "silence"}
    for habit in ("drops_in", "steps_out_in"):
        assert sum(bool(getattr(person, habit)) for person in CAST.people) == 1
    assert sum(CAST.host.sets_aside in person.says["wall"] for person in CAST.people) == 1
