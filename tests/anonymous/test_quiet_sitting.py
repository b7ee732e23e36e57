"""A quiet round at a real table: seven pages that all do the same, and three of them have words."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from circle.domain import commands as c
from circle.domain.audience import ROOM
from circle.domain.errors import NotAllowed, NotFound, NotNow, TooMany
from circle.domain.meeting import Phase
from circle.domain.plan import Part
from circle.domain.quiet import COLLECT_SECONDS
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.quiet import Post, QuietRounds
from circle.services.speech import HoldLine, SetLineAside
from circle.services.unseen import Unseen
from circle.simulate.quiet import QuietPage
from circle.store.committer import Committer
from circle.store.models import Base
from circle.store.words import Words
from tests.contract.test_private_frames import ALLOWED, QUIET, is_on_list, keys_in
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.sitting import HOST, MEETING, Sitting

SEVEN = tuple(f"member{at}" for at in range(7))
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Table(Sitting):
    """Seven members in the middle of a step without names, each with a page that knows what to do."""

    members: tuple[str, ...] = SEVEN

    def begin(self) -> None:
        """Into the step; every page asks for its tokens."""
        self.unseen = Unseen(self.conduct, self.unnamed)
        self.go_to("wall")
        self.quiet_pages = {}
        for who in self.members:
            told = self.stage(who)["quiet_round"]
            assert told is not None, "the round is quiet"
            self.quiet_pages[who] = QuietPage(
                MEETING,
                told,
                lambda name, asked, who=who: self.conduct.give_tokens(Caller(who), MEETING, name, asked),
            )
            self.quiet_pages[who].ask()

    def stage(self, who: str) -> dict:
        """What this page shows of the stage."""
        page = self.pages.pages[who]
        return page.views["hosts" if who == HOST else "room"]["stage"]["stage"]

    def post(self, who: str, text: str = "") -> None:
        """This page posts: its line, or a cover."""
        page = self.quiet_pages[who]
        body = page.body(text)
        commit = page.commit if text else "0" * 64
        self.unseen.post(MEETING, body[:354], Post(text, commit, False, False), body)

    def collect(self, **lines: str) -> None:
        """A host presses Next; everybody posts; the window closes."""
        self.do(HOST, c.Next())
        for who in self.members:
            self.post(who, lines.get(who, ""))
        self.window_passes()

    def window_passes(self) -> None:
        """Time goes by."""
        self.clock.advance(COLLECT_SECONDS)
        self.beat(HOST, *self.members)
        ticker.tick_once(self.conduct)

    def batch(self) -> dict[str, str]:
        """What hosts read: text -> id."""
        items = self.pages.pages[HOST].views["hosts"]["batch"].items()
        return {item["text"]: line_id for line_id, item in items}

    def wall(self, who: str = SEVEN[3]) -> set[str]:
        """What this member's page shows."""
        return {item["text"] for item in self.pages.pages[who].views["room"]["lines"].values()}


@pytest.fixture
def table(committer: Committer, words: Words, clock: SettableClock) -> Table:
    table = Table(
        committer, words, clock, WORD, WALL, GOODBYE, members=SEVEN, read_first=False, quiet=QuietRounds()
    )
    table.begin()
    return table


def test_three_of_seven_write_hosts_read_first_and_then_all_see(table: Table) -> None:
    assert table.stage(HOST)["quiet_round"] == table.stage(SEVEN[0])["quiet_round"]
    assert table.stage(SEVEN[0])["quiet_round"]["one_of"] == 6
    table.collect(member0="one", member1="two", member2="three")
    assert table.meeting.part_now is Part.WALL_READ, "hosts read first, whatever the circle's setting says"
    assert set(table.batch()) == {"one", "two", "three"}
    assert table.wall() == set()
    table.say(HOST, SetLineAside(table.batch()["two"], True))
    table.do(HOST, c.Next())
    assert table.wall() == {"one", "three"}
    assert all(row.commit for row in table.lines)


def test_every_key_of_a_quiet_round_is_on_the_list(table: Table) -> None:
    table.collect(member0="one", member1="two")
    table.do(HOST, c.Next())
    for who in SEVEN:
        keys = keys_in(table.stage(who), "stage")
        assert {f"stage.{key}" for key in QUIET.split()} <= keys
        assert not [key for key in keys if not is_on_list(key, ALLOWED[ROOM])]


