"""Telephone numbers: E.164 when valid, the kind of line, the country."""

from __future__ import annotations

from typing import Any

from scheda.values.kinds import Kind, Parts


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """(number, country) as written -> the columns of KIND."""
    import phonenumbers

    written, country = parts
    if not written:
        return (None, None, None, None)
    region = country.upper() if country and len(country) == 2 else home
    try:
        number = phonenumbers.parse(written[:100], region)
    except phonenumbers.NumberParseException:
        return (None, None, None, "not a telephone number")
    if not phonenumbers.is_valid_number(number):
        return (None, None, None, "no such number")
    clean = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return (clean, None, phonenumbers.region_code_for_number(number), None)


KIND = Kind(
    name="phones",
    parts=("phone", "country"),
    columns=(
        ("clean", "text"),
        ("line_type", "text"),
        ("clean_country", "text"),
        ("reason", "text"),
    ),
    parse=parse,
    libraries=("phonenumbers",),
    is_local=True,
)
