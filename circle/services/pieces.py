"""Steps that can be put into a plan: what every evening is made of, and questions of the library."""

from __future__ import annotations

from dataclasses import replace

from circle.content.loader import Library, freeze_prompt
from circle.content.schema import PromptRecord
from circle.domain.errors import Invalid
from circle.domain.plan import Kind, Plan, Prompt, Sharing, Step, StepClass

HOME = "T2"  # where a piece comes from that the plan's own template does not have
PIECES = (
    Kind.GROUNDING,
    Kind.BREAK,
    Kind.REGATHER,
    Kind.SILENCE,
    Kind.CHECK_IN,
    Kind.AGREEMENTS,
    Kind.CLOSING,
)
TENDER = 4
OWN_MINUTES = 10
OWN_INTENSITY = 2

_BY_PROMPT: dict[str, tuple[Kind, StepClass]] = {
    "agreement": (Kind.AGREEMENTS, StepClass.AGREEMENTS),
    "break": (Kind.BREAK, StepClass.BREAK),
    "breath": (Kind.GROUNDING, StepClass.GROUNDING),
    "check_in": (Kind.CHECK_IN, StepClass.ARRIVE),
    "closing": (Kind.CLOSING, StepClass.CLOSING),
    "movement": (Kind.GROUNDING, StepClass.GROUNDING),
    "orienting": (Kind.GROUNDING, StepClass.GROUNDING),
    "reading": (Kind.READING, StepClass.INTEGRATE),
    "slow_lines": (Kind.READING, StepClass.INTEGRATE),
    "witness": (Kind.INTEGRATE, StepClass.INTEGRATE),
}
_BY_SHARING = {
    Sharing.UNNAMED_WALL: Kind.WALL,
    Sharing.PAIR: Kind.PAIR,
    Sharing.SPOKEN_VOLUNTEER: Kind.VOLUNTEER,
    Sharing.SPOKEN_ROUND: Kind.ROUND,
    Sharing.CHAT_WORD: Kind.ROUND,
}


def piece(kind: Kind, plan: Plan, library: Library, step_id: str) -> Step:
    """A step of this kind with its words, as the plan's own template has it, else as T2 does. A silence whose
    title is there already is simply called that.

    Raises Invalid for a kind that is not in `PIECES`.
    """
    if kind in PIECES:
        for template in (library.templates.get(plan.template), library.templates[HOME]):
            for step in template.steps if template is not None else ():
                if step.kind is kind:
                    title = _free_title(step, plan)
                    return replace(step, id=step_id, title=title, optional=False, droppable_rank=0)
    raise Invalid("invalid")


def landing(plan: Plan, library: Library, step_id: str) -> Step:
    """A grounding to end with: the one that ends the plan's own template, else T2's."""
    for template in (library.templates.get(plan.template), library.templates[HOME]):
        for step in reversed(template.steps if template is not None else ()):
            if step.kind is Kind.GROUNDING:
                return replace(step, id=step_id, optional=False, droppable_rank=0)
    return piece(Kind.GROUNDING, plan, library, step_id)


def _free_title(step: Step, plan: Plan) -> str:
    taken = any(other.title == step.title for other in plan.steps)
    return "Silence" if step.kind is Kind.SILENCE and taken else step.title


def step_asking(record: PromptRecord, step_id: str) -> Step:
    """The step for a prompt of the library, or of the circle's own."""
    sharing = _sharing(record)
    kind, cls = _BY_PROMPT.get(record.kind) or (
        _BY_SHARING.get(sharing, Kind.WRITING),
        StepClass.RESOURCE if record.nourishes else StepClass.EXPLORE,
    )
    resting = kind is Kind.BREAK
    return Step(
        id=step_id,
        kind=kind,
        cls=cls,
        title=record.title,
        minutes=record.minutes.suggested,
        intensity=0 if resting else record.intensity,
        sharing=sharing,
        prompt=freeze_prompt(record),
        solo_minutes=_alone(record, sharing),
        number=record.number and sharing is Sharing.CHAT_WORD,
    )


def own_question(step_id: str, title: str, words: str) -> Step:
    """A step that asks this, in any order, light until its host says otherwise."""
    return Step(
        id=step_id,
        kind=Kind.ASK,
        cls=StepClass.EXPLORE,
        title=title,
        minutes=OWN_MINUTES,
        intensity=OWN_INTENSITY,
        sharing=Sharing.SPOKEN_VOLUNTEER,
        prompt=Prompt(text=words),
    )


def _sharing(record: PromptRecord) -> Sharing:
    """The first way it was written for that the room has; nothing tender goes round (P51)."""
    ways = [Sharing(mode) for mode in record.sharing_modes if mode in set(Sharing)]
    calm = [way for way in ways if way is not Sharing.SPOKEN_ROUND or record.intensity < TENDER]
    return (calm or ways or [Sharing.PRIVATE])[0]


def _alone(record: PromptRecord, sharing: Sharing) -> int:
    """Minutes of writing: all of them where nothing is shared, else at least one is left for sharing."""
    if sharing in (Sharing.PRIVATE, Sharing.TILES):
        return record.solo_minutes
    return min(record.solo_minutes, record.minutes.suggested - 1)
