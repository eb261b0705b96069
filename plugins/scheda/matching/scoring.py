"""Weigh pairs of contents by a learnt model, and say what each weight is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from scheda.matching import house, training
from scheda.matching.comparisons import COMPARISONS, Comparison, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

#: Kept free below the threshold of a link for pairs that only a person may join.
_A_LITTLE = 0.0005
_BATCH = 10_000


class Proposal(NamedTuple):
    """Two contents (id_l < id_r, or one that several contacts share) that may be one person's."""

    id_l: int
    id_r: int
    probability: float
    evidence: str


def weigh(con: duckdb.DuckDBPyConnection, settings: training.Settings) -> None:
    """Fill the table `weighed` (id_l, id_r, weight in bits, and by the name of each comparison the
    place of the level reached, counted from the weakest, -1 unknown) from the table `pairs`."""
    linker = training.linker(con, settings)
    pairs = linker._db_api.register("pairs")
    linker.table_management.register_blocked_pairs_for_predict(pairs)
    result = linker.inference.predict(warning_mode="never")
    levels = ", ".join(
        f"gamma_{one['output_column_name']} as {one['output_column_name']}"
        for one in settings["comparisons"]
    )
    con.execute(
        "create or replace table weighed as"
        f" select id_l, id_r, match_weight as weight, {levels} from {result.physical_name}"
    )


def settle_prior(con: duckdb.DuckDBPyConnection, settings: training.Settings) -> None:
    """Correct which share of all pairs matches, so that the probabilities of the pairs found add
    up to just that share; the weights in `weighed` follow."""
    contents = con.sql("select count(*) from prepared").fetchall()[0][0]
    everything = contents * (contents - 1) / 2
    before = now = _bits(settings["probability_two_random_records_match"])
    for _round in range(50):
        bounded = f"greatest(-300, least(300, weight + {now - before!r}))"
        matches = con.sql(
            f"select coalesce(sum(1 / (1 + pow(2, -{bounded}))), 0) from weighed where id_l <> id_r"
        ).fetchall()[0][0]
        last, now = now, round(_bits(min(max(matches, 0.1) / everything, 0.5)), 6)
        if abs(now - last) < 1e-4:
            break
    settings["probability_two_random_records_match"] = 1 / (1 + 2**-now)
    con.execute(f"update weighed set weight = weight + {now - before!r}")


def proposals(
    con: duckdb.DuckDBPyConnection,
    settings: training.Settings,
    *,
    review: float,
    link: float,
    has_houses: bool,
) -> Iterator[Proposal]:
    """The pairs of `weighed` with a probability of `review` or more, in order. Those that
    may as well be two people stay below `link`, whatever they weigh: see house.explains."""
    compared = {one["output_column_name"] for one in settings["comparisons"]}
    declared = [one for one in COMPARISONS if one.name in compared]
    names = ", ".join(f"weighed.{one.name}" for one in declared)
    cursor = con.cursor()
    cursor.execute(
        f"""
        select
            weighed.id_l, weighed.id_r, weight, l.first_key, r.first_key,
            year(cast(l.birth as date)) - year(cast(r.birth as date)), {names}
        from weighed
        join prepared as l on weighed.id_l = l.id
        join prepared as r on weighed.id_r = r.id
        where weight >= {_bits(review)!r}
        order by weighed.id_l, weighed.id_r
        """
    )
    while rows := cursor.fetchmany(_BATCH):
        for id_l, id_r, weight, first_l, first_r, years, *places in rows:
            reached = {
                one.name: level_at(one, place) for one, place in zip(declared, places, strict=True)
            }
            probability = 1 / (1 + 2 ** -min(weight, 300))
            evidence = _evidence(reached, weight)
            held = house.explains(reached, first_l, first_r, years, has_houses=has_houses)
            if held and probability >= link:
                probability, evidence = link - _A_LITTLE, f"held back, {held}: {evidence}"
            yield Proposal(id_l, id_r, round(probability, 4), evidence)


def level_at(comparison: Comparison, place: int) -> Level | str | None:
    """What Splink's number means: a level, the words for "none of them", or None for unknown."""
    if place < 0:
        return None
    return comparison.levels[-place] if place else comparison.otherwise


def _evidence(reached: house.Reached, weight: float) -> str:
    """What speaks for it; against it; and the weight, of which each bit doubles the odds."""
    speaks_for = [level.says for level in reached.values() if isinstance(level, Level)]
    against = [level for level in reached.values() if isinstance(level, str)]
    text = ", ".join(speaks_for) or "nothing alike"
    return f"{text}{'; but ' + ', '.join(against) if against else ''}; weight {weight:.1f}"


def _bits(probability: float) -> float:
    return math.log2(probability / (1 - probability))
