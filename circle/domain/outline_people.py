"""Lines of a pasted text that name somebody: heads of mails, signatures, addresses and phone numbers. Pure.

A note for hosts is printed, and seen by whoever prepares with them; a mail's writer has not asked for that.
English, German, French and Spanish mails.
"""

from __future__ import annotations

import re

from circle.domain.outline_times import take_clock, take_length

ATTRIBUTION_LINES = 3  # over how many a mail programme breaks "On Thursday ... wrote:"

_QUOTE = re.compile(r"(?:[ \t]*>)+ ?")
_KEYS = (
    "from|to|cc|bcc|sent|subject|reply-to|von|an|kopie|gesendet|betreff|antwort an|de|envoyé|objet|répondre à"
    "|para|enviado|enviado el|asunto|responder a"
)
_KEYS_ELSEWHERE = "a|à|date|datum|fecha"  # also words of an outline: they need a neighbour, or an address
_HEADER = re.compile(rf"[*_\s]*(?:(?P<sure>{_KEYS})|{_KEYS_ELSEWHERE})[*_]*\s*:[*_]*(?:\s.*)?", re.IGNORECASE)
_WROTE = r"(?:wrote|schrieb|a écrit|escribió)"
_DATED = r"(?=.*(?:@|\b20\d\d\b|\d\.\d{1,2}\.))"  # "10 min, read what you wrote:" is a step
_ATTRIBUTION = re.compile(
    rf"(?:(?i:on|le|el)\s(?=.*\d).{{3,200}}\b{_WROTE}\s?:|(?i:am)\s(?=.*\d).{{3,120}}\bschrieb\b.{{0,120}}:"
    rf"|{_DATED}.{{1,120}}\b{_WROTE}\b.{{0,60}}:|(?:[^\W\d_a-zß-ÿ]\S*\s){{1,3}}{_WROTE}\s?:)"
)
_BEGINS_ATTRIBUTION = re.compile(r"(?:on|am|le|el)\s.*\d", re.IGNORECASE)
_IN_ADDRESS = r"[^\s<>()\[\]{},;:\"“”«»@|]"
_MAIL = rf"<?(?:mailto:)?{_IN_ADDRESS}{{1,64}}@{_IN_ADDRESS}{{1,190}}\.[^\W\d_]{{2,20}}>?"
_PHONES = (
    r"(?:\+|(?<![\d:.])00)[1-9][\d ()/.-]{5,}\d",
    r"(?<![\d:.+])(?!\d{4}\s*[-–]\s*\d{4}(?!\d))\(?0\d{1,4}\)?[ /-]?\d{3,12}(?:[ -]\d{2,8}){0,5}(?![\d:])",
    r"(?<![\d:.+])0\d(?:[ .-]\d\d){4}(?!\d)",
    r"(?<![\d:.+])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{3,4}(?!\d)",
    r"\b(?:tel|telefon|teléfono|téléphone|phone|mobile?|handy|portable|móvil|cell|fax|whatsapp)\b\.?:?\s*"
    r"[+(\d][\d ()/.-]{4,}\d",
)
_CONTACT = re.compile("|".join((_MAIL, *_PHONES)), re.IGNORECASE)
_BEFORE_BRACKET = re.compile(r"[\s,;:]{1,20}([)\]])")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]|<\s*>")


def unquoted(line: str) -> tuple[str, int]:
    """(the line without the marks of a mail that is answered, how many there were)."""
    found = _QUOTE.match(line)
    return (line[found.end() :], found[0].count(">")) if found else (line, 0)


def without_contacts(line: str) -> str:
    """Without mail addresses and phone numbers."""
    rest, found = _CONTACT.subn("", line)
    return _BEFORE_BRACKET.sub(r"\1", _EMPTY.sub("", rest)) if found else line


def heads_and_signatures(lines: list[tuple[str, int]]) -> set[int]:
    """Which lines are a mail's head, "Ann wrote:", or a signature below "--". lines: as from `unquoted`."""
    words = [line.strip() for line, _ in lines]
    found = _signatures(lines)
    for at in range(len(words)):
        found |= {at} if _is_head(words, at) else _attribution(words, at)
    return found


def _is_head(words: list[str], at: int) -> bool:
    line = words[at]
    header = _HEADER.fullmatch(line)
    if header is None:
        return False
    near = words[max(at - 1, 0) : at] + words[at + 1 : at + 2]
    if without_contacts(line) != line or any(map(_HEADER.fullmatch, near)):
        return True
    return header["sure"] is not None and not _has_time(line)


def _attribution(words: list[str], at: int) -> set[int]:
    if _ATTRIBUTION.fullmatch(words[at]):
        return {at}
    if _BEGINS_ATTRIBUTION.match(words[at]):
        for end in range(at + 2, at + 1 + ATTRIBUTION_LINES):
            if _ATTRIBUTION.fullmatch(" ".join(words[at:end])):
                return set(range(at, end))
    return set()


def _signatures(lines: list[tuple[str, int]]) -> set[int]:
    """From "--" to the end of what this person wrote; "--" above an outline is only a ruling."""
    found: set[int] = set()
    below: list[int] = []
    timed, deep = False, 0
    for at in reversed(range(len(lines))):
        line, depth = lines[at]
        if depth != deep:
            below, timed, deep = [], False, depth
        if line.strip() != "--":
            below.append(at)
            timed = timed or _has_time(without_contacts(line))
        elif not timed:
            found.update(below)
            below = []
    return found


def _has_time(line: str) -> bool:
    return take_clock(line.strip())[0].at is not None or take_length(line.strip())[0] is not None
