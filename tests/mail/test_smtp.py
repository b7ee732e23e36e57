"""A real SMTP conversation over loopback, with a server that takes, refuses, puts off, or drops the line."""

from __future__ import annotations

import asyncio
import re
import smtplib
import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from circle.domain.summary import Notes
from circle.mail.outbox import Outbox
from circle.mail.send import Outcome, SmtpCarrier, carrier_for, outcome_of
from circle.services.ports import Mail
from circle.settings import Settings, SettingsError
from circle.store.models import MailboxRow
from scripts.system import ROOT
from tests.evening import HOST, MEETING, MORNING, SENDER, Evening, parsed, text_of

MAIL = Mail("<one@circle.example>", SENDER, "m1@members.example", b"Subject: Notes\r\n\r\nHello\r\n")


@dataclass
class Post:
    """The server's side. Answers "" mean: take it. drop: break the line after DATA, having kept the mail."""

    rcpt: str = ""
    data: str = ""
    drop: bool = False
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Answer to a recipient."""
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:
        """Answer to a mail."""
        if self.data:
            return self.data
        self.taken.append(envelope)
        if self.drop:
            assert server.transport is not None
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"


@pytest.fixture
def post() -> Post:
    """What the server does, and what it has taken."""
    return Post()


Serve = Callable[..., str]


@pytest.fixture
def serve(post: Post) -> Iterator[Serve]:
    """Start the server; returns host:port."""
    running: list[Controller] = []

    def start(**options: Any) -> str:
        controller = Controller(post, hostname="127.0.0.1", port=_free_port(), **options)
        controller.start()
        running.append(controller)
        return f"127.0.0.1:{controller.port}"

    yield start
    for controller in running:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def outcome(url: str) -> Outcome | None:
    """What delivering MAIL to this server comes to; None when it was taken."""
    try:
        SmtpCarrier(url).deliver(MAIL)
    except (OSError, smtplib.SMTPException) as problem:
        return outcome_of(problem)
    return None


# -- addresses of servers -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url", ["http://mail.example", "mail.example:25", "smtp://", "smtp://u:p@mail.example"]
)
def test_an_address_that_cannot_be_used_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="SMTP_URL"):
        SmtpCarrier(url)


PASSWORDS = ["hush/hush", "hush#hush", "hush?hush", "12/hush", "12#hush", "12?hush", "[hush", "hu[sh]"]


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_of_a_password_nothing_is_said(scheme: str, password: str) -> None:
    with pytest.raises(SettingsError, match=r"^SMTP_URL .* percent-encoded") as refused:
        SmtpCarrier(f"{scheme}://circle:{password}@mail.example:587?starttls=1")
    told = "".join(traceback.format_exception(refused.value))
    assert "hush" not in told
    assert "12" not in str(refused.value)
    encoded = quote(password, safe="")
    assert SmtpCarrier(f"{scheme}://circle:{encoded}@mail.example:587?starttls=1")._password == password


@pytest.mark.parametrize("page", ["README.md", "deploy/circle.env.sample"])
def test_the_example_of_an_address_can_be_used(page: str) -> None:
    examples = re.findall(r"smtps?://[^\s`]+@[^\s`]+", (ROOT / page).read_text())
    assert examples
    for example in examples:
        SmtpCarrier(example)


# -- one mail -----------------------------------------------------------------------------------------
def test_a_mail_is_taken_as_it_is(serve: Serve, post: Post) -> None:
    assert outcome(f"smtp://{serve()}") is None
    (envelope,) = post.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["m1@members.example"])
    assert envelope.content == MAIL.raw


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"rcpt": "550 no such user"}, Outcome(True, "smtp 550")),
        ({"rcpt": "450 later"}, Outcome(False, "smtp 450")),
        ({"data": "554 not this one"}, Outcome(True, "smtp 554")),
        ({"data": "451 later"}, Outcome(False, "smtp 451")),
        ({"data": "421 closing"}, Outcome(False, "smtp 421")),
        ({"drop": True}, Outcome(False, "again")),
    ],
)
def test_what_the_servers_answer_means(
    serve: Serve, post: Post, answers: dict[str, Any], expected: Outcome
) -> None:
    vars(post).update(answers)
    assert outcome(f"smtp://{serve()}") == expected


def test_nobody_listens() -> None:
    assert outcome(f"smtp://127.0.0.1:{_free_port()}") == Outcome(False, "no line")


def test_a_server_that_turns_everybody_away_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        door.settimeout(5)

        with ThreadPoolExecutor(1) as aside:
            attempt = aside.submit(outcome, f"smtp://127.0.0.1:{port}")
            line, _ = door.accept()
            with line:
                line.sendall(b"554 no service here\r\n")
                assert attempt.result() == Outcome(False, "smtp 554")


def test_a_wrong_password_is_the_operators_to_mend(serve: Serve) -> None:
    def nobody(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    host = serve(authenticator=nobody, auth_require_tls=False)
    assert outcome(f"smtp://mira:wr%40ng@{host}") == Outcome(False, "smtp 535")


def test_signing_in_with_a_password_that_has_signs_in_it(serve: Serve, post: Post) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(_server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    host = serve(authenticator=check, auth_require_tls=False)
    assert outcome(f"smtp://mira:p%40ss%2Fword@{host}") is None
    assert seen == [(b"mira", b"p@ss/word")]


def test_starttls_is_asked_for_or_nothing_is_sent(serve: Serve, post: Post) -> None:
    assert outcome(f"smtp://{serve()}?starttls=1") == Outcome(False, "no line")
    assert post.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused(serve: Serve, post: Post, tmp_path: Path) -> None:
    host = serve(tls_context=_self_signed(tmp_path))
    assert outcome(f"smtp://{host}?starttls=1") == Outcome(False, "tls")
    assert post.taken == []


def test_addresses_beyond_ascii_are_announced(serve: Serve, post: Post) -> None:
    carrier = SmtpCarrier(f"smtp://{serve(enable_SMTPUTF8=True)}")
    carrier.deliver(Mail("<one@circle.example>", SENDER, "zoë@members.example", MAIL.raw))
    assert post.taken[0].rcpt_tos == ["zoë@members.example"]
    assert "SMTPUTF8" in post.taken[0].mail_options


# -- a whole evening ----------------------------------------------------------------------------------
@pytest.fixture
def released(evening: Evening, serve: Serve) -> Evening:
    """Three members' notes, released, with a real server at the end of the line."""
    evening.hold(members=3)
    evening.closing.save(HOST, MEETING, Notes(from_host="Good quiet."), 0)
    evening.closing.release(HOST, MEETING)
    carrier = SmtpCarrier(f"smtp://{serve()}")
    evening.outbox = Outbox(evening.committer, evening.clock, evening.letters, evening.composer, carrier)
    evening.clock.set(MORNING)
    return evening


