"""What the probabilistic tier compares: its columns and levels of agreement, declared once.

Names of columns here are those of the table `prepared`, which scheda.matching.contacts makes; which
pairs are compared at all, scheda.matching.blocking declares. Nothing is tuned to one set of data:
weights are learnt from whatever is filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

#: Columns of core.uniform_contacts that the tier reads, all as text.
COLUMNS = (
    "first_key", "last_key", "birth_date", "gender", "email_key", "phone", "mobile", "fiscal_code",
    "loyalty_card", "company_key", "street", "street_number", "postal_code", "city",
)  # fmt: skip


@dataclass(frozen=True)
class Level:
    """One degree of agreement: a condition on <column>_l and <column>_r, and how to say it.

    frequency  column whose common values count for less: to share Rossi says less than Zanobetti
    is_own     does it speak of the person, where a street speaks of everybody in the house?
    """

    when: str
    says: str
    frequency: str | None = None
    is_own: bool = False


_own = partial(Level, is_own=True)


@dataclass(frozen=True)
class Comparison:
    """One thing that two contacts may have in common: its levels from the strongest to the
    weakest; what fits none says `otherwise`.

    unknown    further condition under which nothing is to be said (beside a missing value)
    is_graded  is each level the one above, less well? Then it cannot weigh more
    """

    name: str
    column: str
    levels: tuple[Level, ...]
    otherwise: str
    unknown: str = ""
    is_graded: bool = True


def _alike(column: str, likeness: float, slips: int = 1) -> str:
    """Jaro-Winkler at least `likeness`, or `slips` letters wrong; the cheap test comes first."""
    left, right = f"{column}_l", f"{column}_r"
    return (
        f"case when jaro_winkler_similarity({left}, {right}) >= {likeness} then true"
        f" when jaro_winkler_similarity({left}, {right}) < 0.7 then false"
        f" else damerau_levenshtein({left}, {right}) <= {slips} end"
    )


def _digits(column: str, most: int) -> str:
    """At most `most` of the characters at the same places differ."""
    left, right = f"{column}_l", f"{column}_r"
    return (
        f"case when length({left}) <> length({right}) then false"
        f" else hamming({left}, {right}) <= {most} end"
    )


_SWAPPED = "(first_l = last_r and last_l = first_r)"
_DAY_FOR_MONTH = (
    "(left(birth_l, 4) = left(birth_r, 4) and substr(birth_l, 6, 2) = substr(birth_r, 9, 2)"
    " and substr(birth_l, 9, 2) = substr(birth_r, 6, 2))"
)
_A_YEAR = "abs(datediff('day', cast(birth_l as date), cast(birth_r as date))) <= 366"
_NEAR = "jaro_winkler_similarity(local_l, local_r) >= 0.88"
#: Both addresses are made of the names, at a provider, and no number in them is the same: so have
#: namesakes, and what the names said already counts no second time.
_BY_NAME = (
    "(is_named_l and is_named_r and (is_provider_l or is_provider_r)"
    " and (digits_l <> digits_r or length(digits_l) < 2))"
)
_INITIAL = (
    "(length(first_l) = 1 and starts_with(first_r, first_l))"
    " or (length(first_r) = 1 and starts_with(first_l, first_r))"
)


def _code(column: str, says: str) -> tuple[Level, ...]:
    """A code that identifies: equal, or mistyped."""
    left, right = f"{column}_l", f"{column}_r"
    slip = f"case when abs(length({left}) - length({right})) > 1 then false else"
    return (
        _own(f"{left} = {right}", f"same {says}"),
        _own(f"{slip} damerau_levenshtein({left}, {right}) <= 1 end", f"{says}, one slip"),
        Level(f"{slip} damerau_levenshtein({left}, {right}) <= 2 end", f"{says}, two slips"),
    )


SWAPPED = _own(_SWAPPED, "first and last name swapped")
COMPARISONS = (
    Comparison(
        "first_name", "first",
        (
            _own("first_l = first_r", "same first name", "first"),
            SWAPPED,
            _own("list_has_any(nicknames_l, nicknames_r)", "nickname"),
            _own(_alike("first", 0.92), "first name almost the same"),
            _own("jaro_winkler_similarity(first_l, first_r) >= 0.85", "similar first name"),
            Level(_INITIAL, "initial of the first name"),
        ),
        "other first name",
        is_graded=False,
    ),
    Comparison(
        "last_name", "last",
        (
            Level("last_l = last_r", "same last name", "last"),
            Level(_alike("last", 0.92), "last name almost the same"),
            Level("jaro_winkler_similarity(last_l, last_r) >= 0.85", "similar last name"),
        ),
        "other last name",
        unknown=_SWAPPED,  # said once, by the first name
    ),
    Comparison(
        "birth_date", "birth",
        (
            _own("birth_l = birth_r", "same birth date"),
            _own(f"{_digits('birth', 1)} or {_DAY_FOR_MONTH}", "birth date, one slip"),
            Level(_digits("birth", 2), "birth date, two slips"),
            Level(_A_YEAR, "birth date within a year"),
        ),
        "other birth date",
    ),
    Comparison("gender", "gender", (Level("gender_l = gender_r", "same gender"),), "other gender"),
    Comparison(
        "email", "email",
        (
            _own("email_l = email_r", "same e-mail"),
            _own(f"local_l = local_r and not {_BY_NAME}", "same e-mail name, other provider"),
            _own(f"{_alike('email', 0.94, 2)} and not {_BY_NAME}", "e-mail almost the same"),
            Level(f"{_NEAR} and not {_BY_NAME}", "similar e-mail"),
        ),
        "other e-mail",
        unknown=f"(email_l <> email_r and {_NEAR} and {_BY_NAME})",
    ),
    Comparison(
        "phone", "phone",
        (
            Level("phone_l = phone_r or fixed_l = phone_r or phone_l = fixed_r", "same phone"),
            Level(_digits("phone", 1), "phone, one slip"),
        ),
        "other phone",
    ),
    Comparison("code", "code", _code("code", "personal code"), "other personal code"),
    Comparison("card", "card", _code("card", "loyalty card"), "other loyalty card"),
    Comparison(
        "company", "company",
        (Level("company_l = company_r", "same company", "company"),),
        "other company",
    ),
    Comparison(
        "street", "street",
        (
            Level("street_l = street_r and number_l = number_r", "same address", "street"),
            Level("street_l = street_r", "same street", "street"),
            Level(_alike("street", 0.92, 2), "street almost the same"),
        ),
        "other street",
    ),
    Comparison(
        "postal_code", "postal",
        (
            Level("postal_l = postal_r", "same postal code", "postal"),
            Level(_digits("postal", 1), "postal code, one slip"),
        ),
        "other postal code",
    ),
    Comparison(
        "town", "town",
        (
            Level("town_l = town_r", "same town", "town"),
            Level(_alike("town", 0.9), "town almost the same"),
        ),
        "other town",
        unknown="postal_l = postal_r",  # the postal code said it already
    ),
)  # fmt: skip

#: Blocks to learn from, one after the other: each teaches what none before it could. Who shares one
#: of the first is likely one person; who shares one of the last may be of one house.
TRAINING = (
    ("birth",),
    ("code",),
    ("first", "last"),
    ("card",),
    ("email",),
    ("phone",),
    ("street", "number"),
    ("last", "postal"),
)

#: Two contacts of one person beyond doubt, to begin with (how many pairs are matches?).
CERTAIN = (
    "l.first = r.first and l.last = r.last and l.birth = r.birth",
    "l.first = r.first and l.last = r.last and l.email = r.email",
    "l.first = r.first and l.last = r.last and l.phone = r.phone",
    "l.code = r.code and l.last = r.last",
)
