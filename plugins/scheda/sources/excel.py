"""Excel and OpenDocument sheets, every cell as text."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from scheda.errors import SourceError
from scheda.headers import match
from scheda.sources.rows import DELIMITER, records, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scheda.loading import Load

_ROWS = 5_000


def load(path: Path, load: Load) -> None:
    """Load one sheet; its first row that is not blank is the header; blank rows are not rows.

    Raises SourceError when the file is no workbook, or which sheet is meant is not clear.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = _sheet(CalamineWorkbook.from_path(path), load.table.sheet)
    except (CalamineError, OSError) as error:
        raise SourceError(
            f"it is not a workbook that can be read ({type(error).__name__}): open it in a"
            " spreadsheet program and save it again as .xlsx"
        ) from None
    rows = _filled(sheet)
    header = next(rows, None)
    if header is None:
        raise SourceError(f"sheet '{sheet.name}' is empty, without even a header")
    mapping = match([name or "" for name in header], load.table)
    load.note = mapping.note
    with load.csv(mapping, DELIMITER) as sender:
        while batch := list(islice(rows, _ROWS)):
            sender.write(records(batch, mapping, load))


def _sheet(book: Any, wanted: str | None) -> Any:
    names = book.sheet_names
    if wanted is not None:
        if wanted not in names:
            raise SourceError(f"no sheet is called '{wanted}'; sheets: {', '.join(names)}")
        return book.get_sheet_by_name(wanted)
    filled = [name for name in names if book.get_sheet_by_name(name).height] or names[:1]
    if len(filled) > 1:
        raise SourceError(
            f"the workbook has {len(filled)} sheets ({', '.join(filled)}): declare which one"
            f' (sheet: "{filled[0]}") in the source\'s page'
        )
    return book.get_sheet_by_name(filled[0])


def _filled(sheet: Any) -> Iterator[list[str | None]]:
    for row in sheet.iter_rows():
        texts = [text_of(value) or None for value in row]
        if any(texts):
            yield texts
