"""Great Expectations on the warehouse: one context and one connection for all suites of a gate."""

from __future__ import annotations

import logging
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scheda import postgres
from scheda.errors import SchedaError
from scheda.gates import wording
from scheda.gates.outcome import Outcome
from scheda.project import silence_telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scheda.gates.suites import Rule, Suite
    from scheda.project import Project

#: How many guilty rows are looked up for a failed rule.
SAMPLE = 8


class Engine:
    """A session of Great Expectations; importing it costs seconds, so there is one per gate.

    Used as a context manager: temporary tables made through `execute` live as long as it does.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def __enter__(self) -> Engine:
        gx = _great_expectations()
        from great_expectations.data_context.types.base import ProgressBarsConfig
        from sqlalchemy.pool import StaticPool

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        url = postgres.sqlalchemy_url(self._project)
        self._source = context.data_sources.add_postgres(
            "warehouse",
            connection_string=url.render_as_string(hide_password=False),
            kwargs={"poolclass": StaticPool},
        )
        self._database = self._source.get_execution_engine().engine
        return self

    def __exit__(self, *_: object) -> None:
        self._database.dispose()

    def execute(self, statement: str, values: Mapping[str, Any] | None = None) -> None:
        from sqlalchemy import text

        with self._database.begin() as conn:
            conn.execute(text(statement), dict(values or {}))

    def run(
        self,
        suite: Suite,
        query: str,
        *,
        row_key: Sequence[str] = (),
        locate: Callable[[list[tuple[Any, ...]]], tuple[str, ...]] | None = None,
    ) -> list[Outcome]:
        """Judge the rows of `query` by the suite's rules, our own kinds apart.

        row_key  columns that name a row; with them `locate` turns the keys of the first guilty
                 rows into places for a person
        """
        rules = [rule for rule in suite.rules if not rule.is_own]
        if not rules:
            return []
        asset = self._source.add_query_asset(suite.table, query=query)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        found = self._validate(
            batch, suite.table, rules, {"result_format": "BASIC", "partial_unexpected_count": 0}
        )
        guilty = [
            rule
            for rule, result in zip(rules, found, strict=True)
            if not result.success
            and not _raised(result)
            and row_key
            and "unexpected_count" in result.result
        ]
        places: dict[int, tuple[str, ...]] = {}
        if guilty and locate:
            wanted = {
                "result_format": "SUMMARY",
                "partial_unexpected_count": SAMPLE,
                "unexpected_index_column_names": list(row_key),
            }
            for rule, result in zip(
                guilty, self._validate(batch, f"{suite.table} rows", guilty, wanted), strict=True
            ):
                rows = result.result.get("partial_unexpected_index_list") or []
                places[id(rule)] = locate([tuple(row[key] for key in row_key) for row in rows])
        return [
            _outcome(suite, rule, result, places.get(id(rule), ()))
            for rule, result in zip(rules, found, strict=True)
        ]

    def _validate(
        self, batch: Any, name: str, rules: Sequence[Rule], wanted: dict[str, Any]
    ) -> list[Any]:
        """The results in the order of `rules`."""
        from great_expectations import ExpectationSuite

        suite = ExpectationSuite(name=name)
        for number, rule in enumerate(rules):
            suite.expectations.append(_expectation(rule, number))
        found = batch.validate(suite, result_format=wanted)
        by_number = {result.expectation_config.meta["number"]: result for result in found.results}
        return [by_number[number] for number in range(len(rules))]


def known_types() -> list[str]:
    """The names of Great Expectations' own expectations, as the YAML pages write them."""
    return sorted(_classes())


@lru_cache
def _classes() -> dict[str, str]:
    """expect_column_values_to_be_null → ExpectColumnValuesToBeNull, for all of them."""
    _great_expectations()
    from great_expectations import expectations
    from great_expectations.util import camel_to_snake

    return {camel_to_snake(n): n for n in dir(expectations) if re.match("Expect[A-Z]", n)}


def _great_expectations() -> Any:
    """Import it quietly: no usage statistics, no hundreds of log lines about its own decorators."""
    silence_telemetry()
    logging.getLogger("great_expectations._docs_decorators").setLevel(logging.WARNING)
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations

    return great_expectations


def _expectation(rule: Rule, number: int) -> Any:
    """The rule as Great Expectations' object. Raises SchedaError naming the file and the entry."""
    from great_expectations import expectations
    from pydantic.v1 import ValidationError as Refused

    arguments = dict(rule.kwargs)
    if rule.column:
        arguments["column"] = rule.column
    if rule.rows:
        arguments["row_condition"] = _condition(rule.rows)
    try:
        return getattr(expectations, _classes()[rule.type])(
            **arguments, severity=rule.severity, meta={"number": number}
        )
    except (Refused, TypeError, ValueError) as error:
        raise SchedaError(
            f"{rule.place}: {rule.type} does not accept this: {_why(error)}"
        ) from None


def _condition(rows: Mapping[str, Any]) -> Any:
    from great_expectations.expectations.row_conditions import Column

    column = Column(rows["column"])
    verb, value = next((key, value) for key, value in rows.items() if key != "column")
    match verb:
        case "equals":
            return column == value
        case "not_equals":
            return column != value
        case "in":
            return column.is_in(value)
    return column.is_not_null() if value else column.is_null()


def _outcome(suite: Suite, rule: Rule, result: Any, places: tuple[str, ...]) -> Outcome:
    raised = _raised(result)
    return Outcome(
        table=suite.table,
        column=rule.column or (", ".join(rule.kwargs.get("column_list") or []) or None),
        expectation=rule.type,
        severity=rule.severity,
        verdict="error" if raised else "pass" if result.success else "fail",
        expected=wording.expected(rule),
        observed=f"the check could not be made: {raised}"
        if raised
        else wording.observed(rule, result.result),
        message=rule.message,
        places=places,
    )


def _raised(result: Any) -> str:
    """The first line of an error inside Great Expectations, or nothing. SQLAlchemy's further lines
    hold the statement with its values."""
    info = result.exception_info or {}
    if "raised_exception" in info:
        info = {"": info}
    for detail in info.values():
        if isinstance(detail, dict) and detail.get("raised_exception"):
            return str(detail.get("exception_message") or "unknown error").splitlines()[0][:200]
    return ""


def _why(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[1:] or lines)[:300]
