"""Work of the processor that would stop every circle for its length: done in the hub's thread pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

T = TypeVar("T")


def aside(work: Callable[[], T]) -> T:
    """The result of `work`; under gevent others go on meanwhile. Raises what `work` raises."""
    if not is_module_patched("threading"):
        return work()
    result: T = get_hub().threadpool.apply(work)
    return result
