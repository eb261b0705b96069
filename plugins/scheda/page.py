"""Pages for a terminal: values as a person writes them, tables without frills."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

MISSING = "–"


def words(value: Any) -> str:
    """One value as a person writes it: 1,234.50, yes, 2026-10-31, – for what is not known."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> RenderableType:
    """A titled table; numbers to the right; "none" when there are no rows."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE)
    for position, name in enumerate(head):
        numeric = rows and all(not isinstance(row[position], str) for row in rows)
        made.add_column(
            name, justify="right" if numeric else "left", overflow="fold", no_wrap=bool(numeric)
        )
    for row in rows:
        # Text, so that a bracket in a name is not taken for markup.
        made.add_row(*(Text(words(value)) for value in row))
    if not rows:
        made.add_row("none", *[""] * (len(head) - 1))
    return made


def facts(title: str, pairs: Sequence[tuple[str, Any]]) -> RenderableType:
    """A titled block of `label  value` lines."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    made = Table.grid(padding=(0, 2))
    made.add_column(min_width=24)
    made.add_column(overflow="fold")
    for label, value in pairs:
        made.add_row(Text(f"  {label}"), Text(words(value)))
    return Group(Text(title, style="bold"), made, Text())
