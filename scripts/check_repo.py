"""Rules about the repository that no linter knows. Prints every breach; exit code 1 when there is one.

Looks at what git tracks or would track, so a new file is judged before its first commit.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
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
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", re.MULTILINE)


def main() -> int:
    """Run every check over the checkout; returns the exit code."""
    files = [path for path in listed_files(ROOT) if path.is_file()]
    problems = [
        *long_files(ROOT, files),
        *forbidden_words(ROOT, files),
        *vendored_files(files),
        *unpinned(ROOT),
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
