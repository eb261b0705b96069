"""Streets: the kind of way in one spelling, the house number apart, and a key to compare."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scheda.values.casing import capitalised, is_roman, is_uniform
from scheda.values.folding import fold, words
from scheda.values.street_words import (
    EPONYMS,
    NEED_POINT,
    SMALL,
    SPELLED,
    TITLES,
    WAYS,
    WAYS_ABROAD,
)

_WAYS = {spelling: way for way, listed in WAYS.items() for spelling in listed.split()}
_SUFFIX = r"(?:bis|ter|quater|quinquies|sexies)"
_SIGN = r"(?:(?:nr|num|numero|civico|civ|no|n)\b\s*[.°º:]*|[n]?[°º#])"
_NUMBER = (
    rf"(?P<first>\d{{1,5}})(?:\s*[/-]\s*(?P<second>\d{{1,4}}))?"
    rf"(?:\s*[/-]?\s*(?P<suffix>{_SUFFIX})\b|\s*[/-]?\s*(?P<letter>[a-z]|rosso|nero)\b)?"
)
_INSIDE = (
    r"(?P<inside>(?:int(?:erno)?|scala|sc|piano|pal(?:azzina)?|ed(?:ificio)?|lotto|app(?:artamento)?"
    r"|p\.?\s?t|suite|capannone|blocco|torre|corpo|isolato|presso|fraz(?:ione)?|loc(?:alita)?)\b.*"
    r"|\d{1,2}\s*[°º]\s*p.*|c/o\b.*)"
)
_AT_END = re.compile(
    rf"^(?P<street>.*?\D)[\s,;.-]*(?:\b{_SIGN}|(?<=[\s,;.-])|(?<=[^\W\d_])(?=\d))\s*{_NUMBER}"
    rf"[\s,;.-]*{_INSIDE}?[\s,;.-]*$",
    re.I,
)
_AT_START = re.compile(rf"^{_SIGN}?\s*{_NUMBER}\s*[,;\s-]\s*(?P<street>\D.*)$", re.I)
_ONLY_SIGN = re.compile(rf"^{_SIGN}[\s.,;-]*$", re.I)
_ALONE = re.compile(rf"^{_SIGN}\s*{_NUMBER}$", re.I)
_NO_NUMBER = re.compile(
    r"^(?P<street>.*?\w)[\s,;.-]+(?:s\.?\s?n\.?\s?c\.?|s\.\s?n\.?|s/n|sn|senza\s+(?:n\w*|civico)\.?)$",
    re.I,
)
_KILOMETRE = re.compile(r"\bkm\b", re.I)

_WAYS_AT_END = re.compile(
    r"(?<=\w{3})(strasse|str|platz|weg|gasse|allee|straat|laan|plein|gatan|gade|vej)$"
)


@dataclass(frozen=True, slots=True)
class Street:
    """`name` with its kind of way, `number` as people write it ("12/A", "snc") with what is inside
    the house after it; `key` is None unless both the name and a real number are known."""

    name: str | None
    number: str | None
    key: str | None


def italian(written: str) -> Street:
    """A street of Italy as written, number and all."""
    text = _tidied(written)
    if not text:
        return Street(None, None, None)
    way, rest = _way(text)
    street, number, base = _numbered(rest if way else text, way)
    if way is None and street is not None:
        # 12, Via Roma: the kind of way comes to light once the number is gone.
        way, street = _way(street)
    name = _cased(street.rstrip(" .") if street else None, goes_on=way is not None)
    shown = " ".join(part for part in (way, name) if part) or None
    key = _name_key(name) if base and name else ""
    return Street(shown, number, f"{key}|{base}" if key else None)


def foreign(written: str) -> Street:
    """A street elsewhere: spelling kept, number apart where it can be told."""
    text = _tidied(written)
    if not text:
        return Street(None, None, None)
    street, number, base = _numbered(text, None)
    name = _cased(street)
    kept = [_WAYS_AT_END.sub("", w) for w in words(name or "").split()]
    kept = [w for w in kept if w and w not in WAYS_ABROAD and w not in SMALL] or kept
    key = " ".join(kept)
    return Street(name, number, f"{key}|{base}" if base and key else None)


def _tidied(written: str) -> str:
    text = " ".join(written[:300].replace("’", "'").replace("`", "'").split())
    return text.strip(" ,;.-") if re.search(r"\w", text) else ""


def _way(text: str) -> tuple[str | None, str]:
    """(kind of way, what follows) when the text begins with one and goes on."""
    match = re.match(r"(?P<way>[^\W\d_]+(?:\.[^\W\d_]+)*)(?P<point>\.?)[\s,]*", text)
    if not match:
        return None, text
    written, rest = match["way"], text[match.end() :]
    letters = fold(written).replace(".", "")
    if letters in {"strada", "str", "zona"}:
        # Strada Provinciale, Zona Industriale: two words, one kind.
        double = re.match(r"([^\W\d_]+)\.?[\s,]*", rest)
        if double and letters + fold(double[1]) in _WAYS:
            return _WAYS[letters + fold(double[1])], rest[double.end() :]
    way = _WAYS.get(letters)
    has_point = "." in written or bool(match["point"])
    if way is None or not rest or (letters in NEED_POINT and not has_point):
        return None, text
    return way, rest


def _numbered(text: str, way: str | None) -> tuple[str | None, str | None, str | None]:
    """(street without its number, number as shown, number to compare)."""
    if match := _ALONE.match(text):
        return None, *_number(match)
    if match := _NO_NUMBER.match(text):
        return match["street"], "snc", None
    found = _AT_END.match(text)
    if found and not _KILOMETRE.search(found["street"][-4:]) and re.search(r"\w", found["street"]):
        point = "." if text[found.end("street") :].startswith(".") else ""
        return found["street"].strip(" ,;-") + point, *_number(found)
    if way is None and (first := _AT_START.match(text)) and not _is_date(text):
        return first["street"].strip(" ,;-"), *_number(first)
    return text, None, None


def _is_date(text: str) -> bool:
    """4 Novembre, 25 Aprile, 8 Marzo are names."""
    months = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    return bool(re.match(rf"\d+\W+({'|'.join(months.split())}|dicembre)\b", text, re.I))


def _number(found: re.Match[str]) -> tuple[str, str]:
    base = found["first"].lstrip("0") or "0"
    if found["second"]:
        base += "/" + found["second"]
    if found["suffix"]:
        base += " " + found["suffix"].lower()
    if found["letter"]:
        base += "/" + found["letter"][0].upper()
    inside = found.groupdict().get("inside")
    shown = f"{base} {' '.join(inside.split())}" if inside else base
    return shown, base.lower()


def _cased(text: str | None, *, goes_on: bool = False) -> str | None:
    """With capitals, unless its own mean something; `goes_on` when a kind of way stands before."""
    if not text or not re.search(r"\w", text) or _ONLY_SIGN.match(text):
        return None
    if not is_uniform(text):
        return text
    return capitalised("x " + text)[2:] if goes_on else capitalised(text)


def _name_key(name: str) -> str:
    """Folded words that matter: no particles, titles, initials nor first names of famous people."""
    found = [SPELLED.get(word, word) for word in words(name).replace("f lli", "flli").split()]
    last = len(found) - 1
    for place, word in enumerate(found):
        # I Maggio, Umberto I; any other single letter is an initial.
        if last and is_roman(word) and (len(word) > 1 or place == last or found[1] == "maggio"):
            found[place] = str(_roman(word))
    kept = [word for word in found if word not in SMALL and word not in TITLES]
    longer = [word for word in kept if len(word) > 1 or word.isdigit()] or kept or found
    if len(longer) > 1 and longer[-1] in EPONYMS:
        longer = longer[-1:]
    if longer[:2] == ["dante", "dante"]:
        longer = ["dante"]
    return " ".join(longer)


def _roman(word: str) -> int:
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    digits = [values[letter] for letter in word]
    pairs = zip(digits, [*digits[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)
