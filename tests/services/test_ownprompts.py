"""A circle's own prompts in the store; on both databases. Refusals first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from circle.content.loader import load_library
from circle.content.own import ours_from
from circle.content.own_files import write_csv, write_toml
from circle.content.search import Wanted
from circle.domain.errors import CircleError, Invalid, NotFound, NotNow
from circle.services.circles import CircleForm
from circle.services.clock import SettableClock
from circle.services.ownfiles import OwnFiles
from circle.services.ownprompts import OwnPrompt, OwnPrompts
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import Member, NotYetRow, OwnPromptRow, User
from tests.content.own_sheets import PLAIN, STIRRING
from tests.support import make_circles

GERMAN = {"title": "Eine Tür", "text": "An welcher Tür bist du vorbeigegangen?"}


@pytest.fixture
def circles(committer: Committer, clock: SettableClock) -> dict[str, str]:
    """Mira and Jo, each with a circle; the circle's id by its host."""
    made = make_circles(committer, clock)
    for user_id in ("mira", "jo"):
        user = User(
            id=user_id, address=f"{user_id}@x.example", name=user_id, generation=1, created_at=clock.now()
        )
        committer.submit(lambda db, user=user: db.add(user))
    return {who: made.create(who, CircleForm(f"{who}'s circle", "UTC")) for who in ("mira", "jo")}


@pytest.fixture
def own(committer: Committer, keys: KeyRing, clock: SettableClock) -> OwnPrompts:
    return OwnPrompts(committer, keys, clock, load_library())


@pytest.fixture
def here(circles: dict[str, str]) -> str:
    return circles["mira"]


@pytest.fixture
def door(own: OwnPrompts, here: str) -> OwnPrompt:
    """A prompt in Mira's circle."""
    return own.write("mira", here, asdict(PLAIN))


@pytest.fixture
def files(own: OwnPrompts, committer: Committer) -> OwnFiles:
    return OwnFiles(own, committer, load_library())


def rows(committer: Committer) -> int:
    return committer.read(lambda db: db.scalar(select(func.count()).select_from(OwnPromptRow))) or 0


def refused(act: Callable[[], object], kind: type[CircleError], code: str) -> None:
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code


# -- whose they are -----------------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["mira", "jo"])
def test_nobody_elses_are_found(
    own: OwnPrompts, files: OwnFiles, circles: dict[str, str], door: OwnPrompt, where: str
) -> None:
    """Jo looks into Mira's circle, and looks for Mira's prompt in her own."""
    circle = circles[where]
    attempts: list[Callable[[], object]] = [
        lambda: own.get("jo", circle, door.id),
        lambda: own.change("jo", circle, door.id, 1, asdict(STIRRING)),
        lambda: own.delete("jo", circle, door.id, 1),
        lambda: own.translate("jo", circle, door.id, "de", 0, GERMAN),
        lambda: own.untranslate("jo", circle, door.id, "de", 0),
    ]
    if where == "mira":
        attempts += [
            lambda: own.all("jo", circle),
            lambda: own.write("jo", circle, asdict(PLAIN)),
            lambda: files.out("jo", circle),
            lambda: files.bring("jo", circle, "a.csv", b"title,text,depth\nA,B,1\n"),
        ]
    for attempt in attempts:
        refused(attempt, NotFound, "not_found")
    assert own.get("mira", circles["mira"], door.id) == door


def test_a_member_is_no_host(own: OwnPrompts, here: str, committer: Committer, clock: SettableClock) -> None:
    member = Member(id="m", circle_id=here, role="member", user_id="jo", name="Jo", created_at=clock.now())
    committer.submit(lambda db: db.add(member))
    refused(lambda: own.all("jo", here), NotFound, "not_found")


# -- writing ------------------------------------------------------------------------------------------
def test_what_would_harm_is_not_kept(own: OwnPrompts, here: str, committer: Committer) -> None:
    refused(lambda: own.write("mira", here, asdict(replace(STIRRING, gentle=""))), Invalid, "own_prompt")
    assert rows(committer) == 0


def test_what_people_type_is_cleaned(own: OwnPrompts, here: str) -> None:
    typed = asdict(PLAIN) | {
        "title": "  A\u202e  door\n",
        "text": "Which\r\ndoor?",
        "ways": "tiles",
        "tiles": "One\r\n\r\n  two \n",
        "depth": "2",
    }
    sheet = own.write("mira", here, typed).sheet
    assert (sheet.title, sheet.text, sheet.tiles) == ("A door", "Which door?", "One\ntwo")


