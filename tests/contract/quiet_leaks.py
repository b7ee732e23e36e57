"""A judge of what a quiet round leaves: what is looked for in it.

Everything that leaves the server, or stays in it, is cut into pieces (`quiet_outputs.py`): a row, a line of a
log, an item of a frame, a file. `findings` puts every rule of `RULES` to every piece.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

ANA, BO, CY, ZEBEDEE = "ana", "bo", "cy", "zebedee-member-id-0001"
WRITERS = (ANA, BO, CY, "eve", "fay", "gus", ZEBEDEE)
NAME = "Zeb-Marker"
MAIL = f"{ZEBEDEE}@members.example"
POSTS_FROM = "127.0.0.77"  # Zebedee's address on the network; nothing else of the test comes from there
LINE = "QUIET-WORDS the thing with my brother"
KINDS_AT_REST = ("row", "file", "dump", "backup", "shared")  # what a thief can carry away


class When(StrEnum):
    """When a piece was taken."""

    HELD = "while the words wait"
    READ = "while hosts read"
    OVER = "after the end"


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest thing in which a line must not stand beside its author. kind: "frame", "row" and so on."""

    kind: str
    where: str
    when: When
    data: bytes
    to_host: bool = False


@dataclass
class Wanted:
    """What is looked for. marks: whatever names the author. line: the words, and the line's ids.
    issuance: every value of the giving of tokens, raw. moments: when posts came.
    """

    marks: list[str] = field(default_factory=lambda: [ZEBEDEE, NAME, MAIL])
    line: list[str] = field(default_factory=lambda: [LINE])
    issuance: list[bytes] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)


@dataclass
class Left:
    """What there is to look through. told: (what was done, who was told). looks: what a page showed before
    and after the posts came, by person. answers: what posts were answered. commits: how many transactions
    wrote lines; named: members in them.
    """

    wanted: Wanted = field(default_factory=Wanted)
    pieces: list[Piece] = field(default_factory=list)
    told: list[tuple[str, set[str]]] = field(default_factory=list)
    looks: dict[str, tuple[str, str]] = field(default_factory=dict)
    answers: set[str] = field(default_factory=set)
    announced: set[str] = field(default_factory=set)
    commits: int = 0
    named: set[str] = field(default_factory=set)


def findings(left: Left) -> list[str]:
    """What tells on somebody, one line each; empty when nothing does."""
    looked_for = _Forms(left.wanted)
    pieces = dict.fromkeys(left.pieces)  # what was seen twice is looked through once
    issued = _any_at_all(looked_for.issuance, pieces)
    found = [
        f"{rule}: {piece.kind} {piece.where}, {piece.when}"
        for piece in pieces
        for low in (piece.data.lower(),)
        for rule, breaks in RULES.items()
        if (breaks is not _issued or issued) and breaks(piece, low, looked_for)
    ]
    return [*dict.fromkeys(found), *_of_the_whole(left)]


def _any_at_all(wanted: Collection[bytes], pieces: Collection[Piece]) -> bool:
    """One search through everything at once, because there are hundreds of values."""
    return _any(wanted, b"\n".join(piece.data for piece in pieces))


def _of_the_whole(left: Left) -> Iterator[str]:
    yield from (f"told: {what} was told to {sorted(told)}" for what, told in left.told if told)
    for who, (before, after) in left.looks.items():
        if before != after:
            yield f"count: the page of {who} changes when posts come"
    if len(left.answers) != 1:
        yield "answers: a line and a cover are not answered alike"
    if len(left.announced) != 1:
        yield "announcement: not everybody was told the same round and key"
    if left.commits != 1:
        yield f"commits: lines were written in {left.commits} transactions"
    if left.named:
        yield f"commits: lines were written together with {sorted(left.named)}"


class _Forms:
    """What is looked for, in every form in which it could stand somewhere."""

    def __init__(self, wanted: Wanted) -> None:
        self.marks = [mark.lower().encode() for mark in wanted.marks]
        self.line = [words.lower().encode() for words in wanted.line]
        self.issuance = [form for value in wanted.issuance for form in _written(value)]
        self.moments = [form.lower() for moment in wanted.moments for form in _told_as(moment)]


def _written(value: bytes) -> Iterator[bytes]:
    """A part of a value that chance does not repeat, as it is written raw, as hex, as base64, as a number."""
    yield value[:24]
    yield value[:24].hex().encode()
    for at in range(3):  # base64 of the value alone, or with one or two bytes before it
        whole = base64.b64encode(bytes(at) + value[:24])
        yield whole[4:28]
        yield whole[4:28].translate(bytes.maketrans(b"+/", b"-_"))
    yield str(int.from_bytes(value)).encode()[:48]


def _told_as(moment: datetime) -> Iterator[bytes]:
    seconds = int(moment.timestamp())
    yield f"{moment:%Y-%m-%d %H:%M:%S}".encode()
    yield f"{moment:%Y-%m-%dT%H:%M:%S}".encode()
    yield str(seconds).encode()  # and milliseconds, and a decimal fraction
    yield seconds.to_bytes(8)


def _any(wanted: Collection[bytes], data: bytes) -> bool:
    return any(one in data for one in wanted)


# -- the rules: a new one is one line at the end ------------------------------------------------------
def _issued(piece: Piece, _low: bytes, wanted: _Forms) -> bool:
    return _any(wanted.issuance, piece.data)


def _joined(piece: Piece, low: bytes, wanted: _Forms) -> bool:
    """A whole database holds both, of course: its rows are looked at one by one."""
    whole = piece.kind in ("file", "dump", "backup")
    return not whole and _any(wanted.line, low) and _any(wanted.marks, low)


def _too_early(piece: Piece, low: bytes, wanted: _Forms) -> bool:
    """Not at rest before they are shown; not in anybody's hands before hosts read, nor but in theirs then."""
    if piece.when is When.OVER or piece.kind == "memory":
        return False
    hosts_read = piece.when is When.READ and piece.to_host and piece.kind not in KINDS_AT_REST
    return not hosts_read and _any(wanted.line, low)


def _in_clear(piece: Piece, low: bytes, wanted: _Forms) -> bool:
    return piece.kind in ("file", "dump", "backup", "shared", "log", "mail") and wanted.line[0] in low


def _remembered(piece: Piece, low: bytes, wanted: _Forms) -> bool:
    """In memory only until the line stands on the wall."""
    return piece.kind == "memory" and piece.when is When.OVER and wanted.line[0] in low


def _moment(_piece: Piece, low: bytes, wanted: _Forms) -> bool:
    return _any(wanted.moments, low)


def _dated(piece: Piece, low: bytes, wanted: _Forms) -> bool:
    """A row about the line has no time of day, and no id with a time in it."""
    if piece.kind != "row" or not _any(wanted.line, low):
        return False
    dated_id = re.search(rb"[0-9a-f]{8}-[0-9a-f]{4}-[1267][0-9a-f]{3}-", low)
    return bool(dated_id or re.search(rb"\d\d\d\d-\d\d-\d\d[ t]\d\d:\d\d", low))


def _address(_piece: Piece, low: bytes, _wanted: _Forms) -> bool:
    return POSTS_FROM.encode() in low


RULES: dict[str, Callable[[Piece, bytes, _Forms], bool]] = {
    "issuance": _issued,
    "joined": _joined,
    "early": _too_early,
    "clear": _in_clear,
    "remembered": _remembered,
    "moment": _moment,
    "dated": _dated,
    "address": _address,
}
