"""What the pacing rules say of a plan, in words: conditions from the domain, sentences from pacing.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from circle.content.loader import Library
from circle.content.schema import PacingRule, PromptRecord
from circle.domain.rules.check import Finding, check
from circle.domain.rules.look import Look, PromptFacts

_GRAVEST = ("error", "warn", "hint")


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding for a host. step: id of the step it is about, "" for the plan. number: as found, in the
    unit of the sentence. locked: takes no reason.
    """

    rule: PacingRule
    step: str
    severity: str
    say: str
    number: float
    locked: bool


def findings(library: Library, look: Look) -> list[Remark]:
    """Everything to be said of this plan, gravest first, then by rule."""
    values = {rule.id: rule.values for rule in library.pacing.values()}
    remarks = [_remark(library.pacing[one.rule], one) for one in check(look, values)]
    return sorted(remarks, key=lambda remark: (_GRAVEST.index(remark.severity), remark.rule.id))


def facts_of(library: Library) -> Mapping[str, PromptFacts]:
    """What rules ask of prompts, by prompt id."""
    return {key: _facts(record) for key, record in library.prompts.items()}


def _remark(rule: PacingRule, one: Finding) -> Remark:
    severity = rule.grave if one.found.grave and rule.grave else rule.severity
    gravest = rule.grave is None or one.found.grave
    return Remark(
        rule, one.found.step, severity, _say(rule, one), one.found.number, locked=rule.lock and gravest
    )


def _say(rule: PacingRule, one: Finding) -> str:
    if rule.say_none and not one.found.number:
        return rule.say_none
    say = rule.say.replace("{n} minutes", "1 minute") if one.found.number == 1 else rule.say
    return say.replace("{n}", f"{one.found.number:g}").replace("{word}", one.found.word.replace("_", " "))


def _facts(record: PromptRecord) -> PromptFacts:
    pace = record.pace
    return PromptFacts(
        theme=record.theme,
        layer=record.layer,
        body_based=record.body_based,
        holds=pace is not None and pace.hold_s + pace.rest_s > 0,
        hold_free=bool(record.non_body_alternative),
        gentle=record.gentle_alternative is not None,
        not_for=frozenset(record.contraindications),
    )
