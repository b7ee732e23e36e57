"""Everything that can be seen in a session, gathered for `audience`: the meeting and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from circle.domain.meeting import Meeting
from circle.domain.signs import NO_SIGNS, Signs


class Status(StrEnum):
    """What a person's page says of itself. Never stored: it lives as long as the connection."""

    HERE = "here"
    OUT = "out"  # stepped out: hosts and the person know, nobody else
    CALL = "call"  # the phone shows the call; seat and turn stay


@dataclass(frozen=True, slots=True)
class Presence:
    """One person's connection, as the server sees it now. since: when they said so, None if never."""

    status: Status = Status.HERE
    connected: bool = True
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Words said by name. set_aside: a host hid it from the room. at: rises with every share, so that
    words put back stand where they were. sketch: strokes (`sketch`) instead of words; one of the two is "".
    """

    id: str
    step_id: str
    seat_id: str
    text: str
    set_aside: bool = False
    at: int = 0
    sketch: str = ""


@dataclass(frozen=True, slots=True)
class WallLine:
    """Words without a name: there is no author here, nor in what this was read from.

    commit: hex SHA-256 of a secret only the writer's page has; it lets the page find its own line
    and take it back. received: somebody touched it (once is enough; there is no count). mailbox: a key
    made for this line alone, to seal an answer with; "" where there is none.
    """

    id: str
    step_id: str
    text: str
    commit: str = ""
    set_aside: bool = False
    received: bool = False
    read_aloud: bool = False
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class PrivateWord:
    """A word between one person and the hosts. from_host: the hosts' answer; asks: or what a host asks
    this person to do, said without having been spoken to.
    """

    id: str
    seat_id: str
    text: str
    from_host: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class PairWord:
    """A word inside a pair. at: rises with every word. Memory alone has it, until the step ends."""

    id: str
    seat_id: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class CircleFacts:
    """What the lasting group lends to a session. call_url is "" where people write.

    agreements_new: places of the clauses the wording before did not have.
    """

    name: str
    host: str = ""
    agreements: tuple[str, ...] = ()
    agreements_version: int = 1
    agreements_new: tuple[int, ...] = ()
    call_url: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """A session with everything around it. Words are those of the present step only.

    batch: unnamed lines the hosts are reading, not yet shown (memory only). between: what is said inside
    pairs now (memory only). quiet: hosts who have not been heard of for a while. agreed: seats whose
    people have said yes to the present agreements; each knows it of themselves, and hosts how many.
    epoch: names this run of the memory store; when it changes, pages send their unshown lines again.
    round_id, round_key: the quiet round that is on, the same for everybody. named: seats of those who gave
    their name to words in it.
    """

    meeting: Meeting
    circle: CircleFacts
    shares: tuple[Share, ...] = ()
    lines: tuple[WallLine, ...] = ()
    batch: tuple[WallLine, ...] = ()
    words: tuple[PrivateWord, ...] = ()
    between: tuple[PairWord, ...] = ()
    presence: Mapping[str, Presence] = field(default_factory=dict)
    signs: Signs = NO_SIGNS
    agreed: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    epoch: str = ""
    round_id: str = ""
    round_key: str = ""
    named: frozenset[str] = frozenset()
