"""How hands write a name, an address, a number: slips, habits and abbreviations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scheda.sample.names import NICKNAMES, TITLES

if TYPE_CHECKING:
    import random
    from datetime import date

#: Registry -> how often (per cent) each slip happens to a name there. The rest is written well.
_NAME_SLIPS = {
    "crm": {"typo": 6, "initial": 3, "swapped": 3, "title": 6, "married": 4, "nickname": 2},
    "crm_again": {"typo": 10, "initial": 25, "swapped": 8, "title": 5, "married": 6, "nickname": 9},
    "shop": {"typo": 4, "initial": 2, "swapped": 5, "married": 3, "nickname": 8},
    "till": {"typo": 9, "initial": 4, "swapped": 3, "married": 3, "nickname": 4},
    "newsletter": {"typo": 4, "nickname": 10, "first_only": 20, "swapped": 2},
}
_NEAR = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "r": "t", "l": "k", "t": "y", "s": "d"}
_STREETS = (
    ("Viale ", ("V.le ", "V.LE ", "viale ")),
    ("Via ", ("V. ", "via ", "VIA ")),
    ("Piazza ", ("P.zza ", "P.za ", "Pza ")),
    ("Corso ", ("C.so ", "corso ")),
    ("Largo ", ("L.go ", "largo ")),
    ("Strada ", ("Str. ", "S.da ")),
    ("Vicolo ", ("Vic. ", "V.lo ")),
)
#: Written where nothing is known. The last is even a valid number.
NO_PHONE = ("0000000000", "n.d.", "0000000000", "123456", "3330000000")
NO_EMAIL = ("n.d.", "nessuna@", "nessuna@example.com", "nessuna@example.com", "no@example.com")


def name(
    first: str, last: str, second: str, gender: str, *, registry: str, hand: random.Random
) -> tuple[str, str, str]:
    """(first name, last name, the slip's name or "") as this registry's hand wrote them."""
    luck = hand.random() * 100
    for slip, often in _NAME_SLIPS[registry].items():
        luck -= often
        if luck < 0:
            return _slipped(slip, first, last, second, gender, hand)
    return first, last, ""


def _slipped(
    slip: str, first: str, last: str, second: str, gender: str, hand: random.Random
) -> tuple[str, str, str]:
    """The name after this slip; unchanged, and no slip, where it does not apply."""
    double = [f"{last} {second}", f"{last}-{second}"]
    if gender == "F":
        double += [f"{last} in {second}", f"{second} {last}"]
    nick = NICKNAMES.get(first, ())
    made: dict[str, tuple[str, str] | None] = {
        "typo": (first, typo(last, hand)) if hand.random() < 0.55 else (typo(first, hand), last),
        "initial": (hand.choice((f"{first[0]}.", first[0])), last),
        "swapped": (last, first),
        "first_only": (first, ""),
        "title": (f"{hand.choice(TITLES[gender])} {first}", last),
        "married": (first, hand.choice(double if gender == "F" else double[:2]))
        if second
        else None,
        "nickname": (hand.choice(nick), last) if nick else None,
    }
    result = made[slip]
    return (*result, slip) if result else (first, last, "")


def typo(word: str, hand: random.Random) -> str:
    """One slip of a finger: a letter missing, doubled, wrong or before its time."""
    places = [place for place in range(1, len(word)) if word[place].isalpha()]
    if len(places) < 2:
        return word
    at = hand.choice(places)
    kind = hand.choice(("missing", "doubled", "wrong", "early"))
    if kind == "missing":
        return word[:at] + word[at + 1 :]
    if kind == "doubled":
        return word[:at] + word[at] + word[at:]
    if kind == "wrong":
        return word[:at] + _NEAR.get(word[at].lower(), "e") + word[at + 1 :]
    if at + 1 < len(word) and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at] + word[at:]


def email(address: str, *, registry: str, hand: random.Random) -> tuple[str, str]:
    """(address, slip or "") as typed: with a tag, other dots at Gmail, or a domain mistyped so that
    it cannot exist."""
    local, domain = address.split("@")
    if domain == "gmail.com":
        luck = hand.random()
        if luck < 0.25:
            bare = local.replace(".", "")
            at = hand.randint(2, len(bare) - 2)
            return f"{bare[:at]}.{bare[at:]}@{hand.choice((domain, 'googlemail.com'))}", "dots"
        if luck < 0.4:
            return f"{local}@{hand.choice(('gmail.con', 'gmail.cmo', 'gmal.con'))}", "typo_domain"
    if registry in ("shop", "newsletter") and hand.random() < 0.05:
        return f"{local}+{hand.choice(('aurora', 'acquisti', 'news'))}@{domain}", "plus_tag"
    return address, ""


def street(written: str, hand: random.Random) -> str:
    """Street and number, the kind of street abbreviated, the number in one of the usual ways."""
    for kind, short in _STREETS:
        if written.startswith(kind):
            written = hand.choice(short) + written[len(kind) :]
            break
    before = hand.choice((", ", " ", " n. ", ", n°", " N."))
    return re.sub(r", (\d+)$", rf"{before}\1", written)


def postal_code(code: str, others: list[str], hand: random.Random) -> tuple[str, str]:
    """(code, slip or ""): of another town, the one for the whole town, without its first zero."""
    luck = hand.random()
    if luck < 0.015:
        return hand.choice(others), "wrong_cap"
    if luck < 0.03 and code.isdigit() and len(code) == 5:
        return f"{code[:3]}00", "wrong_cap"
    if luck < 0.05 and code.startswith("0"):
        return code[1:], "wrong_cap"
    return code, ""


def day(value: date, hand: random.Random) -> date:
    """The day with month and day taken for one another, or one year off."""
    if value.day <= 12 and value.day != value.month and hand.random() < 0.6:
        return value.replace(month=value.day, day=value.month)
    return value.replace(year=value.year + hand.choice((-1, 1)), day=min(value.day, 28))
