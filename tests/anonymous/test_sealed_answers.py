"""A host answers whoever wrote a line: at a real table, over the whole way of a quiet round."""

from __future__ import annotations

import json

import pytest

from circle.domain import commands as c
from circle.domain.audience import ROOM, SELF
from circle.domain.errors import NotAllowed
from circle.domain.sealed import LETTERS
from circle.domain.signs import SendSealed
from circle.live.wire import payloads
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.quiet import Post, QuietRounds
from circle.services.speech import HoldLine, SetLineAside
from circle.store.committer import Committer
from circle.store.models import AuditRow, EventRow, Receipt
from circle.store.words import Words
from tests.anonymous.test_quiet_sitting import SEVEN, Table
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.sitting import ANA, BO, CY, HOST, MEETING, Sitting

KEYS = {who: f"{who:x<43}" for who in SEVEN}
SEALED = "A" * LETTERS


class Keyed(Table):
    """Every page sends a key with its post, as pages do."""

    def post(self, who: str, text: str = "") -> None:
        """This page posts: its line, or a cover."""
        page = self.quiet_pages[who]
        body = page.body(text)
        commit = page.commit if text else "0" * 64
        post = Post(text, commit, False, False, KEYS.get(who, ""))
        self.unseen.post(MEETING, body[:354], post, body)


@pytest.fixture
def table(committer: Committer, words: Words, clock: SettableClock) -> Keyed:
    table = Keyed(committer, words, clock, WORD, WALL, GOODBYE, members=SEVEN, quiet=QuietRounds())
    table.begin()
    return table


def keys_seen(table: Sitting, who: str, collection: str) -> dict[str, tuple[str, str]]:
    """Key and digest of each line, by its words, as this page has them."""
    view = table.pages.pages[who].views["hosts" if who == HOST else ROOM]
    items = view.get(collection, {}).values()
    return {item["text"]: (item.get("mailbox", ""), item.get("commit", "")) for item in items}


def test_hosts_get_the_key_of_each_line_read_and_shown_and_members_none(table: Keyed) -> None:
    table.collect(member0="one", member1="two", member2="three")
    expected = {
        words: (KEYS[who], table.quiet_pages[who].commit)
        for who, words in zip(SEVEN, ("one", "two", "three"), strict=False)
    }
    assert keys_seen(table, HOST, "batch") == expected
    table.say(HOST, SetLineAside(table.batch()["two"], True))
    assert keys_seen(table, HOST, "batch") == expected, "what is set aside can be answered too"
    table.do(HOST, c.Next())
    assert keys_seen(table, HOST, "lines") == expected
    for who in SEVEN:
        sent = json.dumps(table.pages.pages[who].log)
        assert "mailbox" in sent, "the mailbox of the session"
        assert not [key for key in KEYS.values() if key in sent]


def test_the_key_of_a_cover_is_kept_nowhere(table: Keyed) -> None:
    table.collect(member0="one", member1="two")
    table.do(HOST, c.Next())
    assert {row.mailbox for row in table.lines} == {KEYS[SEVEN[0]], KEYS[SEVEN[1]]}
    assert table.quiet is not None
    kept = repr(table.memories.of(MEETING)) + repr(table.pages.pages[HOST].log)
    assert not [key for who, key in KEYS.items() if who not in SEVEN[:2] and key in kept]


def test_all_get_the_same_frame_whoever_could_open_it(table: Keyed) -> None:
    table.collect(member0="one", member1="two")
    before = {who: len(table.pages.to(who)) for who in (HOST, *SEVEN)}
    rows = {kind: len(table.rows(kind)) for kind in (Receipt, AuditRow, EventRow)}
    version = table.meeting.version
    table.conduct.sign(Caller(HOST), MEETING, SendSealed("a1", SEALED))
    told = {who: table.pages.to(who)[seen:] for who, seen in before.items()}
    changes = [[frame["changes"] for frame in frames] for frames in told.values()]
    assert changes == [[[{"in": "mailbox", "id": "a1", "item": {"sealed": SEALED}}]]] * 8
    assert len({json.dumps(told[who]) for who in SEVEN}) == 1
    assert {kind: len(table.rows(kind)) for kind in rows} == rows, "nothing of it is stored"
    assert table.meeting.version == version
    table.conduct.sign(Caller(HOST), MEETING, SendSealed("a1", SEALED))
    assert {who: len(table.pages.to(who)) for who in before} == {who: n + 1 for who, n in before.items()}
    table.check_pages()


def test_somebody_who_comes_back_gets_the_whole_mailbox(table: Keyed) -> None:
    table.conduct.sign(Caller(HOST), MEETING, SendSealed("a1", SEALED))
    table.conduct.sign(Caller(HOST), MEETING, SendSealed("a2", SEALED))
    views = [table.refresh(who).views[ROOM]["mailbox"] for who in SEVEN]
    assert all(view == views[0] for view in views)
    assert set(views[0]) == {"a1", "a2"}
    assert all("mailbox" not in table.refresh(who).views[SELF] for who in SEVEN)


def test_members_and_who_stands_in_cannot_answer(table: Keyed) -> None:
    for who in SEVEN:
        with pytest.raises(NotAllowed):
            table.conduct.sign(Caller(who), MEETING, SendSealed("a1", SEALED))
    table.do(HOST, c.AskGuardian(SEVEN[0]))
    table.do(SEVEN[0], c.AnswerGuardian(True))
    table.clock.advance(25)
    table.beat(*SEVEN)
    table.do(SEVEN[0], c.TakeRoom())
    with pytest.raises(NotAllowed):
        table.conduct.sign(Caller(SEVEN[0]), MEETING, SendSealed("a1", SEALED))


def test_the_mailbox_goes_with_the_session(table: Keyed) -> None:
    table.conduct.sign(Caller(HOST), MEETING, SendSealed("a1", SEALED))
    table.do(HOST, c.EndSession())
    assert SEALED not in json.dumps(table.conduct.snapshot(Caller(SEVEN[0]), MEETING))
    assert table.conduct.presence.signs(MEETING).mailbox == ()


def test_a_line_of_the_unnamed_wall_has_no_key(
    committer: Committer, words: Words, clock: SettableClock
) -> None:
    few = Sitting(committer, words, clock, WORD, WALL, GOODBYE, members=(ANA, BO, CY))
    few.go_to("wall")
    few.say(ANA, HoldLine("wall", "a line", "ab" * 32))
    few.do(HOST, c.Next())
    batch = few.pages.pages[HOST].views["hosts"]["batch"].values()
    assert [set(line) for line in batch] == [{"text", "aside"}]
    few.do(HOST, c.Next())
    assert [row.mailbox for row in few.lines] == [""]


def test_the_wire_takes_one_length_and_no_line() -> None:
    schema = payloads()["send_sealed"].model_json_schema()
    assert set(schema["properties"]) == {"answer", "sealed"}
    assert schema["properties"]["sealed"]["minLength"] == schema["properties"]["sealed"]["maxLength"]
