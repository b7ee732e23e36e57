"""Nobody can look up who wrote a line of a quiet round: a whole session is held and searched.

The first test finds nothing. The others each plant one leak and show that it is found: a search that finds
nothing anywhere proves nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from circle.anonymous import endpoint
from circle.domain import audience
from circle.domain.room import Share
from circle.services.conduct import Conduct
from circle.services.unnamed import UnnamedWords
from circle.store.crypto import new_key
from circle.store.models import AuditRow
from circle.store.words import NewLine, Words
from tests.contract.quiet_evening import STEPS, QuietEvening
from tests.contract.quiet_leaks import LINE, WRITERS, ZEBEDEE, Left, When, findings
from tests.contract.quiet_outputs import OUTPUTS, Output, pages
from tests.live.house import open_house

Hold = Callable[..., Left]
# No leak is planted in a page, and of all places pages take the longest to look at.
NEAR = tuple(output for output in OUTPUTS if output is not pages)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = pytest.mark.servers


@pytest.fixture
def hold(
    database_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Hold:
    """Holds the evening on SQLite, or on PostgreSQL with a Redis; every logger at its most talkative."""

    def hold_evening(*, echo: bool = False, outputs: Sequence[Output] = NEAR) -> Left:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        how: dict[str, Any] = {"database_url": f"sqlite:///{folder / 'circle.sqlite'}"}
        if "sqlite" not in database_url:
            how = {"database_url": database_url, "redis_url": request.getfixturevalue("redis_server")}
            how |= {"keys": new_key(), "secret_key": "s" * 32}
        how |= {"metrics_token": "a-token-of-twenty-six-signs"}
        with capture_logs() as said, open_house(folder, *STEPS, members=WRITERS, **how) as house:
            caplog.set_level(logging.DEBUG)
            house.hub.engine.echo = echo

            def log() -> str:
                printed = capfd.readouterr()
                lines = [caplog.text, printed.out, printed.err, *map(str, said)]
                caplog.clear()
                said.clear()
                return "\n".join(lines)

            return QuietEvening(house, folder, log, outputs).hold()

    return hold_evening


def test_a_quiet_round_tells_on_nobody(hold: Hold) -> None:
    left = hold(echo=True, outputs=OUTPUTS)
    assert findings(left) == []
    # There was something to look through, everywhere and at every time.
    taken = Counter((piece.kind, piece.when) for piece in left.pieces)
    kinds = {piece.kind for piece in left.pieces}
    assert len(kinds | {"backup", "shared"}) >= len(OUTPUTS), "one has no copy of its own, the other no Redis"
    assert {kind for kind, when in taken if when is When.HELD} >= {"row", "file", "dump", "page", "memory"}
    assert taken["log", When.HELD] > 50
    assert len(left.wanted.issuance) == 7 * (1 + 2 * 4), "everybody's who may write"
    words = [piece for piece in left.pieces if LINE.encode() in piece.data]
    here = {"memory"} if "shared" not in kinds else set()  # in the Redis they are sealed
    assert {"row", "page", "snapshot", "frame"} | here <= {piece.kind for piece in words}


# -- planted leaks ------------------------------------------------------------------------------------
def widened(monkeypatch: pytest.MonkeyPatch, column: str, values: Callable[[NewLine], object]) -> None:
    """Lines are stored with one more column."""
    show = Words.show_lines

    def widening(self: Words, db: Session, meeting_id: str, step_id: str, batch: Sequence[NewLine]) -> None:
        show(self, db, meeting_id, step_id, batch)
        if column not in {row[1] for row in db.execute(text("PRAGMA table_info(lines)"))}:
            db.execute(text(f"ALTER TABLE lines ADD COLUMN {column} TEXT"))
        for line in batch:
            change = text(f"UPDATE lines SET {column} = :value WHERE id = :id")  # noqa: S608
            db.execute(change, {"value": str(values(line)), "id": line.id})

    monkeypatch.setattr(Words, "show_lines", widening)


def on_taking(monkeypatch: pytest.MonkeyPatch, act: Callable[[UnnamedWords, str, Any], None]) -> None:
    """Something more is done with every post that comes."""
    take = UnnamedWords.take

    def taking(self: UnnamedWords, meeting_id: str, token: bytes, post: Any, body: bytes) -> None:
        take(self, meeting_id, token, post, body)
        act(self, meeting_id, post)

    monkeypatch.setattr(UnnamedWords, "take", taking)


@sqlite_only
def test_an_author_column_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    widened(monkeypatch, "author", lambda line: ZEBEDEE if line.text == LINE else "somebody")
    assert_found(hold(), "joined: row of lines", "commits: lines were written together with ['zebedee")


@sqlite_only
def test_one_commit_per_line_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    committers: list[Any] = []
    init = Conduct.__init__

    def noting(self: Conduct, committer: Any, *others: Any, **more: Any) -> None:
        committers[:] = [committer]
        init(self, committer, *others, **more)

    def one_by_one(self: UnnamedWords, _db: Session, meeting: Any, step_id: str) -> tuple[Any, ...]:
        def write(line: NewLine) -> None:
            committers[0].submit(lambda db: self._words.show_lines(db, meeting.id, step_id, [line]))

        batch = self.pending.batch(meeting.id, step_id)
        shown = tuple(line.id for line in batch)
        return (
            *(partial(write, one) for one in batch),
            lambda: self.pending.shown(meeting.id, step_id, shown),
        )

    monkeypatch.setattr(Conduct, "__init__", noting)
    monkeypatch.setattr(UnnamedWords, "_show", one_by_one)
    assert_found(hold(), "commits: lines were written in 4 transactions")


@sqlite_only
def test_words_kept_on_the_disk_while_they_wait_are_found(
    hold: Hold, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def keep(_self: UnnamedWords, _meeting_id: str, post: Any) -> None:
        with (tmp_path / "data" / "spool").open("a") as spool:
            spool.write(post.text + "\n")

    on_taking(monkeypatch, keep)
    assert_found(hold(), "early: file spool, while the words wait", "clear: file spool")


@sqlite_only
def test_a_fine_timestamp_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    came: dict[str, Any] = {}

    def note(self: UnnamedWords, _meeting_id: str, post: Any) -> None:
        came[post.commit] = self._presence._clock.now()

    on_taking(monkeypatch, note)
    widened(monkeypatch, "posted_at", lambda line: came[line.commit])
    assert_found(hold(), "moment: row of lines", "dated: row of lines", "moment: dump of SQLite")


@sqlite_only
def test_a_typing_frame_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    beat = Conduct.beat

    def typing(self: Conduct, caller: Any, meeting_id: str, connection: str) -> None:
        beat(self, caller, meeting_id, connection)
        if caller.member_id == ZEBEDEE:
            self._broadcaster.send(
                meeting_id, "room", {"run": "", "audience": "typing", "seq": 0, "changes": []}
            )

    monkeypatch.setattr(Conduct, "beat", typing)
    assert_found(hold(), "told: writing was told to ['ana', 'bo', 'cy', 'eve', 'fay', 'gus', 'zebedee")


@sqlite_only
def test_a_logged_body_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    on_taking(monkeypatch, lambda _self, _id, post: structlog.get_logger().info("took", body=post.text))
    assert_found(hold(), "early: log of the server, while the words wait", "clear: log of the server")


@sqlite_only
def test_a_count_that_is_shown_too_early_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[str] = []
    on_taking(monkeypatch, lambda _self, _id, post: came.extend([post.commit] if post.text else []))
    hosts = audience._SHARED[audience.HOSTS]

    def counting(room: Any) -> Any:
        seen = hosts(room)
        return seen | {"stage": {"stage": seen["stage"]["stage"] | {"written": len(came)}}}

    monkeypatch.setitem(audience._SHARED, audience.HOSTS, counting)
    assert_found(hold(), "count: the page of host changes when posts come")


@sqlite_only
def test_a_copy_in_the_authors_own_keep_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words beside a name in another table: whoever has the keys compares."""
    show = Words.show_lines

    def keeping(self: Words, db: Session, meeting_id: str, step_id: str, batch: Sequence[NewLine]) -> None:
        show(self, db, meeting_id, step_id, batch)
        for line in (line for line in batch if line.text == LINE):
            share = Share("keep-1", "keep", ZEBEDEE, line.text)
            self.put_share(db, meeting_id, share, summary=False)

    monkeypatch.setattr(Words, "show_lines", keeping)
    assert_found(hold(), "joined: row of shares")


