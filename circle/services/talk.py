"""What each kind of words does: one small function per speech act.

Each returns what is left to do in memory after the commit. Refusals come before any change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from circle.domain.audience import audience_of
from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow
from circle.domain.meeting import LEADING, OVER, RUNNING, Phase, Place, Role, is_quiet
from circle.domain.pairs import group_of
from circle.domain.plan import WALL, Part
from circle.domain.quiet import TOKENS_EACH, may_give_name
from circle.domain.room import PrivateWord, Share
from circle.domain.sketch import check_strokes
from circle.domain.transition import Actor
from circle.services import agreements
from circle.services import speech as s
from circle.services.change import After
from circle.services.gather import Stored
from circle.services.ports import new_id
from circle.services.unnamed import UnnamedWords
from circle.store import audit
from circle.store.words import Words

WARN_MAX = 280  # code points: a line to take in at a glance, not a letter


@dataclass(frozen=True, slots=True)
class Said:
    """What speaking did. after: what is left to do in memory. shares: the words of the step as they stand
    there now, where that is known.
    """

    after: tuple[After, ...]
    shares: tuple[Share, ...] | None


def speak(
    db: Session,
    words: Words,
    unnamed: UnnamedWords,
    stored: Stored,
    actor: Actor,
    speech: s.Speech,
    command_id: str,
    now: datetime,
) -> Said:
    """Do it, inside the transaction. Raises CircleError; nothing is kept then."""
    table = _Table(db, words, unnamed, stored, actor, command_id, now)
    after = _ACTS[type(speech)](table, speech)
    return Said(after, table.shares)


class _Table:
    """What a speech act may touch."""

    def __init__(
        self,
        db: Session,
        words: Words,
        unnamed: UnnamedWords,
        stored: Stored,
        actor: Actor,
        command_id: str,
        now: datetime,
    ) -> None:
        self.db, self.words, self.unnamed, self.pending = db, words, unnamed, unnamed.pending
        self.stored, self.meeting, self.actor = stored, stored.meeting, actor
        self.command_id, self.now = command_id, now
        self.shares: tuple[Share, ...] | None = None

    def put(self, share: Share, *, summary: bool = False) -> None:
        """Words by name of this step, new ones or others in the place of one's own."""
        put = self.words.put_share(self.db, self.meeting.id, share, summary=summary)
        before = self.stored.shares
        at = next((at for at, known in enumerate(before) if known.id == put.id), len(before))
        self.shares = (*before[:at], put, *before[at + 1 :])

    def require_seat(self) -> None:
        seat = self.meeting.seat(self.actor.id)
        if seat is None or seat.place is not Place.SEATED:
            raise NotAllowed("not_seated")
        if seat.apart:
            raise NotNow("apart")

    def require_host(self) -> None:
        self.require_seat()
        if self.actor.role not in LEADING:
            raise NotAllowed("not_allowed")

    def require_own_host(self) -> None:
        """A host of the circle, not somebody who stands in for one."""
        self.require_host()
        if self.actor.role is not Role.HOST:
            raise NotAllowed("not_allowed")

    def require_running(self, step: str) -> Part:
        """The part that is on, if it is still the step these words were written for."""
        if self.meeting.phase is Phase.HELD:
            raise NotNow("held")
        if self.meeting.phase not in RUNNING or self.meeting.part_now is None:
            raise NotNow("not_now")
        if self.meeting.step is None or self.meeting.step.id != step:
            raise NotNow("step_moved")
        return self.meeting.part_now


def _say(t: _Table, speech: s.Say) -> tuple[After, ...]:
    t.require_seat()
    text = s.clean_text(speech.text)
    part = t.require_running(speech.step)
    share = Share(new_id(), speech.step, t.actor.id, text)
    if part is Part.ANSWER:
        share = replace(_own_answer(t) or share, text=text, sketch="")
    elif part is Part.WALL_SHOW and is_quiet(t.meeting):
        _require_name_fits(t)
    elif part not in (Part.ROUND, Part.VOLUNTEER):
        raise NotNow("not_by_name")
    elif t.meeting.piece is None or t.meeting.piece.holder != t.actor.id:
        raise NotNow("not_your_turn")
    t.put(share, summary=speech.summary)
    return ()


