"""At the borders of a quiet round: what is held stays held whoever asks for it, and looks like nothing."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine

from circle.anonymous.endpoint import outside_sessions
from circle.content.loader import load_library
from circle.domain import commands as c
from circle.domain.errors import CircleError
from circle.domain.meeting import Phase
from circle.domain.plan import Part
from circle.domain.signs import Signal
from circle.live import wire
from circle.services.clock import SettableClock
from circle.services.ports import Caller
from circle.services.quiet import QuietRounds
from circle.services.speech import Say
from circle.store.committer import Committer
from circle.store.models import Base
from circle.store.words import Words
from circle.tokens.rounds import TOKEN_BYTES
from tests.anonymous.test_quiet_sitting import SEVEN, Table, sqlite_only
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.domain.test_permissions import SAMPLES, TICKER_ONLY
from tests.live.test_wire import COMMIT, GOOD, SEAT, wish
from tests.sitting import DI, HOST, MEETING, STRANGER

ALONE = "HELD-WORDS that nobody is to see"
WAYS_ON = {Part.WALL_READ, Part.WALL_SHOW}


@pytest.fixture
def tables(engine: Engine, committer: Committer, words: Words, clock: SettableClock) -> Callable[..., Table]:
    """Sets a fresh table, at the beginning of a step without names; the one before is cleared away."""

    def set_table(members: tuple[str, ...] = SEVEN) -> Table:
        Base.metadata.drop_all(engine)
        Base.metadata.create_all(engine)
        steps = (WORD, WALL, GOODBYE)
        table = Table(committer, words, clock, *steps, members=members, quiet=QuietRounds())
        table.members = members
        table.begin()
        return table

    return set_table


# -- tokens, at the real address ----------------------------------------------------------------------
def send(table: Table, body: bytes) -> tuple[int, dict[str, Any]]:
    """A post at the quiet address."""
    told: list[str] = []
    environ = {
        "PATH_INFO": f"/quiet/{MEETING}/post",
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    answer = outside_sessions(lambda *_: [], table.unseen, lambda code: load_library().refusals[code])
    said = b"".join(answer(environ, lambda status, _headers: told.append(status)))
    return int(told[0][:3]), json.loads(said)


def bodies_with_one_token(table: Table, who: str, count: int) -> list[bytes]:
    """So many different lines, all with this page's first token."""
    page = table.quiet_pages[who]
    token, made = page.tokens[0], []
    for at in range(count):
        page.tokens.insert(0, token)
        made.append(page.body(f"line {at}"))
    return made


def test_fifty_uses_of_one_token_at_once_are_one(tables: Callable[..., Table]) -> None:
    table = tables()
    table.do(HOST, c.Next())
    bodies = bodies_with_one_token(table, SEVEN[0], 50)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda body: send(table, body), bodies))
    assert Counter(status for status, _ in answers) == {202: 1, 429: 49}
    assert {said["code"] for status, said in answers if status == 429} == {"token_spent"}
    held = table.memories.of(MEETING).round
    assert held is not None
    assert len(held.held) == 1


@sqlite_only
def test_no_token_but_a_fresh_one_of_this_round_is_taken(tables: Callable[..., Table]) -> None:
    foreign = tables().quiet_pages[SEVEN[0]].body("of another round")
    table = tables()
    table.do(HOST, c.Next())
    good = table.quiet_pages[SEVEN[1]].body("fresh")
    token, rest = good[:TOKEN_BYTES], good[TOKEN_BYTES:]
    spent, again = bodies_with_one_token(table, SEVEN[2], 2)
    assert send(table, spent)[0] == 202
    refused = {"spent": send(table, again), "foreign": send(table, foreign)}
    for at in (0, 2, 40, 70, 97, 98, 200, TOKEN_BYTES - 1):  # every field of a token
        turned = bytes([*token[:at], token[at] ^ 1, *token[at + 1 :]])
        refused[f"turned bit in {at}"] = send(table, turned + rest)
    refused["short"] = send(table, good[:-1])
    refused["without its last byte"] = send(table, token[:-1] + rest + b"\0")
    codes = {what: (status, said["code"]) for what, (status, said) in refused.items()}
    assert codes.pop("spent") == (429, "token_spent")
    assert codes.pop("short") == (422, "invalid")
    assert codes.pop("without its last byte") in {(409, "not_collected"), (422, "invalid")}
    assert set(codes.values()) == {(409, "not_collected")}
    held = table.memories.of(MEETING).round
    assert held is not None
    assert [post.text for post in held.held] == ["line 0"]
    assert send(table, good)[0] == 202


# -- below the minimum --------------------------------------------------------------------------------
def four_stay(table: Table, *lines: str) -> None:
    """Seven begin; three are gone before the window closes."""
    table.do(HOST, c.Next())
    for at, who in enumerate(SEVEN):
        table.post(who, lines[at] if at < len(lines) else "")
    for who in SEVEN[4:]:
        table.conduct.part(Caller(who), MEETING, f"connection-of-{who}")
    table.members = SEVEN[:4]
    table.window_passes()


def two_gave_their_names(table: Table, *lines: str) -> None:
    """Five are here, and two of them say something by name before the second collecting."""
    table.collect()
    table.do(HOST, c.Next())
    for who in table.members[:2]:
        table.say(who, Say("wall", "by name"))
    table.do(HOST, c.GoBack())
    for at, who in enumerate((*table.members[2:], *table.members[:2])):
        table.post(who, lines[at] if at < len(lines) else "")
    table.window_passes()


