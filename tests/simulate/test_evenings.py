"""How many evenings run at once, and that a table which cannot be set takes no place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from circle.domain.errors import NotFound, TooMany
from circle.simulate.browser import Address
from circle.simulate.evening import AT_ONCE, Evenings, Table

NOWHERE = Address("http://127.0.0.1:9", "http://localhost:9")  # the late one is on the way for a minute


@pytest.fixture
def evenings() -> Iterator[Evenings]:
    """Evenings at a door that nobody reaches."""
    made = Evenings(NOWHERE)
    yield made
    for evening in made._on.values():
        evening.call_off()


def table(meeting_id: str) -> Table:
    """A table that is set."""
    return Table(meeting_id, "/c/door", "/in/token")


def no_table() -> Table:
    """A table that cannot be set."""
    raise NotFound("not_found")


def test_a_host_who_watches_is_led_back(evenings: Evenings) -> None:
    assert evenings.of("mira") is None
    assert evenings.start("mira", lambda: table("m1")) == "m1"
    assert evenings.of("mira") == "m1"


def test_few_watch_at_once(evenings: Evenings) -> None:
    for at in range(AT_ONCE):
        evenings.start(f"host {at}", lambda: table("m"))
    with pytest.raises(TooMany, match="watch_full"):
        evenings.start("one more", no_table)  # the refusal comes before the table
    assert evenings.start("host 0", lambda: table("again")) == "again"


def test_a_table_that_cannot_be_set_takes_no_place(evenings: Evenings) -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(NotFound):
            evenings.start("mira", no_table)
    assert evenings.of("mira") is None
