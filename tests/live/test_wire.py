"""The wire: every command in good shape, and everything else refused by name of the field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid1, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle.content.loader import Library, load_library
from circle.domain import commands as c
from circle.domain import signs as g
from circle.domain.errors import CircleError, Invalid, NotFound
from circle.domain.pacing import Saving
from circle.domain.permissions import PERMISSIONS, STAGE_COMMANDS
from circle.domain.plan import Sharing
from circle.domain.pulse import Where
from circle.domain.sealed import LETTERS
from circle.live import wire
from circle.services import speech as s
from circle.services.ready import ready_prompts
from tests.domain.test_permissions import TICKER_ONLY

LIBRARY: Library = load_library()
READY = ready_prompts(LIBRARY)[0][0]
SEAT, COMMIT = "Vb3kYJ0m9-_QwErTyUiOpA", "0123456789abcdef" * 4
SECRET = str(uuid4()) + "12345678"
NAMES = sorted(wire.payloads())

GOOD: dict[str, tuple[dict[str, Any], object]] = {
    "open_door": ({}, c.OpenDoor()),
    "next": ({}, c.Next()),
    "go_back": ({}, c.GoBack()),
    "extend_step": ({"minutes": 30}, c.ExtendStep(30)),
    "shorten_step": ({"minutes": 1}, c.ShortenStep(1)),
    "make_up_time": ({"saving": "drop"}, c.MakeUpTime(Saving.DROP)),
    "take_time_back": ({}, c.TakeTimeBack()),
    "pause_clock": ({}, c.PauseClock()),
    "resume_clock": ({}, c.ResumeClock()),
    "hide_clock": ({"hidden": True}, c.HideClock(True)),
    "start_break": ({"minutes": 1}, c.StartBreak(1)),
    "end_break": ({}, c.EndBreak()),
    "ask_question": (
        {"text": " What\u200b now? ", "sharing": "chat_word", "minutes": 5},
        c.AskQuestion("What now?", Sharing.CHAT_WORD, 5),
    ),
    "turn_to_closing": ({}, c.TurnToClosing()),
    "end_session": ({"reason": "late"}, c.EndSession("late")),
    "cancel_session": ({}, c.CancelSession("")),
    "admit": ({"seat": SEAT}, c.Admit(SEAT)),
    "admit_at_next": ({"seat": SEAT}, c.AdmitAtNext(SEAT)),
    "admit_all": ({}, c.AdmitAll()),
    "lock_door": ({}, c.LockDoor()),
    "unlock_door": ({}, c.UnlockDoor()),
    "remove": ({"seat": SEAT, "reason": "unkind"}, c.Remove(SEAT, "unkind")),
    "readmit": ({"seat": SEAT}, c.Readmit(SEAT)),
    "run_late": ({"minutes": 10}, c.RunLate(10)),
    "set_apart": ({"seat": SEAT, "reason": "loud"}, c.SetApart(SEAT, "loud")),
    "bring_back": ({"seat": SEAT}, c.BringBack(SEAT)),
    "ban": ({"seat": SEAT, "reason": ""}, c.Ban(SEAT)),
    "leave_seat": ({}, c.LeaveSeat()),
    "hand_on": ({"holder": SEAT}, c.HandOn(SEAT)),
    "pass_piece": ({}, c.PassPiece()),
    "later": ({}, c.Later()),
    "hold_silence": ({}, c.HoldSilence()),
    "take_piece": ({}, c.TakePiece()),
    "put_hand_down": ({}, c.PutHandDown()),
    "leave_pair": ({}, c.LeavePair()),
    "return_to_pair": ({}, c.ReturnToPair()),
    "skip_turn": ({"holder": SEAT}, c.SkipTurn(SEAT)),
    "take_piece_back": ({"holder": SEAT}, c.TakePieceBack(SEAT)),
    "offer_piece": ({"seat": SEAT}, c.OfferPiece(SEAT)),
    "reorder_round": ({"order": [SEAT]}, c.ReorderRound((SEAT,))),
    "ask_guardian": ({"seat": SEAT}, c.AskGuardian(SEAT)),
    "answer_guardian": ({"yes": False}, c.AnswerGuardian(False)),
    "end_guardian": ({}, c.EndGuardian()),
    "ring_bell": ({}, c.RingBell()),
    "end_bell": ({}, c.EndBell()),
    "take_room": ({}, c.TakeRoom()),
    "stay": ({}, c.Stay()),
    "go_home": ({}, c.GoHome()),
    "close_linger": ({}, c.CloseLinger()),
    "say": ({"step": "s1", "text": "words"}, s.Say("s1", "words")),
    "sketch": ({"step": "s1", "strokes": "0000ff1080c8.0709"}, s.Sketch("s1", "0000ff1080c8.0709")),
    "take_back": ({"share": SEAT}, s.TakeBack(SEAT)),
    "set_aside": ({"share": SEAT, "aside": True}, s.SetAside(SEAT, True)),
    "hold_line": (
        {"step": "s1", "text": "words", "commit": COMMIT, "read_aloud": True, "summary": True},
        s.HoldLine("s1", "words", COMMIT, True, True),
    ),
    "set_line_aside": ({"line": str(UUID(int=7)), "aside": False}, s.SetLineAside(str(UUID(int=7)), False)),
    "take_line_back": ({"secret": SECRET}, s.TakeLineBack(SECRET)),
    "receive": ({"line": str(UUID(int=7))}, s.Receive(str(UUID(int=7)))),
    "whisper": ({"text": "words"}, s.Whisper("words")),
    "warn": ({"seat": SEAT, "text": "words"}, s.Warn(SEAT, "words")),
    "answer_whisper": ({"seat": SEAT, "text": "words"}, s.AnswerWhisper(SEAT, "words")),
    "amend": ({"version": 2, "clauses": ["We listen."]}, s.Amend(2, ("We listen.",))),
    "say_in_pair": ({"step": "s1", "text": "words"}, s.SayInPair("s1", "words")),
    "take_pair_word_back": ({"share": SEAT}, s.TakePairWordBack(SEAT)),
    "affirm": ({"version": 2}, s.Affirm(2)),
    "ask_slower": ({}, g.AskSlower()),
    "ask_pause": ({}, g.AskPause()),
    "put_wish_away": ({"wish": "slower"}, g.PutWishAway(g.Wish.SLOWER)),
    "put_card_away": ({"card": "L01:s1:once"}, g.PutCardAway("L01:s1:once")),
    "am_back": ({}, g.AmBack()),
    "ask_if_well": ({"seat": SEAT}, g.AskIfWell(SEAT)),
    "am_well": ({}, g.AmWell()),
    "tell_hosts": ({"note": SEAT, "text": " words\u200b"}, g.TellHosts(SEAT, "words")),
    "say_where": ({"where": 2}, g.SayWhere(Where.FLOODED)),
    "keep_pulse": ({"on": True}, g.KeepPulse(True)),
    "send_sealed": ({"answer": SEAT, "sealed": "A" * LETTERS}, g.SendSealed(SEAT, "A" * LETTERS)),
    "refuse_check_ups": ({"refuse": True}, g.RefuseCheckUps(True)),
}
MADE_HERE = ("add_seat", "insert_step", "shuffle_round")  # their wishes hold something of the server's own


def wish(name: str, data: object, **more: object) -> wire.Wish:
    """What this frame asks for."""
    frame = wire.parse_frame({"command_id": str(uuid4()), "name": name, "data": data, **more})
    return wire.to_wish(frame, LIBRARY)


def refused(name: str, data: object) -> dict[str, str]:
    """The fields that are named in the refusal."""
    with pytest.raises(Invalid) as refusal:
        wish(name, data)
    assert refusal.value.code in ("invalid", "empty", "too_long")
    return refusal.value.fields


# -- good shape ---------------------------------------------------------------------------------------
def test_all_names_are_known_and_the_tickers_are_not() -> None:
    assert set(NAMES) == {*GOOD, *MADE_HERE}
    tickers = {c.wire_name(kind) for kind in TICKER_ONLY}
    inside = {c.wire_name(kind) for kind in PERMISSIONS} - set(NAMES)
    assert inside == tickers | {"take_seat"}, "sitting down goes through the door, with its agreements"


@pytest.mark.parametrize("name", list(GOOD))
def test_good_data(name: str) -> None:
    data, expected = GOOD[name]
    assert wish(name, data) == expected


def test_a_seat_without_a_screen_gets_an_id_from_here_and_a_plain_name() -> None:
    first, second = (wish("add_seat", {"name": "\u202eTheo\u200b\x00  B "}) for _ in range(2))
    assert isinstance(first, c.AddSeat)
    assert isinstance(second, c.AddSeat)
    assert first.name == "Theo B"
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", first.seat)
    assert first.seat != second.seat


def test_chance_comes_from_here() -> None:
    first, second = (wish("shuffle_round", {}) for _ in range(2))
    assert first != second, "no page chooses the chance"


def test_a_ready_step_is_one_of_those_offered() -> None:
    put = wish("insert_step", {"prompt": READY})
    assert isinstance(put, c.InsertStep)
    assert put.step.prompt is not None
    assert put.step.prompt.id == READY
    deep = next(p.id for p in LIBRARY.prompts.values() if p.intensity > 3)
    for foreign in ("GR-99", deep):
        with pytest.raises(NotFound, match="not_found"):
            wish("insert_step", {"prompt": foreign})


def test_the_pages_send_a_number_with_the_same_commands() -> None:
    """`HOST_STAGE` in store.js is the server's table."""
    source = (Path(__file__).parents[2] / "static/js/meeting/store.js").read_text()
    found = re.search(r"HOST_STAGE = new Set\(\[(.*?)\]\)", source, re.S)
    assert found is not None
    assert set(re.findall(r"'(\w+)'", found[1])) == set(map(c.wire_name, STAGE_COMMANDS))


