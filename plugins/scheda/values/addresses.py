"""Postal addresses: street and number apart; code, town, province and country agree."""

from __future__ import annotations

from typing import Any

from scheda.values.kinds import Kind, Parts


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """(street, postal code, city, province, country) as written -> the columns of KIND."""
    street, postal_code, city, province, country = parts
    code = country.upper() if country and len(country) == 2 else home
    return (street, None, None, postal_code, city, province, None, code, None)


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
    is_local=True,
)
