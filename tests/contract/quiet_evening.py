"""A session with a quiet round in it, over real websockets and the real addresses, in which Zebedee writes.

Nothing in here knows what a leak is: it holds the evening and keeps what there was to see.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import requests
from flask import session
from requests.adapters import HTTPAdapter
from sqlalchemy import update
from sqlalchemy.orm import Session

from circle.domain import commands as c
from circle.domain.quiet import COLLECT_SECONDS
from circle.domain.sealed import LETTERS
from circle.domain.summary import Notes
from circle.live import ticker
from circle.live.control import time_passes
from circle.services.identity import GENERATION, MEMBERS, USER
from circle.services.ports import Caller
from circle.simulate.quiet import QuietPage, unpack
from circle.store.models import LineRow, MailboxRow, Member
from circle.tokens.rounds import INPUT_BYTES, NONCE_BYTES
from tests.contract.quiet_leaks import (
    ANA,
    BO,
    CY,
    LINE,
    MAIL,
    NAME,
    POSTS_FROM,
    WRITERS,
    ZEBEDEE,
    Left,
    When,
)
from tests.contract.quiet_outputs import OUTPUTS, Output, wal_now
from tests.contract.whole_evening import _statements as statements
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.live.house import House, Phone
from tests.sitting import CIRCLE, CO, HOST, MEETING

STEPS = (WORD, WALL, GOODBYE)
TEXTS = {ANA: "words of Ana’s", BO: "to be set aside", CY: "to be taken back", ZEBEDEE: LINE}
BEGINS = datetime(2026, 3, 12, 19, 0, tzinfo=UTC)  # far from the real time, which stands in logs
LAST_TEXT = "shown, and then taken back"


class From(HTTPAdapter):
    """Connections that come from one address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """As ever, bound to the address."""
        super().init_poolmanager(*args, source_address=(self._address, 0), **more)


