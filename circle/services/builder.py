"""The plan builder: every edit is kept at once, can be undone, and leaves another host's edit alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from circle.content.loader import Library
from circle.content.pacing import Remark, findings
from circle.domain import preparation as noting
from circle.domain.drafting import Edit
from circle.domain.errors import Invalid, NotNow
from circle.domain.plan import Plan
from circle.domain.preparation import Card, Mark, Preparation, Reason, Way
from circle.domain.rules.look import Look
from circle.services.looking import look_at
from circle.services.mending import lighter, mends
from circle.services.ownprompts import OwnPrompts
from circle.services.planning import Evening, evening_of, require_planned
from circle.services.ports import Clock
from circle.services.readiness import Readiness, drafts, holds, mark, measure, readiness, reason_for
from circle.services.tidy import plain_text
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.preparations import Preparations

Make = Callable[[Plan], Edit]
_TOO_LONG = {80: "up_to_eighty", 300: "up_to_three_hundred"}  # characters: the code of the refusal


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything the builder shows. drafts: titles of steps whose question nobody has reviewed. library: with
    the circle's own questions.
    """

    evening: Evening
    noted: Preparation
    look: Look
    remarks: tuple[Remark, ...]
    readiness: Readiness
    drafts: tuple[str, ...]
    library: Library

    def reason(self, remark: Remark) -> Reason | None:
        """Why this finding is left as it is, if somebody said so."""
        return reason_for(remark, self.noted, self.evening.meeting.plan)

    def is_held(self, remark: Remark) -> bool:
        """Whether no reason takes it away."""
        return holds(remark, self.evening.meeting.plan)


