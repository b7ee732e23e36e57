"""Mails that were not sent anywhere, as their page shows them."""

from __future__ import annotations

import pytest

from circle.mail.compose import wrap
from circle.services.mailbox import unwrapped

LONG = (
    "Something may move in you these days. That can happen after such an evening, and it often settles. "
    "Feeling heavier after true words is known to many."
)


@pytest.mark.parametrize(
    "text",
    ["", "Hello Rowan,", LONG, f"Hello Rowan,\n\n{LONG}\n\nSamaritans: 116 123\nIn danger: 999.\n\n{LONG}"],
)
def test_wrapped_paragraphs_flow_again_and_lists_stay_lists(text: str) -> None:
    assert unwrapped(wrap(text)) == text
