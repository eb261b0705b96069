"""Expectations as people write them: one YAML page per table, read with errors that say where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from scheda.declaration import Declaration
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from scheda.project import Project

SEVERITIES = ("critical", "warning")
#: Checks of our own, beside Great Expectations': the gate they belong to, and their arguments.
OWN = {
    "volume_against_recent_nights": ("raw", ("at_least", "at_most", "loads", "needs")),
    "volume_against_published": ("published", ("max_loss", "max_growth")),
}
CONDITIONS = ("equals", "not_equals", "in", "present")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Rule:
    """One expectation.

    type      Great Expectations' name, or one of OWN
    kwargs    its arguments, the column apart
    severity  critical stops publishing, warning is recorded
    message   for a person: what a failure means and what to do
    rows      None: every row; else {column, and one of CONDITIONS}: the rows it looks at
    place     file and number of the entry, for errors
    """

    type: str
    column: str | None
    kwargs: Mapping[str, Any]
    severity: str
    message: str
    place: str
    rows: Mapping[str, Any] | None = None

    @property
    def is_own(self) -> bool:
        return self.type in OWN

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the rule looks at."""
        named = [self.column, *(self.kwargs.get(key) for key in ("column_A", "column_B"))]
        named += self.kwargs.get("column_list") or []
        if self.rows:
            named.append(self.rows["column"])
        return tuple(name for name in named if name)


@dataclass(frozen=True)
class Suite:
    """What is expected of one table.

    table   `source.table` at the raw gate, the mart's name at the published one
    fields  JSON tables only: column to judge → path in the document, such as customer.email
    """

    table: str
    description: str
    place: str
    rules: tuple[Rule, ...]
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        return sorted({column for rule in self.rules for column in rule.columns})

    def must_have(self, columns: Collection[str]) -> None:
        """Raise SchedaError for the first rule about a column that the table has not."""
        for rule in self.rules:
            for column in rule.columns:
                if column not in columns:
                    raise Declaration({}, rule.place).unknown("column", column, sorted(columns))


def load(
    project: Project, gate: str, *, known: Collection[str] | None, values: Mapping[str, Any]
) -> list[Suite]:
    """Every suite of a gate ('raw' or 'published'), by table.

    known    names of the expectation types that may be used, OWN apart; None: do not look
    values   what `{name}` stands for in an argument, such as {as_of}
    Raises SchedaError naming file, entry and key.
    """
    folder = project.expectations / gate
    found = [_read(page, project, gate, known, values) for page in sorted(folder.glob("*.yml"))]
    strays = sorted(path.name for path in folder.glob("*.yaml"))
    if strays:
        raise SchedaError(f"expectations/{gate}/{strays[0]} is not read: name it .yml")
    return found


def placeholders(project: Project, as_of: date) -> dict[str, Any]:
    """as_of and the `vars` of dbt_project.yml; texts that are days become dates."""
    return {name: _value(value) for name, value in project.settings.items()} | {"as_of": as_of}


def _read(
    page: Path,
    project: Project,
    gate: str,
    known: Collection[str] | None,
    values: Mapping[str, Any],
) -> Suite:
    where = str(page.relative_to(project.root))
    try:
        content = yaml.safe_load(page.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SchedaError(f"{where} is not valid YAML: {' '.join(str(error).split())}") from None
    root = Declaration(content, where)
    root.only("table", "description", "fields", "expectations")
    table = root.text("table", required=True)
    if table != page.stem:
        raise root.error(f"it is about '{table}': name the file {table}.yml")
    fields = root.child("fields").content
    entries = root.children("expectations")
    if not entries:
        raise root.error("'expectations' is empty: a suite without a rule checks nothing")
    return Suite(
        table=table,
        description=root.text("description", required=True).strip(),
        place=where,
        rules=tuple(_rule(entry, gate, known, values) for entry in entries),
        fields={name: str(path) for name, path in fields.items()},
    )


def _rule(
    entry: Declaration, gate: str, known: Collection[str] | None, values: Mapping[str, Any]
) -> Rule:
    entry.only("type", "column", "kwargs", "severity", "message", "row_condition")
    kind = entry.text("type", required=True)
    ours = {name for name, (where, _) in OWN.items() if where == gate}
    if known is not None and kind not in known and kind not in ours:
        raise entry.unknown("expectation type", kind, sorted({*known, *ours}))
    kwargs = entry.child("kwargs")
    if kind in ours:
        kwargs.only(*OWN[kind][1])
    severity = entry.choice("severity", SEVERITIES, default=None)
    if severity is None:
        raise entry.error("'severity' is missing: critical stops publishing, warning is recorded")
    return Rule(
        type=kind,
        column=entry.text("column", default=None),
        kwargs={key: _filled(value, values, kwargs) for key, value in kwargs.content.items()},
        severity=severity,
        message=" ".join(entry.text("message", required=True).split()),
        place=entry.place,
        rows=_condition(entry),
    )


def _condition(entry: Declaration) -> Mapping[str, Any] | None:
    condition = entry.child("row_condition")
    if not condition.content:
        return None
    condition.only("column", *CONDITIONS)
    condition.text("column", required=True)
    if len(condition.content) != 2:
        raise condition.error(f"give the column and one of: {', '.join(CONDITIONS)}")
    return dict(condition.content)


def _filled(value: Any, values: Mapping[str, Any], where: Declaration) -> Any:
    """`{name}` stands for a value of the project; anything else stays."""
    if isinstance(value, list):
        if {type(item) for item in value} >= {bool, str}:
            raise where.error("YAML reads NO, YES, ON and OFF as truth values: quote them")
        return [_filled(item, values, where) for item in value]
    match = _PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    if match[1] not in values:
        raise where.unknown("placeholder", match[1], sorted(values))
    return values[match[1]]


def _value(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
