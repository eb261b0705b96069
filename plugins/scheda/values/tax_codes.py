"""Fiscal codes, VAT numbers and the personal numbers of other countries."""

from __future__ import annotations

from typing import Any

from scheda.values.kinds import Kind, Parts


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """(code, country) as written -> the columns of KIND."""
    from stdnum.it import codicefiscale, iva

    written, _country = parts
    if not written:
        return (None,) * 8
    code = "".join(written.split()).upper()[:40]
    if iva.is_valid(code):
        return (iva.compact(code), "vat", *(None,) * 6)
    if codicefiscale.is_valid(code):
        born, gender = codicefiscale.get_birth_date(code), codicefiscale.get_gender(code)
        return (code, "fiscal_code", born, gender, None, None, None, None)
    return (*(None,) * 7, "not a valid code")


KIND = Kind(
    name="tax_codes",
    parts=("code", "country"),
    columns=(
        ("clean", "text"),
        ("code_type", "text"),
        ("birth_date", "date"),
        ("gender", "text"),
        ("birth_place", "text"),
        ("birth_province", "text"),
        ("birth_country", "text"),
        ("reason", "text"),
    ),
    parse=parse,
    libraries=("python-stdnum",),
    is_local=True,
)