def test_nothing_is_told_while_pages_post(table: Table) -> None:
    table.do(HOST, c.Next())
    frames = {who: len(table.pages.to(who)) for who in (HOST, *SEVEN)}
    for who in SEVEN:
        table.post(who, "words" if who == SEVEN[0] else "")
    assert {who: len(table.pages.to(who)) for who in frames} == frames
    assert table.batch() == {}
    for command in (c.Next(), c.GoBack(), c.StartBreak(5), c.TurnToClosing()):
        with pytest.raises(NotNow, match="collecting"):
            table.do(HOST, command)


def test_two_lines_of_one_reader_choice_too_few_wait_for_the_second_collecting(table: Table) -> None:
    table.collect(member0="alone")
    assert table.batch() == {}, "one line would be read as the one who wrote"
    table.do(HOST, c.Next())
    assert table.meeting.part_now is Part.WALL_SHOW
    table.do(HOST, c.GoBack())
    for who in SEVEN:
        table.post(who, "company" if who == SEVEN[5] else "")
    table.window_passes()
    assert set(table.batch()) == {"alone", "company"}
    table.do(HOST, c.Next(), c.GoBack())
    assert table.stage(HOST)["quiet_round"]["collecting"] is False, "every page has two tokens"


def test_held_or_written_by_nobody_looks_the_same(
    engine: Engine, committer: Committer, words: Words, clock: SettableClock
) -> None:
    looks = []
    for lines in ({"member0": "alone"}, {}):
        table = Table(
            committer, words, clock, WORD, WALL, GOODBYE, members=SEVEN, read_first=True, quiet=QuietRounds()
        )
        table.begin()
        table.collect(**lines)
        table.do(HOST, c.Next())
        looks.append([_without_names(table, who) for who in (HOST, *SEVEN)])
        Base.metadata.drop_all(engine)
        Base.metadata.create_all(engine)
    assert looks[0] == looks[1]


def _without_names(table: Table, who: str) -> list[str]:
    """What this page was sent, without what is random or a time."""
    told = table.stage(who)["quiet_round"]
    names = [told["round"], told["key"], table.stage(who)["epoch"]]
    frames = [json.dumps(frame["changes"]) for frame in table.pages.to(who)]
    for name in names:
        frames = [frame.replace(name, "name") for frame in frames]
    return [re.sub(r"\d{4}-\d\d-\d\dT[^\"]*", "time", frame) for frame in frames]


def test_whoever_left_before_the_end_is_not_one_to_choose_from(table: Table) -> None:
    table.do(HOST, c.Next())
    for who in SEVEN:
        table.post(who, who)
    for who in SEVEN[4:]:
        table.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
    table.clock.advance(COLLECT_SECONDS)
    ticker.tick_once(table.conduct)
    assert table.batch() == {}


