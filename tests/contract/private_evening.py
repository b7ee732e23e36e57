"""One evening with everything in it, and what may happen in private beside it.

The evening is the same each time; what Cy, the hosts and others do in private is put in between, at named
places, or is not. Every page of it is kept, as it was sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from circle.content.loader import load_library
from circle.domain import commands as c
from circle.domain.errors import CircleError
from circle.domain.meeting import Place
from circle.domain.plan import Line, Pace, Step
from circle.domain.pulse import Where
from circle.domain.room import Status
from circle.domain.sealed import LETTERS
from circle.domain.signs import KeepPulse, SayWhere, SendSealed
from circle.live import ticker
from circle.live.handlers import refusal_ack
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import Amend, HoldLine, Say, SayInPair, SetAside, SetLineAside, Warn, Whisper
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.engine import open_engine, sessions
from circle.store.models import Base
from circle.store.words import Words
from tests.domain.scene import BREAK, GOODBYE, PAIR, ROUND, START, VOLUNTEER, WALL, WORD
from tests.services.test_conduct_unnamed import commit
from tests.sitting import ANA, BO, CO, CY, DI, HOST, MEETING, Page, Sitting

EVE, FAY = "eve", "fay"
MEMBERS = (ANA, BO, CY, EVE, FAY)
NOTE, ANSWER, WISH, REASON = "PRIVATE-NOTE", "PRIVATE-ANSWER", "PRIVATE-WISH", "PRIVATE-REASON"
ASIDE, UNSENT = "LINE-SET-ASIDE", "LINE-TAKEN-BACK"
LIBRARY = load_library()

Act = Callable[["PrivateEvening"], None]


def _filled(step: Step) -> Step:
    """The step with everything a prompt may hold."""
    assert step.prompt is not None
    prompt = replace(
        step.prompt,
        lines=(Line("Slowly.", 6),),
        one_by_one=("Five.",),
        pace=Pace(in_s=4, out_s=6, rounds=6),
        tiles=("calm",),
        facilitator_note="NOTE-FOR-HOSTS look up",
    )
    return replace(step, prompt=prompt)


PAIRS = replace(PAIR, id="pair14")  # here chance puts Cy beside Eve, and Ana, Bo and Fay together
STEPS = tuple(
    step if step is BREAK else _filled(step) for step in (WORD, PAIRS, ROUND, WALL, BREAK, VOLUNTEER, GOODBYE)
)


class PrivateEvening:
    """Holds the evening. `acts`: what happens in private, by place; `instead`: names of ways taken."""

    def __init__(
        self, folder: Path, acts: Collection[tuple[str, Act]] = (), instead: Collection[str] = ()
    ) -> None:
        engine = open_engine(f"sqlite:///{folder / 'circle.sqlite'}")
        Base.metadata.create_all(engine)
        self.acts, self.instead, self.places = acts, instead, list[str]()
        self.clock = SettableClock(START)
        words = Words(KeyRing([b"k" * 32]))
        self.sitting = Sitting(
            Committer(sessions(engine)),
            words,
            self.clock,
            *STEPS,
            members=MEMBERS,
            hosts=(HOST, CO),
            linger_min=10,
        )
        self.answers: dict[str, list[Any]] = {}
        self.heard_at: dict[str, dict[str, int]] = {}  # by place: how much each page had been sent
        self.hold()
        engine.dispose()

    def hold(self) -> None:
        """From the door to the end."""
        self._door()
        self._words()
        self._pairs()
        self._round()
        self._stand_in()
        self._break_and_held()
        self._somebody_goes()
        self._end()

    # -- the evening, the same each time --------------------------------------------------------------
    def _door(self) -> None:
        self.sitting.do(HOST, c.RunLate(10))
        self.sign(HOST, KeepPulse(True))
        self.sitting.do(DI, c.TakeSeat(DI, "Di-At-The-Door"))
        self.sitting.join(DI)
        self.at("door")

    def _words(self) -> None:
        self.sitting.go_to("word")
        self.sign(HOST, SendSealed("sealed-for-somebody", "A" * LETTERS))  # whom, nobody can tell
        self.sitting.say(ANA, Say("word", "fine"))
        self.sitting.say(FAY, Say("word", "unkind"))
        unkind = next(i for i, said in self.seen(HOST, "said").items() if said["text"] == "unkind")
        self.sitting.say(HOST, Amend(1, ("We listen.", "One voice at a time.")))
        for who in (ANA, BO, EVE, FAY):
            self.sign(who, SayWhere(Where.SETTLED))
        self.at("words")
        self.sitting.say(HOST, SetAside(unkind, True))
        self.sitting.say(HOST, Warn(FAY, "a word to Fay alone"))
        self.sitting.say(ANA, Whisper("Ana's own word"))
        self.sitting.do(HOST, c.AskGuardian(BO))
        self.at("guardian asked")
        self.sitting.do(BO, c.AnswerGuardian(True))
        self.let_pass(WORD.minutes * 60 * 1.3)
        assert self.stage(HOST)["felt"]["told"], "where people are is on the desk"
        self.let_pass(241)
        assert self.stage(HOST)["advice"] or self.stage(HOST)["felt"]["told"], "a card is on the desk"
        self.at("card")
        self.sitting.do(BO, c.RingBell(), c.EndBell())

    def _pairs(self) -> None:
        """Ana, Bo and Fay talk with each other; what Cy and Eve do beside them is in private."""
        self.sitting.go_to(PAIRS.id)
        self.sitting.say(ANA, SayInPair(PAIRS.id, "a word to Bo and Fay"))
        self.at("in pairs")
        self.sitting.do(BO, c.LeavePair(), c.ReturnToPair())
        self.at("still in pairs")

    def _round(self) -> None:
        self.sitting.go_to("round")
        self.let_pass(270)  # another card may come
        self.sitting.do(HOST, c.HandOn(HOST), c.HandOn(CO))
        self.at("before the turn")
        self.sitting.do(ANA, c.Later())
        self.sitting.do(BO, c.HandOn(BO))
        assert self.holder == CY
        if "steps out" in self.instead:
            self.sitting.conduct.say_status(Caller(CY), MEETING, Status.OUT)
            self.sitting.conduct.say_status(Caller(CY), MEETING, Status.HERE)
        elif "rests" in self.instead:
            self.sitting.do(HOST, c.SetApart(CY), c.BringBack(CY))
        else:
            self.sitting.do(CY, c.Later())
        self.sitting.do(EVE, c.PassPiece())
        self.refuses(ANA, c.SkipTurn(FAY))
        self.sitting.do(FAY, c.HandOn(FAY))
        while self.holder is not None:
            self.sitting.do(HOST, c.SkipTurn(self.holder))

    def _stand_in(self) -> None:
        """Both hosts' lines are lost; Bo holds the room, over a whole wall."""
        self.sitting.go_to("wall")
        self.at("writing")
        for who in (ANA, EVE):
            self.sitting.say(who, HoldLine("wall", f"a line {who}", commit(who)))
        self.sitting.say(FAY, HoldLine("wall", ASIDE, commit(FAY)))
        self.let_pass(25, silent=(HOST, CO))
        assert self.page(BO).views["self:"]["me"]["me"]["bell"] == "room"
        self.sitting.do(BO, c.TakeRoom())
        self.fetch()
        self.at("standing in")
        self.let_pass(10, silent=(HOST, CO))
        self.sitting.do(BO, c.Next())
        aside = next(i for i, line in self.seen(BO, "batch").items() if line["text"] == ASIDE)
        self.sitting.say(BO, SetLineAside(aside, True))
        self.at("reading")
        self.sitting.do(BO, c.Next())
        self.at("shown")
        self.let_pass(150, silent=(HOST, CO))
        self.sitting.do(HOST, c.TakeRoom())
        self.fetch()

    def _break_and_held(self) -> None:
        self.sitting.go_to("break")
        self.at("break")
        self.let_pass(BREAK.minutes * 60 + 1)
        self.sitting.do(HOST, c.EndBreak())
        self.let_pass(50, silent=(HOST, CO))
        assert self.stage(ANA)["phase"] == "held"
        self.at("held")
        self.let_pass(5)
        self.sitting.do(HOST, c.HideClock(True), c.PauseClock(), c.ResumeClock())

    def _somebody_goes(self) -> None:
        self.sitting.do(ANA, c.TakePiece())
        self.sitting.do(EVE, c.TakePiece())
        self.at("volunteers")
        reason = REASON if "with a reason" in self.instead else ""
        self.sitting.do(HOST, c.Remove(FAY, reason))
        self.at("somebody went")
        self.sitting.do(ANA, c.HandOn(ANA))

    def _end(self) -> None:
        self.sitting.go_to("goodbye")
        self.at("closing")
        self.sitting.do(HOST, c.EndSession())
        self.sitting.do(EVE, c.Stay())
        self.fetch()
        self.at("over")
        self.fetch()
        self.let_pass(9 * 60)
        assert self.page(EVE).views["linger"]["stage"]["stage"]["linger"]["rang"]
        self.let_pass(60)
        self.fetch()

    # -- how things are done --------------------------------------------------------------------------
    def at(self, place: str) -> None:
        """What happens here in private; then the ticker looks, as it does every second."""
        self.places.append(place)
        self.heard_at[place] = {who: len(page.log) for who, page in self.sitting.pages.pages.items()}
        for where, act in self.acts:
            if where == place:
                act(self)
        ticker.tick_once(self.sitting.conduct)

    def let_pass(self, seconds: float, silent: Collection[str] = ()) -> None:
        """Time passes for everybody; these pages are not heard of."""
        self.clock.advance(seconds)
        self.sitting.beat(*(who for who in (HOST, CO, *MEMBERS, DI) if who not in silent and self.is_in(who)))
        ticker.tick_once(self.sitting.conduct)

    def is_in(self, who: str) -> bool:
        """Whether this person has a page here."""
        seat = self.sitting.meeting.seat(who)
        return seat is not None and seat.place in (Place.SEATED, Place.WAITING)

    def fetch(self) -> None:
        """Every page that was moved about asks for a snapshot."""
        for who in self.sitting.listening():
            self.sitting.refresh(who)

    def refuses(self, who: str, command: c.Command) -> None:
        """It is refused, in the words the page gets."""
        try:
            self.sitting.do(who, command)
        except CircleError as refusal:
            self.answers.setdefault(who, []).append(refusal_ack(refusal, LIBRARY))
            return
        raise AssertionError("this is refused")

    def says(self, who: str, status: Status) -> None:
        """Here, out, or in the call."""
        self.sitting.conduct.say_status(Caller(who), MEETING, status)

    def sign(self, who: str, signal: Any) -> None:
        """A sign without words."""
        self.sitting.conduct.sign(Caller(who), MEETING, signal)

    def page(self, who: str) -> Page:
        """This person's page."""
        return self.sitting.pages.pages[who]

    def stage(self, who: str) -> dict[str, Any]:
        """The stage on this person's page now."""
        view = self.sitting.conduct.snapshot(Caller(who), MEETING)["audiences"]
        shared = next(part["view"] for name, part in view.items() if not name.startswith("self"))
        found: dict[str, Any] = shared["stage"]["stage"]
        return found

    def seen(self, who: str, collection: str) -> dict[str, Any]:
        """One collection of what is shared with this person."""
        view = self.sitting.conduct.snapshot(Caller(who), MEETING)["audiences"]
        return {i: item for part in view.values() for i, item in part["view"].get(collection, {}).items()}

    @property
    def holder(self) -> str | None:
        """Who has the piece."""
        piece = self.sitting.meeting.piece
        return piece.holder if piece else None

    def sent(self, who: str) -> list[dict[str, Any]]:
        """Everything this person's page was sent: snapshots, messages and refusals, as they came."""
        return [*self.page(who).log, *({"answer": answer} for answer in self.answers.get(who, []))]

    def bytes_to(self, who: str, without: Collection[str] = ()) -> list[str]:
        """The same as text, one frame a line, without these keys. What is chance's is made alike: random
        ids are numbered as they come, and unnamed lines stand in the order of their words.
        """
        frames = [_less(frame, without) for frame in self.sent(who)]
        names = {f'"{i}"': json.dumps(f"line: {text}") for i, text in _unnamed(frames)}

        def named(found: re.Match[str]) -> str:
            return names.setdefault(found[0], f'"#{len(names)}"')

        return [_ID.sub(named, json.dumps(_ordered(frame, names), ensure_ascii=False)) for frame in frames]


