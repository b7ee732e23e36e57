"""What a page that is not a host's may be sent, by name, over the whole protocol.

Three questions are put to every frame of a member, of the guardian who stands in, of somebody who waits and
of somebody who had to go: does it hold a key that is not on the list of its audience, does it hold words of
somebody else's, and is it the same, byte for byte and one for one, when others do something in private? A
key that is new in a view has to be put on the list below by somebody who has thought about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from circle.domain import audience
from circle.domain.audience import DOOR, LINGER, ROOM, SELF, STAND_IN
from circle.domain.meeting import Place
from circle.domain.room import Room, Status
from circle.live import wire
from circle.services.telling import Telling
from tests.contract.private_acts import EVERYTHING, INSTEAD, PRIVATE
from tests.contract.private_evening import (
    ANSWER,
    ASIDE,
    EVE,
    FAY,
    NOTE,
    REASON,
    UNSENT,
    WISH,
    PrivateEvening,
    people_of,
)
from tests.sitting import ANA, BO, CY, DI, HOST

_STEP = """id at kind title part parts[] sharing minutes solo_minutes number text lines[].text lines[].pause_s
    one_by_one[] pace.in_s pace.hold_s pace.out_s pace.rest_s pace.rounds tiles[] hint gentle content_note why
    tender non_body after_care last"""
_STAGE = """phase seq circle host call_url agreements[] agreements_version agreements_new[] starts_at late
    held_at bell stand_in step tender visibility possible started_at ran_from stopped_at ends_at remaining_ms
    clock_hidden break break.ends_at break.rang piece piece.holder piece.next piece.order[] piece.queue[]
    piece.open piece.silent piece.over piece.later_used[] epoch quiet_round linger.until linger.rang
    pulse.until pulse.counted"""
QUIET = """quiet_round.round quiet_round.key quiet_round.one_of quiet_round.by_name quiet_round.collect
    quiet_round.collecting"""
_LEADING = """script note facilitator_note intensity locked read_first savings[].saving savings[].minutes
    savings[].dropped[] planned_min few made_up to_come[] turn pairs wishes[] back advice landing agreed.yes
    agreed.of lead guardian.seat guardian.said felt.on felt.lighter felt.told.key felt.told.card felt.told.far
    felt.told.bands.settled felt.told.bands.stirred felt.told.bands.flooded felt.told.bands.numb"""


def _keys(place: str, keys: str) -> set[str]:
    return {f"{place}.{key}" for key in keys.split()}


def _every(stage: str) -> set[str]:
    return _keys("stage", stage) | _keys("stage.step", _STEP)


_SAID = _keys("said", "seat step text sketch at")
_MAILBOX = {"mailbox.sealed"}  # the same for everybody at the table
_LINES = _keys("lines", "step text commit received read_aloud")

# The list: what may be in a frame to each audience, and nothing else.
ALLOWED: dict[str, set[str]] = {
    ROOM: _every(f"{_STAGE} {QUIET}")
    | _keys("people", "name host")
    | _SAID
    | _LINES
    | _MAILBOX
    | _keys("outline", "at title"),
    STAND_IN: _every(f"{_STAGE} {QUIET} {_LEADING}")
    | _keys("people", "name host status connected heard check quiet apart stays")
    | _keys("waiting", "name at_next")
    | (_SAID | _LINES | _MAILBOX | {"lines.aside"})
    | _keys("batch", "text aside")
    | _keys("outline", "at title minutes intensity kind"),
    LINGER: _every(_STAGE) | _keys("people", "name host at"),
    DOOR: _keys("stage", "phase circle host agreements[] starts_at late"),
    SELF: _keys("me", "id place name role status at_next apart stays came_late check back agreed bell turn")
    | {"me.turn.since", "me.turn.seconds"}
    | _keys("me.pair", "there people[].id people[].name people[].there people[].lost")
    | _keys("between", "seat text at")
    | _keys("notes", "text from_host asks")
    | _keys("mine", "set_aside"),
}
MAY_HEAR = {
    ANA: {ROOM, SELF},
    EVE: {ROOM, LINGER, SELF},
    BO: {ROOM, STAND_IN, SELF},
    DI: {DOOR, SELF},
    FAY: {ROOM, SELF},
}
ANSWERS = {"ok", "error.code", "error.message", "error.fields"}

_OF_OTHERS = {"PRIVATE-", NOTE, ANSWER, WISH, REASON, UNSENT}
_OF_HOSTS = {"FOR-HOSTS", ASIDE, "Di-At-The-Door"}
FORBIDDEN = {
    ANA: _OF_OTHERS | _OF_HOSTS,
    EVE: {WISH, REASON, UNSENT} | _OF_HOSTS,  # Cy and she have words in a pair; after the closing she stays
    BO: _OF_OTHERS,  # who stands in reads the script, lets people in, and sets lines aside
    DI: _OF_OTHERS | {"FOR-HOSTS", ASIDE, "Ana", "Bo", "Eve", "Fay", "fine", "a line"},
    FAY: _OF_OTHERS | _OF_HOSTS,
}


# -- the judge ----------------------------------------------------------------------------------------
def keys_in(thing: Any, place: str) -> set[str]:
    """Every way to a value: `stage.step.lines[].text`. What is empty, or not there, is a value too."""
    if isinstance(thing, dict) and thing:
        return set().union(*(keys_in(value, f"{place}.{key}") for key, value in thing.items()))
    if isinstance(thing, list) and thing:
        return set().union(*(keys_in(value, f"{place}[]") for value in thing))
    return {place}


def is_on_list(key: str, allowed: set[str]) -> bool:
    """Whether this key, or something that would be in it if it were not empty, is on the list."""
    return key in allowed or any(other.startswith((f"{key}.", f"{key}[]")) for other in allowed)


def told_to(evening: PrivateEvening, who: str) -> Iterable[tuple[str, set[str]]]:
    """(audience, keys) of everything this page was sent."""
    for frame in evening.sent(who):
        if "snapshot" in frame:
            for name, part in frame["snapshot"]["audiences"].items():
                for collection, items in part["view"].items():
                    for item in items.values():
                        yield SELF if name.startswith(SELF) else name, keys_in(item, collection)
        elif "message" in frame:
            for change in frame["message"]["changes"]:
                held = keys_in(change["item"], change["in"]) if change["item"] is not None else set()
                yield frame["message"]["audience"], held


def findings(evening: PrivateEvening) -> list[str]:
    """What these people were sent and should not have been."""
    found = []
    for who in (*people_of(evening), EVE):
        for name, keys in told_to(evening, who):
            if name not in MAY_HEAR[who]:
                found.append(f"{who} was sent what is for {name}")
            else:
                new = [key for key in keys if not is_on_list(key, ALLOWED[name])]
                found += [f"{who} was sent {key} in {name}" for key in new]
        said = "\n".join(json.dumps(frame, ensure_ascii=False) for frame in evening.sent(who))
        found += [f"{who} was sent {word!r}" for word in sorted(FORBIDDEN[who]) if word in said]
        for answer in evening.answers.get(who, []):
            found += [f"{who} was answered {key}" for key in keys_in(answer, "") - {f".{k}" for k in ANSWERS}]
    after = evening.sent(FAY)[evening.heard_at["somebody went"][FAY] :]
    found += [f"{FAY} was sent {len(after)} frames after going"] * bool(after)
    return sorted(set(found))


# Whoever leads is told how many said yes, roughly how many are where, and that somebody would like a pause;
# never who.
UNNAMED = ("agreed", "wishes", "felt")


def told_apart(one: PrivateEvening, other: PrivateEvening) -> list[str]:
    """Who could tell the two evenings apart, and by which frame."""
    found = []
    for who in people_of(one):
        sent, instead = one.bytes_to(who, UNNAMED), other.bytes_to(who, UNNAMED)
        if sent != instead:
            at = next(
                (i for i, pair in enumerate(zip(sent, instead, strict=False)) if pair[0] != pair[1]), -1
            )
            found.append(f"{who} can tell: {len(sent)} and {len(instead)} frames, from the {at}th on")
    return found


# -- the evening --------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> PrivateEvening:
    """The evening in which nobody does anything in private."""
    return PrivateEvening(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> PrivateEvening:
    """The evening with all of it."""
    return PrivateEvening(tmp_path_factory.mktemp("full"), EVERYTHING, INSTEAD)


def test_an_evening_with_everything_sends_nobody_what_is_not_theirs(full: PrivateEvening) -> None:
    assert findings(full) == []


def test_the_evening_had_everything_in_it(full: PrivateEvening) -> None:
    """The lists have no name too many: each key was sent to somebody, and hosts were sent the words."""
    seen: dict[str, set[str]] = {}
    for who in (*people_of(full), EVE):
        for name, keys in told_to(full, who):
            seen.setdefault(name, set()).update(keys)
    unseen = {name: ALLOWED[name] - seen[name] for name in ALLOWED}
    unseen[ROOM] -= _keys("stage", QUIET)  # a quiet round has a table of its own: tests/anonymous
    unseen[LINGER] -= ALLOWED[ROOM]  # nothing is on after the closing
    unseen[STAND_IN] -= {*ALLOWED[ROOM], "stage.to_come[]"}  # Bo stands in for one step only
    assert unseen == {name: set() for name in ALLOWED}
    to_hosts = json.dumps(full.sent(HOST))
    for word in (NOTE, ANSWER, WISH, ASIDE, "SCRIPT-FOR-HOSTS", "NOTE-FOR-HOSTS", "Di-At-The-Door", "L01"):
        assert word in to_hosts, word
    assert {place for place, _act in EVERYTHING} <= set(full.places), "every place is come to"


@pytest.mark.parametrize("what", PRIVATE)
def test_what_others_do_in_private_changes_no_byte(plain: PrivateEvening, tmp_path: Path, what: str) -> None:
    other = PrivateEvening(tmp_path, PRIVATE[what])
    assert told_apart(plain, other) == []
    assert _concerned(plain) != _concerned(other), "it took place"


@pytest.mark.parametrize("instead", INSTEAD)
def test_a_way_that_looks_the_same_is_the_same(plain: PrivateEvening, tmp_path: Path, instead: str) -> None:
    other = PrivateEvening(tmp_path, instead=(instead,))
    assert told_apart(plain, other) == []


def test_all_of_it_together_changes_no_byte(plain: PrivateEvening, full: PrivateEvening) -> None:
    assert told_apart(plain, full) == []


def test_two_evenings_alike_are_alike(plain: PrivateEvening, tmp_path: Path) -> None:
    """Chance (ids, the order of unnamed lines) makes no difference to what is compared."""
    assert told_apart(plain, PrivateEvening(tmp_path)) == []
    assert all(len(plain.bytes_to(who)) > few for who, few in ((ANA, 40), (BO, 40), (DI, 3), (FAY, 30)))


def test_the_wire_has_no_word_for_a_lane() -> None:
    """Lanes stay on the device: a page that listens gives the commands that a person gives."""
    for name, payload in wire.payloads().items():
        words = json.dumps([name, payload.model_json_schema()]).lower()
        assert not [word for word in ("lane", "gentl", "listening") if word in words], name


def _concerned(evening: PrivateEvening) -> list[list[str]]:
    return [evening.bytes_to(HOST), evening.bytes_to(CY), [str(evening.answers)]]


# -- planted leaks ------------------------------------------------------------------------------------
Plant = Callable[[pytest.MonkeyPatch], None]
View = Callable[[Room], Any]


def _shared(name: str, change: Callable[[Room, Any], Any]) -> Plant:
    """Another view for one audience."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        before = audience._SHARED[name]
        patch.setitem(audience._SHARED, name, lambda room: change(room, before(room)))

    return plant