def test_three_members_get_three_mails(released: Evening, post: Post) -> None:
    assert released.outbox.run_once() == 3
    assert sorted(envelope.rcpt_tos for envelope in post.taken) == [
        [f"m{n}@members.example"] for n in (1, 2, 3)
    ]
    for envelope in post.taken:
        assert isinstance(envelope.content, bytes)
        mail = parsed(envelope.content)
        assert "Good quiet." in text_of(mail)
        assert mail["To"] == envelope.rcpt_tos[0]
        assert envelope.content.count(b"@members.example") == 1


def test_a_line_dropped_after_the_mail_brings_it_again_under_the_same_id(
    released: Evening, post: Post
) -> None:
    post.drop = True
    assert released.outbox.run_once() == 0
    post.drop = False
    released.clock.set(MORNING + timedelta(minutes=1))
    assert released.outbox.run_once() == 3
    ids = [parsed(envelope.content)["Message-ID"] for envelope in post.taken]  # type: ignore[arg-type]
    assert (len(ids), len(set(ids))) == (6, 3)


# -- without SMTP -------------------------------------------------------------------------------------
def test_without_smtp_mails_lie_sealed_in_the_mailbox(evening: Evening) -> None:
    carrier = carrier_for(Settings(), evening.committer, evening.keys, evening.clock)
    for _ in range(2):
        carrier.deliver(MAIL)
    (row,) = evening.committer.read(lambda db: db.query(MailboxRow).all())
    assert b"Hello" not in row.message_ct
    assert evening.keys.open(row.message_ct, f"mailbox.message.{row.id}") == MAIL.raw.decode()


def test_with_smtp_mails_go_there(evening: Evening) -> None:
    settings = Settings(smtp_url="smtp://127.0.0.1:2525")
    assert isinstance(carrier_for(settings, evening.committer, evening.keys, evening.clock), SmtpCarrier)


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
