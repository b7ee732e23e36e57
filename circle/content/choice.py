"""Changing a question: which prompts fit into a step, and the step with another prompt in it."""

from __future__ import annotations

from dataclasses import replace

from circle.content.loader import Library, freeze_prompt
from circle.content.schema import PromptKind, PromptRecord
from circle.domain.plan import Kind, Sharing, Step

_QUESTIONS: tuple[PromptKind, ...] = ("writing", "reflection", "poll_tiles")
_FITTING: dict[Kind, tuple[PromptKind, ...]] = {
    Kind.ARRIVE: ("reading",),
    Kind.AGREEMENTS: ("agreement",),
    Kind.CHECK_IN: ("check_in",),
    Kind.READING: ("slow_lines", "reading"),
    Kind.GROUNDING: ("orienting", "movement", "breath"),
    Kind.SILENCE: ("reading",),
    Kind.WRITING: (*_QUESTIONS, "unsent_letter", "sketch"),
    Kind.WALL: _QUESTIONS,
    Kind.ROUND: (*_QUESTIONS, "check_in"),
    Kind.VOLUNTEER: _QUESTIONS,
    Kind.PAIR: ("pair",),
    Kind.BREAK: ("break",),
    Kind.REGATHER: ("reading",),
    Kind.INTEGRATE: (*_QUESTIONS, "witness", "slow_lines", "sketch"),
    Kind.CLOSING: ("closing",),
    Kind.ASK: (*_QUESTIONS, "sketch"),
}


def prompts_for(library: Library, step: Step, theme: str = "") -> list[PromptRecord]:
    """Prompts a host may put into this step: same way of sharing, time for it, never more stirring.

    Those of `theme` come first. The step's own prompt is among them. Retired prompts never are.
    """
    own = library.prompts.get(step.prompt.id) if step.prompt else None
    fitting = [prompt for prompt in library.prompts.values() if _fits(prompt, step, own)]
    return sorted(
        fitting, key=lambda prompt: (theme not in (prompt.theme, *prompt.themes_secondary), prompt.id)
    )


def with_prompt(step: Step, record: PromptRecord) -> Step:
    """The step with another question in it. The host's words become the question itself, as the old
    script would announce the old one; the intensity becomes the prompt's (0 in a break)."""
    return replace(
        step,
        title=record.title,
        prompt=freeze_prompt(record),
        intensity=0 if step.kind is Kind.BREAK else record.intensity,
        number=record.number and step.sharing is Sharing.CHAT_WORD,
        script=record.text,
        note="",
    )


def _fits(prompt: PromptRecord, step: Step, own: PromptRecord | None) -> bool:
    ceiling = 1 if step.kind is Kind.BREAK else step.intensity
    return (
        prompt.status != "retired"
        and prompt.kind in _FITTING[step.kind]
        and step.sharing.value in prompt.sharing_modes
        and prompt.intensity <= ceiling
        and prompt.minutes.min <= step.minutes <= prompt.minutes.max
        and (own is None or not set(own.arc).isdisjoint(prompt.arc))
    )
