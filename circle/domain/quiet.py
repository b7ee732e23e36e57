"""The quiet round: when words can be said without anybody being able to find out who said them.

The numbers are decisions of the project (docs/anonymity.md, *When lines are shown*): no role, no call and
no setting lowers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ELIGIBLE_MIN = 5  # people who could have written, hosts not among them
READERS_CHOICE_MIN = (
    3  # people a reader is left to choose from: without oneself, without those who gave their name
)
REAL_MIN = 2  # lines in one release: a single line would be read as "the one who wrote"
TOKENS_EACH = 2  # tokens per person and round, so collections per round
COLLECT_SECONDS = 12  # pages post within the first ten, each at a moment of its own
TEXT_MAX = 4000  # code points after NFC
BODY_BYTES = 24 * 1024  # every post is as long as every other


def can_hold(eligible: int) -> bool:
    """Whether a round with so many possible writers can be quiet; decided before anyone writes."""
    return may_show(eligible, named=0, real=REAL_MIN)


def may_show(eligible: int, named: int, real: int) -> bool:
    """Whether a collected batch may be shown.

    eligible: members who were there through the whole window, hosts not counted. named: how many of them
    gave their name to words in this round. real: lines with words in the batch.
    """
    return eligible >= ELIGIBLE_MIN and eligible - 1 - named >= READERS_CHOICE_MIN and real >= REAL_MIN


def may_give_name(named: int, shown: bool) -> bool:
    """Whether one more may give their name to words while lines without a name stand beside them.

    named: how many have done so. shown: whether there are such lines, set aside or not (that can be undone):
    whoever speaks by name is then hardly their writer. They may have been written among as few as
    `ELIGIBLE_MIN`, and a reader must be left with as many to choose from as when they were released.
    """
    return not shown or one_of(ELIGIBLE_MIN, named + 1) >= READERS_CHOICE_MIN


def one_of(eligible: int, named: int = 0) -> int:
    """To a reader in the circle the writer is one of so many people."""
    return max(0, eligible - 1 - named)


@dataclass(frozen=True, slots=True)
class Unnamed:
    """How the present step takes words without a name; decided when it begins, before anyone writes.

    step: the step's id. writers: members whose pages were there then; with enough of them the round is
    quiet, otherwise the words go to the unnamed wall. collects: collections begun so far, 0 to
    `TOKENS_EACH`. until: while one goes on, when its window closes.
    """

    step: str
    writers: int
    collects: int = 0
    until: datetime | None = None

    @property
    def quiet(self) -> bool:
        """Whether nobody can find out who wrote; otherwise people may guess."""
        return can_hold(self.writers)
