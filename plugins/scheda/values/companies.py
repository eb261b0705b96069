"""Names of companies: one spelling per legal form, and a key to compare."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from scheda.values import company_text, legal_forms
from scheda.values.casing import listed
from scheda.values.company_names import (
    display_case,
    loose_key,
    name_key,
    owner_key,
)
from scheda.values.folding import fold, words
from scheda.values.kinds import Kind, Parts
from scheda.values.name_lists import is_family, is_given

#: Said of a company before its name, and no part of it.
_GREETINGS = listed("spett spettle spettabile ditta fa firma messrs gent gentle societa")
#: Said of a form after it, and no other form.
_QUALIFIERS = (
    r"(?:a|con|ad)? ?(?:unico socio|socio unico)|unipersonale|uninominale|societa unipersonale"
    r"|societa benefit|sb|a capitale (?:ridotto|variabile)|benefit|onlus|impresa sociale|ets|stp"
    r"|societa tra professionisti|con sede in \w+|ets onlus"
)
_QUALIFIER = re.compile(rf"^(?:{_QUALIFIERS})$")
#: Words that begin the name of a branch, after a form.
_BRANCHES = listed(
    "filiale sede succursale stabilimento magazzino ufficio uffici divisione reparto punto pv"
    " agenzia deposito unita branch zweigniederlassung niederlassung c/o co att attn alla"
    " stab uff ex gia"
)
#: Nobody writes more legal forms than this into one name.
_READINGS = 10
_OF = listed("di de dei del della dello degli d' der des")


@dataclass(slots=True)
class _Name:
    """A company's name taken apart: its own words, its form, whose it is, was a branch said?"""

    body: list[str]
    form: legal_forms.Found | None = None
    owner: list[str] | None = None
    of: str = "di"
    is_branch: bool = False


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """One company name as written -> the columns of KIND."""
    [written] = parts
    text, vat_number, vat_reason = company_text.without_vat(company_text.plain(written or ""), home)
    text, status = company_text.without_status(text)
    tokens = company_text.tokens(text)
    reason = company_text.why_no_company(" ".join(tokens))
    if reason and vat_number:
        reason = "a VAT number, no name"
    name = _Name([]) if reason else _read(tokens, home)
    if not name.form and legal_forms.is_only_form(name.body):
        reason, name = "a legal form without a name", _Name([])
    shown, key, owner, form = _columns(name)
    if key is None:
        reason = "; ".join(filter(None, [reason or "no company name", vat_reason]))
        return (None, None, None, None, None, vat_number, status, reason)
    reasons = [vat_reason, "a place or a branch is left out" if name.is_branch else None]
    reason = "; ".join(filter(None, reasons)) or None
    return (shown, key, owner, loose_key(key), form, vat_number, status, reason)


def _read(tokens: list[str], home: str) -> _Name:
    """Taken apart, and once more as shown, until nothing more comes off: what is shown is read as
    itself."""
    name = _taken_apart(tokens, home)
    was_branch = name.is_branch
    for _ in range(_READINGS):
        known = _columns(name)
        if known[1] is None:
            break
        again = _taken_apart(company_text.tokens(known[0] or ""), home)
        if _columns(again) == known:
            break
        name = again
        was_branch = was_branch or name.is_branch
    name.is_branch = was_branch
    return name


def _columns(name: _Name) -> tuple[str | None, str | None, str | None, str | None]:
    """Display, key, owner's key and the code of the legal form."""
    form = name.form.form if name.form else None
    key = name_key(name.body, form.country if form else None)
    if key is None or (not form and company_text.why_no_company(" ".join(name.body))):
        return (None, None, None, None)
    shown = [display_case(name.body)]
    if name.form:
        shown.append(name.form.shown)
    if name.owner:
        shown += [name.of, display_case(name.owner)]
    owner = owner_key(name.owner) if name.owner else None
    return (" ".join(shown), key, owner, form.code if form else None)


def _taken_apart(tokens: list[str], home: str) -> _Name:
    tokens = _ungreeted(tokens)
    tokens, was_branch = _without_note(tokens)
    tokens = _unqualified(tokens)
    name = (
        _form_at_end(tokens, home)
        or _form_inside(tokens, home)
        or _form_at_start(tokens, home)
        or _without_form(tokens)
    )
    name.is_branch = name.is_branch or was_branch
    if not name.owner:
        name.body, name.owner = _owned(name.body)
    return name


