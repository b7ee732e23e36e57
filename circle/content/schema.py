"""The shape of every record in the content files. Unknown fields are refused: a typo is not a wish.

Rules that join several fields of a prompt or a template stand in `rules`; wording stands in `lint`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

from circle.domain.plan import Kind, Sharing, StepClass

PROMPT_ID = r"^(CK|AG|GR|BR|CL|LY|GF|OG|SE)-\d{2,3}$"
ANY_PROMPT_ID = rf"{PROMPT_ID}|^own-[A-Za-z0-9_-]{{22}}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MAX_WORDS = 70
MAX_NOTE_WORDS = 90
MAX_WHY_WORDS = 40


_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def as_read(text: str) -> str:
    """A text as people read it: one flowing line without TOML's breaks, and curly apostrophes."""
    return _APOSTROPHE.sub("’", " ".join(text.split()))


def _one_line(value: object) -> object:
    return as_read(value) if isinstance(value, str) else value


def _at_most(words: int) -> AfterValidator:
    def check(text: str) -> str:
        found = len(text.split())
        if found > words:
            raise ValueError(f"has {found} words, at most {words} are read in one breath")
        return text

    return AfterValidator(check)


Text = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1)]
MaybeText = Annotated[str, BeforeValidator(_one_line)]
Title = Annotated[Text, StringConstraints(max_length=40)]
PromptText = Annotated[Text, _at_most(MAX_WORDS)]
HostNote = Annotated[Text, _at_most(MAX_NOTE_WORDS)]
MaybeHostNote = Annotated[MaybeText, _at_most(MAX_NOTE_WORDS)]
Whole = Annotated[int, Field(strict=True)]  # "4" and true are slips of the pen, not numbers
Minutes = Annotated[Whole, Field(ge=1, le=60)]
PromptId = Annotated[str, StringConstraints(pattern=PROMPT_ID)]
AnyPromptId = Annotated[str, StringConstraints(pattern=ANY_PROMPT_ID)]

Theme = Literal["grief", "outgrowing", "security", "shared"]
PromptKind = Literal[
    "check_in", "reflection", "writing", "unsent_letter", "slow_lines", "breath", "orienting",
    "movement", "sketch", "pair", "poll_tiles", "witness", "reading", "closing", "agreement", "break",
]  # fmt: skip
SharingMode = Literal[
    "none", "private", "tiles", "chat_word", "unnamed_wall", "unnamed_read", "to_facilitator", "pair",
    "spoken_volunteer", "spoken_round",
]  # fmt: skip
Contraindication = Literal[
    "recent_loss", "new_group", "open_group", "single_host", "breath_sensitive", "body_sensitive",
    "contact_with_harm", "religious_tone", "late_evening", "anniversary", "minors",
]  # fmt: skip


Severity = Literal["error", "warn", "hint"]