def test_pressed_twice_it_is_there_once(own: OwnPrompts, here: str, door: OwnPrompt) -> None:
    assert own.write("mira", here, asdict(PLAIN)) == door
    assert own.all("mira", here) == (door,)


def test_it_is_sealed_where_it_lies(
    own: OwnPrompts, here: str, door: OwnPrompt, committer: Committer, keys: KeyRing
) -> None:
    own.translate("mira", here, door.id, "de", 0, GERMAN)
    row = committer.read(lambda db: db.get_one(OwnPromptRow, door.id))
    assert b"door" not in row.record_ct
    assert "vorbeigegangen" in keys.open(row.record_ct, f"own_prompts.record.{door.id}")
    with pytest.raises(ValueError, match="another place"):
        keys.open(row.record_ct, "own_prompts.record.other")


def test_a_change_counts_and_the_same_words_change_nothing(
    own: OwnPrompts, here: str, door: OwnPrompt, clock: SettableClock
) -> None:
    clock.set(clock.now() + timedelta(days=1))
    assert own.change("mira", here, door.id, 1, asdict(PLAIN)) == door
    assert own.change("mira", here, door.id, 7, asdict(PLAIN)) == door, "a second press is no conflict"
    changed = own.change("mira", here, door.id, 1, asdict(STIRRING))
    assert (changed.version, changed.prompt.version, changed.id) == (2, 2, door.id)
    assert own.get("mira", here, door.id) == changed
    assert own.records(here) == [changed.prompt]


def test_the_later_of_two_hosts_is_told_and_nothing_is_lost(
    own: OwnPrompts, here: str, door: OwnPrompt
) -> None:
    mine, theirs = replace(PLAIN, text="Mine?"), replace(PLAIN, text="Theirs?")
    own.change("mira", here, door.id, 1, asdict(theirs))
    refused(lambda: own.change("mira", here, door.id, 1, asdict(mine)), NotNow, "own_moved")
    refused(lambda: own.delete("mira", here, door.id, 1), NotNow, "own_moved")
    assert own.get("mira", here, door.id).sheet == theirs
    assert own.change("mira", here, door.id, 2, asdict(mine)).sheet == mine


