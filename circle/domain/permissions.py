"""One table: which role may give which command. Looked up again on every command."""

from __future__ import annotations

from circle.domain import commands as c
from circle.domain.errors import NotAllowed
from circle.domain.meeting import LEADING, Role

_OWN_HOST = frozenset({Role.HOST})
_HOST = LEADING  # hosts, and whoever stands in for them
_SEATED = LEADING | {Role.MEMBER}
_TICKER = frozenset({Role.TICKER})
_HOST_OR_TICKER = _HOST | _TICKER

PERMISSIONS: dict[type[c.Command], frozenset[Role]] = {
    c.OpenDoor: _HOST,
    c.Next: _HOST,
    c.GoBack: _HOST,
    c.ExtendStep: _HOST,
    c.ShortenStep: _HOST,
    c.MakeUpTime: _HOST,
    c.TakeTimeBack: _HOST,
    c.PauseClock: _HOST,
    c.ResumeClock: _HOST,
    c.HideClock: _HOST,
    c.StartBreak: _HOST,
    c.EndBreak: _HOST,
    c.AskQuestion: _HOST,
    c.InsertStep: _HOST,
    c.TurnToClosing: _HOST,
    c.EndSession: _HOST_OR_TICKER,  # the ticker ends what everybody has left behind
    c.CancelSession: _HOST,
    c.Admit: _HOST,
    c.AdmitAtNext: _HOST,
    c.AdmitAll: _HOST,
    c.LockDoor: _HOST,
    c.UnlockDoor: _HOST,
    c.Remove: _HOST,
    c.SetApart: _OWN_HOST,  # who rests is not a stand-in's to know
    c.BringBack: _OWN_HOST,
    c.Ban: _OWN_HOST,
    c.Readmit: _OWN_HOST,
    c.AddSeat: _HOST,
    c.RunLate: _HOST,
    c.TakeSeat: _SEATED,
    c.LeaveSeat: _SEATED,
    c.AskGuardian: _OWN_HOST,
    c.AnswerGuardian: _SEATED,
    c.EndGuardian: _OWN_HOST,
    c.RingBell: _SEATED,  # the guardian, a host or a stand-in: the change looks
    c.EndBell: _SEATED,
    c.TakeRoom: _SEATED,
    c.HandOn: _SEATED,
    c.PassPiece: _SEATED,
    c.Later: _SEATED,
    c.HoldSilence: _SEATED,
    c.TakePiece: _SEATED,
    c.PutHandDown: _SEATED,
    c.LeavePair: _SEATED,
    c.ReturnToPair: _SEATED,
    c.SkipTurn: _HOST,
    c.TakePieceBack: _HOST,
    c.OfferPiece: _HOST,
    c.ReorderRound: _HOST,
    c.ShuffleRound: _HOST,
    c.Stay: _SEATED,
    c.GoHome: _SEATED,
    c.CloseLinger: _OWN_HOST | _TICKER,
    c.RingLinger: _TICKER,
    c.SeeOff: _TICKER,
    c.BreakIsOver: _TICKER,
    c.CollectIsOver: _TICKER,
    c.Hold: _TICKER,
    c.Release: _TICKER,
}

# Commands that move the stage for everybody carry `expected_seq` and are refused when it is old.
STAGE_COMMANDS: frozenset[type[c.Command]] = frozenset(
    {
        c.Next,
        c.GoBack,
        c.StartBreak,
        c.EndBreak,
        c.AskQuestion,
        c.InsertStep,
        c.TurnToClosing,
        c.MakeUpTime,
        c.TakeTimeBack,
        c.EndSession,
    }
)


def check_permission(command: c.Command, role: Role) -> None:
    """Return quietly, or raise NotAllowed("not_allowed")."""
    if role not in PERMISSIONS.get(type(command), frozenset()):
        raise NotAllowed("not_allowed")
