"""Audience declarations: who is addressed, why, by whom, and which columns the file gets.

They live beside the models that compute them: `config.meta.audiences` and `config.meta.rules` in
the yml files below dbt_project/models/marts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scheda.project import Project

_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: Only this channel's consent is on the card, so only this channel can be exported.
CHANNELS = ("email",)


@dataclass(frozen=True)
class Audience:
    """One file for one campaign tool.

    segment   the segment it is drawn from; rule is that segment's, in the segments file's words
    fields    columns of customer_card, in the file's order
    """

    name: str
    segment: str
    rule: str
    channel: str
    purpose: str
    owner: str
    description: str
    fields: tuple[str, ...]


def load(project: Project) -> tuple[Audience, ...]:
    """Every declared audience, by name. Raises SchedaError naming file, audience and field."""
    rules = {
        str(entry["name"]): _rule(entry)
        for _path, entry in _declared(project, "rules")
        if entry.get("name")
    }
    found: dict[str, Audience] = {}
    for path, entry in _declared(project, "audiences"):
        audience = _audience(path, entry, rules)
        if audience.name in found:
            raise SchedaError(f"{path.name}: audience '{audience.name}' is declared twice")
        found[audience.name] = audience
    return tuple(found[name] for name in sorted(found))


def _declared(project: Project, key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The entries of `config.meta.<key>` of any model below models/marts, with their file."""
    import yaml

    for path in sorted((project.dbt / "models" / "marts").rglob("*.yml")):
        try:
            page = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            raise SchedaError(f"{path.name}{line}: not readable as yml") from None
        for model in page.get("models") or []:
            meta = (model.get("config") or {}).get("meta") or {}
            for entry in meta.get(key) or []:
                if not isinstance(entry, dict):
                    raise SchedaError(f"{path.name}: an entry of meta.{key} has no names")
                yield path, entry


def _rule(entry: dict[str, Any]) -> str:
    """The rule as declared: a condition, or the column whose values make a family of segments."""
    for kind, opening in (("rule", ""), ("by", "by "), ("each", "each of ")):
        if entry.get(kind):
            return opening + " ".join(str(entry[kind]).split())
    return ""


def _audience(path: Path, entry: dict[str, Any], rules: dict[str, str]) -> Audience:
    name = str(entry.get("name", ""))
    where = f"{path.name}: audience '{name}'"
    if not _NAME.fullmatch(name):
        raise SchedaError(f"{where}: a name is lower-case letters, digits and _")
    for field in ("segment", "channel", "purpose", "owner", "description"):
        if not str(entry.get(field) or "").strip():
            raise SchedaError(f"{where} does not say its {field}")
    fields = entry.get("fields")
    if not isinstance(fields, list) or not fields:
        raise SchedaError(f"{where} lists no fields: name the columns of customer_card to export")
    if entry["channel"] not in CHANNELS:
        raise SchedaError(
            f"{where}: channel '{entry['channel']}' has no consent on the card; known: "
            + ", ".join(CHANNELS)
        )
    # A member of a family is called family:value.
    segment = str(entry["segment"])
    family = segment.split(":", maxsplit=1)[0]
    if segment not in rules and family not in rules:
        raise SchedaError(f"{where}: no segment is called '{segment}'")
    return Audience(
        name=name,
        segment=segment,
        rule=rules.get(segment) or rules[family],
        channel=str(entry["channel"]),
        purpose=" ".join(str(entry["purpose"]).split()),
        owner=" ".join(str(entry["owner"]).split()),
        description=" ".join(str(entry["description"]).split()),
        fields=tuple(str(field) for field in fields),
    )
