"""Are two names one person's? A verdict with its reason, from the keys of their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scheda.matching.words import (
    DIFFERENT,
    EQUAL,
    INITIAL,
    NICKNAME,
    Likeness,
    given,
    halves,
    is_given,
    surname,
)
from scheda.values.folding import words

if TYPE_CHECKING:
    from collections.abc import Callable

SAME, COMPATIBLE = "same", "compatible"

#: Every reason, and what it makes of two names when it is the weakest thing to be said of them.
WHYS = {
    "equal": SAME,
    "swapped": SAME,
    "extra name": SAME,
    "double surname": SAME,
    "nickname": COMPATIBLE,
    "initial": COMPATIBLE,
    "typo": COMPATIBLE,
    "married surname": COMPATIBLE,
    "one part missing": COMPATIBLE,
    "no common part": COMPATIBLE,
    "no name": COMPATIBLE,
    "different first name": DIFFERENT,
    "different last name": DIFFERENT,
    "different names": DIFFERENT,
}

_EXTRA = Likeness("extra name", 0.95)
_MISSING = Likeness("one part missing", 0.6)
_DOUBLE = Likeness("double surname", 0.95)
_MARRIED = Likeness("married surname", 0.85)
#: Nobody's name has more; it bounds what a text without spaces, or with thousands, may cost.
_MOST_WORDS, _MOST_LETTERS = 6, 40

Words = tuple[str, ...]


class Name(NamedTuple):
    """The keys of a name as core.value_names has them; a part that is not known is None."""

    first_key: str | None
    last_key: str | None


class Verdict(NamedTuple):
    """verdict: same, compatible or different; score: 0..1; why: one of WHYS."""

    verdict: str
    score: float
    why: str


def compare(one: Name, other: Name) -> Verdict:
    """The verdict on two names; the same whichever comes first. Never raises on any text.

    Same: equal keys, also with first and last swapped, or with one name more on one side.
    Compatible: nothing contradicts, but it takes an identifier to believe it (a nickname, an
    initial, a slip, a part that is missing, a husband's surname). Different: all the rest.
    """
    (my_first, my_last), (their_first, their_last) = sorted((_parts(one), _parts(other)))
    if not (my_first or my_last) or not (their_first or their_last):
        return Verdict(COMPATIBLE, 0.5, "no name")
    straight = _judge(_first_names(my_first, their_first), _surnames(my_last, their_last))
    if straight.verdict == SAME:
        return straight
    crossed = _judge(_any_names(my_first, their_last), _any_names(my_last, their_first))
    if crossed.verdict == SAME:
        return Verdict(SAME, min(crossed.score, 0.97), "swapped")
    crossed = crossed._replace(score=round(0.95 * crossed.score, 3))
    if crossed.verdict == COMPATIBLE and (
        straight.verdict == DIFFERENT or crossed.score > straight.score
    ):
        return crossed if crossed.why != "no common part" else straight
    return straight


def are_two_given_names(one: str | None, other: str | None) -> bool:
    """Are both (keys of first names) names that we know, and not two forms of one?"""
    mine, theirs = _words(one), _words(other)
    if not all(map(is_given, mine + theirs)):
        return False
    return bool(mine and theirs) and _first_names(mine, theirs).why == DIFFERENT


def _parts(name: Name) -> tuple[Words, Words]:
    return _words(name.first_key), _words(name.last_key)


def _words(key: str | None) -> Words:
    return tuple(word[:_MOST_LETTERS] for word in words(key or "").split()[:_MOST_WORDS])


def _judge(first: Likeness, last: Likeness) -> Verdict:
    """The weaker likeness decides, and both lower the score."""
    score = round(first.score * last.score, 3)
    if DIFFERENT in (first.why, last.why):
        which = "first name" if last.why != DIFFERENT else "last name"
        which = "names" if first.why == last.why else which
        return Verdict(DIFFERENT, score, f"different {which}")
    if first == last == _MISSING:
        return Verdict(COMPATIBLE, 0.3, "no common part")
    weaker = min(first, last, key=_strength)
    # One name more on both sides is no longer the same name written at length.
    verdict = WHYS[weaker.why] if EQUAL in (first, last) else COMPATIBLE
    return Verdict(verdict, score, weaker.why)


def _first_names(mine: Words, theirs: Words) -> Likeness:
    if not mine or not theirs:
        return _MISSING
    if _is_equal(mine, theirs):
        return _equal(mine)
    apart, also_apart = (
        tuple(half for word in part for half in halves(word)) for part in (mine, theirs)
    )
    # Anna is Anna Maria without her second name; Maria may be what Anna Maria is called, as Anna
    # may be what Annamaria is called.
    short, long = sorted((apart, also_apart), key=len)
    is_written_so = (apart, also_apart) == (mine, theirs) and short == long[: len(short)]
    extra = _EXTRA if is_written_so else NICKNAME
    return max(
        _word_by_word(apart, also_apart, given, extra),
        given("".join(mine), "".join(theirs)),
        key=_strength,
    )


def _surnames(mine: Words, theirs: Words) -> Likeness:
    if not mine or not theirs:
        return _MISSING
    if _is_equal(mine, theirs):
        return _equal(mine)
    short, long = sorted((mine, theirs), key=len)
    # The first of two surnames is one's own; the second may be a mother's or a husband's.
    extra = _DOUBLE if short == long[: len(short)] else _MARRIED
    return max(
        _word_by_word(mine, theirs, surname, extra),
        surname("".join(mine), "".join(theirs)),
        key=_strength,
    )


def _any_names(mine: Words, theirs: Words) -> Likeness:
    """A first name read as a last name: only its letters can tell."""
    if not mine or not theirs:
        return _MISSING
    if _is_equal(mine, theirs):
        return _equal(mine)
    return _word_by_word(mine, theirs, surname, _EXTRA)


def _strength(likeness: Likeness) -> tuple[bool, float]:
    return likeness.why != DIFFERENT, likeness.score


def _is_equal(mine: Words, theirs: Words) -> bool:
    """The same words in any order, or written apart and together: Maria Grazia, Mariagrazia."""
    return sorted(mine) == sorted(theirs) or "".join(mine) == "".join(theirs)


def _equal(part: Words) -> Likeness:
    """Two people whose names begin alike have one initial."""
    return INITIAL if all(len(word) == 1 for word in part) else EQUAL


def _word_by_word(
    mine: Words, theirs: Words, alike: Callable[[str, str], Likeness], extra: Likeness
) -> Likeness:
    """Each word of the shorter against its best in the longer; the weakest pair is the answer."""
    short, long = sorted((mine, theirs), key=len)
    found = [] if len(short) == len(long) else [extra]
    free = list(long)
    for word in short:
        best = max(free, key=lambda other: _strength(alike(word, other)))
        found.append(alike(word, best))
        free.remove(best)
    weakest = min(found, key=_strength)
    score = 1.0
    for likeness in found:
        score *= likeness.score
    return Likeness(weakest.why, score)
