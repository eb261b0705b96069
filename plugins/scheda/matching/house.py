"""What namesakes or a household share is no evidence of one person: only a human may join them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scheda.matching.comparisons import SWAPPED, Level
from scheda.matching.names import are_two_given_names

if TYPE_CHECKING:
    import duckdb

#: By comparison: the level reached, the words for "none of its levels", or None for unknown.
Reached = dict[str, Level | str | None]

#: Parents are so many years older than their children, who may bear their name.
_A_GENERATION = range(15, 51)
#: One of these must agree too: all of Milan has its Mario Rossi, and a postal code its two.
_BESIDE_THE_NAME = ("birth_date", "email", "phone", "company", "street")
#: Slips alone must make this many strangers under one roof before their absence tells anything.
_LEAST_EXPECTED = 3


def explains(
    reached: Reached,
    first_l: str | None,
    first_r: str | None,
    years: int | None,
    *,
    has_houses: bool,
) -> str | None:
    """Why the pair may as well be two people: namesakes, or of one house (or office), where there
    are any; None when neither explains it.

    Name, address and telephone of a family weigh as much as a person's, so no weight decides
    here. first_l, first_r: keys of the first names. years: between the two birth dates.
    """
    if _is_own(reached, "code") or _is_own(reached, "card"):
        return None
    if not any(_agrees(reached, name) for name in _BESIDE_THE_NAME):
        return "little but the name"
    if not has_houses:
        return None
    if reached.get("first_name") != SWAPPED and are_two_given_names(first_l, first_r):
        return "two first names"
    return None if _is_own(reached, "birth_date") else _not_born_together(reached, years)


def _not_born_together(reached: Reached, years: int | None) -> str | None:
    """Without a birth date in common both names must agree; an own e-mail speaks for one."""
    if years is not None and abs(years) in _A_GENERATION:
        return "a generation apart"
    if _is_other(reached, "first_name"):
        return "another first name"
    if _is_own(reached, "email"):
        return None
    if not _is_own(reached, "first_name"):
        return "no first name to tell them apart"
    if _is_other(reached, "last_name"):
        return "another last name"
    # Father and son of one name have one address, and each his own telephone and mailbox.
    reaches_other = _is_other(reached, "phone") or _is_other(reached, "email")
    return "one name in one house" if reaches_other and not _agrees(reached, "phone") else None


def are_there(con: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> bool:
    """Do these contacts share houses, as families do? Assumed, unless the data show that they do
    not: under one roof with one last name, hardly a pair has another first name and another birth
    date, beyond the slips that the model expects between contacts of one person."""
    levels = {
        one["output_column_name"]: [
            level for level in one["comparison_levels"] if not level.get("is_null_level")
        ]
        for one in settings["comparisons"]
    }
    roofs = [name for name in ("street", "phone") if name in levels]
    if not roofs or not {"first_name", "last_name", "birth_date"} <= levels.keys():
        return True
    one_roof = " or ".join(f"{name} = {len(levels[name]) - 1}" for name in roofs)
    pairs, strangers = con.sql(
        f"""
        select count(*), coalesce(sum(cast(first_name = 0 and birth_date = 0 as int)), 0)
        from weighed
        where
            id_l <> id_r and last_name = {len(levels["last_name"]) - 1} and ({one_roof})
            and first_name >= 0 and birth_date >= 0
        """
    ).fetchall()[0]
    slips = [levels[name][-1]["m_probability"] for name in ("first_name", "birth_date")]
    expected = pairs * min(slips[0], 0.25) * min(slips[1], 0.1)
    return expected < _LEAST_EXPECTED or strangers > expected + 2 * math.sqrt(expected)


def _agrees(reached: Reached, name: str) -> bool:
    """Every town has its Via Roma: a street agrees only where the place may be one."""
    elsewhere = _is_other(reached, "postal_code") and _is_other(reached, "town")
    return isinstance(reached.get(name), Level) and not (name == "street" and elsewhere)


def _is_own(reached: Reached, name: str) -> bool:
    level = reached.get(name)
    return isinstance(level, Level) and level.is_own


def _is_other(reached: Reached, name: str) -> bool:
    return isinstance(reached.get(name), str)
