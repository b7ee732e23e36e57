"""Forms of the plan builder, read into edits. One function for each button; `ACTS` is their list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from circle.content.loader import Library
from circle.domain.drafting import (
    Change,
    ChangeHead,
    Edit,
    Head,
    Move,
    Put,
    Take,
    before,
    head_of,
    moved_by,
    step_of,
    upto,
)
from circle.domain.errors import Invalid, NotNow
from circle.domain.plan import Kind, Plan, Step
from circle.domain.preparation import Mark
from circle.services import questions
from circle.services.builder import Builder
from circle.services.hub import Hub
from circle.services.mending import new_step_id
from circle.services.pieces import own_question, piece, step_asking
from circle.services.planning import Evening
from circle.services.tidy import clean_name, plain_text
from circle.web.edit_words import lighter_words, mended_words, place_words

TITLE_MAX = 40
WORDS_MAX = 1200  # characters of a script or a note: a page that can be read at a glance
PEOPLE = range(2, 21)
LINGER = range(31)
GROUPS = ("open", "closed")
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What to say ("" after typing: the page says by itself that it is kept), and which step to open; ""
    for what was open.
    """

    say: str = ""
    open: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything an act may use."""

    hub: Hub
    me: str
    meeting: str
    form: Form

    @property
    def builder(self) -> Builder:
        """Whoever carries edits out."""
        return self.hub.builder

    @property
    def library(self) -> Library:
        """What came with the program, and the circle's own questions. Raises NotFound."""
        return self.builder.library(self.me, self.meeting)

    @property
    def evening(self) -> Evening:
        """As it is now. Raises NotFound."""
        return self.hub.planning.evening(self.me, self.meeting)

    @property
    def plan(self) -> Plan:
        """The plan as it is now. Raises NotFound."""
        return self.evening.meeting.plan

    def get(self, name: str) -> str:
        """A field of the form; "" if it is not there."""
        return self.form.get(name, "")

    def edit(self, words: str, make: Callable[[Plan], Edit], *, typing: bool = False) -> None:
        """Have the builder carry it out."""
        self.builder.edit(self.me, self.meeting, words, make, typing=typing)

    def change(self, words: str, then: Callable[[Step, Plan], Step]) -> None:
        """Change the step the form is about."""

        def make(plan: Plan) -> Edit:
            step = step_of(plan, self.get("step"))
            return Change(step, then(step, plan))

        self.edit(words, make)

    @property
    def about(self) -> Mark:
        """The finding the form is about."""
        return self.get("rule"), self.get("step")


def carry_out(hub: Hub, me: str, meeting: str, form: Form) -> Done:
    """Do what the form's button says. Raises CircleError; nothing is changed then."""
    act = ACTS.get(form.get("do", ""))
    if act is None:
        raise Invalid("invalid")
    return act(Asked(hub, me, meeting, form)) or Done()


def _up(ask: Asked) -> Done:
    ask.edit("moved a step", lambda plan: moved_by(plan, ask.get("step"), -1))
    return Done(place_words(ask.plan, ask.get("step")))


def _down(ask: Asked) -> Done:
    ask.edit("moved a step", lambda plan: moved_by(plan, ask.get("step"), 1))
    return Done(place_words(ask.plan, ask.get("step")))


def _move(ask: Asked) -> Done:
    """`after`: the step it comes to stand behind; "" for the beginning, its own id for where it is."""
    moving, after = ask.get("step"), ask.get("after")

    def make(plan: Plan) -> Edit:
        rest = replace(plan, steps=tuple(step for step in plan.steps if step.id != moving))
        return Move(moving, before(plan, moving) if after == moving else upto(rest, after))

    ask.edit("moved a step", make)
    return Done(place_words(ask.plan, moving))


def _take(ask: Asked) -> Done:
    ask.edit("took a step out", lambda plan: Take(step_of(plan, ask.get("step")).id))
    return Done("Taken out. Undo brings it back.")


