"""Expectations and what was observed, in words: rates as percentages, counts with separators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scheda.gates.suites import Rule

_SHORT = 12


def expected(rule: Rule) -> str:
    """What the rule asks for, without naming table and column."""
    kwargs = dict(rule.kwargs)
    mostly = kwargs.pop("mostly", 1)
    share = "in every row" if mostly == 1 else f"in at least {percent(mostly)} of the rows"
    told = _told(rule.type, kwargs, share)
    if rule.rows:
        told += f" (rows where {_condition(rule.rows)})"
    return told


def _told(kind: str, kwargs: Mapping[str, Any], share: str) -> str:  # noqa: PLR0911  (a list)
    match kind.removeprefix("expect_"):
        case "column_values_to_not_be_null":
            return f"present {share}"
        case "column_values_to_be_null":
            return f"absent {share}"
        case "column_values_to_be_unique":
            return f"unique {share}"
        case "compound_columns_to_be_unique":
            return f"{' + '.join(kwargs['column_list'])} together unique {share}"
        case "column_values_to_match_regex":
            return f"written like {kwargs['regex']} {share}"
        case "column_values_to_not_match_regex":
            return f"never written like {kwargs['regex']} {share}"
        case "column_values_to_be_in_set" | "column_distinct_values_to_be_in_set":
            return f"one of {_list(kwargs['value_set'])} {share}"
        case "column_values_to_be_between":
            return f"{_between(kwargs)} {share}"
        case "table_row_count_to_be_between":
            return f"rows {_between(kwargs)}"
        case "column_pair_values_a_to_be_greater_than_b":
            equal = " or equal to" if kwargs.get("or_equal") else ""
            return f"{kwargs['column_A']} after{equal} {kwargs['column_B']} {share}"
    rest = ", ".join(f"{name} {value}" for name, value in kwargs.items())
    words = kind.removeprefix("expect_").replace("_", " ")
    return f"{words}{': ' + rest if rest else ''}"


def observed(rule: Rule, result: Mapping[str, Any]) -> str:
    """What Great Expectations saw, without any value of a row."""
    if "unexpected_count" in result and result.get("element_count") is not None:
        # Absent values are another rule's business, and no part of the share.
        bad = result["unexpected_count"]
        total = result["element_count"] - (result.get("missing_count") or 0)
        if not bad:
            return f"all {total:,} rows" if total else "no value to look at"
        return f"{bad:,} of {total:,} rows {_fault(rule.type)} ({percent(bad / total)})"
    value = result.get("observed_value")
    if isinstance(value, float):
        return f"{value:,.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list):
        return f"{len(value):,} distinct values"
    return "" if value is None else str(value)


def _fault(kind: str) -> str:
    words = {"not_be_null": "are blank", "be_unique": "repeat another", "be_null": "have a value"}
    return next((word for end, word in words.items() if kind.endswith(end)), "are not")


def percent(share: float) -> str:
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def _between(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is None:
        return f"at most {high}"
    if high is None:
        return f"at least {low}"
    return f"from {low} to {high}"


def _list(values: list[Any]) -> str:
    shown = ", ".join(map(str, values[:_SHORT]))
    return shown if len(values) <= _SHORT else f"{shown} … ({len(values)} values)"


def _condition(rows: Mapping[str, Any]) -> str:
    verb, value = next((key, value) for key, value in rows.items() if key != "column")
    if verb == "present":
        return f"{rows['column']} is {'present' if value else 'absent'}"
    return f"{rows['column']} {verb.replace('_', ' ')} {value}"
