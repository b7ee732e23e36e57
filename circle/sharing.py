"""One process by itself, or several that share their sessions: the only place that knows which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from circle.live.broadcaster import SocketBroadcaster
from circle.live.connections import Connections
from circle.services.memory import Memories, OwnMemories
from circle.services.ports import Broadcaster, Clock
from circle.services.tickets import OwnTickets, Tickets
from circle.settings import SettingsError
from circle.store.crypto import KeyRing

Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sharing:
    """local: hands messages to the pages of this process. broadcaster: tells pages wherever they are.
    listen: hears what other processes tell until it is stopped; None when there are none.
    """

    memories: Memories
    tickets: Tickets
    connections: Connections
    local: SocketBroadcaster
    broadcaster: Broadcaster
    listen: Callable[[Stopped], None] | None = None


def by_itself(clock: Clock) -> Sharing:
    """One process: everything is at hand."""
    connections, tickets = Connections(), OwnTickets(clock)
    local = SocketBroadcaster(connections, tickets)
    return Sharing(OwnMemories(), tickets, connections, local, local)


def with_others(redis_url: str, keys: KeyRing, clock: Clock) -> Sharing:
    """Several processes with one Redis and the same keys. Raises SettingsError for a Redis that cannot be
    used.
    """
    try:
        import redis  # noqa: PLC0415  # an extra: one process does without

        from circle.shared import bus, client, memories, tickets  # noqa: PLC0415
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
    shared, out = memories.SharedMemories(line, keys), tickets.SharedTickets(line, keys, clock)
    connections = Connections()
    local = SocketBroadcaster(connections, out)
    return Sharing(
        shared,
        out,
        connections,
        local,
        bus.SharedBroadcaster(shared),
        lambda stopped: bus.listen(line, shared, local, stopped),
    )
