"""Locks by name, within one process. Each is there only as long as somebody holds it or waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

WAIT_SECONDS = 6.0  # a page waits for eight, and whoever waits here for ever keeps others waiting


@dataclass(slots=True)
class _Lock:
    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0  # who hold it or wait for it


class Locks:
    """Thread- and greenlet-safe."""

    def __init__(self) -> None:
        self._all: dict[str, _Lock] = {}
        self._guard = threading.Lock()  # of the dictionary and the counts

    def __len__(self) -> int:
        """How many are held or waited for."""
        return len(self._all)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """One at a time. Not to be taken twice. Raises TimeoutError when whoever has it does not let go."""
        with self._guard:
            mine = self._all.get(name)
            if mine is None:
                mine = self._all[name] = _Lock()
            mine.users += 1
        try:
            if not mine.lock.acquire(timeout=WAIT_SECONDS):
                raise TimeoutError("whoever holds this does not let go")
            try:
                yield
            finally:
                mine.lock.release()
        finally:
            with self._guard:
                mine.users -= 1
                if not mine.users:
                    del self._all[name]
