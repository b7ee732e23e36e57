"""A judge of what an evening leaves: what in it tells on somebody?

It looks for anything that joins the unnamed line to Zebedee who wrote it: in frames, rows, transactions,
files, logs, mails, or in an order of writing; and for anything told to people it was not meant for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from tests.sitting import ANA, BO, CY, HOST

ZEBEDEE = "zebedee-member-id-0001"
NAME = "Zebedee-Marker"
CONNECTION = f"connection-of-{ZEBEDEE}"
LINE = "UNNAMED-WORDS the thing with my brother"
WRITERS = (ANA, BO, CY, "eve", "fay", ZEBEDEE)
PRIVATE_WORDS, REASON, NAMED = "PRIVATE-WORDS may I go", "PRIVATE-REASON was unkind", "NAMED-WORDS tired"
STROKES = "5eed5eed.5eedfeed5eed"
ANSWER = "flooded"  # what Zebedee alone answered to the pulse
PULSE = (ANSWER, "SayWhere", "say_where", "saywhere")
PAIR_WORDS = "PAIR-WORDS only the two of us"
WALLS = 8
# Chance alone stays within five standard deviations of the mean rank correlation; the order of writing is 1.
CHANCE = 5 / ((len(WRITERS) - 1) * WALLS) ** 0.5


@dataclass
class Evidence:
    """What there is after the evening.

    frames: by person. told: (what somebody did in private, who may be told, who was). rows: by table.
    transactions: those that wrote, as (statement, parameters). written: for each wall, the order of
    writing as the database was given it. files: bytes on the disk. unnamed: command ids of what people
    did without a name. in_pair: who sat together when the words inside a pair were said.
    """

    frames: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    told: list[tuple[str, set[str], set[str]]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    transactions: list[list[tuple[str, list[Any]]]] = field(default_factory=list)
    written: list[list[int]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    logs: str = ""
    mails: dict[str, str] = field(default_factory=dict)
    unnamed: list[str] = field(default_factory=list)
    line_ids: list[str] = field(default_factory=list)
    in_pair: set[str] = field(default_factory=set)


def findings(evidence: Evidence) -> list[str]:
    """What tells on somebody, one line each; empty when nothing does."""
    return [
        *_told_too_many(evidence),
        *_frames_that_name(evidence),
        *_rows_that_name(evidence),
        *_transactions_that_name(evidence),
        *_traces(evidence),
        *_order_of_writing(evidence),
        *_mails_that_name(evidence),
    ]


_AUTHOR = (ZEBEDEE, NAME, CONNECTION)


def _told_too_many(evidence: Evidence) -> list[str]:
    return [
        f"told: {what} was told to {sorted(told - may)}" for what, may, told in evidence.told if told - may
    ]


def _frames_that_name(evidence: Evidence) -> list[str]:
    found = []
    for who, frames in evidence.frames.items():
        for change in (change for frame in frames for change in frame["changes"]):
            said = json.dumps(change, ensure_ascii=False)
            about_line = LINE in said or any(line_id in said for line_id in evidence.line_ids)
            if about_line and any(mark in said for mark in _AUTHOR):
                found.append(f"frame: an item to {who} holds the line and its author")
            if about_line and change["in"] not in ("lines", "batch"):
                found.append(f"frame: the line is in {change['in']} to {who}")
            if change["in"] == "batch" and who != HOST:
                found.append(f"frame: {who} was sent the hosts' batch")
            if PRIVATE_WORDS in said and who not in (HOST, ZEBEDEE):
                found.append(f"frame: {who} was sent private words")
            if ANSWER in said and who != HOST:
                found.append(f"frame: {who} was sent where people are")
            if ANSWER in said and any(f'"{writer}"' in _felt(change) for writer in WRITERS):
                found.append(f"frame: {who} was sent who is where")
            if PAIR_WORDS in said and who not in evidence.in_pair:
                found.append(f"frame: {who} was sent words from inside a pair")
            if "FOR-HOSTS" in said and who != HOST:
                found.append(f"frame: {who} was sent what is for hosts")
            if "connection-of" in said or any(command in said for command in evidence.unnamed):
                found.append(f"frame: {who} was sent an id that is the server's")
    return found


def _felt(change: dict[str, Any]) -> str:
    """What a frame says of where people are; the stage around it names who comes next in a round."""
    return json.dumps((change["item"] or {}).get("felt"))


def _rows_that_name(evidence: Evidence) -> list[str]:
    found = []
    for table, rows in evidence.rows.items():
        for row in rows:
            cells = " ".join(map(_text, row.values()))
            about_line = any(line_id in cells for line_id in evidence.line_ids)
            if about_line and any(mark in cells for mark in _AUTHOR):
                found.append(f"row: {table} holds the line and its author")
            if any(mark in cells for mark in PULSE):
                found.append(f"row: {table} holds an answer to the pulse")
            if PAIR_WORDS in cells:
                found.append(f"row: {table} holds words from inside a pair")
            if any(command in cells for command in evidence.unnamed):
                found.append(f"row: {table} holds the command of something without a name")
    return found


def _transactions_that_name(evidence: Evidence) -> list[str]:
    """Written in one transaction is written in one moment: a log of the database would join them.

    One of everybody is nobody: letting the notes go names all who get a mail.
    """
    found = []
    for transaction in evidence.transactions:
        on_lines = [p for statement, p in transaction if re.search(r"\blines\b", statement)]
        named = {p for _, parameters in transaction for p in parameters if p in WRITERS}
        signed = any(p in WRITERS for parameters in on_lines for p in parameters)
        if signed or (on_lines and 0 < len(named) < len(WRITERS) - 1):
            found.append(f"transaction: lines were written together with {sorted(named)}")
    return found


def _traces(evidence: Evidence) -> list[str]:
    places = {"log": evidence.logs.encode(), **evidence.files}
    secret = [LINE, PRIVATE_WORDS, REASON, NAMED, PAIR_WORDS, STROKES, "connection-of", ANSWER]
    secret += evidence.unnamed
    found = [
        f"{place}: holds {mark[:20]!r}"
        for place, data in places.items()
        for mark in secret
        if mark.encode() in data
    ]
    found += [f"log: names {mark}" for mark in (NAME, ZEBEDEE) if mark in evidence.logs]
    return found


def _order_of_writing(evidence: Evidence) -> list[str]:
    """`written` holds complete walls only: a wall with a line missing would not compare."""
    ranks = [places for places in evidence.written if len(places) == len(WRITERS)]
    mean = fmean(_correlation(places) for places in ranks)
    return [f"order: lines were stored in the order of writing ({mean:.2f})"] if abs(mean) > CHANCE else []


def _correlation(ranks: list[int]) -> float:
    n = len(ranks)
    return 1 - 6 * sum((rank - at) ** 2 for at, rank in enumerate(ranks)) / (n * (n * n - 1))


def _mails_that_name(evidence: Evidence) -> list[str]:
    found = [] if evidence.mails else ["mail: there was none to look at"]
    for recipient, mail in evidence.mails.items():
        other = not recipient.startswith(ZEBEDEE)
        if other and any(mark in mail for mark in _AUTHOR):
            found.append(f"mail: {recipient} reads Zebedee's name")
        found += [
            f"mail: {recipient} reads {mark[:20]!r}"
            for mark in (LINE, PRIVATE_WORDS, PAIR_WORDS, STROKES, REASON)
            if mark in mail
        ]
        found += [
            f"mail: {recipient} sees the address of {who}"
            for who in WRITERS
            if f"{who}@members.example" in mail and not recipient.startswith(who)
        ]
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return (
        json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    )