@sqlite_only
def test_a_token_remembered_with_its_seat_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory alone: it would be there for whoever asks the running server."""
    issue = UnnamedWords.issue

    def remembering(self: Any, meeting_id: str, seat_id: str, round_id: str, asked: Any) -> list[bytes]:
        signed = issue(self, meeting_id, seat_id, round_id, asked)
        self.__dict__.setdefault("given", {})[seat_id] = signed
        return signed

    monkeypatch.setattr(UnnamedWords, "issue", remembering)
    assert_found(hold(), "issuance: memory")


@sqlite_only
def test_a_blinded_request_in_the_audit_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    give = Conduct.give_tokens

    def noting(self: Conduct, caller: Any, meeting_id: str, round_id: str, asked: Any) -> list[bytes]:
        row = {"id": asked[0].hex()[6:38], "circle_id": "c", "actor_id": caller.member_id, "action": "asked"}
        now = self._clock.now()
        self._committer.submit(
            lambda db: db.add(AuditRow(**row, object_id=asked[0].hex()[6:60], happened_at=now))
        )
        return give(self, caller, meeting_id, round_id, asked)

    monkeypatch.setattr(Conduct, "give_tokens", noting)
    assert_found(hold(), "issuance: row of audit")


@sqlite_only
def test_the_address_of_a_post_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    post = endpoint._WAYS["post"]

    def counting_by_address(environ: dict[str, Any], meeting_id: str, anonymously: Any) -> None:
        post(environ, meeting_id, anonymously)
        seen = anonymously.__dict__.setdefault("seen", {})
        seen[environ["REMOTE_ADDR"]] = seen.get(environ["REMOTE_ADDR"], 0) + 1

    monkeypatch.setitem(endpoint._WAYS, "post", counting_by_address)
    assert_found(hold(), "address: memory")


@sqlite_only
def test_an_author_in_the_hosts_batch_is_found(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = audience._SHARED[audience.HOSTS]

    def signed(room: Any) -> Any:
        seen = hosts(room)
        by = {line_id: line | {"by": "Zeb-Marker"} for line_id, line in seen["batch"].items()}
        return seen | {"batch": by}

    monkeypatch.setitem(audience._SHARED, audience.HOSTS, signed)
    assert_found(hold(), "joined: frame to host, while hosts read", "joined: snapshot batch of hosts to host")


def assert_found(left: Left, *expected: str) -> None:
    """The judge reports each of these, among whatever else it finds."""
    found = findings(left)
    missing = [start for start in expected if not _any_starts(found, start)]
    assert missing == [], found


def _any_starts(found: Collection[str], start: str) -> bool:
    return any(finding.startswith(start) for finding in found)
