"""`circle forget-circle`, `forget-member` and `forget-account`: what they ask, refuse, and delete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from circle.app import create_app
from circle.cli import main
from circle.domain.meeting import Phase, Place, Role, Seat
from circle.services.circles import CircleForm
from circle.services.hub import Hub
from circle.settings import Settings
from circle.store import meetings
from circle.store.crypto import new_key
from circle.store.models import Circle, MeetingRow, Member, User
from tests.support import PASSWORD

Run = Callable[..., Result]


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def hub(tmp_path: Path, key: str) -> Iterator[Hub]:
    """A house with Mira, who keeps the Thursday circle, and Jo, who hosts it with her."""
    app = create_app(Settings(data_dir=tmp_path / "data", env="test", keys=key), async_mode="threading")
    hub: Hub = app.extensions["circle"]
    mira = hub.accounts.create("mira@example.org", "Mira", PASSWORD)
    jo = hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    circle_id = hub.planning.circles.create(mira, CircleForm("Thursday circle", "UTC"))
    hub.hosting.accept(jo, hub.hosting.ask(mira, circle_id), "Jo", {})
    hub.planning.plan(mira, circle_id, "T3", (hub.clock.now() + timedelta(days=30)).date(), time(19, 30))
    yield hub
    hub.engine.dispose()


@pytest.fixture
def run(tmp_path: Path, key: str) -> Run:
    """A command in that house. answer: what is typed when it asks."""

    def command(*arguments: str, answer: str = "") -> Result:
        ours = {"CIRCLE_DATA_DIR": str(tmp_path / "data"), "CIRCLE_ENV": "test", "CIRCLE_KEYS": key}
        return CliRunner().invoke(main, list(arguments), env=ours, input=answer)

    return command


def count(hub: Hub, table: Any) -> int:
    return hub.committer.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


def circle_id(hub: Hub) -> str:
    return str(hub.committer.read(lambda db: db.scalars(select(Circle.id)).one()))


def begin(hub: Hub, *, everybody: bool = False) -> None:
    """The evening is on, and everybody who hosts is there, or everybody."""

    def work(db: Any) -> None:
        row = db.scalars(select(MeetingRow)).one()
        roles = ["host", "member"] if everybody else ["host"]
        people = db.scalars(select(Member).where(Member.role.in_(roles)))
        seats = tuple(Seat(who.id, who.name, Role(who.role), Place.SEATED, sat=True) for who in people)
        meeting = replace(meetings.from_json(row.state), phase=Phase.LIVE, seats=seats)
        row.state, row.phase = meetings.to_json(meeting), meeting.phase.value

    hub.committer.submit(work)


# -- a circle ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", ["", "\n", "n\n"])
def test_a_circle_stays_unless_the_question_is_answered_with_yes(hub: Hub, run: Run, answer: str) -> None:
    done = run("forget-circle", "Thursday circle", answer=answer)
    assert done.exit_code == 1
    assert f"Thursday circle ({circle_id(hub)}), kept by mira@example.org" in done.output
    assert "people 2, evenings 1, questions of its own 0" in done.output
    assert count(hub, Circle) == 1


@pytest.mark.parametrize(("more", "answer"), [((), "y\n"), (("--yes",), "")])
def test_a_circle_is_forgotten(hub: Hub, run: Run, more: tuple[str, ...], answer: str) -> None:
    done = run("forget-circle", "thursday circle", *more, answer=answer)
    assert done.exit_code == 0, done.output
    assert done.output.endswith("It is gone.\n")
    assert [count(hub, table) for table in (Circle, Member, MeetingRow, User)] == [0, 0, 0, 2]
    again = run("forget-circle", "Thursday circle", "--yes")
    assert (again.exit_code, again.output) == (1, "Error: no circle has this name or id.\n")


def test_one_of_two_with_the_same_name_is_said_by_its_id(hub: Hub, run: Run) -> None:
    first, jo = circle_id(hub), hub.accounts.by_address("jo@example.org")
    assert jo is not None
    hub.planning.circles.create(jo, CircleForm("Thursday circle", "UTC"))
    both = run("forget-circle", "Thursday circle", "--yes")
    assert both.exit_code == 1
    assert "several circles have this name" in both.output
    assert "kept by jo@example.org" in both.output
    assert count(hub, Circle) == 2
    assert run("forget-circle", first, "--yes").exit_code == 0
    assert circle_id(hub) != first


def test_people_who_are_together_are_left_in_peace(hub: Hub, run: Run) -> None:
    begin(hub)
    done = run("forget-circle", "Thursday circle", "--yes")
    assert done.exit_code == 1
    assert "people are together there at this moment, so nothing was deleted" in done.output
    assert count(hub, Circle) == 1


# -- a member ------------------------------------------------------------------------------------------
def come(hub: Hub, *ids: str, name: str = "Rowan", banned: bool = False) -> None:
    """Somebody without an account has been in the circle, by as many ways as there are ids."""

    def work(db: Any) -> None:
        here = {"circle_id": db.scalars(select(Circle.id)).one(), "created_at": hub.clock.now()}
        db.add_all(Member(id=one, name=name, banned=banned, **here) for one in ids)

    hub.committer.submit(work)


@pytest.mark.parametrize(("more", "answer"), [((), "y\n"), (("--yes",), "")])
def test_a_member_is_forgotten(hub: Hub, run: Run, more: tuple[str, ...], answer: str) -> None:
    come(hub, "r1")
    done = run("forget-member", "thursday circle", "rowan", *more, answer=answer)
    assert done.exit_code == 0, done.output
    assert f"Rowan (r1), there since {hub.clock.now().date()}\n" in done.output
    assert done.output.endswith("They are forgotten.\n")
    assert [count(hub, table) for table in (Circle, Member, MeetingRow, User)] == [1, 2, 1, 2]


@pytest.mark.parametrize("answer", ["", "n\n"])
def test_a_member_stays_unless_the_question_is_answered_with_yes(hub: Hub, run: Run, answer: str) -> None:
    come(hub, "r1", banned=True)
    done = run("forget-member", "Thursday circle", "r1", answer=answer)
    assert done.exit_code == 1
    assert "asked not to come back, which is forgotten too" in done.output
    assert count(hub, Member) == 3


def test_several_of_one_name_are_told_apart_by_their_ids(hub: Hub, run: Run) -> None:
    come(hub, "r1", "r2")
    both = run("forget-member", "Thursday circle", "Rowan", "--yes")
    assert both.exit_code == 1
    assert "several have this name" in both.output
    assert count(hub, Member) == 4
    assert run("forget-member", "Thursday circle", "r2", "--yes").exit_code == 0
    left = hub.committer.read(lambda db: db.scalars(select(Member.id).where(Member.name == "Rowan")).all())
    assert left == ["r1"]


@pytest.mark.parametrize("who", ["Jo", "Sol"])
def test_who_hosts_and_who_never_came_is_no_member_to_forget(hub: Hub, run: Run, who: str) -> None:
    done = run("forget-member", "Thursday circle", who, "--yes")
    assert done.exit_code == 1
    assert "circle forget-account ADDRESS" in done.output
    assert count(hub, Member) == 2


def test_a_member_of_a_circle_that_is_not_there(hub: Hub, run: Run) -> None:
    done = run("forget-member", "Friday circle", "Rowan", "--yes")
    assert (done.exit_code, done.output) == (1, "Error: no circle has this name or id.\n")


def test_a_member_is_not_forgotten_in_the_middle_of_an_evening(hub: Hub, run: Run) -> None:
    come(hub, "r1")
    begin(hub, everybody=True)
    done = run("forget-member", "Thursday circle", "Rowan", "--yes")
    assert done.exit_code == 1
    assert "in an evening that is on now, so nothing was deleted" in done.output
    assert count(hub, Member) == 3


# -- an account ----------------------------------------------------------------------------------------
def test_an_account_that_keeps_a_circle_stays_and_it_is_said_what_to_do(hub: Hub, run: Run) -> None:
    done = run("forget-account", "mira@example.org", "--yes")
    assert done.exit_code == 1
    assert f"  Thursday circle ({circle_id(hub)})\n" in done.output
    assert "*Stop hosting*" in done.output
    assert "circle forget-circle ID" in done.output
    assert count(hub, User) == 2


def test_what_is_said_to_do_does_it(hub: Hub, run: Run) -> None:
    mira = hub.accounts.by_address("mira@example.org")
    assert mira is not None
    circle = hub.planning.circles.get(mira, circle_id(hub))
    hub.hosting.end(mira, circle.id, circle.member_id)
    assert run("forget-account", "mira@example.org", "--yes").exit_code == 0
    assert hub.accounts.by_address("mira@example.org") is None
    [left] = hub.committer.read(lambda db: list(db.scalars(select(Member.name))))
    assert left == "Jo"
    assert run("forget-circle", circle.id, "--yes").exit_code == 0
    assert run("forget-account", "jo@example.org", "--yes").exit_code == 0
    assert count(hub, User) == 0


@pytest.mark.parametrize("answer", ["", "n\n"])
def test_an_account_stays_unless_the_question_is_answered_with_yes(hub: Hub, run: Run, answer: str) -> None:
    done = run("forget-account", "jo@example.org", answer=answer)
    assert done.exit_code == 1
    assert "Forget jo@example.org?" in done.output
    assert count(hub, User) == 2


def test_an_account_is_forgotten_by_its_address_as_people_type_it(hub: Hub, run: Run) -> None:
    done = run("forget-account", " Jo@Example.org", answer="y\n")
    assert done.exit_code == 0, done.output
    assert hub.accounts.by_address("jo@example.org") is None
    assert [count(hub, table) for table in (Circle, Member, MeetingRow, User)] == [1, 1, 1, 1]


def test_nobody_is_taken_from_their_chair(hub: Hub, run: Run) -> None:
    begin(hub)
    done = run("forget-account", "jo@example.org", "--yes")
    assert done.exit_code == 1
    assert "in an evening that is on now (Thursday circle), so nothing was deleted" in done.output
    assert count(hub, User) == 2


def test_an_address_of_nobody(hub: Hub, run: Run) -> None:
    done = run("forget-account", "nobody@example.org", "--yes")
    assert (done.exit_code, done.output) == (1, "Error: nobody has an account with this address.\n")