def _not_yet(ask: Asked) -> Done:
    """The step goes, and its question waits for a better time."""
    prompt = step_of(ask.plan, ask.get("step")).prompt
    if prompt is None or prompt.id not in ask.library.prompts:
        raise NotNow("changed_meanwhile")
    ask.edit("let a question wait", lambda plan: Take(step_of(plan, ask.get("step")).id))
    ask.hub.not_yet.put(ask.me, ask.evening.circle.id, prompt.id)
    return Done("It waits on your circle’s list. Undo brings the step back.")


def _put(ask: Asked) -> Done:
    """A piece every evening is made of (`kind`), behind `after`."""
    made = new_step_id()
    try:
        kind = Kind(ask.get("kind"))
    except ValueError:
        raise Invalid("invalid") from None
    library = ask.hub.library
    ask.edit(
        "put a step in", lambda plan: Put(piece(kind, plan, library, made), upto(plan, ask.get("after")))
    )
    return Done("It is in.", made)


def _put_question(ask: Asked) -> Done:
    """A question of the library, or of the circle's own (`prompt`), behind `after`."""
    record = ask.library.prompts.get(ask.get("prompt"))
    if record is None or record.status == "retired":
        raise Invalid("choose_one", {"prompt": "choose_one"})
    made = new_step_id()
    ask.edit("put a question in", lambda plan: Put(step_asking(record, made), upto(plan, ask.get("after"))))
    return Done("It is in.", made)


def _put_own(ask: Asked) -> Done:
    """A question in the host's own words (`text`), behind `after`."""
    made = new_step_id()
    asked = questions.ask_own(own_question(made, questions.OWN_TITLE, "-"), ask.get("text"))
    ask.edit("put a question in", lambda plan: Put(asked, upto(plan, ask.get("after"))))
    return Done("It is in.", made)


def _twice(ask: Asked) -> Done:
    """The same step once more, right behind itself."""
    made = new_step_id()

    def make(plan: Plan) -> Edit:
        step = step_of(plan, ask.get("step"))
        return Put(replace(step, id=made), upto(plan, step.id))

    ask.edit("put a step in twice", make)
    return Done("It is in twice now.", made)


def _step_fields(ask: Asked) -> None:
    """Title, minutes, script and note; `was_...` says what stood there when the page was made."""
    fields = ("title", "minutes", "solo_minutes", "script", "note")
    given = [name for name in fields if name in ask.form]
    then = {name: _read(name, ask.get(name)) for name in given}

    def make(plan: Plan) -> Edit:
        now = step_of(plan, ask.get("step"))
        was = {name: _was(ask.form, name, getattr(now, name)) for name in given}
        return Change(replace(now, **was), replace(now, **then))

    ask.edit("wrote", make, typing=True)


def _was(form: Form, name: str, now: Any) -> Any:
    """What stood there when the page was made. A text with odd spaces is the same text."""
    text = form.get(f"was_{name}")
    if text is None:
        return now
    if isinstance(now, int):
        return _number(text, otherwise=now)
    return now if plain_text(text) == plain_text(now) else text


def _read(name: str, text: str) -> Any:
    if name == "title":
        return _title("title", text)
    if name in ("minutes", "solo_minutes"):
        return _whole(name, text, range(1 if name == "minutes" else 0, 61), "step_minutes")
    words = plain_text(text)
    if len(words) > WORDS_MAX:
        raise Invalid("script_long", {name: "script_long"})
    return words


def _title(name: str, text: str) -> str:
    try:
        return clean_name(text, name, TITLE_MAX)
    except Invalid:
        raise Invalid("step_title", {name: "step_title"}) from None


def _whole(name: str, text: str, among: range, code: str) -> int:
    number = _number(text.strip(), otherwise=-1)
    if number not in among:
        raise Invalid(code, {name: code})
    return number


def _number(digits: str, *, otherwise: int) -> int:
    """Up to three digits; a number too long to be one takes long to read, and very long ones raise."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 3 else otherwise


def _head(ask: Asked) -> None:
    """The evening's name, who is expected, and what may follow the closing."""
    group = ask.get("group")
    if group not in GROUPS:
        raise Invalid("invalid", {"group": "invalid"})
    then = Head(
        name=_title("name", ask.get("name")),
        group=group,
        participants=_whole("participants", ask.get("participants"), PEOPLE, "people"),
        linger_min=_whole("linger_min", ask.get("linger_min"), LINGER, "linger"),
    )

    def make(plan: Plan) -> Edit:
        now = head_of(plan)
        was = {name: _was(ask.form, name, getattr(now, name)) for name in Head.__dataclass_fields__}
        return ChangeHead(Head(**was), then)

    ask.edit("changed the evening", make, typing=True)