class Record(BaseModel):
    """Base of all records: frozen, and strangers among the fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SlowLine(Record):
    """A line to read along in silence, and the pause after it in seconds."""

    text: Annotated[Text, StringConstraints(max_length=60)]
    pause_s: Annotated[Whole, Field(ge=4, le=20)]


class PaceRecord(Record):
    """A slow rhythm in seconds, the same on every page. A hold or a rest of 0 is none."""

    in_s: Annotated[Whole, Field(ge=2, le=10)]
    hold_s: Annotated[Whole, Field(ge=0, le=6)] = 0
    out_s: Annotated[Whole, Field(ge=2, le=10)]
    rest_s: Annotated[Whole, Field(ge=0, le=6)] = 0
    rounds: Annotated[Whole, Field(ge=1, le=60)]


class MinuteRange(Record):
    """How long the whole step may take, in minutes."""

    min: Minutes
    suggested: Minutes
    max: Minutes


class Gentle(Record):
    """The softer way in. A member takes it privately."""

    text: PromptText
    intensity: Annotated[Whole, Field(ge=1, le=3)]


class AfterCare(Record):
    """What follows a stirring prompt: a grounding, for how many minutes, and a line for members."""

    grounding_id: PromptId
    minutes: Annotated[Whole, Field(ge=1, le=15)]
    member_line: PromptText


class Participants(Record):
    """With how many people a prompt works."""

    min: Annotated[Whole, Field(ge=1)]
    max: Annotated[Whole, Field(le=40)]


class PromptRecord(Record):
    """One prompt, of the library or a circle's own. Meaning of each field: docs/content.md.

    Three things are constants and so no fields: passing is always free, one's own words can always be
    taken back, and no prompt can ask for a camera or a microphone.
    """

    id: AnyPromptId
    version: Annotated[Whole, Field(ge=1)]
    status: Literal["draft", "reviewed", "retired"]
    title: Title
    text: PromptText
    lines: tuple[SlowLine, ...] = ()
    one_by_one: tuple[Annotated[Text, StringConstraints(max_length=80)], ...] = ()
    pace: PaceRecord | None = None
    tiles: tuple[Annotated[Text, StringConstraints(max_length=60)], ...] = ()
    number: StrictBool = False  # answered with a number from 0 to 10
    theme: Theme
    themes_secondary: tuple[Theme, ...] = ()
    nourishes: Literal["resource", "strength", "joy", "consolidation"] | None = None
    strand: Literal["safety", "awareness", "connection"]
    layer: Annotated[Whole, Field(ge=1, le=4)]
    intensity: Annotated[Whole, Field(ge=1, le=5)]
    kind: PromptKind
    arc: Annotated[tuple[Literal["open", "early", "middle", "late", "close"], ...], Field(min_length=1)]
    minutes: MinuteRange
    solo_minutes: Annotated[Whole, Field(ge=0, le=20)]
    silence_after_s: Annotated[Whole, Field(ge=0, le=180)] = 0
    sharing_modes: Annotated[tuple[SharingMode, ...], Field(min_length=1)]
    anonymous_friendly: StrictBool
    share_hint: MaybeText = ""
    gentle_alternative: Gentle | None = None
    content_note: MaybeText = ""
    facilitator_note: MaybeHostNote = ""
    listen_for: tuple[str, ...] = ()
    after_care: AfterCare | None = None
    contraindications: tuple[Contraindication, ...]
    min_session: Annotated[Whole, Field(ge=1)]
    group: Literal["open", "closed"]
    participants: Participants | None = None
    needs_second_host: StrictBool
    body_based: StrictBool
    non_body_alternative: MaybeText = ""
    accessibility: MaybeText = ""
    source_ideas: tuple[str, ...] = ()
    why: Annotated[MaybeText, _at_most(MAX_WHY_WORDS)] = ""  # for members who would like to know
    rationale: MaybeText = ""
    language: Annotated[str, StringConstraints(pattern=LANGUAGE)]
    translation_of: PromptId | None = None
    adapted_for: MaybeText = ""
    adapted_from: PromptId | None = None
    author: MaybeText = ""
    licence: Literal["CC-BY-SA-4.0", ""] = ""
    reviewed_by: MaybeText = ""
    reviewed_on: date | None = None


class LibraryPrompt(PromptRecord):
    """A prompt as the content files hold it: more is owed to circles one does not know."""

    id: PromptId
    share_hint: Text
    facilitator_note: HostNote
    accessibility: Text
    source_ideas: Annotated[tuple[str, ...], Field(min_length=1)]
    author: Text
    licence: Literal["CC-BY-SA-4.0"]


class StepRecord(Record):
    """One step of a template. `script` is what the host says, `note` a stage direction."""

    title: Title
    kind: Kind
    cls: Annotated[StepClass, Field(alias="class")]
    minutes: Minutes
    intensity: Annotated[Whole, Field(ge=0, le=5)]
    sharing: Sharing
    prompt: PromptId | None = None
    solo_minutes: Annotated[Whole, Field(ge=0, le=20)] = 0
    script: Text
    note: MaybeText = ""
    number: StrictBool = False
    optional: StrictBool = False
    droppable_rank: Annotated[Whole, Field(ge=0, le=9)] = 0


class TemplateRecord(Record):
    """A whole evening, before its prompts are frozen into it. `about` is one or two lines for hosts."""

    id: Annotated[str, StringConstraints(pattern=r"^T\d{1,2}$")]
    name: Title
    about: Text
    theme: Theme
    total_minutes: Annotated[Whole, Field(ge=15, le=150)]
    group: Literal["open", "closed"]
    min_session: Annotated[Whole, Field(ge=1)]
    needs_second_host: Literal["advised", "yes", "required"]
    participants: Annotated[Whole, Field(ge=2, le=20)]
    linger_minutes: Annotated[Whole, Field(ge=0, le=30)] = 0
    steps: Annotated[tuple[StepRecord, ...], Field(alias="step", min_length=1)]


class Clause(Record):
    """One line of the agreements a circle starts with and may change."""

    id: Annotated[str, StringConstraints(pattern=r"^AG-\d{2,3}$")]
    text: PromptText


class Opening(Record):
    """Words a host may open with, about 40 to 60 seconds when spoken slowly."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    text: Text


