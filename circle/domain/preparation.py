"""What hosts note while they prepare one evening. It stays beside the plan and never enters the meeting.

Notes are about the plan, never about a person (docs/privacy.md: no notes on individuals are stored).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from circle.domain.drafting import Change, ChangeHead, Edit, apply, differing
from circle.domain.errors import Invalid, NotNow
from circle.domain.plan import Plan

UNDO_MAX = 60  # edits that are remembered of each host
REASON_MAX = 300  # characters
CARDS_MAX, WHEN_MAX, SAY_MAX = 12, 80, 300

Mark = tuple[str, str]  # a rule's id, and the id of the step it is about ("" for the plan)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule's finding is left as it is. by: the host's name; words: 1 to 300 characters; number: how
    much was found when the reason was given, in the unit of the finding.
    """

    rule: str
    step: str
    words: str
    by: str
    number: float = 0

    @property
    def mark(self) -> Mark:
        """What it is about."""
        return self.rule, self.step


@dataclass(frozen=True, slots=True)
class Card:
    """A prepared answer of the hosts' own: when (1 to 80 characters), and what to say or do (1 to 300)."""

    when: str
    say: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way back (or forth again): whose edit it was, what it would do, and in words what it undoes.

    typing: one of many that people make while they write; they are undone together.
    """

    by: str
    edit: Edit
    words: str
    typing: bool = False


@dataclass(frozen=True, slots=True)
class Preparation:
    """Reasons, findings somebody has looked at, whether it was marked ready and by whom, prepared answers,
    ways back. changed_since: it was marked ready, and an edit took that away.
    """

    reasons: tuple[Reason, ...] = ()
    seen: tuple[Mark, ...] = ()
    ready_by: str = ""
    changed_since: bool = False
    cards: tuple[Card, ...] = ()
    back: tuple[Way, ...] = ()
    forth: tuple[Way, ...] = ()


def edited(noted: Preparation, plan: Plan, way: Way) -> tuple[Plan, Preparation]:
    """The plan with this edit, and its way back kept. What its host had undone cannot be redone now."""
    before, (plan, back) = plan, apply(plan, way.edit)
    forth = tuple(one for one in noted.forth if one.by != way.by)
    if plan == before:
        return plan, noted
    if way.typing and noted.back and (longer := _continued(noted.back[-1], replace(way, edit=back))):
        return plan, replace(noted, back=(*noted.back[:-1], *_unless_as_before(longer)), forth=forth)
    ways = _remembered((*noted.back, replace(way, edit=back)), way.by)
    return plan, replace(noted, back=ways, forth=forth)


def undone(noted: Preparation, plan: Plan, by: str) -> tuple[Plan, Preparation, bool]:
    """This host's last edit undone. False: what somebody has changed since does not let it, so it stays, and
    that edit is forgotten. Raises NotNow("nothing_to_undo").
    """
    way = last(noted.back, by)
    rest = replace(noted, back=_without(noted.back, way))
    try:
        plan, forth = apply(plan, way.edit)
    except (Invalid, NotNow):
        return plan, rest, False
    return plan, replace(rest, forth=(*rest.forth, replace(way, edit=forth))), True


def redone(noted: Preparation, plan: Plan, by: str) -> tuple[Plan, Preparation, bool]:
    """What this host undid last, done again: undoing, with the ways turned round."""
    plan, turned, done = undone(_turned(noted), plan, by)
    return plan, _turned(turned), done


def last(ways: tuple[Way, ...], by: str) -> Way:
    """This host's newest. Raises NotNow("nothing_to_undo")."""
    found = next((way for way in reversed(ways) if way.by == by), None)
    if found is None:
        raise NotNow("nothing_to_undo")
    return found


def with_reason(noted: Preparation, reason: Reason) -> Preparation:
    """A reason is given; an earlier one for the same finding goes."""
    return replace(noted, reasons=(*_others(noted, reason.mark), reason))


def without_reason(noted: Preparation, mark: Mark) -> Preparation:
    """The reason is taken back; the finding stands again."""
    return replace(noted, reasons=_others(noted, mark))


def unready(noted: Preparation) -> Preparation:
    """An edit has opened something: whoever marked it ready did not see that."""
    return replace(noted, ready_by="", changed_since=True) if noted.ready_by else noted


def marked_ready(noted: Preparation, by: str) -> Preparation:
    """Ready, says this host; nobody any more for ""."""
    return replace(noted, ready_by=by, changed_since=False)


def looked_at(noted: Preparation, mark: Mark) -> Preparation:
    """Somebody has seen this finding."""
    return noted if mark in noted.seen else replace(noted, seen=(*noted.seen, mark))


def _continued(earlier: Way, way: Way) -> Way | None:
    """One way back for both, if this goes on with what the same host was writing in the same place."""
    if not earlier.typing or earlier.by != way.by:
        return None
    old, new = earlier.edit, way.edit
    if isinstance(old, Change) and isinstance(new, Change) and differing(old) == differing(new):
        same = old.before.id == new.before.id
        return replace(way, edit=Change(new.before, old.then)) if same else None
    return None


def _unless_as_before(way: Way) -> tuple[Way, ...]:
    """Nothing for what was typed and deleted again: there is nothing to undo."""
    edit = way.edit
    return () if isinstance(edit, Change | ChangeHead) and not differing(edit) else (way,)


def _remembered(ways: tuple[Way, ...], by: str) -> tuple[Way, ...]:
    """Without this host's oldest way, if there is one too many."""
    own = [at for at, way in enumerate(ways) if way.by == by]
    return ways if len(own) <= UNDO_MAX else ways[: own[0]] + ways[own[0] + 1 :]


def _others(noted: Preparation, mark: Mark) -> tuple[Reason, ...]:
    return tuple(reason for reason in noted.reasons if reason.mark != mark)


def _turned(noted: Preparation) -> Preparation:
    return replace(noted, back=noted.forth, forth=noted.back)


def _without(ways: tuple[Way, ...], way: Way) -> tuple[Way, ...]:
    at = len(ways) - 1 - ways[::-1].index(way)
    return ways[:at] + ways[at + 1 :]
