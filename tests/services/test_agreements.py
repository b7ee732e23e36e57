"""Agreements: versions, a change in the middle of an evening, and the private yes."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.errors import CircleError, Invalid, NotAllowed, NotNow
from circle.services.agreements import CLAUSE_MAX, CLAUSES_MAX, clean_clauses
from circle.services.clock import SettableClock
from circle.services.speech import Affirm, Amend
from circle.store.committer import Committer
from circle.store.models import AgreementVersion, Circle, Member
from circle.store.words import Words
from tests.domain.scene import GOODBYE, ROUND
from tests.sitting import ANA, BO, CIRCLE, CO, DI, HOST, Sitting

NEW = ("We listen.", "One voice at a time.")


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """A round is on; two hosts."""
    sitting = Sitting(committer, words, clock, ROUND, GOODBYE, hosts=(HOST, CO))
    sitting.go_to("round")
    return sitting


def refuses(sitting: Sitting, who: str, speech: Amend | Affirm, kind: type[CircleError], code: str) -> None:
    """It is refused like this, and the circle is as it was."""
    before = circle(sitting).agreements
    with pytest.raises(kind) as refusal:
        sitting.say(who, speech)
    assert refusal.value.code == code
    assert circle(sitting).agreements == before


def circle(sitting: Sitting) -> Circle:
    """The stored circle."""
    return sitting.committer.read(lambda db: db.get_one(Circle, CIRCLE))


def stage(sitting: Sitting, who: str) -> dict[str, object]:
    """The stage on somebody's page."""
    views = sitting.pages.pages[who].views
    found: dict[str, object] = views["hosts" if who in (HOST, CO) else "room"]["stage"]["stage"]
    return found


def said_yes(sitting: Sitting, who: str) -> bool:
    """Whether one's own page knows of one's yes."""
    return bool(sitting.pages.pages[who].views["self:"]["me"]["me"]["agreed"])


@pytest.mark.parametrize(
    ("clauses", "code"),
    [
        ((), "clauses_none"),
        ((" ", "\u200b"), "clauses_none"),
        (tuple(f"clause {n}" for n in range(CLAUSES_MAX + 1)), "clauses_many"),
        (("x" * (CLAUSE_MAX + 1),), "clause_long"),
    ],
)
def test_a_wording_one_cannot_keep_in_mind_is_refused(clauses: tuple[str, ...], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        clean_clauses(clauses)


def test_a_wording_is_plain_lines_each_once() -> None:
    assert clean_clauses((" We listen.\n", "", "We\u202e listen.", "Two")) == ("We listen.", "Two")
    assert len(clean_clauses(("x" * CLAUSE_MAX, *map(str, range(CLAUSES_MAX - 1))))) == CLAUSES_MAX


def test_only_hosts_at_the_table_change_them_and_only_people_at_the_table_say_yes(sitting: Sitting) -> None:
    refuses(sitting, ANA, Amend(1, NEW), NotAllowed, "not_allowed")
    sitting.do(DI, c.TakeSeat(DI, "Di"))
    refuses(sitting, DI, Affirm(1), NotAllowed, "not_seated")
    refuses(sitting, HOST, Amend(1, ()), Invalid, "clauses_none")


def test_two_hosts_do_not_write_over_each_other(sitting: Sitting) -> None:
    sitting.say(HOST, Amend(1, NEW))
    refuses(sitting, CO, Amend(1, ("Something else.",)), NotNow, "agreements_moved")
    assert circle(sitting).agreements_version == 2


def test_everybody_sees_a_change_at_once_and_what_is_new_in_it(sitting: Sitting) -> None:
    sitting.say(HOST, Amend(1, NEW))
    for who in (ANA, BO, HOST, CO):
        seen = stage(sitting, who)
        assert (seen["agreements"], seen["agreements_version"], seen["agreements_new"]) == (list(NEW), 2, [1])
    (old,) = sitting.rows(AgreementVersion)
    assert (old.version, old.clauses) == (1, ["We listen."])
    sitting.say(HOST, Amend(2, NEW))
    assert circle(sitting).agreements_version == 2, "the same words are no new version"
    sitting.check_pages()


def test_a_yes_is_private_and_belongs_to_one_wording(sitting: Sitting) -> None:
    others = {who: len(sitting.pages.to(who)) for who in (BO, "cy")}
    sitting.say(ANA, Affirm(1))
    assert {who: len(sitting.pages.to(who)) for who in others} == others
    assert (said_yes(sitting, ANA), said_yes(sitting, BO)) == (True, False)
    assert stage(sitting, HOST)["agreed"] == {"yes": 1, "of": 3}
    sitting.say(HOST, Amend(1, NEW))
    assert stage(sitting, HOST)["agreed"] == {"yes": 0, "of": 3}, "asked again after a change"
    assert not said_yes(sitting, ANA)
    refuses(sitting, ANA, Affirm(1), NotNow, "agreements_moved")
    sitting.say(ANA, Affirm(2))
    (ana,) = [row for row in sitting.rows(Member) if row.id == ANA]
    assert (ana.affirmed_version, ana.affirmed_on) == (2, sitting.clock.now().date().isoformat())
    sitting.check_pages()
