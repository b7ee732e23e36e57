"""After a quiet round somebody says it by name: what everybody reads then, and what it does to the rule."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.errors import Invalid, NotAllowed, NotFound, NotNow
from circle.domain.plan import Part
from circle.live import wire
from circle.services.clock import SettableClock
from circle.services.quiet import QuietRounds
from circle.services.speech import Say, SetAside, TakeBack
from circle.store.committer import Committer
from circle.store.models import ShareRow
from circle.store.words import Words
from tests.anonymous.test_quiet_sitting import SEVEN, Table
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.live.test_wire import refused, wish
from tests.sitting import HOST, MEETING

FIVE = SEVEN[:5]
MAYA, BEN, CAL, DEE, ELI = FIVE


class Five(Table):
    """The smallest table of a quiet round."""

    members = FIVE

    def show(self) -> None:
        """On to the wall, whatever stands on it."""
        self.do(HOST, c.Next())
        assert self.meeting.part_now is Part.WALL_SHOW

    def collect_again(self, **lines: str) -> None:
        """One step back, and everybody posts once more."""
        self.do(HOST, c.GoBack())
        for who in self.members:
            self.post(who, lines.get(who, ""))
        self.window_passes()

    def said(self, who: str) -> list[tuple[str, str]]:
        """Who said what by name, as this page has it."""
        view = self.pages.pages[who].views["hosts" if who == HOST else "room"]
        return [(item["seat"], item["text"]) for item in view["said"].values()]

    def share_of(self, who: str) -> str:
        """The id of this person's words."""
        return next(row.id for row in self.rows(ShareRow) if row.member_id == who)

    def refuses_name(self, who: str, code: str) -> None:
        """Nothing is said, and nobody is told anything."""
        before = self.trace()
        with pytest.raises(NotNow, match=code):
            self.say(who, Say("wall", "words"))
        assert self.trace() == before


@pytest.fixture
def table(committer: Committer, words: Words, clock: SettableClock) -> Five:
    table = Five(committer, words, clock, WORD, WALL, GOODBYE, members=FIVE, quiet=QuietRounds())
    table.begin()
    return table


def test_what_was_held_can_be_said_by_name(table: Five) -> None:
    table.collect(member0="alone")
    table.show()
    table.unseen.withdraw(MEETING, table.quiet_pages[MAYA].secret)
    table.say(MAYA, Say("wall", "alone"))
    for who in (HOST, *FIVE):
        assert table.said(who) == [(MAYA, "alone")]
    table.collect_again(member1="two", member2="three")
    table.show()
    assert table.wall(DEE) == {"two", "three"}, "what was taken back stands in one place only"
    table.check_pages()


def test_two_by_name_of_five_and_the_next_batch_is_held(table: Five) -> None:
    table.collect()
    table.show()
    for who in (MAYA, BEN):
        table.say(who, Say("wall", "by name"))
    assert table.stage(CAL)["quiet_round"]["one_of"] == 2, "said before writing"
    table.collect_again(member2="two", member3="three")
    assert table.batch() == {}


def test_one_by_name_of_five_and_the_next_batch_is_shown(table: Five) -> None:
    table.collect()
    table.show()
    table.say(MAYA, Say("wall", "by name"))
    assert table.stage(CAL)["quiet_round"]["one_of"] == 3
    table.collect_again(member2="two", member3="three")
    assert set(table.batch()) == {"two", "three"}


def test_words_taken_back_do_not_make_the_round_larger(table: Five) -> None:
    """Their names were read: a reader leaves them out, whatever stands there now."""
    table.collect()
    table.show()
    for who in (MAYA, BEN):
        table.say(who, Say("wall", f"words of {who}"))
        table.say(who, TakeBack(table.share_of(who)))
        assert table.said(HOST) == table.said(CAL) == []
        assert table.pages.pages[who].views["self:"]["mine"] == {}
    shares = table.committer.read(lambda db: table.words.shares(db, MEETING, "wall"))
    notes = table.committer.read(lambda db: table.words.lines_for_notes(db, MEETING))
    assert (shares, notes) == ((), [])
    assert {row.summary for row in table.rows(ShareRow)} == {False}
    with pytest.raises(NotFound):
        table.say(HOST, SetAside(table.share_of(MAYA), False))
    table.collect_again(member2="two", member3="three")
    assert table.batch() == {}


def test_beside_lines_only_as_many_names_as_leave_a_choice(table: Five) -> None:
    table.collect(member3="two", member4="three")
    table.show()
    assert table.wall(MAYA) == {"two", "three"}
    assert table.stage(BEN)["quiet_round"]["by_name"] is True
    table.say(MAYA, Say("wall", "by name"))
    assert table.stage(BEN)["quiet_round"]["by_name"] is False, "then no page offers it"
    table.refuses_name(BEN, "names_would_tell")
    table.say(MAYA, Say("wall", "and more"))
    table.refuses_name(MAYA, "not_by_name")


def test_by_name_is_for_members_and_for_the_time_when_the_wall_is_shown(table: Five) -> None:
    table.refuses_name(MAYA, "not_by_name")
    table.collect(member0="alone")
    table.refuses_name(MAYA, "not_by_name")
    table.show()
    table.refuses_name(HOST, "not_by_name")
    with pytest.raises(NotAllowed):
        table.say("di", Say("wall", "words"))


def test_words_without_a_name_are_kept_for_nobody() -> None:
    """*Save it on this device* is a file made by the page: no wish to keep a copy is taken on any way."""
    line = {"step": "s1", "text": "words", "commit": "ab" * 32}
    for more in ("keep", "keep_for_me", "owner", "seat"):
        assert refused("hold_line", {**line, more: True}) == {more: "invalid"}
    names = {name for name, payload in wire.payloads().items() if "commit" in payload.model_fields}
    assert names == {"hold_line"}
    with pytest.raises(Invalid):
        wish("keep_line", line)
