"""The made-up people and the evening they sit through, read from `evening.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from circle.content.loader import Library, freeze_prompt
from circle.domain.plan import Kind, Plan, Prompt, Sharing, Step, StepClass

EARLY_S = 30.0  # whoever comes before this is waited for


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody we made up. Seconds are those of an evening at its ordinary speed.

    says: step id -> words. spare: words for whatever a host asks on the spot. turn: "speak", "pass",
    "later" or "silence", in the plan's own round. drops_in, steps_out_in: the step in which the line is
    lost, or a minute is taken outside. whispers: (step id, a private word). touches: receives a line on
    the wall. for_notes: their unnamed line may stand in the notes.
    """

    name: str
    pace_s: float
    says: Mapping[str, str] = field(default_factory=dict)
    spare: tuple[str, ...] = ()
    arrives_s: float = 0.0
    turn: str = "speak"
    drops_in: str = ""
    steps_out_in: str = ""
    whispers: tuple[str, str] = ("", "")
    touches: bool = False
    for_notes: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """How the made-up host leads. person: what they say at the table. See `evening.toml`."""

    person: Person
    opens_s: float
    admits_s: float
    begins_s: float
    waits_s: float
    break_s: float
    patience_s: float
    reads_s: float
    sets_aside: str
    answers: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, and how long the host lets each part of each step stand.

    holds: step id -> seconds, one for each part.
    """

    host: Host
    people: tuple[Person, ...]
    holds: Mapping[str, tuple[float, ...]]

    @property
    def names(self) -> frozenset[str]:
        """The names of those we made up, the host's among them."""
        return frozenset({self.host.person.name, *(person.name for person in self.people)})

    @property
    def early(self) -> int:
        """How many members sit before the first step."""
        return sum(person.arrives_s < EARLY_S for person in self.people)


@lru_cache(maxsize=1)
def load_cast() -> Cast:
    """The people of `evening.toml`, read once."""
    table = _table()
    return Cast(
        host=_host(table["host"]),
        people=tuple(_person(row) for row in table["person"]),
        holds={row["id"]: tuple(float(s) for s in row["hold_s"]) for row in table["step"]},
    )


def evening_plan(library: Library) -> Plan:
    """The plan of `evening.toml` with the library's prompts frozen into it. Its steps keep their ids:
    they are how the people know what they are asked.
    """
    table = _table()
    steps = tuple(_step(row, library) for row in table["step"])
    return Plan(name=table["name"], theme=table["theme"], steps=steps)


def _table() -> dict[str, Any]:
    return tomllib.loads(files("circle.simulate").joinpath("evening.toml").read_text(encoding="utf-8"))


def _step(row: dict[str, Any], library: Library) -> Step:
    asked = row.get("question")
    return Step(
        id=row["id"],
        kind=Kind(row["kind"]),
        cls=StepClass(row["class"]),
        title=row["title"],
        minutes=row.get("minutes", 1),
        intensity=row["intensity"],
        sharing=Sharing(row["sharing"]),
        prompt=Prompt(text=_flat(asked)) if asked else freeze_prompt(library.prompts[row["prompt"]]),
        solo_minutes=row.get("solo_minutes", 0),
        script=_flat(row["script"]),
        note=_flat(row["note"]),
    )


def _person(row: dict[str, Any]) -> Person:
    whispers = row.get("whispers", {})
    return Person(
        name=row["name"],
        pace_s=float(row["pace_s"]),
        says=row.get("says", {}),
        spare=tuple(row["spare"]),
        arrives_s=float(row.get("arrives_s", 0)),
        turn=row.get("turn", "speak"),
        drops_in=row.get("drops_in", ""),
        steps_out_in=row.get("steps_out_in", ""),
        whispers=(whispers.get("step", ""), whispers.get("text", "")),
        touches=row.get("touches", False),
        for_notes=row.get("for_notes", False),
    )


def _host(row: dict[str, Any]) -> Host:
    seconds = {name: float(row[name]) for name in row if name.endswith("_s") and name != "pace_s"}
    return Host(person=_person(row), sets_aside=row["sets_aside"], answers=row["answers"], **seconds)


def _flat(text: str) -> str:
    return " ".join(text.split())