def _owned(body: list[str]) -> tuple[list[str], list[str] | None]:
    """Autofficina Greco di Greco Luigi; Bar Sole di Fiore Anna & C.: a name, and whose it is. Casa
    di Cura and Amici di San Marco are whole: the owner is a first and a last name."""
    places = [place for place, word in enumerate(body) if word.lower() == "di" and place]
    if not places or len(body) - places[-1] < 3:
        return body, None
    before, owner = body[: places[-1]], body[places[-1] + 1 :]
    people = [word for word in owner if re.fullmatch(r"[^\W\d_]{2,}|[^\W\d_]'?[^\W\d_]+", word)]
    known = {fold(word) for word in before if len(word) > 2}
    is_named_so = any(fold(word) in known for word in people)
    one_given = any(is_given([word]) for word in people)
    is_person = len(people) == 2 and one_given and all(map(_is_persons, people))
    return (before, owner) if is_named_so or is_person else (body, None)


def _is_persons(word: str) -> bool:
    return is_given([word]) or is_family([word])


def _form_at_end(tokens: list[str], home: str) -> _Name | None:
    found = legal_forms.at_end(tokens, home)
    if not found:
        return None
    body = _unqualified(tokens[: found.start])
    if found.form.form == "ssa" and (other := legal_forms.at_end(body, home)):
        # Rossi S.r.l. Società Agricola is a Società Agricola Rossi S.r.l.
        return _Name(["Società", "Agricola", *_trimmed(body[: other.start])], other)
    lead = legal_forms.at_start(body, home)
    if lead and lead.form == found.form:
        body = body[lead.end :]
    return _Name(_trimmed(body), found)


def _form_inside(tokens: list[str], home: str) -> _Name | None:
    """Bar Sole s.a.s. di Mario Rossi & C.; Rossi S.r.l. - filiale di Milano. Other words after a
    form say that it is none."""
    for found in legal_forms.inside(tokens, home):
        body, after = tokens[: found.start], tokens[found.end :]
        first = fold(after[0]).strip(".")
        if first in _OF and len(after) > 1:
            return _Name(_trimmed(body), found, owner=_trimmed(after[1:]))
        if first == "-" or first.startswith("(") or first in _BRANCHES:
            return _Name(_trimmed(body), found, is_branch=True)
    return None


def _form_at_start(tokens: list[str], home: str) -> _Name | None:
    found = legal_forms.at_start(tokens, home)
    if not found:
        return None
    body = tokens[found.end :]
    if len(body) > 1 and fold(body[0]) in {"di", "de"}:
        body = body[1:]
    return _Name(_trimmed(body), found)


def _without_form(tokens: list[str]) -> _Name:
    for place in range(1, len(tokens) - 1):
        if fold(tokens[place]).strip(".") in {"inh", "inhaber", "inhaberin"}:
            return _Name(_trimmed(tokens[:place]), owner=tokens[place + 1 :], of="Inh.")
        if tokens[place] == "-" and fold(tokens[place + 1]).strip(".") in _BRANCHES:
            return _Name(_trimmed(tokens[:place]), is_branch=True)
    return _Name(_trimmed(tokens))


def _ungreeted(tokens: list[str]) -> list[str]:
    """Spett.le Ditta Rossi → Rossi; Società Agricola … stays, and so does a name of one word."""
    start = 0
    while start < len(tokens) - 1:
        word = re.sub(r"[^\w]", "", fold(tokens[start]))
        if word not in _GREETINGS or (word == "societa" and not start):
            break
        if word == "ditta" and fold(tokens[start + 1]).startswith("ind"):
            break
        start += 1
    return tokens[start:]


def _without_note(tokens: list[str]) -> tuple[list[str], bool]:
    """Without a last remark in brackets, (MI) or (ex Bianchi)."""
    for place in range(len(tokens) - 1, 0, -1):
        if tokens[place].startswith("("):
            inside = " ".join(tokens[place:])
            is_note = inside.endswith(")") and (
                len(inside) == 4 or words(inside).split(" ")[0] in _BRANCHES
            )
            return (tokens[:place], True) if is_note else (tokens, False)
    return tokens, False


def _unqualified(tokens: list[str]) -> list[str]:
    """Without what only describes the form: unipersonale, a socio unico, società benefit, ONLUS."""
    for size in (3, 2, 1):
        tail = words(" ".join(tokens[-size:]))
        if len(tokens) > size and _QUALIFIER.match(tail):
            return _unqualified(tokens[:-size])
    return tokens


def _trimmed(tokens: list[str]) -> list[str]:
    while len(tokens) > 1 and not re.search(r"\w", tokens[-1]):
        tokens = tokens[:-1]
    return tokens


KIND = Kind(
    name="companies",
    parts=("company_name",),
    columns=(
        ("display_name", "text"),
        ("name_key", "text"),
        ("owner_key", "text"),
        ("loose_key", "text"),
        ("legal_form", "text"),
        ("vat_number", "text"),
        ("status", "text"),
        ("reason", "text"),
    ),
    parse=parse,
    libraries=("python-stdnum",),
    is_local=True,
)
