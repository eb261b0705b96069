"""Capitals of places and companies, for what was typed all in capitals or all in small letters."""

from __future__ import annotations

import re


def listed(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


#: Words that stay small inside a name.
PARTICLES = listed(
    "a ad al alla alle allo ai agli e ed et y und and of the von zu zum zur der den dem van het di"
    " de da dal dalla dalle dallo dai dagli del della delle dello dei degli du des le la in nel"
    " nella con su sul sulla sotto sopra per presso am an im auf aux en"
)
#: Of those, the ones that a name of a place or a company may well begin a part with.
_ARTICLES = frozenset(["la", "le", "the", "a", "an", "en", "am", "im", "auf"])
#: Elided words before an apostrophe: small inside a name, with a capital at its start.
_ELIDED = frozenset(["d", "dell", "all", "dall", "nell", "sull", "l"])
_ROMAN = re.compile(r"^(?=[ivxlc])(x{0,3})(ix|iv|v?i{0,3})$")
_WORD = re.compile(r"[^\W_]+(?:[.][^\W_]+)*", re.UNICODE)


def is_uniform(text: str) -> bool:
    """Was it typed all in capitals or all in small letters? Then its capitals mean nothing."""
    return text.upper() == text or text.lower() == text


def is_roman(word: str) -> bool:
    """A numeral as streets and popes have it (up to XXXIX), of two letters or more, or I, V, X."""
    return bool(_ROMAN.match(word.lower()))


def capitalised(text: str) -> str:
    """Capitals where a place has them: VIA DELL'ORSO → Via dell'Orso, ROMA → Roma."""
    small = text.lower()
    found: list[str] = []
    end = 0
    for match in _WORD.finditer(small):
        word, start = match.group(), match.start()
        found.append(small[end:start])
        end = match.end()
        found.append(_word(word, is_first=start == 0, after=small[end : end + 1]))
    found.append(small[end:])
    return "".join(found)


def _word(word: str, *, is_first: bool, after: str) -> str:
    if not is_first and after in {"'", "’"} and word in _ELIDED:
        return word if word != "l" else "L"
    if not is_first and word in PARTICLES - _ARTICLES:
        return word
    if len(word) > 1 and is_roman(word):
        return word.upper()
    return first_capital(word)


def first_capital(word: str) -> str:
    """The first letter in capitals, and every one alone after a point (g.b. → G.B., f.lli →
    F.lli). A letter whose capital is more than one character (ß, ŉ) stays."""
    return ".".join(
        part[:1].upper() + part[1:]
        if (not place or len(part) == 1) and len(part[:1].upper()) == 1
        else part
        for place, part in enumerate(word.split("."))
    )