def _on_stage(name: str, **more: Callable[[Room], Any]) -> Plant:
    def change(room: Room, seen: Any) -> Any:
        seen["stage"]["stage"] |= {key: value(room) for key, value in more.items()}
        return seen

    return _shared(name, change)


def _statuses(room: Room, seen: Any) -> Any:
    for seat, presence in room.presence.items():
        if seat in seen["people"]:
            seen["people"][seat] |= {"status": presence.status.value}
    return seen


def _everybodys_notes(patch: pytest.MonkeyPatch) -> None:
    mine = audience._self_view

    def theirs(room: Room, seat: str) -> Any:
        return mine(room, seat) | {"notes": {w.id: audience._word(w) for w in room.words}}

    patch.setattr(audience, "_self_view", theirs)


def _removed_people_listen(patch: pytest.MonkeyPatch) -> None:
    of = audience.audience_of

    def still(seat: Any) -> Any:
        return of(replace(seat, place=Place.SEATED) if seat and seat.place is Place.REMOVED else seat)

    for module in ("circle.services.telling", "circle.services.conduct"):
        patch.setattr(f"{module}.audience_of", still)


def _a_frame_for_every_change(patch: pytest.MonkeyPatch) -> None:
    """Numbered and empty: nothing in it tells, and that it comes does."""
    tell = Telling.tell

    def chatty(self: Telling, before: Room, after: Room) -> None:
        said = before.presence != after.presence
        tell(self, before, after)
        if said:
            memory = self._memories.of(after.meeting.id)
            memory.seqs[ROOM] = memory.seqs.get(ROOM, 0) + 1
            empty = {"run": memory.run, "audience": ROOM, "seq": memory.seqs[ROOM], "changes": []}
            self._broadcaster.send(after.meeting.id, ROOM, empty)

    patch.setattr(Telling, "tell", chatty)


