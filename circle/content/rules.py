"""Rules that join several fields of one entry: above all what a prompt owes to the people who will meet it.

Each rule yields `(field, reason)`. Source: the content rules in docs/content.md; intensity anchors there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from circle.content.schema import Idea, PromptRecord, StepRecord, TemplateRecord
from circle.domain.plan import PAIR_AT_MOST, Kind, Pace, Sharing, StepClass

STIRRING = 3
TENDER = 4
MOST_TENDER = 5
Finding = tuple[str, str]


def prompt_findings(prompt: PromptRecord) -> Iterator[Finding]:
    """Everything a single prompt record lacks or contradicts."""
    yield from _softness(prompt)
    yield from _shape(prompt)
    yield from _rhythm(prompt)
    yield from _review(prompt)


def _softness(prompt: PromptRecord) -> Iterator[Finding]:
    """A stirring prompt without a softer way in can do harm; so can one that comes unannounced."""
    gentle = prompt.gentle_alternative
    if prompt.intensity >= STIRRING and gentle is None:
        yield "gentle_alternative", "is required from intensity 3 on"
    if gentle is not None and gentle.intensity >= prompt.intensity:
        yield "gentle_alternative.intensity", "is to be at least one below the prompt's intensity"
    if prompt.intensity >= STIRRING and prompt.after_care is None:
        yield "after_care", "is required from intensity 3 on"
    if prompt.intensity >= TENDER and not prompt.content_note:
        yield "content_note", "is required from intensity 4 on"
    if prompt.intensity >= TENDER and prompt.group != "closed":
        yield "group", "is closed from intensity 4 on"
    if prompt.intensity == MOST_TENDER and not prompt.needs_second_host:
        yield "needs_second_host", "is true at intensity 5"
    if prompt.intensity > PAIR_AT_MOST and "pair" in prompt.sharing_modes:
        yield "sharing_modes", "a pair has no host in it, so nothing above intensity 3 is shared in pairs"


def _shape(prompt: PromptRecord) -> Iterator[Finding]:
    span = prompt.minutes
    if not span.min <= span.suggested <= span.max:
        yield "minutes", "is to hold min <= suggested <= max"
    if prompt.solo_minutes > span.max:
        yield "solo_minutes", "is longer than the whole step"
    if (prompt.kind == "slow_lines") != bool(prompt.lines):
        yield "lines", "belong to the kind slow_lines, and only there"
    if ("tiles" in prompt.sharing_modes) != bool(prompt.tiles):
        yield "tiles", "go together with the sharing mode tiles"
    if prompt.number and "chat_word" not in prompt.sharing_modes:
        yield "number", "is answered on the page, so the sharing mode chat_word is needed"
    if prompt.body_based and not prompt.non_body_alternative:
        yield "non_body_alternative", "is required where a prompt works through the body"
    if prompt.participants and prompt.participants.min > prompt.participants.max:
        yield "participants", "is to hold min <= max"


def _rhythm(prompt: PromptRecord) -> Iterator[Finding]:
    """Breath can frighten, and holding it more so: nobody meets a hold on a first evening."""
    if prompt.one_by_one and prompt.kind != "orienting":
        yield "one_by_one", "belongs to the kind orienting"
    pace = prompt.pace
    if pace is None:
        return
    if prompt.kind != "breath":
        yield "pace", "belongs to the kind breath"
    if (pace.hold_s or pace.rest_s) and prompt.min_session < 2:
        yield "pace", "holds the breath, so min_session is 2 at least"
    if Pace(**pace.model_dump()).seconds > prompt.minutes.suggested * 60:
        yield "pace", "takes longer than the suggested minutes"


def _review(prompt: PromptRecord) -> Iterator[Finding]:
    reviewed = bool(prompt.reviewed_by) and prompt.reviewed_on is not None
    if prompt.status == "reviewed" and not reviewed:
        yield "reviewed_on", "status reviewed needs reviewed_by and reviewed_on"


def after_care_findings(prompt: PromptRecord, prompts: Mapping[str, PromptRecord]) -> Iterator[Finding]:
    """Whether the grounding a prompt leans on is there."""
    if prompt.after_care is None:
        return
    grounding = prompts.get(prompt.after_care.grounding_id)
    if grounding is None or not grounding.id.startswith("GR-"):
        yield "after_care.grounding_id", f"{prompt.after_care.grounding_id} is no grounding of the library"


def template_findings(template: TemplateRecord, prompts: Mapping[str, PromptRecord]) -> Iterator[Finding]:
    """Everything a template's steps lack or contradict, given the library they draw on."""
    total = sum(step.minutes for step in template.steps)
    if total != template.total_minutes:
        yield "total_minutes", f"says {template.total_minutes}, the steps add up to {total}"
    for number, step in enumerate(template.steps, start=1):
        where = f"s{number} ({step.title})"
        for field, reason in _step_findings(step):
            yield f"{where}.{field}", reason
        if step.prompt is not None:
            for field, reason in _fit_findings(step, prompts.get(step.prompt)):
                yield f"{where}.{field}", reason
    yield from _anchor_findings(template, prompts)


def _anchor_findings(template: TemplateRecord, prompts: Mapping[str, PromptRecord]) -> Iterator[Finding]:
    """Breath can frighten (panic, lungs, heart), so a plan offers another anchor as well."""
    anchors = {
        prompts[step.prompt].kind
        for step in template.steps
        if step.kind is Kind.GROUNDING and step.prompt is not None and step.prompt in prompts
    }
    if anchors == {"breath"}:
        yield "step", "the only grounding is breath; offer an anchor outside the body too"


def _step_findings(step: StepRecord) -> Iterator[Finding]:
    is_break = step.kind is Kind.BREAK
    if is_break != (step.cls is StepClass.BREAK):
        yield "class", "a break is a break in kind and in class"
    if step.sharing is Sharing.PAIR and step.intensity > PAIR_AT_MOST:
        yield "sharing", "a pair has no host in it, so nothing above intensity 3 is shared in pairs"
    if is_break != (step.intensity == 0):
        yield "intensity", "0 is for breaks, and breaks have nothing else"
    if step.solo_minutes >= step.minutes and step.sharing not in (Sharing.PRIVATE, Sharing.TILES):
        yield "solo_minutes", "leaves no time for sharing"
    if step.prompt is None and step.sharing not in (Sharing.NONE, Sharing.SPOKEN_ROUND):
        yield "prompt", "people are asked to answer, so there has to be something to answer to"


def _fit_findings(step: StepRecord, prompt: PromptRecord | None) -> Iterator[Finding]:
    if prompt is None:
        yield "prompt", f"{step.prompt} is not in the library"
        return
    if step.sharing not in prompt.sharing_modes:
        yield "sharing", f"{prompt.id} is not made for {step.sharing.value}"
    if step.kind is not Kind.BREAK and step.intensity < prompt.intensity:
        # The pacing rules look at the step: a step that understates its prompt would deceive them.
        yield "intensity", f"is below the intensity of {prompt.id} ({prompt.intensity})"
    if not prompt.minutes.min <= step.minutes <= prompt.minutes.max:
        yield "minutes", f"{prompt.id} takes {prompt.minutes.min} to {prompt.minutes.max} minutes"


def idea_findings(idea: Idea) -> Iterator[Finding]:
    """What one idea's entry contradicts by itself."""
    if bool(idea.feature) != bool(idea.test):
        yield (
            ("test" if idea.feature else "feature"),
            "goes together with the other: what it is, and its test",
        )
    if idea.open and idea.test:
        yield "open", "has a test, so it waits for nothing"
