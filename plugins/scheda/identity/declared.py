"""The rules and reasons of identity in words, as the dbt project declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheda.project import Project


def rules(project: Project) -> dict[str, dict[str, Any]]:
    """Each rule's declaration by its name, the strongest first (macros/identity/rules.sql)."""
    return {rule["rule"]: rule for rule in _declared(project, "rules.sql", "identity_rules")}


def reasons(project: Project) -> dict[str, list[str]]:
    """Each guard's [sentence, what to do about it] by its name (macros/identity/review.sql)."""
    return _declared(project, "review.sql", "review_reasons")


def _declared(project: Project, file: str, macro: str) -> Any:
    """What a macro without arguments returns: dbt's `return` hands it to us."""
    from jinja2 import Environment

    handed: list[Any] = []

    def hand(value: Any) -> str:
        handed.append(value)
        return ""

    text = (project.dbt / "macros" / "identity" / file).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, extensions=["jinja2.ext.do"])
    environment.globals["return"] = hand
    getattr(environment.from_string(text).module, macro)()
    return handed[0]