def _from_library(ask: Asked) -> Done:
    library = ask.library
    ask.change(
        "changed a question",
        lambda step, plan: questions.ask_from_library(step, plan, ask.get("prompt"), library),
    )
    return Done("Changed.")


def _own_words(ask: Asked) -> Done:
    ask.change("changed a question", lambda step, _plan: questions.ask_own(step, ask.get("text")))
    return Done("Changed.")


def _lighter(ask: Asked) -> Done:
    """One softer: this step, or the deepest of the evening."""
    return Done(lighter_words(ask.builder.lighter(ask.me, ask.meeting, ask.get("step"))))


def _answer(ask: Asked) -> Done:
    library = ask.library
    ask.change(
        "changed how it is answered",
        lambda step, plan: questions.answer_by(step, plan, ask.get("answer"), library),
    )
    return Done("Changed.")


def _may_go(ask: Asked) -> None:
    """Whether the step may go when time is short: last, after those a template lets go first."""
    on = ask.get("may_go") == "y"
    ask.change(
        "changed what may go", lambda step, _plan: replace(step, optional=on, droppable_rank=9 if on else 0)
    )


def _mend(ask: Asked) -> Done:
    way = _number(ask.get("way"), otherwise=-1)
    return Done(mended_words(ask.builder.mend(ask.me, ask.meeting, ask.about, way)))


def _reason(ask: Asked) -> Done:
    ask.builder.give_reason(ask.me, ask.meeting, ask.about, ask.get("reason"))
    return Done("Kept, with your reason.")


def _no_reason(ask: Asked) -> Done:
    ask.builder.take_reason_back(ask.me, ask.meeting, ask.about)
    return Done("The reason is taken back.")


def _seen(ask: Asked) -> Done:
    ask.builder.look_at(ask.me, ask.meeting, [ask.about])
    return Done("Seen.")


def _card(ask: Asked) -> Done:
    ask.builder.add_card(ask.me, ask.meeting, ask.get("when"), ask.get("say"))
    return Done("It lies on the desk, for hosts.")


def _no_card(ask: Asked) -> Done:
    ask.builder.drop_card(ask.me, ask.meeting, ask.get("when"))
    return Done("Taken away.")


def _undo(ask: Asked) -> Done:
    done = ask.builder.undo(ask.me, ask.meeting)
    return Done("Undone." if done else "Somebody has changed that since, so it stays as it is.")


def _redo(ask: Asked) -> Done:
    done = ask.builder.redo(ask.me, ask.meeting)
    return Done("Done again." if done else "Somebody has changed that since, so it stays as it is.")


def _ready(ask: Asked) -> Done:
    ask.builder.mark_ready(ask.me, ask.meeting)
    return Done("Ready. You can still change everything.")


def _not_ready(ask: Asked) -> Done:
    ask.builder.not_ready(ask.me, ask.meeting)
    return Done("It is not marked ready any more.")


ACTS: Mapping[str, Callable[[Asked], Done | None]] = {
    "answer": _answer,
    "card": _card,
    "down": _down,
    "head": _head,
    "library": _from_library,
    "lighter": _lighter,
    "may_go": _may_go,
    "mend": _mend,
    "move": _move,
    "no_card": _no_card,
    "no_reason": _no_reason,
    "not_ready": _not_ready,
    "not_yet": _not_yet,
    "own": _own_words,
    "put": _put,
    "put_own": _put_own,
    "put_question": _put_question,
    "ready": _ready,
    "reason": _reason,
    "redo": _redo,
    "seen": _seen,
    "step": _step_fields,
    "take": _take,
    "twice": _twice,
    "undo": _undo,
    "up": _up,
}