def test_of_two_at_once_one_wins(
    own: OwnPrompts, here: str, door: OwnPrompt, committer: Committer, keys: KeyRing, clock: SettableClock
) -> None:
    together, outcomes = Barrier(2), []

    def change(at: int) -> None:
        elsewhere = OwnPrompts(committer, keys, clock, load_library())
        together.wait()
        try:
            elsewhere.change("mira", here, door.id, 1, asdict(replace(PLAIN, text=f"Number {at}?")))
            outcomes.append("kept")
        except NotNow as moved:
            outcomes.append(moved.code)

    threads = [Thread(target=change, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "own_moved"]
    assert own.get("mira", here, door.id).prompt.version == 2


def test_deleting_takes_it_off_the_list_of_those_that_wait(
    own: OwnPrompts, here: str, door: OwnPrompt, committer: Committer
) -> None:
    for prompt_id in (door.id, "GF-01"):
        row = NotYetRow(circle_id=here, prompt_id=prompt_id, noted_on="2026-03-12")
        committer.submit(lambda db, row=row: db.add(row))
    own.delete("mira", here, door.id, 1)
    assert own.all("mira", here) == ()
    assert committer.read(lambda db: list(db.scalars(select(NotYetRow.prompt_id)))) == ["GF-01"]
    refused(lambda: own.delete("mira", here, door.id, 1), NotFound, "not_found")


def test_as_many_as_fit_and_no_more(
    here: str, committer: Committer, keys: KeyRing, clock: SettableClock
) -> None:
    own = OwnPrompts(committer, keys, clock, load_library(), most=2)
    files = OwnFiles(own, committer, load_library())
    own.write("mira", here, asdict(PLAIN))
    two = b"title,text,depth\nA,B,1\nC,D,1\n"
    refused(lambda: files.bring("mira", here, "a.csv", two), Invalid, "own_full")
    own.write("mira", here, asdict(replace(PLAIN, title="Second")))
    refused(lambda: own.write("mira", here, asdict(replace(PLAIN, title="Third"))), Invalid, "own_full")
    assert own.write("mira", here, asdict(PLAIN)).sheet == PLAIN, "a second press needs no room"
    assert len(own.all("mira", here)) == 2


# -- other languages ----------------------------------------------------------------------------------
def test_a_translation_is_used_as_the_text(own: OwnPrompts, here: str, door: OwnPrompt) -> None:
    own.write("mira", here, asdict(replace(PLAIN, title="Zest")))
    german = own.translate("mira", here, door.id, "de", 0, GERMAN | {"hint": " "})
    assert german.translations["de"].words == GERMAN
    assert [one.text for one in own.records(here, "de")] == [GERMAN["text"], PLAIN.text]
    assert [one.text for one in own.records(here)] == [PLAIN.text, PLAIN.text]
    assert not german.is_behind("de")
    later = own.change("mira", here, door.id, 1, asdict(replace(PLAIN, text="Another?")))
    assert later.is_behind("de"), "translating is no change of the wording, and changing forgets no language"


def test_a_translation_that_does_not_fit_any_more_is_not_shown(own: OwnPrompts, here: str) -> None:
    slow = replace(PLAIN, kind="slow_lines", ways="none", lines="One\nTwo")
    made = own.write("mira", here, asdict(slow))
    own.translate("mira", here, made.id, "de", 0, GERMAN | {"lines": "Eins\nZwei"})
    assert [line.text for line in own.records(here, "de")[0].lines] == ["Eins", "Zwei"]
    own.change("mira", here, made.id, 1, asdict(replace(slow, lines="One\nTwo\nThree")))
    assert own.records(here, "de")[0].language == "en"


def test_two_hosts_translate(own: OwnPrompts, here: str, door: OwnPrompt) -> None:
    own.translate("mira", here, door.id, "de", 0, GERMAN)
    own.translate("mira", here, door.id, "fr", 0, {"title": "Une porte", "text": "Laquelle ?"})
    again = own.translate("mira", here, door.id, "de", 0, GERMAN)
    assert again.translations["de"].version == 1, "the same words are no conflict"
    other = GERMAN | {"title": "Tür"}
    refused(lambda: own.translate("mira", here, door.id, "de", 0, other), NotNow, "own_moved")
    refused(lambda: own.untranslate("mira", here, door.id, "de", 0), NotNow, "own_moved")
    assert own.translate("mira", here, door.id, "de", 1, other).translations["de"].words == other
    left = own.untranslate("mira", here, door.id, "de", 2)
    assert set(left.translations) == {"fr"}
    assert own.untranslate("mira", here, door.id, "de", 0) == left


# -- finding ------------------------------------------------------------------------------------------
def test_the_library_and_our_own_are_searched_together(
    own: OwnPrompts, circles: dict[str, str], door: OwnPrompt
) -> None:
    own.write("jo", circles["jo"], asdict(PLAIN))
    own.translate("mira", circles["mira"], door.id, "de", 0, GERMAN)
    everything = own.find("mira", Wanted("door"))
    assert {circle.id for _, circle in everything if circle} == {circles["mira"]}
    assert any(circle is None for _, circle in everything)
    assert [one.id for one, _ in own.find("mira", Wanted("door"), "own")] == [door.id]
    assert [one.id for one, _ in own.find("mira", Wanted("VORBEIGEGANGEN"))] == [door.id]
    assert all(circle is None for _, circle in own.find("mira", Wanted("door"), "library"))


def test_what_another_process_changed_is_seen(
    own: OwnPrompts, here: str, door: OwnPrompt, committer: Committer, keys: KeyRing, clock: SettableClock
) -> None:
    elsewhere = OwnPrompts(committer, keys, clock, load_library())
    assert len(own.records(here)) == 1
    elsewhere.change("mira", here, door.id, 1, asdict(replace(PLAIN, text="Changed?")))
    elsewhere.write("mira", here, asdict(replace(PLAIN, title="Zest")))
    assert [one.text for one in own.records(here)] == ["Changed?", PLAIN.text]
    elsewhere.delete("mira", here, door.id, 2)
    assert [one.title for one in own.records(here)] == ["Zest"]


# -- files --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("write", [write_toml, write_csv], ids=["toml", "csv"])
def test_a_circles_file_comes_into_another_circle_whole(
    own: OwnPrompts, files: OwnFiles, circles: dict[str, str], door: OwnPrompt, write: Callable[..., str]
) -> None:
    mine, theirs = circles["mira"], circles["jo"]
    own.translate("mira", mine, door.id, "de", 0, GERMAN)
    for prompt_id in ("GF-02", "GR-05", "GR-01", "LY-01"):
        own.write("mira", mine, asdict(ours_from(load_library().prompts[prompt_id])))
    data = write(files.out("mira", mine)).encode()
    same = files.bring("mira", mine, "a", data)
    assert (same.kept, same.good, same.count("same")) == (True, 0, 5)
    assert files.bring("jo", theirs, "a", data).good == 5
    assert files.bring("jo", theirs, "a", data).good == 0, "twice is once"
    said = [
        [(one.sheet, dict(one.translations)) for one in own.all(*who)]
        for who in (("mira", mine), ("jo", theirs))
    ]
    assert [sheet for sheet, _ in said[0]] == [sheet for sheet, _ in said[1]]
    assert [t["de"].words for _, t in said[1] if t] == [GERMAN]
    ids = {one.id for one in own.all("mira", mine)} & {one.id for one in own.all("jo", theirs)}
    assert ids == set(), "another circle's ids are not taken over"


def test_a_file_with_slips_saves_nothing_or_the_good_ones(
    own: OwnPrompts, files: OwnFiles, here: str, committer: Committer
) -> None:
    data = b"title,text,depth,minutes\nA,One?,1,8\nB,Two?,3,8\nC,Three?,,99\n"
    looked = files.bring("mira", here, "a.csv", data)
    assert (looked.kept, looked.good) == (False, 1)
    assert rows(committer) == 0
    found = {(slip.place, slip.field, slip.code) for one in looked.looked for slip in one.slips}
    assert found == {
        ("line 3", "gentle", "own_gentle"),
        ("line 3", "grounding", "own_landing"),
        ("line 4", "depth", "own_choice"),
        ("line 4", "minutes", "own_minutes"),
    }
    taken = files.bring("mira", here, "a.csv", data, only_good=True)
    assert (taken.kept, taken.good) == (True, 1)
    assert [one.sheet.title for one in own.all("mira", here)] == ["A"]


def test_a_translation_that_cannot_stay_refuses_its_prompt(files: OwnFiles, here: str) -> None:
    data = b"title,text,depth,text:de\nA,One?,1,Eins?\n"
    (one,) = files.bring("mira", here, "a.csv", data).looked
    assert [(slip.field, slip.code) for slip in one.slips] == [("title:de", "own_title")]


def test_a_file_changes_what_came_from_here_unless_it_is_older(
    own: OwnPrompts, files: OwnFiles, here: str, door: OwnPrompt
) -> None:
    own.translate("mira", here, door.id, "de", 0, GERMAN)
    own.translate("mira", here, door.id, "fr", 0, {"title": "Une porte", "text": "Laquelle ?"})
    before = write_csv(files.out("mira", here))
    data = before.replace("Which door did", "Which window did").replace("Eine Tür", "Tür").encode()
    assert [one.state for one in files.bring("mira", here, "a.csv", data).looked] == ["changed"]
    now = own.get("mira", here, door.id)
    assert (now.sheet.text, now.prompt.version) == (PLAIN.text.replace("door", "window"), 2)
    assert now.translations["de"].words["title"] == "Tür"
    assert (now.is_behind("de"), now.is_behind("fr")) == (False, True)
    older = files.bring("mira", here, "a.csv", before.replace("Which door", "Which gate").encode())
    assert [slip.code for one in older.looked for slip in one.slips] == ["own_file_older"]
    assert own.get("mira", here, door.id) == now


def test_the_same_prompt_twice_in_a_file(files: OwnFiles, here: str, door: OwnPrompt) -> None:
    head, row = write_csv(files.out("mira", here)).splitlines()
    rows_ = [row.replace("Which door", f"Which {word}") for word in ("gate", "window")]
    looked = files.bring("mira", here, "a.csv", "\n".join([head, *rows_]).encode()).looked
    assert [slip.code for one in looked for slip in one.slips] == ["own_file_twice"]
    fresh = b"title,text,depth\nA,One?,1\nA,One?,1\n"
    assert [one.state for one in files.bring("mira", here, "a.csv", fresh).looked] == ["new", "same"]


def test_ids_fit_the_column_and_never_look_like_the_librarys(door: OwnPrompt) -> None:
    assert len(door.id) <= 32
    assert door.id.startswith("own-")
