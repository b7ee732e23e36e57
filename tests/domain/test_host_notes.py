"""A host is not told the same twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circle.domain.host_notes import host_notes
from circle.domain.plan import Kind, Prompt
from tests.domain.scene import step

LONG = "Nobody is called in by name: a bell, a breath."


@pytest.mark.parametrize(
    ("own", "asked", "told"),
    [
        ("", "", ()),
        ("Bring a bell.", "", ("Bring a bell.",)),
        ("", "Bring a bell.", ("Bring a bell.",)),
        ("A bell,\n a breath", LONG, (LONG,)),
        (LONG, "NOBODY is called in by name.", (LONG,)),
        (LONG, LONG, (LONG,)),
        ("A bell.", "Bells.", ("A bell.", "Bells.")),
        ("Own words.", "A prompt's.", ("Own words.", "A prompt's.")),
        ("…", "Go on.", ("…", "Go on.")),
    ],
)
def test_the_longer_of_two_notes_that_say_the_same(own: str, asked: str, told: tuple[str, ...]) -> None:
    planned = replace(step("one", Kind.ROUND), note=own, prompt=Prompt("What?", facilitator_note=asked))
    assert host_notes(planned) == told


def test_a_step_without_a_prompt_has_its_own_note() -> None:
    assert host_notes(replace(step("one", Kind.BREAK), note=" Tea. ")) == ("Tea.",)
