"""What a mail looks like and what never stands in it (docs/privacy.md, *What a mail says*)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from circle.content.helplines import HelpNumber, offered
from circle.content.loader import load_library
from circle.content.words import word_findings
from circle.domain.summary import Notes
from circle.mail.compose import Composer, UnsafeHeader, dial, mail_environment, safe, to_mail, what_we_did
from circle.services.letters import Care, Form, Letter, Links
from tests.evening import TEMPLATES, html_of, parsed, text_of

LIBRARY = load_library()
TODAY = date(2026, 11, 25)
NOTES = Notes(
    titles=("arrived slowly", "wrote for a while", "came back down together"),
    from_host="There was a lot of quiet in the room, and it was good quiet.",
    practice="When you fill a glass of water this week, drink the first mouthful standing still.",
    next_text="Thursday 26 March, 19:00, Mira and Jo.",
    host="Mira",
    reply_to="mira@hosts.example",
)
LINKS = Links(
    lines="https://circle.example/meet/m/lines",
    change="https://circle.example/meet/m/notes",
    stop="https://circle.example/stop/" + "t" * 60,
)
LETTER = Letter(
    form=Form.FULL,
    message_id="<one@circle.example>",
    recipient="rowan@members.example",
    name="Rowan",
    day=date(2026, 3, 12),
    sent_at=datetime(2026, 3, 13, 9, tzinfo=UTC),
    links=LINKS,
    notes=NOTES,
    lines=2,
    care=Care(LIBRARY.if_it_stirs, tuple(offered(LIBRARY.helplines, "GB", TODAY)), None),
)
ELSEWHERE = Care(LIBRARY.if_it_stirs, (), LIBRARY.helplines.elsewhere)


@pytest.fixture(scope="module")
def compose() -> Composer:
    """The composer with the project's own templates."""
    return Composer(mail_environment(TEMPLATES), "notes@circle.example")


# -- headers ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "bad", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\0b", "a\x0bb", "a\u2028b", "\x7f"]
)
def test_a_value_that_would_break_out_of_its_header_is_refused(compose: Composer, bad: str) -> None:
    with pytest.raises(UnsafeHeader):
        safe(bad)
    for letter in (
        replace(LETTER, recipient=bad),
        replace(LETTER, message_id=bad),
        replace(LETTER, links=replace(LINKS, stop=bad)),
        replace(LETTER, notes=replace(NOTES, reply_to=bad)),
    ):
        with pytest.raises(UnsafeHeader):
            compose(letter)
    with pytest.raises(UnsafeHeader):
        Composer(mail_environment(TEMPLATES), bad)(LETTER)


def test_line_breaks_in_names_stay_in_the_text(compose: Composer) -> None:
    broken = "Ro\r\nBcc: all@members.example"
    mail = parsed(to_mail(compose(replace(LETTER, name=broken, notes=replace(NOTES, host=broken)))).raw)
    assert "Bcc" not in mail
    assert mail["To"] == "rowan@members.example"


def test_headers_say_a_weekday_and_nothing_more(compose: Composer) -> None:
    mail = parsed(to_mail(compose(LETTER)).raw)
    assert mail["Subject"] == "Notes from Thursday"
    assert mail["From"] == "Thursday notes <notes@circle.example>"
    assert mail["Reply-To"] == "mira@hosts.example"
    assert mail["Date"] == "Fri, 13 Mar 2026 09:00:00 +0000"
    assert mail["Message-ID"] == "<one@circle.example>"
    assert {name for name in ("Cc", "Bcc", "Sender") if name in mail} == set()


def test_stopping_works_from_the_mail_program(compose: Composer) -> None:
    raw = to_mail(compose(LETTER)).raw
    # On one line: some readers do not put folded links together again.
    assert f"List-Unsubscribe: <{LINKS.stop}>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_the_envelope_names_one_recipient(compose: Composer) -> None:
    mail = to_mail(compose(LETTER))
    assert (mail.sender, mail.recipient) == ("notes@circle.example", "rowan@members.example")
    assert mail.message_id == "<one@circle.example>"
    assert b"\n" not in mail.raw.replace(b"\r\n", b"")


def test_addresses_beyond_ascii_are_written_as_they_are(compose: Composer) -> None:
    mail = to_mail(compose(replace(LETTER, recipient="zoë@members.example")))
    assert "To: zoë@members.example\r\n".encode() in mail.raw


@pytest.mark.parametrize("plan", LIBRARY.templates.values(), ids=LIBRARY.templates)
def test_no_theme_reaches_subject_or_sender(compose: Composer, plan: object) -> None:
    for form in Form:
        mail = compose(replace(LETTER, form=form, links=replace(LINKS, summary="https://circle.example/s")))
        outside = f"{mail['Subject']} {mail['From']}".casefold()
        for word in ("grief", "loss", "outgrow", "security", "circle", "support", "health"):
            assert word not in outside.replace("@circle.example", "")
        assert list(word_findings(mail["Subject"])) == []


