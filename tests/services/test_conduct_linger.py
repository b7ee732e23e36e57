"""After the closing, through the live path: who is there, the word before, the end, and a restart in it."""

from __future__ import annotations

import pytest

from circle.domain import commands as c
from circle.domain.errors import NotNow
from circle.domain.meeting import Phase
from circle.domain.room import Status
from circle.live import ticker
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.speech import Whisper
from circle.store.committer import Committer
from circle.store.words import Words
from tests.domain.scene import GOODBYE, WORD
from tests.sitting import ANA, BO, CY, HOST, MEETING, Sitting

MINUTES = 15


@pytest.fixture
def sitting(committer: Committer, words: Words, clock: SettableClock) -> Sitting:
    """An evening that has just ended; Ana and Bo stay."""
    sitting = Sitting(committer, words, clock, WORD, GOODBYE, linger_min=MINUTES)
    sitting.go_to("goodbye")
    sitting.conduct.say_status(Caller(CY), MEETING, Status.OUT)
    sitting.do(HOST, c.EndSession())
    for who in (ANA, BO):
        sitting.do(who, c.Stay())
        sitting.refresh(who)
    return sitting


def wait(sitting: Sitting, seconds: float, *here: str) -> None:
    """Time passes; the pages of these people are there."""
    sitting.clock.advance(seconds)
    sitting.beat(*here)
    ticker.tick_once(sitting.conduct)


def there(sitting: Sitting, who: str) -> list[str]:
    """Who is in the room, as somebody in it sees it."""
    return sorted(sitting.pages.pages[who].views["linger"]["people"])


def test_the_evening_is_over_once_and_its_notes_are_made_once(sitting: Sitting) -> None:
    assert sitting.meeting.phase is Phase.ENDED
    ended_at = sitting.meeting.ended_at
    wait(sitting, MINUTES * 60, HOST, ANA, BO, CY)
    assert len(sitting.ended) == 1
    assert sitting.meeting.ended_at == ended_at, "what is kept is counted from the end of the evening"


def test_those_who_stay_see_each_other_and_the_others_are_told_nothing(sitting: Sitting) -> None:
    assert there(sitting, ANA) == [ANA, BO]
    before = len(sitting.pages.to(CY))
    sitting.do(BO, c.GoHome())
    assert there(sitting, ANA) == [ANA]
    assert len(sitting.pages.to(CY)) == before
    sitting.check_pages()


def test_where_people_were_and_what_was_signed_went_with_the_evening(sitting: Sitting) -> None:
    assert sitting.presence.away(MEETING) == frozenset()
    with pytest.raises(NotNow) as refusal:
        sitting.say(ANA, Whisper("nobody would hear this"))
    assert refusal.value.code == "ended"


def test_a_word_before_and_then_it_closes_by_itself(sitting: Sitting) -> None:
    wait(sitting, MINUTES * 60 - 121, ANA, BO)
    told = len(sitting.pages.to(ANA))
    wait(sitting, 1, ANA, BO)
    assert sitting.pages.pages[ANA].views["linger"]["stage"]["stage"]["linger"]["rang"] is True
    wait(sitting, 60, ANA, BO)
    assert len(sitting.pages.to(ANA)) == told + 1, "one word"
    wait(sitting, 60, ANA, BO)
    sitting.check_pages()
    assert sitting.pages.pages[ANA].views["room"]["stage"]["stage"]["linger"] is None
    assert not any(seat.stays for seat in sitting.meeting.seats)
    assert sitting.presence.of(MEETING) == {}, "nothing of it is kept"


def test_a_page_that_has_gone_keeps_no_chair(sitting: Sitting) -> None:
    wait(sitting, 40, ANA)
    assert there(sitting, ANA) == [ANA, BO], "a phone may sleep for a moment"
    wait(sitting, 25, ANA)
    assert there(sitting, ANA) == [ANA]
    sitting.beat(BO)  # the phone wakes up: the way in is where it was
    sitting.do(BO, c.Stay())
    assert there(sitting, ANA) == [ANA, BO]


def test_it_is_there_after_a_restart_with_the_same_people_and_the_same_end(sitting: Sitting) -> None:
    wait(sitting, 300, ANA, BO)
    until = sitting.meeting.linger_until
    sitting.start_process()
    for who in (HOST, ANA, BO):
        sitting.join(who)
    assert there(sitting, ANA) == [ANA, BO]
    wait(sitting, 30, ANA, BO)
    assert sitting.meeting.linger_until == until
    wait(sitting, MINUTES * 60 - 330, ANA, BO)
    assert sitting.meeting.linger_until is None


def test_a_server_that_was_away_over_its_end_closes_it(sitting: Sitting) -> None:
    sitting.clock.advance(MINUTES * 60 + 600)
    sitting.start_process()
    ticker.tick_once(sitting.conduct)
    assert sitting.meeting.linger_until is None
