"""Names of companies: one spelling per legal form, and a key to compare."""

from __future__ import annotations

from typing import Any

from scheda.values.kinds import Kind, Parts


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """One company name as written -> the columns of KIND."""
    [written] = parts
    shown = " ".join(written.split()) if written else None
    return (shown, shown.lower() if shown else None, None, None, None, None)


KIND = Kind(
    name="companies",
    parts=("company_name",),
    columns=(
        ("display_name", "text"),
        ("name_key", "text"),
        ("legal_form", "text"),
        ("vat_number", "text"),
        ("status", "text"),
        ("reason", "text"),
    ),
    parse=parse,
)
