"""Signs: what people let be known without a word. Not meeting commands: no version, no feed, no audit.

They live in memory alone and go with the session. A wish of the room has no person beside it, so nobody
can look up whose it was (docs/privacy.md); who is back from a break is counted for hosts, never named.
Hosts' notes to one another are kept in the same way: nothing of them is ever stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from circle.domain import pulse as pulses
from circle.domain.advice import NOT_ADVISED, Advised, put_away
from circle.domain.backstage import HostNote, noted
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.meeting import LEADING, OVER, RUNNING, Meeting, Phase, Place, Role
from circle.domain.pulse import NO_PULSE, Pulse, Where
from circle.domain.sealed import SealedAnswer, dropped_in


class Wish(StrEnum):
    """What somebody in the room would like, without saying who."""

    SLOWER = "slower"
    PAUSE = "pause"


class CheckUp(StrEnum):
    """What became of the one question to somebody who stepped out."""

    ASKED = "asked"
    WELL = "well"  # a thumb; silence is an answer too
    REFUSED = "refused"  # would rather not be asked, for the whole session


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of one session. back: seats that are back from the present break. checks: by seat.
    advised: the card on the hosts' desk. backstage: hosts' notes to one another. pulse: where people are, as
    they say; never by person once it has closed. mailbox: sealed answers, which everybody's page has.
    """

    wishes: frozenset[Wish] = frozenset()
    back: frozenset[str] = frozenset()
    checks: Mapping[str, CheckUp] = field(default_factory=dict)
    advised: Advised = NOT_ADVISED
    backstage: tuple[HostNote, ...] = ()
    pulse: Pulse = NO_PULSE
    mailbox: tuple[SealedAnswer, ...] = ()


NO_SIGNS = Signs()


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign of one person."""


@dataclass(frozen=True, slots=True)
class AskSlower(Signal):
    """*Slower, please*: hosts see that somebody asks, and nobody sees who."""


@dataclass(frozen=True, slots=True)
class AskPause(Signal):
    """*A pause, please*, in the same way."""


@dataclass(frozen=True, slots=True)
class PutWishAway(Signal):
    """A host has seen it."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class AmBack(Signal):
    """*I am back*, in a break."""


@dataclass(frozen=True, slots=True)
class AskIfWell(Signal):
    """A host asks somebody who stepped out, once, whether they are all right."""

    seat: str


@dataclass(frozen=True, slots=True)
class AmWell(Signal):
    """The thumb."""


@dataclass(frozen=True, slots=True)
class RefuseCheckUps(Signal):
    """Whether one would rather not be asked tonight."""

    refuse: bool


@dataclass(frozen=True, slots=True)
class PutCardAway(Signal):
    """A host has read the advice."""

    card: str


@dataclass(frozen=True, slots=True)
class TellHosts(Signal):
    """A host's short note to the other hosts. note: its random id."""

    note: str
    text: str


@dataclass(frozen=True, slots=True)
class SayWhere(Signal):
    """Where a member is right now: for the pulse that is open, or the next one."""

    where: Where


@dataclass(frozen=True, slots=True)
class KeepPulse(Signal):
    """Hosts want the pulse tonight, or no more."""

    on: bool


@dataclass(frozen=True, slots=True)
class SendSealed(Signal):
    """A host's answer to whoever wrote a line; which line, only the writer's page can tell."""

    answer: str
    sealed: str


def heed(signs: Signs, signal: Signal, seat_id: str, meeting: Meeting, out: frozenset[str]) -> Signs:
    """The signs afterwards; equal ones when nothing changed. out: seats of people who stepped out.

    Raises NotAllowed (no chair, no host), NotFound (whom to ask), NotNow. A refusal changes nothing.
    """
    seat = meeting.seat(seat_id)
    if seat is None or seat.place is not Place.SEATED:
        raise NotAllowed("not_seated")
    if meeting.phase in OVER:
        raise NotNow("ended")
    if seat.apart:
        raise NotNow("apart")
    if seat.role not in _WHO.get(type(signal), {seat.role}):
        raise NotAllowed("not_allowed")
    return _HEED[type(signal)](signs, signal, seat_id, meeting, out)


def came_back(signs: Signs, seat_id: str) -> Signs:
    """Somebody is at the table again: the question is put away, a refusal stays."""
    if signs.checks.get(seat_id) in (None, CheckUp.REFUSED):
        return signs
    return replace(signs, checks={who: check for who, check in signs.checks.items() if who != seat_id})