def one_wrote(table: Table, *lines: str) -> None:
    """Seven are here, and one of them wrote."""
    table.collect(**dict(zip(SEVEN, lines[:1], strict=False)))


@pytest.mark.parametrize(
    ("border", "members"), [(four_stay, SEVEN), (two_gave_their_names, SEVEN[:5]), (one_wrote, SEVEN)]
)
def test_held_or_written_by_nobody_is_the_same_in_every_byte(
    tables: Callable[..., Table], border: Callable[..., None], members: tuple[str, ...]
) -> None:
    """What every page is sent up to the empty wall; ids made by chance are told by their place."""
    looks = []
    for lines in (("first line", "second line", "third line"), ()):
        table = tables(members)
        border(table, *lines)
        assert table.batch() == {}
        held = table.memories.of(MEETING).round
        assert held is not None
        assert bool(held.held) is bool(lines)
        if table.meeting.part_now is Part.WALL_READ:
            table.do(HOST, c.Next())
        looks.append({who: in_bytes(table, who) for who in (HOST, *table.members)})
    assert looks[0] == looks[1]


def in_bytes(table: Table, who: str) -> list[bytes]:
    """Every frame of this page, and a fresh snapshot."""
    frames = [*table.pages.to(who), table.conduct.snapshot(Caller(who), MEETING)]
    text = "\n".join(json.dumps(frame) for frame in frames)
    told = table.stage(who)["quiet_round"]
    by_chance = re.findall(r'"run": "([^"]+)"|"epoch": "([^"]+)"', text)
    names = [told["round"], told["key"], *(name for pair in by_chance for name in pair if name)]
    views = table.pages.pages[who].views
    shares = [row_id for view in ("room", "hosts") for row_id in views.get(view, {}).get("said", {})]
    for at, name in enumerate(dict.fromkeys([*names, *shares])):
        text = text.replace(name, f"name {at}")
    return re.sub(r"\d{4}-\d\d-\d\dT[^\"]*", "time", text).encode().split(b"\n")


# -- no call releases it ------------------------------------------------------------------------------
def every_wish() -> Iterator[tuple[str, Any]]:
    """Everything that can be asked of a session: each command, each word, each sign, by its name."""
    for command in SAMPLES.values():
        yield c.wire_name(type(command)), command
    for name, (data, _) in GOOD.items():
        yield name, wish(name, {**data, **_here(data)})


def _here(data: dict[str, Any]) -> dict[str, Any]:
    """The same, of people and steps that are here."""
    given = {"seat": SEVEN[1], "holder": SEVEN[1], "step": "wall", "commit": COMMIT}
    return {name: value for name, value in given.items() if name in data} | (
        {"order": list(SEVEN)} if "order" in data else {}
    )


def ask(table: Table, who: str, wanted: Any) -> None:
    """Whatever comes of it."""
    with suppress(CircleError):
        if isinstance(wanted, c.Command):
            table.do(who, wanted)
        elif isinstance(wanted, Signal):
            table.conduct.sign(Caller(who), MEETING, wanted)
        else:
            table.say(who, wanted)


def held_table(tables: Callable[..., Table]) -> Table:
    """One line waits, and hosts read that there is nothing."""
    table = tables()
    table.collect(**{SEVEN[0]: ALONE})
    return table


@sqlite_only
@pytest.mark.parametrize("who", [HOST, SEVEN[0], SEVEN[6], DI, STRANGER, ""])
def test_no_call_of_any_role_releases_what_is_held(tables: Callable[..., Table], who: str) -> None:
    """After each call hosts press on to the end of the step, back, and on again."""
    table, tried = held_table(tables), 0
    for name, wanted in every_wish():
        before = table.meeting.version
        ask(table, who, wanted)
        tried += 1
        moved = table.meeting.version != before
        if moved and type(wanted) not in TICKER_ONLY:
            for then in (c.EndBreak(), c.Next(), c.GoBack(), c.Next(), c.Next()):
                ask(table, HOST, then)
        assert nothing_is_told(table), name
        if moved:
            table = held_table(tables)
    assert tried > 100
    assert SEAT not in table.listening()


def nothing_is_told(table: Table) -> bool:
    """No frame and no row has the words; they wait, or are gone."""
    frames = json.dumps([frame for _, frame in table.pages.sent])
    return ALONE not in frames and table.lines == [] and table.batch() == {}


@sqlite_only
def test_whoever_takes_the_room_releases_nothing(tables: Callable[..., Table]) -> None:
    """A guardian who takes the room has a host's buttons and a host's refusals."""
    table = held_table(tables)
    table.do(HOST, c.AskGuardian(SEVEN[1]))
    table.do(SEVEN[1], c.AnswerGuardian(True))
    table.clock.advance(21)
    table.beat(*SEVEN)
    ask(table, SEVEN[1], c.TakeRoom())
    assert (stand_in := table.meeting.stand_in()) is not None
    assert stand_in.id == SEVEN[1]
    for then in (c.Next(), c.GoBack(), c.Next(), c.Next()):
        ask(table, SEVEN[1], then)
    assert nothing_is_told(table)
    assert table.meeting.phase in (Phase.LIVE, Phase.HELD)


def test_every_call_there_is_was_tried() -> None:
    tried = {name for name, _ in every_wish()}
    assert set(wire.payloads()) <= tried | {"add_seat", "insert_step", "shuffle_round"}