def _require_name_fits(t: _Table) -> None:
    """After a quiet round a member may say with their name what was not shown. That takes them from those
    among whom a reader of the lines on the wall chooses, so it is no way around the rule of showing.
    """
    own = sum(share.seat_id == t.actor.id for share in t.stored.shares)
    if t.actor.role is Role.HOST or own >= TOKENS_EACH or t.meeting.unnamed is None:
        raise NotNow("not_by_name")
    others = t.stored.named - {t.actor.id}
    lines = t.stored.lines or t.pending.batch(t.meeting.id, t.meeting.unnamed.step)  # hosts may show them yet
    if not may_give_name(len(others), shown=bool(lines)):
        raise NotNow("names_would_tell")


def _sketch(t: _Table, speech: s.Sketch) -> tuple[After, ...]:
    t.require_seat()
    strokes = check_strokes(speech.strokes)
    part, step = t.require_running(speech.step), t.meeting.step
    if part is not Part.ANSWER or step is None or step.number:
        raise NotNow("no_sketch")
    share = _own_answer(t) or Share(new_id(), speech.step, t.actor.id, "")
    t.put(replace(share, text="", sketch=strokes))
    return ()


def _own_answer(t: _Table) -> Share | None:
    """One's answer here, None before it is given. One answer each; answering again changes it."""
    return next((share for share in t.stored.shares if share.seat_id == t.actor.id), None)


def _take_back(t: _Table, speech: s.TakeBack) -> tuple[After, ...]:
    share = _share(t, speech.share)
    if share.seat_id != t.actor.id:
        raise NotFound("not_found")
    if is_quiet(t.meeting):  # the name was read: it counts in the next collecting of this step
        t.words.empty_share(t.db, t.meeting.id, share.id)
    else:
        t.words.drop_share(t.db, t.meeting.id, share.id)
    return ()


def _set_aside(t: _Table, speech: s.SetAside) -> tuple[After, ...]:
    t.require_host()
    t.words.set_share_aside(t.db, t.meeting.id, _share(t, speech.share).id, speech.aside)
    return ()


def _hold_line(t: _Table, speech: s.HoldLine) -> tuple[After, ...]:
    t.require_seat()
    text = s.clean_text(speech.text)
    if t.require_running(speech.step) not in WALL:
        raise NotNow("not_unnamed")
    if is_quiet(t.meeting):
        raise NotNow("quiet_round")  # here words have another way, on which nobody is known
    if len(speech.commit) != 64:
        raise Invalid("invalid", {"commit": "invalid"})
    meeting_id, command_id = t.meeting.id, t.command_id
    if t.words.line_by_commit(t.db, meeting_id, speech.commit) is not None:
        return ()  # it stands on the wall already: the page slept while it was shown, and sends it again

    def hold() -> None:
        t.pending.hold(
            meeting_id,
            speech.step,
            command_id,
            text=text,
            commit=speech.commit,
            read_aloud=speech.read_aloud,
            summary=speech.summary,
        )

    return (hold,)


def _set_line_aside(t: _Table, speech: s.SetLineAside) -> tuple[After, ...]:
    t.require_host()
    row = t.words.line(t.db, t.meeting.id, speech.line)
    if row is not None:
        row.set_aside = speech.aside
        return ()
    step = t.meeting.step
    if step is None or not any(x.id == speech.line for x in t.pending.batch(t.meeting.id, step.id)):
        raise NotFound("not_found")
    meeting_id, step_id = t.meeting.id, step.id

    def mark() -> None:
        t.pending.set_aside(meeting_id, step_id, speech.line, speech.aside)

    return (mark,)


