"""Capitals of people's names, and the keys by which names are compared."""

from __future__ import annotations

import re

from scheda.values.folding import fold
from scheda.values.lists import listed

#: Particles that stay small before a family name, wherever its bearer lives.
_SMALL = listed("van der den von vom zu zum zur ter ten te op aan af av dos das do los las bin ibn")
#: Those that Italians write with a capital (De Rossi, La Rosa, Della Valle).
_LATIN = listed("de di da del della dello delle dei degli dal dalla dalle dai la le lo li du des")
#: Between two family names, of a married woman or of both parents; no part of either.
_LINKS = listed("in ved vedova nata née nee geb y e i und")
_WIDOW = listed("ved vedova nata geb")
#: Written apart or not, as it comes: for the keys they belong to the next word.
_GLUED = {
    False: _SMALL | _LATIN,
    True: _SMALL | _LATIN | {"d", "l", "o", "mc", "mac", "san", "st", "al", "el", "ben", "abu"},
}

_MAC = listed(
    "macdonald macgregor maclean macleod macarthur macmillan macintyre macdougall macfarlane"
    " macpherson macneil macnamara maclaren"
)
_ELISIONS = listed("d dell dall nell all sant")
_NUMERALS = listed("ii iii iv")
#: After a family name, to tell a son from his father: no part of the key.
_AFTER = listed("jr sr junior senior ii iii iv")
_VOWELS = dict(zip("aeiou", "àèìòù", strict=True))
_PART = re.compile(r"[^\W\d_]+")
_ELIDED = re.compile(r"\b(d|dell|dall|nell|all|sull|sant|o|l)\s*'\s*(?=\w)", re.I)
_LAST_VOWEL = re.compile(r"\b(?!de'|ca'|da'|co'|ne')(\w+[aeiou])'(?!\w)", re.I)


def spelled(text: str) -> str:
    """One kind of apostrophe and hyphen, none of them in the air; NICOLO' -> NICOLÒ."""
    if text.isascii() and not re.search(r"['`-]", text):
        return text
    text = re.sub(r"[’‘`´ʼ]", "'", text)
    text = re.sub(r"\s*[‐‑‒–—-]\s*(?=\w)", "-", text)
    return _LAST_VOWEL.sub(_accented, _ELIDED.sub(r"\1'", text))


def _accented(found: re.Match[str]) -> str:
    stem, vowel = found[1][:-1], found[1][-1]
    mark = _VOWELS[vowel.lower()]
    return stem + (mark.upper() if vowel.isupper() else mark)


def elided(words: list[str]) -> list[str]:
    """The words of a last name with the apostrophe that was left out: D Angelo, O Neill."""
    if len(words) < 2:
        return words
    first, second = words[0].lower(), fold(words[1])
    if (first in _ELISIONS and second[:1] in set("aeiouh")) or (first == "o" and len(second) > 3):
        return [f"{words[0]}'{words[1]}", *words[2:]]
    return words


def capitalised(words: list[str], *, is_last: bool) -> str:
    """The words of a first or last name with the capitals they should have, a space between.

    What was typed with capitals in the middle (McAdam, DeVito, De Rossi) is left as it is.
    """
    is_uniform = all(word in (word.upper(), word.lower()) for word in words)
    cased = []
    for place, word in enumerate(words):
        has_next = place + 1 < len(words)
        small = word.lower().strip(".")
        if has_next and small in _LINKS and (place or small in _WIDOW):
            cased.append(word.lower())
        elif has_next and small in _SMALL | _LATIN and (is_uniform or word.isupper()):
            is_small = _is_small(words, place, is_last=is_last)
            cased.append(word.lower() if is_small else word.lower().capitalize())
        elif has_next and small in _SMALL | _LATIN:
            cased.append(word)
        else:
            cased.append(_word(word, is_end=not has_next and place > 0, is_first=not is_last))
    return " ".join(cased)


def _is_small(words: list[str], place: int, *, is_last: bool) -> bool:
    """Does the particle at `place` keep its small letter? De Rossi, but van de Velde, de la Cruz
    and Maria de Lourdes."""
    small = [word.lower() for word in words]
    if not is_last:
        return place > 0
    if small[place] in _SMALL:
        return True
    before = small[place - 1] if place else ""
    return (
        before in _SMALL
        or small[place + 1] in _SMALL
        or (small[place] == "de" and small[place + 1] == "la")
        or (small[place] == "la" and before == "de")
    )


def _word(word: str, *, is_end: bool, is_first: bool) -> str:
    bare = word.strip(".")
    if is_end and bare.lower() in _NUMERALS:
        return word.upper()
    if len(word) == 1 and is_first and word.upper() != word.lower() and len(word.upper()) == 1:
        return f"{word.upper()}."
    if word not in (word.upper(), word.lower()):
        return _mended(word)
    return _PART.sub(lambda found: _part(found[0]), word.lower())


def _part(part: str) -> str:
    """One part of a word in small letters, between its hyphens and apostrophes."""
    if part.startswith("mc") and len(part) > 4:
        return "Mc" + part[2:].capitalize()
    if part in _MAC:
        return "Mac" + part[3:].capitalize()
    # ǆ and the like have a capital of their own; ß has none that begins a word.
    return part[:1].title() + part[1:] if len(part[:1].title()) == 1 else part


def _mended(word: str) -> str:
    """rOSSI, ROssi, D'angelo and Mcadam are slips; McAdam, DeVito and IJsbrand are not."""
    if re.fullmatch(r"[^\W\d_]{4,}", word) and (
        (word[0].islower() and word[1:].isupper())
        or (word[:2].isupper() and word[2:].islower() and word[:2] != "IJ")
        or (word[:2] == "Mc" and word[2:].islower())
    ):
        return _part(word.lower())
    return re.sub(r"(?<=\b[DO]')[a-z]", lambda found: found[0].upper(), word)


def key(text: str | None, *, is_last: bool) -> str | None:
    """Small letters without accents and apostrophes, particles as part of the next word: 'De Rossi
    Bianchi' -> 'derossi bianchi'; None when no letter is left."""
    if not text:
        return None
    folded = re.sub(r"['’]", "", fold(text))
    found = [word for word in re.split(r"[\W_]+", folded) if word]
    words, before = [], ""
    for place, word in enumerate(found):
        has_next = place + 1 < len(found)
        if has_next and word in _LINKS and (place or word in _WIDOW):
            continue
        if place and not has_next and is_last and word in _AFTER:
            continue
        if has_next and word in _GLUED[is_last]:
            before += word
            continue
        words.append(before + word)
        before = ""
    return " ".join(words) or None


def whole_key(first: str | None, last: str | None) -> str | None:
    """Sorted words of both keys, however they were divided; None when one is unknown or only an
    initial. A middle initial is no part: who has none written may have it all the same."""
    if not first or not last:
        return None
    given, family = first.split(), last.split()
    if is_initial(given[0]) or all(map(is_initial, family)):
        return None
    return " ".join(sorted(word for word in given + family if not is_initial(word)))


def is_initial(word: str) -> bool:
    """One small letter of an alphabet; a Chinese character is a whole name."""
    return len(word) == 1 and word.upper() != word
