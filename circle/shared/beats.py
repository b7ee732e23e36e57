"""The worker's beat in Redis: a key that ends by itself."""

from __future__ import annotations

import redis

KEY = "circle:worker"


class RedisBeat:
    """As `circle.ops.beats.SharedBeat`. silent_seconds: after so long it is not heard any more."""

    def __init__(self, client: redis.Redis, silent_seconds: float) -> None:
        self._client = client
        self._silent_ms = round(silent_seconds * 1000)

    def leave(self) -> None:
        """It is alive now. Raises redis.RedisError."""
        self._client.set(KEY, b"", px=self._silent_ms)

    def is_heard(self) -> bool:
        """Whether the key is still there. Raises redis.RedisError."""
        return bool(self._client.exists(KEY))
