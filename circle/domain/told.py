"""What each audience is told of a change: the difference between what it saw and what it sees.

Two things change all the time and can be seen in few places: words by name, and whose page is there. For a
change of one of these alone only those places are looked at (`_REACH`). Everything else goes the long way, by
whole views. That both ways say the same is what tests/domain/test_random_evenings.py is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from circle.domain.audience import (
    HOSTS,
    ROOM,
    SELF,
    STAND_IN,
    audiences,
    me,
    mine,
    people_for_hosts,
    said,
    shared_audiences,
    view,
)
from circle.domain.difference import difference
from circle.domain.room import Room

Changes = list[dict[str, Any]]
_FIELDS = tuple(field.name for field in fields(Room))


def told(before: Room, after: Room) -> Iterator[tuple[str, Changes]]:
    """Every audience that sees something else now, and what. Audiences that are no more come too."""
    changed = {name for name in _FIELDS if _differ(getattr(before, name), getattr(after, name))}
    reach = _REACH.get(next(iter(changed))) if len(changed) == 1 else None
    if reach is not None:
        yield from reach.told(before, after)
    elif changed:
        for name in dict.fromkeys((*audiences(before.meeting), *audiences(after.meeting))):
            if changes := difference(view(before, name), view(after, name)):
                yield name, changes


def _differ(one: object, other: object) -> bool:
    return one is not other and one != other


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where one field of a room can be seen. shared: collection and its items by audience. own: the same for
    single people. narrowed: both rooms without what is the same in them. seats: those whose own view can
    differ, of narrowed rooms.
    """

    shared: Mapping[str, tuple[str, Callable[[Room], dict[str, Any]]]]
    own: tuple[str, Callable[[Room, str], dict[str, Any]]]
    narrowed: Callable[[Room, Room], tuple[Room, Room]]
    seats: Callable[[Room, Room], set[str]]

    def told(self, before: Room, after: Room) -> Iterator[tuple[str, Changes]]:
        """As `told`, for a change of this field alone."""
        before, after = self.narrowed(before, after)
        for name in shared_audiences(after.meeting):
            if name in self.shared:
                shown, items = self.shared[name]
                if changes := difference({shown: items(before)}, {shown: items(after)}):
                    yield name, changes
        shown, own = self.own
        seats = self.seats(before, after)
        for seat in after.meeting.seats:
            if seat.id not in seats or not seat.screen:
                continue
            if changes := difference({shown: own(before, seat.id)}, {shown: own(after, seat.id)}):
                yield SELF + seat.id, changes


def _other_words(before: Room, after: Room) -> tuple[Room, Room]:
    """The same object is the same words, and of many only one has changed: what is the same at the beginning
    and at the end is left out.
    """
    old, new = before.shares, after.shares
    first = _alike(old, new)
    last = _alike(old[:first:-1], new[:first:-1])
    gone, come = old[first : len(old) - last], new[first : len(new) - last]
    return replace(before, shares=gone), replace(after, shares=come)


def _alike(one: Sequence[object], other: Sequence[object]) -> int:
    """How many objects at the beginning of both are the same ones."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a is not b), min(len(one), len(other)))


def _speakers(before: Room, after: Room) -> set[str]:
    return {share.seat_id for share in (*before.shares, *after.shares)}


def _as_they_are(before: Room, after: Room) -> tuple[Room, Room]:
    return before, after


def _whose_pages(before: Room, after: Room) -> set[str]:
    """Those whose presence is another one, and whoever sits beside the table with somebody."""
    seats = {*before.presence, *after.presence}
    changed = {seat for seat in seats if before.presence.get(seat) != after.presence.get(seat)}
    return changed | {seat for group in after.meeting.pairs for seat in group.seats}


_REACH = {
    "shares": _Reach(
        shared=dict.fromkeys((ROOM, HOSTS, STAND_IN), ("said", said)),
        own=("mine", mine),
        narrowed=_other_words,
        seats=_speakers,
    ),
    "presence": _Reach(
        shared={HOSTS: ("people", people_for_hosts)},
        own=("me", me),
        narrowed=_as_they_are,
        seats=_whose_pages,
    ),
}
