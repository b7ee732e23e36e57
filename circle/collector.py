"""The memory of a process that serves rooms: Python's collector looks seldom, and what is free goes back."""

from __future__ import annotations

import ctypes
import gc

GIVE_BACK_EVERY_SECONDS = 60.0
# Looking through all pages stops everybody for up to 0.4 s with 5,000 of them (docs/performance.md). So young
# objects are looked through less often than Python would by itself, and all of them only once there are a
# quarter more than there were (Python's own rule beside the last number). Seldomer still, and what pages
# leave behind when they go would stay: some KB each.
_THRESHOLDS = (5_000, 10, 10)


def look_seldom() -> None:
    """To be called once everything is loaded: that is not looked through again."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


def give_back() -> bool:
    """Hand the system what is free; False where the C library cannot. glibc keeps the holes that pages leave
    between what is in use: 10 MB in twenty minutes of a thousand coming and going (`bench/soak.py`).
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return False
    trim(0)
    return True
