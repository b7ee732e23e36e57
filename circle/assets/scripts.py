"""Script modules joined into one, so that a page asks once instead of a hundred times.

Each module becomes a function that runs once, after those it imports, and gives its exports. What our modules
may say is little, and checked: `import { a, b as c } from './x.js';`, `import './x.js';`, and `export` before
a function, a class or one constant. Published files keep every byte but their last statement.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from circle.assets.scan import Part, ScanError, parts, written

Read = Callable[[str], str]  # a path under the folder of static files -> text; raises OSError
_PUBLISHED = "/vendor/"
_LAST_EXPORTS = re.compile(r"export\{([^{}]*)\};?\s*(?://#[^\n]*\s*)?\Z")


class JoinError(Exception):
    """A module that says something the joiner does not know."""


@dataclass(frozen=True, slots=True)
class Module:
    """One file. imports: (path, names as they stand between the braces). exports: as an object's fields."""

    body: str
    imports: tuple[tuple[str, str], ...]
    exports: tuple[str, ...]


class Joiner:
    """Joins modules of one folder; each is read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._modules: dict[str, Module] = {}

    def join(self, entry: str) -> str:
        """The module at this path with all it imports. Raises JoinError, ScanError, OSError."""
        names = count()
        known: dict[str, str] = {}  # path -> what its exports are called in the joined file
        joined: list[str] = []

        def take(path: str, above: tuple[str, ...]) -> None:
            if path in above:
                raise JoinError(f"{' imports '.join([*above, path])}: a ring of imports")
            if path in known:
                return
            module = self._module(path)
            for imported, wanted in module.imports:
                take(imported, (*above, path))
                self._check(path, imported, wanted)
            known[path] = f"m{next(names)}"
            joined.append(
                _as_function(module, known, known[path], posixpath.relpath(path, posixpath.dirname(entry)))
            )

        take(entry, ())
        return "\n".join(joined) + "\n"

    def _check(self, path: str, imported: str, wanted: str) -> None:
        given = {field.partition(":")[0] for field in self._module(imported).exports}
        missing = {name.partition(":")[0] for name in wanted.split(",") if name} - given
        if missing:
            raise JoinError(f"{path} imports {sorted(missing)} of {imported}, which has none")

    def _module(self, path: str) -> Module:
        if path not in self._modules:
            try:
                text = self._read(path)
                self._modules[path] = _published(text) if _PUBLISHED in path else _own(text, path)
            except (ScanError, JoinError) as problem:
                raise JoinError(f"{path}: {problem}") from None
        return self._modules[path]


def _as_function(module: Module, known: dict[str, str], name: str, where: str) -> str:
    """where: the module's path as seen from the joined file; its own address is asked with it."""
    taken = "".join(f"const{{{names}}}={known[path]};" for path, names in module.imports if names)
    given = f"\nreturn{{{','.join(module.exports)}}}" if module.exports else ""
    body = module.body.replace(_OWN_ADDRESS, f"new URL('{where}',import.meta.url)")
    return f"const {name}=(()=>{{{taken}{body}{given}\n}})();"


_OWN_ADDRESS = "\0own address\0"


def _own(text: str, path: str) -> Module:
    found = parts(text)
    imports: list[tuple[str, str]] = []
    exports: list[str] = []
    kept: list[Part] = []
    depth = at = 0
    while at < len(found):
        part = found[at]
        rest = [each.text for each in found[at : at + 5]]
        if rest == ["import", ".", "meta", ".", "url"]:
            kept.append(Part("word", _OWN_ADDRESS, part.gap))
            at += 5
        elif part.kind == "word" and part.text == "import":
            statement = found[at : _end(found, at)]
            imports.append(_import(statement, posixpath.dirname(path), depth))
            at += len(statement)
        elif part.kind == "word" and part.text == "export":
            exports.append(_export(found, at, depth))
            found[at + 1].gap = part.gap
            at += 1
        else:
            depth += _opens(part)
            kept.append(part)
            at += 1
    return Module(written(kept), tuple(imports), tuple(exports))


def _opens(part: Part) -> int:
    if part.kind == "template":
        return part.text.endswith("${") - part.text.startswith("}")
    return (part.text in "{([") - (part.text in "})]") if part.kind == "mark" else 0


def _end(found: Sequence[Part], at: int) -> int:
    while found[at].text != ";":
        at += 1
    return at + 1


def _import(statement: Sequence[Part], folder: str, depth: int) -> tuple[str, str]:
    texts = [part.text for part in statement[1:-1]]
    if depth or statement[-2].kind != "string":
        raise JoinError("an import that is none of those we use")
    address = posixpath.normpath(posixpath.join(folder, texts[-1][1:-1]))
    if len(texts) == 1:
        return address, ""
    if texts[0] != "{" or texts[-3:-1] != ["}", "from"]:
        raise JoinError("an import that is none of those we use")
    names = ":".join(" ".join(texts[1:-3]).split(" as "))
    return address, names.replace(" ", "")


def _export(found: Sequence[Part], at: int, depth: int) -> str:
    words = [part.text for part in found[at + 1 : at + 5]]
    if words[0] == "async":
        words = words[1:]
    if depth or words[0] not in ("function", "class", "const"):
        raise JoinError("an export that is none of those we use")
    if words[0] == "const" and words[2] != "=":
        raise JoinError("an exported constant that takes another apart")
    return words[1]


def _published(text: str) -> Module:
    last = _LAST_EXPORTS.search(text)
    if last is None:
        raise JoinError("a published file that does not end with its exports")
    pairs = [pair.split(" as ") for pair in last.group(1).split(",")]
    named = [(inside.strip(), outside.strip()) for inside, outside in pairs]
    fields = tuple(f"{outside}:{inside}" for inside, outside in named if outside != "default")
    return Module(text[: last.start()], (), fields)
