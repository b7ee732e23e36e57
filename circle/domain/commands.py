"""What people ask the meeting to do. Imperative; the wire uses the same names in snake_case."""

from __future__ import annotations

import re
from dataclasses import dataclass

from circle.domain.pacing import Saving
from circle.domain.plan import Sharing, Step


@dataclass(frozen=True, slots=True)
class Command:
    """One wish of one person (or of the ticker)."""


# -- the arc of a session (hosts) ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class OpenDoor(Command):
    """People may come in and sit down; nothing starts yet."""


@dataclass(frozen=True, slots=True)
class Next(Command):
    """The next part of this step, or the next step; from the open door: the first step."""


@dataclass(frozen=True, slots=True)
class GoBack(Command):
    """One part back: the undo of Next."""


@dataclass(frozen=True, slots=True)
class ExtendStep(Command):
    """More time for the step or break that runs. minutes: 1 to 30."""

    minutes: int


@dataclass(frozen=True, slots=True)
class ShortenStep(Command):
    """Less time for the step or break that runs; never less than none. minutes: 1 to 30."""

    minutes: int


@dataclass(frozen=True, slots=True)
class MakeUpTime(Command):
    """Shorten what is ahead, leave one round out, or go to the closing by way of the landing."""

    saving: Saving


@dataclass(frozen=True, slots=True)
class TakeTimeBack(Command):
    """The plan ahead as it was before time was made up in this step."""


@dataclass(frozen=True, slots=True)
class PauseClock(Command):
    """The step's clock rests."""


@dataclass(frozen=True, slots=True)
class ResumeClock(Command):
    """The step's clock goes on with what was left."""


@dataclass(frozen=True, slots=True)
class HideClock(Command):
    """No page says a word of time, or it may again. Hosts keep theirs."""

    hidden: bool


@dataclass(frozen=True, slots=True)
class StartBreak(Command):
    """A break in the middle of whatever is on; all clocks freeze. minutes: 1 to 30."""

    minutes: int


@dataclass(frozen=True, slots=True)
class EndBreak(Command):
    """Back to where the break was called, or on to the step after a planned one."""


@dataclass(frozen=True, slots=True)
class AskQuestion(Command):
    """A step made on the spot, put in after the present one and begun at once."""

    text: str
    sharing: Sharing
    minutes: int


@dataclass(frozen=True, slots=True)
class InsertStep(Command):
    """A ready step from the library (a grounding, slow lines, a quiet minute), begun at once."""

    step: Step


@dataclass(frozen=True, slots=True)
class TurnToClosing(Command):
    """Leave the rest and go to the closing. The closing itself is never dropped."""


@dataclass(frozen=True, slots=True)
class EndSession(Command):
    """Good night. Possible from the closing's last step, or earlier with a reason."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class CancelSession(Command):
    """Tonight does not take place."""

    reason: str = ""


# -- the door (hosts) ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Admit(Command):
    """Let one waiting person in."""

    seat: str


@dataclass(frozen=True, slots=True)
class AdmitAtNext(Command):
    """Let one waiting person in between two steps, when this one ends."""

    seat: str


@dataclass(frozen=True, slots=True)
class AdmitAll(Command):
    """Let everybody in who waits."""


@dataclass(frozen=True, slots=True)
class LockDoor(Command):
    """Nobody new comes in; whoever has a seat may come back."""


@dataclass(frozen=True, slots=True)
class UnlockDoor(Command):
    """The door is open again."""


@dataclass(frozen=True, slots=True)
class Remove(Command):
    """Somebody has to leave. The reason is private to hosts (audited) and is not shown."""

    seat: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetApart(Command):
    """Somebody is asked to rest on a quiet page of their own, until they are brought back.

    The reason is private to hosts (audited) and is not shown.
    """

    seat: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BringBack(Command):
    """Whoever was asked to rest is at the table again."""

    seat: str


@dataclass(frozen=True, slots=True)
class Ban(Command):
    """Somebody does not belong to the circle any more: removed tonight, and not let in another time.

    The reason is private to hosts (audited) and is not shown.
    """

    seat: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Readmit(Command):
    """A removed person may come to the door again."""

    seat: str


@dataclass(frozen=True, slots=True)
class AddSeat(Command):
    """A seat without a screen: somebody who is only in the call, or shares a screen."""

    seat: str
    name: str


@dataclass(frozen=True, slots=True)
class RunLate(Command):
    """Before the first step: it begins so much later than planned. minutes: 0 to 30; 0 takes it back."""

    minutes: int


# -- sitting down -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class TakeSeat(Command):
    """Come to the door with a chosen name; with `admit` off, straight to the table."""

    seat: str
    name: str


@dataclass(frozen=True, slots=True)
class LeaveSeat(Command):
    """Go home before the end. The chair goes too; coming back is possible."""


# -- keeping the room ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AskGuardian(Command):
    """A host asks somebody at the table to keep the bell, and the room if the host's line is lost."""

    seat: str


