"""Finding prompts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.content.loader import Library
from circle.content.search import Index, Wanted, find


def test_nothing_asked_finds_everything_the_quieter_first(library: Library) -> None:
    found = find(library, Wanted())
    assert {one.id for one in found} == {
        key for key, one in library.prompts.items() if one.status != "retired"
    }
    assert [one.intensity for one in found] == sorted(one.intensity for one in found)


@pytest.mark.parametrize("words", ["door", "DOOR", "  door  "])
def test_words_in_any_case_and_titles_first(library: Library, words: str) -> None:
    found = find(library, Wanted(words))
    assert found
    in_title = ["door" in one.title.casefold() for one in found]
    assert in_title == sorted(in_title, reverse=True)


def test_all_words_occur(library: Library) -> None:
    both, one = find(library, Wanted("room door")), find(library, Wanted("door"))
    assert {prompt.id for prompt in both} <= {prompt.id for prompt in one}
    assert find(library, Wanted("nobody-ever-wrote-this")) == []


def test_an_id_is_found(library: Library) -> None:
    assert find(library, Wanted("gf-01"))[0].id == "GF-01"


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (Wanted(theme="grief"), lambda one: "grief" in (one.theme, *one.themes_secondary)),
        (Wanted(strand="safety"), lambda one: one.strand == "safety"),
        (Wanted(kind="writing"), lambda one: one.kind == "writing"),
        (Wanted(sharing="unnamed_wall"), lambda one: "unnamed_wall" in one.sharing_modes),
        (Wanted(layer=3), lambda one: one.layer == 3),
        (Wanted(intensity=2), lambda one: one.intensity <= 2),
        (Wanted(minutes=5), lambda one: one.minutes.min <= 5),
    ],
    ids=["theme", "strand", "kind", "sharing", "layer", "intensity", "minutes"],
)
def test_what_is_asked_for_holds_for_all_and_leaves_none_out(
    library: Library, wanted: Wanted, holds: object
) -> None:
    found = {one.id for one in find(library, wanted)}
    everything = {one.id for one in find(library, Wanted())}
    assert found == {key for key in everything if holds(library.prompts[key])}  # type: ignore[operator]
    assert 0 < len(found) < len(everything)


def test_a_retired_one_is_not_found(library: Library) -> None:
    retired = library.prompts["GF-01"].model_copy(update={"status": "retired"})
    less = replace(library, prompts={**library.prompts, "GF-01": retired})
    assert "GF-01" not in {one.id for one in find(less, Wanted())}


def test_the_library_and_own_ones_are_searched_as_one(library: Library) -> None:
    own = library.prompts["GF-01"].model_copy(update={"id": "own-" + "a" * 22, "title": "A borrowed coat"})
    both = Index(library.prompts.values()) + Index([own])
    assert [one.id for one in find(both, Wanted("borrowed coat"))] == [own.id]
    assert len(find(both, Wanted())) == len(find(library, Wanted())) + 1
    joined = Index(library.prompts.values()) + Index([own], {own.id: "ein geliehener Mantel"})
    assert find(joined, Wanted()) == find(both, Wanted())
    assert [one.id for one in find(joined, Wanted("MANTEL"))] == [own.id]
    assert len(joined) == len(library.prompts) + 1
