"""Match a file's header with the declared columns: case, accents and punctuation do not count."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheda.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheda.catalog import Table


@dataclass(frozen=True)
class Mapping:
    """What each column of the file is, in the file's order.

    columns  declared name, or None: the column goes to _extra
    names    the file's own names
    missing  declared columns that the file does not have
    """

    columns: tuple[str | None, ...]
    names: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def extra(self) -> list[tuple[int, str]]:
        """(position, name) of the columns that nobody declared."""
        return [
            (position, self.names[position])
            for position, column in enumerate(self.columns)
            if column is None
        ]

    @property
    def note(self) -> str | None:
        """What a person should know about a file that was loaded all the same."""
        notes = []
        if self.missing:
            notes.append(f"columns not in the file: {', '.join(self.missing)}")
        if self.extra:
            names = ", ".join(name for _position, name in self.extra)
            notes.append(f"columns nobody declared, kept in _extra: {names}")
        return "; ".join(notes) or None


def plain(name: str) -> str:
    """'Cod. Città ' -> 'codcitta': the form in which names are compared."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def match(names: Sequence[str], table: Table) -> Mapping:
    """Raises SourceError when a key column is missing or two columns have the same name.

    The header is quoted only when it is one: without it, the first line is somebody's data.
    """
    wanted = {plain(column.header or column.name): column.name for column in table.columns}
    wanted |= {plain(column.name): column.name for column in table.columns}
    named = [name.strip() or f"column {position}" for position, name in enumerate(names, start=1)]
    columns = tuple(wanted.get(plain(name)) for name in named)
    if all(column is None for column in columns):
        raise SourceError(
            f"none of the declared columns ({', '.join(c.name for c in table.columns[:30])}) is in"
            f" the first line, which has {len(named)} fields: is it the header, and the right file?"
        )
    seen: dict[str, str] = {}
    for name, column in zip(named, columns, strict=True):
        known = column or name
        if known in seen:
            raise SourceError(
                f"the header names column '{name}' twice"
                + (f" (also as '{seen[known]}')" if seen[known] != name else "")
                + ": rename or remove one of the two"
            )
        seen[known] = name
    missing = tuple(column.name for column in table.columns if column.name not in columns)
    for key in table.key:
        if key in missing:
            raise SourceError(
                f"key column '{key}' is not in the header, which has: {', '.join(named[:30])};"
                " ask for it to be delivered, or declare its header in the source's page"
            )
    return Mapping(columns, tuple(named), missing)
