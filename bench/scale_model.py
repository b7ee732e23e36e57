"""What a Circle of several processes would need for so many members, and what gives way first.

Plain arithmetic from measured costs (`Costs`) and stated assumptions (`People`, `Limits`): nothing is drawn
by chance and nothing runs in time. All rates are per second, processor time is in milliseconds, `members` are
people who are online at the same moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

HERE = "bench.counted"
LIVE = "bench.live"
PAGES = "docs/performance.md"
GUESS = "assumed"


@dataclass(frozen=True, slots=True)
class Act:
    """What one act costs. scripts: runs of a script at Redis. messages: published to all processes."""

    web_ms: float = 0.0
    redis_ms: float = 0.0
    postgres_ms: float = 0.0
    scripts: float = 0.0
    commands: float = 0.0  # all of Redis, those inside of scripts too
    messages: float = 0.0
    transactions: float = 0.0
    wal_bytes: float = 0.0

    def times(self, rate: float) -> Act:
        """So many of them."""
        return Act(*(rate * value for value in self._values()))

    def plus(self, other: Act) -> Act:
        """Both."""
        return Act(*(a + b for a, b in zip(self._values(), other._values(), strict=True)))

    def _values(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)


def told(source: str, what: str) -> dict[str, str]:
    """What a figure is, and where it is from."""
    return {"from": source, "what": what}


def measured(source: str, what: str, value: Any) -> Any:
    """A figure with that."""
    return field(default=value, metadata=told(source, what))


@dataclass(frozen=True, slots=True)
class Costs:
    """Everything that was measured, on one of two slow shared cores; the only place with such figures."""

    share: Act = field(
        default=Act(9.7, 0.35, 1.95, 2, 12, 3, 1.5, 1_984), metadata=told(HERE, "a share in a circle of ten")
    )
    beat: Act = field(default=Act(0.48, 0.07, 0.0, 2, 9), metadata=told(HERE, "a sign of life of a page"))
    page: Act = field(default=Act(16.8, 0.30, 2.0, 2, 9, 0, 6.2), metadata=told(HERE, "the room's page"))
    back: Act = field(
        default=Act(20.1, 0.55, 2.55, 4, 26, 2, 6.5),
        metadata=told(HERE, "a line that comes: ticket, socket, snapshot"),
    )
    part: Act = field(default=Act(5.8, 0.17, 1.4, 2, 10, 1, 2.0), metadata=told(HERE, "a line that breaks"))
    hear_ms: float = measured(HERE, "web: hearing a message for another process's pages, ms", 0.17)
    tick_ms: float = measured(HERE, "web: the ticker looks at a circle, ms", 0.19)
    tick_redis_ms: float = measured(HERE, "Redis: the same, ms", 0.045)
    tick_bytes: float = measured(HERE, "Redis: the same, bytes", 4_000)
    message_bytes: float = measured(HERE, "Redis: a message to one process, bytes", 1_100)
    hand_ms: float = measured(HERE, "Redis: one more process that hears a message, ms", 0.0018)
    quiet_ms: float = measured(HERE, "web: holding a session that is in a quiet round, ms more", 3.0)
    quiet_redis_ms: float = measured(HERE, "Redis: the same, ms more", 0.6)
    quiet_bytes: float = measured("circle/shared/memories.py", "length of its value, bytes", 512 * 1024)
    connection_kb: float = measured(LIVE, "memory of a connection, KB", 70)
    base_mb: float = measured(LIVE, "memory of a process before anybody comes, MB", 95)
    share_alone_ms: float = measured(LIVE, "SQLite, one process: a share in a circle of ten, ms", 0.8)
    back_alone_ms: float = measured(LIVE, "SQLite, one process: a line that comes, ms", 6)
    page_alone_ms: float = measured(GUESS, "SQLite, one process: the room's page, ms", 8)
    tick_alone_ms: float = measured(LIVE, "SQLite, one process: the ticker looks at a circle, ms", 0.06)
    beat_alone_ms: float = measured(GUESS, "SQLite, one process: a sign of life, ms", 0.15)
    page_kb: float = measured(PAGES, "the page over the line, KB", 18)
    fresh_kb: float = measured(PAGES, "its styles, scripts and letters, where nothing is kept, KB", 160)
    snapshot_kb: float = measured(GUESS, "a snapshot over the line, KB", 8)
    frame_kb: float = measured(GUESS, "a share over the line to one page, KB", 0.8)
    file_ms: float = measured(GUESS, "web: a file of the page, ms", 0.4)
    mail_s: float = measured(GUESS, "a worker's time for one mail, mostly the mail server's, s", 0.3)
    trip_ms: float = measured(GUESS, "a question to Redis between machines, there and back, ms", 0.5)


def assumed(what: str, value: Any) -> Any:
    """An assumption."""
    return measured(GUESS, what, value)


@dataclass(frozen=True, slots=True)
class People:
    """What people do."""

    circle: int = assumed("people in a circle", 10)
    session_min: float = assumed("minutes of a session", 90)
    act_every_s: float = assumed("seconds from something a member says or presses to the next", 60)
    beat_s: float = assumed("seconds between signs of life, a member's page", 15)
    host_beat_s: float = assumed("seconds between signs of life, a host's page", 5)
    back_part: float = assumed("part of the members whose line breaks and comes back", 1 / 40)
    back_s: float = assumed("seconds in which that many lines break", 600)
    rush_part: float = assumed("part of the members who come on a Tuesday at seven", 0.6)
    rush_s: float = assumed("seconds in which they come", 300)
    fresh_part: float = assumed("part of them who have nothing of the page kept", 0.2)
    files: int = assumed("files of the page", 7)
    quiet_part: float = assumed("part of the circles that are in a quiet round at one moment", 0.15)
    mail_part: float = assumed("part of the members who asked for the notes", 0.5)
    mail_in_s: float = assumed("seconds in which those are to be sent", 3600)
    a_day: float = assumed("sessions of a day, for each that is on at the busiest moment", 2)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked of each part."""

    steady: float = assumed("part of a core, while sessions go on", 0.5)
    rush: float = assumed("part of a core, while people come", 0.8)
    redis: float = assumed("part of Redis' one thread", 0.6)
    redis_bytes: float = assumed("bytes a second of Redis (0.6 of 10 Gbit/s)", 0.75e9)
    postgres_cores: float = assumed("cores of one PostgreSQL (0.6 of 32)", 0.6 * 32)
    transactions: float = assumed("transactions a second of one PostgreSQL", 20_000)
    connections: int = assumed("connections of one PostgreSQL, as it comes", 100)
    per_process: int = assumed("connections of a process at most (circle/store/engine.py)", 16)
    pooled: int = assumed("connections of a pooler, whatever the number of processes", 64)
    tick_s: float = assumed("seconds that a round of the ticker may take", 0.8)
    elsewhere: float = assumed("part of the other processes' circles in a round (circle/live/ticker.py)", 0.1)
    cell_part: float = assumed("part of what a cell could hold that it is given", 0.5)
    spare: float = assumed("web processes beyond those needed, as a part of them", 0.25)


