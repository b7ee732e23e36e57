"""Nobody can look up who wrote an unnamed line, and what is private reaches nobody else.

The first test holds a whole evening and finds nothing. The others each plant one leak and show that it
is found: a search that finds nothing anywhere proves nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from circle.domain import audience
from circle.domain.commands import PassPiece
from circle.domain.errors import NotNow
from circle.domain.meeting import Seat
from circle.domain.signs import SayWhere
from circle.services import conduct, talk
from circle.services.clock import SettableClock
from circle.services.conduct import Conduct
from circle.services.pending import PendingLines
from circle.services.speech import HoldLine, SayInPair
from circle.store import audit
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.words import NewLine, Words
from tests.contract.leaks import Evidence, findings
from tests.contract.test_private_frames import by_whole_views
from tests.contract.whole_evening import gather

Hold = Callable[..., Evidence]
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def hold(
    engine: Engine,
    committer: Committer,
    keys: KeyRing,
    words: Words,
    clock: SettableClock,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Hold:
    """Holds the evening with every logger at its most talkative."""

    def hold_evening(*, echo: bool = False) -> Evidence:
        caplog.set_level(logging.DEBUG)
        with capture_logs() as said:
            evidence = gather(engine, committer, keys, words, clock, echo=echo)
        printed = capfd.readouterr()
        evidence.logs = "\n".join([caplog.text, printed.out, printed.err, *map(str, said)])
        return evidence

    return hold_evening


def test_an_evening_tells_on_nobody(hold: Hold) -> None:
    evidence = hold(echo=True)
    assert findings(evidence) == []
    # It was an evening: the search had something to look through.
    assert len(evidence.line_ids) == 1
    assert len(evidence.unnamed) > 60
    assert len(evidence.transactions) > 60
    assert len(evidence.mails) == 5, "everybody who asked, but for the one who was removed"
    assert min(map(len, evidence.frames.values())) > 30
    assert evidence.logs, "something was logged"
    assert sum(len(places) == 6 for places in evidence.written) >= 6


# -- planted leaks ------------------------------------------------------------------------------------
@sqlite_only
def test_an_author_column_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    authors: dict[str, str] = {}
    speak, show = Conduct.speak, Words.show_lines

    def remembering(self: Conduct, caller: Any, meeting_id: str, speech: Any, *, command_id: str) -> Any:
        if isinstance(speech, HoldLine):
            authors[speech.commit] = caller.member_id
        return speak(self, caller, meeting_id, speech, command_id=command_id)

    def naming(self: Words, db: Session, meeting_id: str, step_id: str, batch: Sequence[NewLine]) -> None:
        show(self, db, meeting_id, step_id, batch)
        if "author" not in {row[1] for row in db.execute(text("PRAGMA table_info(lines)"))}:
            db.execute(text("ALTER TABLE lines ADD COLUMN author TEXT"))
        for line in batch:
            values = {"author": authors[line.commit], "id": line.id}
            db.execute(text("UPDATE lines SET author = :author WHERE id = :id"), values)

    monkeypatch.setattr(Conduct, "speak", remembering)
    monkeypatch.setattr(Words, "show_lines", naming)
    assert_found(hold(), "row: lines holds the line and its author", "transaction: lines were written")


@sqlite_only
def test_lines_stored_in_the_order_of_writing_are_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_they_came(self: PendingLines, meeting_id: str, step_id: str) -> tuple[NewLine, ...]:
        return tuple(self._wall(meeting_id, step_id).collected.values())

    class NoShuffle:
        def shuffle(self, _lines: list[Any]) -> None:
            """Leaves them as they are."""

    class Counting:
        numbers = count()

        def uuid4(self) -> UUID:
            """Ids in the order of writing, which lines that wait are sorted by."""
            return UUID(int=next(self.numbers))

    monkeypatch.setattr("circle.services.pending.uuid", Counting())
    monkeypatch.setattr(PendingLines, "batch", as_they_came)
    monkeypatch.setattr("circle.store.words.secrets.SystemRandom", NoShuffle)
    assert_found(hold(), "order: lines were stored in the order of writing")


@sqlite_only
def test_a_frame_while_a_line_is_held_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    speak = Conduct.speak

    def chatty(self: Conduct, caller: Any, meeting_id: str, speech: Any, *, command_id: str) -> Any:
        ack = speak(self, caller, meeting_id, speech, command_id=command_id)
        if isinstance(speech, HoldLine):
            tell = {"run": "", "audience": "somebody_wrote", "seq": 0, "changes": []}
            self._broadcaster.send(meeting_id, "room", tell)
        return ack

    monkeypatch.setattr(Conduct, "speak", chatty)
    assert_found(hold(), "told: HoldLine was told to ['ana', 'bo', 'cy', 'eve', 'fay', 'zebedee")


@sqlite_only
def test_a_logged_body_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    held = talk._ACTS[HoldLine]

    def logging_it(table: Any, speech: HoldLine) -> Any:
        structlog.get_logger().info("held", body=speech.text)
        return held(table, speech)

    monkeypatch.setitem(talk._ACTS, HoldLine, logging_it)
    assert_found(hold(), "log: holds 'UNNAMED-WORDS")


@sqlite_only
def test_a_receipt_beside_an_unnamed_line_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conduct, "UNNAMED", ())
    assert_found(
        hold(),
        "row: receipts holds the command of something without a name",
        "transaction: lines were written together with ['ana']",
    )


@sqlite_only
def test_stepping_out_in_everybodys_view_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    room_view = audience._SHARED[audience.ROOM]

    def telling(room: Any) -> Any:
        seen = room_view(room)
        for seat, presence in room.presence.items():
            if seat in seen["people"]:
                seen["people"][seat] |= {"status": presence.status.value}
        return seen

    by_whole_views(monkeypatch)
    monkeypatch.setitem(audience._SHARED, audience.ROOM, telling)
    assert_found(hold(), "told: bo is out was told to")


@sqlite_only
def test_passing_because_of_stepping_out_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it once was: stepping out before one's turn gave the place in the round away."""
    let_go = Conduct.say_status

    def too_much(self: Conduct, caller: Any, meeting_id: str, status: Any) -> None:
        let_go(self, caller, meeting_id, status)
        if status.value == "out":
            with suppress(NotNow):  # no piece is out
                self.perform(caller, meeting_id, PassPiece(), command_id=caller.member_id)

    monkeypatch.setattr(Conduct, "say_status", too_much)
    assert_found(hold(), "told: stepping out before one's turn was told to")


