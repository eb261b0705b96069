"""Which kinds of value there are: one module each, with its declaration in KIND."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scheda.values.kinds import Kind

#: In the order in which the dictionaries are filled.
KINDS = ("emails", "phones", "names", "companies", "tax_codes", "addresses")


def kind(name: str) -> Kind:
    """The declaration of a kind. Raises KeyError for a name that is none."""
    if name not in KINDS:
        raise KeyError(f"{name} is no kind of value; there are {', '.join(KINDS)}")
    return import_module(f"scheda.values.{name}").KIND


def kinds() -> Iterator[Kind]:
    return map(kind, KINDS)


def parse_one(name: str, parts: tuple[str | None, ...], home: str = "IT") -> dict[str, Any]:
    """What the parser of a kind makes of one written value: {column: value}, reason included.

    `parts` may be shorter than the kind's: what is missing is None. An empty text is None too.
    """
    declared = kind(name)
    if len(parts) > len(declared.parts):
        raise ValueError(f"{name} has {len(declared.parts)} part(s): {', '.join(declared.parts)}")
    whole = tuple(part or None for part in parts) + (None,) * (len(declared.parts) - len(parts))
    return dict(zip(declared.column_names, declared.parse(whole, home), strict=True))
