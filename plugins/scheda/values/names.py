"""Names of people: their case, titles apart, first and last in place, and keys to compare."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from scheda.values import name_case, name_parts
from scheda.values.folding import fold
from scheda.values.kinds import Kind, Parts
from scheda.values.name_lists import are_particles, has_particle, is_family, is_given, units

_LONGEST = 120
_AND = re.compile(r"(?:e|ed|&|and|und|et|y)\s+", re.I)
_DIGITS_AFTER = re.compile(r"(?<=[^\W\d_]{3})\d+(?!\w)")
_COMPANY = "a company, not a person"
_SEVERAL = "more than one person"
_NOBODY = "stands for no name"
_EDGES = " \t,;:-_/\\|\"'*+=~^#&!?<>"
_INITIALS = re.compile(r"(?:[^\W\d_]\.?)+", re.UNICODE)


@dataclass
class _Name:
    """What is known of a name while it is read: the words of each field, and remarks."""

    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    is_swapped: bool = False
    is_of_several: bool = False

    def note(self, reason: str) -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """(first name, last name) as written -> the columns of KIND."""
    name = _Name()
    if not any(part and part.strip() for part in parts):
        return (None,) * 8
    if _is_company(parts):
        return (*(None,) * 7, _COMPANY)
    name.first, name.last = (_words(part, name) for part in parts)
    name.last = name_case.elided(name.last)
    _without_repetition(name)
    _in_place(name)
    first = name_case.capitalised(name.first, is_last=False) or None
    last = name_case.capitalised(name_case.elided(name.last), is_last=True) or None
    first_key = None if name.is_of_several else name_case.key(first, is_last=False)
    last_key = name_case.key(last, is_last=True)
    return (
        " ".join(name.titles) or None,
        first,
        last,
        first_key,
        last_key,
        name_case.whole_key(first_key, last_key),
        name.is_swapped,
        "; ".join(name.reasons) or None,
    )


def _is_company(parts: Parts) -> bool:
    """Do both fields together name a company (Studio Legale | Rossi, Rossi | S.r.l.)?"""
    first, last = (" ".join((part or "").split())[:_LONGEST] for part in parts)
    whole = f"{first} {last}".strip()
    if name_parts.has_form(whole):
        return True
    begun = whole.split()
    return name_parts.has_trade(whole) and not (is_family(begun[:1]) and is_given(begun[1:]))


def _words(written: str | None, name: _Name) -> list[str]:
    """The words of one field, freed of what is no name; titles and remarks go to `name`."""
    text = " ".join(written.split()) if written else ""
    if not text:
        return []
    if (
        text.isalpha()
        and not name_parts.says_nobody(text)
        and not name_parts.without_title(text)[1]
        and name_parts.family(text) is None
    ):
        return [text]  # nine of ten names are one plain word
    fault = _fault(text)
    if fault:
        name.note(fault)
        return []
    text = name_case.spelled(_bare(text, name))
    text, titles = name_parts.without_title(text)
    name.titles += [title for title in titles if title not in name.titles]
    if len(titles) > 1 and _AND.match(text):
        text, name.is_of_several = _AND.sub("", text), True  # Sig. e Sig.ra Rossi
        name.note(_SEVERAL)
    text = text.strip(_EDGES).lstrip(".")
    if re.search(r"\w{4}\.+$", text):
        text = text.rstrip(".")
    return _spread(text).split()


def _fault(text: str) -> str | None:
    """Why a field holds no person's name at all."""
    if len(text) > _LONGEST:
        return "too long for a name"
    if "@" in text or re.search(r"\bwww\.|://", text):
        return "an address in place of a name"
    if not re.search(r"[^\W\d_]", text):
        return "digits in place of a name" if re.search(r"\d", text) else _NOBODY
    if name_parts.says_nobody(text):
        return _NOBODY
    if name_parts.has_trade(text) or name_parts.has_dotted_form(text):
        return _COMPANY
    return None


def _bare(text: str, name: _Name) -> str:
    bare = name_parts.without_note(text)
    if bare != text:
        name.note("a note is left out")
    if re.search(r"\d", bare):
        # Rossi1 and Rossi 1965 are a Rossi; nobody knows what R0ssi is.
        bare = _DIGITS_AFTER.sub("", bare)
        bare = " ".join(word for word in bare.split() if not re.search(r"\d", word))
        name.note("digits in the name are left out")
    of_family = name_parts.family(bare)
    if of_family is None:
        return bare
    name.note("a family, not a person")
    name.is_of_several = True
    return of_family


def _spread(text: str) -> str:
    """`Rossi,Anna` and `A.Maria` in words of their own; initials stay together: G.B."""
    text = re.sub(r"\s*([,;/&+])\s*", r" \1 ", text)
    return re.sub(r"(?<=\w)\.(?=[^\W\d_]{2,})", ". ", text)


