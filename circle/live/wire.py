"""The wire: every message from and to a page, in one place.

In: `command` carries `Frame` (`frames`); its `data` is one of the payloads below, by `name`. Unknown fields
are refused here (and ignored by pages, so that an old page survives a new server). Out: `Message`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from circle.content.loader import Library
from circle.domain import commands as c
from circle.domain import signs as g
from circle.domain.errors import Invalid
from circle.domain.pacing import Saving
from circle.domain.plan import Sharing
from circle.domain.pulse import Where
from circle.domain.sealed import LETTERS
from circle.domain.sketch import SKETCH_MAX, STROKES
from circle.live.frames import Auth, Frame, OnOff, WhereIn
from circle.live.frames import Strict as _Strict
from circle.services import speech as s
from circle.services.ports import new_id
from circle.services.ready import ready_step
from circle.services.tidy import plain_line

T = TypeVar("T")
PROTOCOL = 1
FRAME_MAX = 65_536  # bytes

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,36}$")]
Text = Annotated[str, StringConstraints(max_length=16_000)]  # the kind "too long" comes from the use case
Name = Annotated[str, StringConstraints(max_length=200)]
Version = Annotated[int, Field(ge=1, le=10**6)]
Minutes = Annotated[int, Field(ge=1, le=30)]


class Nothing(_Strict):
    """No data."""


class Extend(_Strict):
    """More minutes, or a break of so many minutes."""

    minutes: Minutes


class Late(_Strict):
    """So much later than planned; 0: on time after all."""

    minutes: Annotated[int, Field(ge=0, le=30)]


class Save(_Strict):
    """A way of making up time."""

    saving: Literal["shorten", "drop", "close"]


class Ask(_Strict):
    """A question made on the spot."""

    text: Text
    sharing: Literal[
        "spoken_round", "spoken_volunteer", "chat_word", "unnamed_wall", "private", "none", "pair"
    ]
    minutes: Minutes = 8


class Put(_Strict):
    """A ready step from the library."""

    prompt: Id


class OnSeat(_Strict):
    """Something with one person."""

    seat: Id


class OnSeatWhy(_Strict):
    """The same, with a reason only hosts' audit keeps."""

    seat: Id
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class Why(_Strict):
    """An end with a reason."""

    reason: Annotated[str, StringConstraints(max_length=200)] = ""


class Named(_Strict):
    """A name for a seat without a screen."""

    name: Name


class Hand(_Strict):
    """Whom the page saw holding the piece."""

    holder: Id


class Row(_Strict):
    """The people still to come, in order."""

    order: Annotated[list[Id], Field(min_length=1, max_length=24)]


class SayIn(_Strict):
    """Words by name."""

    step: Id
    text: Text
    summary: bool = False


class SketchIn(_Strict):
    """A sketch by name."""

    step: Id
    strokes: Annotated[str, StringConstraints(pattern=STROKES, max_length=SKETCH_MAX)]


class PairIn(_Strict):
    """Words inside a pair."""

    step: Id
    text: Text


class OnShare(_Strict):
    """One's own words."""

    share: Id


class AsideShare(_Strict):
    """Words a host hides or shows again."""

    share: Id
    aside: bool


class LineIn(_Strict):
    """Words without a name."""

    step: Id
    text: Text
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    read_aloud: bool = False
    summary: bool = False


class AsideLine(_Strict):
    """An unnamed line a host hides or shows again."""

    line: Id
    aside: bool


class Secret(_Strict):
    """The secret of a line's writer."""

    secret: Annotated[str, StringConstraints(min_length=16, max_length=64)]


class OnLine(_Strict):
    """One unnamed line."""

    line: Id


class Words(_Strict):
    """A private word."""

    text: Text


class AnswerTo(_Strict):
    """A host's private answer, or what they ask of somebody."""

    seat: Id
    text: Text


class Wording(_Strict):
    """Another wording of the agreements, made from this version."""

    version: Version
    clauses: Annotated[list[Annotated[str, StringConstraints(max_length=2000)]], Field(max_length=100)]


class Yes(_Strict):
    """A yes to this version of the agreements."""

    version: Version


class YesOrNo(_Strict):
    """An answer to being asked."""

    yes: bool


class Hidden(_Strict):
    """Whether something is hidden."""

    hidden: bool


class NoteIn(_Strict):
    """A note to the other hosts. note: random, made by the page."""

    note: Id
    text: Text


class SealedIn(_Strict):
    """A sealed answer, always as long; nothing in it says for whom. answer: random, made by the page."""

    answer: Id
    sealed: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", min_length=LETTERS, max_length=LETTERS)
    ]


class OnWish(_Strict):
    """A wish of the room."""

    wish: Literal["slower", "pause"]


class OnCard(_Strict):
    """An advice card."""

    card: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_:-]{1,100}$")]


class RatherNot(_Strict):
    """Whether one would rather not be asked."""

    refuse: bool


class StatusIn(_Strict):
    """What a page says of its person."""

    status: Literal["here", "out", "call"]


