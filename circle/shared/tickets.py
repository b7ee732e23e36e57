"""Socket tickets that any of several processes may redeem: sealed, 60 seconds, one use."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

import redis

from circle.services.ports import Caller, Clock, new_id
from circle.services.tickets import LIFE, Ticket
from circle.store.crypto import KeyRing

_LIFE_MS = int(LIFE.total_seconds() * 1000)


class SharedTickets:
    """As `circle.services.tickets.Tickets`."""

    def __init__(self, client: redis.Redis, keys: KeyRing, clock: Clock) -> None:
        self._client = client
        self._keys = keys
        self._clock = clock

    def issue(self, caller: Caller, meeting_id: str) -> str:
        """As `Tickets.issue`."""
        name, until = new_id(), self._clock.now() + LIFE
        told = {"who": caller.member_id, "host": caller.host, "where": meeting_id, "until": until.isoformat()}
        theirs = _theirs(meeting_id, caller.member_id)
        with self._client.pipeline() as line:
            line.set(_key(name), self._keys.seal(json.dumps(told), _key(name)), px=_LIFE_MS)
            line.sadd(theirs, _key(name))
            line.pexpire(theirs, _LIFE_MS)
            line.execute()
        return name

    def redeem(self, key: str) -> Ticket | None:
        """As `Tickets.redeem`."""
        sealed: Any = self._client.getdel(_key(key))
        if sealed is None:
            return None
        told = json.loads(self._keys.open(sealed, _key(key)))
        until = datetime.fromisoformat(told["until"])
        ticket = Ticket(Caller(told["who"], told["host"]), told["where"], until)
        return ticket if until > self._clock.now() else None

    def forget(self, meeting_id: str, member_id: str) -> None:
        """As `Tickets.forget`."""
        theirs = _theirs(meeting_id, member_id)
        known: Any = self._client.smembers(theirs)
        self._client.delete(theirs, *known)


def _key(ticket: str) -> str:
    return f"circle:ticket:{sha256(ticket.encode()).hexdigest()}"


def _theirs(meeting_id: str, member_id: str) -> str:
    return f"circle:tickets:{sha256(f'{meeting_id} {member_id}'.encode()).hexdigest()}"
