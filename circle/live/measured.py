"""The socket's handlers and the broadcaster, counted (`circle/services/meter.py` says what may be)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from circle.content.loader import Library
from circle.live.broadcaster import SocketBroadcaster
from circle.live.connections import Connection, Connections
from circle.live.handlers import LiveHandlers
from circle.live.pace import Pace
from circle.services.change import Ack
from circle.services.conduct import Conduct
from circle.services.meter import Meter, Outcome
from circle.services.tickets import Tickets


class MeasuredHandlers(LiveHandlers):
    """As `LiveHandlers`; of commands it counts how they ended and how long the answer took, never which."""

    def __init__(
        self,
        conduct: Conduct,
        connections: Connections,
        tickets: Tickets,
        library: Library,
        pace: Pace,
        meter: Meter,
    ) -> None:
        super().__init__(conduct, connections, tickets, library, pace)
        self._meter = meter

    def _answering(self, handler: Callable[[Connection, object], Ack]) -> Callable[..., Ack]:
        if not self._meter.counts:
            return super()._answering(handler)
        if handler == self._join:
            return super()._answering(self._looking)
        if handler == self._command:
            return self._timed(super()._answering(self._acting))
        return super()._answering(handler)

    def _looking(self, connection: Connection, raw: object) -> Ack:
        self._meter.looked()
        return self._join(connection, raw)

    def _acting(self, connection: Connection, raw: object) -> Ack:
        self._meter.acted(connection.meeting_id)
        return self._command(connection, raw)

    def _timed(self, answering: Callable[..., Ack]) -> Callable[..., Ack]:
        def answer(*sent: object) -> Ack:
            began = time.perf_counter()
            ack = answering(*sent)
            self._meter.answered(_outcome(ack), time.perf_counter() - began)
            return ack

        return answer


class MeasuredBroadcaster(SocketBroadcaster):
    """As `SocketBroadcaster`; counts what is handed to pages of this process."""

    def __init__(self, connections: Connections, tickets: Tickets, meter: Meter) -> None:
        super().__init__(connections, tickets)
        self._meter = meter

    def send(self, meeting_id: str, audience: str, message: dict[str, Any]) -> None:
        """As `Broadcaster.send`."""
        self._meter.sent()
        super().send(meeting_id, audience, message)


def _outcome(ack: Ack) -> Outcome:
    if ack.get("ok"):
        return "ok"
    return "fault" if ack.get("error", {}).get("code") == "our_side" else "refused"
