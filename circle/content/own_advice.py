"""Advice on a circle's own prompts: the wording rules of the library, said as one host to another.

It stops nobody. What does stop a prompt from being kept stands in `own`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from circle.content.languages import is_english
from circle.content.lint import passage_findings, prompt_passages
from circle.content.own_rules import TENDER
from circle.content.schema import PromptRecord
from circle.content.words import question_findings

_FIELD = {
    "gentle_alternative": "gentle",
    "facilitator_note": "note",
    "share_hint": "hint",
    "non_body_alternative": "without_body",
    "after_care": "afterwards",
}
_DRAFT = (
    "A question this tender stays a draft: somebody experienced reads it before it is asked. "
    "It is for a closed circle from the third meeting on"
)
_KINDLY = (
    (
        r"says ['\"](.*)['\"] without releasing anyone",
        "“{}” can press. It is light where it releases: you do not have to.",
    ),
    (r"says ['\"](.*)['\"]", "Members may stumble over “{}”."),
    (r"has an exclamation mark", "An exclamation mark can sound like a push."),
    (r"shouts ['\"](.*)['\"]", "Capitals such as “{}” can read as loud."),
    (r"has an emoji", "A small picture is read aloud oddly, and looks different on every screen."),
    (r"asks more than one question.*", "It asks several things at once. One question is easier to answer."),
    (
        r"asks for ['\"](.*)['\"]",
        "“{}” may lead somebody to say what can harm them or another person. Ask around it.",
    ),
    (
        r"reads like a text for people of (\d+).*",
        "It reads like a text for people of {}. Shorter sentences and common words reach everybody.",
    ),
    (
        r"repeats eight words of a source text.*",
        "Eight words in a row stand in a text that belongs to somebody else.",
    ),
)


def advice(prompt: PromptRecord) -> list[tuple[str, str]]:
    """(field of the sheet, sentence) for everything worth another look, in the form's order.

    Rules about English words are for English only; a tender prompt is called a draft in any language.
    """
    found = list(_wording(prompt)) if is_english(prompt.language) else []
    if prompt.intensity >= TENDER:
        hosts = ", with two hosts" if prompt.needs_second_host else ""
        found.append(("depth", f"{_DRAFT}{hosts}."))
    return list(dict.fromkeys(found))


def _wording(prompt: PromptRecord) -> Iterator[tuple[str, str]]:
    for passage in prompt_passages("", prompt):
        field = passage.field.removeprefix(f"{prompt.id}.")
        for reason in passage_findings(passage):
            yield _FIELD.get(field, field), _kindly(reason)
    gentle = prompt.gentle_alternative.text if prompt.gentle_alternative else ""
    for field, text in (("text", prompt.text), ("gentle", gentle)):
        for reason in question_findings(text):
            yield field, _kindly(reason)


def _kindly(reason: str) -> str:
    for pattern, sentence in _KINDLY:
        match = re.fullmatch(pattern, reason)
        if match:
            return sentence.format(*match.groups())
    return f"It {reason}."