class Builder:
    """Changing one evening's plan. Every lookup is for one account: foreign ids are not found.

    All of these raise NotFound, and NotNow("plan_frozen") once the door has been open.
    """

    def __init__(
        self, committer: Committer, clock: Clock, own: OwnPrompts, preparations: Preparations
    ) -> None:
        self._committer = committer
        self._clock = clock
        self._own = own
        self._preparations = preparations

    def draft(self, user_id: str, meeting_id: str) -> Draft:
        """The plan as it is now, and all that is to be said of it. Also after the door was open."""
        return self._committer.read(lambda db: self._draft(db, user_id, meeting_id))

    def library(self, user_id: str, meeting_id: str) -> Library:
        """What this evening's questions can be taken from: the library, and the circle's own."""

        def work(db: Session) -> Library:
            return self._own.library_for(db, evening_of(db, user_id, meeting_id).circle.id)

        return self._committer.read(work)

    def version(self, user_id: str, meeting_id: str) -> int:
        """Goes up with every change: another host's page asks for this to know whether to look anew."""
        return self._committer.read(lambda db: evening_of(db, user_id, meeting_id).meeting.version)

    def edit(self, user_id: str, meeting_id: str, words: str, make: Make, *, typing: bool = False) -> None:
        """Carry out the edit that `make` makes of the present plan. words: what it did, for *Undo*.
        typing: one of many while somebody writes.

        Raises what `drafting.apply` and `make` raise; nothing is changed then.
        """

        def work(evening: Evening, noted: Preparation) -> tuple[Plan, Preparation]:
            plan = evening.meeting.plan
            return noting.edited(noted, plan, Way(user_id, make(plan), words, typing))

        self._change(user_id, meeting_id, work)

    def lighter(self, user_id: str, meeting_id: str, step_id: str = "") -> Edit:
        """The deepest step (or this one) made lighter by one. The edit that was made.

        Raises NotNow("nothing_lighter").
        """

        def work(db: Session) -> Edit:
            evening, noted = self._open(db, user_id, meeting_id)
            plan, library = evening.meeting.plan, self._own.library_for(db, evening.circle.id)
            edit = lighter(plan, library, step_id)
            if edit is None:
                raise NotNow("nothing_lighter")
            self._save(db, evening, *noting.edited(noted, plan, Way(user_id, edit, "made lighter")))
            return edit

        return self._committer.submit(work)

    def mend(self, user_id: str, meeting_id: str, about: Mark, number: int) -> Edit:
        """Do what the button says: way `number` (from 0) of mending what this rule found at this step. The
        edit that was made.

        Raises NotNow("changed_meanwhile") if the rule does not find it any more, or not this way.
        """

        def work(db: Session) -> Edit:
            evening, noted = self._open(db, user_id, meeting_id)
            library = self._own.library_for(db, evening.circle.id)
            look = self._look(db, evening, library)
            ways = mends(look, _found(library, look, about), library)
            if not 0 <= number < len(ways):
                raise NotNow("changed_meanwhile")
            way = Way(user_id, ways[number].edit, "mended")
            self._save(db, evening, *noting.edited(noted, evening.meeting.plan, way))
            return way.edit

        return self._committer.submit(work)

    def undo(self, user_id: str, meeting_id: str) -> bool:
        """This host's last edit undone; False where somebody has changed the same thing since."""
        return self._back_or_forth(user_id, meeting_id, noting.undone)

    def redo(self, user_id: str, meeting_id: str) -> bool:
        """What this host undid last, once more; False as in `undo`."""
        return self._back_or_forth(user_id, meeting_id, noting.redone)

    def give_reason(self, user_id: str, meeting_id: str, about: Mark, text: str) -> None:
        """Leave an error as it is, with a reason (1 to 300 characters).

        Raises Invalid("few_words" or "up_to_three_hundred"), NotNow("held_firm") for what takes no reason,
        NotNow("changed_meanwhile") for what is no error any more.
        """
        words = _words(text, "reason", noting.REASON_MAX)

        def work(db: Session) -> None:
            evening, noted = self._open(db, user_id, meeting_id)
            library = self._own.library_for(db, evening.circle.id)
            found = _found(library, self._look(db, evening, library), about)
            if found.severity != "error":
                raise NotNow("changed_meanwhile")
            if holds(found, evening.meeting.plan):
                raise NotNow("held_firm")
            number = measure(found, evening.meeting.plan)
            reason = Reason(*about, words, evening.circle.host_name, number)
            self._save(db, evening, evening.meeting.plan, noting.with_reason(noted, reason))

        self._committer.submit(work)

    def take_reason_back(self, user_id: str, meeting_id: str, about: Mark) -> None:
        """The finding stands again."""
        self._note(user_id, meeting_id, lambda _, noted: noting.without_reason(noted, about))

    def look_at(self, user_id: str, meeting_id: str, about: list[Mark]) -> None:
        """These findings have been seen; that is all a warning asks for. Raises NotNow("changed_meanwhile")
        for what is not found any more.
        """

        def work(db: Session) -> None:
            evening, noted = self._open(db, user_id, meeting_id)
            library = self._own.library_for(db, evening.circle.id)
            look = self._look(db, evening, library)
            for one in about:
                noted = noting.looked_at(noted, mark(_found(library, look, one)))
            self._save(db, evening, evening.meeting.plan, noted)

        self._committer.submit(work)

    def add_card(self, user_id: str, meeting_id: str, when: str, say: str) -> None:
        """One more prepared answer of their own. Raises Invalid for what is empty, too long or too many."""
        card = Card(_words(when, "when", noting.WHEN_MAX), _words(say, "say", noting.SAY_MAX))

        def add(_: Evening, noted: Preparation) -> Preparation:
            if len(noted.cards) >= noting.CARDS_MAX:
                raise Invalid("cards_full", {"when": "cards_full"})
            return noted if card in noted.cards else replace(noted, cards=(*noted.cards, card))

        self._note(user_id, meeting_id, add)

    def drop_card(self, user_id: str, meeting_id: str, when: str) -> None:
        """Without what was prepared for this case; twice is fine."""

        def drop(_: Evening, noted: Preparation) -> Preparation:
            return replace(noted, cards=tuple(card for card in noted.cards if card.when != when))

        self._note(user_id, meeting_id, drop)

    def cards(self, meeting_id: str) -> tuple[Card, ...]:
        """The answers hosts have prepared, for the desk. The caller has seen that a host asks."""
        return self._committer.read(lambda db: self._preparations.load(db, meeting_id)).cards

    def mark_ready(self, user_id: str, meeting_id: str) -> None:
        """Ready, says this host. Raises NotNow("not_ready") while something is open."""

        def work(db: Session) -> None:
            draft = self._draft(db, user_id, meeting_id, lock=True)
            require_planned(draft.evening.meeting)
            if not draft.readiness.can_be_marked:
                raise NotNow("not_ready")
            noted = noting.marked_ready(draft.noted, draft.evening.circle.host_name)
            self._save(db, draft.evening, draft.evening.meeting.plan, noted)

        self._committer.submit(work)

    def not_ready(self, user_id: str, meeting_id: str) -> None:
        """The mark is taken off."""
        self._note(user_id, meeting_id, lambda _, noted: noting.marked_ready(noted, ""))

    # -- inside ---------------------------------------------------------------------------------------
    def _back_or_forth(
        self,
        user_id: str,
        meeting_id: str,
        go: Callable[[Preparation, Plan, str], tuple[Plan, Preparation, bool]],
    ) -> bool:
        def work(db: Session) -> bool:
            evening, noted = self._open(db, user_id, meeting_id)
            plan, noted, done = go(noted, evening.meeting.plan, user_id)
            self._save(db, evening, plan, noted)
            return done

        return self._committer.submit(work)

    def _note(
        self, user_id: str, meeting_id: str, note: Callable[[Evening, Preparation], Preparation]
    ) -> None:
        self._change(user_id, meeting_id, lambda e, noted: (e.meeting.plan, note(e, noted)))

    def _change(
        self,
        user_id: str,
        meeting_id: str,
        work: Callable[[Evening, Preparation], tuple[Plan, Preparation]],
    ) -> None:
        def change(db: Session) -> None:
            evening, noted = self._open(db, user_id, meeting_id)
            self._save(db, evening, *work(evening, noted))

        self._committer.submit(change)

    def _open(self, db: Session, user_id: str, meeting_id: str) -> tuple[Evening, Preparation]:
        evening = evening_of(db, user_id, meeting_id, lock=True)
        require_planned(evening.meeting)
        return evening, self._preparations.load(db, meeting_id)

    def _save(self, db: Session, evening: Evening, plan: Plan, noted: Preparation) -> None:
        changed = replace(evening, meeting=replace(evening.meeting, plan=plan))
        meetings.save(db, changed.meeting, (), self._clock.now())
        if noted.ready_by and not self._judged(db, changed, noted).readiness.can_be_marked:
            noted = noting.unready(noted)
        self._preparations.save(db, evening.meeting.id, noted)

    def _look(self, db: Session, evening: Evening, library: Library) -> Look:
        look = look_at(db, evening.meeting, evening.circle.form, library, self._clock.now())
        return replace(look, host_ready=False)  # asked anew for each evening

    def _draft(self, db: Session, user_id: str, meeting_id: str, *, lock: bool = False) -> Draft:
        evening = evening_of(db, user_id, meeting_id, lock=lock)
        return self._judged(db, evening, self._preparations.load(db, meeting_id))

    def _judged(self, db: Session, evening: Evening, noted: Preparation) -> Draft:
        library = self._own.library_for(db, evening.circle.id)
        look = self._look(db, evening, library)
        found = tuple(findings(library, look))
        state = readiness(look, found, noted, clauses=len(evening.circle.agreements))
        return Draft(evening, noted, look, found, state, tuple(drafts(look.plan, library)), library)


def _found(library: Library, look: Look, about: Mark) -> Remark:
    """What this rule finds at this step now. Raises NotNow("changed_meanwhile") if it finds nothing."""
    for remark in findings(library, look):
        if mark(remark) == about:
            return remark
    raise NotNow("changed_meanwhile")


def _words(text: str, field: str, most: int) -> str:
    """Words a host typed. Raises Invalid("few_words"), or what says how many fit."""
    words = plain_text(text)
    if not words:
        raise Invalid("few_words", {field: "few_words"})
    if len(words) > most:
        raise Invalid(_TOO_LONG[most], {field: _TOO_LONG[most]})
    return words
