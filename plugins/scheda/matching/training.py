"""Learn what agreement weighs, from the contacts themselves: no labels, no constants of a set."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scheda.matching import weights
from scheda.matching.comparisons import (
    CERTAIN,
    COMPARISONS,
    TRAINING,
    Comparison,
)

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

Settings = dict[str, Any]
Rule = tuple[str, ...]

#: Pairs drawn by chance, from which the weight of a coincidence is learnt; and at most this many
#: pairs of one block, from which the weight of an agreement is.
_CHANCE_PAIRS, _BLOCK_PAIRS = 1_000_000, 500_000
#: Matches that are told apart without a doubt drive a share below what a float can hold, which
#: Splink refuses: then fewer rounds, which leave it small.
_ITERATIONS = (25, 8, 3)
#: A block with fewer pairs teaches nothing.
_LEAST_PAIRS = 30
#: A column that fewer contents fill, or a smaller share of them, is not compared.
_LEAST_VALUES, _LEAST_SHARE = 20, 0.02
#: Fewer likely matches are no ground to learn on.
LEAST_MATCHES = 20
#: The share of all matches that CERTAIN finds: only where the search for the true one begins.
_CERTAIN_SHARE = 0.6


class TooLittleDataError(Exception):
    """There is nothing to learn from; the message tells what is missing."""


def train(con: duckdb.DuckDBPyConnection) -> Settings:
    """Splink's settings with every weight, learnt from the table `prepared`.

    The same contents give the same settings. Raises TooLittleDataError.
    """
    compared = [one for one in COMPARISONS if is_filled(con, one)]
    if len(compared) < 2:
        raise TooLittleDataError("fewer than two columns are filled enough to compare contacts")
    settings = _settings(compared)
    settings["probability_two_random_records_match"] = _first_guess(con, settings)
    splink = linker(con, settings)
    splink.training.estimate_u_using_random_sampling(
        max_pairs=_CHANCE_PAIRS, seed=1, min_count_per_level=None, num_chunks=1
    )
    settings = splink.misc.save_model_to_json()
    weights.mark_unseen(settings, _chance_pairs(con))
    matches = 0.0
    for rule in TRAINING:
        if any(weights.teaches(rule, one) for one in settings["comparisons"]):
            settings, found = _learn(con, settings, rule)
            matches = max(matches, found)
            weights.settle(settings, matches)
    if matches < LEAST_MATCHES:
        raise TooLittleDataError("too few contacts look like one person to learn from")
    settings["comparisons"] = list(filter(weights.is_taught, settings["comparisons"]))
    return settings


def is_filled(con: duckdb.DuckDBPyConnection, comparison: Comparison) -> bool:
    """Do enough contents say something here, and not all the same?"""
    values, distinct, contents = con.sql(
        f"select count({comparison.column}), count(distinct {comparison.column}), count(*)"
        " from prepared"
    ).fetchall()[0]
    return distinct > 1 and values >= max(_LEAST_VALUES, _LEAST_SHARE * contents)


def _settings(compared: list[Comparison]) -> Settings:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "comparisons": [_comparison(one) for one in compared],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,  # brings the level of every comparison
        "em_convergence": 0.001,
        "linker_uid": "scheda",
    }


def _comparison(one: Comparison) -> Settings:
    column = one.column
    unknown = f"{column}_l is null or {column}_r is null"
    levels: list[Settings] = [
        {
            "sql_condition": f"{unknown} or {one.unknown}" if one.unknown else unknown,
            "label_for_charts": "unknown",
            "is_null_level": True,
        }
    ]
    for level in one.levels:
        levels.append({"sql_condition": level.when, "label_for_charts": level.says})
        if level.frequency:
            levels[-1]["tf_adjustment_column"] = level.frequency
    levels.append({"sql_condition": "ELSE", "label_for_charts": one.otherwise})
    return {"output_column_name": one.name, "comparison_levels": levels}


def _first_guess(con: duckdb.DuckDBPyConnection, settings: Settings) -> float:
    """How likely two contents drawn by chance are one person's; scoring corrects it."""
    from splink.internals.exceptions import SplinkException

    splink = linker(con, settings)
    try:
        splink.training.estimate_probability_two_random_records_match(
            list(CERTAIN), recall=_CERTAIN_SHARE
        )
    except (ValueError, SplinkException):
        return 0.001
    found = splink.misc.save_model_to_json()["probability_two_random_records_match"]
    return min(max(found, 1e-9), 0.1)


def _learn(
    con: duckdb.DuckDBPyConnection, settings: Settings, rule: Rule
) -> tuple[Settings, float]:
    """Expectation maximisation over the pairs that agree on `rule`: the settings with what they
    teach, and about how many of them match. Unchanged, and 0, where there is nothing to learn."""
    from splink import block_on
    from splink.internals.exceptions import EMTrainingException

    known = " and ".join(f"{column} is not null" for column in rule)
    pairs = _one(
        con,
        "select coalesce(sum(n * (n - 1) / 2), 0) from ("
        f" select count(*) as n from prepared where {known} group by {', '.join(rule)})",
    )
    if pairs < _LEAST_PAIRS:
        return settings, 0.0
    for most in _ITERATIONS:
        splink = linker(con, {**settings, "max_iterations": most})
        try:
            session = splink.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), max_pairs=_BLOCK_PAIRS, record_sample_proportion=1.0
            )
        except ValueError:
            continue
        except EMTrainingException:
            break
        share = session.core_model_settings.probability_two_random_records_match
        return splink.misc.save_model_to_json(), float(share * min(pairs, _BLOCK_PAIRS))
    return settings, 0.0


def _chance_pairs(con: duckdb.DuckDBPyConnection) -> float:
    contents = _one(con, "select count(*) from prepared")
    return min(_CHANCE_PAIRS, contents * (contents - 1) / 2)


def linker(con: duckdb.DuckDBPyConnection, settings: Settings) -> Linker:
    """Splink over the table `prepared`. It logs nothing: its words may quote the data."""
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    api = DuckDBAPI(con)
    return Linker(api.register("prepared"), settings, log_level=None, validate_settings=False)


def _one(con: duckdb.DuckDBPyConnection, statement: str) -> Any:
    return con.sql(statement).fetchall()[0][0]
