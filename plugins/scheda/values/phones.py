"""Telephone numbers: E.164 when valid, the kind of line, the country they belong to."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from scheda.values.countries import country_code
from scheda.values.kinds import Kind, Parts

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_LONGEST = 120
#: An extension: what is dialled after the number answered.
_EXTENSION = re.compile(
    r"(?<=[\d\s)])[\s.,;-]*(?:interno|int|extension|ext|est|durchwahl|dw|poste|anexo|x|#)"
    r"[\s.:]*(\d{1,6})\s*$"
)
#: The letter O typed for a zero.
_LETTER_O = re.compile(r"(?<![^\W\d_])o(?=\d)")
#: What spreadsheets make of long numbers.
_ROUNDED = re.compile(r"\d[.,]\d+e\+?\d+")
_DECIMAL = re.compile(r"(\+?\d{6,})[.,]0+")
#: What may stand inside one number; anything else may separate two.
_SEPARATOR = re.compile(r"[^\d+\s().\-]+|\s-+\s|(?=\+)")
_ZEROS = re.compile(r"^[\s(]*\+?[\s(]*00")
_NOT_DIALLED = re.compile(r"[^\d+]+")
_TYPES = {
    0: "fixed", 1: "mobile", 2: "fixed_or_mobile", 3: "toll_free", 4: "premium", 6: "voip",
}  # fmt: skip
_UPWARD, _DOWNWARD = "01234567890123456789", "98765432109876543210"

_PLACEHOLDER = "stands for no number"
#: Of a number with its country's prefix (ITU E.164).
_MOST_DIGITS = 15
_MOBILE = 1

Result = tuple[Any, ...]


def parse(parts: Parts, home: str) -> Result:
    """(number, country) as written -> the columns of KIND."""
    written, country = parts
    if not written or not written.strip():
        return (None,) * 4
    if len(written) > _LONGEST:
        return _unusable("too long for a telephone number")
    text = _plain(written)
    if _ROUNDED.fullmatch(text):
        return _unusable("rounded by a spreadsheet")
    text, extensions = _EXTENSION.subn("", text)
    region = country_code(country) or home
    number, remark, fault = _first_number(text, region, home)
    if number is None:
        return _unusable(fault)
    if extensions:
        remark = f"{remark}; an extension is left out" if remark else "an extension is left out"
    return (*_described(number), remark)


def _unusable(reason: str) -> Result:
    return (None, None, None, reason)


def _plain(written: str) -> str:
    text = written if written.isascii() else unicodedata.normalize("NFKC", written)
    text = _LETTER_O.sub("0", text.strip().lower())
    decimal = _DECIMAL.fullmatch(text)
    return decimal[1] if decimal else text


def _first_number(text: str, region: str, home: str) -> tuple[PhoneNumber | None, str | None, str]:
    """The first number in a text, a remark when there is more, and what is wrong if none is."""
    digits = _digits(text)
    pieces = [piece for piece in _SEPARATOR.split(text) if _digits(piece)]
    if not digits:
        return None, None, "holds no number"
    if len(set(digits)) == 1 and len(digits) >= 5:
        return None, None, _PLACEHOLDER
    if len(digits) > _MOST_DIGITS and len(pieces) == 1:
        pieces = text.split()
    for end in range(1, len(pieces)):
        left, right = "".join(pieces[:end]), "".join(pieces[end:])
        # Eight digits make a number, three at most are the end of the next one: 02 1234567/68.
        if len(_digits(left)) < 8 or 3 < len(_digits(right)) < 6:
            continue
        number, _remark, _fault = _number(left, region, home)
        if number is not None:
            return number, "several numbers: the first is kept", ""
    number, remark, fault = _number("".join(pieces), region, home)
    for piece in pieces[1:] if number is None else ():
        number, _remark, _fault = _number(piece, region, home)
        if number is not None and len(_digits(piece)) >= 8:
            return number, "several numbers: the first valid one is kept", ""
        number = None
    return number, remark, fault


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def _number(text: str, region: str, home: str) -> tuple[PhoneNumber | None, str | None, str]:
    """The valid number that one text is, a remark on how it was read, else what is wrong."""
    dialled = _NOT_DIALLED.sub("", _ZEROS.sub("+", text))
    dialled = dialled[:1] + dialled[1:].replace("+", "")
    digits = dialled.lstrip("+")
    if len(digits) < 4:
        return None, None, "too short"
    of_home = (dialled, home, "not a number of the written country: read as one of home")
    readings: list[tuple[str, str, str | None]] = [(dialled, region, None)]
    if not dialled.startswith("+"):
        if region != home:
            readings.insert(0 if _is_mobile_of_home(digits, region, home) else 1, of_home)
        if len(digits) >= 11:
            readings.append((f"+{digits}", region, "read as one with its country's prefix"))
    faults = []
    for reading, country, remark in readings:
        number, fault = _valid(reading, country)
        if number is not None or fault == _PLACEHOLDER:
            return number, remark, fault
        faults.append(fault)
    if dialled == digits and region == "IT" and _valid(f"0{digits}", region)[0] is not None:
        return None, None, "would be valid after a zero, which a spreadsheet may have lost"
    return None, None, faults[0]


def _is_mobile_of_home(digits: str, region: str, home: str) -> bool:
    """Where numbers begin with a zero, one that does not and is a mobile of the home country was
    more likely kept by somebody who moved."""
    import phonenumbers

    there = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if there is None or there.national_prefix != "0" or digits.startswith("0"):
        return False
    number, _fault = _valid(digits, home)
    return number is not None and phonenumbers.number_type(number) == _MOBILE


def _valid(dialled: str, region: str) -> tuple[PhoneNumber | None, str]:
    import phonenumbers

    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return None, "too long" if len(dialled) > _MOST_DIGITS else "not a telephone number"
    if _stands_for_none(dialled, number):
        return None, _PLACEHOLDER
    # Valid is what has a type; asking for the type alone is half the work of asking for both.
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.UNKNOWN:
        return number, ""
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == phonenumbers.ValidationResult.TOO_SHORT:
        return None, "too short"
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        return None, "too long"
    return None, "no such number"


def _stands_for_none(dialled: str, number: PhoneNumber) -> bool:
    """3333333333, 1234567890, 333 0000000: typed because the field wanted something."""
    digits = dialled.lstrip("+")
    national = str(number.national_number)
    return (
        len(set(national)) == 1
        or len(set(national[-7:])) == 1
        or (len(digits) >= 6 and (digits in _UPWARD or digits in _DOWNWARD))
        or (len(national) >= 8 and (national in _UPWARD or national in _DOWNWARD))
    )


def _described(number: PhoneNumber) -> tuple[str, str, str | None]:
    import phonenumbers

    country = phonenumbers.region_code_for_number(number)
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        _TYPES.get(phonenumbers.number_type(number), "other"),
        country if country and country.isalpha() else None,
    )


KIND = Kind(
    name="phones",
    parts=("phone", "country"),
    columns=(
        ("clean", "text"),
        ("line_type", "text"),
        ("clean_country", "text"),
        ("reason", "text"),
    ),
    parse=parse,
    libraries=("phonenumbers", "pycountry"),
    is_local=True,
)
