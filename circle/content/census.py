"""What the library holds, counted, and whether that is enough for a circle that meets every week.

A set is a file under `prompts/`. The numbers are those of a first, usable library (docs/content.md,
"How many"); they are design decisions, not findings. Retired prompts do not count. Pure: a library in,
numbers out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from circle.content.loader import Library
from circle.content.problems import Problem
from circle.content.schema import PromptRecord
from circle.domain.plan import PAIR_AT_MOST

# At least so many prompts in each set; sets that are not named here may have any number.
SETS = {
    "grief": 18, "outgrowing": 18, "security": 18,
    "checkins": 10, "layers": 6, "grounding": 8, "breaks": 4, "closings": 8,
}  # fmt: skip
THEMES = ("grief", "outgrowing", "security")
CLAUSES = 12
ALTOGETHER = 102  # prompts in all sets, and the clauses

# Of the 18 of a theme, from and up to (None: no end). A third gives something, so that nobody is their wound.
_BY_INTENSITY: tuple[tuple[str, range, int, int | None], ...] = (
    ("intensity 1 and 2", range(1, 3), 7, None),
    ("intensity 3", range(3, 4), 6, None),
    ("intensity 4", range(4, 5), 0, 4),
    ("intensity 5", range(5, 6), 0, 1),
)
_PER_LAYER = {1: 3, 2: 4, 3: 4, 4: 3}
_GIVING = 6
_WITHOUT_WORDS = 2
_UNNAMED_PERCENT = 60
WORDLESS_KINDS = frozenset({"breath", "movement", "orienting", "sketch"})


@dataclass(frozen=True, slots=True)
class Quota:
    """One number that was asked for. `at_most` None: the more the better. `file` is where to mend it."""

    file: str
    what: str
    found: int
    at_least: int
    at_most: int | None = None

    @property
    def met(self) -> bool:
        """Whether the number found lies within."""
        return self.found >= self.at_least and (self.at_most is None or self.found <= self.at_most)

    @property
    def wanted(self) -> str:
        """The range in words: "at least 6", "at most 1", "1 to 2"."""
        if self.at_most is None:
            return f"at least {self.at_least}"
        return f"{self.at_least} to {self.at_most}" if self.at_least else f"at most {self.at_most}"


@dataclass(frozen=True, slots=True)
class SetCount:
    """A set in numbers. Keys are as in the records; `unnamed_percent` is rounded down, 0 to 100."""

    name: str
    prompts: int
    drafts: int
    intensity: Mapping[int, int]
    layer: Mapping[int, int]
    kind: Mapping[str, int]
    giving: int
    unnamed_percent: int


def sets_of(library: Library) -> dict[str, list[PromptRecord]]:
    """The prompts in use by set, in the files' order; every named set is there, if only empty."""
    found: dict[str, list[PromptRecord]] = {name: [] for name in SETS}
    for prompt in library.prompts.values():
        if prompt.status != "retired":
            name = library.files[prompt.id].removeprefix("prompts/").removesuffix(".toml")
            found.setdefault(name, []).append(prompt)
    return found


def counts(library: Library) -> list[SetCount]:
    """Every set in numbers."""
    return [_count(name, prompts) for name, prompts in sets_of(library).items()]


def quotas(library: Library) -> list[Quota]:
    """Everything that was asked for, met or not."""
    sets = sets_of(library)
    found = [Quota(_file(name), "prompts", len(sets[name]), wanted) for name, wanted in SETS.items()]
    found.append(Quota("agreements.toml", "clauses", len(library.agreements), CLAUSES))
    everything = sum(map(len, sets.values())) + len(library.agreements)
    found.append(Quota("prompts", "prompts and clauses", everything, ALTOGETHER))
    for name in THEMES:
        found.extend(_of_theme(_file(name), sets[name]))
    return found


def quota_problems(library: Library) -> Iterator[Problem]:
    """What is missing or too much, as problems to mend."""
    for quota in quotas(library):
        if not quota.met:
            yield Problem(quota.file, quota.what, f"counts {quota.found}, {quota.wanted} is asked for")