_ID = re.compile(r'"(?:[A-Za-z0-9_-]{22}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
_UNNAMED = ("lines", "batch")


def _less(thing: Any, without: Collection[str]) -> Any:
    if isinstance(thing, list):
        return [_less(item, without) for item in thing]
    if not isinstance(thing, dict):
        return thing
    return {key: _less(value, without) for key, value in thing.items() if key not in without}


def _unnamed(frames: list[Any]) -> Iterator[tuple[str, str]]:
    """(id, words) of every unnamed line in these frames."""
    for frame in frames:
        for part in frame.get("snapshot", {}).get("audiences", {}).values():
            for name in _UNNAMED:
                yield from ((i, line["text"]) for i, line in part["view"].get(name, {}).items())
        for change in frame.get("message", {}).get("changes", []):
            if change["in"] in _UNNAMED and change["item"]:
                yield change["id"], change["item"]["text"]


def _ordered(thing: Any, names: dict[str, str]) -> Any:
    """The frame with its unnamed lines by their words; everything else is left as it was sent."""
    if isinstance(thing, list):
        return sorted((_ordered(item, names) for item in thing), key=lambda item: _place(item, names))
    if not isinstance(thing, dict):
        return thing
    return {
        key: dict(sorted(value.items(), key=lambda pair: names[f'"{pair[0]}"']))
        if key in _UNNAMED and isinstance(value, dict)
        else _ordered(value, names)
        for key, value in thing.items()
    }


def _place(item: Any, names: dict[str, str]) -> tuple[str, str]:
    """Sorting is stable: what is no unnamed line keeps its place."""
    if not isinstance(item, dict) or item.get("in") not in _UNNAMED:
        return ("", "")
    return (item["in"], names[f'"{item["id"]}"'])


def people_of(evening: PrivateEvening) -> Iterator[str]:
    """Whose pages are looked at: a member, the guardian who stands in, who waits, and who has to go."""
    yield from (ANA, BO, DI, FAY)
