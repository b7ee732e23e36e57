"""Questions that wait: for one circle, known to its hosts alone; on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from circle.content.loader import load_library
from circle.domain.errors import NotFound
from circle.services.circles import CircleForm, Circles
from circle.services.clock import SettableClock
from circle.services.notyet import NotYet, Waiting
from circle.store.committer import Committer
from circle.store.models import Circle, NotYetRow, OwnPromptRow, User
from tests.support import make_circles


@pytest.fixture
def circles(committer: Committer, clock: SettableClock) -> Circles:
    for name in ("mira", "jo"):
        user = User(id=name, address=f"{name}@example.org", name=name, generation=1, created_at=clock.now())
        committer.submit(lambda db, user=user: db.add(user))
    return make_circles(committer, clock)


@pytest.fixture
def not_yet(committer: Committer, clock: SettableClock) -> NotYet:
    return NotYet(committer, clock, load_library())


def rows(committer: Committer) -> int:
    return committer.read(lambda db: db.scalar(select(func.count()).select_from(NotYetRow)) or 0)


def test_a_question_waits_until_it_is_taken_off(
    circles: Circles, not_yet: NotYet, clock: SettableClock, committer: Committer
) -> None:
    clock.set(datetime(2026, 3, 12, 20, tzinfo=UTC))
    circle_id = circles.create("mira", CircleForm("Thursday circle", "Asia/Tokyo"))
    not_yet.put("mira", circle_id, "GF-04")
    clock.set(clock.now() + timedelta(days=2))
    not_yet.put("mira", circle_id, "GF-04")  # pressed once more: the day stays
    not_yet.put("mira", circle_id, "GF-02")
    assert not_yet.of("mira", circle_id) == [
        Waiting("GF-02", date(2026, 3, 15)),  # the day on the circle's clock
        Waiting("GF-04", date(2026, 3, 13)),
    ]
    not_yet.take_off("mira", circle_id, "GF-04")
    not_yet.take_off("mira", circle_id, "GF-04")
    assert [one.prompt_id for one in not_yet.of("mira", circle_id)] == ["GF-02"]
    committer.submit(lambda db: db.delete(db.get_one(Circle, circle_id)))
    assert rows(committer) == 0


def test_each_circle_has_a_list_of_its_own_and_other_hosts_know_of_none(
    circles: Circles, not_yet: NotYet, committer: Committer
) -> None:
    first = circles.create("mira", CircleForm("First", "UTC"))
    second = circles.create("mira", CircleForm("Second", "UTC"))
    others = circles.create("jo", CircleForm("Third", "UTC"))
    not_yet.put("mira", first, "GF-04")
    not_yet.put("jo", others, "GF-04")
    assert not_yet.of("mira", second) == []
    found = not_yet.everywhere("mira")
    assert [(circle.form.name, one.prompt_id) for circle, one in found["GF-04"]] == [("First", "GF-04")]
    tries = [
        lambda: not_yet.of("jo", first),
        lambda: not_yet.put("jo", first, "GF-02"),
        lambda: not_yet.take_off("jo", first, "GF-04"),
        lambda: not_yet.put("mira", first, "GF-99"),
        lambda: not_yet.put("mira", first, ""),
        lambda: not_yet.put("mira", "nothing", "GF-02"),
    ]
    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()
    assert rows(committer) == 2


def test_a_circles_own_question_can_wait_and_another_circles_cannot(
    circles: Circles, not_yet: NotYet, committer: Committer, clock: SettableClock
) -> None:
    ours, theirs = (circles.create("mira", CircleForm(name, "UTC")) for name in ("Ours", "Theirs"))
    own = OwnPromptRow(id="own-one", circle_id=ours, record_ct=b"sealed", changed_at=clock.now())
    committer.submit(lambda db: db.add(own))
    not_yet.put("mira", ours, "own-one")
    with pytest.raises(NotFound):
        not_yet.put("mira", theirs, "own-one")
    assert [one.prompt_id for one in not_yet.of("mira", ours)] == ["own-one"]


def test_two_hosts_who_press_at_once(circles: Circles, not_yet: NotYet) -> None:
    circle_id = circles.create("mira", CircleForm("Thursday circle", "UTC"))
    start, problems = threading.Barrier(4), []

    def press() -> None:
        start.wait()
        try:
            not_yet.put("mira", circle_id, "GF-04")
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(not_yet.of("mira", circle_id)) == 1