def _take_line_back(t: _Table, speech: s.TakeLineBack) -> tuple[After, ...]:
    return t.unnamed.withdraw(t.db, t.meeting.id, speech.secret)


def _receive(t: _Table, speech: s.Receive) -> tuple[After, ...]:
    t.require_seat()
    row = t.words.line(t.db, t.meeting.id, speech.line)
    if row is None or row.set_aside:
        raise NotFound("not_found")
    row.received = True
    return ()


def _whisper(t: _Table, speech: s.Whisper) -> tuple[After, ...]:
    if t.meeting.phase in OVER:
        raise NotNow("ended")  # nobody watches the page any more; a word kept here would wait unread
    if audience_of(t.meeting.seat(t.actor.id)) is None:
        raise NotAllowed("not_seated")
    word = PrivateWord(new_id(), t.actor.id, s.clean_text(speech.text))
    t.words.add_word(t.db, t.meeting.id, word)
    return ()


def _answer(t: _Table, speech: s.AnswerWhisper) -> tuple[After, ...]:
    t.require_own_host()
    if t.meeting.seat(speech.seat) is None:
        raise NotFound("not_found")
    word = PrivateWord(new_id(), speech.seat, s.clean_text(speech.text), from_host=True)
    t.words.add_word(t.db, t.meeting.id, word)
    return ()


def _warn(t: _Table, speech: s.Warn) -> tuple[After, ...]:
    t.require_host()
    seat = t.meeting.seat(speech.seat)
    if seat is None or seat.place is not Place.SEATED:
        raise NotFound("not_found")
    if seat.role is not Role.MEMBER or not seat.screen:
        raise NotNow("no_page_of_their_own")
    text = s.clean_text(speech.text)
    if len(text) > WARN_MAX:
        raise Invalid("warn_long", {"text": "warn_long"})
    t.words.add_word(t.db, t.meeting.id, PrivateWord(new_id(), seat.id, text, from_host=True, asks=True))
    audit.warned(t.db, t.meeting, t.actor.id, seat.id, t.now)
    return ()


def _amend(t: _Table, speech: s.Amend) -> tuple[After, ...]:
    t.require_own_host()
    agreements.amend(t.db, t.meeting.circle_id, speech.version, speech.clauses, t.now)
    return ()


def _affirm(t: _Table, speech: s.Affirm) -> tuple[After, ...]:
    t.require_seat()
    agreements.affirm(t.db, t.actor.id, speech.version, t.now)
    return ()


def _say_in_pair(t: _Table, speech: s.SayInPair) -> tuple[After, ...]:
    t.require_seat()
    text = s.clean_text(speech.text)
    t.require_running(speech.step)
    group = group_of(t.meeting.pairs, t.actor.id)
    if group is None or t.actor.id not in group.there:
        raise NotNow("no_pair")
    return (lambda: t.pending.between.say(t.meeting, t.actor.id, text, t.command_id),)


def _take_pair_word_back(t: _Table, speech: s.TakePairWordBack) -> tuple[After, ...]:
    return (lambda: t.pending.between.take_back(t.meeting.id, t.actor.id, speech.share),)


def _share(t: _Table, share_id: str) -> Share:
    share = next((x for x in t.stored.shares if x.id == share_id), None)
    if share is None:
        raise NotFound("not_found")
    return share


_ACTS: dict[type[s.Speech], Callable[[_Table, Any], tuple[After, ...]]] = {
    s.Say: _say,
    s.Sketch: _sketch,
    s.TakeBack: _take_back,
    s.SetAside: _set_aside,
    s.HoldLine: _hold_line,
    s.SetLineAside: _set_line_aside,
    s.TakeLineBack: _take_line_back,
    s.Receive: _receive,
    s.Whisper: _whisper,
    s.AnswerWhisper: _answer,
    s.Warn: _warn,
    s.Amend: _amend,
    s.Affirm: _affirm,
    s.SayInPair: _say_in_pair,
    s.TakePairWordBack: _take_pair_word_back,
}
