"""Numbers that identify: fiscal codes and telephones, valid in form and belonging to nobody."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

#: Towns of a few dozen inhabitants, as the tax office codes them. Nobody is born there any more, so
#: a code made of an invented name, day and one of these is nobody's.
BIRTHPLACES = {
    "F758": "Morterone",
    "G410": "Pedesina",
    "D553": "Moncenisio",
    "B175": "Briga Alta",
    "H270": "Ribordone",
    "E301": "Ingria",
    "C548": "Cervatto",
    "H188": "Rassa",
    "F046": "Massimino",
    "H546": "Rondanina",
    "D401": "Elva",
    "B621": "Canosio",
}
_MONTHS = "ABCDEHLMPRST"
_DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ODD_DIGITS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_ODD_LETTERS = (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_ODD = dict(zip(_DIGITS_AND_LETTERS, (*_ODD_DIGITS, *_ODD_DIGITS, *_ODD_LETTERS), strict=True))
_MOBILE_PREFIXES = [
    *range(327, 332), *range(334, 341), 320, 342, *range(345, 350), 360, 366, 368, 380, 383, 388,
    389, 391, 392,
]  # fmt: skip
_CITIES = ("02", "06", "011", "051", "055", "081", "010", "041", "091", "080")
_LONDON_AND_OTHERS = ("2079460", "1174960", "1134960", "1214960", "1614960")
_AREAS = (212, 213, 303, 305, 312, 404, 415, 503, 512, 602, 615, 617, 702, 713, 720, 808, 816)


def fiscal_code(first: str, last: str, *, born_on: date, gender: str, birthplace: str) -> str:
    """The codice fiscale (16 characters) of this person; birthplace is a code of BIRTHPLACES."""
    day = born_on.day + (40 if gender == "F" else 0)
    body = (
        f"{_three(last)}{_three(first, is_first=True)}{born_on.year % 100:02d}"
        f"{_MONTHS[born_on.month - 1]}{day:02d}{birthplace}"
    )
    return body + _check_letter(body)


def mistyped(code: str) -> str:
    """The code with one letter that cannot be right: its check letter no longer fits."""
    wrong = "B" if code[-1] != "B" else "C"
    return code[:-1] + wrong


def mobile(number: int, currency: str = "EUR", *, former: bool = False) -> str:
    """The mobile number of person `number`, in international form; `former` is the one before.

    Italian and Swiss blocks 000, London's and others' 0xxx kept for plays and films, America's
    555-01xx: no message can ever reach a real person. No two people below 140,000 share one.
    """
    if currency == "CHF":
        return f"+41{78 if former else 79}000{number % 10_000:04d}"
    if currency == "GBP":
        block = _LONDON_AND_OTHERS[(number // 1000 + former) % len(_LONDON_AND_OTHERS)]
        return f"+44{block}{number % 1000:03d}"
    if currency == "USD":
        return f"+1{_AREAS[(number // 100 + former) % len(_AREAS)]}55501{number % 100:02d}"
    turn = number * 7 % 10_000 + number // 10_000
    half = len(_MOBILE_PREFIXES) // 2
    prefix = _MOBILE_PREFIXES[turn % half + (half if former else 0)]
    return f"+39{prefix}000{number % 10_000:04d}"


def landline(number: int) -> str:
    """A number at home; the blocks 0000 are given to nobody."""
    return f"+39{_CITIES[number // 10_000 % len(_CITIES)]}0000{number % 10_000:04d}"


def letters(text: str) -> str:
    """Lower case, without accents, spaces and apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if "a" <= letter <= "z")


def _three(name: str, *, is_first: bool = False) -> str:
    """Three letters of a name: its consonants (of a long first name the 1st, 3rd and 4th), then its
    vowels, then X."""
    plain = letters(name).upper()
    vowels = [letter for letter in plain if letter in "AEIOU"]
    consonants = [letter for letter in plain if letter not in "AEIOU"]
    if is_first and len(consonants) > 3:
        consonants = [consonants[0], consonants[2], consonants[3]]
    return "".join([*consonants, *vowels, "X", "X"][:3])


def _check_letter(body: str) -> str:
    total = sum(
        int(sign) if sign.isdigit() and place % 2
        else ord(sign) - ord("A") if place % 2
        else _ODD[sign]
        for place, sign in enumerate(body)
    )  # fmt: skip
    return chr(ord("A") + total % 26)
