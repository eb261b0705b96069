"""Value dictionaries: Python parses every distinct written value once, SQL joins it back.

`fill` brings the dictionaries (core.value_<kind>) up to date with core.written_values; `ensure`
creates their tables; `parse_one` parses one value without a warehouse.
"""

from __future__ import annotations

from scheda.values.filling import fill
from scheda.values.registry import KINDS, kind, parse_one
from scheda.values.tables import ensure

__all__ = ["KINDS", "ensure", "fill", "kind", "parse_one"]
