"""Two people beside the table for a while; three where the number is odd. Pure.

Who sits with whom is chance, made from the session and the step: nobody's choice, and the same after a
restart. Everybody may go back to the whole room, alone and without a reason; to the one who stays,
stepping out and going home look the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Group:
    """Two people, or three. seats: ids, in the order in which they begin. back: who has gone back to the
    whole room since.
    """

    seats: tuple[str, ...]
    back: frozenset[str] = frozenset()

    @property
    def there(self) -> tuple[str, ...]:
        """Who is still beside the table."""
        return tuple(seat for seat in self.seats if seat not in self.back)

    @property
    def talks(self) -> bool:
        """Whether there are still two who can hear each other."""
        return len(self.there) > 1


Groups = tuple[Group, ...]


def form(people: Collection[str], spare: Collection[str], salt: str) -> Groups:
    """Pairs, and one group of three where the number is odd. spare: seats of those who lead; one of them
    comes along only where somebody would be alone. salt: what chance is made from.
    """
    mixed = sorted(people, key=lambda seat: sha256(f"{salt} {seat}".encode()).digest())
    if len(mixed) == 1:
        mixed += list(spare)[:1]
    if len(mixed) < 2:
        return ()
    last = len(mixed) - (3 if len(mixed) % 2 else 2)
    starts = range(0, last + 1, 2)
    return tuple(Group(tuple(mixed[at:] if at == last else mixed[at : at + 2])) for at in starts)


def group_of(groups: Groups, seat: str) -> Group | None:
    """The group this seat was put into, also when it has gone back since."""
    return next((group for group in groups if seat in group.seats), None)


def gone_back(groups: Groups, seats: Collection[str]) -> Groups:
    """The groups once these have gone back to the whole room."""
    return tuple(replace(g, back=g.back | (set(g.seats) & set(seats))) for g in groups)


def come_again(groups: Groups, seat: str) -> Groups:
    """The groups once somebody has come back to theirs."""
    return tuple(replace(g, back=g.back - {seat}) for g in groups)
