"""One mapping of a YAML page, read with errors that say where and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Declaration:
    """A mapping and its place for people (file, source, table). Its readers raise SchedaError."""

    content: Any
    place: str

    def __post_init__(self) -> None:
        if self.content is None:
            object.__setattr__(self, "content", {})
        if not isinstance(self.content, dict):
            raise self.error(f"expected keys with values, found {_kind(self.content)}")

    def at(self, place: str) -> Declaration:
        """The same mapping under a better place; the file's name stays in front."""
        file = self.place.split(", ")[0]
        return Declaration(self.content, place if place.startswith(file) else f"{file}, {place}")

    def error(self, problem: str) -> SchedaError:
        return SchedaError(f"{self.place}: {problem}")

    def unknown(self, what: str, name: str, known: Iterable[str]) -> SchedaError:
        known = list(known)
        near = get_close_matches(str(name), known, n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
        return self.error(f"unknown {what} '{name}'; {hint}")

    def only(self, *keys: str) -> None:
        for key in self.content:
            if key not in keys:
                raise self.unknown("key", key, keys)

    def child(self, key: str) -> Declaration:
        return Declaration(self.content.get(key), f"{self.place}, {key}")

    def children(self, key: str) -> list[Declaration]:
        found = self.content.get(key) or []
        if not isinstance(found, list):
            raise self.error(f"'{key}' is a list (each entry begins with '- '), {_found(found)}")
        return [
            Declaration(entry, f"{self.place}, {key} {number}")
            for number, entry in enumerate(found, start=1)
        ]

    def text(self, key: str, *, default: str | None = None, required: bool = False) -> Any:
        value = self.content.get(key)
        if value is None or value == "":
            if required:
                raise self.error(f"'{key}' is missing")
            return default
        if not isinstance(value, str):
            raise self.error(f"'{key}' is a text, {_found(value)}; put it between quotes")
        return value

    def choice(self, key: str, known: tuple[str, ...], *, default: str | None) -> Any:
        value = self.text(key, default=default)
        if value is not None and value not in known:
            raise self.unknown(key, value, known)
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise self.error(f"'{key}' is a list of column names, {_found(value)}")
        return tuple(value)

    def integer(self, key: str, *, default: int | None) -> Any:
        value = self.content.get(key, default)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.error(f"'{key}' is a whole number, {_found(value)}")
        return value

    def share(self, key: str, *, default: float) -> float:
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise self.error(f"'{key}' is a share from 0 to 1 (0.01 = one in a hundred)")
        return float(value)


def _kind(value: Any) -> str:
    names = {str: "a text", list: "a list", int: "a number", float: "a number", bool: "yes or no"}
    return names.get(type(value), type(value).__name__)


def _found(value: Any) -> str:
    return f"here it is {_kind(value)}"