# -- bad shape ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [*GOOD, *MADE_HERE])
def test_unknown_fields_are_refused_by_name(name: str) -> None:
    data = {"add_seat": {"name": "Theo"}, "insert_step": {"prompt": READY}, "shuffle_round": {}}.get(name)
    data = GOOD[name][0] if data is None else data
    assert refused(name, {**data, "actor": "somebody", "role": "host"}) == {
        "actor": "invalid",
        "role": "invalid",
    }


@pytest.mark.parametrize("name", [name for name in GOOD if GOOD[name][0]])
@pytest.mark.parametrize("wrong", [None, 7, 7.5, ["x"], {"x": 1}, True, "", "\ud800", "a b", "x" * 17_000])
def test_wrong_types_and_sizes_are_refused_by_name(name: str, wrong: Any) -> None:
    for field in GOOD[name][0]:
        good = GOOD[name][0][field]
        free_text = field in ("text", "reason", "secret") and isinstance(wrong, str)
        if type(good) is type(wrong) and (isinstance(good, (bool, int, list)) or free_text):
            continue  # it may be right; the next tests and the use cases look at text and minutes
        assert set(refused(name, {**GOOD[name][0], field: wrong})) == {field}


@pytest.mark.parametrize("name", [*GOOD, *MADE_HERE])
@pytest.mark.parametrize("data", [None, [], "x", 3, True, [{}]])
def test_data_is_an_object(name: str, data: object) -> None:
    assert refused(name, data) == {"data": "invalid"}


