"""What `bench/scale.py` works out: the document says the same, and nothing in it goes the wrong way."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise, product

import pytest

from bench.scale import TABLES, needs, written
from bench.scale_model import (
    CHANGED,
    REMEDIES,
    WALLS,
    Act,
    Costs,
    Design,
    Remedy,
    Wall,
    World,
    breaks_at,
    cell_members,
    in_order,
    processes,
)
from scripts.system import ROOT

DOCUMENT = ROOT / "docs" / "scale.md"
MEMBERS = (100, 1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000)
names = [field.name for field in fields(Design)]
DESIGNS = [
    Design(**dict(zip(names, picked, strict=True))) for picked in product((False, True), repeat=len(names))
]


def test_the_document_has_the_tables_of_today() -> None:
    text = DOCUMENT.read_text()
    assert written(text, World()) == text, "python -m bench.scale --write docs/scale.md"
    for name in TABLES:
        assert text.count(f"<!-- table: {name} -->") == 1, name


def test_only_what_stands_between_the_marks_is_written() -> None:
    text = "before\n<!-- table: walls -->\nold\n<!-- end -->\nafter\n"
    found = written(text, World())
    assert found.startswith("before\n<!-- table: walls -->\n| ")
    assert found.endswith(" |\n<!-- end -->\nafter\n")
    assert "old" not in found
    assert written(found, World()) == found
    with pytest.raises(KeyError):
        written("<!-- table: nobody knows -->\n<!-- end -->", World())


def test_another_cost_is_seen_in_the_tables() -> None:
    world = World()
    share = replace(world.costs.share, redis_ms=2 * world.costs.share.redis_ms)
    dearer = replace(world, costs=replace(world.costs, share=share))
    for name in ("acts", "walls", "sizes", "money"):
        assert TABLES[name](dearer) != TABLES[name](world), name


def test_every_figure_says_where_it_is_from() -> None:
    for field in fields(Costs):
        assert field.metadata["from"], field.name
        assert field.metadata["what"], field.name


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_more_members_never_ask_for_less(wall: Wall, design: Design) -> None:
    used = [wall.use(members, World(), design) for members in MEMBERS]
    assert all(less <= more * (1 + 1e-9) for less, more in pairwise(used)), used


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
def test_a_wall_stands_where_it_is_said_to_stand(wall: Wall) -> None:
    at = breaks_at(wall, World(), Design())
    assert wall.use(at, World(), Design()) <= 1 < wall.use(at + 2, World(), Design())


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda remedy: remedy.name)
def test_a_remedy_brings_no_wall_nearer(remedy: Remedy) -> None:
    for wall, design in product(WALLS, DESIGNS):
        assert breaks_at(wall, World(), remedy.after(design)) >= breaks_at(wall, World(), design) - 1


def test_what_gives_way_comes_in_order_and_ends_with_a_cell() -> None:
    steps = list(in_order(World()))
    assert all(one.at <= another.at for one, another in pairwise(steps))
    assert steps[-1].remedy is None
    remedies = [step.remedy for step in steps[:-1]]
    assert None not in remedies
    assert len(set(remedies)) == len(remedies)


def test_a_cell_holds_what_it_is_given() -> None:
    members = cell_members(World())
    assert all(wall.use(members, World(), CHANGED) < 1 for wall in WALLS)


def test_many_cells_cost_each_member_the_same() -> None:
    """Ten times the members are ten times the work: nothing is shared between cells."""
    size = 10 * cell_members(World())
    ten, hundred = (needs(size * times, World(), CHANGED) for times in (1, 10))
    for name in ("cells", "web", "web_gb", "postgres_cores", "transactions", "wal_gb", "out_mbit", "out_gb"):
        assert getattr(hundred, name) == pytest.approx(10 * getattr(ten, name)), name
    assert hundred.redis == ten.redis
    assert hundred.connections == ten.connections


def test_without_the_changes_a_further_process_brings_ever_less() -> None:
    """Each hears everything and looks at some of it: in the end no number of them is enough."""
    each = [members / processes(members, World(), Design()) for members in (10_000, 20_000, 30_000, 60_000)]
    assert all(before > after for before, after in pairwise(each)), each
    assert each[-1] == 0
    assert processes(60_000, World(), CHANGED) < 60_000


def test_acts_add_up() -> None:
    act = Act(1, 2, 3, 4, 5, 6, 7, 8)
    assert act.plus(act) == act.times(2)