def test_with_four_the_wall_takes_over_before_anyone_writes(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    few = Sitting(committer, words, clock, WORD, WALL, GOODBYE, members=SEVEN[:4], quiet=QuietRounds())
    few.go_to("wall")
    assert few.pages.pages[SEVEN[0]].views["room"]["stage"]["stage"]["quiet_round"] is None
    few.say(SEVEN[0], HoldLine("wall", "a line", "ab" * 32))
    few.do(HOST, c.Next(), c.Next())
    lines = few.pages.pages[SEVEN[1]].views["room"]["lines"].values()
    assert [item["text"] for item in lines] == ["a line"]


def test_words_by_the_old_way_are_refused_in_a_quiet_round(table: Table) -> None:
    with pytest.raises(NotNow, match="quiet_round"):
        table.say(SEVEN[0], HoldLine("wall", "a line", "ab" * 32))


def test_tokens_are_for_whoever_sits_at_the_table_and_once(table: Table) -> None:
    with pytest.raises(TooMany, match="tokens_given"):
        table.quiet_pages[SEVEN[0]].ask()
    page = table.quiet_pages[SEVEN[0]]
    for who, refusal in (("di", NotAllowed), ("member-of-another-circle", NotFound)):
        page.sign = lambda name, asked, who=who: table.conduct.give_tokens(Caller(who), MEETING, name, asked)
        with pytest.raises(refusal):
            page.ask()


def test_a_restart_begins_the_round_anew_and_says_so_by_another_key(table: Table) -> None:
    before = table.stage(SEVEN[0])["quiet_round"]
    table.quiet = QuietRounds()
    table.start_process()
    table.unseen = Unseen(table.conduct, table.unnamed)
    for who in (HOST, *SEVEN):
        table.join(who)
    after = table.stage(SEVEN[0])["quiet_round"]
    assert {after["round"], after["key"]}.isdisjoint({before["round"], before["key"]})
    table.do(HOST, c.Next())
    with pytest.raises(NotNow, match="not_collected"):
        table.post(SEVEN[0], "with a token of before")


def test_a_window_that_was_open_at_a_restart_closes_by_itself(table: Table) -> None:
    table.do(HOST, c.Next())
    table.quiet = QuietRounds()
    table.start_process()
    for who in (HOST, *SEVEN):
        table.join(who)
    table.window_passes()
    assert table.stage(HOST)["quiet_round"]["collecting"] is False
    assert table.batch() == {}


def test_a_held_room_does_not_keep_the_window_open(table: Table) -> None:
    table.do(HOST, c.Next())
    for who in SEVEN:
        table.post(who, who)
    table.clock.advance(timedelta(seconds=46).total_seconds())
    table.beat(*SEVEN)
    for _ in range(2):
        ticker.tick_once(table.conduct)
    assert table.meeting.phase is Phase.HELD
    assert table.stage(SEVEN[0])["quiet_round"]["collecting"] is False


def test_the_writer_takes_a_line_back_at_any_time_and_nobody_is_asked_who(table: Table) -> None:
    receipts = len(table.receipts)
    table.do(HOST, c.Next())
    for at, who in enumerate(SEVEN):
        table.post(who, f"line {at}" if at < 4 else "")
    table.unseen.withdraw(MEETING, table.quiet_pages[SEVEN[0]].secret)
    table.window_passes()
    assert set(table.batch()) == {"line 1", "line 2", "line 3"}
    table.unseen.withdraw(MEETING, table.quiet_pages[SEVEN[1]].secret)
    assert set(table.batch()) == {"line 2", "line 3"}
    table.do(HOST, c.Next())
    table.unseen.withdraw(MEETING, table.quiet_pages[SEVEN[2]].secret)
    assert table.wall() == {"line 3"}
    table.unseen.withdraw(MEETING, "a secret of nobody's, long enough")
    assert len(table.receipts) == receipts + 2, "two presses of Next, and no withdrawing"


def test_a_secret_of_nobodys_takes_no_lock_and_writes_nothing(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    version = table.meeting.version
    monkeypatch.setattr(table.memories, "hold", held.append)
    for meeting in (MEETING, "no-such-session"):
        table.unseen.withdraw(meeting, "a secret of nobody's, long enough")
    assert (held, table.meeting.version) == ([], version)
    assert table.memories.known("no-such-session") is None


def test_the_round_ends_with_its_step_and_with_the_session(table: Table) -> None:
    table.collect(member0="alone")
    table.do(HOST, c.Next(), c.Next())
    assert table.stage(SEVEN[0])["quiet_round"] is None
    assert table.quiet is not None
    assert table.memories.of(MEETING).round is None
    table.do(HOST, c.GoBack())
    assert table.memories.of(MEETING).round
    table.do(HOST, c.EndSession())
    assert table.memories.of(MEETING).round is None
    assert "alone" not in str(table.lines)


def test_whoever_rests_for_a_while_is_not_one_to_choose_from(table: Table) -> None:
    """A host cannot make the round look larger than it is: their pages are told nothing, and post nothing."""
    for who in SEVEN[4:]:
        table.do(HOST, c.SetApart(who))
    assert table.unnamed.writers(table.meeting) == 4
    with pytest.raises(NotNow, match="apart"):
        table.quiet_pages[SEVEN[4]].ask()
    table.collect(member0="one", member1="two")
    assert table.batch() == {}
    for who in SEVEN[4:]:
        table.do(HOST, c.BringBack(who))
    assert table.unnamed.writers(table.meeting) == 7
    table.do(HOST, c.GoBack())
    table.collect(member2="three")
    assert set(table.batch()) == {"one", "two", "three"}, "they waited, and are shown among seven"
