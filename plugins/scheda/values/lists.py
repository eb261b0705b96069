"""Lists of words kept as text in values/data/, one fact per word."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


@cache
def words(name: str) -> frozenset[str]:
    """The words of a file of values/data/: separated by spaces, lines that begin with # apart."""
    text = (files("scheda.values") / "data" / name).read_text(encoding="utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )
