"""Words by name, private words, and how every text is cleaned."""

from __future__ import annotations

import unicodedata

import pytest

from circle.domain import commands as c
from circle.domain.errors import CircleError, Invalid, NotAllowed, NotFound, NotNow
from circle.services.clock import SettableClock
from circle.services.speech import (
    TEXT_MAX,
    AnswerWhisper,
    Receive,
    Say,
    SetAside,
    Speech,
    TakeBack,
    Warn,
    Whisper,
    clean_text,
)
from circle.store.committer import Committer
from circle.store.models import ShareRow, WordRow
from circle.store.words import Words
from tests.domain.scene import GOODBYE, PRIVATE, ROUND, VOLUNTEER, WALL, WORD
from tests.sitting import ANA, BO, CY, DI, HOST, Page, Sitting

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """The door is open; a word each comes first."""
    return Sitting(committer, words, clock, WORD, ROUND, PRIVATE, VOLUNTEER, WALL, GOODBYE)


def refuses(sitting: Sitting, who: str, speech: Speech, kind: type[CircleError], code: str) -> None:
    """Refused like this, and nothing has changed."""
    before = sitting.trace()
    with pytest.raises(kind) as refusal:
        sitting.say(who, speech)
    assert refusal.value.code == code
    after = sitting.trace()
    assert (*after[:3], after[4]) == (*before[:3], before[4])


def said(page: Page) -> list[tuple[str, str]]:
    """(who, what) as a page lists it."""
    shared = next(view for name, view in page.views.items() if name in ("room", "hosts"))
    return [(i["seat"], i["text"]) for i in sorted(shared["said"].values(), key=lambda i: i["at"])]


def share_of(sitting: Sitting, who: str) -> str:
    """The id of this person's words."""
    return next(row.id for row in sitting.rows(ShareRow) if row.member_id == who)


# -- by name ------------------------------------------------------------------------------------------
@sqlite_only
def test_when_and_where_words_by_name_do_not_fit(sitting: Sitting) -> None:
    refuses(sitting, ANA, Say("word", "tired"), NotNow, "not_now")  # nothing has begun
    sitting.go_to("word")
    refuses(sitting, ANA, Say("round", "tired"), NotNow, "step_moved")
    refuses(sitting, DI, Say("word", "tired"), NotAllowed, "not_seated")
    refuses(sitting, ANA, Say("word", " \u200b\n"), Invalid, "empty")
    sitting.do(HOST, c.StartBreak(3))
    refuses(sitting, ANA, Say("word", "tired"), NotNow, "not_now")
    sitting.do(HOST, c.EndBreak())
    sitting.go_to("round")
    refuses(sitting, ANA, Say("round", "tired"), NotNow, "not_your_turn")
    sitting.go_to("private")
    refuses(sitting, ANA, Say("private", "tired"), NotNow, "not_by_name")
    sitting.go_to("volunteer")
    refuses(sitting, ANA, Say("volunteer", "tired"), NotNow, "not_your_turn")
    sitting.go_to("wall")
    refuses(sitting, ANA, Say("wall", "tired"), NotNow, "not_by_name")
    sitting.clock.advance(46)
    sitting.conduct.tick(sitting.meeting)
    refuses(sitting, ANA, Say("wall", "tired"), NotNow, "held")


def test_one_answer_each_and_answering_again_changes_it(sitting: Sitting) -> None:
    sitting.go_to("word")
    sitting.say(ANA, Say("word", "tired"))
    sitting.say(BO, Say("word", "fine", summary=True))
    sitting.say(ANA, Say("word", "less tired"))
    assert said(sitting.pages.pages[CY]) == [(ANA, "less tired"), (BO, "fine")]
    assert len(sitting.rows(ShareRow)) == 2
    assert [row.summary for row in sitting.rows(ShareRow) if row.member_id == BO] == [True]
    sitting.check_pages()


