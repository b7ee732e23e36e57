"""Changing what a planned step asks, and how it is answered. Pure: a step in, a step out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from circle.content.loader import Library, freeze_prompt
from circle.content.schema import PromptRecord
from circle.domain.errors import Invalid, NotFound
from circle.domain.plan import PAIR_AT_MOST, Kind, Plan, Prompt, Sharing, Step
from circle.services.tidy import plain_text

QUESTION_MAX = 600  # characters; about the 70 words that are read in one breath, with room
OWN_TITLE = "A question from the host"  # as in the room; people who come late read it
_OWN_ONCE = "A question of your own"  # what plans made before called it
_TAPPED = (Sharing.TILES, Sharing.CHAT_WORD)  # taps for oneself, and taps that go into an answer


@dataclass(frozen=True, slots=True)
class Answer:
    """A way to answer. key: its name in forms and addresses."""

    key: str
    sharing: Sharing
    number: bool = False


ROUND = Answer("round", Sharing.SPOKEN_ROUND)
WORD = Answer("word", Sharing.CHAT_WORD)
NUMBER = Answer("number", Sharing.CHAT_WORD, number=True)
VOLUNTEER = Answer("volunteer", Sharing.SPOKEN_VOLUNTEER)
PAIR = Answer("pair", Sharing.PAIR)

# What a step may become without turning into something else. Unnamed and private steps are not here:
# who sees an answer is never changed by a slip of the finger.
_ANSWERS: dict[Kind, tuple[Answer, ...]] = {
    Kind.CHECK_IN: (ROUND, WORD, NUMBER),
    Kind.ROUND: (ROUND, VOLUNTEER, WORD),
    Kind.VOLUNTEER: (VOLUNTEER, ROUND, PAIR),
    Kind.PAIR: (PAIR,),
    Kind.INTEGRATE: (WORD, ROUND, VOLUNTEER),
    Kind.CLOSING: (ROUND, WORD),
    Kind.ASK: (ROUND, VOLUNTEER, WORD, NUMBER, PAIR),
}

_ASKED_QUIETLY = (Kind.WALL, Kind.WRITING)


def can_ask(step: Step) -> bool:
    """Whether a question stands here, or may."""
    return step.prompt is not None or step.kind in _ANSWERS or step.kind in _ASKED_QUIETLY


def answer_of(step: Step) -> Answer | None:
    """How this step is answered now; None where that is not a choice."""
    choices = _ANSWERS.get(step.kind, ())
    return next((a for a in choices if a.sharing is step.sharing and a.number == step.number), None)


def answers_for(step: Step, library: Library) -> tuple[Answer, ...]:
    """The ways this step's question can be answered, by kind and by what the prompt was written for."""
    if answer_of(step) is None:
        return ()
    record = library.prompts.get(step.prompt.id) if step.prompt else None
    fitting = [a for a in _ANSWERS[step.kind] if a is not PAIR or step.intensity <= PAIR_AT_MOST]
    return tuple(a for a in fitting if a == answer_of(step) or _suits(record, a))


def _suits(record: PromptRecord | None, answer: Answer) -> bool:
    if record is None:
        return True  # an own question: the host knows what it asks for
    return answer.sharing.value in record.sharing_modes and answer.number == record.number


def answer_by(step: Step, plan: Plan, key: str, library: Library) -> Step:
    """The step, answered this way. Raises Invalid("answer") for a way that does not suit it."""
    for answer in answers_for(step, library):
        if answer.key == key:
            changed = replace(step, sharing=answer.sharing, number=answer.number)
            return step if changed == step else _with_fitting_script(changed, plan, library)
    raise Invalid("answer", {"answer": "answer"})


def _with_fitting_script(step: Step, plan: Plan, library: Library) -> Step:
    """The host's script and note speak of one question and of one way to answer it ("let the piece go").
    They go when that changes, and are back once it is as in the template."""
    own = _template_step(step, plan, library)
    if own is None or (own.sharing, own.number) != (step.sharing, step.number):
        return replace(step, script="", note="")
    return replace(step, script=own.script if own.prompt == step.prompt else "", note=own.note)


def alternatives(step: Step, plan: Plan, library: Library) -> list[PromptRecord]:
    """Library prompts that could stand here: same kind, no more tender than planned, same way to answer.

    Prompts of the plan's theme come first. Drafts are left out, except the template's own.
    """
    now = library.prompts.get(step.prompt.id) if step.prompt else None
    own = _template_step(step, plan, library)
    home = library.prompts.get(own.prompt.id) if own is not None and own.prompt else None
    kind = now.kind if now is not None else home.kind if home is not None else _kind_for(step)
    ceiling = max(step.intensity, own.intensity if own is not None else 0)
    found = [
        record
        for record in library.prompts.values()
        if record.kind == kind
        and record.intensity <= ceiling
        and step.sharing.value in record.sharing_modes
        and (not record.tiles or step.sharing in _TAPPED)  # its text asks for taps
        and record.number == step.number
        and (record.status == "reviewed" or record is home)
        and record is not now
    ]
    return sorted(found, key=lambda record: (record.theme != plan.theme, record.theme != "shared", record.id))


def _template_step(step: Step, plan: Plan, library: Library) -> Step | None:
    template = library.templates.get(plan.template)
    return next((s for s in template.steps if s.id == step.id), None) if template is not None else None


def _kind_for(step: Step) -> str:
    return {Kind.CHECK_IN: "check_in", Kind.PAIR: "pair"}.get(step.kind, "reflection")


def ask_from_library(step: Step, plan: Plan, prompt_id: str, library: Library) -> Step:
    """The step with another prompt of the library. Raises Invalid("choose_one") for one that does not suit
    it, or none.
    """
    for record in alternatives(step, plan, library):
        if record.id == prompt_id:
            return _asking(step, freeze_prompt(record), record.title, record.intensity)
    raise Invalid("choose_one", {"prompt": "choose_one"})


def ask_gently(step: Step) -> Step:
    """The gentle form for everybody. Raises NotFound where there is none."""
    prompt = step.prompt
    if prompt is None or not prompt.gentle:
        raise NotFound("not_found")
    gentle = replace(prompt, text=prompt.gentle, gentle="", content_note="")
    return _asking(step, gentle, step.title, max(1, step.intensity - 1))


def ask_own(step: Step, text: str) -> Step:
    """The host's own words. Raises Invalid("own_text" for none, "question_long", or "nothing_asked" where
    nothing can be)."""
    if not can_ask(step):
        raise Invalid("nothing_asked", {"text": "nothing_asked"})
    words = plain_text(text)
    if not words:
        raise Invalid("own_text", {"text": "own_text"})
    if len(words) > QUESTION_MAX:
        raise Invalid("question_long", {"text": "question_long"})
    return _asking(step, Prompt(text=words), OWN_TITLE, step.intensity)


def _asking(step: Step, prompt: Prompt, title: str, intensity: int) -> Step:
    """The step with this prompt. The script goes with the old question: read aloud, it would not fit."""
    was_named_by_prompt = step.prompt is not None and step.title in (step.prompt.title, OWN_TITLE, _OWN_ONCE)
    return replace(
        step,
        prompt=prompt,
        title=title if was_named_by_prompt else step.title,
        intensity=min(step.intensity, intensity),
        script="",
    )
