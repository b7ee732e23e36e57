"""Every rule on one plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from circle.domain.rules import air, depth, fit, rest
from circle.domain.rules.look import Found, Look, Rule, Values

RULES: Mapping[str, Rule] = {
    f"P{name[1:]}": rule
    for module in (depth, rest, air, fit)
    for name, rule in vars(module).items()
    if name[0] == "p" and name[1:3].isdigit()
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. rule: its id, such as "P06"."""

    rule: str
    found: Found


def check(look: Look, values: Mapping[str, Values]) -> Iterator[Finding]:
    """All findings, by rule. values: each rule's numbers, by id. Raises KeyError for a rule without."""
    for rule_id, rule in RULES.items():
        for found in rule(look, values[rule_id]):
            yield Finding(rule_id, found)
