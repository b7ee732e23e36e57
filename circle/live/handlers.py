"""Socket.IO handlers: parse, ask `conduct`, answer. No rule lives here.

The actor comes from the connection's ticket, never from a payload; membership and role are looked up
again on every command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socketio.exceptions import ConnectionRefusedError

from circle.content.loader import Library
from circle.domain.audience import SELF
from circle.domain.commands import Command
from circle.domain.errors import CircleError, NotFound, TooMany
from circle.domain.room import Status
from circle.domain.signs import Signal
from circle.live import wire
from circle.live.broadcaster import room_name
from circle.live.connections import Connection, Connections
from circle.live.frames import Frame
from circle.live.gate import Gate
from circle.live.lines import Line
from circle.live.pace import Pace
from circle.live.tokens import parse_tokens, tokens_ack
from circle.logs import say_fault
from circle.services.change import Ack
from circle.services.conduct import Conduct
from circle.services.tickets import Tickets


class LiveHandlers:
    """What happens on a socket."""

    def __init__(
        self, conduct: Conduct, connections: Connections, tickets: Tickets, library: Library, pace: Pace
    ) -> None:
        self._conduct = conduct
        self._connections = connections
        self._tickets = tickets
        self._library = library
        self._pace = pace

    def register(self, server: Any) -> None:
        """One handler for each event, on the Socket.IO server itself and behind the gate. A page's events
        are answered one after the other, in the order in which they came.
        """
        self._server = server
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        events = {
            "join": self._join,
            "command": self._command,
            "status": self._status,
            "beat": self._beat,
            "tokens": self._give_tokens,
        }
        for name, handler in events.items():
            server.on(name, self._answering(handler))
        Gate(server, events)

    def cut_off(self, sid: str) -> None:
        """End this connection, in the background."""
        self._server.start_background_task(self._server.disconnect, sid)

    def _connect(self, sid: str, _environ: object, auth: object = None) -> None:
        version = auth.get("v") if isinstance(auth, dict) else None
        if version != wire.PROTOCOL:
            raise ConnectionRefusedError("reload_please")
        try:
            ticket = self._tickets.redeem(wire.parse_auth(auth).ticket)
            if ticket is None:  # of a minute ago, or of the process before: a page asks for another one
                raise ConnectionRefusedError("ticket_old")
            connection = Connection(sid, ticket.caller, ticket.meeting_id, self._line_of(sid))
            if not self._connections.add(connection):
                raise TooMany("too_many")
            own = room_name(ticket.meeting_id, SELF + ticket.caller.member_id)
            self._connections.enter(connection, own)
            self._conduct.arrive(ticket.caller, ticket.meeting_id, connection.sid)
        except CircleError as refusal:
            self._connections.drop(sid)
            raise ConnectionRefusedError(refusal.code) from None
        if self._line_of(sid) is None:  # then nobody tells us: the library reports pages it has welcomed
            self._disconnect(sid)

    def _line_of(self, sid: str) -> Line | None:
        """None once it has hung up."""
        known = self._server.eio.sockets.get(self._server.manager.eio_sid_from_sid(sid, "/"))
        return known.queue if known is not None and not known.closed else None

    def _disconnect(self, sid: str, *_reason: object) -> None:
        """Told in the background: the library notices a dead line while it sends, in the middle of a
        change, and that change holds the lock which telling takes.
        """
        connection = self._connections.drop(sid)
        if connection is not None:
            self._server.start_background_task(
                self._conduct.part, connection.caller, connection.meeting_id, connection.sid
            )

    def _join(self, connection: Connection, _raw: object) -> Ack:
        return {"ok": True} | self._conduct.snapshot(connection.caller, connection.meeting_id)

    def _command(self, connection: Connection, raw: object) -> Ack:
        frame = wire.parse_frame(raw)
        return carry_out(self._conduct, self._library, self._pace, connection, frame)

    def _status(self, connection: Connection, raw: object) -> Ack:
        status = Status(wire.parse_status(raw).status)
        self._conduct.say_status(connection.caller, connection.meeting_id, status)
        return {"ok": True}

    def _give_tokens(self, connection: Connection, raw: object) -> Ack:
        round_id, requests = parse_tokens(raw)
        who, where = connection.caller, connection.meeting_id
        return tokens_ack(self._conduct.give_tokens(who, where, round_id, requests))

    def _beat(self, connection: Connection, _raw: object) -> Ack:
        self._conduct.beat(connection.caller, connection.meeting_id, connection.sid)
        return {"ok": True}

    def _answering(self, handler: Callable[[Connection, object], Ack]) -> Callable[..., Ack]:
        """Every event: the connection, the limit, and refusals as acks."""

        def answer(sid: str, *sent: object) -> Ack:
            raw = sent[0] if len(sent) == 1 else None
            try:
                connection = self._connections.get(sid)
                if connection is None:
                    raise NotFound("not_found")
                self._pace.check(connection.caller.member_id)
                return handler(connection, raw)
            except CircleError as refusal:
                return refusal_ack(refusal, self._library)
            except Exception as problem:
                say_fault(problem, page="live")  # never its text: it may hold words
                return _failed("our_side", self._library)

        return answer


def carry_out(conduct: Conduct, library: Library, pace: Pace, connection: Connection, frame: Frame) -> Ack:
    """One command, whichever way it came. Raises CircleError."""
    wish = wire.to_wish(frame, library)
    if isinstance(wish, Command):
        return conduct.perform(
            connection.caller,
            connection.meeting_id,
            wish,
            command_id=frame.command_id,
            expected_seq=frame.expected_seq,
        )
    pace.check_words(connection.caller.member_id)
    if isinstance(wish, Signal):
        return conduct.sign(connection.caller, connection.meeting_id, wish)
    return conduct.speak(connection.caller, connection.meeting_id, wish, command_id=frame.command_id)


def refusal_ack(refusal: CircleError, library: Library) -> Ack:
    """A refusal as an answer to a page: code, a kind sentence, and which fields."""
    return _failed(refusal.code, library, refusal.fields)


def _failed(code: str, library: Library, fields: dict[str, str] | None = None) -> dict[str, Any]:
    sentence = library.refusals.get(code, library.refusals["not_now"])
    return {"ok": False, "error": {"code": code, "message": sentence, "fields": fields or {}}}
