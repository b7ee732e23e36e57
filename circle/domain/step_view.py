"""A step and its prompt as pages get them. Who sees them, and what only hosts see, stands in `audience`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from circle.domain.meeting import Meeting
from circle.domain.pacing import TENDER
from circle.domain.plan import Prompt, Step, parts


def step_in_words(meeting: Meeting) -> dict[str, Any] | None:
    """The step that is on; None before the first. The same for everybody who sits at the table."""
    step = meeting.step
    if step is None or meeting.part_now is None:
        return None
    prompt = prompt_of(step)
    return {
        "id": step.id,
        "at": meeting.index,
        "kind": step.kind.value,
        "title": step.title,
        "part": meeting.part_now.value,
        "parts": [part.value for part in parts(step)],
        "sharing": step.sharing.value,
        "minutes": step.minutes,
        "solo_minutes": step.solo_minutes,
        "number": step.number,
        "text": prompt.text,
        "lines": [{"text": line.text, "pause_s": line.pause_s} for line in prompt.lines],
        "one_by_one": list(prompt.one_by_one),
        "pace": asdict(prompt.pace) if prompt.pace else None,
        "tiles": list(prompt.tiles),
        "hint": prompt.share_hint,
        "gentle": prompt.gentle,
        "content_note": prompt.content_note,
        "why": prompt.why,
        "tender": step.intensity >= TENDER,
        "non_body": prompt.non_body,
        "after_care": prompt.after_care,
        "last": meeting.index == len(meeting.plan.steps) - 1 and meeting.part == len(parts(step)) - 1,
    }


def prompt_of(step: Step | None) -> Prompt:
    """The step's prompt; one without words where it has none."""
    return step.prompt if step and step.prompt else Prompt(text="")
