"""What a host is told about a step, once: a step's own note and its prompt's often say the same. Pure."""

from __future__ import annotations

import re

from circle.domain.plan import Step


def host_notes(step: Step) -> tuple[str, ...]:
    """The notes for hosts, the step's own first; one whose words stand in the other's is left out."""
    own, asked = step.note.strip(), step.prompt.facilitator_note.strip() if step.prompt else ""
    if _stands_in(asked, own):
        return (own,) if own else ()
    return (asked,) if _stands_in(own, asked) else (own, asked)


def _stands_in(part: str, whole: str) -> bool:
    words = _words(part)
    return f" {words} " in f" {_words(whole)} " if words else not part


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
