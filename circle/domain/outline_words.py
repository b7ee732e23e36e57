"""What a line of an outline is about, by its words: English, German, French and Spanish. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from circle.domain.plan import Kind, Sharing, StepClass


@dataclass(frozen=True, slots=True)
class Shape:
    """What a step of this kind is until somebody says otherwise. minutes: where the outline has none."""

    cls: StepClass
    sharing: Sharing
    intensity: int
    minutes: int


SHAPES = {
    Kind.ARRIVE: Shape(StepClass.ARRIVE, Sharing.NONE, 1, 5),
    Kind.AGREEMENTS: Shape(StepClass.AGREEMENTS, Sharing.NONE, 1, 3),
    Kind.CHECK_IN: Shape(StepClass.ARRIVE, Sharing.SPOKEN_ROUND, 2, 10),
    Kind.READING: Shape(StepClass.INTEGRATE, Sharing.NONE, 2, 5),
    Kind.GROUNDING: Shape(StepClass.GROUNDING, Sharing.NONE, 1, 4),
    Kind.SILENCE: Shape(StepClass.INTEGRATE, Sharing.NONE, 1, 2),
    Kind.WRITING: Shape(StepClass.EXPLORE, Sharing.PRIVATE, 2, 8),
    Kind.WALL: Shape(StepClass.EXPLORE, Sharing.UNNAMED_WALL, 2, 12),
    Kind.ROUND: Shape(StepClass.EXPLORE, Sharing.SPOKEN_ROUND, 2, 15),
    Kind.VOLUNTEER: Shape(StepClass.EXPLORE, Sharing.SPOKEN_VOLUNTEER, 2, 15),
    Kind.PAIR: Shape(StepClass.EXPLORE, Sharing.PAIR, 2, 12),
    Kind.BREAK: Shape(StepClass.BREAK, Sharing.NONE, 0, 6),
    Kind.REGATHER: Shape(StepClass.REGATHER, Sharing.NONE, 1, 2),
    Kind.INTEGRATE: Shape(StepClass.INTEGRATE, Sharing.CHAT_WORD, 2, 6),
    Kind.CLOSING: Shape(StepClass.CLOSING, Sharing.SPOKEN_ROUND, 1, 9),
}
UNKNOWN_ASKED = Shape(StepClass.EXPLORE, Sharing.SPOKEN_VOLUNTEER, 2, 15)
UNKNOWN_TOLD = Shape(StepClass.EXPLORE, Sharing.NONE, 2, 10)

# In this order: the first that is found decides. "=" is the word alone, otherwise its beginning is enough.
_WORDS: tuple[tuple[Kind, str], ...] = (
    (Kind.AGREEMENTS, "agreement|ground rules|guidelines|house rules|confidentialit|vereinbarung"
        "|gruppenregeln|=regeln|spielregeln|=accords|=règles|=cadre|acuerdos|=reglas|=normas"),
    (Kind.CHECK_IN, "check-in|check in|checkin|icebreaker|ice-breaker|name round|names round|opening round"
        "|first round|introductions|blitzlicht|befindlichkeit|anfangsrunde|eingangsrunde|eröffnungsrunde"
        "|vorstellungsrunde|vorstellung|tour de météo|tour d’ouverture|tour d'ouverture|tour de présentation"
        "|ronda inicial|ronda de apertura|presentaciones|cómo llega"),
    (Kind.CLOSING, "closing|=close|=closure|check-out|check out|checkout|goodbye|good-bye|farewell|=ending"
        "|wrap up|wrap-up|last round|final round|abschluss|schlussrunde|=schluss|verabschied|abschied|clôture"
        "|=fermeture|au revoir|=cierre|ronda final|despedida"),
    (Kind.REGATHER, "regather|come back|coming back|welcome back|wieder ankommen|zurückkommen|on revient"
        "|reprise|volvemos|regreso"),
    (Kind.PAIR, "=pair|=pairs|dyad|breakout|break-out|two by two|=twos|=partner|=partners|zu zweit"
        "|zweiergrupp|paararbeit|tandem|à deux|binôme|en parejas|=duo|=duos"),
    (Kind.BREAK, "=break|=pause|=pausa|=tea|=coffee|intermission|interval|kaffee|teepause|=descanso"
        "|=recreo|entracte"),
    (Kind.ARRIVE, "welcome|=arrival|=arrive|arriving|=opening|=intro|introduction|doors open|tech check"
        "|begrüßung|begruessung|begrüssung|willkommen|ankommen|ankunft|eröffnung|=accueil|bienvenue|=arrivée"
        "|=ouverture|bienvenid|=llegada|=apertura|housekeeping"),
    (Kind.WALL, "unnamed|anonym|anónim|without names|without a name|ohne namen|sans nom|sin nombre"),
    (Kind.GROUNDING, "grounding|breath|body scan|bodyscan|orienting|stretch|movement|meditat|mindful|settling"
        "|landing|erdung|=atem|atemübung|atmen|achtsamkeit|körperreise|respiration|respirer|ancrage|méditation"
        "|respiraci|meditaci|enraiz|arraigo"),
    (Kind.SILENCE, "silence|=silent|quiet minute|shared quiet|=stille|schweige|silencio"),
    (Kind.INTEGRATE, "integrat|harvest|takeaway|take-away|what we take|=debrief|witness|=ernte|auswertung"
        "|nachklang|=bilan|intégration|integraci|resonance|resonanz"),
    (Kind.WRITING, "writing|=write|journal|free-write|freewrite|=letter|schreib|écriture|=écrire|=lettre"
        "|escrib|escritura|=carta"),
    (Kind.VOLUNTEER, "open sharing|open floor|open round|whoever|volunteer|popcorn|discussion|conversation"
        "|austausch|offene runde|gespräch|diskussion|échange|intercambio|diálogo"),
    (Kind.ROUND, "round|go-round|talking piece|talking stick|=runde|gesprächsrunde|redestab|redekreis|=tour"
        "|tour de parole|=ronda|=rueda|in turn"),
    (Kind.VOLUNTEER, "=sharing|=share|=partage|compartir"),
    (Kind.READING, "reading|=read|poem|=story|lesung|gedicht|=lecture|poème|=lectura|poema"),
)  # fmt: skip
_ANY_LETTER = r"[^\W\d_]"


def _pattern(words: str) -> re.Pattern[str]:
    parts = [
        rf"(?<!\w){re.escape(word[1:])}(?!{_ANY_LETTER})"
        if word.startswith("=")
        else rf"(?<!\w){re.escape(word)}"
        for word in words.split("|")
    ]
    return re.compile("|".join(parts), re.IGNORECASE)


_KINDS = tuple((kind, _pattern(words)) for kind, words in _WORDS)
_EYES = re.compile(r"close (?:your|the|our) eyes", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<!\d)(?:0|1)\s*(?:to|bis|à|a|-|–)\s*10(?!\d)|scale|skala|échelle|escala", re.IGNORECASE
)
_WORD = re.compile(
    r"\b(?:one|a single) word|\bin a word|ein wort|einem wort|un mot|una palabra|in the chat|im chat",
    re.IGNORECASE,
)
_TENDER = _pattern(
    "=loss|losses|=lost|=grief|griev|=died|death|=dead|shame|=anger|angry|=fear|afraid|=hurt|wound|trauma|betray"
    "|abandon|guilt|unsent|goodbye letter|verlust|trauer|=tod|gestorben|scham|=wut|=angst|verletz|schuld"
    "|deuil|=perte|=mort|=morte|honte|colère|=peur|bless|culpabil|duelo|pérdida|muert|vergüenza|=ira|=miedo|herid|culpa"
)
_THEN = re.compile(
    r"\b(?:shar\w*|round|runde|partage\w*|ronda|compartir|austausch|then speak)\b", re.IGNORECASE
)


def kind_of(words: str) -> Kind | None:
    """The kind these words speak of; None where none is known."""
    if _EYES.search(words):
        return Kind.GROUNDING
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), None)


def shape_of(kind: Kind | None, *, asks: bool) -> tuple[Kind, Shape]:
    """The kind and its shape. Of what is not known: a question is for whoever would like to answer it, and
    anything else is led by the host, with nothing to answer."""
    if kind is not None:
        return kind, SHAPES[kind]
    return (Kind.VOLUNTEER, UNKNOWN_ASKED) if asks else (Kind.READING, UNKNOWN_TOLD)


def by_number(words: str) -> bool:
    """Whether a number from 0 to 10 is asked for."""
    return bool(_NUMBER.search(words))


def by_word(words: str) -> bool:
    """Whether a word on the page is asked for."""
    return bool(_WORD.search(words))


def is_tender(words: str) -> bool:
    """Whether words of loss, fear, shame or anger stand in it: rather a step deeper than too light."""
    return bool(_TENDER.search(words))


def shared_after(words: str) -> bool:
    """Whether what is written is spoken of afterwards, in the same step."""
    return bool(_THEN.search(words))
