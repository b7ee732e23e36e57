"""Beside the table, in a pair: going back to the whole room, and coming again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from circle.domain import commands as c
from circle.domain import pairs
from circle.domain.errors import NotNow
from circle.domain.events import Event, Happened
from circle.domain.meeting import LEADING, RUNNING, Meeting, Place
from circle.domain.outcome import Actor, Moment, Outcome, step_id
from circle.domain.plan import Part


def pairs_for(m: Meeting, part: Part, away: Collection[str]) -> pairs.Groups:
    """The pairs of this part; none in any other. Whoever stepped out, or has no screen, is left in peace."""
    if part is not Part.PAIR or m.step is None:
        return ()
    free = [seat for seat in m.placed(Place.SEATED) if seat.screen and seat.id not in away]
    members = [seat.id for seat in free if seat.role not in LEADING]
    leading = [seat.id for seat in free if seat.role in LEADING]
    return pairs.form(members, leading, f"{m.id} {m.step.id}")


def as_seated_now(groups: pairs.Groups, m: Meeting, away: Collection[str]) -> pairs.Groups:
    """The pairs of a moment ago, among those who sit at the table now."""
    here = {seat.id for seat in m.placed(Place.SEATED)} - set(away)
    return pairs.gone_back(groups, {seat for group in groups for seat in group.seats} - here)


def leave_pair(m: Meeting, _command: c.LeavePair, actor: Actor, _moment: Moment) -> Outcome:
    group = _require_group(m, actor)
    return Outcome(m) if actor.id in group.back else _changed(m, pairs.gone_back(m.pairs, {actor.id}))


def return_to_pair(m: Meeting, _command: c.ReturnToPair, actor: Actor, _moment: Moment) -> Outcome:
    group = _require_group(m, actor)
    if m.phase not in RUNNING:
        raise NotNow("not_now")
    if actor.id in group.there:
        return Outcome(m)
    if not group.there:
        raise NotNow("pair_over")
    return _changed(m, pairs.come_again(m.pairs, actor.id))


def _require_group(m: Meeting, actor: Actor) -> pairs.Group:
    group = pairs.group_of(m.pairs, actor.id)
    if group is None:
        raise NotNow("no_pair")
    return group


def _changed(m: Meeting, groups: pairs.Groups) -> Outcome:
    return Outcome(replace(m, pairs=groups), (Event(Happened.PAIRS_CHANGED, step_id(m)),))
