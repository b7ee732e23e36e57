"""Ready steps a host can put in on the spot: a grounding, slow lines, something in pairs."""

from __future__ import annotations

from circle.content.loader import Library, freeze_prompt
from circle.domain.errors import NotFound
from circle.domain.plan import Kind, Sharing, Step, StepClass

_KINDS = {
    "slow_lines": (Kind.READING, StepClass.INTEGRATE),
    "orienting": (Kind.GROUNDING, StepClass.GROUNDING),
    "movement": (Kind.GROUNDING, StepClass.GROUNDING),
    "breath": (Kind.GROUNDING, StepClass.GROUNDING),
    "pair": (Kind.PAIR, StepClass.EXPLORE),
}
_LATER = {"slow_lines": 1, "pair": 2}
INTENSITY_MAX = 2  # what is put in on the spot never goes deeper than this


def ready_prompts(library: Library) -> list[tuple[str, str]]:
    """(id, title) of what can be put in: groundings first, then slow lines, then what is done in pairs."""
    fitting = [p for p in library.prompts.values() if p.kind in _KINDS and p.intensity <= INTENSITY_MAX]
    return [(p.id, p.title) for p in sorted(fitting, key=lambda p: (_LATER.get(p.kind, 0), p.id))]


def ready_step(library: Library, prompt_id: str) -> Step:
    """The step for this prompt. Raises NotFound for anything that is not offered."""
    if prompt_id not in {ready for ready, _ in ready_prompts(library)}:
        raise NotFound("not_found")
    record = library.prompts[prompt_id]
    kind, cls = _KINDS[record.kind]
    return Step(
        id="ready",
        kind=kind,
        cls=cls,
        title=record.title,
        minutes=record.minutes.suggested,
        intensity=record.intensity,
        sharing=Sharing.PAIR if kind is Kind.PAIR else Sharing.NONE,
        prompt=freeze_prompt(record),
        solo_minutes=record.solo_minutes if kind is Kind.PAIR else 0,
    )
