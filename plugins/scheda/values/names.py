"""Names of people: their case, titles apart, first and last in place, and keys to compare."""

from __future__ import annotations

from typing import Any

from scheda.values.kinds import Kind, Parts


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """(first name, last name) as written -> the columns of KIND."""
    first, last = (part.strip().title() if part and part.strip() else None for part in parts)
    keys = [part.lower().replace("'", "") if part else None for part in (first, last)]
    whole = " ".join(sorted(" ".join(keys).split())) if all(keys) else None
    return (None, first, last, *keys, whole, False, None)


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
