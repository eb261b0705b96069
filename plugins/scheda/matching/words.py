"""How two words of names are alike: equal, a short form, an initial, a slip, or another name."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from scheda.values import name_lists

DIFFERENT = "different"
_VOWELS = frozenset("aeiou")
#: First halves of given names that are written as one word: Annamaria, Gianluca, Pierpaolo.
_COMPOUND = re.compile(r"(maria|anna|gian|giovan|pier)(.{3,})")


class Likeness(NamedTuple):
    """How two words, or two parts of a name, are alike (score 0..1)."""

    why: str
    score: float


EQUAL = Likeness("equal", 1.0)
INITIAL = Likeness("initial", 0.8)
NICKNAME = Likeness("nickname", 0.9)


def given(one: str, other: str) -> Likeness:
    """Two words of first names. What parents give as two names is two names, however alike."""
    if one == other:
        return EQUAL
    if min(len(one), len(other)) == 1:
        return INITIAL if one[0] == other[0] else unlike(one, other)
    if are_nicknames(one, other) or _are_one_abroad(one, other):
        return NICKNAME
    if _spelling(one) == _spelling(other):
        return Likeness("typo", 0.85)
    known = is_given(one) + is_given(other)
    if known == 2 or _ends_otherwise(one, other, is_known=bool(known)):
        return unlike(one, other)
    return _cut_short(one, other) or _slip_of_given(one, other, is_known=bool(known))


def _cut_short(one: str, other: str) -> Likeness | None:
    """Four letters of a name or more, which are no name themselves."""
    short, long = sorted((one, other), key=len)
    is_cut = len(short) >= 4 and long.startswith(short) and not is_given(short)
    return INITIAL if is_cut else None


def _slip_of_given(one: str, other: str, *, is_known: bool) -> Likeness:
    """Of two names that nobody knows, short ones may well both be right: Marko, Mirko."""
    may_slip = is_known or (one[0] == other[0] and min(len(one), len(other)) >= 6)
    return _slip(one, other) if may_slip else unlike(one, other)


def surname(one: str, other: str) -> Likeness:
    """Two words of last names. Rossi and Rosso are two families."""
    if one == other:
        return EQUAL
    if min(len(one), len(other)) == 1:
        return INITIAL if one[0] == other[0] else unlike(one, other)
    if _ends_otherwise(one, other, is_known=True):
        return unlike(one, other)
    may_slip = min(len(one), len(other)) >= 5 or sorted(set(one)) == sorted(set(other))
    return _slip(one, other) if may_slip else unlike(one, other)


def unlike(one: str, other: str) -> Likeness:
    return Likeness(DIFFERENT, round(JaroWinkler.similarity(one, other) / 2, 3))


def _slip(one: str, other: str) -> Likeness:
    """One slip of the finger, two in a long word; none in the shortest."""
    shorter = min(len(one), len(other))
    most = 2 if shorter >= 8 else 1 if shorter >= 4 else 0
    slips = DamerauLevenshtein.distance(one, other, score_cutoff=most)
    if slips > most or JaroWinkler.similarity(one, other) < 0.8:
        return unlike(one, other)
    return Likeness("typo", 0.85 if slips == 1 else 0.75)


def _ends_otherwise(one: str, other: str, *, is_known: bool) -> bool:
    """Mario and Maria, Daniel and Daniela, Rossi and Rosso: the ending makes another name. A last
    letter that is missing from a name we know (is_known) is a slip."""
    if one[-1] == other[-1]:
        return False
    if one[-1] in _VOWELS and other[-1] in _VOWELS:
        return not (one.startswith(other) or other.startswith(one))
    return not is_known and one.rstrip("aeiou") == other.rstrip("aeiou")


def _are_one_abroad(one: str, other: str) -> bool:
    """Robert and Roberto, Daniel and Daniele: what Italy ends with a vowel and others do not."""
    short, long = sorted((one, other), key=len)
    return short[-1] not in _VOWELS and long in (short + "o", short + "e") and is_given(short)


def _spelling(word: str) -> str:
    """Written so or so, it is one name: Elliott and Eliot, Katie and Katy."""
    return re.sub(r"(?:ie|ey|y)$", "i", re.sub(r"(.)\1+", r"\1", word))


@cache
def is_given(word: str) -> bool:
    """Is the word (folded) a given name that we know?"""
    return word in _nicknames() or name_lists.is_given([word])


def halves(word: str) -> tuple[str, ...]:
    """Two given names in one word, apart: 'annamaria' -> ('anna', 'maria')."""
    found = _COMPOUND.fullmatch(word)
    return found.groups() if found and is_given(found[2]) else (word,)


def are_nicknames(one: str, other: str) -> bool:
    """Do both stand on one line of the table: a given name and a short form of it?"""
    lines = _nicknames()
    return one in lines and other in lines and not lines[one].isdisjoint(lines[other])


def nickname_lines() -> dict[str, list[int]]:
    """Given name or short form -> the lines of the table on which it stands."""
    return {word: sorted(numbers) for word, numbers in _nicknames().items()}


@cache
def _nicknames() -> dict[str, frozenset[int]]:
    text = (files("scheda.matching") / "data" / "nicknames.txt").read_text(encoding="utf-8")
    found: dict[str, set[int]] = {}
    for number, line in enumerate(text.splitlines()):
        if not line.startswith("#"):
            for word in line.split():
                found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}
