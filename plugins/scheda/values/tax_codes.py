"""Fiscal codes, VAT numbers and other countries' personal numbers; whom a fiscal code tells of.

An Italian VAT number is written without prefix (01234567897), every other one with that of its
country (DE136695976), however it was typed: one number has one spelling.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from scheda.values.countries import country_code
from scheda.values.kinds import Kind, Parts
from scheda.values.places import birth_place

if TYPE_CHECKING:
    from types import ModuleType

_LONGEST = 60
#: A fiscal code tells two digits of the year: births are of this year and the 99 after it. It
#: stands still on purpose: one code gives one date, tonight and in a rebuild years from now.
MIN_YEAR = 1925

_LABEL = re.compile(
    r"^\W*(?:c\.?\s?f\.?(?![a-z])|cod(?:ice|\.)?\s*fisc(?:ale|\.)?|p(?:art(?:ita|\.)?)?[.\s]*iva|piva"
    r"|vat(?:\s*(?:no|nr|number|id|reg)\b\.?)?|ust-?id(?:nr)?\.?|tax\s*(?:id|code)|nif|nie|dni)"
    r"(?=[\s:.,/#-]|[^a-z])[\s:.,/#-]*",
    re.I,
)
_FISCAL_CODE = re.compile(
    r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]"
)
#: Where a fiscal code has letters and where digits.
_PATTERN = "LLLLLLDDLDDLDDDL"
_TO_DIGITS, _TO_LETTERS = str.maketrans("OI", "01"), str.maketrans("015", "OIS")
#: Digits that make way for a letter when two people would share a code (omocodia).
_OMOCODIA = str.maketrans("LMNPQRSTUV", "0123456789")
_MONTHS = "ABCDEHLMPRST"

#: Countries outside the Union whose VAT numbers have a check digit that we know.
_OTHER_VAT = {"GB", "CH", "NO", "SM"}
#: Modules of python-stdnum for numbers that only natural persons have, where the country's VAT
#: numbers may be the same: without the VAT prefix, such a number is the person's.
_PERSONAL = {
    "ES": ("dni", "nie"), "BG": ("egn",), "CZ": ("rc",), "SK": ("rc",), "RO": ("cnp",),
}  # fmt: skip

Result = tuple[Any, ...]


def parse(parts: Parts, home: str) -> Result:
    """(code, country) as written -> the columns of KIND."""
    written, country = parts
    if not written or not written.strip():
        return (None,) * 8
    if len(written) > _LONGEST:
        return _invalid("too long for a code")
    code = _compact(written)
    if len(code) < 5 or not any(c.isdigit() for c in code) or len(set(code)) == 1:
        return _invalid("stands for no code")
    region = country_code(country) or home
    return (
        _fiscal_code(code)
        or _vat_number(code, region)
        or (_personal_number(code) if region != "IT" else None)
        or _invalid(_fault(code))
    )


def _invalid(reason: str) -> Result:
    return (*(None,) * 7, reason)


def _compact(written: str) -> str:
    """Upper-case letters and digits, without a label before: `C.F. rss mra …` -> `RSSMRA…`."""
    return re.sub(r"[^A-Z0-9]", "", _LABEL.sub("", written).upper())


def _fiscal_code(code: str) -> Result | None:
    """A code of sixteen characters with a right check letter and a day that exists."""
    from stdnum.it import codicefiscale

    if len(code) != len(_PATTERN):
        return None
    remark = None
    if not _FISCAL_CODE.fullmatch(code):
        code = _unmixed(code)
        remark = "letters and digits that look alike are set right"
        if not _FISCAL_CODE.fullmatch(code):
            return None
    if codicefiscale.calc_check_digit(code[:-1]) != code[-1]:
        return None
    born, gender = _birth(code)
    if born is None:
        return None
    place, province, country = _birth_place(code[11] + code[12:15].translate(_OMOCODIA))
    if country is None:
        remark = remark or "its place of birth is unknown"
    return (code, "fiscal_code", born, gender, place, province, country, remark)


def _unmixed(code: str) -> str:
    """O for 0 and the like, where a fiscal code has room for one of the two only."""
    return "".join(
        c.translate(_TO_LETTERS if kind == "L" else _TO_DIGITS)
        for c, kind in zip(code, _PATTERN, strict=True)
    )


def _birth(code: str) -> tuple[date | None, str | None]:
    """Date and gender of a well-formed fiscal code; women's days are 40 more."""
    year = int(code[6:8].translate(_OMOCODIA)) + MIN_YEAR // 100 * 100
    day = int(code[9:11].translate(_OMOCODIA))
    gender = "F" if day > 40 else "M"
    try:
        return (
            date(
                year if year >= MIN_YEAR else year + 100,
                _MONTHS.index(code[8]) + 1,
                day - 40 if gender == "F" else day,
            ),
            gender,
        )
    except ValueError:
        return None, None


