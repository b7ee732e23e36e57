"""A sketch on a real database: one answer each, sealed, never in the notes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.domain import commands as c
from circle.domain.errors import Invalid, NotNow
from circle.services.clock import SettableClock
from circle.services.speech import Say, SetAside, Sketch, TakeBack, clean_text
from circle.store.committer import Committer
from circle.store.models import ShareRow
from circle.store.words import Words
from tests.domain.scene import GOODBYE, PRIVATE, ROUND, WORD
from tests.sitting import ANA, BO, HOST, MEETING, Sitting

HOUSE = "20e020803020e080.80c08090"
NUMBER = replace(WORD, id="number", number=True)


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """A word each, then other ways of answering."""
    held = Sitting(committer, words, clock, WORD, NUMBER, ROUND, PRIVATE, GOODBYE)
    held.go_to("word")
    return held


def seen(sitting: Sitting, who: str) -> list[tuple[str, str, str]]:
    """What stands on somebody's page: (seat, words, strokes)."""
    shared = "hosts" if who == HOST else "room"
    said = sitting.pages.pages[who].views[shared]["said"].values()
    return [(share["seat"], share["text"], share["sketch"]) for share in said]


def test_it_is_an_answer_like_words(sitting: Sitting) -> None:
    assert sitting.say(ANA, Sketch("word", HOUSE)) == {"ok": True, "kept": True}
    for who in (ANA, BO, HOST):
        assert seen(sitting, who) == [(ANA, "", HOUSE)]
    (row,) = sitting.rows(ShareRow)
    assert HOUSE.encode() not in row.body_ct, "sealed"
    assert not row.summary
    sitting.say(ANA, Say("word", "A house.", summary=True))
    assert seen(sitting, BO) == [(ANA, "A house.", "")], "one answer each"
    sitting.say(ANA, Sketch("word", "0000ffff"))
    assert seen(sitting, BO) == [(ANA, "", "0000ffff")]
    with_consent = sitting.committer.read(lambda db: sitting.words.lines_for_notes(db, MEETING))
    assert with_consent == [], "what was allowed for the words is not allowed for the sketch"
    sitting.check_pages()


def test_it_is_set_aside_and_taken_back_like_words(sitting: Sitting) -> None:
    sitting.say(ANA, Sketch("word", HOUSE))
    (share,) = sitting.rows(ShareRow)
    sitting.say(HOST, SetAside(share.id, True))
    assert seen(sitting, BO) == []
    sitting.say(HOST, SetAside(share.id, False))
    sitting.say(ANA, TakeBack(share.id))
    assert seen(sitting, BO) == []
    assert sitting.rows(ShareRow) == []


def test_it_is_there_after_a_restart(sitting: Sitting) -> None:
    sitting.say(ANA, Sketch("word", HOUSE))
    sitting.start_process()
    sitting.join(BO)
    assert seen(sitting, BO) == [(ANA, "", HOUSE)]


def test_it_belongs_where_a_word_each_is_asked_for(sitting: Sitting) -> None:
    for step in ("number", "round", "private", "goodbye"):
        sitting.go_to(step)
        with pytest.raises(NotNow, match="no_sketch"):
            sitting.say(HOST, Sketch(step, HOUSE))
    with pytest.raises(NotNow, match="step_moved"):
        sitting.say(ANA, Sketch("word", HOUSE))
    sitting.do(HOST, c.EndSession())
    with pytest.raises(NotNow):
        sitting.say(ANA, Sketch("goodbye", HOUSE))


def test_strokes_that_are_none_are_kept_nowhere(sitting: Sitting) -> None:
    for wrong in ("", "<svg onload=x>", "0000 0000", "0" * 2052):
        with pytest.raises(Invalid, match="sketch"):
            sitting.say(ANA, Sketch("word", wrong))
    assert sitting.rows(ShareRow) == []


def test_no_words_pass_for_a_sketch(sitting: Sitting) -> None:
    """What marks a sketch inside the seal cannot be typed."""
    assert clean_text("\x1dsketch:0000ffff") == "sketch:0000ffff"
    sitting.say(ANA, Say("word", "\x1dsketch:0000ffff"))
    assert seen(sitting, BO) == [(ANA, "sketch:0000ffff", "")]