_COMMANDS: dict[type[c.Command], type[_Strict]] = {
    c.OpenDoor: Nothing,
    c.Next: Nothing,
    c.GoBack: Nothing,
    c.ExtendStep: Extend,
    c.ShortenStep: Extend,
    c.MakeUpTime: Save,
    c.TakeTimeBack: Nothing,
    c.PauseClock: Nothing,
    c.ResumeClock: Nothing,
    c.HideClock: Hidden,
    c.StartBreak: Extend,
    c.EndBreak: Nothing,
    c.AskQuestion: Ask,
    c.InsertStep: Put,
    c.TurnToClosing: Nothing,
    c.EndSession: Why,
    c.CancelSession: Why,
    c.Admit: OnSeat,
    c.AdmitAtNext: OnSeat,
    c.AdmitAll: Nothing,
    c.LockDoor: Nothing,
    c.UnlockDoor: Nothing,
    c.Remove: OnSeatWhy,
    c.SetApart: OnSeatWhy,
    c.BringBack: OnSeat,
    c.Ban: OnSeatWhy,
    c.Readmit: OnSeat,
    c.AddSeat: Named,
    c.RunLate: Late,
    c.LeaveSeat: Nothing,
    c.AskGuardian: OnSeat,
    c.AnswerGuardian: YesOrNo,
    c.EndGuardian: Nothing,
    c.RingBell: Nothing,
    c.EndBell: Nothing,
    c.TakeRoom: Nothing,
    c.HandOn: Hand,
    **dict.fromkeys((c.PassPiece, c.Later, c.HoldSilence, c.TakePiece, c.PutHandDown), Nothing),
    **dict.fromkeys((c.LeavePair, c.ReturnToPair), Nothing),
    **dict.fromkeys((c.SkipTurn, c.TakePieceBack), Hand),
    c.OfferPiece: OnSeat,
    c.ReorderRound: Row,
    c.ShuffleRound: Nothing,
    c.Stay: Nothing,
    c.GoHome: Nothing,
    c.CloseLinger: Nothing,
}
_SPEECH: dict[type[s.Speech], type[_Strict]] = {
    s.Say: SayIn,
    s.Sketch: SketchIn,
    s.TakeBack: OnShare,
    s.SetAside: AsideShare,
    s.HoldLine: LineIn,
    s.SetLineAside: AsideLine,
    s.TakeLineBack: Secret,
    s.Receive: OnLine,
    s.Whisper: Words,
    s.AnswerWhisper: AnswerTo,
    s.Warn: AnswerTo,
    s.Amend: Wording,
    s.Affirm: Yes,
    s.SayInPair: PairIn,
    s.TakePairWordBack: OnShare,
}
_SIGNALS: dict[type[g.Signal], type[_Strict]] = {
    g.AskSlower: Nothing,
    g.AskPause: Nothing,
    g.PutWishAway: OnWish,
    g.PutCardAway: OnCard,
    g.AmBack: Nothing,
    g.AskIfWell: OnSeat,
    g.AmWell: Nothing,
    g.RefuseCheckUps: RatherNot,
    g.TellHosts: NoteIn,
    g.SayWhere: WhereIn,
    g.KeepPulse: OnOff,
    g.SendSealed: SealedIn,
}
Wish = c.Command | s.Speech | g.Signal
_KINDS: dict[type[Any], type[_Strict]] = {**_COMMANDS, **_SPEECH, **_SIGNALS}
_BY_NAME = {c.wire_name(kind): (kind, data) for kind, data in _KINDS.items()}


# Wishes that hold something of the server's own, or more than plain values.
_BUILD: dict[type[Any], Callable[[dict[str, Any], Library], Wish]] = {
    c.InsertStep: lambda data, library: c.InsertStep(ready_step(library, data["prompt"])),
    c.AddSeat: lambda data, _: c.AddSeat(seat=new_id(), name=plain_line(data["name"])),
    c.MakeUpTime: lambda data, _: c.MakeUpTime(Saving(data["saving"])),
    c.ReorderRound: lambda data, _: c.ReorderRound(tuple(data["order"])),
    c.ShuffleRound: lambda _data, _: c.ShuffleRound(salt=new_id()),
    c.AskQuestion: lambda data, _: c.AskQuestion(
        s.clean_text(data["text"]), Sharing(data["sharing"]), data["minutes"]
    ),
    s.Amend: lambda data, _: s.Amend(data["version"], tuple(data["clauses"])),
    g.TellHosts: lambda data, _: g.TellHosts(data["note"], s.clean_text(data["text"])),
    g.PutWishAway: lambda data, _: g.PutWishAway(g.Wish(data["wish"])),
    g.SayWhere: lambda data, _: g.SayWhere(tuple(Where)[data["where"]]),
}


def parse_frame(raw: object) -> Frame:
    """The frame a page sent. Raises Invalid, naming the fields."""
    return _checked(lambda: Frame.model_validate(raw))


def parse_status(raw: object) -> StatusIn:
    """The status a page sent. Raises Invalid."""
    return _checked(lambda: StatusIn.model_validate(raw))


def parse_auth(raw: object) -> Auth:
    """What a page sent when connecting. Raises Invalid."""
    return _checked(lambda: Auth.model_validate(raw))


def to_wish(frame: Frame, library: Library) -> Wish:
    """The command, words or sign this frame asks for. Raises Invalid("unknown_command" or fields)."""
    known = _BY_NAME.get(frame.name)
    if known is None:
        raise Invalid("unknown_command")
    kind, payload = known
    data = _checked(lambda: payload.model_validate(frame.data)).model_dump()
    build = _BUILD.get(kind)
    wish: Wish = build(data, library) if build else kind(**data)
    return wish


def payloads() -> dict[str, type[BaseModel]]:
    """What a page may send, by name: for tests, and for the AsyncAPI document made from it."""
    return {name: data for name, (_kind, data) in sorted(_BY_NAME.items())}


def _checked(build: Callable[[], T]) -> T:
    try:
        return build()
    except ValidationError as problem:
        fields = {".".join(str(part) for part in error["loc"]): "invalid" for error in problem.errors()}
        raise Invalid("invalid", fields) from None
