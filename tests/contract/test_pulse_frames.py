"""What pages are sent while people say where they are: nothing, whoever answers and whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from circle.domain.pulse import Where
from circle.domain.room import Room
from tests.contract.private_acts import says_where
from tests.contract.private_evening import PrivateEvening
from tests.contract.test_private_frames import _on_stage, by_whole_views, told_apart
from tests.sitting import CY, HOST

PLACES = ("words", "guardian asked", "closing")


def evening(folder: Path, where: Where | None) -> PrivateEvening:
    """Cy says where they are, or nothing."""
    folder.mkdir()
    return PrivateEvening(folder, tuple((place, says_where(where)) for place in PLACES) if where else ())


def test_whoever_answers_is_sent_the_same_whichever_place_it_is(tmp_path: Path) -> None:
    silent = evening(tmp_path / "silent", None)
    evenings = {where: evening(tmp_path / where, where) for where in Where}
    for where, other in evenings.items():
        assert other.bytes_to(CY) == silent.bytes_to(CY), "not even one's own page says that one answered"
        assert told_apart(silent, other) == [], where
    assert evenings[Where.NO_ANSWER].bytes_to(HOST) == silent.bytes_to(HOST), "silence is *rather not say*"
    assert evenings[Where.FLOODED].bytes_to(HOST) != silent.bytes_to(HOST), "it took place"


COUNTS: dict[str, Callable[[Room], Any]] = {
    "how many have answered": lambda room: len(room.signs.pulse.answers),
    "who has answered": lambda room: sorted(room.signs.pulse.answers),
    "what was answered": lambda room: sorted(room.signs.pulse.answers.values()),
}


@pytest.mark.parametrize("leak", COUNTS)
def test_a_planted_word_about_answers_is_found(
    leak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_whole_views(monkeypatch)
    _on_stage("room", possible=COUNTS[leak])(monkeypatch)
    found = told_apart(evening(tmp_path / "one", None), evening(tmp_path / "other", Where.NUMB))
    assert any(line.startswith("ana can tell") for line in found), found
