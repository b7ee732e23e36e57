"""The words of a PDF that Chromium printed, page by page, without spaces. Enough for that, and no more."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_SHOWN = re.compile(rb"/(F\d+)\s+[\d.]+\s+Tf|<([0-9a-fA-F]+)>|\(((?:\\.|[^\\)])*)\)\s*T[jJ]", re.DOTALL)


def pages_of(pdf: bytes) -> list[str]:
    """What stands on each page, in the order of drawing, without any space."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b(?!s)", body)]
    return [_page(objects, body) for body in pages]


def _page(objects: dict[int, bytes], page: bytes) -> str:
    fonts: dict[bytes, dict[int, str]] = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page):
        fonts[name] = _letters(objects, int(number))
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    assert contents, "a page has something on it"
    text, font = "", {}
    for name, codes, _plain in _SHOWN.findall(_unpacked(objects[int(contents[1])])):
        if name:
            font = fonts[name]
        elif codes:
            text += "".join(font.get(int(codes[i : i + 4], 16), "") for i in range(0, len(codes), 4))
    return "".join(text.split())


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    where = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if where is None:
        return {}
    table = _unpacked(objects[int(where[1])])
    found: dict[int, str] = {}
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, begins in _RANGE.findall(part):
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(int(begins, 16) + code - int(first, 16))
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letters in _PAIR.findall(part):
            found[int(code, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return found


def _unpacked(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    assert stream, "a stream"
    return zlib.decompress(stream[1])
