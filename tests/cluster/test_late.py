"""A change whose hold was over before it was written back: everybody looks anew, and nobody stays behind."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from circle.services.clock import SystemClock
from circle.shared.client import open_redis
from circle.shared.memories import CHANNEL, SharedMemories
from circle.store.crypto import KeyRing
from tests.sitting import MEETING

AGAIN = {"do": "again", "meeting": MEETING}


def told(line: Any, reader: SharedMemories) -> list[dict[str, Any]]:
    """What was published since the last look."""
    found = []
    while (one := line.get_message(timeout=0.5)) is not None:
        if one["type"] == "message":
            found.append(reader.read_message(one["data"]))
    return found


@pytest.mark.parametrize("how", ["another held it meanwhile", "redis began anew"])
def test_a_late_change_makes_every_page_look_anew(
    redis_server: str, keys: KeyRing, empty_redis: redis.Redis, how: str
) -> None:
    one, other = (SharedMemories(open_redis(redis_server), keys, SystemClock()) for _ in range(2))
    with other.hold(MEETING):
        before = other.of(MEETING).run
    line = empty_redis.pubsub()  # type: ignore[no-untyped-call]
    line.subscribe(CHANNEL)
    with pytest.raises(TimeoutError, match="not kept"), one.hold(MEETING):  # noqa: PT012  # what is done in it
        if how == "redis began anew":
            empty_redis.flushall()
        else:
            empty_redis.delete(f"circle:lock:{MEETING}")  # as when its time is over
        with other.hold(MEETING):
            meanwhile = other.of(MEETING).run
        told(line, one)
    assert AGAIN in told(line, one), "pages that looked meanwhile have an old room"
    with other.hold(MEETING):
        assert other.of(MEETING).run not in (before, meanwhile)
    line.close()


def test_who_looked_before_a_late_change_was_decided_looks_again(
    redis_server: str, keys: KeyRing, empty_redis: redis.Redis
) -> None:
    one, other = (SharedMemories(open_redis(redis_server), keys, SystemClock()) for _ in range(2))
    late, looks = one.hold(MEETING), other.hold(MEETING)
    late.__enter__()
    empty_redis.delete(f"circle:lock:{MEETING}")  # as when its time is over
    looks.__enter__()  # what it reads now is older than the change
    run = other.of(MEETING).run
    with pytest.raises(TimeoutError):
        late.__exit__(None, None, None)
    looks.__exit__(None, None, None)
    with one.hold(MEETING):
        assert one.of(MEETING).run != run


def test_whoever_did_not_get_the_lock_hides_no_death(
    redis_server: str, keys: KeyRing, empty_redis: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (SharedMemories(open_redis(redis_server), keys, SystemClock()) for _ in range(2))
    with other.hold(MEETING):
        run = other.of(MEETING).run
    one._acquire(MEETING)  # and dies
    empty_redis.delete(f"circle:lock:{MEETING}")
    take = other._take

    def unheard(**more: Any) -> None:
        take(**more)
        raise redis.TimeoutError

    monkeypatch.setattr(other, "_take", unheard)
    with pytest.raises(redis.TimeoutError), other.hold(MEETING):
        pass
    monkeypatch.undo()
    with other.hold(MEETING):
        assert other.of(MEETING).run != run