class Practice(Record):
    """One small thing for the days between, under two minutes, never homework."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    family: Literal["mindfulness", "self_compassion", "journal", "nature", "routine"]
    text: PromptText


class Idea(Record):
    """An idea the library grew from, in our words. Which prompts grew from it stands in their `source_ideas`.

    `feature` says in a few words what the program does because of it, and `test` names the test that
    shows it, as pytest does. `open` names the later piece it waits for.
    """

    id: Annotated[str, StringConstraints(pattern=r"^S[0-4]-\d{2,3}[a-f]?$")]
    idea: PromptText
    feature: MaybeText = ""
    test: Annotated[str, StringConstraints(pattern=r"^(tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+)?$")] = ""
    open: MaybeText = ""


class IfThen(Record):
    """A prepared answer for a hard moment. `to` says who hears it: the room, one person, or nobody."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    when: Text
    to: Literal["room", "person", "nobody"]
    say: MaybeText = ""
    do: MaybeText = ""


class AdviceCard(Record):
    """A card of advice for hosts: what may be worth knowing now, and the command it offers, if any.

    say: one or two sentences; {n} stands for minutes. offer: the button's words, "" without one. act: what
    it does: a break, more time, the landing put in, the way to the closing, another host asked to
    take the room, or nothing but reading.
    """

    id: Annotated[str, StringConstraints(pattern=r"^L\d{2}$")]
    say: Text
    offer: MaybeText = ""
    act: Literal["", "break", "ground", "time", "close", "hand_over"] = ""


class PacingRule(Record):
    """The words, numbers and grounds of one pacing rule; its condition stands in `circle/domain/rules`.

    severity: of the rule, grave: of its graver form. lock: the gravest form takes no reason. basis: E is
    research, P practice, D our decision; what is not ours alone names its source. say_none: the sentence
    where the number is 0.
    """

    id: Annotated[str, StringConstraints(pattern=r"^P\d{2}[a-z]?$")]
    severity: Severity
    grave: Severity | None = None
    lock: StrictBool = False
    values: dict[str, float] = Field(default_factory=dict)
    say: Text
    say_none: MaybeText = ""
    why: Text
    basis: Annotated[tuple[Literal["E", "P", "D"], ...], Field(min_length=1)]
    source: MaybeText = ""


class Offer(Record):
    """A button on a card: its words, and the action behind it."""

    words: Text
    act: Literal["break", "ground", "close", "longer"]


class PulseCard(Record):
    """What a closed pulse may say to hosts (`circle/domain/pulse.py`), and up to two things it offers."""

    id: Annotated[str, StringConstraints(pattern=r"^Q[0-8]$")]
    say: Text
    offers: Annotated[tuple[Offer, ...], Field(max_length=2)] = ()


class Care(Record):
    """Words for the time after: the card on the closing page, lines for whoever is stirred, and the
    questions of the hosts' debrief. `dip` says what true words can do at first: before a tender question,
    and after an evening that had one.
    """

    dip_title: Text
    dip: PromptText
    after_care: PromptText
    if_it_stirs: Annotated[tuple[PromptText, ...], Field(min_length=1)]
    debrief: Annotated[tuple[PromptText, ...], Field(min_length=1)]


class HelplineRecord(Record):
    """One service that answers people in need. An empty string means: not offered, or not known.

    `verified_on` and `verified_by` say who last looked and at what, in plain words; `seen_on` is the
    day the number was read in a stored copy of an official or public page.
    """

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    kind: Literal["helpline", "emergency"]
    name: Text
    purpose: Text
    call: str = ""
    text: str = ""
    text_body: str = ""
    chat_url: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    cost: str = ""
    official_url: str = ""
    source_url: str = ""
    seen_on: date
    verified_on: date
    verified_by: Text


class Directory(Record):
    """A place that lists services of many countries."""

    name: Text
    url: str = ""


class Elsewhere(Record):
    """What stands where we know no number of a country."""

    text: PromptText
    directories: Annotated[tuple[Directory, ...], Field(min_length=1)]


class Helplines(Record):
    """The whole file of numbers. `countries` are the names to choose from, by ISO code."""

    countries: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], Text]
    eu_members: tuple[str, ...]
    elsewhere: Elsewhere
    lines: Annotated[tuple[HelplineRecord, ...], Field(alias="line", min_length=1)]