@dataclass(frozen=True, slots=True)
class Design:
    """What was changed inside of one cell (web processes, a Redis, a PostgreSQL). All False: as it is."""

    round_apart: bool = False
    own_ticks: bool = False
    own_messages: bool = False
    pooled: bool = False


CHANGED = Design(round_apart=True, own_ticks=True, own_messages=True, pooled=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """What so many members ask of all processes together, per second; peak: while they come."""

    circles: float
    steady: Act
    rush: Act
    quiet_holds: float  # of sessions in a quiet round


@dataclass(frozen=True, slots=True)
class World:
    """All that is known and assumed."""

    costs: Costs = field(default_factory=Costs)
    people: People = field(default_factory=People)
    limits: Limits = field(default_factory=Limits)


def rates(members: float, people: People) -> dict[str, float]:
    """How often each thing happens, per second."""
    circles = members / people.circle
    return {
        "share": members / people.act_every_s,
        "beat": circles / people.host_beat_s + (members - circles) / people.beat_s,
        "again": members * people.back_part / people.back_s,
        "come": members * people.rush_part / people.rush_s,
    }


def asked(members: float, world: World, design: Design) -> Asked:
    """The work itself, wherever it is done."""
    costs, people = world.costs, world.people
    per_s = rates(members, people)
    quiet = 0.0 if design.round_apart else people.quiet_part * (per_s["share"] + per_s["beat"])
    dearer = Act(web_ms=costs.quiet_ms, redis_ms=costs.quiet_redis_ms).times(quiet)
    again = costs.part.plus(costs.back).times(per_s["again"])
    steady = costs.share.times(per_s["share"]).plus(costs.beat.times(per_s["beat"])).plus(again).plus(dearer)
    files = Act(web_ms=people.fresh_part * people.files * costs.file_ms)
    coming = costs.page.plus(costs.back).plus(files).times(per_s["come"])
    return Asked(members / people.circle, steady, steady.plus(coming), quiet)


def overheard(members: float, world: World, design: Design, *, rush: bool) -> float:
    """Milliseconds a second that every further process spends on what is not its own."""
    costs, all_of_it = world.costs, asked(members, world, design)
    messages = (all_of_it.rush if rush else all_of_it.steady).messages
    heard = 0.0 if design.own_messages else messages * costs.hear_ms
    return heard + _elsewhere(world, design) * _tick_ms(all_of_it.circles, world, design)


def _elsewhere(world: World, design: Design) -> float:
    """Which part of the circles of other processes a ticker looks at in a round."""
    return 0.0 if design.own_ticks else world.limits.elsewhere


def _looks(circles: float, count: float, world: World, design: Design) -> float:
    """How many circles all tickers look at in a second: each at its own, and at some of the others."""
    part = _elsewhere(world, design)
    return circles * (1 + part * max(0.0, count - 1)) if part else circles


def _tick_ms(circles: float, world: World, design: Design) -> float:
    costs = world.costs
    quiet = 0.0 if design.round_apart else world.people.quiet_part * costs.quiet_ms / 2  # read, not written
    return circles * (costs.tick_ms + quiet)


def processes(members: float, world: World, design: Design) -> float:
    """Web processes, at least two; infinite where each would be busy with what is not its own."""
    needed = _needed(members, world, design)
    return math.ceil(needed) if needed < math.inf else math.inf


def _needed(members: float, world: World, design: Design) -> float:
    load = asked(members, world, design)
    ticks = _tick_ms(load.circles, world, design)
    needed = 2.0
    for part, rush in ((world.limits.steady, False), (world.limits.rush, True)):
        own = (load.rush if rush else load.steady).web_ms + ticks
        free = part * 1000 - overheard(members, world, design, rush=rush)
        needed = max(needed, own / free if free > 0 else math.inf)
    return needed


@dataclass(frozen=True, slots=True)
class Redis:
    """What a Redis does, per second."""

    busy: float  # of its thread
    commands: float
    messages: float  # published
    handed: float  # published, times the processes that hear
    bytes: float
    memory_gb: float


def redis_load(members: float, world: World, design: Design, count: float) -> Redis:
    """While people come. count: of web processes."""
    costs, people, load = world.costs, world.people, asked(members, world, design)
    hearers = 1.0 if design.own_messages else count
    looks = _looks(load.circles, count, world, design)
    quiet = 0.0 if design.round_apart else people.quiet_part
    handed = load.rush.messages * hearers
    busy = load.rush.redis_ms + looks * (costs.tick_redis_ms + quiet * costs.quiet_redis_ms / 2)
    moved = handed * costs.message_bytes + looks * costs.tick_bytes
    moved += (looks * quiet + 2 * load.quiet_holds) * costs.quiet_bytes
    sessions = load.circles * people.a_day
    held = sessions * costs.tick_bytes + load.circles * people.quiet_part * costs.quiet_bytes
    return Redis(
        (busy + handed * costs.hand_ms) / 1000,
        load.rush.commands + looks,
        load.rush.messages,
        handed,
        moved,
        held / 1e9,
    )


# -- what gives way -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Wall:
    """use: how much of what there is would be used; above 1 it is not enough."""

    name: str
    use: Callable[[float, World, Design], float]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of the design. name: of the field of `Design`."""

    name: str
    what: str

    def after(self, design: Design) -> Design:
        """The design with it."""
        return replace(design, **{self.name: True})


def _not_its_own(members: float, world: World, design: Design) -> float:
    limits = world.limits
    steady = overheard(members, world, design, rush=False) / 1000 / limits.steady
    return max(steady, overheard(members, world, design, rush=True) / 1000 / limits.rush)


def _round_of_ticker(members: float, world: World, design: Design) -> float:
    """Of the process with the most circles: there are never fewer processes than own work asks for."""
    circles = members / world.people.circle
    own = circles / _needed(members, world, replace(design, own_messages=True, own_ticks=True))
    circles = own + _elsewhere(world, design) * (circles - own)
    trips_ms = circles * world.costs.trip_ms
    return (_tick_ms(circles, world, design) + trips_ms) / 1000 / world.limits.tick_s


def _quiet_bytes(members: float, world: World, design: Design) -> float:
    if design.round_apart:
        return 0.0
    count, part = processes(members, world, design), world.people.quiet_part
    load = asked(members, world, design)
    looks = _looks(load.circles * part, count, world, design)
    moved = (looks + 2 * load.quiet_holds) * world.costs.quiet_bytes
    return moved / world.limits.redis_bytes


def _connections(members: float, world: World, design: Design) -> float:
    limits, count = world.limits, processes(members, world, design)
    wanted = limits.pooled if design.pooled else count * limits.per_process
    return wanted / limits.connections


def _redis(members: float, world: World, design: Design) -> float:
    count = processes(members, world, design)
    return redis_load(members, world, design, count).busy / world.limits.redis


def _postgres(members: float, world: World, design: Design) -> float:
    load, limits = asked(members, world, design), world.limits
    cores = load.rush.postgres_ms / 1000 / limits.postgres_cores
    return max(cores, load.rush.transactions / limits.transactions)


WALLS = (
    Wall("The line of Redis: values of quiet rounds", _quiet_bytes),
    Wall("The second of each ticker", _round_of_ticker),
    Wall("Time of every process for what is not its own", _not_its_own),
    Wall("Connections to PostgreSQL", _connections),
    Wall("The one thread of Redis", _redis),
    Wall("The one PostgreSQL", _postgres),
)
REMEDIES = (
    Remedy("round_apart", "a quiet round has a value of its own, and presence does not carry it"),
    Remedy("own_ticks", "a process ticks no circles but those of its buckets"),
    Remedy("own_messages", "a channel for each bucket"),
    Remedy("pooled", "a pooler before PostgreSQL"),
)


def breaks_at(wall: Wall, world: World, design: Design, most: float = 1e8) -> float:
    """The most members that this wall holds, to a member; `most` if it holds that."""
    low, high = 0.0, most
    if wall.use(high, world, design) <= 1:
        return most
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (middle, high) if wall.use(middle, world, design) <= 1 else (low, middle)
    return low


@dataclass(frozen=True, slots=True)
class Step:
    """A wall, at how many members a cell meets it, what helps most there. None: only another cell does."""

    at: float
    wall: Wall
    remedy: Remedy | None


def in_order(world: World) -> Iterator[Step]:
    """What gives way first as one cell grows; what is next once that is mended; until nothing mends it."""
    design = Design()
    while True:
        first = min(WALLS, key=lambda wall: breaks_at(wall, world, design))
        at = breaks_at(first, world, design)
        best = max(REMEDIES, key=lambda remedy: breaks_at(first, world, remedy.after(design)))
        if breaks_at(first, world, best.after(design)) < at + 1:
            yield Step(at, first, None)
            return
        yield Step(at, first, best)
        design = best.after(design)


def cell_members(world: World) -> int:
    """How many one cell is given: what it can hold less a reserve, in whole thousands."""
    most = min(breaks_at(wall, world, CHANGED) for wall in WALLS)
    return max(1_000, int(most * world.limits.cell_part / 1_000) * 1_000)
