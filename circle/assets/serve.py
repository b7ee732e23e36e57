"""The joined files: read when the process starts, joined when they are first asked for, kept in memory."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from circle.assets.scripts import Joiner
from circle.assets.sheets import joined_sheet

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]
ENTRY = re.compile(r"(?:js|css)/pages/[\w-]+\.(js|css)")
_HERE = Path(__file__).parent
_KINDS = {"js": 'text/javascript; charset="utf-8"', "css": 'text/css; charset="utf-8"'}


class Joined:
    """The entries of one folder of static files, joined. What changes on the disk later is not seen: while a
    server is brought up to date, an older process would hand out the newer program under its own name.
    """

    def __init__(self, folder: Path) -> None:
        self._sources = {
            str(path.relative_to(folder)): path.read_text(encoding="utf-8")
            for kind in _KINDS
            for path in (folder / kind).rglob(f"*.{kind}")
        }
        self._joiner = Joiner(self._read)
        self._made: dict[str, bytes] = {}
        self._making = threading.Lock()

    def get(self, path: str) -> bytes | None:
        """The file at this path under the folder, with all it imports; None for what is no entry of a page.

        Raises JoinError.
        """
        if path not in self._made:
            entry = ENTRY.fullmatch(path)
            if entry is None or path not in self._sources:
                return None
            with self._making:
                join = self._joiner.join if entry.group(1) == "js" else self._sheet
                self._made[path] = join(path).encode()
        return self._made[path]

    def _sheet(self, path: str) -> str:
        return joined_sheet(path, self._read)

    def _read(self, path: str) -> str:
        if path not in self._sources:
            raise FileNotFoundError(path)
        return self._sources[path]


def in_one_piece(static: Wsgi, folder: Path, prefix: str, headers: Mapping[str, str]) -> Wsgi:
    """`static`, with entries of pages under `prefix` answered joined. headers: of those answers."""
    files = Joined(folder)

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        asked = path.startswith(prefix) and environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        body = files.get(path.removeprefix(prefix)) if asked else None
        if body is None:
            return static(environ, start)
        kind = _KINDS[path.rpartition(".")[2]]
        start("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body))), *headers.items()])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return answer


def fingerprint(folder: Path) -> str:
    """A name for this build's files: it changes when one of them does, or the way they are joined."""
    digest = sha256()
    for root in (folder, _HERE):
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]
