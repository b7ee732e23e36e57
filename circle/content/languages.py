"""Language codes as BCP 47 writes them, checked without a registry on the line."""

from __future__ import annotations

import re

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
# ISO 639-1, all codes of two letters. A code of three letters is taken as it is.
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie "
    "ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv "
    "mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
    "rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts "
    "tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_TWO_LETTERS = frozenset(_CODES.split())
# Common ones by the name their speakers use, to choose from; every other code can be written.
NAMES = {
    "ar": "العربية",
    "bn": "বাংলা",
    "cs": "Čeština",
    "cy": "Cymraeg",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "ga": "Gaeilge",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}


def language_tag(text: str) -> str:
    """The code in its usual spelling ("de", "pt-BR", "zh-Hant"); "" for what is none."""
    match = _TAG.fullmatch(text.strip().replace("_", "-"))
    if match is None:
        return ""
    language = match["language"].lower()
    if len(language) == 2 and language not in _TWO_LETTERS:
        return ""
    script, region = (match["script"] or "").title(), (match["region"] or "").upper()
    tag = "-".join(part for part in (language, script, region) if part) + match["variants"].lower()
    return tag if len(tag) <= 35 else ""


def language_name(tag: str) -> str:
    """The language by its name, or its code where we have no name for it."""
    return NAMES.get(tag) or (f"{NAMES[tag[:2]]} ({tag})" if tag[:2] in NAMES and tag[2:3] == "-" else tag)


def is_english(tag: str) -> bool:
    """Whether rules about English words apply."""
    return tag.partition("-")[0] == "en"