def test_words_while_holding_the_piece(sitting: Sitting) -> None:
    sitting.go_to("round")
    sitting.say(HOST, Say("round", "welcome"))
    sitting.do(HOST, c.HandOn(HOST))
    sitting.say(ANA, Say("round", "one"))
    sitting.say(ANA, Say("round", "two"))
    assert said(sitting.pages.pages[BO]) == [(HOST, "welcome"), (ANA, "one"), (ANA, "two")]
    sitting.go_to("private")
    assert said(sitting.pages.pages[BO]) == [], "earlier words are on nobody's screen"
    sitting.check_pages()


def test_taking_back_and_setting_aside(sitting: Sitting) -> None:
    sitting.go_to("word")
    sitting.say(ANA, Say("word", "tired"))
    sitting.say(BO, Say("word", "fine"))
    first = share_of(sitting, ANA)
    refuses(sitting, BO, TakeBack(first), NotFound, "not_found")
    refuses(sitting, HOST, TakeBack(first), NotFound, "not_found")
    refuses(sitting, ANA, TakeBack("nothing"), NotFound, "not_found")
    refuses(sitting, BO, SetAside(first, True), NotAllowed, "not_allowed")
    sitting.say(HOST, SetAside(first, True))
    assert said(sitting.pages.pages[CY]) == [(BO, "fine")]
    sitting.check_pages()
    sitting.say(HOST, SetAside(first, False))
    assert said(sitting.pages.pages[CY]) == [(ANA, "tired"), (BO, "fine")], "where it was"
    sitting.say(ANA, TakeBack(first))
    assert said(sitting.pages.pages[CY]) == [(BO, "fine")]
    assert [row.member_id for row in sitting.rows(ShareRow)] == [BO], "the text is gone"
    sitting.check_pages()


@sqlite_only
def test_touching_a_line_that_is_not_there(sitting: Sitting) -> None:
    sitting.go_to("word")
    refuses(sitting, ANA, Receive("nothing"), NotFound, "not_found")


# -- private words ------------------------------------------------------------------------------------
def test_a_private_word_and_its_answer(sitting: Sitting) -> None:
    sitting.go_to("word")
    before = {who: len(sitting.pages.to(who)) for who in (BO, CY)}
    sitting.say(ANA, Whisper("may I leave early"))
    sitting.say(HOST, AnswerWhisper(ANA, "of course"))
    own = sitting.pages.pages[ANA].views["self:"]["notes"]
    assert [note["text"] for note in own.values()] == ["may I leave early", "of course"]
    assert {who: len(sitting.pages.to(who)) for who in (BO, CY)} == before
    assert b"leave early" not in b"".join(row.body_ct for row in sitting.rows(WordRow))
    sitting.check_pages()


def test_what_a_host_asks_is_for_one_person_and_audited_without_its_words(sitting: Sitting) -> None:
    sitting.go_to("word")
    before = {who: len(sitting.pages.to(who)) for who in (BO, CY)}
    sitting.say(HOST, Warn(ANA, "let others finish, please"))
    notes = sitting.pages.pages[ANA].views["self:"]["notes"].values()
    assert list(notes) == [{"text": "let others finish, please", "from_host": True, "asks": True}]
    assert {who: len(sitting.pages.to(who)) for who in (BO, CY)} == before
    line = next(row for row in sitting.audit if row.action == "warn")
    assert (line.actor_id, line.object_id, line.reason_ct) == (HOST, ANA, None)
    assert b"finish" not in b"".join(row.body_ct for row in sitting.rows(WordRow))
    sitting.check_pages()


@sqlite_only
def test_what_cannot_be_asked(sitting: Sitting) -> None:
    sitting.go_to("word")
    sitting.say(HOST, Warn(ANA, "é" * 280))
    refuses(sitting, HOST, Warn(ANA, "é" * 281), Invalid, "warn_long")
    refuses(sitting, HOST, Warn(ANA, " "), Invalid, "empty")
    refuses(sitting, HOST, Warn(DI, "please"), NotFound, "not_found")
    refuses(sitting, HOST, Warn(HOST, "please"), NotNow, "no_page_of_their_own")
    assert len([row for row in sitting.audit if row.action == "warn"]) == 1


