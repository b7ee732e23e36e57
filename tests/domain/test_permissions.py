"""Who may do what, and when: every row of the table, in every phase. A refusal changes nothing."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.errors import CircleError, NotAllowed, NotNow
from circle.domain.meeting import Phase, Role
from circle.domain.outcome import Actor, Moment
from circle.domain.pacing import Saving
from circle.domain.permissions import PERMISSIONS, STAGE_COMMANDS
from circle.domain.plan import Sharing
from circle.domain.transition import transition
from tests.domain.scene import ANA, BO, HOST, PRIVATE, START, in_phase

SAMPLES: dict[type[c.Command], c.Command] = {
    c.OpenDoor: c.OpenDoor(),
    c.Next: c.Next(),
    c.GoBack: c.GoBack(),
    c.ExtendStep: c.ExtendStep(2),
    c.PauseClock: c.PauseClock(),
    c.ResumeClock: c.ResumeClock(),
    c.HideClock: c.HideClock(True),
    c.StartBreak: c.StartBreak(5),
    c.EndBreak: c.EndBreak(),
    c.AskQuestion: c.AskQuestion("What is near?", Sharing.SPOKEN_ROUND, 8),
    c.InsertStep: c.InsertStep(PRIVATE),
    c.TurnToClosing: c.TurnToClosing(),
    c.EndSession: c.EndSession(),
    c.CancelSession: c.CancelSession(),
    c.Admit: c.Admit(BO),
    c.AdmitAtNext: c.AdmitAtNext(BO),
    c.AdmitAll: c.AdmitAll(),
    c.LockDoor: c.LockDoor(),
    c.UnlockDoor: c.UnlockDoor(),
    c.Remove: c.Remove(BO, "unkind"),
    c.Ban: c.Ban(BO, "unkind"),
    c.SetApart: c.SetApart(BO, "loud"),
    c.BringBack: c.BringBack(BO),
    c.Readmit: c.Readmit(BO),
    c.AddSeat: c.AddSeat("guest", "Theo"),
    c.RunLate: c.RunLate(10),
    c.TakeSeat: c.TakeSeat(ANA, "Ana"),
    c.LeaveSeat: c.LeaveSeat(),
    c.ShortenStep: c.ShortenStep(1),
    c.MakeUpTime: c.MakeUpTime(Saving.CLOSE),
    c.TakeTimeBack: c.TakeTimeBack(),
    c.AskGuardian: c.AskGuardian(ANA),
    c.AnswerGuardian: c.AnswerGuardian(True),
    c.EndGuardian: c.EndGuardian(),
    c.RingBell: c.RingBell(),
    c.EndBell: c.EndBell(),
    c.TakeRoom: c.TakeRoom(),
    c.HandOn: c.HandOn(ANA),
    c.SkipTurn: c.SkipTurn(ANA),
    c.TakePieceBack: c.TakePieceBack(ANA),
    c.OfferPiece: c.OfferPiece(ANA),
    c.ReorderRound: c.ReorderRound((ANA,)),
    c.ShuffleRound: c.ShuffleRound("salt"),
    c.PassPiece: c.PassPiece(),
    c.Later: c.Later(),
    c.HoldSilence: c.HoldSilence(),
    c.TakePiece: c.TakePiece(),
    c.PutHandDown: c.PutHandDown(),
    c.LeavePair: c.LeavePair(),
    c.ReturnToPair: c.ReturnToPair(),
    c.Stay: c.Stay(),
    c.GoHome: c.GoHome(),
    c.CloseLinger: c.CloseLinger(),
    c.RingLinger: c.RingLinger(),
    c.SeeOff: c.SeeOff(ANA),
    c.BreakIsOver: c.BreakIsOver(),
    c.CollectIsOver: c.CollectIsOver(),
    c.Hold: c.Hold(),
    c.Release: c.Release(),
}
COMMANDS = [pytest.param(command, id=c.wire_name(kind)) for kind, command in SAMPLES.items()]
PHASES = [pytest.param(phase, id=phase.value) for phase in Phase]

_O, _L, _B, _H, _C = Phase.OPEN, Phase.LIVE, Phase.BREAK, Phase.HELD, Phase.CLOSING
ON = {_O, _L, _B, _H, _C}
# In which phases a command of somebody who may give it is taken (it may still find nothing to do).
TAKEN: dict[type[c.Command], set[Phase]] = {
    c.OpenDoor: {Phase.PLANNED, _O},
    c.Next: {_O, _L, _B, _C},
    c.GoBack: {_L, _B, _C},
    c.ExtendStep: {_L, _B, _C},
    c.PauseClock: {_L, _C},
    c.ShortenStep: {_L, _B, _C},
    c.MakeUpTime: set(),  # nothing but the closing is ahead in these scenes; see test_pacing.py
    c.TakeTimeBack: set(),
    c.ResumeClock: {_L, _C},
    c.HideClock: {Phase.PLANNED, _O, _L, _B, _C},
    c.StartBreak: {_L, _C},
    c.EndBreak: {_B},
    c.AskQuestion: {_O, _L, _C},
    c.InsertStep: {_O, _L, _C},
    c.TurnToClosing: {_L, _B},
    c.EndSession: ON,
    c.CancelSession: {Phase.PLANNED, _O},
    c.Admit: {Phase.PLANNED, *ON},
    c.AdmitAtNext: set(),  # nobody waits in these scenes; see test_door.py
    c.AdmitAll: {Phase.PLANNED, *ON},
    c.LockDoor: {Phase.PLANNED, *ON},
    c.UnlockDoor: {Phase.PLANNED, *ON},
    c.Remove: {Phase.PLANNED, *ON},
    c.Ban: {Phase.PLANNED, _O, _L, _B, _C},
    c.SetApart: {Phase.PLANNED, _O, _L, _B, _C},
    c.BringBack: {Phase.PLANNED, _O, _L, _B, _C},
    c.Readmit: {Phase.PLANNED, _O, _L, _B, _C},
    c.AddSeat: {_O, _L, _B, _C},
    c.RunLate: {Phase.PLANNED, _O},
    c.TakeSeat: {Phase.PLANNED, *ON},
    c.LeaveSeat: {Phase.PLANNED, *ON},
    **dict.fromkeys((c.SkipTurn, c.TakePieceBack, c.OfferPiece, c.ReorderRound, c.ShuffleRound), frozenset()),
    c.AskGuardian: {Phase.PLANNED, _O, _L, _B, _C},
    c.AnswerGuardian: set(),  # nobody is asked in these scenes; see test_keeping.py
    c.EndGuardian: {Phase.PLANNED, *ON},
    c.RingBell: {_L, _C},
    c.EndBell: {_L, _C},
    c.TakeRoom: {Phase.PLANNED, *ON},
    c.HandOn: set(),  # there is no piece in these scenes; see test_piece.py
    c.PassPiece: set(),
    c.Later: set(),
    c.HoldSilence: set(),
    c.TakePiece: set(),
    c.PutHandDown: set(),
    c.LeavePair: set(),  # nobody sits in a pair in these scenes; see test_pairs.py
    c.ReturnToPair: set(),
    # After the closing; these plans have no room for it. See test_linger.py.
    **dict.fromkeys((c.Stay, c.GoHome, c.CloseLinger, c.RingLinger, c.SeeOff), frozenset()),
    c.BreakIsOver: {Phase.PLANNED, _O, _L, _B, _C},
    c.CollectIsOver: {Phase.PLANNED, *ON},
    c.Hold: {Phase.PLANNED, _O, _L, _B, _C},
    c.Release: {Phase.PLANNED, *ON},
}
KEEPERS = {c.RingBell, c.EndBell, c.TakeRoom}  # theirs and the guardian's; see test_keeping.py
HOST_ONLY = [
    kind
    for kind, roles in PERMISSIONS.items()
    if kind in KEEPERS or (Role.HOST in roles and Role.MEMBER not in roles)
]
TICKERS = [kind for kind, roles in PERMISSIONS.items() if Role.TICKER in roles]
TICKER_ONLY = [kind for kind, roles in PERMISSIONS.items() if roles == {Role.TICKER}]


def test_every_command_has_a_row_a_sample_and_its_phases() -> None:
    commands = {kind for kind in vars(c).values() if isinstance(kind, type) and issubclass(kind, c.Command)}
    commands.remove(c.Command)
    assert set(PERMISSIONS) == commands
    assert set(SAMPLES) == set(TAKEN) == commands
    assert commands >= STAGE_COMMANDS


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("kind", [kind for kind in HOST_ONLY if kind not in KEEPERS], ids=c.wire_name)
def test_members_give_no_command_of_hosts(kind: type[c.Command], phase: Phase) -> None:
    in_phase(phase).refuses(ANA, SAMPLES[kind], NotAllowed, "not_allowed")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("kind", TICKER_ONLY, ids=c.wire_name)
def test_nobody_plays_the_ticker(kind: type[c.Command], phase: Phase) -> None:
    for who in (ANA, HOST):
        in_phase(phase).refuses(who, SAMPLES[kind], NotAllowed, "not_allowed")


@pytest.mark.parametrize("kind", [k for k in SAMPLES if k not in TICKERS], ids=c.wire_name)
def test_the_ticker_does_nothing_in_peoples_place(kind: type[c.Command]) -> None:
    in_phase(Phase.LIVE).refuses("", SAMPLES[kind], NotAllowed, "not_allowed")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_in_each_phase(command: c.Command, phase: Phase) -> None:
    kind = type(command)
    who = "" if kind in TICKER_ONLY else HOST if kind in HOST_ONLY else ANA
    scene = in_phase(phase)
    if phase in TAKEN[kind]:
        scene.do(who, command)
        return
    before = scene.meeting
    with pytest.raises(NotNow):
        scene.do(who, command)
    assert scene.meeting is before


@pytest.mark.parametrize("command", COMMANDS)
def test_strangers_and_those_who_wait_do_nothing_but_sit_down(command: c.Command) -> None:
    if isinstance(command, c.TakeSeat):
        return
    scene = in_phase(Phase.LIVE)
    scene.do("stranger", c.TakeSeat("stranger", "Sam"))  # waits at the door now
    for who in ("nobody", "stranger"):
        if who == "stranger" and isinstance(command, c.LeaveSeat):
            continue
        before = scene.meeting
        with pytest.raises(NotAllowed):
            scene.do(who, command)
        assert scene.meeting is before


def test_a_role_the_seat_does_not_have_is_refused() -> None:
    scene = in_phase(Phase.LIVE)
    for seat, role in ((ANA, Role.HOST), (HOST, Role.MEMBER)):
        with pytest.raises(NotAllowed):
            transition(scene.meeting, c.Next(), Actor(seat, role), Moment(START))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("phase", [Phase.ENDED, Phase.CANCELLED], ids=str)
def test_what_is_over_stays_over(command: c.Command, phase: Phase) -> None:
    scene = in_phase(phase)
    before = scene.meeting
    who = "" if type(command) in TICKER_ONLY else HOST
    with pytest.raises(CircleError) as refusal:
        scene.do(who, command)
    assert refusal.value.code == "ended"
    assert scene.meeting is before