def describe(library: Library) -> list[str]:
    """The counts and quotas as lines to read in a terminal."""
    lines = [f"{'set':<11} prompts  drafts  intensity 1-5    layer 1-4      gives  unnamed"]
    for row in counts(library):
        intensity = "/".join(str(row.intensity.get(step, 0)) for step in range(1, 6))
        layer = "/".join(str(row.layer.get(step, 0)) for step in range(1, 5))
        lines.append(
            f"{row.name:<11} {row.prompts:>7} {row.drafts:>7}  {intensity:<15}  {layer:<13} "
            f"{row.giving:>5} {row.unnamed_percent:>6} %"
        )
    for row in counts(library):
        kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(row.kind.items()))
        lines.append(f"{row.name}: {kinds}")
    asked = quotas(library)
    lines.append(f"{sum(quota.met for quota in asked)} of {len(asked)} quotas met.")
    return lines


def as_data(library: Library) -> dict[str, object]:
    """The same for programs: `sets` by name, and `quotas`."""
    return {
        "sets": {
            row.name: {
                "prompts": row.prompts,
                "drafts": row.drafts,
                "intensity": {str(key): number for key, number in sorted(row.intensity.items())},
                "layer": {str(key): number for key, number in sorted(row.layer.items())},
                "kind": dict(sorted(row.kind.items())),
                "giving": row.giving,
                "unnamed_percent": row.unnamed_percent,
            }
            for row in counts(library)
        },
        "quotas": [
            {"file": q.file, "what": q.what, "found": q.found, "wanted": q.wanted, "met": q.met}
            for q in quotas(library)
        ],
    }


def _of_theme(file: str, prompts: Sequence[PromptRecord]) -> Iterator[Quota]:
    intensity = Counter(prompt.intensity for prompt in prompts)
    layer = Counter(prompt.layer for prompt in prompts)
    kind = Counter(prompt.kind for prompt in prompts)
    for what, steps, at_least, at_most in _BY_INTENSITY:
        yield Quota(file, what, sum(intensity[step] for step in steps), at_least, at_most)
    for number, at_least in _PER_LAYER.items():
        yield Quota(file, f"layer {number}", layer[number], at_least)
    wordless = sum(prompt.kind in WORDLESS_KINDS for prompt in prompts)
    strong_pairs = sum(prompt.kind == "pair" and prompt.intensity > PAIR_AT_MOST for prompt in prompts)
    yield Quota(file, "that give: resource, strength, joy, consolidation", _giving(prompts), _GIVING)
    yield Quota(file, "without words", wordless, _WITHOUT_WORDS)
    yield Quota(file, "kind slow_lines", kind["slow_lines"], 1, 2)
    yield Quota(file, "kind unsent_letter", kind["unsent_letter"], 0, 1)
    yield Quota(file, "kind pair", kind["pair"], 1, 2)
    yield Quota(file, f"kind pair above intensity {PAIR_AT_MOST}", strong_pairs, 0, 0)
    yield Quota(file, "percent anonymous_friendly", _unnamed_percent(prompts), _UNNAMED_PERCENT)


def _count(name: str, prompts: Sequence[PromptRecord]) -> SetCount:
    return SetCount(
        name=name,
        prompts=len(prompts),
        drafts=sum(prompt.status == "draft" for prompt in prompts),
        intensity=Counter(prompt.intensity for prompt in prompts),
        layer=Counter(prompt.layer for prompt in prompts),
        kind=Counter(prompt.kind for prompt in prompts),
        giving=_giving(prompts),
        unnamed_percent=_unnamed_percent(prompts),
    )


def _giving(prompts: Sequence[PromptRecord]) -> int:
    return sum(prompt.nourishes is not None for prompt in prompts)


def _unnamed_percent(prompts: Sequence[PromptRecord]) -> int:
    return 100 * sum(prompt.anonymous_friendly for prompt in prompts) // max(1, len(prompts))


def _file(name: str) -> str:
    return f"prompts/{name}.toml"
