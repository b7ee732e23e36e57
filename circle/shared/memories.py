"""The memory of sessions in a Redis that writes nothing down: one truth for any number of processes.

A session's memory is one sealed value. Whoever holds the session's lock has it as objects; on letting go,
the new value and every message of the change leave in one step. A process that dies in between leaves a
mark behind: whoever comes next gives the memory another name, and every page takes a snapshot.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import redis
import structlog
from pydantic import TypeAdapter

from circle.services.locks import Locks
from circle.services.memory import Memory
from circle.services.ports import Clock, new_id
from circle.store.crypto import KeyRing

CHANNEL = "circle:told"
# A change takes milliseconds. After this its process is taken for dead; if it was only slow, the database's
# own lock keeps the order, and pages look anew (`_begin_anew`). A page waits 8 s for its answer.
LOCK_MS = 3_000
ROUND_BYTES = 512 * 1024  # while lines wait, so that a long one does not show as it comes
KEPT_MS = 24 * 3600 * 1000  # after the last change of a session
WAIT_SECONDS = 6.0  # longer than the lock of a process that died, shorter than a page waits
_PAUSE_SECONDS = (0.001, 0.02)  # between two tries for the lock, growing

# KEYS: lock, mark, memory. ARGV: our name for lock and mark, the lock's milliseconds, the mark's.
_TAKE = """
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return nil end
local broken = redis.call('EXISTS', KEYS[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return {broken, redis.call('GET', KEYS[3])}
"""
# ARGV: our name, the memory, its milliseconds, the channel, then messages. 0: our time was over. A mark that
# somebody else has left meanwhile stays: what they did may have been decided after we looked.
_LEAVE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
for at = 5, #ARGV do redis.call('PUBLISH', ARGV[4], ARGV[at]) end
redis.call('DEL', KEYS[1])
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
"""
# Nothing was changed yet, and the lock goes. The mark stays: ours stands where one of somebody who died was.
_FORGO = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
_LATE = "late"  # a mark of nobody who holds
_SHAPE = TypeAdapter(Memory)
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Held:
    meeting_id: str
    name: str
    memory: Memory
    leaving: list[bytes] = field(default_factory=list)


class SharedMemories:
    """As `circle.services.memory.Memories`, for several processes. Thread- and greenlet-safe."""

    def __init__(self, client: redis.Redis, keys: KeyRing, clock: Clock) -> None:
        self._client = client
        self._keys = keys
        self._clock = clock
        self._take = client.register_script(_TAKE)
        self._leave = client.register_script(_LEAVE)
        self._forgo = client.register_script(_FORGO)
        self._here = threading.local()  # what this thread or greenlet holds, or looks at
        self._locks = Locks()  # within the process one waits here, not at Redis

    @contextmanager
    def hold(self, meeting_id: str) -> Iterator[None]:
        """As `Memories.hold`. Raises redis.RedisError, TimeoutError when another process does not let go, or
        when it took so long in here that what was done is not kept.
        """
        with self._locks.hold(meeting_id):
            held = self._acquire(meeting_id)
            self._here.held = held
            try:
                yield
            finally:
                self._here.held = None
                self._let_go(held)

    @contextmanager
    def glance(self, meeting_id: str) -> Iterator[None]:
        """As `Memories.glance`. A memory that is not there, or not any more, begins now."""
        memory = self.known(meeting_id)
        if memory is None:
            with self.hold(meeting_id):
                memory = self.of(meeting_id)
        self._here.seen = (meeting_id, memory)
        try:
            yield
        finally:
            self._here.seen = None

    def of(self, meeting_id: str) -> Memory:
        """As `Memories.of`."""
        held: _Held | None = getattr(self._here, "held", None)
        if held is not None and held.meeting_id == meeting_id:
            return held.memory
        seen: tuple[str, Memory] | None = getattr(self._here, "seen", None)
        if seen is not None and seen[0] == meeting_id:
            return seen[1]
        return self.known(meeting_id) or self._new()

    def known(self, meeting_id: str) -> Memory | None:
        """As `Memories.known`."""
        held: _Held | None = getattr(self._here, "held", None)
        if held is not None and held.meeting_id == meeting_id:
            return held.memory
        sealed: Any = self._client.get(_key("memory", meeting_id))
        return self._open(meeting_id, sealed) if sealed is not None else None

    def forget_all_but(self, meeting_ids: Set[str]) -> None:
        """As `Memories.forget_all_but`: here each is gone by itself a day after its last change."""

    def publish(self, message: dict[str, Any]) -> None:
        """To every process, this one too: with the change that is being made, or at once outside of one."""
        sealed = self._sealed(message)
        held: _Held | None = getattr(self._here, "held", None)
        if held is not None:
            held.leaving.append(sealed)
        else:
            self._client.publish(CHANNEL, sealed)

    def read_message(self, sealed: bytes) -> dict[str, Any]:
        """What another process published. Raises ValueError for what none of ours did."""
        message: dict[str, Any] = json.loads(self._keys.open(sealed, CHANNEL))
        return message

    def _acquire(self, meeting_id: str) -> _Held:
        name, until, pause = secrets.token_hex(8), time.monotonic() + WAIT_SECONDS, _PAUSE_SECONDS[0]
        while True:
            try:
                found: Any = self._take(keys=_keys(meeting_id), args=[name, LOCK_MS, KEPT_MS])
            except redis.RedisError:  # it may have been taken, and the answer not come
                with suppress(redis.RedisError):
                    self._forgo(keys=_keys(meeting_id), args=[name])
                raise
            if found is not None:
                break
            if time.monotonic() > until:
                raise TimeoutError("another process holds this session and does not let go")
            time.sleep(pause)
            pause = min(pause * 2, _PAUSE_SECONDS[1])
        broken, sealed = found
        memory = (self._open(meeting_id, sealed) if sealed is not None else None) or self._new()
        held = _Held(meeting_id, name, memory)
        if broken:
            memory.run = new_id()
            held.leaving.append(self._sealed(again(meeting_id)))
        return held

    def _let_go(self, held: _Held) -> None:
        text = _SHAPE.dump_json(held.memory).decode()
        size = ROUND_BYTES if held.memory.round is not None else 0
        sealed = self._keys.seal(text, _key("memory", held.meeting_id), at_least=size)
        args: list[str | bytes | int] = [held.name, sealed, KEPT_MS, CHANNEL, *held.leaving]
        if not self._leave(keys=_keys(held.meeting_id), args=args):
            self._begin_anew(held.meeting_id)
            raise TimeoutError("this session was held for too long; what was done in memory is not kept")

    def _begin_anew(self, meeting_id: str) -> None:
        """Our time was over, or Redis began anew: what was changed is told to nobody, and others may have
        held the session since. Whoever holds it next gives its memory another name; pages look anew now.
        """
        self._client.set(_keys(meeting_id)[1], _LATE, px=KEPT_MS)
        self._client.publish(CHANNEL, self._sealed(again(meeting_id)))

    def _sealed(self, message: dict[str, Any]) -> bytes:
        return self._keys.seal(json.dumps(message), CHANNEL)

    def _new(self) -> Memory:
        return Memory(began=self._clock.now())

    def _open(self, meeting_id: str, sealed: bytes) -> Memory | None:
        """None for what was sealed with keys that are gone: it is lost, as after a restart."""
        try:
            text = self._keys.open(sealed, _key("memory", meeting_id))
        except ValueError:
            log.error("memory.unreadable", meeting=meeting_id)
            return None
        return _SHAPE.validate_json(text)


def again(meeting_id: str) -> dict[str, Any]:
    """The message that pages of this session look anew."""
    return {"do": "again", "meeting": meeting_id}


def _keys(meeting_id: str) -> list[str]:
    return [_key(what, meeting_id) for what in ("lock", "mark", "memory")]


def _key(what: str, meeting_id: str) -> str:
    return f"circle:{what}:{meeting_id}"
