"""One process by itself, or several that share their sessions: the only place that knows which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle.live.connections import Connections
from circle.live.measured import MeasuredBroadcaster
from circle.ops.beats import SILENT_SECONDS, SharedBeat
from circle.ops.readiness import NotRight
from circle.services.memory import Memories, OwnMemories
from circle.services.meter import Meter
from circle.services.ports import Broadcaster, Clock
from circle.services.tickets import OwnTickets, Tickets
from circle.settings import SettingsError
from circle.store.crypto import KeyRing

if TYPE_CHECKING:
    import redis

Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sharing:
    """local: hands messages to the pages of this process. is_here: whether pages of a session come to this
    process. broadcaster: tells pages wherever they are.
    meter: counts for this process.
    listen: hears what other processes tell until it is stopped; None when there are none, as are
    ping, which raises when Redis does not answer, and NotRight when it writes to a disk by now, and beat,
    which the worker of another process leaves there.
    """

    memories: Memories
    tickets: Tickets
    connections: Connections
    local: MeasuredBroadcaster
    broadcaster: Broadcaster
    meter: Meter
    is_here: Callable[[str], bool]
    listen: Callable[[Stopped], None] | None = None
    ping: Callable[[], object] | None = None
    beat: SharedBeat | None = None


def share(redis_url: str, keys: KeyRing, clock: Clock, meter: Meter) -> Sharing:
    """With others where there is a Redis. Raises SettingsError."""
    return with_others(redis_url, keys, clock, meter) if redis_url else by_itself(clock, meter)


def by_itself(clock: Clock, meter: Meter | None = None) -> Sharing:
    """One process: everything is at hand."""
    meter = meter or Meter()
    connections, tickets = Connections(), OwnTickets(clock)
    local = MeasuredBroadcaster(connections, tickets, meter)
    return Sharing(OwnMemories(), tickets, connections, local, local, meter, lambda _: True)


def with_others(redis_url: str, keys: KeyRing, clock: Clock, meter: Meter | None = None) -> Sharing:
    """Several processes with one Redis and the same keys. Raises SettingsError for a Redis that cannot be
    used.
    """
    try:
        import redis  # noqa: PLC0415  # an extra: one process does without

        from circle.shared import beats, bus, client, memories, tickets  # noqa: PLC0415
    except ImportError:
        raise SettingsError(
            "REDIS_URL is set, and the package `redis` is not here: pip install redis"
        ) from None
    try:
        line = client.open_redis(redis_url)
    except client.WritesDown as problem:
        raise SettingsError(f"REDIS_URL: {problem}") from None
    except (redis.RedisError, ValueError):
        raise SettingsError("REDIS_URL: nobody answers there") from None
    shared, out = memories.SharedMemories(line, keys, clock), tickets.SharedTickets(line, keys, clock)
    connections, meter = Connections(), meter or Meter()
    local = MeasuredBroadcaster(connections, out, meter)
    return Sharing(
        shared,
        out,
        connections,
        local,
        bus.SharedBroadcaster(shared),
        meter,
        connections.has_pages,
        lambda stopped: bus.listen(line, shared, local, stopped),
        lambda: _keeps_nothing(line),
        beats.RedisBeat(line, SILENT_SECONDS),
    )


def _keeps_nothing(line: redis.Redis) -> None:
    from circle.shared import client  # noqa: PLC0415  # an extra, as above

    try:
        client.keeps_nothing(line)
    except client.WritesDown:
        raise NotRight('writes to a disk, or does not say: it wants `save ""` and `appendonly no`') from None