# -- text ---------------------------------------------------------------------------------------------
def test_text_comes_first_and_html_second(compose: Composer) -> None:
    mail = parsed(to_mail(compose(LETTER)).raw)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part in (text_of(mail), html_of(mail)):
        for words in (
            "Hello Rowan,",
            "Thursday 12 March. We arrived slowly, wrote for a while, and came back",
            "From Mira",
            "Two lines are",
            "One small thing, if you like",
            "Samaritans",
            "116 123",
            "In danger:",
            "If you do not come, no word",
            "Mira reads replies, usually within two days. This is not for emergencies.",
            LINKS.stop,
            LINKS.change,
            LINKS.lines,
        ):
            assert words in part


def test_a_lock_screen_shows_a_greeting(compose: Composer) -> None:
    mail = compose(LETTER)
    assert text_of(mail).startswith("Hello Rowan,\n\nThursday 12 March.")
    visible = re.sub(r"<[^>]+>", " ", html_of(mail).split("<body")[1].split(">", 1)[1])
    assert visible.split()[:2] == ["Hello", "Rowan,"]


def test_only_date_and_after_care(compose: Composer) -> None:
    text = text_of(compose(replace(LETTER, form=Form.DATE, notes=Notes(host="Mira"), lines=0)))
    assert "Thursday 12 March." in text
    assert "Samaritans" in text
    for heading in ("From Mira", "From the room", "One small thing", "Next", "We "):
        assert heading not in text


def test_empty_parts_leave_no_heading(compose: Composer) -> None:
    mail = compose(replace(LETTER, name="", notes=Notes(), lines=0))
    for part in (text_of(mail), html_of(mail)):
        assert "Hello," in part
        for heading in ("From ", "One small thing", "Next", "From the room", " reads replies, usually"):
            assert heading not in part
        assert "Nobody reads replies to this address." in part
    assert "Reply-To" not in mail
    assert "\n\n\n\n" not in text_of(mail)


def test_where_no_number_is_known_there_are_places_to_look(compose: Composer) -> None:
    mail = compose(replace(LETTER, care=ELSEWHERE))
    for part in (text_of(mail), html_of(mail)):
        assert "Befrienders Worldwide" in part
        assert "In danger:" not in part


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_counted(compose: Composer) -> None:
    for form in (Form.FULL, Form.DATE):
        html = html_of(compose(replace(LETTER, form=form)))
        assert not re.search(r"<(img|link|script|iframe|object|form|style)|url\(|src=|@import", html, re.I)
        assert "style=" in html


def test_what_people_typed_stays_text_in_html(compose: Composer) -> None:
    nasty = "<img src=x onerror=alert(1)> & <b>"
    notes = replace(NOTES, from_host=nasty, titles=(nasty,), practice=nasty, next_text=nasty, host=nasty)
    html = html_of(compose(replace(LETTER, name=nasty, notes=notes)))
    assert "<img" not in html
    assert html.count("&lt;img") == 7


def test_our_own_sentences_are_calm(compose: Composer) -> None:
    nudge = replace(LETTER, form=Form.NUDGE, notes=Notes(), links=Links(summary="https://circle.example/s"))
    for letter in (replace(LETTER, care=ELSEWHERE), nudge):
        assert list(word_findings(text_of(compose(letter)))) == []


def test_lines_are_wrapped_and_links_are_whole(compose: Composer) -> None:
    lines = text_of(compose(replace(LETTER, notes=replace(NOTES, from_host="word " * 60)))).splitlines()
    assert all(len(line) <= 74 or "https://" in line for line in lines)


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        ((), ()),
        (("sang",), ("We sang.",)),
        (("sang", "rested."), ("We sang and rested.",)),
        (("sang", "rested", "left"), ("We sang, rested, and left.",)),
        (("We sang.", "rested"), ("We sang.", "rested")),
    ],
)
def test_titles_become_a_sentence_where_they_read_on(titles: tuple[str, ...], said: tuple[str, ...]) -> None:
    assert what_we_did(titles) == said


def _number(**values: str) -> HelpNumber:
    empty = dict.fromkeys(
        ("purpose", "call", "text", "text_body", "chat_url", "hours", "cost", "official_url"), ""
    )
    facts = {**empty, **values, "kind": "helpline", "name": "A line", "languages": (), "stale": False}
    return HelpNumber(**facts, verified_on=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (_number(call="116 123", hours="day and night"), "116 123; day and night"),
        (_number(text="85258", text_body="SHOUT"), "text SHOUT to 85258"),
        (_number(call="988", text="988"), "call or text 988"),
        (_number(call="13 11 14", text="0477"), "13 11 14, or text 0477"),
        (_number(chat_url="https://chat.example"), "https://chat.example"),
    ],
)
def test_how_to_reach_a_service(number: HelpNumber, words: str) -> None:
    assert dial(number) == words