def after_moving(signs: Signs, before: Phase, now: Phase) -> Signs:
    """A break that begins is the answer to both wishes; one that ends needs nobody counted."""
    if before is now:
        return signs
    if now is Phase.BREAK and before is not Phase.HELD:
        return replace(signs, wishes=frozenset(), back=frozenset())
    return replace(signs, back=frozenset()) if now in RUNNING else signs


def _wish(wish: Wish) -> Callable[..., Signs]:
    def ask(signs: Signs, _: Signal, seat_id: str, meeting: Meeting, out: frozenset[str]) -> Signs:
        if meeting.phase not in RUNNING:
            raise NotNow("not_now")
        return replace(signs, wishes=signs.wishes | {wish})

    return ask


def _put_away(signs: Signs, signal: PutWishAway, *_: Any) -> Signs:
    return replace(signs, wishes=signs.wishes - {signal.wish})


def _put_card_away(signs: Signs, signal: PutCardAway, *_: Any) -> Signs:
    felt = pulses.put_away(signs.pulse, signal.card)
    return replace(signs, advised=put_away(signs.advised, signal.card), pulse=felt)


def _am_back(signs: Signs, _: Signal, seat_id: str, meeting: Meeting, out: frozenset[str]) -> Signs:
    if meeting.phase is not Phase.BREAK:
        raise NotNow("not_now")
    return replace(signs, back=signs.back | {seat_id})


def _ask_if_well(
    signs: Signs, signal: AskIfWell, seat_id: str, meeting: Meeting, out: frozenset[str]
) -> Signs:
    asked = meeting.seat(signal.seat)
    if asked is None or asked.place is not Place.SEATED:
        raise NotFound("not_found")
    if signal.seat not in out:
        raise NotNow("not_out")
    if signs.checks.get(signal.seat) is CheckUp.REFUSED:
        raise NotNow("rather_not")
    return replace(signs, checks={signal.seat: CheckUp.ASKED, **signs.checks})


def _am_well(signs: Signs, _: Signal, seat_id: str, meeting: Meeting, out: frozenset[str]) -> Signs:
    if signs.checks.get(seat_id) not in (CheckUp.ASKED, CheckUp.WELL):
        raise NotNow("not_now")
    return replace(signs, checks={**signs.checks, seat_id: CheckUp.WELL})


def _refuse(
    signs: Signs, signal: RefuseCheckUps, seat_id: str, meeting: Meeting, out: frozenset[str]
) -> Signs:
    rest = {who: check for who, check in signs.checks.items() if who != seat_id}
    return replace(signs, checks={**rest, seat_id: CheckUp.REFUSED} if signal.refuse else rest)


def _tell_hosts(signs: Signs, signal: TellHosts, seat_id: str, *_: Any) -> Signs:
    return replace(signs, backstage=noted(signs.backstage, HostNote(signal.note, seat_id, signal.text)))


def _say_where(signs: Signs, signal: SayWhere, seat_id: str, meeting: Meeting, *_: Any) -> Signs:
    return replace(signs, pulse=pulses.answered(signs.pulse, seat_id, signal.where, meeting))


def _keep_pulse(signs: Signs, signal: KeepPulse, *_: Any) -> Signs:
    return replace(signs, pulse=pulses.switched(signs.pulse, signal.on))


def _send_sealed(signs: Signs, signal: SendSealed, *_: Any) -> Signs:
    return replace(signs, mailbox=dropped_in(signs.mailbox, SealedAnswer(signal.answer, signal.sealed)))


# Some are for those who lead; who stepped out is not a stand-in's to know.
_WHO: dict[type[Signal], frozenset[Role]] = {
    PutWishAway: LEADING,
    PutCardAway: LEADING,
    AskIfWell: frozenset({Role.HOST}),
    TellHosts: frozenset({Role.HOST}),
    SayWhere: frozenset({Role.MEMBER}),
    KeepPulse: LEADING,
    SendSealed: frozenset({Role.HOST}),
}
_HEED: dict[type[Signal], Callable[..., Signs]] = {
    AskSlower: _wish(Wish.SLOWER),
    AskPause: _wish(Wish.PAUSE),
    PutWishAway: _put_away,
    PutCardAway: _put_card_away,
    AmBack: _am_back,
    AskIfWell: _ask_if_well,
    AmWell: _am_well,
    RefuseCheckUps: _refuse,
    TellHosts: _tell_hosts,
    SayWhere: _say_where,
    KeepPulse: _keep_pulse,
    SendSealed: _send_sealed,
}