class QuietEvening:
    """The evening. log: what has been logged so far. outputs: where to look."""

    def __init__(
        self, house: House, folder: Path, log: Callable[[], str], outputs: Sequence[Output] = OUTPUTS
    ) -> None:
        self.house, self.folder, self.log, self.outputs = house, folder, log, outputs
        self.wal = wal_now(house.hub.engine)
        self.left = Left()
        self.answered: list[tuple[str, bytes]] = []
        self.quiet_pages: dict[str, QuietPage] = {}
        self._transactions: list[list[tuple[str, list[Any]]]] = []
        self._heard: dict[str, int] = {}
        house.clock.set(BEGINS)
        self._people()
        self.phones = {who: house.phone(who) for who in (HOST, CO, *WRITERS)}
        zebedee = self.phones[ZEBEDEE].socket
        self.left.wanted.marks += [str(zebedee.get_sid()), str(zebedee.eio.sid)]

    def _people(self) -> None:
        def work(db: Session) -> None:
            db.execute(update(Member).where(Member.id == HOST).values(user_id="u1"))
            for who in WRITERS:
                address = MAIL if who == ZEBEDEE else f"{who}@members.example"
                sealed = self.house.hub.keys.seal(address, f"members.address.{who}")
                db.execute(update(Member).where(Member.id == who).values(mail="full", address_ct=sealed))

        self.house.hub.committer.submit(work)
        self.house.do(ZEBEDEE, c.TakeSeat(ZEBEDEE, NAME))

    def hold(self) -> Left:
        """From the first word to the mails."""
        with statements(self.house.hub.engine, self._transactions):
            self._word()
            self._write()
            self._collect()
            self._read()
            self._show()
            self._end()
        self._look(When.OVER)
        writing = [unit for unit in self._transactions if any("INSERT INTO lines" in sql for sql, _ in unit)]
        self.left.commits = len(writing)
        self.left.named = {p for unit in writing for _, given in unit for p in given if p in WRITERS}
        return self.left

    # -- what happens ---------------------------------------------------------------------------------
    def _word(self) -> None:
        self._ok(ZEBEDEE, "say", {"step": "word", "text": "tired, by name", "summary": True})
        self._ok(ZEBEDEE, "whisper", {"text": "a private word"})

    def _write(self) -> None:
        self._next()
        for who, phone in self.phones.items():
            told = _stage(phone)["quiet_round"]
            self.left.announced.add(told["round"] + told["key"])
            if who in (HOST, CO):  # they read first, and have no part in it
                continue
            self.quiet_pages[who] = page = QuietPage(MEETING, told, partial(self._sign, phone))
            page.ask()
            self.left.wanted.issuance.append(page.secret.encode())
            for token in page.tokens:
                self.left.wanted.issuance += [token[2 : 2 + NONCE_BYTES], token[INPUT_BYTES:]]
        self.left.wanted.line += [self.quiet_pages[ZEBEDEE].commit, mailbox_of(ZEBEDEE)]
        with self._told_to_nobody("writing"):
            self._beats()
        self._look(When.HELD)

    def _collect(self) -> None:
        self._next()
        before = {who: _look_of(phone) for who, phone in self.phones.items()}
        with self._told_to_nobody("posting"):
            self._beats()
            for who in WRITERS:
                self.house.clock.advance(1)
                self.left.wanted.moments.append(self.house.clock.now())
                self._post(who, TEXTS.get(who, LAST_TEXT if who == "gus" else ""))
            self.house.clock.advance(1.5)
        self.left.looks = {who: (before[who], _look_of(phone)) for who, phone in self.phones.items()}
        self._look(When.HELD)
        self._withdraw(CY)
        left = COLLECT_SECONDS - len(WRITERS) - 1.5
        time_passes(self.house.hub.conduct, self.house.clock, left)
        ticker.tick_once(self.house.hub.conduct)

    def _read(self) -> None:
        batch = self.phones[HOST].snapshot()["hosts"]["batch"]
        found = {line["text"]: line_id for line_id, line in batch.items()}
        assert set(found) == {TEXTS[ANA], TEXTS[BO], LINE, LAST_TEXT}
        self.left.wanted.line.append(found[LINE])
        self._ok(HOST, "set_line_aside", {"line": found[TEXTS[BO]], "aside": True})
        self._look(When.READ)

    def _show(self) -> None:
        self._next()
        lines = self.phones[ANA].snapshot()["room"]["lines"]
        shown = {line["text"]: line_id for line_id, line in lines.items()}
        assert set(shown) == {TEXTS[ANA], LINE, LAST_TEXT}
        for who in (ANA, BO, ZEBEDEE):
            self._ok(who, "receive", {"line": shown[LINE]})
        self._ok(HOST, "send_sealed", {"answer": "answer-1", "sealed": "A" * LETTERS})
        self._ok("fay", "say", {"step": "wall", "text": "by name after all"})
        self._withdraw("gus")
        self._look(When.OVER)

    def _end(self) -> None:
        closing, host = self.house.hub.closing, Caller(HOST, host=True)
        self._next()
        self._ok(HOST, "end_session", seq=True)
        draft = closing.get(host, MEETING)
        line = next(line_id for line_id, words in draft.lines if words == LINE)
        form = Notes(titles=("A word", "A wall"), from_host="Rest well.", line_ids=(line,))
        closing.save(host, MEETING, form, draft.version)
        self._look(When.OVER)
        closing.release(host, MEETING, closing.get(host, MEETING).version)
        runtime = self.house.app.extensions["circle.runtime"]
        for _ in range(3):  # nothing arrives at night
            self.house.clock.advance(timedelta(hours=12).total_seconds())
            runtime.outbox.run_once()
        assert any(LINE in self.page(who, "/meet/{meeting}/lines") for who in WRITERS)
        assert len(list(self.mails())) == len(WRITERS)
        self._look(When.OVER)
        self.house.clock.advance(timedelta(days=15).total_seconds())
        runtime.retention.purge()
        assert self.house.rows(LineRow) == []

    # -- how things are done --------------------------------------------------------------------------
    def _next(self) -> None:
        self._ok(HOST, "next", seq=True)

    def _ok(self, who: str, name: str, data: object = None, *, seq: bool = False) -> None:
        moves = self.house.meeting.moves if seq else None
        answer = self.phones[who].command(name, data, seq=moves)
        self.answered.append((f"{name} of {who}", json.dumps(answer).encode()))
        assert answer["ok"], answer

    def _sign(self, phone: Phone, name: str, asked: tuple[bytes, ...]) -> list[bytes]:
        written = [base64url(one) for one in asked]
        answer = phone.ask("tokens", {"round": name, "requests": written})
        assert set(answer) == {"ok", "signed"}
        signed = [unpack(one) for one in answer["signed"]]
        self.left.wanted.issuance += [*(one[3:] for one in asked), *signed]
        return signed

    def _post(self, who: str, text: str) -> None:
        consents = {"summary": text in (LINE, LAST_TEXT), "read_aloud": text == LINE}
        body = self.quiet_pages[who].body(text, mailbox=mailbox_of(who), **consents)
        self.left.answers.add(self._send(who, "post", body))

    def _withdraw(self, who: str) -> None:
        self._send(who, "withdraw", json.dumps({"secret": self.quiet_pages[who].secret}).encode())

    def _send(self, who: str, what: str, body: bytes) -> str:
        with requests.Session() as nobody:
            nobody.mount("http://", From(POSTS_FROM if who == ZEBEDEE else "127.0.0.1"))
            sent = nobody.post(f"{self.house.url}/quiet/{MEETING}/{what}", data=body, timeout=10)
        headers = {name: value for name, value in sent.headers.items() if name != "Date"}
        answer = json.dumps([sent.status_code, headers, sent.text])
        self.answered.append((what, answer.encode()))
        assert sent.status_code == 202, answer
        return answer

    def _beats(self) -> None:
        """Every page's heart-beat; whatever was on its way before has arrived after it."""
        assert all(phone.ask("beat", {}) == {"ok": True} for phone in self.phones.values())

    @contextmanager
    def _told_to_nobody(self, what: str) -> Iterator[None]:
        self._beats()
        before = {who: len(phone.heard) for who, phone in self.phones.items()}
        yield
        self._beats()
        told = {who for who, phone in self.phones.items() if len(phone.heard) > before[who]}
        self.left.told.append((what, told))

    # -- what there is to see -------------------------------------------------------------------------
    def _look(self, when: When) -> None:
        self.left.pieces += [piece for output in self.outputs for piece in output(self, when)]

    def heard_since_last(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """What everybody's page was sent since this was last asked."""
        since, self._heard = self._heard, {who: len(phone.heard) for who, phone in self.phones.items()}
        return [(who, phone.heard[since.get(who, 0) :]) for who, phone in self.phones.items()]

    def page(self, who: str, path: str) -> str:
        """This address, as this person's browser gets it; "" is somebody unknown."""
        app, address = self.house.app, path.format(meeting=MEETING, circle=CIRCLE)
        with app.test_request_context(address, base_url=self.house.url):
            if who == HOST:
                session[USER], session[GENERATION] = "u1", 1
            elif who:
                session[MEMBERS] = {CIRCLE: who}
            return str(app.full_dispatch_request().get_data(as_text=True))

    def mails(self) -> Iterator[tuple[str, str]]:
        """(recipient, the whole mail), from the mailbox that stands in for a mail server."""
        for row in self.house.rows(MailboxRow):
            raw = self.house.hub.keys.open(row.message_ct, f"mailbox.message.{row.id}")
            yield re.findall(r"(?m)^To: (.*)$", raw)[0], raw


def mailbox_of(who: str) -> str:
    """A key for sealed answers, as this page sends with its post; told apart by its beginning."""
    return base64url(hashlib.sha256(f"mailbox of {who}".encode()).digest())


def base64url(raw: bytes) -> str:
    """Without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _stage(phone: Phone) -> dict[str, Any]:
    views = phone.snapshot()
    stage: dict[str, Any] = views["hosts" if "hosts" in views else "room"]["stage"]["stage"]
    return stage


def _look_of(phone: Phone) -> str:
    return hashlib.sha256(json.dumps(phone.snapshot(), sort_keys=True).encode()).hexdigest()
