"""Whether it fits these people on this day (P53-P67), and the evenings around it (P70-P72)."""

from __future__ import annotations

from collections.abc import Iterator

from circle.domain.plan import Kind, Sharing, StepClass
from circle.domain.rules.look import ALONE, STIRRING, TENDER, Found, Look, Values

NOTICING = 2  # layers 1 and 2
_ASKS = frozenset({StepClass.EXPLORE, StepClass.RESOURCE})
MOST_TENDER = 5


def p53(look: Look, _: Values) -> Iterator[Found]:
    """Something stirring without a softer way in."""
    for step in look.steps:
        if step.intensity >= STIRRING and step.prompt is not None and not look.facts(step).gentle:
            yield Found(step.id)


def p54(look: Look, _: Values) -> Iterator[Found]:
    """A prompt that is not for a circle like this."""
    for step in look.steps:
        for flag in sorted(look.facts(step).not_for & look.flags):
            yield Found(step.id, word=flag)


def p55(look: Look, _: Values) -> Iterator[Found]:
    """Every grounding is breath, or inside the body."""
    grounds = [step for step in look.steps if step.cls is StepClass.GROUNDING and step.prompt is not None]
    if grounds and all(look.facts(step).body_based for step in grounds):
        yield Found(grounds[0].id)


def p56(look: Look, _: Values) -> Iterator[Found]:
    """Breath that is held, at a first session or without a way around."""
    for step in look.steps:
        facts = look.facts(step)
        if facts.holds and (look.session == 1 or not facts.hold_free):
            yield Found(step.id)


def p57(look: Look, values: Values) -> Iterator[Found]:
    """Many threads."""
    themes = {look.facts(step).theme for step in look.steps if step.prompt is not None} - {"shared"}
    if len(themes) > values["themes"]:
        yield Found(number=len(themes))


def p58(look: Look, _: Values) -> Iterator[Found]:
    """A deep layer, and nothing noticed before it."""
    for step in look.steps:
        asks = step.cls in _ASKS or step.kind is Kind.CHECK_IN
        if step.prompt is None or not asks:
            continue
        if look.facts(step).layer > NOTICING:
            yield Found(step.id)
        return


def p59(look: Look, values: Values) -> Iterator[Found]:
    """Long in company without quiet, or long alone."""
    alone: bool | None = None
    minutes = 0
    for step in look.steps:
        if step.cls is StepClass.BREAK:
            alone = None
            continue
        by_oneself = step.sharing in ALONE
        minutes = minutes + step.minutes if by_oneself is alone and not step.solo_minutes else step.minutes
        alone = by_oneself
        if minutes > values["minutes"]:
            yield Found(step.id, minutes)
            return


def p60(look: Look, values: Values) -> Iterator[Found]:
    """Help numbers that nobody has looked at for long, or none."""
    if look.numbers_days is None or look.numbers_days > values["days"]:
        old = look.numbers_days is None or look.numbers_days > values["grave_days"]
        yield Found(number=look.numbers_days or 0, grave=old)


def p61(look: Look, _: Values) -> Iterator[Found]:
    """The host has not asked how they are themselves."""
    if not look.host_ready:
        yield Found()


def p62(look: Look, _: Values) -> Iterator[Found]:
    """Notes that would go without anybody reading them first."""
    if not look.reads_before_sending:
        yield Found()


def p63(look: Look, _: Values) -> Iterator[Found]:
    """No time for hosts to put it down."""
    if look.tender and not look.debrief:
        yield Found()


def p64(look: Look, values: Values) -> Iterator[Found]:
    """Tender, and people will go to bed with it."""
    if look.tender and look.ends_at is not None and look.ends_at > values["minute_of_day"]:
        yield Found(look.tender[0].id)


def p65(look: Look, _: Values) -> Iterator[Found]:
    """Tender, on a day that is hard already."""
    for step in look.tender:
        if look.facts(step).theme in look.hard_themes:
            yield Found(step.id)


def p66(look: Look, values: Values) -> Iterator[Found]:
    """A question this circle has met not long ago."""
    for step in look.steps:
        if step.prompt is None or step.cls is not StepClass.EXPLORE:
            continue
        within = values["most_tender_sessions" if step.intensity == MOST_TENDER else "sessions"]
        ago = look.ago.get(step.prompt.id)
        if ago is not None and ago <= within:
            yield Found(step.id, ago)


def p67(look: Look, _: Values) -> Iterator[Found]:
    """Lines to be heard, in a circle that writes."""
    if not look.call:
        for step in look.steps:
            if step.sharing is Sharing.UNNAMED_READ:
                yield Found(step.id)


def _peak(look: Look) -> int:
    return max((step.intensity for step in look.steps), default=0)


def p70(look: Look, _: Values) -> Iterator[Found]:
    """After a tender session another one."""
    if look.before >= TENDER and _peak(look) >= TENDER:
        yield Found(look.tender[0].id)


def p71(look: Look, values: Values) -> Iterator[Found]:
    """A series that begins tender."""
    if look.in_series and look.session <= values["first_sessions"] and look.tender:
        yield Found(look.tender[0].id)


def p72(look: Look, _: Values) -> Iterator[Found]:
    """A series that ends tender."""
    if look.in_series and look.last and look.tender:
        yield Found(look.tender[0].id)
