"""What a rule may see of a plan and of the circle it is for, and what it says when it fires."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from circle.domain.plan import Plan, Sharing, Step, StepClass

TENDER = 4
STIRRING = 3
CALM = 2
LANDS = frozenset({StepClass.GROUNDING, StepClass.INTEGRATE})
CONTAINS = LANDS | {StepClass.CLOSING}
_SETTLES = CONTAINS | {StepClass.RESOURCE, StepClass.BREAK, StepClass.REGATHER}
ALONE = frozenset({Sharing.NONE, Sharing.PRIVATE, Sharing.TILES})
SPOKEN = frozenset({Sharing.SPOKEN_ROUND, Sharing.SPOKEN_VOLUNTEER})


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """What the library says of a prompt, as far as rules ask. holds: its breath is held somewhere.
    hold_free: there is a way without. not_for: contraindications.
    """

    theme: str = "shared"
    layer: int = 1
    body_based: bool = False
    holds: bool = False
    hold_free: bool = True
    gentle: bool = True
    not_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Look:
    """A plan, and the evening it is for.

    promised_min: what people were told, 0 when it is the sum of the steps. people: who is expected to
    speak, hosts who take part among them. session: the number of this one, from 1. ends_at: local minutes
    after midnight. flags: what hosts have noted of the circle. numbers_days: age of the oldest help
    number in days, None when the country has none. hard_themes: themes for which this date is hard. ago: how
    many sessions ago a prompt was met. before: the highest intensity of the session before. last: it ends the
    series. call: people hear each other.
    """

    plan: Plan
    promised_min: int = 0
    people: int = 8
    hosts: int = 2
    session: int = 1
    ends_at: int | None = None
    prompts: Mapping[str, PromptFacts] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    numbers_days: int | None = 0
    host_ready: bool = True
    reads_before_sending: bool = True
    debrief: bool = True
    hard_themes: frozenset[str] = frozenset()
    ago: Mapping[str, int] = field(default_factory=dict)
    before: int = 0
    in_series: bool = False
    last: bool = False
    call: bool = True

    @property
    def steps(self) -> tuple[Step, ...]:
        """The plan's steps, in order."""
        return self.plan.steps

    @property
    def total(self) -> int:
        """T, in minutes."""
        return self.promised_min or self.plan.minutes

    @property
    def starts(self) -> tuple[int, ...]:
        """When each step begins, in minutes from the beginning."""
        return (0, *accumulate(step.minutes for step in self.steps))[: len(self.steps)]

    def facts(self, step: Step) -> PromptFacts:
        """What the library says of this step's prompt; nothing in particular for an own question."""
        if step.prompt is None:
            return PromptFacts()
        known = self.prompts.get(step.prompt.id)
        return known or PromptFacts(gentle=bool(step.prompt.gentle), body_based=bool(step.prompt.non_body))

    @property
    def tender(self) -> tuple[Step, ...]:
        """The tender steps."""
        return tuple(step for step in self.steps if step.intensity >= TENDER)


@dataclass(frozen=True, slots=True)
class Found:
    """A rule fired. step: id of the step it is about, "" for the whole plan. number: for the sentence. grave:
    the rule's graver form. word: for the sentence too.
    """

    step: str = ""
    number: float = 0
    grave: bool = False
    word: str = ""


Values = Mapping[str, float]
Rule = Callable[[Look, Values], Iterator[Found]]


def settles(step: Step) -> bool:
    """Whether people come down in this step."""
    return step.cls in _SETTLES and step.intensity <= CALM


def sharing_minutes(step: Step) -> int:
    """The minutes of a step that are left for sharing."""
    return step.minutes - step.solo_minutes
