"""Which words are given names, which family names; many are both, and decide nothing alone."""

from __future__ import annotations

import re
from functools import cache

from scheda.values.folding import fold
from scheda.values.lists import listed, words

#: First parts of names written as one: Mariastella, Annagrazia, Pierfelice.
_COMPOUND = re.compile(r"(?:maria|anna|gian|giovan|pier|rosa|franc(?:esco|a))(?=.{3})")
_PARTICLES = listed(
    "van der den von vom zu zum zur ter ten te de di da del della dello delle dei degli dal dalla"
    " dalle dai la le lo li du des dos das do el al ben"
)
#: Beginnings that only family names have, joined to what follows.
_BEGINNING = re.compile(r"(?:d|dell|dall|o|sant|de|ca)['’]\w|mc\w{3}")


@cache
def _italian() -> frozenset[str]:
    return frozenset(fold(word) for word in words("italian_names.txt"))


@cache
def _given() -> frozenset[str]:
    return _italian() | {fold(word) for word in words("given_names.txt")}


@cache
def _family() -> frozenset[str]:
    return frozenset(fold(word) for word in words("family_names.txt"))


@cache
def _shared() -> frozenset[str]:
    return _family() | {fold(word) for word in words("shared_names.txt")}


def _parts(found: list[str]) -> list[str]:
    return [part for word in found for part in fold(word).split("-")]


def is_given(found: list[str], *, is_italian: bool = False) -> bool:
    """Is every word a given name (of Italy)? Initials beside one do not matter."""
    known = _italian() if is_italian else _given()
    full = [part for part in _parts(found) if len(part.strip(".")) > 1]
    for part in full:
        if part not in known:
            compound = _COMPOUND.match(part)
            if not compound or part[compound.end() :] not in known:
                return False
    return bool(full)


def is_family(found: list[str], *, is_common: bool = False) -> bool:
    """Is every word a name that families have (a common one), or do they begin as only family
    names do?"""
    known = _family() if is_common else _shared()
    return has_particle(found) or (bool(found) and all(part in known for part in _parts(found)))


def has_particle(found: list[str]) -> bool:
    """Do they begin as family names do: De Rossi, van der Berg, D'Angelo, O'Neill, McAdam?"""
    first = found[0].lower() if found else ""
    return (len(found) > 1 and first in _PARTICLES) or bool(_BEGINNING.match(first))


def units(found: list[str]) -> list[list[str]]:
    """The words with their particles: De Luca Giuseppe -> [De, Luca], [Giuseppe]."""
    made: list[list[str]] = [[]]
    for place, word in enumerate(found):
        made[-1].append(word)
        if word.lower() not in _PARTICLES and place + 1 < len(found):
            made.append([])
    return made


def are_particles(found: list[str]) -> bool:
    """Are they particles only, which nobody is called?"""
    return all(word.lower() in _PARTICLES for word in found)
