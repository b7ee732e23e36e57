"""What pages may ask of a rehearsal. The rehearsal itself is `circle.rehearsal`, joined to it by `app`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

from circle.domain.preparation import Card
from circle.services.planning import Evening

SPEEDS = (1, 2, 5, 10, 20)  # times as fast as an evening


@dataclass(frozen=True, slots=True)
class Happening:
    """One sentence of what goes on, and the evening's time of it."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class RehearsalState:
    """Where a rehearsal is. leads: the made-up side of the desk goes on as planned. before_tender: the
    most tender step is still to come.
    """

    now: datetime
    speed: int
    paused: bool
    leads: bool
    over: bool
    before_tender: bool
    happened: tuple[Happening, ...]


class Rehearsal(Protocol):
    """One that is on."""

    token: str
    evening: Evening  # the planned one, as it was when the rehearsal began

    @property
    def desk(self) -> str:
        """Path of the desk's page."""

    @property
    def seat(self) -> str:
        """Path of a member's page."""

    @property
    def member(self) -> str:
        """Whose page that is, by name."""

    def state(self) -> RehearsalState:
        """Where it is now."""

    def run_at(self, speed: int) -> None:
        """Another speed, one of SPEEDS. Raises Invalid("speed")."""

    def pause(self, on: bool) -> None:
        """The evening's clock stands still, or runs again."""

    def lead(self, on: bool) -> None:
        """Whether the desk goes on by itself."""

    def jump(self) -> None:
        """Quickly to the most tender step."""

    def mail(self) -> EmailMessage:
        """The mail that this evening would send to one of those who asked for it."""

    def end(self) -> None:
        """Everything in it is gone; asking twice is fine."""


class Rehearsals(Protocol):
    """All that are on in this process."""

    def begin(self, user_id: str, evening: Evening, cards: tuple[Card, ...] = ()) -> Rehearsal:
        """A new one; this person's earlier one ends. cards: the hosts' own prepared answers, for the desk.

        Raises NotNow("plan_frozen") once the door was open, TooMany("rehearse_full") while others rehearse,
        NotNow("rehearse_apart") where several processes share their sessions.
        """

    def of(self, user_id: str, token: str) -> Rehearsal:
        """This person's. Raises NotFound, also for somebody else's."""
