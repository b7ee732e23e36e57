"""What a session has in memory alone: who is here, signs, lines nobody has seen yet, the key of a round.

It stands in no database and in no file. One process keeps it in a dictionary (`Memories`); several share it
through a Redis that writes nothing down (circle/shared/memories.py). Everything in here is of plain types,
so that it can be sealed and carried as JSON.
"""

from __future__ import annotations

from collections.abc import Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import Field

from circle.domain.room import PairWord, Presence, Status
from circle.domain.signs import NO_SIGNS, Signs
from circle.services.locks import Locks
from circle.services.ports import new_id
from circle.store.words import NewLine


@dataclass(slots=True)
class Person:
    """Where somebody's pages are. connections: last heart-beat by connection. since: when they last said
    where they are.
    """

    status: Status = Status.HERE
    connections: dict[str, datetime] = field(default_factory=dict)
    last_beat: datetime | None = None
    since: datetime | None = None


@dataclass(slots=True)
class Wall:
    """Lines of one step: those nobody has read, and those hosts are reading; by random id. when: since when
    hosts read.
    """

    when: str = ""
    waiting: dict[str, NewLine] = field(default_factory=dict)
    collected: dict[str, NewLine] = field(default_factory=dict)


@dataclass(slots=True)
class Said:
    """What is said inside pairs. when: of which beginning of which step, so that nobody meets it in another
    one. seen: marks of commands that came already.
    """

    when: str = ""
    words: list[PairWord] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """What came with a token. text "": a cover, which everybody without words posts. commit: hex SHA-256 of
    the page's secret. mailbox: X25519 public key for a sealed answer, or empty.
    """

    text: str
    commit: str
    read_aloud: bool
    summary: bool
    mailbox: str = ""


@dataclass(slots=True)
class Round:
    """A quiet round. Nothing in it joins a seat to words: `asked` knows seats and no tokens, `spent` knows
    tokens and no seats, in no order.

    asked: digest of the blinded requests by seat; of these the server learns nothing of the tokens.
    key: the private key (`PrivateKey.as_text`); public: the encoded one, hex. spent: digest of the body by
    mark of the token. there: seats at the opening of the window that is open now; came: posts of whatever
    kind that came in it.
    """

    step_id: str
    round_id: str
    key: str
    public: str
    asked: dict[str, str] = field(default_factory=dict)
    spent: dict[str, str] = field(default_factory=dict)
    held: list[Post] = field(default_factory=list)
    there: frozenset[str] | None = None
    came: int = 0


@dataclass(slots=True)
class Memory:
    """One session's. began: when it came to be, where that may be later than our own start: another one was
    lost. run: its name; pages that meet another one take a snapshot and send again what was held. seqs: how
    many messages each audience got. told_quiet: silent hosts who were told of. seen: marks of commands that
    brought a line. shown: how people are there, worked out of `people` (`presence`), until one of them
    changes.
    """

    began: datetime | None = None
    run: str = field(default_factory=new_id)
    seqs: dict[str, int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    signs: Signs = NO_SIGNS
    told_quiet: frozenset[str] = frozenset()
    walls: dict[str, Wall] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    between: Said = field(default_factory=Said)
    round: Round | None = None
    shown: Annotated[dict[str, Presence] | None, Field(exclude=True)] = field(default=None, compare=False)


class Memories(Protocol):
    """The memory of every session, by meeting id."""

    def hold(self, meeting_id: str) -> AbstractContextManager[None]:
        """The meeting's lock: one at a time, whatever the number of processes. What is changed in here is
        kept. Not to be taken twice.
        """

    def glance(self, meeting_id: str) -> AbstractContextManager[None]:
        """One reading for everything that is looked up inside; nothing is changed."""

    def of(self, meeting_id: str) -> Memory:
        """What is remembered now; a new one if nothing is. Outside of `hold`, to look at only."""

    def known(self, meeting_id: str) -> Memory | None:
        """To look at: None if nothing is remembered. For ids that anybody may have made up."""

    def forget_all_but(self, meeting_ids: Set[str]) -> None:
        """These are on, or have just ended. Of others nothing is needed if nobody is there."""


class OwnMemories:
    """Of one process, gone with it. Thread- and greenlet-safe."""

    def __init__(self) -> None:
        self._all: dict[str, Memory] = {}
        self._locks = Locks()

    def hold(self, meeting_id: str) -> AbstractContextManager[None]:
        """As `Memories.hold`."""
        return self._locks.hold(meeting_id)

    def glance(self, meeting_id: str) -> AbstractContextManager[None]:
        """As `Memories.glance`: here everything is at hand."""
        return nullcontext()

    def of(self, meeting_id: str) -> Memory:
        """As `Memories.of`."""
        known = self._all.get(meeting_id)
        return known if known is not None else self._all.setdefault(meeting_id, Memory())

    def known(self, meeting_id: str) -> Memory | None:
        """As `Memories.known`."""
        return self._all.get(meeting_id)

    def forget_all_but(self, meeting_ids: Set[str]) -> None:
        """As `Memories.forget_all_but`."""
        for meeting_id in set(self._all) - meeting_ids:
            with self.hold(meeting_id):
                memory = self._all.get(meeting_id)
                if memory is not None and not any(one.connections for one in memory.people.values()):
                    del self._all[meeting_id]