def _without_repetition(name: _Name) -> None:
    """'Anna' and 'Anna Rossi': what one field has of the other is said once."""
    first, last = ([fold(word) for word in side] for side in (name.first, name.last))
    if not first or not last:
        return
    if first == last:
        if is_given(last) and is_family(last):
            return  # Martino Martino may be his name
        # A whole name typed twice, or one of the two in both fields.
        name.first, name.last = (name.first, []) if is_given(last) else ([], name.last)
    elif last[: len(first)] == first and not has_particle(last):
        name.last = name.last[len(first) :]
    elif last[-len(first) :] == first and not are_particles(last[: -len(first)]):
        name.last = name.last[: -len(first)]
    elif first[-len(last) :] == last and not are_particles(first[: -len(last)]):
        name.first = name.first[: -len(last)]
    elif first[: len(last)] == last:
        name.first = name.first[len(last) :]
    elif sorted(first) == sorted(last):
        name.first = []
    else:
        return
    name.note("the same in both fields: said once")


def _in_place(name: _Name) -> None:
    """First and last name in the field of each: swapped back, or one field told apart."""
    _without_nobody(name)
    if name.first and name.last:
        _swap(name)
        _look_for_couple(name)
    elif name.first or name.last:
        _tell_apart(name)
        if _without_nobody(name):
            _tell_apart(name)
    name.first, name.last = ([w for w in side if w != ","] for side in (name.first, name.last))


def _without_nobody(name: _Name) -> bool:
    """Anna test, Dott. xxx: what is left of a field may be no name after all. Was it so?"""
    sides = [side for side in (name.first, name.last) if side]
    emptied = [side for side in sides if name_parts.says_nobody(" ".join(side))]
    for side in emptied:
        side.clear()
        name.note(_NOBODY)
    return bool(emptied)


def _swap(name: _Name) -> None:
    """Where the first name is none and the last one is a given name. Names that are both (Bruno,
    Marino, Thomas) decide nothing, unless the other is a known family name."""
    if any(is_given([word]) for word in name.first) and not has_particle(name.first):
        return
    if _are_initials(name.first) or not (is_given(name.last) or _are_initials(name.last)):
        return
    of_italy = is_given(name.last, is_italian=True)
    may_be_family = any(is_family([word], is_common=True) for word in name.last)
    # Garrett Howard is nobody's mistake for certain; Rossi Bruno is. Of an unknown first name
    # nothing follows, unless the last is hardly a family's.
    is_sure = (of_italy or not may_be_family) if is_family(name.first) else not may_be_family
    if not is_sure or not (of_italy or is_family(name.first)):
        return
    name.first, name.last = name.last, name.first
    name.is_swapped = True
    name.note("first and last name were swapped")


def _are_initials(found: list[str]) -> bool:
    return all(name_case.is_initial(word.strip(".").lower()) for word in found)


def _tell_apart(name: _Name) -> None:
    """A name in one field: both of its parts, or one in the wrong place."""
    found = name.first or name.last
    if "," in found:
        comma = found.index(",")
        before, after = found[:comma], [word for word in found[comma + 1 :] if word != ","]
        if before and after:
            name.first, name.last = after, before
            name.note("the whole name in one field: told apart")
            return
        found = before or after
    found = [word for word in found if word != ","]
    if "/" in found or "&" in found or "+" in found:
        name.first, name.last = (found, []) if name.first else ([], found)
        _look_for_couple(name)
        return
    split = _split(found, is_first=bool(name.first))
    if split:
        name.first, name.last = split
        name.note("the whole name in one field: told apart")
    elif name.first and is_family(found) and not any(is_given([word]) for word in found[-1:]):
        name.first, name.last, name.is_swapped = [], found, True
        name.note("a last name in place of the first")
    elif name.last and is_given(found) and not is_family(found):
        name.first, name.last, name.is_swapped = found, [], True
        name.note("a first name in place of the last")
    else:
        name.first, name.last = (found, []) if name.first else ([], found)
        if len(found) > 1 and name.last and not has_particle(found):
            name.note("perhaps the whole name in one field")


def _split(found: list[str], *, is_first: bool) -> tuple[list[str], list[str]] | None:
    """(first, last) of a whole name, when the given names stand at one end of it only."""
    whole = units(found)
    if len(whole) < 2:
        return None
    given = [is_given(unit) and not has_particle(unit) for unit in whole]
    # Of two given names one may be the family's (Anna Marino), but in the field of the first name
    # they are more likely both hers (Maria Grazia).
    sure = [
        is_one and (is_first or not is_family(unit, is_common=True))
        for is_one, unit in zip(given, whole, strict=True)
    ]
    for marks in (given, sure):
        end = marks.index(False) if marks[0] and not marks[-1] else 0
        if marks[-1] and not marks[0]:
            end = -marks[::-1].index(False)
        if end:
            first, last = (whole[:end], whole[end:]) if end > 0 else (whole[end:], whole[:end])
            return list(chain(*first)), list(chain(*last))
    return None


def _look_for_couple(name: _Name) -> None:
    """Anna e Marco: two people, who have no first name together."""
    sides = name_parts.couple(" ".join(name.first or name.last))
    if sides is None:
        return
    if name.first and not all(is_given(side.split()) for side in sides):
        return
    if not name.first and not re.search(r"[/&+]", " ".join(name.last)):
        return
    name.is_of_several = True
    name.note(_SEVERAL)


KIND = Kind(
    name="names",
    parts=("first_name", "last_name"),
    columns=(
        ("title", "text"),
        ("clean_first_name", "text"),
        ("clean_last_name", "text"),
        ("first_key", "text"),
        ("last_key", "text"),
        ("name_key", "text"),
        ("is_swapped", "boolean"),
        ("reason", "text"),
    ),
    parse=parse,
)
