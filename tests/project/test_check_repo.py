"""The repository's own rules: each is broken on purpose once, and the checkout keeps them all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from scripts import check_repo


def _written(root: Path, **contents: str) -> list[Path]:
    """Files under `root`; double underscores in a name stand for dots."""
    paths = [root / name.replace("__", ".") for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_text(content)
    return paths


def test_a_file_over_the_limit_is_named(tmp_path: Path) -> None:
    files = _written(tmp_path, long__py="x\n" * 401, fine__py="x\n" * 400, words__md="x\n" * 900)
    (problem,) = check_repo.long_files(tmp_path, files)
    assert problem.startswith("long.py: 401 lines")


def test_an_excuse_that_is_no_longer_needed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_repo, "LONG_FOR_A_REASON", {"once.py": "one table"})
    (problem,) = check_repo.long_files(tmp_path, _written(tmp_path, once__py="x\n"))
    assert "drop its line" in problem


@pytest.mark.parametrize(
    "line",
    [
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/x",
        "see /wo" + "rk/main",
        "/ro" + "ot/.cache",
    ],
)
def test_hosts_and_machine_paths_are_named_with_their_line(tmp_path: Path, line: str) -> None:
    (problem,) = check_repo.forbidden_words(tmp_path, _written(tmp_path, notes__md=f"fine\n{line}\n"))
    assert problem.startswith("notes.md:2: ")


@pytest.mark.parametrize("line", ["static/work/file.js", "~/home/x", "/workers/one", "a homework/file"])
def test_ordinary_paths_are_left_alone(tmp_path: Path, line: str) -> None:
    assert list(check_repo.forbidden_words(tmp_path, _written(tmp_path, notes__md=line))) == []


def _with_docs(root: Path) -> list[Path]:
    (root / "docs" / "adr").mkdir(parents=True)
    page = root / "docs" / "adr" / "0005-a-room.md"
    page.write_text("# 0005. A room\n")
    text = "# Content\n\n## Pacing rules\n- **A host answers**: they do.\n"
    return [page, *_written(root / "docs", content__md=text)]


@pytest.mark.parametrize(
    "words",
    [
        "counted once (deci" + "sions 14)",
        "its deci" + "sion 31 binds",
        "content " + "rules, 4.2",
        "content " + "rules, P50",
        "content" + " rules\n4.2",
        "six things (features" + ", 58)",
        "told in bands (" + "5.2.1, 5.2.5)",
        "asked on arriving (" + "5.1).",
        "see docs/" + "nothing.md",
        "docs/content" + ".md, *Another one*",
        "docs/content" + ".md,\n*Another one*",
        "as it was (ADR " + "7)",
    ],
)
def test_references_that_lead_nowhere_are_named_with_their_line(tmp_path: Path, words: str) -> None:
    files = [*_with_docs(tmp_path), *_written(tmp_path, code__py=f'"""First.\n\n{words}\n"""\n')]
    (problem,) = check_repo.lost_references(tmp_path, files)
    assert problem.startswith("code.py:3: ")


@pytest.mark.parametrize(
    "words",
    [
        "docs/content.md says so",
        "docs/content.md, *Pacing rules*",
        "docs/content" + ".md, *A host answers*",
        "docs/content" + '.md,\n"Pacing rules"',
        "ADR 5, ADR 0005",
        "RFC 9578 section 8.2.2",
        "redis (8.1.0 and later)",
        "decisions of ours, twelve of them",
    ],
)
def test_references_that_lead_somewhere_are_left_alone(tmp_path: Path, words: str) -> None:
    files = [*_with_docs(tmp_path), *_written(tmp_path, code__py=f'"""{words}"""\npair = (0.5, 1.5)\n')]
    assert list(check_repo.lost_references(tmp_path, files)) == []


def _vendor(root: Path, digest: str) -> list[Path]:
    folder = root / "vendor"
    folder.mkdir()
    entry = f'[[file]]\nfile = "lib.js"\nlicence_texts = ["LICENSE-lib.txt"]\nsha256 = "{digest}"\n'
    return _written(folder, manifest__toml=entry, lib__js="code", **{"LICENSE-lib__txt": "free"})


def test_a_vendored_file_as_described_passes(tmp_path: Path) -> None:
    assert list(check_repo.vendored_files(_vendor(tmp_path, hashlib.sha256(b"code").hexdigest()))) == []


def test_an_edited_vendored_file_is_named(tmp_path: Path) -> None:
    (problem,) = check_repo.vendored_files(_vendor(tmp_path, "0" * 64))
    assert "lib.js is not the file" in problem


def test_a_vendored_file_without_an_entry_is_named(tmp_path: Path) -> None:
    files = _vendor(tmp_path, hashlib.sha256(b"code").hexdigest())
    files += _written(tmp_path / "vendor", stray__js="who am I")
    (problem,) = check_repo.vendored_files(files)
    assert "stray.js has no entry" in problem


def test_a_dependency_missing_from_the_lock_or_out_of_range_is_named(tmp_path: Path) -> None:
    pyproject = (
        '[project]\ndependencies = ["flask>=3.1", "Flask_Login>=0.6"]\n'
        "[project.optional-dependencies]\npostgres = []\ndev = ['ruff']\n[dependency-groups]\nbuild = []\n"
    )
    locked = "flask==3.0.1 \\\n    --hash=sha256:00\nflask-login==0.6.3\n"
    (tmp_path / "pyproject.toml").write_text(pyproject)
    (tmp_path / "requirements.txt").write_text(locked)
    (tmp_path / "requirements-dev.txt").write_text(locked.replace("3.0.1", "3.1.3"))
    assert list(check_repo.unpinned(tmp_path)) == [
        "requirements.txt: flask>=3.1 is pinned as 3.0.1; run make lock",
        "requirements-dev.txt: ruff is pinned as nothing; run make lock",
    ]
