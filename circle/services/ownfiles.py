"""A circle's own prompts in files: all of them out, and those of a file in, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from circle.content.loader import Library
from circle.content.own import sheet_of
from circle.content.own_files import Entry, Filed, Slip, read_file
from circle.content.own_translation import translated
from circle.content.schema import PromptRecord
from circle.domain.errors import Invalid, NotNow
from circle.services.circles import hosted
from circle.services.ownprompts import OwnPrompt, OwnPrompts, Translation, clean_sheet, clean_words
from circle.services.tidy import plain_line
from circle.store.committer import Committer
from circle.store.models import OwnPromptRow

State = Literal["new", "changed", "same", "refused"]


@dataclass(frozen=True, slots=True)
class Looked:
    """One prompt of a file. changed: it is here in an earlier wording; same: it is here already."""

    place: str
    title: str
    state: State
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file. kept: whether its good ones are here now; else nothing was saved."""

    looked: tuple[Looked, ...]
    slips: tuple[Slip, ...]
    kept: bool

    def count(self, *states: State) -> int:
        """How many came out like this."""
        return sum(one.state in states for one in self.looked)

    @property
    def whole(self) -> bool:
        """Whether there is nothing to mend in it."""
        return not self.slips and not self.count("refused")

    @property
    def good(self) -> int:
        """How many can be, or have been, taken."""
        return self.count("new", "changed")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An entry that could be read as far as this: its prompt and translations, or its slips."""

    entry: Entry
    prompt: PromptRecord | None
    words: Mapping[str, Mapping[str, str]]
    slips: tuple[Slip, ...]


class OwnFiles:
    """Beside `OwnPrompts`, for whole files."""

    def __init__(self, own: OwnPrompts, committer: Committer, library: Library) -> None:
        self._own = own
        self._committer = committer
        self._library = library

    def out(self, user_id: str, circle_id: str) -> list[Filed]:
        """All own prompts of a circle, to be written down. Raises NotFound."""
        return [
            Filed(one.id, one.version, one.sheet, _words(one)) for one in self._own.all(user_id, circle_id)
        ]

    def bring(
        self, user_id: str, circle_id: str, name: str, data: bytes, *, only_good: bool = False
    ) -> Brought:
        """The prompts of a file. With a slip anywhere nothing is saved, unless `only_good`.

        An entry with the id of a prompt of this circle changes it, if it has not been changed since the
        file was made; bringing the same file twice changes nothing. Raises NotFound, Invalid("own_full"),
        NotNow("own_moved") when another host changes one at this moment.
        """
        contents = read_file(name, data)
        candidates = [self._candidate(entry) for entry in contents.entries]

        def work(db: Session) -> Brought:
            hosted(db, user_id, circle_id)
            here = {own.id: own for own in self._own.shelf(db, circle_id).prompts}
            looked = _look(candidates, here)
            brought = Brought(tuple(looked), contents.slips, kept=False)
            if brought.whole or only_good:
                brought = replace(brought, kept=True)
                self._own.make_room(db, circle_id, brought.count("new"))
                for candidate, one in zip(candidates, looked, strict=True):
                    self._keep(db, circle_id, candidate, one.state, here)
            return brought

        return self._committer.submit(work)

    def _candidate(self, entry: Entry) -> _Candidate:
        sheet = clean_sheet(entry.values)
        words = {
            tag: {name: text for name, text in clean_words(given).items() if text}
            for tag, given in entry.translations.items()
        }
        try:
            prompt = self._own.prompt(sheet)
        except Invalid as refusal:
            return _Candidate(entry, None, words, (*entry.slips, *_slips(entry.place, refusal)))
        slips = list(entry.slips)
        for tag, given in words.items():
            try:
                translated(prompt, tag, given, self._library)
            except Invalid as refusal:
                slips += _slips(entry.place, refusal, f":{tag}")
        return _Candidate(entry, prompt, words, tuple(slips))

    def _keep(
        self,
        db: Session,
        circle_id: str,
        candidate: _Candidate,
        state: State,
        here: Mapping[str, OwnPrompt],
    ) -> None:
        prompt = candidate.prompt
        if prompt is None or state not in ("new", "changed"):
            return
        if state == "new":
            words = {tag: Translation(given, prompt.version) for tag, given in candidate.words.items()}
            self._own.add(db, circle_id, prompt, words)
            return
        before = here[candidate.entry.id]
        row = db.get(OwnPromptRow, before.id, with_for_update=True)
        if row is None or row.version != before.version:
            raise NotNow("own_moved")
        self._own.put(row, _merged(before, prompt, candidate.words))


def _look(candidates: list[_Candidate], here: Mapping[str, OwnPrompt]) -> list[Looked]:
    """What becomes of each; `here` are the circle's prompts by id."""
    known = {_content(own.prompt, _words(own)) for own in here.values()}
    met: set[str] = set()
    looked: list[Looked] = []
    for one in candidates:
        place, before = one.entry.place, here.get(one.entry.id)
        slips = one.slips
        state: State = "refused"
        if one.prompt is not None:
            content = _content(one.prompt, one.words)
            state = "same" if content in known else "changed" if before else "new"
            known.add(content)
        if before and before.id in met:
            slips = (*slips, Slip(place, "id", "own_file_twice"))
        elif before and state == "changed" and one.entry.version != before.version:
            slips = (*slips, Slip(place, "version", "own_file_older"))
        if before:
            met.add(before.id)
        title = plain_line(one.entry.values.get("title", ""))[:80]
        looked.append(Looked(place, title, "refused" if slips else state, slips))
    return looked


def _content(prompt: PromptRecord, words: Mapping[str, Mapping[str, str]]) -> tuple[object, ...]:
    """Something that is equal for prompts that say the same."""
    return sheet_of(prompt), tuple((tag, *sorted(words[tag].items())) for tag in sorted(words))


def _words(own: OwnPrompt) -> dict[str, Mapping[str, str]]:
    return {tag: one.words for tag, one in own.translations.items()}


def _merged(before: OwnPrompt, prompt: PromptRecord, words: Mapping[str, Mapping[str, str]]) -> OwnPrompt:
    """The prompt with what the file says of it; languages that are not in the file stay."""
    wording = before.prompt
    if sheet_of(prompt) != before.sheet:
        wording = prompt.model_copy(update={"id": before.id, "version": wording.version + 1})
    kept = dict(before.translations)
    for tag, given in words.items():
        if tag not in kept or kept[tag].words != given:
            version = kept[tag].version + 1 if tag in kept else 1
            kept[tag] = Translation(given, wording.version, version)
    return replace(before, prompt=wording, translations=kept)


def _slips(place: str, refusal: Invalid, language: str = "") -> list[Slip]:
    return [Slip(place, f"{name}{language}", code) for name, code in refusal.fields.items()]
