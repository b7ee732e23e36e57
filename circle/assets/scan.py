"""Script text as its parts, and the same text without what only people need.

Nothing is renamed and nothing is moved: comments go, and white space where two parts stay apart without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PARTS = re.compile(
    r"""(?P<space>[ \t\r]+|\n)
    |(?P<comment>//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<string>'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")
    |(?P<word>[\w$\#]+)
    |(?P<mark>.)""",
    re.VERBOSE,
)
_TEMPLATE = re.compile(r"[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)")
_PATTERN = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
# After these words an expression begins: a slash opens a pattern, it does not divide.
_BEFORE_EXPRESSION = frozenset(
    ("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof")
)
_ENDS_NO_LINE = frozenset("{[(,;:?=&|<>*!.")
_BEGINS_NO_LINE = frozenset("}]),;:?=&|.")
_KEPT_APART = {("+", "+"), ("-", "-"), ("/", "/"), ("?", ".")}


class ScanError(Exception):
    """Text that is no script as we write it."""


@dataclass(slots=True)
class Part:
    """kind: string, word, mark, template or pattern. gap: what stood before it, "", " " or "\\n"."""

    kind: str
    text: str
    gap: str = ""


def parts(source: str) -> list[Part]:
    """The parts of a script, in order, without white space and comments. Raises ScanError."""
    found: list[Part] = []
    inside: list[str] = []  # open braces, and templates that are open behind them
    at, gap = 0, ""
    while at < len(source):
        kind, text = _next(source, at, found[-1] if found else None, inside)
        at += len(text)
        if kind in ("space", "comment"):
            gap = "\n" if "\n" in text or gap == "\n" else " "
            continue
        found.append(Part(kind, text, gap))
        gap = ""
    if inside:
        raise ScanError("a brace is not closed")
    return found


def _next(source: str, at: int, before: Part | None, inside: list[str]) -> tuple[str, str]:
    sign = source[at]
    if sign == "`" or (sign == "}" and inside and inside[-1] == "`"):
        return "template", _template(source, at, inside)
    if sign == "/" and _expects_value(before) and (pattern := _PATTERN.match(source, at)):
        return "pattern", pattern.group()
    found = _PARTS.match(source, at)
    if found is None or found.lastgroup is None:
        raise ScanError(f"unreadable at {source[at : at + 20]!r}")
    if sign == "{":
        inside.append("{")
    elif sign == "}":
        if not inside:
            raise ScanError("a brace too many")
        inside.pop()
    return found.lastgroup, found.group()


def _template(source: str, at: int, inside: list[str]) -> str:
    found = _TEMPLATE.match(source, at)
    if found is None:
        raise ScanError("a template is not closed")
    if source[at] == "}":
        inside.pop()
    if found.group().endswith("${"):
        inside.append("`")
    return found.group()


def _expects_value(before: Part | None) -> bool:
    if before is None:
        return True
    if before.kind == "word":
        return before.text in _BEFORE_EXPRESSION
    if before.kind == "template":
        return before.text.endswith("${")
    return before.kind == "mark" and before.text not in ")]}"


def written(found: list[Part]) -> str:
    """The parts as a script again, on as few lines as keep their meaning."""
    return "".join(_written(found))


def _written(found: list[Part]) -> Iterator[str]:
    before: Part | None = None
    for part in found:
        if before is not None and part.gap:
            yield _gap(before, part)
        yield part.text
        before = part


def _gap(before: Part, part: Part) -> str:
    if part.gap == "\n":
        ends = before.kind == "mark" and before.text in _ENDS_NO_LINE
        begins = part.kind == "mark" and part.text in _BEGINS_NO_LINE
        return "" if ends or begins else "\n"
    if before.kind == part.kind == "word" or (before.text[-1], part.text[0]) in _KEPT_APART:
        return " "
    return ""
