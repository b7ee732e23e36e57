"""What a Circle of so many members would need, and what gives way first: the tables of `docs/scale.md`.

    python -m bench.scale                        prints them
    python -m bench.scale --write docs/scale.md  puts them into their places in the document

Pure arithmetic (`bench/scale_model.py`), so the same figures give the same tables everywhere.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from bench import scale_model as m
from bench.scale_model import CHANGED, Act, Design, World, cell_members, processes, rates

SIZES = (1_000, 100_000, 1_000_000)
DAY_S, MONTH_DAYS = 86_400, 30.4


@dataclass(frozen=True, slots=True)
class Prices:
    """Euro a month, of the order of public price lists. Assumptions."""

    core: float = m.assumed("euro a month: a core", 12.0)
    gb: float = m.assumed("euro a month: a GB of memory", 3.0)
    out_gb: float = m.assumed("euro: a GB that leaves", 0.04)
    disk_gb: float = m.assumed("euro a month: a GB of disk", 0.10)
    thousand_mails: float = m.assumed("euro: a thousand mails", 0.5)


@dataclass(frozen=True, slots=True)
class Needs:
    """What so many members need, in all cells together."""

    cells: int
    web: int  # processes with those to spare
    web_gb: float
    redis: m.Redis  # of one cell
    postgres_cores: float
    transactions: float  # a second, while people come
    connections: int  # of one PostgreSQL
    wal_gb: float  # a day
    mails: float  # a second
    workers: int
    out_mbit: float
    out_gb: float  # a month


def needs(members: int, world: World, design: Design) -> Needs:
    """In as many cells as it takes; those of the present design are one."""
    costs, people, limits = world.costs, world.people, world.limits
    cells = math.ceil(members / cell_members(world)) if design == CHANGED else 1
    each = members / cells
    count = processes(each, world, design)
    web = cells * math.ceil(count * (1 + limits.spare))
    load, per_s = m.asked(members, world, design), rates(members, people)
    connections = limits.pooled if design.pooled else int(count * limits.per_process)
    acts = members * people.a_day * people.session_min * 60 / people.act_every_s
    mails = members * people.mail_part
    return Needs(
        cells=cells,
        web=web,
        web_gb=(web * costs.base_mb / 1e3) + members * costs.connection_kb / 1e6,
        redis=m.redis_load(each, world, design, count),
        postgres_cores=load.rush.postgres_ms / 1000,
        transactions=load.rush.transactions,
        connections=connections,
        wal_gb=acts * costs.share.wal_bytes / 1e9,
        mails=mails / people.mail_in_s,
        workers=max(1, math.ceil(mails / people.mail_in_s * costs.mail_s)),
        out_mbit=_out_kb(per_s, world) * 8 / 1000,
        out_gb=_out_gb_a_session(world) * members * people.a_day * MONTH_DAYS,
    )


def _come_kb(world: World) -> float:
    costs = world.costs
    return costs.page_kb + costs.snapshot_kb + world.people.fresh_part * costs.fresh_kb


def _out_kb(per_s: dict[str, float], world: World) -> float:
    """A second, while people come."""
    said = per_s["share"] * world.people.circle * world.costs.frame_kb
    return said + per_s["come"] * _come_kb(world) + per_s["again"] * world.costs.snapshot_kb


def _out_gb_a_session(world: World) -> float:
    """For one member."""
    people, seconds = world.people, world.people.session_min * 60
    said = seconds / people.act_every_s * people.circle * world.costs.frame_kb
    again = seconds / people.back_s * people.back_part * world.costs.snapshot_kb
    return (said + again + _come_kb(world)) / 1e6


def euro(members: int, world: World, design: Design, prices: Prices) -> dict[str, float]:
    """A month, by what it is for. A second PostgreSQL stands by in each cell."""
    need = needs(members, world, design)
    mails = members * world.people.a_day * world.people.mail_part * MONTH_DAYS / 1000
    postgres = max(2.0 * need.cells, math.ceil(need.postgres_cores / 0.6)) * 2
    return {
        "Web processes": need.web * prices.core + need.web_gb * 1.5 * prices.gb,
        "Redis": need.cells * (2 * prices.core + max(1.0, 2 * need.redis.memory_gb) * prices.gb),
        "PostgreSQL, and one that stands by": postgres * (prices.core + 4 * prices.gb)
        + 2 * (20 * need.cells + 7 * need.wal_gb) * prices.disk_gb,
        "Proxies and workers": (2 * need.cells + math.ceil(need.workers / 8)) * (prices.core + prices.gb),
        "What leaves": need.out_gb * prices.out_gb,
        "Mails": mails * prices.thousand_mails,
    }


# -- tables -------------------------------------------------------------------------------------------------
def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    return "\n".join([_row(*head), "|" + "---|" * len(head), *(_row(*row) for row in rows)])


def number(value: float) -> str:
    """As a person would say it: three digits, no more."""
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else "none is enough"
    if value >= 100:
        digits = 3 - math.ceil(math.log10(value + 1))
        return f"{round(value, min(0, digits)):,.0f}"
    return f"{value:.3g}"


def acts(world: World) -> str:
    """What one of each thing costs, with several processes."""
    rows: list[tuple[object, ...]] = [
        (
            each.metadata["what"],
            *(number(getattr(act, name)) for name in Act.__slots__),
            each.metadata["from"],
        )
        for each in fields(world.costs)
        if isinstance(act := getattr(world.costs, each.name), Act)
    ]
    head = (
        "Several processes", "Web ms", "Redis ms", "PostgreSQL ms", "Scripts", "Commands", "Messages",
        "Transactions", "Log bytes", "From",
    )  # fmt: skip
    return _table(head, rows)


def costs(world: World) -> str:
    """What else was measured."""
    rows: list[tuple[object, ...]] = [
        (each.metadata["what"], number(value), each.metadata["from"])
        for each in fields(world.costs)
        if not isinstance(value := getattr(world.costs, each.name), Act)
    ]
    return _table(("What", "Cost", "From"), rows)


def assumptions(world: World) -> str:
    """Everything else that goes in."""
    rows: list[tuple[object, ...]] = [
        (each.metadata["what"], number(getattr(part, each.name)))
        for part in (world.people, world.limits, Prices())
        for each in fields(part)
    ]
    return _table(("Assumption", "Value"), rows)


def what_happens(world: World) -> str:
    """What so many people do."""
    load = {size: m.asked(size, world, CHANGED) for size in SIZES}
    per_s = {size: rates(size, world.people) for size in SIZES}
    lines: tuple[tuple[str, Callable[[int], float]], ...] = (
        ("Sessions at the same time", lambda size: load[size].circles),
        ("Said or pressed, a second", lambda size: per_s[size]["share"]),
        ("Handed to pages, a second", lambda size: per_s[size]["share"] * world.people.circle),
        ("Signs of life, a second", lambda size: per_s[size]["beat"]),
        ("Lines that come back, a second", lambda size: per_s[size]["again"]),
        ("People who come, a second (at seven)", lambda size: per_s[size]["come"]),
        ("Web: busy cores while sessions go on", lambda size: load[size].steady.web_ms / 1000),
        ("Web: busy cores at seven", lambda size: load[size].rush.web_ms / 1000),
    )
    rows = [(name, *(number(of(size)) for size in SIZES)) for name, of in lines]
    return _table(("Members online", *(f"{size:,}" for size in SIZES)), list(rows))


def walls(world: World) -> str:
    """What gives way first, and then."""
    rows: list[tuple[object, ...]] = []
    for at, step in enumerate(m.in_order(world), start=1):
        remedy = step.remedy.what if step.remedy is not None else "another cell"
        rows.append((at, number(step.at), step.wall.name, remedy))
    return _table(("", "Members", "What gives way", "What helps most there"), rows)


def held(world: World) -> str:
    """How far each part goes, as it is and once everything inside a cell was changed."""
    most = 1e8

    def far(wall: m.Wall, design: Design) -> str:
        at = m.breaks_at(wall, world, design, most)
        return number(at) if at < most else "does not grow"

    rows: list[tuple[object, ...]] = [(w.name, far(w, Design()), far(w, CHANGED)) for w in m.WALLS]
    return _table(("Part", "As it is", "With the changes"), rows)


def sizes(world: World) -> str:
    """What is needed; 1,000 members also as it is."""
    designs = [(1_000, Design(), "1,000, as it is"), *((size, CHANGED, f"{size:,}") for size in SIZES)]
    found = [needs(size, world, design) for size, design, _ in designs]
    lines: tuple[tuple[str, Callable[[Needs], float]], ...] = (
        ("Cells", lambda need: need.cells),
        ("Web processes, one core each", lambda need: need.web),
        ("Memory of all of them, GB", lambda need: need.web_gb),
        ("A cell's Redis: busy part of its thread", lambda need: need.redis.busy),
        ("A cell's Redis: commands a second", lambda need: need.redis.commands),
        ("A cell's Redis: messages published a second", lambda need: need.redis.messages),
        ("A cell's Redis: messages handed on a second", lambda need: need.redis.handed),
        ("A cell's Redis: MB a second", lambda need: need.redis.bytes / 1e6),
        ("A cell's Redis: memory, GB", lambda need: need.redis.memory_gb),
        ("All PostgreSQL: busy cores", lambda need: need.postgres_cores),
        ("All PostgreSQL: transactions a second", lambda need: need.transactions),
        ("A cell's PostgreSQL: connections", lambda need: need.connections),
        ("All PostgreSQL: GB of log a day", lambda need: need.wal_gb),
        ("Mails a second, in the hour after", lambda need: need.mails),
        ("Mail workers", lambda need: need.workers),
        ("Leaves, Mbit a second at seven", lambda need: need.out_mbit),
        ("Leaves, GB a month", lambda need: need.out_gb),
    )
    rows = [(name, *(number(of(need)) for need in found)) for name, of in lines]
    return _table(("Members online", *(name for *_, name in designs)), list(rows))


def money(world: World) -> str:
    """A month."""
    prices = Prices()
    found = [euro(size, world, CHANGED, prices) for size in SIZES]
    rows: list[tuple[object, ...]] = [(name, *(number(each[name]) for each in found)) for name in found[0]]
    rows.append(("All", *(number(sum(each.values())) for each in found)))
    each = (f"{sum(one.values()) / size:.2f}" for one, size in zip(found, SIZES, strict=True))
    rows.append(("For each who is online at the busiest moment", *each))
    return _table(("Euro a month", *(f"{size:,}" for size in SIZES)), rows)


def peaks(world: World) -> str:
    """Hard minutes: how busy the processes needed are, and how many seconds until everybody is in step."""
    rows: list[tuple[object, ...]] = []
    for name, each, design in (
        ("1,000 members, as it is", 1_000, Design()),
        ("1,000 members, changed", 1_000, CHANGED),
        (f"A cell of {cell_members(world):,}", cell_members(world), CHANGED),
    ):
        count = math.ceil(processes(each, world, design) * (1 + world.limits.spare))
        load = m.asked(each, world, design)
        idle = count - load.steady.web_ms / 1000
        back_s, part = world.costs.back.web_ms / 1000, each / count
        coming = (load.rush.web_ms - load.steady.web_ms) / 1000 * world.people.rush_s
        one_less = idle - 1
        rows.append(
            (
                name,
                count,
                f"{load.rush.web_ms / 10 / count:.0f} %",
                number(max(world.people.rush_s, coming / idle)),
                number(max(60, coming / idle)),
                number(part * back_s / one_less) if one_less > 0 else "none is enough",
                number(each * back_s / idle),
            )
        )
    head = (
        "", "Processes", "Busy at seven", "All are in, when they come in five minutes, after s",
        "in one minute, after s", "One process dies: back after s", "Redis begins anew: back after s",
    )  # fmt: skip
    return _table(head, rows)


def alone(world: World) -> str:
    """How many members one process with SQLite carries."""
    c, people, limits = world.costs, world.people, world.limits

    def steady(members: float) -> float:
        per_s = rates(members, people)
        work = per_s["share"] * c.share_alone_ms + per_s["again"] * c.back_alone_ms
        return work + per_s["beat"] * c.beat_alone_ms + members / people.circle * c.tick_alone_ms

    def rush(members: float) -> float:
        files = people.fresh_part * people.files * c.file_ms
        coming = rates(members, people)["come"] * (c.page_alone_ms + c.back_alone_ms + files)
        return steady(members) + coming

    most = min(1000 * limits.steady / steady(1), 1000 * limits.rush / rush(1))
    rows: list[tuple[object, ...]] = [
        (f"{size:,}", f"{steady(size) / 10:.1f} %", f"{rush(size) / 10:.1f} %",
         number(c.base_mb + size * c.connection_kb / 1e3))
        for size in (100, 1_000, 5_000, int(most // 1_000 * 1_000))
    ]  # fmt: skip
    return _table(("Members", "Core while sessions go on", "Core at seven", "Memory, MB"), rows)


TABLES: dict[str, Callable[[World], str]] = {
    "acts": acts,
    "costs": costs,
    "assumptions": assumptions,
    "what happens": what_happens,
    "alone": alone,
    "walls": walls,
    "held": held,
    "sizes": sizes,
    "peaks": peaks,
    "money": money,
}


def written(text: str, world: World) -> str:
    """The document with its tables as they are now. Raises KeyError for a table nobody knows."""

    def table(found: re.Match[str]) -> str:
        return f"{found[1]}\n{TABLES[found[2]](world)}\n{found[4]}"

    return re.sub(r"(<!-- table: ([a-z ]+) -->)(.*?)(<!-- end -->)", table, text, flags=re.DOTALL)


def main() -> None:
    """Print, or write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", type=Path)
    place: Path | None = asked.parse_args().write
    if place is not None:
        place.write_text(written(place.read_text(), World()))
        return
    for name, table in TABLES.items():
        print(f"\n## {name}\n\n{table(World())}")


if __name__ == "__main__":
    main()
