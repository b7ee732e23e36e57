"""Neutral words for what an evening did, for the draft of its notes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from circle.content.problems import ContentError, Problem
from circle.domain.plan import Kind

_FILE = "notes.toml"


@lru_cache(maxsize=1)
def words_by_kind() -> Mapping[Kind, str]:
    """What we did in a step of this kind, reading on from "We ..."; "" where it is left out.

    Raises `ContentError` when a kind has no words, or words have no kind.
    """
    table = tomllib.loads(files("circle.content").joinpath(_FILE).read_text(encoding="utf-8"))["did"]
    strangers = {kind.value for kind in Kind} ^ set(table)
    if strangers:
        raise ContentError([Problem(_FILE, f"did.{name}", "is missing or not known") for name in strangers])
    return MappingProxyType({Kind(name): words for name, words in table.items()})


def what_we_did(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """The words for these steps in order, each once."""
    return tuple(dict.fromkeys(filter(None, (words_by_kind()[kind] for kind in kinds))))
