"""The library of prompts, templates and words, read from the files in this folder and checked.

`load_library()` is what the rest of the program uses. A fault in any file raises one `ContentError`
that names every file, field and reason, so nobody mends them one start at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TypeVar

from circle.content.files import Reader
from circle.content.problems import ContentError
from circle.content.rules import after_care_findings, idea_findings, prompt_findings, template_findings
from circle.content.schema import (
    AdviceCard,
    Care,
    Clause,
    Helplines,
    Idea,
    IfThen,
    LibraryPrompt,
    Opening,
    PacingRule,
    Practice,
    PromptRecord,
    PulseCard,
    StepRecord,
    TemplateRecord,
    as_read,
)
from circle.domain.plan import Line, Pace, Plan, Prompt, Step
from circle.domain.rules.check import RULES

IDEAS = "ideas.toml"
T = TypeVar(
    "T",
    AdviceCard,
    Clause,
    Idea,
    IfThen,
    Opening,
    PacingRule,
    Practice,
    PromptRecord,
    PulseCard,
    TemplateRecord,
)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything the content files hold. Frozen; mappings keep the files' order.

    `templates` are ready plans by template id ("T3"), steps "s1", "s2" ..., prompts frozen into them;
    `template_about` says in a line or two what each is for. `refusals` maps an error code to the
    sentence people read. `dip` is read before a tender question, under `dip_title`.
    `if_it_stirs` are lines for the mail and the closing page. `ideas` are what the
    library grew from. `files` says in which file a prompt or template stands, by its id.
    """

    prompts: Mapping[str, PromptRecord]
    templates: Mapping[str, Plan]
    template_about: Mapping[str, str]
    agreements: tuple[Clause, ...]
    helplines: Helplines
    refusals: Mapping[str, str]
    practices: tuple[Practice, ...]
    openings: tuple[Opening, ...]
    if_then: tuple[IfThen, ...]
    advice: tuple[AdviceCard, ...]
    pulse: tuple[PulseCard, ...]
    pacing: Mapping[str, PacingRule]
    dip_title: str
    dip: str
    after_care: str
    if_it_stirs: tuple[str, ...]
    ideas: tuple[Idea, ...]
    debrief: tuple[str, ...]
    files: Mapping[str, str]


@lru_cache(maxsize=1)
def load_library() -> Library:
    """The library that came with this program, read once. Raises `ContentError`."""
    return read_library(content_root())


def content_root() -> Traversable:
    """Where the content files are: beside this module, also inside a wheel."""
    return files("circle.content")


def read_library(root: Traversable) -> Library:
    """The library found under `root`. Raises `ContentError` with all problems found."""
    reader = Reader(root)
    home: dict[str, str] = {}
    prompts = _prompts(reader, home)
    templates = _templates(reader, prompts, home)
    care = reader.record("care.toml", Care, reader.table("care.toml"))
    helplines = reader.record("helplines.toml", Helplines, reader.table("helplines.toml"))
    refusals = _refusals(reader)
    agreements = _unique(reader, "agreements.toml", Clause, "clause")
    practices = _unique(reader, "practices.toml", Practice, "practice")
    openings = _unique(reader, "openings.toml", Opening, "opening")
    if_then = _unique(reader, "if_then.toml", IfThen, "card")
    advice = _unique(reader, "advice.toml", AdviceCard, "card")
    pulse = _unique(reader, "pulse.toml", PulseCard, "card")
    pacing = _pacing(reader)
    ideas = _ideas(reader, prompts, home)
    if reader.problems or care is None or helplines is None:
        raise ContentError(reader.problems)
    return Library(
        prompts=MappingProxyType(prompts),
        templates=MappingProxyType({key: build_plan(record, prompts) for key, record in templates.items()}),
        template_about=MappingProxyType({key: record.about for key, record in templates.items()}),
        agreements=tuple(agreements.values()),
        helplines=helplines,
        refusals=MappingProxyType(refusals),
        practices=tuple(practices.values()),
        openings=tuple(openings.values()),
        if_then=tuple(if_then.values()),
        advice=tuple(advice.values()),
        pulse=tuple(pulse.values()),
        pacing=MappingProxyType(pacing),
        dip_title=care.dip_title,
        dip=care.dip,
        after_care=care.after_care,
        if_it_stirs=care.if_it_stirs,
        ideas=tuple(ideas.values()),
        debrief=care.debrief,
        files=MappingProxyType(home),
    )


def freeze_prompt(record: PromptRecord) -> Prompt:
    """The copy of a prompt that goes into a plan and no longer changes with the library."""
    return Prompt(
        text=record.text,
        id=record.id,
        version=record.version,
        title=record.title,
        lines=tuple(Line(line.text, line.pause_s) for line in record.lines),
        one_by_one=record.one_by_one,
        pace=Pace(**record.pace.model_dump()) if record.pace else None,
        tiles=record.tiles,
        share_hint=record.share_hint,
        gentle=record.gentle_alternative.text if record.gentle_alternative else "",
        content_note=record.content_note,
        why=record.why,
        non_body=record.non_body_alternative,
        facilitator_note=record.facilitator_note,
        after_care=record.after_care.member_line if record.after_care else "",
    )


