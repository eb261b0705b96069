"""Postal addresses: street and number apart; code, town, province and country agree."""

from __future__ import annotations

import re
from typing import Any

from scheda.values import streets
from scheda.values.agreement import Place, agreed
from scheda.values.casing import capitalised, is_uniform
from scheda.values.countries import country_code
from scheda.values.folding import words
from scheda.values.kinds import Kind, Parts

#: What people write for "nothing to say"; NA and NO are provinces and countries, too.
_NOTHING = frozenset({
    "", "n a", "n d", "null", "none", "nan", "x", "xx", "xxx", "boh", "unknown", "sconosciuto",
    "sconosciuta", "non disponibile", "nessuno", "nessuna", "vuoto",
})  # fmt: skip
_NOTHING_OF_TEXT = _NOTHING | {"na", "nd", "no"}
#: An address written whole in the field of the street: Via Roma 1, 20121 Milano (MI).
_WHOLE = re.compile(
    r"^(?P<street>.*?\w.*?)[\s,;-]+(?P<code>(?:I-)?\d{5})[\s,]+(?P<city>[^\d,;]*[^\W\d][^\d;]*)$"
)
#: Country letters before a postal code, as envelopes have them: D-10115, CH-6900.
_PREFIXES = {
    "I": "IT", "IT": "IT", "D": "DE", "DE": "DE", "F": "FR", "FR": "FR", "A": "AT", "AT": "AT",
    "CH": "CH", "B": "BE", "BE": "BE", "L": "LU", "LU": "LU", "NL": "NL", "E": "ES", "ES": "ES",
    "P": "PT", "PT": "PT", "DK": "DK", "S": "SE", "SE": "SE", "SK": "SK", "CZ": "CZ", "SI": "SI",
    "HR": "HR", "PL": "PL", "H": "HU", "HU": "HU", "RO": "RO", "BG": "BG", "GR": "GR", "FIN": "FI",
    "FI": "FI", "N": "NO", "LV": "LV", "LT": "LT", "EE": "EE", "SM": "SM", "MC": "MC", "FL": "LI",
}  # fmt: skip
_PREFIX = re.compile(r"^\s*([A-Z]{1,3})\s*[-–]\s*(?=\d)", re.I)


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """(street, postal code, city, province, country) as written -> the columns of KIND."""
    street, postal_code, city = (_filled(part, _NOTHING_OF_TEXT) for part in parts[:3])
    province, country = (_filled(part, _NOTHING) for part in parts[3:])
    reasons: list[str] = []
    code = country_code(country)
    if country and code is None:
        reasons.append("country: not a known one")
    elif code is None and province and words(province) in {"ee", "estero"}:
        province = None
        reasons.append("country: abroad, not said where")
    elif code is None and any((street, postal_code, city, province)):
        code = _country_of(postal_code) or home
    if code == "IT":
        return _italian((street, postal_code, city, province), reasons)
    return _foreign((street, postal_code, city, province), code, reasons)


def _italian(parts: Parts, reasons: list[str]) -> tuple[Any, ...]:
    street, postal_code, city, province = parts
    if street and not city and (whole := _WHOLE.match(street)):
        street, city = whole["street"], whole["city"]
        postal_code = postal_code or whole["code"]
    place = agreed(postal_code, city, province)
    if street and city:
        street = _without_town(street, (postal_code, city, place.postal_code, place.city))
    way = streets.italian(street or "")
    return _columns(way, place, "IT", reasons + place.reasons)


def _foreign(parts: Parts, country: str | None, reasons: list[str]) -> tuple[Any, ...]:
    street, postal_code, city, province = parts
    code = " ".join(_PREFIX.sub("", postal_code or "").upper().split()) or None
    town = _cased(city)
    known = " ".join(part for part in (country, code or words(town or "")) if part)
    place = Place(
        postal_code=code,
        city=town,
        province=province.upper() if province and len(province) < 4 else _cased(province),
        key=known.lower() if code or town else None,
    )
    way = streets.foreign(street or "")
    return _columns(way, place, country, reasons)


def _columns(
    street: streets.Street, place: Place, country: str | None, reasons: list[str]
) -> tuple[Any, ...]:
    key = f"{street.key}|{place.key}" if street.key and place.key else None
    return (
        street.name,
        street.number,
        key,
        place.postal_code,
        place.city,
        place.province,
        place.region,
        country,
        "; ".join(reasons) or None,
    )


def _filled(text: str | None, nothing: frozenset[str]) -> str | None:
    """One space where there are many; None for what says nothing."""
    if not text:
        return None
    text = " ".join(text[:300].replace("\x00", " ").split())
    # The longest of them has fifteen letters: a longer text says something.
    return None if len(text) < 20 and words(text) in nothing else text


def _country_of(postal_code: str | None) -> str | None:
    found = _PREFIX.match(postal_code or "")
    return _PREFIXES.get(found[1].upper()) if found else None


def _without_town(street: str, said: tuple[str | None, ...]) -> str:
    """The street without the town and postal code that are written after it once more, in either
    order."""
    shorter = street
    for text in filter(None, (*said, *said[:3])):
        bare = shorter.rstrip(" .,;-()")
        before = bare[: -len(text)]
        if bare[len(before) :].lower() == text.lower() and before[-1:] in {" ", ",", ";", "-"}:
            shorter = before.rstrip(" ,;-(")
    return shorter if shorter != street and _is_cut_clean(street, shorter) else street


def _is_cut_clean(street: str, shorter: str) -> bool:
    """Via Milano is a street: what is left after the cut must go on having a name or a number."""
    return len(shorter.split()) > 1 and (
        bool(re.search(r"\d", shorter)) or street[len(shorter)] in ",;-"
    )


def _cased(text: str | None) -> str | None:
    return capitalised(text) if text and is_uniform(text) else text


KIND = Kind(
    name="addresses",
    parts=("street", "postal_code", "city", "province", "country"),
    columns=(
        ("clean_street", "text"),
        ("street_number", "text"),
        ("address_key", "text"),
        ("clean_postal_code", "text"),
        ("clean_city", "text"),
        ("clean_province", "text"),
        ("region", "text"),
        ("clean_country", "text"),
        ("reason", "text"),
    ),
    parse=parse,
    libraries=("pycountry", "rapidfuzz"),
    is_local=True,
)
