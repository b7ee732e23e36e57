"""Names as people see them."""

from __future__ import annotations

import unicodedata

# Letters without a shape of their own: fillers, joiners of marks, choosers of a glyph's variant, and a
# blank that counts as a symbol.
_SHAPELESS = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)))
)


def likeness(name: str) -> str:
    """What of a name can be seen: two names with the same likeness pass for each other. "" for a name
    that shows nothing.

    Wide and narrow letters, capitals and invisible ones make no difference. Letters of other scripts that
    resemble ours do: hosts see who asks to come in, and let them in or not.
    """
    shown = (
        char
        for char in unicodedata.normalize("NFKC", name)
        if char not in _SHAPELESS and unicodedata.category(char) not in ("Cc", "Cf")
    )
    return " ".join("".join(shown).casefold().split())
