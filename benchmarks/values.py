"""Value dictionaries: seconds to parse 200,000 distinct values of each kind, then 1 % more."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from benchmarks.place import warehouse
from scheda import postgres, values
from scheda.values import kind, lists, places

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

#: Seconds for one kind on two cores.
_GOAL = 15
_NATIONS = ("Italia", None, "IT", None, "Germania", "FR")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--values", type=int, default=200_000)
    count = parser.parse_args(arguments).values
    with warehouse() as project:
        for name, write in _WRITTEN.items():
            _note(project, name, write, 0, count)
            whole = _fill(project, 1, name)
            _note(project, name, write, count, count + count // 100, build_id=2)
            news = _fill(project, 2, name)
            print(
                f"  {name}: {whole:.1f} s for {count:,} values (goal <= {_GOAL} s for 200,000), "
                f"{news:.2f} s for 1 % more"
            )


def _fill(project: Project, build_id: int, name: str) -> float:
    begun = time.perf_counter()
    values.fill(project, build_id, kinds=[name])
    return time.perf_counter() - begun


def _note(
    project: Project,
    name: str,
    write: Callable[[int], tuple[str | None, ...]],
    first: int,
    last: int,
    *,
    build_id: int = 1,
) -> None:
    """core.written_values with the values `first` to `last`, as dbt would leave it."""
    width = 5 - len(kind(name).parts)
    with postgres.connect(project) as conn:
        conn.execute(
            "create table if not exists core.written_values (kind text, value_id text,"
            " part_1 text, part_2 text, part_3 text, part_4 text, part_5 text, _build_id bigint,"
            " primary key (kind, value_id))"
        )
        conn.execute("create index if not exists of_build on core.written_values (_build_id)")
        with conn.cursor().copy("copy core.written_values from stdin") as copy:
            for n in range(first, last):
                copy.write_row((name, f"{n:032x}", *write(n), *(None,) * width, build_id))
        conn.execute("analyze core.written_values")


def _pick(listed: list[str], n: int) -> str:
    """Spread over the list; the same number always gives the same item."""
    return listed[n * 7_919 % len(listed)]


_FIRST = sorted(lists.words("italian_names.txt"))
_LAST = sorted(lists.words("family_names.txt"))
_TOWNS = sorted(
    (town for town in places.towns().values() if not town.is_abolished), key=lambda t: t.code
)
_DOMAINS = ["gmail.com", "libero.it", "azienda.example", "gmial.com", "studio.example", "yahoo.it"]
_TRADES = ["Officine", "Hotel", "Panificio", "Edil", "Studio", "Farmacia", "Tessitura", "Vini"]
_FORMS = ["S.r.l.", "srl", "S.P.A.", "snc", "", "di Bianchi Anna & C. sas", "GmbH"]
_STREETS = ["Via", "V.le", "P.zza", "corso", "Str.", "VIA", "L.go"]


def _email(n: int) -> tuple[str | None, ...]:
    return (f"{_pick(_FIRST, n)}.{_pick(_LAST, n + 1)}{n}@{_pick(_DOMAINS, n)}",)


def _phone(n: int) -> tuple[str | None, ...]:
    number = f"{2_000_000 + n:07d}"
    written = (f"333 {number}", f"+39 02/{number}", f"tel. 051 {number}", f"0039347{number}")
    return written[n % 4], _NATIONS[n % len(_NATIONS)]


def _name(n: int) -> tuple[str | None, ...]:
    first, last = _pick(_FIRST, n).title(), f"{_pick(_LAST, n // 3)} {_pick(_LAST, n // 1_000)}"
    return ((first, last), (first.upper(), last.upper()), (last, first), (f"Sig. {first}", last))[
        n % 4
    ]


def _company(n: int) -> tuple[str | None, ...]:
    return (f"{_pick(_TRADES, n)} {_pick(_LAST, n // 7)} {n // 50} {_pick(_FORMS, n)}",)


def _tax_code(n: int) -> tuple[str | None, ...]:
    from stdnum.it.codicefiscale import calc_check_digit

    code = f"{_pick(['RSSNNA', 'BNCLCU', 'VRDGLI'], n)}{n % 100:02d}{'ABCDEHLMPRST'[n % 12]}"
    code += f"{n // 100 % 28 + 1:02d}{_TOWNS[n % len(_TOWNS)].code}"
    written = (code + calc_check_digit(code), f"IT{n:011d}", f"{n:09d}")
    return written[n % 3], _NATIONS[n % len(_NATIONS)]


def _address(n: int) -> tuple[str | None, ...]:
    town = _TOWNS[n % len(_TOWNS)]
    street = f"{_pick(_STREETS, n)} {_pick(_LAST, n // 11).title()}, {n % 200 + 1}"
    return street, sorted(town.postal_codes)[0], town.name.upper(), town.province, "Italia"


_WRITTEN: dict[str, Callable[[int], tuple[str | None, ...]]] = {
    "emails": _email,
    "phones": _phone,
    "names": _name,
    "companies": _company,
    "tax_codes": _tax_code,
    "addresses": _address,
}

if __name__ == "__main__":
    main()
