"""Text as a key: small letters, no accents, whatever the language."""

from __future__ import annotations

import re
import unicodedata

#: Letters that are no letter with an accent, in the spelling of an ASCII keyboard.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l",
        "ħ": "h", "ı": "i", "ŋ": "n", "ĸ": "k", "ŀ": "l", "ĳ": "ij", "ſ": "s", "ə": "e",
    }
)  # fmt: skip
_GAPS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case without accents; punctuation and spaces stay: 'Müßig-Łoś' -> 'mussig-los'."""
    small = text.lower()
    if small.isascii():
        return small
    bare = unicodedata.normalize("NFKD", small.translate(_LETTERS))
    return "".join(c for c in bare if not unicodedata.combining(c)).translate(_LETTERS)


def words(text: str) -> str:
    """Folded words with one space between: "Côte d'Ivoire" -> 'cote d ivoire'."""
    return _GAPS.sub(" ", fold(text)).strip()
