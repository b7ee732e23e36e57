"""The ideas the library grew from, and what came of each: a prompt, a feature with its test, or not yet.

Everything here is pure. What prompts say of their `source_ideas` is counted, and not written down twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from circle.content.loader import Library
from circle.content.schema import Idea, PromptRecord


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which ideas are covered, by id and in the order of the file.

    An idea can be covered by a prompt and by a test. `opened` waits for a later piece, in the idea's own
    field `open`; `lost` has neither, which is a slip. Retired prompts cover nothing.
    """

    by_prompt: tuple[str, ...]
    by_test: tuple[str, ...]
    opened: tuple[str, ...]
    lost: tuple[str, ...]


def coverage(ideas: Iterable[Idea], prompts: Iterable[PromptRecord]) -> Coverage:
    """What covers each idea."""
    grown = grown_from(prompts)
    listed = tuple(ideas)
    return Coverage(
        by_prompt=tuple(idea.id for idea in listed if idea.id in grown),
        by_test=tuple(idea.id for idea in listed if idea.test),
        opened=tuple(idea.id for idea in listed if idea.open),
        lost=tuple(idea.id for idea in listed if not (idea.test or idea.open or idea.id in grown)),
    )


def grown_from(prompts: Iterable[PromptRecord]) -> frozenset[str]:
    """The ids of all ideas that a prompt in use grew from."""
    return frozenset(idea for prompt in prompts if prompt.status != "retired" for idea in prompt.source_ideas)


def coverage_findings(library: Library) -> Iterator[tuple[str, str, str]]:
    """What prompts and ideas do not agree on, as (id, field, reason)."""
    found = coverage(library.ideas, library.prompts.values())
    covered = frozenset(found.by_prompt)
    for idea in found.opened:
        if idea in covered:
            yield idea, "open", "a prompt grew from it, so it is open no more: take this line out"
    for idea in found.lost:
        yield idea, "test", "no prompt grew from it: name a test, or under open what it waits for"


def describe_coverage(library: Library) -> list[str]:
    """Lines to print: how many ideas are covered by what, then every open one by its name."""
    found = coverage(library.ideas, library.prompts.values())
    prompts, tests = set(found.by_prompt), set(found.by_test)
    head = (
        f"Ideas: {len(library.ideas)}, {len(prompts | tests)} covered: {len(prompts)} by a prompt, "
        f"{len(tests)} by a test, {len(prompts & tests)} of them by both; {len(found.opened)} open"
    )
    lost = [f"  {idea.id} has nothing: {idea.idea}" for idea in library.ideas if idea.id in found.lost]
    opened = [f"  {idea.id} ({idea.open}): {idea.idea}" for idea in library.ideas if idea.open]
    return [head, *lost, *opened]


def coverage_data(library: Library) -> dict[str, object]:
    """The same for programs: ids by what covers them, and what each open one waits for."""
    found = coverage(library.ideas, library.prompts.values())
    return {
        "by_prompt": list(found.by_prompt),
        "by_test": list(found.by_test),
        "open": {idea.id: idea.open for idea in library.ideas if idea.open},
    }
