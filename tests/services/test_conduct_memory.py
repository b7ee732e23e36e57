"""What lives in memory alone: presence, tickets, the pending list."""

from __future__ import annotations

from circle.domain.room import Status
from circle.services.clock import SettableClock
from circle.services.pending import PendingLines
from circle.services.ports import Caller
from circle.services.presence import PresenceTable
from circle.services.tickets import LIFE, OwnTickets

ANA, BO = "ana", "bo"


def test_forgetting_a_meeting_is_final(clock: SettableClock) -> None:
    table = PresenceTable(clock)
    table.connect("m", "a", "c1")
    table.say("m", "a", Status.OUT)
    assert table.away("m") == {"a"}
    table.forget("m")
    table.disconnect("m", "a", "c1")
    assert table.beat("m", "a", "c1") is False
    assert (table.of("m"), table.away("m"), table.is_silent("m")) == ({}, frozenset(), False)
    assert table.hosts_lost_for("m", []) is None


def test_a_ticket_works_once_for_a_minute(clock: SettableClock) -> None:
    tickets = OwnTickets(clock)
    first, second, third = (tickets.issue(Caller(ANA), "m") for _ in range(3))
    assert tickets.redeem("nothing") is None
    ticket = tickets.redeem(first)
    assert ticket is not None
    assert (ticket.caller, ticket.meeting_id) == (Caller(ANA), "m")
    assert tickets.redeem(first) is None
    clock.advance(LIFE.total_seconds() - 1)
    assert tickets.redeem(second) is not None
    clock.advance(1)
    assert tickets.redeem(third) is None
    tickets.issue(Caller(BO), "m")
    assert len(tickets._open) == 1, "expired ones are not kept"


def test_what_is_remembered_of_a_command_cannot_be_matched_with_it() -> None:
    pending = PendingLines()
    pending.hold("m", "s", "the-command-id", text="x", commit="c", read_aloud=False, summary=False)
    assert "the-command-id" not in repr(pending._memories.of("m"))