def build_plan(template: TemplateRecord, prompts: Mapping[str, PromptRecord]) -> Plan:
    """A template as a plan. Raises `KeyError` for a prompt that is not in `prompts`."""
    return Plan(
        name=template.name,
        theme=template.theme,
        steps=tuple(_step(step, number, prompts) for number, step in enumerate(template.steps, start=1)),
        template=template.id,
        group=template.group,
        min_session=template.min_session,
        needs_second_host=template.needs_second_host,
        linger_min=template.linger_minutes,
        participants=template.participants,
    )


def _step(record: StepRecord, number: int, prompts: Mapping[str, PromptRecord]) -> Step:
    return Step(
        id=f"s{number}",
        kind=record.kind,
        cls=record.cls,
        title=record.title,
        minutes=record.minutes,
        intensity=record.intensity,
        sharing=record.sharing,
        prompt=freeze_prompt(prompts[record.prompt]) if record.prompt else None,
        solo_minutes=record.solo_minutes,
        script=record.script,
        note=record.note,
        number=record.number,
        optional=record.optional,
        droppable_rank=record.droppable_rank,
    )


def _prompts(reader: Reader, home: dict[str, str]) -> dict[str, PromptRecord]:
    """The prompts by id; `home` learns which file each stands in."""
    found: dict[str, PromptRecord] = {}
    for name in reader.names("prompts"):
        for record in reader.records(name, LibraryPrompt, "prompt"):
            if record.id in found:
                reader.report(name, f"{record.id}.id", f"stands in {home[record.id]} already")
                continue
            found[record.id], home[record.id] = record, name
            _report_all(reader, name, record.id, prompt_findings(record))
    for prompt in found.values():
        _report_all(reader, home[prompt.id], prompt.id, after_care_findings(prompt, found))
    return found


def _templates(
    reader: Reader, prompts: Mapping[str, PromptRecord], home: dict[str, str]
) -> dict[str, TemplateRecord]:
    """The templates by id; `home` learns which file each stands in."""
    found: dict[str, TemplateRecord] = {}
    for name in reader.names("templates"):
        table = reader.table(name)
        record = reader.record(name, TemplateRecord, table) if table else None
        if record is None:
            continue
        if record.id in found:
            reader.report(name, "id", f"{record.id} is taken")
            continue
        found[record.id], home[record.id] = record, name
        _report_all(reader, name, record.id, template_findings(record, prompts))
    return found


def _unique(reader: Reader, name: str, model: type[T], key: str) -> dict[str, T]:
    """The records of a one-file list by id."""
    found: dict[str, T] = {}
    for record in reader.records(name, model, key):
        if record.id in found:
            reader.report(name, f"{record.id}.id", "stands here twice")
        found.setdefault(record.id, record)
    return found


def _pacing(reader: Reader) -> dict[str, PacingRule]:
    """The words of every pacing rule there is, and of no other."""
    name = "pacing.toml"
    found = _unique(reader, name, PacingRule, "rule")
    for missing in sorted(RULES.keys() - found.keys()):
        reader.report(name, missing, "is a rule without words")
    for rule in found.values():
        if rule.id not in RULES:
            reader.report(name, rule.id, "has no condition in circle/domain/rules")
        if set(rule.basis) != {"D"} and not rule.source:
            reader.report(name, f"{rule.id}.source", "is named for what is not our decision alone")
    return found


def _ideas(reader: Reader, prompts: Mapping[str, PromptRecord], home: Mapping[str, str]) -> dict[str, Idea]:
    """The ideas by id; every idea a prompt names is to be one of them."""
    before = len(reader.problems)
    found = _unique(reader, IDEAS, Idea, "idea")
    for idea in found.values():
        _report_all(reader, IDEAS, idea.id, idea_findings(idea))
    if len(reader.problems) == before:  # else an idea may only be missing because its own entry is broken
        for prompt in prompts.values():
            for name in prompt.source_ideas:
                if name not in found:
                    reason = f"{name} is not in {IDEAS}"
                    reader.report(home[prompt.id], f"{prompt.id}.source_ideas", reason)
    return found


def _refusals(reader: Reader) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for code, sentence in reader.table("refusals.toml").items():
        if isinstance(sentence, str) and sentence.strip():
            sentences[code] = as_read(sentence)
        else:
            reader.report("refusals.toml", code, "is to be a sentence")
    return sentences


def _report_all(reader: Reader, name: str, where: str, findings: Iterable[tuple[str, str]]) -> None:
    for field, reason in findings:
        reader.report(name, f"{where}.{field}", reason)
