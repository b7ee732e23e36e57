"""Rules about the repository that no linter knows. Prints every breach; exit code 1 when there is one.

Looks at what git tracks or would track, so a new file is judged before its first commit.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

from scripts.system import ROOT

LONGEST_FILE = 400  # lines; what one reading takes in
CODE = {".py", ".js", ".html", ".css"}
LONG_FOR_A_REASON: dict[str, str] = {}  # path -> why it is one thing and stays in one file

# Spelt with brackets so that this file does not match itself.
FORBIDDEN_WORDS = {
    "names a package registry's host": re.compile(
        rb"py[p]i\.(org|python)|python[h]osted|npm[j]s|un[p]kg\.com|js[d]elivr|crates\.[i]o"
    ),
    "holds a path of somebody's machine": re.compile(rb"(?<![\w.~-])/(root|work|home|Users)/[\w.]"),
}
# A number is a reference where the document it counts in is named, and is here.
NOWHERE = re.compile(r"\b(?:decisions?|content[\s#]+rules?,?|features,)[\s#]+P?\d[\d.]*")
NUMBERED = re.compile(r"(?<!\w)\(\d\.\d+(?:\.\d+)?(?:,\s+\d\.\d+(?:\.\d+)?)*\)")
DOCUMENT = re.compile(r"\bdocs/[\w/-]+\.(?:md|json|png)\b")
SECTION = re.compile(r"\b(docs/[\w/-]+\.md)`?,[\s#]*(?:\*([^*]+)\*|\"([^\"]+)\")")
HEADING = re.compile(r"^#+ (.+)$|\*\*(.+?)\*\*", re.MULTILINE)
ADR = re.compile(r"\bADR (\d{1,4})\b")
TELLING = {".py", ".js", ".html", ".css", ".toml", ".md"}
# Files in which some do not; none is added, and each goes as soon as all of its references lead somewhere.
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", re.MULTILINE)


def main() -> int:
    """Run every check over the checkout; returns the exit code."""
    files = [path for path in listed_files(ROOT) if path.is_file()]
    problems = [
        *long_files(ROOT, files),
        *forbidden_words(ROOT, files),
        *vendored_files(files),
        *unpinned(ROOT),
        *lost_references(ROOT, files),
    ]
    print("\n".join(problems) or f"{len(files)} files keep the repository's rules.")
    return 1 if problems else 0


def listed_files(root: Path) -> list[Path]:
    """Every file git tracks under `root`, and every new one it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode().split("\0")
    return [root / name for name in names if name]


def long_files(root: Path, files: list[Path]) -> Iterator[str]:
    """Code files over the limit, and reasons that excuse a file which is short by now."""
    own = [path for path in files if path.suffix in CODE and "vendor" not in path.parts]
    lengths = {path.relative_to(root).as_posix(): path.read_bytes().count(b"\n") for path in own}
    for name, length in lengths.items():
        if length > LONGEST_FILE and name not in LONG_FOR_A_REASON:
            yield f"{name}: {length} lines; the limit is {LONGEST_FILE}, or a reason in scripts/check_repo.py"
    for name in LONG_FOR_A_REASON:
        if lengths.get(name, 0) <= LONGEST_FILE:
            yield f"{name}: no longer over {LONGEST_FILE} lines; drop its line in scripts/check_repo.py"


def forbidden_words(root: Path, files: list[Path]) -> Iterator[str]:
    """Lines that tie the project to one registry or to one machine."""
    for path in files:
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            for reason, pattern in FORBIDDEN_WORDS.items():
                if pattern.search(line):
                    yield f"{path.relative_to(root).as_posix()}:{number}: {reason}"


def lost_references(root: Path, files: list[Path]) -> Iterator[str]:
    """References to a document, a section of one or a decision's page (ADR) that is not in the repository."""
    pages = {path.name[:4] for path in files if path.parent == root / "docs" / "adr"}
    for path in (path for path in files if path.suffix in TELLING and "vendor" not in path.parts):
        name, text = path.relative_to(root).as_posix(), path.read_text()
        found = [
            *_marked(NOWHERE, text, "leads nowhere"),
            *(_marked(NUMBERED, _beside_code(text), "leads nowhere") if path.suffix == ".py" else ()),
            *_marked(DOCUMENT, text, "is not there", lambda to: (root / to[0]).is_file()),
            *_marked(SECTION, text, "is no section there", lambda to: _has_section(root, to)),
            *_marked(ADR, text, "is not there", lambda to: to[1].zfill(4) in pages),
        ]
        yield from (f"{name}:{line}: {words}" for line, words in sorted(found))


def _marked(
    pattern: re.Pattern[str],
    text: str,
    fault: str,
    leads: Callable[[re.Match[str]], bool] = lambda _: False,
) -> Iterator[tuple[int, str]]:
    for found in pattern.finditer(text):
        if not leads(found):
            words = " ".join(found[0].replace("#", " ").split())
            yield text.count("\n", 0, found.start()) + 1, f"{words} {fault}"


def _beside_code(text: str) -> str:
    """Comments and docstrings of Python, each on its lines; the code is left out."""
    lines = [""] * (text.count("\n") + 2)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (
            token.type == tokenize.STRING and token.string.startswith('"""')
        ):
            for at, words in enumerate(token.string.split("\n"), token.start[0] - 1):
                lines[at] += words
    return "\n".join(lines)


def _has_section(root: Path, to: re.Match[str]) -> bool:
    page, wanted = root / to[1], " ".join((to[2] or to[3]).replace("#", " ").split())
    if not page.is_file():
        return True  # said already: the document is not there
    return wanted in {"".join(heading) for heading in HEADING.findall(page.read_text())}


def vendored_files(files: list[Path]) -> Iterator[str]:
    """Vendored files that differ from their manifest, are missing, or stand in no manifest."""
    for manifest in (path for path in files if path.name == "manifest.toml" and path.parent.name == "vendor"):
        folder = manifest.parent
        accounted = {manifest}
        for entry in tomllib.loads(manifest.read_text())["file"]:
            path = folder / entry["file"]
            accounted |= {path, *(folder / text for text in entry["licence_texts"])}
            if not path.is_file():
                yield f"{manifest}: {entry['file']} is not there"
            elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
                yield f"{manifest}: {entry['file']} is not the file the manifest describes"
        for path in files:
            if folder in path.parents and path not in accounted:
                yield f"{manifest}: {path.name} has no entry"


def unpinned(root: Path) -> Iterator[str]:
    """Dependencies in pyproject.toml which a lock file lacks or pins outside the range asked for."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    server = [
        *project["project"]["dependencies"],
        *extras["postgres"],
        *project["dependency-groups"]["build"],
    ]
    for lock, wanted in (("requirements.txt", server), ("requirements-dev.txt", [*server, *extras["dev"]])):
        pins = dict(PINNED.findall((root / lock).read_text()))
        for requirement in map(Requirement, wanted):
            pin = pins.get(requirement.name.lower().replace("_", "-"))
            if pin is None or not requirement.specifier.contains(pin, prereleases=True):
                yield f"{lock}: {requirement} is pinned as {pin or 'nothing'}; run make lock"


if __name__ == "__main__":
    sys.exit(main())
