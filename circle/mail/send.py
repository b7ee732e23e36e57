"""Handing a mail to the world: over SMTP, or into the app's own mailbox where no SMTP is set."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from sqlalchemy import select

from circle.services.ports import Clock, Mail, MailCarrier, new_id
from circle.settings import Settings, SettingsError
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import MailboxRow

_TIMEOUT_SECONDS = 20
_PORTS = {"smtp": 25, "smtps": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
AGAIN = "again"  # the line went before the answer came: the mail may have arrived, and goes once more
_ENCODE = "it takes signs like / # ? @ : % in a password percent-encoded, as %2F for /"
_REFUSED_FOR_GOOD = 500  # SMTP answers from here on say: do not try again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a failed delivery means. final: trying again is pointless. code: short, never text."""

    final: bool
    code: str


def _parts(url: str) -> tuple[SplitResult, str, int]:
    """The address, its host and its port. Raises SettingsError.

    A `/`, `#` or `?` in a password ends the host too early; what stands before it can look like a port.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its words hold a part of what was read
        raise SettingsError(f"SMTP_URL cannot be read: {_ENCODE}") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SettingsError("SMTP_URL takes smtp://host:port or smtps://host:port")
    if parts.path not in ("", "/") or parts.fragment or "@" in parts.query:
        raise SettingsError(f"SMTP_URL has more after the host than it takes: {_ENCODE}")
    return parts, parts.hostname, port or _PORTS[parts.scheme]


class SmtpCarrier:
    """Delivers over one SMTP conversation per mail."""

    def __init__(self, url: str) -> None:
        """url: `smtp(s)://user:password@host:port?starttls=1`; name and password percent-encoded. Raises
        SettingsError, naming SMTP_URL and nothing that stands in it.
        """
        parts, self._host, self._port = _parts(url)
        self._secure = parts.scheme == "smtps"
        self._starttls = parse_qs(parts.query).get("starttls", ["0"])[-1] == "1"
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        if self._user and not (self._secure or self._starttls) and self._host not in _LOOPBACK:
            raise SettingsError("SMTP_URL: a password travels in the open here; use smtps:// or ?starttls=1")

    def deliver(self, mail: Mail) -> None:
        """Return when the server has taken the mail. Raises OSError or smtplib.SMTPException."""
        server = self._connect()
        try:
            if self._starttls:
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password)
            options = [] if mail.recipient.isascii() else ["SMTPUTF8"]
            server.sendmail(mail.sender, [mail.recipient], mail.raw, mail_options=options)
        finally:
            _hang_up(server)

    def _connect(self) -> smtplib.SMTP:
        if self._secure:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS)


class MailboxCarrier:
    """Keeps what would have been sent, sealed, for the mailbox page."""

    def __init__(self, committer: Committer, keys: KeyRing, clock: Clock) -> None:
        self._committer = committer
        self._keys = keys
        self._clock = clock

    def deliver(self, mail: Mail) -> None:
        """Keep the mail; a second copy of the same Message-ID is the same mail."""
        row_id = new_id()
        sealed = self._keys.seal(mail.raw.decode(), f"mailbox.message.{row_id}")
        row = MailboxRow(id=row_id, message_id=mail.message_id, message_ct=sealed, sent_at=self._clock.now())
        known = select(MailboxRow.id).where(MailboxRow.message_id == mail.message_id)
        self._committer.submit(lambda db: db.add(row) if db.scalar(known) is None else None)


def carrier_for(settings: Settings, committer: Committer, keys: KeyRing, clock: Clock) -> MailCarrier:
    """SMTP where SMTP_URL is set, the mailbox page otherwise. Raises SettingsError."""
    if settings.smtp_url:
        return SmtpCarrier(settings.smtp_url)
    return MailboxCarrier(committer, keys, clock)


def outcome_of(problem: Exception) -> Outcome:
    """What this failure means for this mail. Only an answer about this mail itself is final.

    A refused sender or log-in, or a server that turns everybody away, is the operator's to mend.
    """
    match problem:
        case smtplib.SMTPRecipientsRefused():
            return _by_code(min(code for code, _ in problem.recipients.values()))
        case smtplib.SMTPDataError():
            return _by_code(problem.smtp_code)
        case smtplib.SMTPServerDisconnected() | TimeoutError():
            return Outcome(False, AGAIN)
    return Outcome(False, _word_for(problem))


def _word_for(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"smtp {problem.smtp_code}"
    return "tls" if isinstance(problem, ssl.SSLError) else "no line"


def _by_code(code: int) -> Outcome:
    return Outcome(code >= _REFUSED_FOR_GOOD, f"smtp {code}")


def _hang_up(server: smtplib.SMTP) -> None:
    """Whatever happens to the farewell: the mail was taken before, or its error is on its way up."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
