"""The state machine: `transition(meeting, command, actor, moment)` -> Outcome, or a typed refusal.

Pure: no clock, no random, no I/O. The table at the end is the index to `changes/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from circle.domain import commands as c
from circle.domain.changes import (
    apart,
    beside,
    clock,
    door,
    keeping,
    linger,
    quietly,
    replan,
    spot,
    stage,
    turns,
)
from circle.domain.errors import NotAllowed, NotNow
from circle.domain.meeting import OVER, Meeting, Phase, Place, Role, is_collecting
from circle.domain.outcome import Actor, Moment, Outcome
from circle.domain.permissions import STAGE_COMMANDS, check_permission

__all__ = ["Actor", "Moment", "Outcome", "transition"]


_WHILE_HELD = (
    c.Release,
    c.TakeSeat,
    c.LeaveSeat,
    c.EndSession,
    c.Admit,
    c.AdmitAll,
    c.LockDoor,
    c.UnlockDoor,
    c.Remove,
    c.TakeRoom,
    c.EndGuardian,
    c.LeavePair,
    c.CollectIsOver,
)

_AFTER_THE_END = (c.Stay, c.GoHome, c.CloseLinger, c.RingLinger, c.SeeOff)


def transition(meeting: Meeting, command: c.Command, actor: Actor, moment: Moment) -> Outcome:
    """What the meeting becomes.

    Raises NotAllowed (role), NotNow (phase, turn), NotFound (seat), Invalid (input). A refusal
    changes nothing.
    """
    check_permission(command, actor.role)
    after = meeting.linger_until is not None and isinstance(command, _AFTER_THE_END)
    if meeting.phase in OVER and not after:
        raise NotNow("ended")
    if actor.role is not Role.TICKER and not isinstance(command, c.TakeSeat):
        _require_at_table(meeting, actor, command)
    if meeting.phase is Phase.HELD and not isinstance(command, _WHILE_HELD):
        raise NotNow("held")
    if is_collecting(meeting) and type(command) in STAGE_COMMANDS - {c.EndSession}:
        raise NotNow("collecting")
    around = replace(moment, away=moment.away | meeting.apart())
    outcome = _HANDLERS[type(command)](meeting, command, actor, around)
    return replace(outcome, meeting=clock.with_rests(meeting, outcome.meeting, moment.now))


def _require_at_table(meeting: Meeting, actor: Actor, command: c.Command) -> None:
    seat = meeting.seat(actor.id)
    if seat is None or seat.role is not actor.role:
        raise NotAllowed("not_allowed")
    if isinstance(command, c.LeaveSeat) and seat.place is Place.WAITING:
        return
    if seat.place is not Place.SEATED:
        raise NotAllowed("not_seated")
    if seat.apart and not isinstance(command, c.LeaveSeat):
        raise NotNow("apart")


_HANDLERS: dict[type[c.Command], Callable[[Meeting, Any, Actor, Moment], Outcome]] = {
    c.OpenDoor: stage.open_door,
    c.Next: stage.go_on,
    c.GoBack: stage.go_back,
    c.ExtendStep: clock.extend,
    c.ShortenStep: clock.shorten,
    c.MakeUpTime: replan.make_up_time,
    c.TakeTimeBack: replan.take_time_back,
    c.PauseClock: clock.pause_clock,
    c.ResumeClock: clock.resume_clock,
    c.HideClock: clock.hide_clock,
    c.StartBreak: stage.start_break,
    c.EndBreak: stage.end_break,
    c.AskQuestion: spot.ask,
    c.InsertStep: spot.insert,
    c.TurnToClosing: stage.turn_to_closing,
    c.EndSession: stage.end,
    c.CancelSession: stage.cancel,
    c.Admit: door.admit,
    c.AdmitAtNext: door.admit_at_next,
    c.AdmitAll: door.admit_all,
    c.LockDoor: door.lock,
    c.UnlockDoor: door.unlock,
    c.Remove: door.remove,
    c.SetApart: apart.set_apart,
    c.BringBack: apart.bring_back,
    c.Ban: door.ban,
    c.Readmit: door.readmit,
    c.AddSeat: door.add_seat,
    c.RunLate: door.run_late,
    c.TakeSeat: door.take_seat,
    c.LeaveSeat: door.leave_seat,
    c.AskGuardian: keeping.ask_guardian,
    c.AnswerGuardian: keeping.answer_guardian,
    c.EndGuardian: keeping.end_guardian,
    c.RingBell: keeping.ring_bell,
    c.EndBell: keeping.end_bell,
    c.TakeRoom: keeping.take_room,
    c.HandOn: turns.hand_on,
    c.PassPiece: turns.pass_piece,
    c.Later: turns.later,
    c.HoldSilence: turns.hold_silence,
    c.TakePiece: turns.take_piece,
    c.PutHandDown: turns.put_hand_down,
    c.LeavePair: beside.leave_pair,
    c.ReturnToPair: beside.return_to_pair,
    c.SkipTurn: turns.skip_turn,
    c.TakePieceBack: turns.take_piece_back,
    c.OfferPiece: turns.offer_piece,
    c.ReorderRound: turns.reorder_round,
    c.ShuffleRound: turns.shuffle_round,
    c.Stay: linger.stay,
    c.GoHome: linger.go_home,
    c.CloseLinger: linger.close,
    c.RingLinger: linger.ring,
    c.SeeOff: linger.see_off,
    c.BreakIsOver: stage.break_is_over,
    c.CollectIsOver: quietly.collect_is_over,
    c.Hold: clock.hold,
    c.Release: clock.release,
}
