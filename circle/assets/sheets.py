"""Style sheets joined into one: `@import './x.css';` at the head of a sheet becomes what it names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

Read = Callable[[str], str]  # a path under the folder of static files -> text; raises OSError
_IMPORT = re.compile(r"@import '([^']+)'(?: ([^;]+))?;")
_ADDRESS = re.compile(r"url\((['\"]?)(\.[^'\")]+)\1\)")
_PARTS = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(/\*[\s\S]*?\*/|\s+)+|([^"'/\s]+|/)""")
_ALONE_BEFORE, _ALONE_AFTER = frozenset("{};,"), frozenset("{};,:")


def joined_sheet(entry: str, read: Read) -> str:
    """The sheet at this path with all it imports, each once under the condition it is imported with.

    Raises OSError for a sheet that is not there.
    """
    folder = posixpath.dirname(entry)

    def whole(path: str) -> Iterator[str]:
        text = read(path)
        here = posixpath.dirname(path)
        for address, condition in _IMPORT.findall(text):
            inner = "".join(whole(posixpath.normpath(posixpath.join(here, address))))
            yield f"@media {condition} {{{inner}}}" if condition else inner
        yield _ADDRESS.sub(
            lambda found: f"url({posixpath.relpath(posixpath.join(here, found.group(2)), folder)})",
            _IMPORT.sub("", text),
        )

    return squeezed("".join(whole(entry)))


def squeezed(text: str) -> str:
    """A sheet without comments, and without white space that parts nothing."""
    kept: list[str] = []
    waits = False
    for string, gap, words in _PARTS.findall(text):
        if gap:
            waits = bool(kept)
            continue
        part = string or words
        if waits and kept[-1][-1] not in _ALONE_AFTER and part[0] not in _ALONE_BEFORE:
            kept.append(" ")
        kept.append(part)
        waits = False
    return "".join(kept)