@sqlite_only
def test_an_item_with_line_and_author_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even to the hosts alone: they have no author to see either."""
    lines = audience._lines

    def signed(room: Any, *, to_hosts: bool = False) -> Any:
        return {
            line_id: item | ({"by": "Zebedee-Marker"} if to_hosts else {})
            for line_id, item in lines(room, to_hosts=to_hosts).items()
        }

    by_whole_views(monkeypatch)
    monkeypatch.setattr(audience, "_lines", signed)
    assert_found(hold(), "frame: an item to host holds the line and its author")


@sqlite_only
def test_words_of_a_pair_on_the_hosts_page_are_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_along(room: Any) -> Any:
        return hosts(room) | {"between": {word.id: {"text": word.text} for word in room.between}}

    hosts = audience._SHARED[audience.HOSTS]
    by_whole_views(monkeypatch)
    monkeypatch.setitem(audience._SHARED, audience.HOSTS, read_along)
    assert_found(
        hold(),
        "frame: host was sent words from inside a pair",
        "told: words inside a pair was told to ['host']",
    )


@sqlite_only
def test_words_of_a_pair_in_a_row_are_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    said = talk._ACTS[SayInPair]

    def keeping(table: Any, speech: SayInPair) -> Any:
        audit.warned(table.db, table.meeting, table.actor.id, speech.text, table.now)
        return said(table, speech)

    monkeypatch.setitem(talk._ACTS, SayInPair, keeping)
    assert_found(hold(), "row: audit holds words from inside a pair")


@sqlite_only
def test_an_answer_in_the_audit_and_in_the_log_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    sign = Conduct.sign

    def audited(self: Conduct, caller: Any, meeting_id: str, signal: Any) -> Any:
        if isinstance(signal, SayWhere):
            logging.getLogger("planted").info("%s is %s", caller.member_id, signal.where.value)
            self._committer.submit(
                lambda db: audit.refused(db, meeting_id, caller.member_id, signal, self._clock.now())
            )
        return sign(self, caller, meeting_id, signal)

    monkeypatch.setattr(Conduct, "sign", audited)
    assert_found(hold(), "row: audit holds an answer to the pulse", "log: holds 'flooded'")


@sqlite_only
def test_who_is_where_on_the_hosts_page_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    felt = audience._felt

    def naming(room: Any) -> Any:
        return felt(room) | {"who": {seat: where.value for seat, where in room.signs.pulse.answers.items()}}

    by_whole_views(monkeypatch)
    monkeypatch.setattr(audience, "_felt", naming)
    assert_found(hold(), "frame: host was sent who is where", "told: SayWhere was told to ['host']")


@sqlite_only
def test_rough_numbers_on_everybodys_page_are_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    room_view = audience._SHARED[audience.ROOM]

    def telling(room: Any) -> Any:
        seen = room_view(room)
        seen["stage"]["stage"] |= {"felt": audience._felt(room)}
        return seen

    by_whole_views(monkeypatch)
    monkeypatch.setitem(audience._SHARED, audience.ROOM, telling)
    assert_found(hold(), "frame: bo was sent where people are")


def assert_found(evidence: Evidence, *expected: str) -> None:
    """The judge reports each of these, among whatever else it finds."""
    found = findings(evidence)
    missing = [start for start in expected if not _any_starts(found, start)]
    assert missing == [], found


def _any_starts(found: Collection[str], start: str) -> bool:
    return any(finding.startswith(start) for finding in found)


def test_seats_have_no_room_for_a_status() -> None:
    """What members see of a person comes from the seat, and the seat knows nothing of presence."""
    assert {"status", "connected", "away"}.isdisjoint(Seat.__slots__)
