"""What people do in private in the course of an evening, by name: each is nobody else's business."""

from __future__ import annotations

from circle.domain import commands as c
from circle.domain.pulse import Where
from circle.domain.room import Status
from circle.domain.signs import (
    AmBack,
    AmWell,
    AskIfWell,
    AskPause,
    AskSlower,
    PutCardAway,
    PutWishAway,
    RefuseCheckUps,
    SayWhere,
    TellHosts,
    Wish,
)
from circle.services.ports import Caller
from circle.services.speech import Affirm, AnswerWhisper, HoldLine, SayInPair, TakeLineBack, Warn, Whisper
from tests.contract.private_evening import (
    ANSWER,
    EVE,
    NOTE,
    PAIRS,
    REASON,
    UNSENT,
    WISH,
    Act,
    PrivateEvening,
)
from tests.services.test_conduct_unnamed import commit
from tests.sitting import CO, CY, HOST, MEETING


def _out(*people: str) -> Act:
    return lambda evening: [evening.says(who, Status.OUT) for who in people] and None


def _here(*people: str) -> Act:
    return lambda evening: [evening.says(who, Status.HERE) for who in people] and None


def _call(evening: PrivateEvening) -> None:
    evening.says(CY, Status.CALL)


def _asked_if_well(evening: PrivateEvening) -> None:
    evening.says(CY, Status.OUT)
    evening.sign(HOST, AskIfWell(CY))
    evening.sign(CY, AmWell())
    evening.says(CY, Status.HERE)


def _rather_not(refuse: bool) -> Act:
    return lambda evening: evening.sign(CY, RefuseCheckUps(refuse))


def _wishes(evening: PrivateEvening) -> None:
    evening.sign(CY, AskSlower())
    evening.sign(CY, AskPause())
    evening.sign(HOST, PutWishAway(Wish.SLOWER))


def _note(evening: PrivateEvening) -> None:
    evening.sitting.say(CY, Whisper(NOTE))
    evening.sitting.say(HOST, AnswerWhisper(CY, ANSWER))


def _asked_for(evening: PrivateEvening) -> None:
    evening.sitting.say(HOST, Warn(CY, WISH))


def _rests(evening: PrivateEvening) -> None:
    evening.sitting.do(HOST, c.SetApart(CY, REASON))


def _rests_no_more(evening: PrivateEvening) -> None:
    evening.sitting.do(HOST, c.BringBack(CY))


def _talks_in_a_pair(evening: PrivateEvening) -> None:
    evening.sitting.say(CY, SayInPair(PAIRS.id, NOTE))
    evening.sitting.say(EVE, SayInPair(PAIRS.id, ANSWER))


def _leaves_the_pair(evening: PrivateEvening) -> None:
    evening.sitting.do(CY, c.LeavePair())


def _between_hosts(evening: PrivateEvening) -> None:
    evening.sign(HOST, TellHosts("n1", NOTE))
    evening.sign(CO, TellHosts(f"n{len(evening.places)}", ANSWER))


def _guardian_refuses(evening: PrivateEvening) -> None:
    evening.sitting.do(HOST, c.AskGuardian(CY))
    evening.sitting.do(CY, c.AnswerGuardian(False))


def _says_yes(evening: PrivateEvening) -> None:
    evening.sitting.say(CY, Affirm(2))


def _card_put_away(evening: PrivateEvening) -> None:
    evening.sign(CO, PutCardAway(evening.stage(HOST)["advice"]["key"]))


def _line_taken_back(evening: PrivateEvening) -> None:
    held = evening.sitting.say(CY, HoldLine("wall", UNSENT, commit("taken back")))
    taken = evening.sitting.say(CY, TakeLineBack("taken back"))
    evening.answers[CY] = [*evening.answers.get(CY, []), held, taken]  # all that anybody is told


def _is_back(evening: PrivateEvening) -> None:
    evening.sign(CY, AmBack())


def says_where(where: Where) -> Act:
    """Cy answers the pulse, before it opens, while it is open and after it."""
    return lambda evening: evening.sign(CY, SayWhere(where))


def _line_lost(evening: PrivateEvening) -> None:
    evening.sitting.conduct.part(Caller(CY), MEETING, f"connection-of-{CY}")


def _line_found(evening: PrivateEvening) -> None:
    evening.sitting.conduct.arrive(Caller(CY), MEETING, f"connection-of-{CY}")


def _seat_without_screen_refused(evening: PrivateEvening) -> None:
    evening.refuses(CY, c.AddSeat("x", "Theo"))


def _stays(evening: PrivateEvening) -> None:
    evening.sitting.do(CY, c.Stay())


OUT_AND_IN = (
    *(("words", _out(CY)), ("card", _here(CY)), ("writing", _out(CY, EVE)), ("standing in", _here(CY))),
    *(("reading", _out(CY)), ("shown", _here(CY, EVE)), ("break", _out(CY)), ("held", _here(CY))),
    *(("volunteers", _out(CY)), ("closing", _here(CY)), ("closing", _out(CY, EVE))),
)
SEVERAL_AT_ONCE = (("standing in", _out(CY, EVE)), ("shown", _here(CY, EVE)))
# What somebody does in private: (place, what), or a way taken instead of another that looks the same.
PRIVATE: dict[str, tuple[tuple[str, Act], ...]] = {
    "steps out, again and again": OUT_AND_IN,
    "several step out while somebody stands in": SEVERAL_AT_ONCE,
    "opens the call": (("words", _call), ("card", _here(CY)), ("standing in", _call), ("shown", _here(CY))),
    "is asked and puts the thumb up": (("words", _asked_if_well), ("volunteers", _asked_if_well)),
    "would rather not be asked": (("words", _rather_not(True)), ("card", _rather_not(False))),
    "asks for a pause": (("words", _wishes), ("volunteers", _wishes)),
    "has a word with the hosts": tuple(
        (place, _note) for place in ("door", "words", "standing in", "break", "closing")
    ),
    "is asked for something": (("words", _asked_for), ("reading", _asked_for)),
    "talks in a pair": (("in pairs", _talks_in_a_pair),),
    "loses the line in a pair": (("in pairs", _line_lost), ("still in pairs", _line_found)),
    "leaves the pair": (
        *(("in pairs", _leaves_the_pair), ("still in pairs", _out(EVE))),
        ("before the turn", _here(EVE)),
    ),
    # Whoever rests or is out when pairs are made is in none, so others sit otherwise: they cannot tell why.
    "is asked to rest for a while": (
        *(("in pairs", _rests), ("before the turn", _rests_no_more)),
        *(("reading", _rests), ("shown", _rests_no_more)),
    ),
    "hosts have a word between them": (("words", _between_hosts), ("standing in", _between_hosts)),
    "would rather not keep the bell": (("words", _guardian_refuses),),
    "says yes to the agreements": (("words", _says_yes),),
    "has put a card away": (("card", _card_put_away),),
    "takes a line back": (("writing", _line_taken_back),),
    "is back from the break": (("break", _is_back),),
    "loses the line": (("before the turn", _line_lost), ("writing", _line_found), ("break", _line_lost)),
    "stays after the closing": (("over", _stays),),
    **{
        f"is {where.value}, and says so": tuple(
            (place, says_where(where)) for place in ("door", "words", "guardian asked", "card", "closing")
        )
        for where in reversed(Where)
        if where is not Where.NO_ANSWER
    },
    "is refused": (("words", _seat_without_screen_refused),),
}
INSTEAD = ("steps out", "rests", "with a reason")
EVERYTHING = tuple(act for acts in PRIVATE.values() for act in acts)