@sqlite_only
def test_who_may_not_speak_privately(sitting: Sitting) -> None:
    sitting.go_to("word")
    refuses(sitting, DI, Whisper("hello"), NotAllowed, "not_seated")
    refuses(sitting, ANA, AnswerWhisper(BO, "no"), NotAllowed, "not_allowed")
    refuses(sitting, HOST, AnswerWhisper(DI, "no"), NotFound, "not_found")
    sitting.do(DI, c.TakeSeat(DI, "Di"))
    sitting.say(DI, Whisper("I would like to talk first"))  # at the door
    sitting.do(HOST, c.Remove(DI))
    refuses(sitting, DI, Whisper("hello"), NotAllowed, "not_seated")
    sitting.do(BO, c.LeaveSeat())
    refuses(sitting, BO, Whisper("hello"), NotAllowed, "not_seated")


@sqlite_only
def test_a_private_word_is_heard_while_the_room_is_held(sitting: Sitting) -> None:
    sitting.go_to("word")
    sitting.clock.advance(46)
    sitting.conduct.tick(sitting.meeting)
    assert sitting.say(ANA, Whisper("is somebody there"))["ok"]


@sqlite_only
def test_after_the_end_nobody_reads_a_private_word(sitting: Sitting) -> None:
    """It would lie there unread while its writer waits for an answer."""
    sitting.go_to("word")
    sitting.do(HOST, c.EndSession())
    refuses(sitting, ANA, Whisper("is somebody there"), NotNow, "ended")


# -- cleaning -----------------------------------------------------------------------------------------
E_ACUTE = "e\u0301"  # two code points, one after NFC


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  tired \n", "tired"),
        ("one\r\ntwo\ttabs", "one\ntwo\ttabs"),
        (f"caf{E_ACUTE}", "caf\u00e9"),
        ("caf\u200be\u200b\u0301", "caf\u00e9"),  # hidden between a letter and its accent
        ("a\u0000b\u0007c\u001bd", "abcd"),
        ("\u202etxet\u202c \u2066x\u2069", "txet x"),
        ("so\u00adft\u2060\ufeff\u180e\u2063", "soft"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that is part of the word
        ("👩\u200d👧 ❤\ufe0f", "👩\u200d👧 ❤\ufe0f"),
        ("שלום\u200e!", "שלום\u200e!"),
    ],
)
def test_text_is_kept_as_people_see_it(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept
    assert unicodedata.is_normalized("NFC", clean_text(typed))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\n\t \r\n", "\u200b", "\u202e\u202c", "\u00a0\u2003\u3000", "\u200c\u200d\u200e", "\x00"],
)
def test_text_without_anything_to_see_is_empty(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(typed)
    assert (refusal.value.code, refusal.value.fields) == ("empty", {"text": "empty"})


@pytest.mark.parametrize("letter", ["a", "ä", "字", "😀", E_ACUTE])
def test_four_thousand_code_points_after_composing(letter: str) -> None:
    assert len(clean_text(f"  {letter * TEXT_MAX}\u200b ")) == TEXT_MAX == 4000
    with pytest.raises(Invalid) as refusal:
        clean_text(letter * (TEXT_MAX + 1))
    assert (refusal.value.code, refusal.value.fields) == ("too_long", {"text": "too_long"})


def test_the_longest_words_go_through_the_whole_path(sitting: Sitting) -> None:
    sitting.go_to("word")
    sitting.say(ANA, Say("word", "😀" * TEXT_MAX))
    assert said(sitting.pages.pages[BO]) == [(ANA, "😀" * TEXT_MAX)]
    refuses(sitting, BO, Say("word", "a" * (TEXT_MAX + 1)), Invalid, "too_long")
