"""docs/asyncapi.json says what the wire says."""

from __future__ import annotations

from scripts import asyncapi


def test_the_document_is_what_the_wire_says_now() -> None:
    assert asyncapi.FILE.read_text() == asyncapi.text(), "run: python -m scripts.asyncapi"
