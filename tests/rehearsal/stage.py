"""For tests of rehearsals: a planned evening, a house in memory on a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from circle.app import house_in_memory
from circle.content.loader import load_library
from circle.domain.meeting import Meeting
from circle.domain.plan import Plan
from circle.rehearsal.house import House, Table, set_table
from circle.services.circles import CircleForm, HostedCircle
from circle.services.clock import SettableClock
from circle.services.planning import Evening
from circle.settings import Settings
from circle.simulate.ensemble import load_ensemble

STARTS = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)
AGREEMENTS = ("What is said here stays here.", "Passing is always fine.")
STRIDE_S = 12.0
STRIDES_MAX = 1000
SETTINGS = Settings(env="test")
PEOPLE = load_ensemble()
ALL_WORDS = frozenset(
    words
    for player in PEOPLE.players
    for words in (player.word, *player.lines)
    if len(words) > len("7")  # a number can stand anywhere
) | {PEOPLE.whisper, PEOPLE.answer}


def evening_of(plan: Plan, host: str = "Mira") -> Evening:
    """A planned evening of Mira's circle."""
    form = CircleForm("Thursday circle", "Europe/London", "GB")
    circle = HostedCircle("c1", "a-door", form, AGREEMENTS, "m1", host, demo=False)
    return Evening(circle, Meeting("e1", "c1", plan, STARTS))


def plan_of(template: str) -> Plan:
    """One of the nine."""
    return load_library().templates[template]


class Stage:
    """A rehearsal without the real clock."""

    def __init__(self, plan: Plan, host: str = "Mira", settings: Settings = SETTINGS) -> None:
        self.clock = SettableClock(STARTS.replace(hour=18, minute=59))
        self.house: House = house_in_memory(settings, self.clock)
        self.table: Table = set_table(self.house, evening_of(plan, host))
        self.play = self.table.play
        self.told: list[str] = []
        self.said: set[str] = set()
        self.shown: set[str] = set()
        self.private: set[str] = set()

    def go_on(self, until: Callable[[], bool] = lambda: False) -> None:
        """The evening goes on until it is so, or over. Fails if it never is."""
        for _ in range(STRIDES_MAX):
            if self.play.is_over or until():
                return
            self.clock.advance(STRIDE_S)
            self.play.step()
            self._look()
        raise AssertionError(f"it does not go on: {self.play.table.phase} {self.play.table.step}")

    def _look(self) -> None:
        table = self.play.table
        for told in reversed(self.play.told):
            if told.words not in self.told[-len(self.play.told) :]:
                self.told.append(told.words)
        self.said |= {share["text"] for share in table.items("said").values()}
        self.shown |= {line["text"] for line in table.items("lines").values()}
        self.private |= {word["text"] for word in table.items("words").values()}


def with_step(plan: Plan, at: int, **changed: object) -> Plan:
    """The plan with one step changed, as hosts change them."""
    steps = list(plan.steps)
    steps[at] = replace(steps[at], **changed)  # type: ignore[arg-type]
    return replace(plan, steps=tuple(steps))
