"""Legal forms of companies: recognised in any punctuation, case and spacing, shown in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from scheda.values.casing import listed
from scheda.values.folding import fold

_TABLE = Path(__file__).parent / "data" / "legal_forms.tsv"
#: Words of the longest spelling (Gesellschaft mit beschränkter Haftung & Co. KG), points apart.
_LONGEST = 10
#: A spelling this long is words written out, which mean nothing else.
_WRITTEN_OUT = 7
#: A spa with baths, not a company limited by shares, comes after one of these.
_BATHS = listed(
    "& + e ed and con hotel resort terme wellness beauty day thermal medical medi urban bagni relax"
    " benessere centro city family bio mini private alpine garden"
)


_AND = frozenset(["&", "+", "e", "ed", "and", "und", "et", "y"])


@dataclass(frozen=True, slots=True)
class Form:
    """One legal form. `code` is country:form; `shown` its spellings by rank (A/S, then a.s.).

    Flags: `lead` it may stand before the name; `dotlead` there only with its points; `caps` it
    needs capitals or points, `point` points (the letters are a word or initials, too)."""

    country: str
    form: str
    shown: tuple[str, ...]
    flags: frozenset[str]

    @property
    def code(self) -> str:
        return f"{self.country}:{self.form}"

    def display(self, written: str) -> str:
        """The spelling to show: that with the punctuation as written, or the first."""
        bare = re.sub(r"\s", "", written).lower()
        same = [shown for shown in self.shown if shown.lower() == bare]
        return (same or self.shown)[0]


@dataclass(frozen=True, slots=True)
class Found:
    """A form at tokens[start:end]."""

    form: Form
    start: int
    end: int
    written: str

    @property
    def shown(self) -> str:
        return self.form.display(self.written)


def _expanded(pattern: str) -> list[str]:
    """`s(oc|)rl` → socrl, srl."""
    parts = re.split(r"\(([^)]*)\)", pattern)
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]


@cache
def _forms() -> dict[str, tuple[Form, ...]]:
    """Folded letters → forms they may spell, the likelier first."""
    found: dict[str, list[Form]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        country, form, shown, flags, spellings = line.split("\t")
        declared = Form(country, form, tuple(shown.split(" / ")), listed(flags))
        for pattern in spellings.split():
            for spelling in _expanded(pattern):
                listing = found.setdefault(spelling, [])
                if declared not in listing:
                    listing.append(declared)
    return {spelling: tuple(listing) for spelling, listing in found.items()}


def squeezed(tokens: list[str]) -> str:
    """The letters and digits of some words, folded; `&` stays, it tells GmbH & Co. KG."""
    return re.sub(r"[^\w&]|_", "", fold("".join(tokens)))


def at_end(tokens: list[str], home: str) -> Found | None:
    """The longest form that ends the words and leaves a name before it."""
    for start in range(max(1, len(tokens) - _LONGEST), len(tokens)):
        if found := _read(tokens, start, len(tokens), home):
            return found
    return None


def at_start(tokens: list[str], home: str) -> Found | None:
    """The longest form that may stand first and begins the words, with a name after it."""
    for end in range(min(len(tokens) - 1, _LONGEST), 0, -1):
        found = _read(tokens, 0, end, home)
        if found and _may_lead(found):
            return found
    return None


def inside(tokens: list[str], home: str) -> list[Found]:
    """Forms with a name before and words after them, the longest at each place."""
    listing = []
    start = 1
    while start < len(tokens) - 1:
        ends = range(min(len(tokens) - 1, start + _LONGEST), start, -1)
        reads = (_read(tokens, start, end, home) for end in ends)
        if found := next(filter(None, reads), None):
            listing.append(found)
            start = found.end
        else:
            start += 1
    return listing


def is_only_form(tokens: list[str]) -> bool:
    """Are the words a legal form and nothing else? Coop alone is a name."""
    letters = squeezed(tokens)
    return (
        letters not in {"coop", "company", "limited", "obrt"}
        and (
            letters in {"spa", "sas", "srl", "snc", "srls", "gmbh", "ltd", "inc", "llc"}
            or len(letters) >= _WRITTEN_OUT
        )
        and letters in _forms()
    )


def _read(tokens: list[str], start: int, end: int, home: str) -> Found | None:
    part = tokens[start:end]
    if not re.search(r"\w", part[0]) or part[0] == "&":
        return None
    letters = squeezed(part)
    if start and letters.startswith("co") and fold(tokens[start - 1]) in _AND:
        # The company of Smith & Co. Ltd is Smith's, not the form's.
        return None
    forms = _forms().get(letters)
    if not forms:
        return None
    written = " ".join(part)
    fit = [form for form in forms if _is_meant(form, written, letters)]
    if not fit or (letters == "spa" and _is_bath(tokens, start, written)):
        return None
    bare = re.sub(r"[^\w]", "", written)
    exact = [form for form in fit if _camel(form.shown[0]) == bare]
    at_home = [form for form in fit if form.country == home]
    return Found((exact or at_home or fit)[0], start, end, written)


def _camel(shown: str) -> str | None:
    """The letters of a spelling that capitals alone tell (ApS), else None."""
    bare = re.sub(r"[^\w]", "", shown)
    return bare if bare not in {bare.upper(), bare.lower(), bare.capitalize()} else None


def _is_meant(form: Form, written: str, letters: str) -> bool:
    if len(letters) >= _WRITTEN_OUT:
        return True
    has_points = bool(re.search(r"[^\W_]\s*[./]", written))
    if "point" in form.flags:
        is_camel = written == _camel(form.shown[0])
        return is_camel or (has_points and not re.search(r"\w{3}", written))
    if "caps" in form.flags:
        return has_points or written == written.upper() or written in form.shown
    return True


def _is_bath(tokens: list[str], start: int, written: str) -> bool:
    plain = len(written) == 3 and written != "SpA"
    return plain and fold(tokens[start - 1]) in _BATHS


def _may_lead(found: Found) -> bool:
    flags, letters = found.form.flags, squeezed([found.written])
    if "lead" in flags:
        # Coop Aurora may be its whole name; Coop. Aurora and Cooperativa Aurora have a form.
        return letters != "coop" and len(letters) > 2
    has_points = bool(re.search(r"[^\W_]\s*[./].*[^\W_]", found.written))
    return ("dotlead" in flags and has_points) or len(letters) > 2 * _WRITTEN_OUT