@cache
def _countries_of_birth() -> dict[str, str]:
    """Land-registry code of a country (Z110) -> ISO code. States that are no more have none."""
    text = (files("scheda.values") / "data" / "birth_countries.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines())


def _birth_place(code: str) -> tuple[str | None, str | None, str | None]:
    """Town, province and country of a land-registry code."""
    town = birth_place(code)
    if town:
        return (*town, "IT")
    return None, None, _countries_of_birth().get(code)


def _vat_number(code: str, region: str) -> Result | None:
    """A number with a right check digit, of the country of its prefix or else of `region`."""
    clean = None
    prefix = "GR" if code[:2] == "EL" else code[:2]
    if prefix.isalpha():
        clean = _checked_vat(code[2:], prefix)
    if clean is None:
        if _is_personal(code, region):
            return None
        clean = _checked_vat(code, region)
    remark = None
    if clean is None and region == "IT" and code.isdigit() and 8 <= len(code) < 11:
        clean = _checked_vat(code.zfill(11), "IT")
        remark = "the zeros before it are put back"
    return (clean, "vat", *(None,) * 5, remark) if clean else None


def _checked_vat(number: str, country: str) -> str | None:
    """The one spelling of a valid VAT number; None for others and for countries not known."""
    module = _vat_module(country)
    if country == "CH":
        # The tax that follows the number is said in one of three languages.
        number = "CHE" + re.sub(r"^(?:CH)?E?|(?:MWST|TVA|IVA|VAT)$", "", number)
    if module is None:
        return None
    try:
        number = module.compact(module.validate(number))
    except Exception:  # some modules stumble over characters that they do not expect
        return None
    if country == "IT":
        return number
    prefix = "EL" if country == "GR" else country
    return number if number.startswith(prefix) else prefix + number


@cache
def _vat_module(country: str) -> ModuleType | None:
    from stdnum import get_cc_module
    from stdnum.eu.vat import MEMBER_STATES

    if country == "CH":
        return get_cc_module("ch", "uid")
    if country.lower() in MEMBER_STATES or country in _OTHER_VAT:
        return get_cc_module("gb" if country == "XI" else country.lower(), "vat")
    return None


def _is_personal(code: str, region: str) -> bool:
    from stdnum import get_cc_module

    if region == "PT":
        return code[0] in "123"
    return any(get_cc_module(region.lower(), n).is_valid(code) for n in _PERSONAL.get(region, ()))


def _personal_number(code: str) -> Result | None:
    """The number another country gave a person: no check digit is known, so none is checked."""
    return (code, "personal_number", *(None,) * 6) if len(code) <= 20 else None


def _fault(code: str) -> str:
    if len(code) == 16:
        if not _FISCAL_CODE.fullmatch(code):
            return "not the form of a fiscal code"
        return "a fiscal code with a wrong check letter or date"
    if code.isdigit() and len(code) == 11:
        return "a VAT number with a wrong check digit"
    if code[:2].isalpha() and _vat_module(code[:2]):
        return "no valid VAT number of the country of its prefix"
    return "neither a fiscal code nor a VAT number"


KIND = Kind(
    name="tax_codes",
    parts=("code", "country"),
    columns=(
        ("clean", "text"),
        ("code_type", "text"),
        ("birth_date", "date"),
        ("gender", "text"),
        ("birth_place", "text"),
        ("birth_province", "text"),
        ("birth_country", "text"),
        ("reason", "text"),
    ),
    parse=parse,
    libraries=("python-stdnum", "pycountry"),
    is_local=True,
)
