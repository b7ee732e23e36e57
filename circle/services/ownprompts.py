"""A circle's own prompts: written, changed, translated and deleted by its hosts, and by nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from circle.content.loader import Library
from circle.content.own import prompt_from, sheet_of
from circle.content.own_sheet import FIELDS, MANY_LINES, Sheet, sheet_from
from circle.content.own_translation import translated
from circle.content.schema import PromptRecord
from circle.content.search import Index, Wanted
from circle.domain.errors import Invalid, NotFound, NotNow
from circle.services.circles import HostedCircle, all_hosted, hosted
from circle.services.ports import Clock, new_id
from circle.services.tidy import plain_line, plain_text
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import NotYetRow, OwnPromptRow

MOST = 1000  # own prompts of one circle
_SHELVES_KEPT = 16
_YES, _NO = ("yes", "y", "true", "1"), ("", "no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class Translation:
    """A prompt's words in another language, by fields of the sheet. version: 1 and up, for who was quicker.

    of_version: the wording of the prompt it was made from.
    """

    words: Mapping[str, str]
    of_version: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class OwnPrompt:
    """An own prompt with its translations. version counts every change, `prompt.version` those of its
    wording."""

    id: str
    version: int
    changed_at: datetime
    prompt: PromptRecord
    translations: Mapping[str, Translation] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        """What stands on its form."""
        return sheet_of(self.prompt)

    def is_behind(self, tag: str) -> bool:
        """Whether the prompt has been changed since it was translated."""
        return self.translations[tag].of_version != self.prompt.version


@dataclass(frozen=True, slots=True)
class Shelf:
    """All own prompts of a circle, by title, and ready to be searched."""

    prompts: tuple[OwnPrompt, ...]
    index: Index


def clean_sheet(values: Mapping[str, str]) -> Sheet:
    """What people typed as a sheet: visible text, one line where one is meant, yes and no in one word."""
    clean = clean_words({name: values.get(name, "") for name in FIELDS})
    number = clean["number"].lower()
    clean["number"] = "yes" if number in _YES else "" if number in _NO else number
    return sheet_from(clean)


def clean_words(values: Mapping[str, str]) -> dict[str, str]:
    """Fields of a sheet as visible text, without the lines that are empty."""
    return {
        name: "\n".join(filter(None, plain_text(text).split("\n")))
        if name in MANY_LINES
        else plain_line(text)
        for name, text in values.items()
    }


class OwnPrompts:
    """Every lookup is for one account: foreign circles and their prompts are not found."""

    def __init__(
        self, committer: Committer, keys: KeyRing, clock: Clock, library: Library, *, most: int = MOST
    ) -> None:
        self._committer = committer
        self._keys = keys
        self._clock = clock
        self._library = library
        self._library_index = Index(library.prompts.values())
        self._most = most
        self._shelves: dict[str, Shelf] = {}

    # -- looking --------------------------------------------------------------------------------------
    def all(self, user_id: str, circle_id: str) -> tuple[OwnPrompt, ...]:
        """The circle's own prompts by title. Raises NotFound."""

        def work(db: Session) -> Shelf:
            hosted(db, user_id, circle_id)
            return self.shelf(db, circle_id)

        return self._committer.read(work).prompts

    def get(self, user_id: str, circle_id: str, prompt_id: str) -> OwnPrompt:
        """One of them. Raises NotFound."""
        return self._committer.read(lambda db: self._opened(_row(db, user_id, circle_id, prompt_id)))

    def records(self, circle_id: str, lang: str = "") -> list[PromptRecord]:
        """The circle's own prompts as prompts like any other, by title, for whoever has made sure that
        the circle may be seen.

        lang: those that are translated into it are given in it, the others as they are.
        """
        shelf = self._committer.read(lambda db: self.shelf(db, circle_id))
        return [self.in_language(own, lang) for own in shelf.prompts]

    def in_language(self, own: OwnPrompt, lang: str) -> PromptRecord:
        """The prompt in this language where there is a translation that fits it, else as it is."""
        found = own.translations.get(lang)
        if found is None:
            return own.prompt
        try:
            return translated(own.prompt, lang, found.words, self._library)
        except Invalid:  # the prompt has changed its shape since then
            return own.prompt

    def find(
        self, user_id: str, wanted: Wanted, whose: str = ""
    ) -> list[tuple[PromptRecord, HostedCircle | None]]:
        """What fits, each with the circle whose own it is; None for the library's.

        whose: "library", "own" (of all this account's circles), or "" for both.
        """

        def work(db: Session) -> list[tuple[HostedCircle, Shelf]]:
            circles = all_hosted(db, user_id) if whose != "library" else []
            return [(circle, self.shelf(db, circle.id)) for circle in circles]

        shelves = self._committer.read(work)
        home = {own.id: circle for circle, shelf in shelves for own in shelf.prompts}
        index = self._library_index if whose != "own" else Index(())
        for _, shelf in shelves:
            index += shelf.index
        return [(prompt, home.get(prompt.id)) for prompt in index.find(wanted)]

    def shelf(self, db: Session, circle_id: str) -> Shelf:
        """The circle's own prompts. Only what has changed since the last time is opened and read anew.

        To be asked before anything is written in the same transaction: what is read is kept.
        """
        stamps = select(OwnPromptRow.id, OwnPromptRow.version).where(OwnPromptRow.circle_id == circle_id)
        now = {(row[0], row[1]) for row in db.execute(stamps)}
        kept = self._shelves.pop(circle_id, Shelf((), Index(())))
        known = {(own.id, own.version): own for own in kept.prompts}
        if now != known.keys():
            missing = [prompt_id for prompt_id, version in now if (prompt_id, version) not in known]
            fresh = [
                self._opened(row)
                for at in range(0, len(missing), 500)  # databases take so many values at once
                for row in db.scalars(select(OwnPromptRow).where(OwnPromptRow.id.in_(missing[at : at + 500])))
            ]
            kept = _shelf([*(own for stamp, own in known.items() if stamp in now), *fresh])
        self._shelves[circle_id] = kept
        while len(self._shelves) > _SHELVES_KEPT:
            self._shelves.pop(next(iter(self._shelves)))
        return kept

    def library_for(self, db: Session, circle_id: str) -> Library:
        """The library as this circle's hosts have it: with its own prompts. As `shelf`."""
        own = {one.id: one.prompt for one in self.shelf(db, circle_id).prompts}
        return replace(self._library, prompts={**self._library.prompts, **own})

    # -- writing --------------------------------------------------------------------------------------
    def write(self, user_id: str, circle_id: str, values: Mapping[str, str]) -> OwnPrompt:
        """A new prompt; one that says just this already is given back, as a second press would want.

        Raises NotFound, Invalid with `fields`, Invalid("own_full") at a thousand.
        """
        sheet = clean_sheet(values)

        def work(db: Session) -> OwnPrompt:
            hosted(db, user_id, circle_id)
            made = self.prompt(sheet)
            for own in self.shelf(db, circle_id).prompts:
                if own.prompt.text == made.text and own.sheet == sheet_of(made):
                    return own
            self.make_room(db, circle_id, 1)
            return self.add(db, circle_id, made, {})

        return self._committer.submit(work)

    def change(
        self, user_id: str, circle_id: str, prompt_id: str, wording: int, values: Mapping[str, str]
    ) -> OwnPrompt:
        """Other words for it; the same words change nothing. wording: the `prompt.version` that was read.

        Raises NotFound, Invalid with `fields`, NotNow("own_moved") when another host was quicker.
        """
        sheet = clean_sheet(values)

        def work(db: Session) -> OwnPrompt:
            row = _row(db, user_id, circle_id, prompt_id, to_change=True)
            now = self._opened(row)
            made = self.prompt(sheet, prompt_id, now.prompt.version + 1)
            if sheet_of(made) == now.sheet:
                return now
            if now.prompt.version != wording:
                raise NotNow("own_moved")
            return self.put(row, replace(now, prompt=made))

        return self._committer.submit(work)

    def delete(self, user_id: str, circle_id: str, prompt_id: str, wording: int) -> None:
        """It is gone; plans that hold a copy keep it. Raises NotFound, NotNow("own_moved")."""

        def work(db: Session) -> None:
            row = _row(db, user_id, circle_id, prompt_id, to_change=True)
            if self._opened(row).prompt.version != wording:
                raise NotNow("own_moved")
            waiting = (NotYetRow.circle_id == circle_id, NotYetRow.prompt_id == prompt_id)
            db.execute(delete(NotYetRow).where(*waiting))
            db.delete(row)

        self._committer.submit(work)
        self._shelves.pop(circle_id, None)  # its words go from memory too

    def translate(
        self, user_id: str, circle_id: str, prompt_id: str, tag: str, seen: int, words: Mapping[str, str]
    ) -> OwnPrompt:
        """Its words in another language. seen: the version of that translation that was read, 0 for none.

        Raises NotFound, Invalid with `fields`, NotNow("own_moved").
        """
        given = {name: text for name, text in clean_words(words).items() if text}

        def work(db: Session) -> OwnPrompt:
            row, now = self._to_translate(db, user_id, circle_id, prompt_id)
            translated(now.prompt, tag, given, self._library)
            before = now.translations.get(tag)
            if before and before.words == given and before.of_version == now.prompt.version:
                return now
            if seen != (before.version if before else 0):
                raise NotNow("own_moved")
            new = Translation(given, now.prompt.version, seen + 1)
            return self.put(row, replace(now, translations={**now.translations, tag: new}))

        return self._committer.submit(work)

    def untranslate(self, user_id: str, circle_id: str, prompt_id: str, tag: str, seen: int) -> OwnPrompt:
        """Without that language; twice is fine. Raises NotFound, NotNow("own_moved")."""

        def work(db: Session) -> OwnPrompt:
            row, now = self._to_translate(db, user_id, circle_id, prompt_id)
            before = now.translations.get(tag)
            if before is None:
                return now
            if seen != before.version:
                raise NotNow("own_moved")
            rest = {key: value for key, value in now.translations.items() if key != tag}
            return self.put(row, replace(now, translations=rest))

        return self._committer.submit(work)

    def _to_translate(
        self, db: Session, user_id: str, circle_id: str, prompt_id: str
    ) -> tuple[OwnPromptRow, OwnPrompt]:
        row = _row(db, user_id, circle_id, prompt_id, to_change=True)
        return row, self._opened(row)

    # -- what files need too --------------------------------------------------------------------------
    def prompt(self, sheet: Sheet, prompt_id: str = "", version: int = 1) -> PromptRecord:
        """What the sheet describes, under a new id if none is given. Raises Invalid with `fields`."""
        today = self._clock.now().date()
        return prompt_from(
            sheet, self._library, today, prompt_id=prompt_id or f"own-{new_id()}", version=version
        )

    def make_room(self, db: Session, circle_id: str, wanted: int) -> None:
        """Raises Invalid("own_full") when so many more do not fit."""
        query = select(func.count()).select_from(OwnPromptRow).where(OwnPromptRow.circle_id == circle_id)
        if (db.scalar(query) or 0) + wanted > self._most:
            raise Invalid("own_full", {"text": "own_full"})

    def add(
        self, db: Session, circle_id: str, prompt: PromptRecord, translations: Mapping[str, Translation]
    ) -> OwnPrompt:
        """A row for a new prompt."""
        own = OwnPrompt(prompt.id, 1, self._clock.now(), prompt, translations)
        db.add(
            OwnPromptRow(
                id=own.id,
                circle_id=circle_id,
                version=own.version,
                record_ct=self._sealed(own),
                changed_at=own.changed_at,
            )
        )
        return own

    def put(self, row: OwnPromptRow, own: OwnPrompt) -> OwnPrompt:
        """The row with what has changed."""
        new = replace(own, version=row.version + 1, changed_at=self._clock.now())
        row.version, row.changed_at, row.record_ct = new.version, new.changed_at, self._sealed(new)
        return new

    def _sealed(self, own: OwnPrompt) -> bytes:
        words = {
            tag: {"words": dict(one.words), "of_version": one.of_version, "version": one.version}
            for tag, one in own.translations.items()
        }
        whole = {"prompt": own.prompt.model_dump(mode="json"), "translations": words}
        return self._keys.seal(json.dumps(whole, ensure_ascii=False), _place(own.id))

    def _opened(self, row: OwnPromptRow) -> OwnPrompt:
        whole = json.loads(self._keys.open(row.record_ct, _place(row.id)))
        return OwnPrompt(
            id=row.id,
            version=row.version,
            changed_at=row.changed_at,
            prompt=PromptRecord.model_validate(whole["prompt"]),
            translations={tag: Translation(**one) for tag, one in whole["translations"].items()},
        )


def _shelf(prompts: Iterable[OwnPrompt]) -> Shelf:
    ordered = tuple(sorted(prompts, key=lambda own: (own.prompt.title.casefold(), own.id)))
    also = {
        own.id: " ".join(text for one in own.translations.values() for text in one.words.values())
        for own in ordered
    }
    return Shelf(ordered, Index((own.prompt for own in ordered), also))


def _place(prompt_id: str) -> str:
    return f"own_prompts.record.{prompt_id}"


def _row(
    db: Session, user_id: str, circle_id: str, prompt_id: str, *, to_change: bool = False
) -> OwnPromptRow:
    """The row, if the circle is this host's and the prompt that circle's. Raises NotFound."""
    hosted(db, user_id, circle_id)
    row = db.get(OwnPromptRow, prompt_id, with_for_update=to_change)
    if row is None or row.circle_id != circle_id:
        raise NotFound("not_found")
    return row