@dataclass(frozen=True, slots=True)
class AnswerGuardian(Command):
    """Yes, or rather not; a guardian may lay it down at any time."""

    yes: bool


@dataclass(frozen=True, slots=True)
class EndGuardian(Command):
    """A host takes it from their shoulders."""


@dataclass(frozen=True, slots=True)
class RingBell(Command):
    """The pause bell: clocks stop, one calm line to everybody, no reason."""


@dataclass(frozen=True, slots=True)
class EndBell(Command):
    """After the pause it goes on where it was."""


@dataclass(frozen=True, slots=True)
class TakeRoom(Command):
    """I lead now: a host at any time, the guardian while no host can be reached."""


# -- the piece ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class HandOn(Command):
    """The holder (or a host) lets the piece travel on. `holder` guards against double presses."""

    holder: str


@dataclass(frozen=True, slots=True)
class PassPiece(Command):
    """*Pass*: final for this round, and never explained."""


@dataclass(frozen=True, slots=True)
class Later(Command):
    """*Later*: the turn comes back once."""


@dataclass(frozen=True, slots=True)
class HoldSilence(Command):
    """*Hold silence*: a turn without words."""


@dataclass(frozen=True, slots=True)
class TakePiece(Command):
    """In a volunteer step: I would like to speak."""


@dataclass(frozen=True, slots=True)
class PutHandDown(Command):
    """In a volunteer step: rather not, after all. Whoever has the piece keeps it."""


@dataclass(frozen=True, slots=True)
class SkipTurn(Command):
    """A host lets the piece go past its holder, whose turn comes back once."""

    holder: str


@dataclass(frozen=True, slots=True)
class TakePieceBack(Command):
    """A host takes the piece back to the table; whoever had it comes first again."""

    holder: str


@dataclass(frozen=True, slots=True)
class OfferPiece(Command):
    """A host gives the piece to somebody who is still to come, or whose hand is up."""

    seat: str


@dataclass(frozen=True, slots=True)
class ReorderRound(Command):
    """The people still to come, in the order a host chose."""

    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShuffleRound(Command):
    """The people still to come, in an order of chance. salt: random, made by the server."""

    salt: str


# -- beside the table ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LeavePair(Command):
    """*Back to the circle*: out of one's pair, alone and without a reason."""


@dataclass(frozen=True, slots=True)
class ReturnToPair(Command):
    """Back to one's pair, while somebody is still there."""


# -- after the closing --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Stay(Command):
    """I would like to stay a while, in the quiet room after the closing."""


@dataclass(frozen=True, slots=True)
class GoHome(Command):
    """I have stayed long enough. Coming back is possible as long as the room is open."""


@dataclass(frozen=True, slots=True)
class CloseLinger(Command):
    """The quiet room closes: its time is over, or a host closes it."""


@dataclass(frozen=True, slots=True)
class RingLinger(Command):
    """The ticker: it closes soon, and those in it are told."""


@dataclass(frozen=True, slots=True)
class SeeOff(Command):
    """The ticker: the page of somebody who stayed has been gone for so long that they are not here."""

    seat: str


# -- time and absence (the ticker) --------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class BreakIsOver(Command):
    """The break's time has come: ring softly. Nothing moves by itself."""


@dataclass(frozen=True, slots=True)
class CollectIsOver(Command):
    """The window in which every page posts is over: hosts may read."""


@dataclass(frozen=True, slots=True)
class Hold(Command):
    """No host can be reached: freeze the clocks as of `since_ms` ago (milliseconds)."""

    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class Release(Command):
    """A host is back: go on where it was held."""


def wire_name(command: type) -> str:
    """A command's name on the wire: snake_case of the class."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()
