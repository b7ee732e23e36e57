"""What one unit of work did to a session, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from circle.domain.room import Share

Ack = dict[str, Any]
After = Callable[[], None]
KEPT: Ack = {"ok": True, "kept": True}
HELD: Ack = {"ok": True, "held": True}


@dataclass(frozen=True, slots=True)
class Change:
    """ack: the answer. after: what to do in memory once it is committed. shares: the words of the step as
    they stand there now, where the work knows them.
    """

    ack: Ack
    after: tuple[After, ...] = ()
    shares: tuple[Share, ...] | None = None