def _people_who_are_out(room: Room) -> int:
    return sum(presence.status is Status.OUT for presence in room.presence.values())


KEYS_AND_WORDS: dict[str, tuple[Plant, str]] = {
    "a script in everybody's stage": (
        _on_stage(ROOM, script=lambda room: room.meeting.step.script if room.meeting.step else ""),
        "ana was sent stage.script in room",
    ),
    "a script under a name that is on the list": (
        _on_stage(ROOM, host=lambda room: room.meeting.step.script if room.meeting.step else ""),
        "ana was sent 'FOR-HOSTS'",
    ),
    "a card": (_on_stage(ROOM, advice=audience._advice), "ana was sent stage.advice.id in room"),
    "a card for who stands in": (
        _on_stage(STAND_IN, advice=lambda room: {"id": "L01"}),
        "bo was sent stage.advice.id in stand_in",
    ),
    "who has been heard": (
        _on_stage(ROOM, heard=lambda room: sorted(room.meeting.heard)),
        "fay was sent stage.heard[] in room",
    ),
    "who stepped out": (_shared(ROOM, _statuses), "ana was sent people.status in room"),
    "people for those who wait": (
        _shared(
            DOOR, lambda room, seen: seen | {"people": {s.id: {"name": s.name} for s in room.meeting.seats}}
        ),
        "di was sent people.name in door",
    ),
    "notes of others": (_everybodys_notes, "ana was sent 'PRIVATE-NOTE'"),
    "private words for who stands in": (
        _shared(STAND_IN, lambda room, seen: seen | {"words": audience._hosts_view(room)["words"]}),
        "bo was sent 'PRIVATE-NOTE'",
    ),
    "who had to go, for who stands in": (
        _shared(STAND_IN, lambda room, seen: seen | {"removed": {"x": {"name": "Fay", "banned": False}}}),
        "bo was sent removed.name in stand_in",
    ),
    "who stays after the closing, for those who went": (
        _on_stage(ROOM, staying=lambda room: sorted(s.id for s in room.meeting.seats if s.stays)),
        "ana was sent stage.staying[] in room",
    ),
    "where people are, for members": (
        _on_stage(ROOM, felt=lambda room: sorted(room.signs.pulse.answers)),
        "ana was sent stage.felt[] in room",
    ),
    "the room, for who had to go": (_removed_people_listen, "fay was sent "),
}
BYTES: dict[str, tuple[Plant, str]] = {
    "a number that counts who is here": (
        _on_stage(ROOM, possible=lambda room: 9 - _people_who_are_out(room)),
        "ana can tell",
    ),
    "a number at the door": (_on_stage(DOOR, late=_people_who_are_out), "di can tell"),
    "a frame that says nothing": (_a_frame_for_every_change, "ana can tell"),
    "who stepped out, for who stands in": (_shared(STAND_IN, _statuses), "bo can tell"),
    "a card that comes because of it, for who stands in": (
        _on_stage(STAND_IN, note=lambda room: str(audience._advice(room))),
        "bo can tell",
    ),
}


def by_whole_views(patch: pytest.MonkeyPatch) -> None:
    """What is planted in a view is to be told, also in changes that are otherwise told by what they reach."""
    patch.setattr("circle.domain.told._REACH", {})


@pytest.mark.parametrize("leak", KEYS_AND_WORDS)
def test_a_planted_leak_is_found(leak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, expected = KEYS_AND_WORDS[leak]
    by_whole_views(monkeypatch)
    plant(monkeypatch)
    found = findings(PrivateEvening(tmp_path, EVERYTHING, INSTEAD))
    assert any(line.startswith(expected) for line in found), found


@pytest.mark.parametrize("leak", BYTES)
def test_what_can_be_told_apart_is_found(leak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, expected = BYTES[leak]
    by_whole_views(monkeypatch)
    plant(monkeypatch)
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
    one = PrivateEvening(tmp_path / "one")
    other = PrivateEvening(tmp_path / "other", PRIVATE["steps out, again and again"])
    found = told_apart(one, other)
    assert any(line.startswith(expected) for line in found), found
