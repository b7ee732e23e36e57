"""What somebody tried who wanted to know whose a line is; each was possible once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from circle.domain import commands as c
from circle.domain.errors import NotAllowed, NotNow
from circle.domain.plan import WALL
from circle.services.ports import Caller
from circle.services.speech import Say, SetLineAside
from tests.anonymous.test_quiet_sitting import SEVEN, Table, table
from tests.sitting import HOST, MEETING

ALICE, OTHERS = SEVEN[0], SEVEN[1:]
__all__ = ["table"]


def windows(at: Table, who: tuple[str, ...], **lines: str) -> None:
    """These pages post, and the window closes."""
    for one in who:
        at.post(one, lines.get(one, ""))
    at.window_passes()


def test_a_host_who_puts_everybody_else_to_rest_and_back_sees_nothing(table: Table) -> None:
    for who in OTHERS:
        table.do(HOST, c.SetApart(who), c.BringBack(who))
        table.refresh(who)
    table.do(HOST, c.Next())
    windows(table, SEVEN[:2], member0="alice", member1="filler")  # the others' pages have lost their tokens
    assert table.batch() == {}


def test_pages_that_were_loaded_anew_hide_nobody(table: Table) -> None:
    for who in SEVEN[2:]:
        table.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
        table.join(who)
        with pytest.raises(Exception, match="tokens_given"):
            table.quiet_pages[who].ask()
    table.do(HOST, c.Next())
    windows(table, SEVEN[:2], member0="one", member1="two")
    assert table.batch() == {}


def test_a_host_gets_no_tokens_and_so_posts_no_line_beside_the_only_one(table: Table) -> None:
    page = table.quiet_pages[ALICE]
    page.sign = lambda name, asked: table.conduct.give_tokens(Caller(HOST), MEETING, name, asked)
    with pytest.raises(NotAllowed):
        page.ask()


@pytest.mark.parametrize("less", ["set aside", "taken back"])
def test_no_line_is_ever_shown_by_itself(table: Table, less: str) -> None:
    table.collect(member6="filler", member0="alone")
    assert set(table.batch()) == {"alone", "filler"}
    if less == "set aside":
        table.say(HOST, SetLineAside(table.batch()["filler"], True))
    else:
        table.unseen.withdraw(MEETING, table.quiet_pages[SEVEN[6]].secret)
    table.do(HOST, c.Next())
    assert table.wall() == set()
    table.do(HOST, c.GoBack())
    table.window_passes()
    assert "alone" in table.batch(), "it stays with the hosts"
    if less == "set aside":
        table.say(HOST, SetLineAside(table.batch()["filler"], False))
        table.do(HOST, c.Next())
        assert table.wall() == {"alone", "filler"}


def gives_names(at: Table, *who: str) -> list[str]:
    """Those whose name was taken."""
    taken = []
    for one in who:
        try:
            at.say(one, Say("wall", f"{one} by name"))
            taken.append(one)
        except NotNow:
            continue
    return taken


def aside(at: Table) -> None:
    """A host sets every line on the wall aside."""
    for line in at.lines:
        at.say(HOST, SetLineAside(line.id, True))


@pytest.mark.parametrize("before", [aside, lambda _: None], ids=["set aside", "standing"])
def test_setting_lines_aside_opens_no_way_for_names(table: Table, before: Callable[[Table], None]) -> None:
    """They can be put back, and would stand beside the names."""
    table.collect(member0="one", member1="two")
    table.do(HOST, c.Next())
    before(table)
    assert len(gives_names(table, *SEVEN[2:])) == 1


def test_lines_that_hosts_keep_back_open_no_way_for_names_either(table: Table) -> None:
    table.collect(member0="one", member1="two")
    table.say(HOST, SetLineAside(table.batch()["two"], True))
    table.do(HOST, c.Next())
    assert table.wall() == set()
    assert len(gives_names(table, *SEVEN[2:])) == 1


def test_names_are_measured_by_who_was_there_and_not_by_who_came_back(table: Table) -> None:
    for who in SEVEN[5:]:
        table.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
    table.do(HOST, c.Next())
    windows(table, SEVEN[:5], member0="one", member1="two")
    assert len(table.batch()) == 2
    table.do(HOST, c.Next())
    for who in SEVEN[5:]:
        table.join(who)
    assert len(gives_names(table, *SEVEN[2:])) == 1


def test_going_out_and_back_collects_no_more_often(table: Table) -> None:
    collected = 0
    for move in (
        c.Next(),
        c.Next(),
        c.Next(),
        c.GoBack(),
        c.GoBack(),
        c.Next(),
        c.Next(),
        c.GoBack(),
        c.GoBack(),
    ):
        table.do(HOST, move)
        now = table.stage(HOST)["quiet_round"]
        if now is not None and now["collecting"]:
            collected += 1
            table.window_passes()
    assert table.meeting.part_now in WALL
    assert collected == 2


def test_a_quiet_round_never_becomes_a_wall(table: Table) -> None:
    table.collect(member0="one", member1="two")
    table.do(HOST, c.Next())
    for who in SEVEN[3:]:
        table.do(HOST, c.SetApart(who))
    table.do(HOST, c.Next(), c.GoBack())
    assert table.meeting.unnamed is not None
    assert table.meeting.unnamed.quiet
    assert table.stage(ALICE)["quiet_round"] is not None