@pytest.mark.parametrize(
    ("name", "field", "longest"),
    [("say", "text", 16_000), ("whisper", "text", 16_000), ("end_session", "reason", 200),
     ("remove", "reason", 500), ("take_line_back", "secret", 64)],
)  # fmt: skip
def test_lengths_on_the_wire(name: str, field: str, longest: int) -> None:
    data = GOOD[name][0]
    wish(name, {**data, field: "x" * longest})
    assert refused(name, {**data, field: "x" * (longest + 1)}) == {field: "invalid"}


def test_a_row_has_people_in_it() -> None:
    assert refused("reorder_round", {"order": []}) == {"order": "invalid"}
    assert refused("reorder_round", {"order": [SEAT, "a b"]}) == {"order.1": "invalid"}
    assert refused("reorder_round", {"order": [SEAT] * 25}) == {"order": "invalid"}


def test_half_a_character_is_refused() -> None:
    """JSON can hold one; no database or page could."""
    for name in ("say", "whisper", "hold_line"):
        assert refused(name, {**GOOD[name][0], "text": "a \ud83d"}) == {"text": "invalid"}


@pytest.mark.parametrize("minutes", [0, -1, 31, 10**30, "5", 5.0, True, None])
def test_minutes(minutes: object) -> None:
    for name in ("extend_step", "shorten_step", "start_break"):
        assert refused(name, {"minutes": minutes}) == {"minutes": "invalid"}


@pytest.mark.parametrize("where", [-1, 5, "2", 2.0, True, None, "flooded"])
def test_places_are_numbers_so_that_every_answer_is_as_long_as_every_other(where: object) -> None:
    assert refused("say_where", {"where": where}) == {"where": "invalid"}
    assert [wish("say_where", {"where": at}) for at in range(5)] == [g.SayWhere(place) for place in Where]


@pytest.mark.parametrize("minutes", [-1, 31, "5", 5.0, True, None])
def test_minutes_late(minutes: object) -> None:
    assert refused("run_late", {"minutes": minutes}) == {"minutes": "invalid"}


