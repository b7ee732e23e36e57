"""From a letter to a mail: text first, light HTML second, one recipient. Pure but for the templates.

Nothing people typed stands in a header. Subject and sender say a weekday and no more: a mail lies open
on lock screens and in inboxes that others may read (docs/privacy.md, *What a mail says*).
"""

from __future__ import annotations

import re
import textwrap
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from circle.content.helplines import HelpNumber
from circle.services.letters import Form, Letter
from circle.services.ports import Mail

_WIDTH = 72
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_BREAKS_OUT = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")  # ends a header line, for somebody


class UnsafeHeader(ValueError):
    """A header's value would end the header and begin another; the mail is not made."""


def mail_environment(templates: Path) -> Environment:
    """Templates for mails, found in `templates/emails`. HTML is escaped, text is not."""
    environment = Environment(
        loader=FileSystemLoader(templates / "emails"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(wrap=wrap, day=day_words, dial=dial)
    return environment


class Composer:
    """Composes every mail of this installation. sender: the bare address mails come from."""

    def __init__(self, environment: Environment, sender: str) -> None:
        self._environment = environment
        self._sender = sender

    def __call__(self, letter: Letter) -> EmailMessage:
        """The mail. Raises UnsafeHeader."""
        message = EmailMessage(policy=SMTP)
        for name, value in self._headers(letter).items():
            message[name] = safe(value)
        template = "nudge" if letter.form is Form.NUDGE else "notes"
        facts = {"letter": letter, "notes": letter.notes, "did": what_we_did(letter.notes.titles)}
        message.set_content(self._render(f"{template}.txt", facts), cte="quoted-printable")
        html = _INLINER.inline(self._render(f"{template}.html", facts))
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return message

    def _headers(self, letter: Letter) -> dict[str, str]:
        weekday = f"{letter.day:%A}"
        waiting = letter.form is Form.NUDGE
        headers = {
            "From": _address(f"{weekday} notes", self._sender),
            "To": safe(letter.recipient),
            "Subject": f"Notes from {weekday} are waiting" if waiting else f"Notes from {weekday}",
            "Date": format_datetime(letter.sent_at),
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",  # no out-of-office answers to a host
        }
        if letter.notes.reply_to:
            headers["Reply-To"] = letter.notes.reply_to
        if letter.links.stop:
            headers["List-Unsubscribe"] = f"<{letter.links.stop}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        return headers

    def _render(self, name: str, facts: dict[str, object]) -> str:
        return self._environment.get_template(name).render(facts)


def to_mail(message: EmailMessage) -> Mail:
    """The message as it goes over the wire."""
    recipient = str(message["To"])
    # Long addresses in headers are not folded: a folded link is a broken link in some readers.
    policy = SMTP.clone(max_line_length=998, utf8=not recipient.isascii())
    sender = message["From"].addresses[0].addr_spec
    return Mail(str(message["Message-ID"]), sender, recipient, message.as_bytes(policy=policy))


def safe(value: str) -> str:
    """The value, when it is one header line. Raises UnsafeHeader.

    Python 3.11 before 3.11.10 writes such a value as it is, and lets it add a recipient of its own.
    """
    if _BREAKS_OUT.search(value):
        raise UnsafeHeader("a header value holds a line break or a control character")
    return value


def what_we_did(titles: tuple[str, ...]) -> tuple[str, ...]:
    """The titles as sentences: one "We ..." where all of them read on from it, else each by itself."""
    if not titles or not all(title[0].islower() for title in titles):
        return titles
    *before, last = (title.rstrip(".") for title in titles)
    return (f"We {', '.join(before)}{', and ' if len(before) > 1 else ' and ' if before else ''}{last}.",)


def wrap(text: str, indent: str = "") -> str:
    """Lines of at most 72 characters; links stay whole, line breaks stay."""
    return "\n".join(
        textwrap.fill(
            line,
            _WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    )


def day_words(day: date) -> str:
    """ "Thursday 12 March"."""
    return f"{day:%A} {day.day} {day:%B}"


def dial(number: HelpNumber) -> str:
    """How to reach a service, in words: "116 123, or text SHOUT to 85258; day and night"."""
    if number.call and number.call == number.text:
        ways = [f"call or text {number.call}"]
    else:
        ways = [number.call] if number.call else []
        if number.text:
            ways.append(
                f"text {number.text_body} to {number.text}" if number.text_body else f"text {number.text}"
            )
    return ", or ".join(ways or [number.chat_url]) + (f"; {number.hours}" if number.hours else "")


def _address(name: str, address: str) -> str:
    return str(Address(display_name=safe(name), addr_spec=safe(address)))
