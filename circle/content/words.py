"""The word lint: how we speak to people who may be having a hard night.

Everything here is pure and works on any member-facing text, also on texts outside the content files.
Source of the list: the tone rules in docs/content.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha1

RUN_LENGTH = 8
MAX_READING_AGE = 14.0
MIN_WORDS_TO_JUDGE = 12  # one long word tips a title; the estimate means nothing there

# Never said to members, in any form. Each is a regular expression between word boundaries.
_NEVER = (
    "must|should|just|simply|obviously|easily|(?:is|so|very|quite|it's|that's) easy(?! to be with)",
    "last chance|(?:don't|do not) miss|only \\d+ left|overdue|failed|invalid|incomplete",
    "brave|amazing|awesome|congratulations|streaks?|level up|unlock\\w*|progress|well done",
    "healed|cured|recovered|back on track|broken|damaged|victims?|toxic|narcissis\\w+",
    "trigger warning|closure|mov(?:e|ed|ing) on|let(?:s|ting)? (?:it |them |him |her )?go|safe space|journey",
    "commit(?:s|ted|ting)? suicide|close your eyes|take a deep breath|why did(?:n't)? you|why do(?:n't)? you",
    "you will feel better|everything happens for a reason|silver lining|100 ?% anonymous",
    "darling|sweetheart|honey|beloved|(?:my )?dear(?:est)?|my (?:friends?|loves?)",
)
_NEVER_RE = re.compile(rf"(?<![\w'])(?:{'|'.join(_NEVER)})(?![\w'])", re.IGNORECASE)

# Allowed where they release: "you do not have to", "it need not hurry", "nothing has to be solved".
_PRESSING_RE = re.compile(r"(?<![\w'])(?:needs? to|ha(?:ve|s|d) to|hurry)(?![\w'])", re.IGNORECASE)
_RELEASE_RE = re.compile(
    r"(?<![\w'])(?:not|\w+n't|nothing|nobody|no one|never|no|without|neither)(?: [\w',]+){0,3} $",
    re.IGNORECASE,
)

# Questions that would have people name what can harm them or somebody else.
_PRYING_RE = re.compile(
    r"\b(?:diagnos\w+|medicat\w+|pills?|dos(?:e|age)s?|(?:his|her|whose) name|your address|which town)\b",
    re.IGNORECASE,
)
_CAPS_RE = re.compile(r"\b[A-Z]{2,}\b")
_KNOWN_CAPS = frozenset({"CSV", "EU", "NHS", "OK", "UTF"})


def word_findings(text: str) -> Iterator[str]:
    """Reasons why a text is not fit for members; none when it is."""
    text = text.replace("’", "'")
    for match in _NEVER_RE.finditer(text):
        yield f"says {match.group()!r}"
    for match in _PRESSING_RE.finditer(text):
        sentence_so_far = re.split(r"[.?!;:]", text[: match.start()])[-1]
        if not _RELEASE_RE.search(sentence_so_far):
            yield f"says {match.group()!r} without releasing anyone"
    if "!" in text:
        yield "has an exclamation mark"
    for match in _CAPS_RE.finditer(text):
        if match.group() not in _KNOWN_CAPS:
            yield f"shouts {match.group()!r}"
    if any(unicodedata.category(char) == "So" for char in text):
        yield "has an emoji"


def question_findings(text: str) -> Iterator[str]:
    """Reasons why a prompt asks too much, or for the wrong thing. Two question marks are one question
    and its second half; three are an interview."""
    if text.count("?") > 2:
        yield "asks more than one question and its second half"
    for match in _PRYING_RE.finditer(text):
        yield f"asks for {match.group()!r}"


def reading_age(text: str) -> float:
    """Estimated age in years at which a text is read without effort (Flesch-Kincaid grade + 5).

    0.0 for fewer than 12 words.
    """
    words = _words(text)
    if len(words) < MIN_WORDS_TO_JUDGE:
        return 0.0
    sentences = max(1, len(re.findall(r"[.?!:;]+(?:\s|$)", text)))
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 + 5


def copied_run(text: str, known: frozenset[str]) -> str:
    """The first run of eight words whose fingerprint is in `known`, or "" when all is our own."""
    words = _words(text)
    for start in range(len(words) - RUN_LENGTH + 1):
        run = " ".join(words[start : start + RUN_LENGTH])
        if fingerprint(run) in known:
            return run
    return ""


def fingerprint(run: str) -> str:
    """First 16 hex digits of SHA-1, as in essay_8grams.txt. Recognises text; protects nothing."""
    return sha1(run.encode(), usedforsecurity=False).hexdigest()[:16]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("’", "'"))


def _syllables(word: str) -> int:
    """Vowel groups, without a silent e at the end."""
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)