@pytest.mark.parametrize("sharing", ["tiles", "unnamed_read", "everything", "", 3])
def test_own_questions_are_answered_in_ways_that_work_on_the_spot(sharing: object) -> None:
    assert set(refused("ask_question", {"text": "What?", "sharing": sharing})) == {"sharing"}


def test_an_own_question_has_words_that_fit() -> None:
    assert refused("ask_question", {"text": "\u200b", "sharing": "none"}) == {"text": "empty"}
    assert refused("ask_question", {"text": "x" * 4001, "sharing": "none"}) == {"text": "too_long"}


@pytest.mark.parametrize(
    "name", ["", "Next", "hold", "release", "break_is_over", "take_seat", "eval", "next "]
)
def test_unknown_commands(name: str) -> None:
    with pytest.raises(Invalid, match="unknown_command"):
        wish(name, {})


@pytest.mark.parametrize(
    ("frame", "fields"),
    [
        (None, {""}),
        ("next", {""}),
        ([], {""}),
        ({}, {"command_id", "name"}),
        ({"command_id": str(uuid4())}, {"name"}),
        ({"command_id": "1", "name": "next"}, {"command_id"}),
        ({"command_id": str(uuid1()), "name": "next"}, {"command_id"}),  # it would hold time and machine
        ({"command_id": str(uuid4()).upper(), "name": "next"}, {"command_id"}),
        ({"command_id": str(uuid4()) + "\n", "name": "next"}, {"command_id"}),
        ({"command_id": str(uuid4()), "name": "x" * 33}, {"name"}),
        ({"command_id": str(uuid4()), "name": 5}, {"name"}),
        ({"command_id": str(uuid4()), "name": "next", "expected_seq": -1}, {"expected_seq"}),
        ({"command_id": str(uuid4()), "name": "next", "expected_seq": "4"}, {"expected_seq"}),
        ({"command_id": str(uuid4()), "name": "next", "expected_seq": True}, {"expected_seq"}),
        ({"command_id": str(uuid4()), "name": "next", "seat": SEAT}, {"seat"}),
    ],
)
def test_frames_that_are_none(frame: object, fields: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        wire.parse_frame(frame)
    assert set(refusal.value.fields) == fields


def test_status_and_auth() -> None:
    for status in ("here", "out", "call"):
        assert wire.parse_status({"status": status}).status == status
    for raw in (None, {}, {"status": "gone"}, {"status": "out", "seat": SEAT}, "out"):
        with pytest.raises(Invalid):
            wire.parse_status(raw)
    assert wire.parse_auth({"v": 1, "ticket": "t"}).ticket == "t"
    for raw in (None, {}, {"v": 1}, {"v": 1, "ticket": "t" * 65}, {"v": 1, "ticket": "t", "role": "host"}):
        with pytest.raises(Invalid):
            wire.parse_auth(raw)


# -- anything at all ----------------------------------------------------------------------------------
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = sorted({field for data, _ in GOOD.values() for field in data} | {"name", "prompt"})


@given(raw=JSON)
def test_any_frame_is_a_wish_or_a_refusal(raw: Any) -> None:
    for parse in (wire.parse_frame, wire.parse_status, wire.parse_auth):
        with pytest.raises(CircleError):
            parse(raw)


@given(
    name=st.sampled_from(NAMES),
    data=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
)
def test_any_data_is_a_wish_or_a_refusal(name: str, data: dict[str, Any]) -> None:
    code = ""
    try:
        assert isinstance(wish(name, data), wire.Wish)
    except CircleError as refusal:
        code = refusal.code
    assert code in {"", *LIBRARY.refusals}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_half_a_letter_is_refused_in_every_field(name: str) -> None:
    data, _ = GOOD[name]
    told = {"command_id": str(uuid4()), "name": name}
    for field, value in data.items():
        half: object = ["\ud800"] * len(value) if isinstance(value, list) else "\ud800"
        with pytest.raises(Invalid):
            wire.to_wish(wire.parse_frame(told | {"data": data | {field: half}}), LIBRARY)
    with pytest.raises(Invalid):
        wire.to_wish(wire.parse_frame(told | {"data": data | {"\ud800": 1}}), LIBRARY)
    for raw in ({"\ud800": 1}, told | {"name": "\ud800"}, {"v": 1, "ticket": "\ud800"}, "\ud800"):
        for parse in (wire.parse_frame, wire.parse_status, wire.parse_auth):
            with pytest.raises(Invalid):
                parse(raw)
