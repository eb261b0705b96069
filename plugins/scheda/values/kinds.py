"""What a kind of value is: the parts it is written in, the columns it gives, and its parser."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: A written value: one text (or None) per part of its kind.
Parts = tuple[str | None, ...]

#: Modules of this package that are no part of any parser.
_FRAMEWORK = {"kinds", "registry", "tables", "filling"}


@dataclass(frozen=True)
class Kind:
    """One dictionary: table core.value_<name>, filled by `parse`.

    parts      names of the columns that hold the value as written, in the order of part_1…part_5
    columns    (name, SQL type) of what the parser gives; the last is ("reason", "text")
    parse      parse(parts, home) -> one value per column. `home` is the ISO code of the country
               of whoever runs the warehouse. Never raises on any text, gives the same
               for the same value, and never repeats the written value in the reason
    libraries  distributions whose upgrade may change the result
    is_local   does the result depend on `home`?
    """

    name: str
    parts: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    parse: Callable[[Parts, str], tuple[Any, ...]]
    libraries: tuple[str, ...] = ()
    is_local: bool = False

    def __post_init__(self) -> None:
        if self.columns[-1] != ("reason", "text"):
            raise ValueError(f"the last column of {self.name} is not the reason")
        if set(self.parts) & {name for name, _type in self.columns} or len(self.parts) > 5:
            raise ValueError(f"{self.name}: a part and a column have one name, or over five parts")

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(name for name, _type in self.columns)

    def version(self, home: str) -> str:
        """What decides the results: our own revision, the libraries and, for some, the country."""
        made_by = [revision(self.parse.__module__)]
        made_by += [f"{name} {installed_version(name)}" for name in self.libraries]
        return ", ".join(made_by + ([f"home {home}"] if self.is_local else []))


@cache
def revision(module: str) -> str:
    """Fingerprint of a parser's sources. It changes with them, so that nobody has to remember to
    number a change; a comment costs one parsing more, and changes no row."""
    digest = hashlib.sha256()
    for _name, content in sorted(sources(module).items()):
        digest.update(content)
    return digest.hexdigest()[:12]


def sources(module: str) -> dict[str, bytes]:
    """What a parser is made of: its module, those of this package that it imports (and they in
    their turn), and the files of values/data/ that one of them names."""
    package = files("scheda.values")
    found: dict[str, bytes] = {}
    wanted = [module.rsplit(".", 1)[-1]]
    while wanted:
        name = wanted.pop()
        source = package / f"{name}.py"
        if name in found or name in _FRAMEWORK or not source.is_file():
            continue
        found[name] = source.read_bytes()
        text = found[name].decode("utf-8")
        wanted += _imported(text)
        for listed in re.findall(r"\"(\w+\.\w+)\"", text):
            if (package / "data" / listed).is_file():
                found[listed] = (package / "data" / listed).read_bytes()
    return found


def _imported(source: str) -> list[str]:
    """Names of the modules of this package that a module's text imports, at any depth."""
    names: list[str] = re.findall(r"\bscheda\.values\.(\w+)", source)
    for group in re.findall(r"from scheda\.values import (\([^)]*\)|[^\n]*)", source):
        names += re.findall(r"\w+", group)
    return names
