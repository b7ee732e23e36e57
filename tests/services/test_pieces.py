"""Steps that are put into a plan."""

from __future__ import annotations

from circle.content.loader import load_library
from circle.services.pieces import step_asking
from circle.services.ready import ready_prompts, ready_step

LIBRARY = load_library()


def test_the_note_for_hosts_comes_with_the_question_and_only_there() -> None:
    for record in LIBRARY.prompts.values():
        step = step_asking(record, "n1")
        assert step.note == ""
        assert step.prompt is not None
        assert step.prompt.facilitator_note == record.facilitator_note
    for prompt_id, _title in ready_prompts(LIBRARY):
        step = ready_step(LIBRARY, prompt_id)
        assert (step.note, step.prompt is not None) == ("", True)
