"""When something that has come up is done: each act once, after its wait, again if it is refused for now."""

from __future__ import annotations

from collections.abc import Iterable

from circle.simulate.acts import Act

TRIES = 3  # for an act that is refused


class Agenda:
    """What one person has done, and since when they think of the rest. Instants in seconds of the evening."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self._since: dict[str, float] = {}
        self._refused: dict[str, int] = {}

    def due(self, acts: Iterable[Act], now: float) -> Act | None:
        """The first act whose wait is over; what does not come up any more is forgotten."""
        open_ = [act for act in acts if act.key not in self.done]
        self._since = {act.key: self._since.get(act.key, now) for act in open_}
        return next((act for act in open_ if now - self._since[act.key] >= act.after_s), None)

    def settle(self, act: Act, done: bool) -> None:
        """It was done; or refused: the same wait again, a few times."""
        refused = self._refused[act.key] = self._refused.get(act.key, 0) + (not done)
        if done or refused >= TRIES:
            self.done.add(act.key)
        else:
            self._since.pop(act.key, None)
